// Room: domain. How many go at once, and who: the limit, the overload case, and the halving of suspects. What a feature brings
// along takes places too.

import type {Feature} from '../feature.ts';
import type {Preferences} from '../memory.ts';
import type {Patterns} from '../pattern.ts';
import {compose, SIZE_CLASSES} from './batch-risk.ts';
import {type Draft, isOfMoreUse, mostUseful} from './draft.ts';
import {blames, blend, rateOf, SURE_SUSPECTS} from './learned.ts';
import {touches} from './touches.ts';
import {count, percent, plural, reason} from './words.ts';

/** From so many waiting changes on, recommending all the safe ones is no advice. */
const OVERLOAD = 50;
export const OVERLOAD_LEAST = 10;
export const OVERLOAD_MOST = 15;
export function isOverload(waiting: readonly {readonly feature: Feature}[]): boolean {
	return waiting.reduce((sum, {feature}) => sum + feature.changes.length, 0) >= OVERLOAD;
}

/** Where D02's fast track ends. */
export const FAST_TRACK = 0.2;

/** Of each deployment that went wrong, at most half of its suspects go again together. */
export function halve(drafts: readonly Draft[], patterns: Patterns): void {
	const groups = new Map<string, Draft[]>();
	for (const draft of drafts.filter(({bucket}) => bucket === 'recommended')) {
		for (const {deployment, changedSince, suspects} of blames(draft.feature, patterns))
			if (!changedSince && suspects > SURE_SUSPECTS) groups.set(deployment, [...(groups.get(deployment) ?? []), draft]);
	}
	for (const [deployment, group] of groups) {
		const half = Math.floor(group.length / 2);
		for (const draft of group.sort(mostUseful).slice(Math.max(1, half))) {
			draft.bucket = 'optional';
			draft.why = reason(
				'bucket.halved',
				`waits: half of the suspects of ${deployment} go first, so that the guilty one shows`,
			);
		}
	}
}

/** The largest batch that experience does not speak against, and how it is said. */
function learnedSize(patterns: Patterns): {most: number; words: string} {
	let best = Number.POSITIVE_INFINITY;
	let most = 0;
	for (const {name, most: upTo} of SIZE_CLASSES) {
		const rate = rateOf(patterns.sizes, name);
		if (rate !== undefined && rate.all >= 3) {
			const fails = blend(0.2, rate, 4);
			if (fails > best + 0.15 && most > 0)
				return {most, words: `batches of ${name} features went well in only ${rate.good} of ${rate.all} deployments`};
			best = Math.min(best, fails);
		}
		most = upTo;
	}
	return {most: Number.POSITIVE_INFINITY, words: ''};
}

/** Why no more than that go, for whoever asks for one more. */
function limitOf(overload: boolean, patterns: Patterns, preferences: Preferences): {most: number; words: string} {
	const learned = learnedSize(patterns);
	const asked = Number.isFinite(preferences.max_features_per_deployment) ? preferences.max_features_per_deployment : 20;
	const wanted = Math.max(1, Math.floor(asked));
	const most = Math.min(wanted, learned.most, overload ? OVERLOAD_MOST : Number.POSITIVE_INFINITY);
	const words =
		learned.most === most ? learned.words : most === wanted ? `the limit is ${most}` : `small batches go better`;
	return {most, words};
}

/** What it would take to ship it: what comes along, or that nothing does. */
function takes({along, known}: Draft): string {
	if (along.length > 0) return `brings ${count(along.length, 'other')} along`;
	return known?.conflicts === undefined
		? ''
		: known.conflicts
			? 'meets what the base has changed since'
			: 'goes by itself';
}

/** What those that go have before it. */
function behind(draft: Draft, going: ReadonlySet<Draft>): string {
	const all = [...going].filter(({bucket}) => bucket === 'recommended');
	const {kind} = draft.feature;
	const kinds = Map.groupBy(all, (one) => one.feature.kind);
	const useful = [...kinds].filter(([other]) => isOfMoreUse(other, kind)).sort(([, a], [, b]) => b.length - a.length);
	const ahead = useful.reduce((sum, [, some]) => sum + some.length, 0);
	const [first, ...more] = useful;
	if (first && 2 * ahead > all.length)
		return more.length === 0
			? `${ahead} ${plural(first[0])} go first`
			: `${plural(first[0])} and ${plural(more[0]?.[0] ?? kind)} go first`;
	const most = Math.max(0, ...all.map(({risk}) => risk));
	if (draft.risk > most) return `riskier than all that goes (${percent(draft.risk)} against ${percent(most)} at most)`;
	return `those that go risk less or are worth more`;
}

/** Which batch it could go in, when this one is full. */
function when(nth: number, most: number): string {
	const batches = Math.ceil(nth / most);
	return batches === 1 ? 'next batch' : `in ${batches} batches`;
}

/** Recommended stays what fits; the rest is optional and says when it could go. */
export function cap(drafts: readonly Draft[], patterns: Patterns, preferences: Preferences): void {
	const overload = isOverload(drafts);
	const {most, words} = limitOf(overload, patterns, preferences);
	const going = new Set<Draft>();
	const neededBy = new Map<Draft, Draft>();
	const go = (draft: Draft) => {
		going.add(draft);
		for (const one of draft.along) {
			if (!going.has(one)) neededBy.set(one, draft);
			going.add(one);
		}
	};
	for (const draft of drafts.filter(({bucket, held}) => bucket === 'must include' && !held).sort(mostUseful)) {
		const more = [draft, ...draft.along].filter((one) => !going.has(one));
		// By itself a critical fix always goes; what would fill the whole batch for its sake is for a person to weigh.
		if (draft.along.length > 0 && going.size + more.length > most) {
			draft.bucket = 'optional';
			const text = `${draft.why.text}; but it brings ${count(more.length - 1, 'other')} along, more than fit: a person must decide`;
			draft.why = reason('bucket.cap-along', text);
		} else go(draft);
	}
	let waits = 0;
	const later = (draft: Draft, why: string) => {
		waits++;
		draft.bucket = 'optional';
		const words =
			waits === 1 ? [takes(draft), 'next in line', why] : [takes(draft), behind(draft, going), when(waits, most)];
		draft.why = reason('bucket.cap', `${touches(draft.feature)}: ${words.filter(Boolean).join('; ')}`);
	};
	for (const draft of drafts.filter(({bucket}) => bucket === 'recommended').sort(mostUseful)) {
		const by = neededBy.get(draft);
		if (by) draft.why = reason('bucket.safe', `${touches(draft.feature)}; “${by.feature.title}” cannot go without it`);
		if (going.has(draft)) continue;
		const more = [draft, ...draft.along].filter((one) => !going.has(one));
		const before = compose([...going].map((one) => one.risk));
		const risk = compose([...going, ...more].map((one) => one.risk));
		if (going.size >= most) later(draft, words);
		else if (going.size + more.length > most) {
			const others = count(more.length - 1, 'other');
			draft.bucket = 'optional';
			draft.why = reason(
				'bucket.cap-along',
				`${touches(draft.feature)}: brings ${others} along, and only ${count(most - going.size, 'place')} of ${most} ${most - going.size === 1 ? 'is' : 'are'} left`,
			);
		} else if (overload && going.size >= OVERLOAD_LEAST && risk >= FAST_TRACK && risk > before)
			later(draft, `${going.size} are enough: with it the batch's risk is ${percent(risk)}`);
		else go(draft);
	}
}
