// Room: domain. What people chose of what they were offered: how often, by bucket and by sort of feature, and the weights that
// the next ranking starts from. A fold over summaries, oldest first.
//
// A choice says something when a person made it among what was on the screen. `--yes` says nothing. A flag, or one
// feature picked out of many, says what was wanted and little of what was left: it moves the weights by a fifth, and no
// count.

import type {Rate} from '../pattern.ts';
import {createPreference, type Example} from '../selection/preference.ts';
import {PRIOR} from '../selection/preference-prior.ts';
import {signalsOf} from '../selection/preference-signals.ts';
import {offerOf, START} from '../selection/wanted.ts';
import type {Summary} from '../summary.ts';
import {nullProto, tally} from './rates.ts';

/** The newest choices are enough: what people wanted years ago is another team's taste. */
const CHOICES_KEPT = 200;
const NAMES_KEPT = 2000;
/** A weight that has moved less orders nothing otherwise. */
const LEAST = 0.005;
const WEAK = 0.2;
/** Fewer than so many of what was advised: somebody was after that one feature. */
const FEW = 2;

/** 0–1: how much the choice says about what was left. */
function trustOf(summary: Summary): number {
	if (summary.chosenBy === 'policy' || summary.features.length === 0) return 0;
	if (summary.chosenBy === 'flag') return WEAK;
	const advised = (summary.offered?.['must include'] ?? 0) + (summary.offered?.recommended ?? 0);
	const wished = summary.features.filter(({pulledIn}) => !pulledIn).length;
	return wished < FEW && advised > FEW && summary.overrides.length > 0 ? WEAK : 1;
}

/** The names under which sorts of features are counted: the closest one that has been seen often enough is what is told. */
export function sortsOf({kind, scope}: {readonly kind: string; readonly scope?: string}): string[] {
	return scope === undefined ? [kind] : [`${kind}(${scope})`, kind];
}

export interface Choices {
	/** Choices that a person made among what was on the screen. */
	readonly chosen: number;
	/** By bucket, and by sort of feature: taken against offered. */
	readonly taken: Readonly<Record<string, Rate>>;
	readonly choices: Readonly<Record<string, Rate>>;
	/** Weights that differ from the shipped ones. */
	readonly preference: Readonly<Record<string, number>>;
}

/** @param all each deployment once, oldest first. @param limit names kept per table. */
export function choicesOf(all: readonly Summary[], limit: number): Choices {
	const [taken, choices] = [tally(), tally()];
	const sure = all.filter((summary) => trustOf(summary) === 1);
	for (const summary of sure) {
		countTaken(taken, summary);
		for (const one of summary.features) if (!one.pulledIn) for (const name of sortsOf(one)) choices.add(name, true);
		for (const one of summary.left ?? []) for (const name of sortsOf(one)) choices.add(name, false);
	}
	return {
		chosen: sure.length,
		taken: taken.table(limit),
		choices: choices.table(limit),
		preference: weightsFrom(all),
	};
}

function countTaken(taken: ReturnType<typeof tally>, summary: Summary): void {
	const chosen = new Map<string, number>();
	for (const feature of summary.features) chosen.set(feature.bucket, (chosen.get(feature.bucket) ?? 0) + 1);
	const dropped = new Map<string, number>();
	for (const {bucket, chosen: was} of summary.overrides) {
		if (!was) dropped.set(bucket, (dropped.get(bucket) ?? 0) + 1);
	}
	const offered = new Map(Object.entries(summary.offered ?? {}));
	for (const bucket of new Set([...chosen.keys(), ...dropped.keys(), ...offered.keys()])) {
		if (bucket === '') continue;
		const yes = chosen.get(bucket) ?? 0;
		const no = Math.max((offered.get(bucket) ?? 0) - yes, dropped.get(bucket) ?? 0);
		taken.add(bucket, true, yes);
		taken.add(bucket, false, no);
	}
}

function weightsFrom(all: readonly Summary[]): Record<string, number> {
	const model = createPreference(PRIOR);
	let [went, offered]: [number, number] = [START.taken, START.all];
	for (const summary of all.slice(-CHOICES_KEPT)) {
		const trust = trustOf(summary);
		const left = summary.left ?? [];
		// Without what was left there is nothing to compare with.
		if (trust === 0 || left.length === 0) continue;
		const wished = summary.features.filter(({pulledIn}) => !pulledIn);
		const now = Math.floor(Date.parse(summary.openedAt) / 1000);
		const {candidates, pool} = offerOf([...wished, ...left], Number.isFinite(now) ? now : 0, went / offered);
		model.learn(
			candidates.map((one, i): Example => ({signals: signalsOf(one, pool), taken: i < wished.length})),
			trust,
		);
		if (trust < 1) continue;
		went += wished.length;
		offered += wished.length + left.length;
	}
	const shipped = new Map(Object.entries(PRIOR));
	const moved = [...model.learned()]
		.map(([name, weight]) => [name, Math.round(weight * 10_000) / 10_000] as const)
		.filter(([name, weight]) => name !== '__proto__' && Math.abs(weight - (shipped.get(name) ?? 0)) >= LEAST)
		.sort(
			([a, x], [b, y]) => Math.abs(y - (shipped.get(b) ?? 0)) - Math.abs(x - (shipped.get(a) ?? 0)) || (a < b ? -1 : 1),
		)
		.slice(0, NAMES_KEPT)
		.sort(([a], [b]) => (a < b ? -1 : 1));
	return nullProto(moved);
}
