// Room: domain. How many go at once, and who: the limit, the overload case, and the halving of suspects. What a feature brings
// along takes places too.

import type {Feature} from '../feature.ts';
import type {Preferences} from '../memory.ts';
import type {Patterns} from '../pattern.ts';
import {compose, SIZE_CLASSES} from './batch-risk.ts';
import {type Draft, mostUseful} from './draft.ts';
import {blames, blend, rateOf, SURE_SUSPECTS} from './learned.ts';
import {touches} from './touches.ts';
import {count, percent, reason} from './words.ts';

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

/** `next in line`, `7th in line`, `40th in line, 3 batches on`. */
function inLine(nth: number, most: number): string {
	if (nth === 1) return 'next in line';
	const tens = nth % 100;
	const end = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][nth % 10] ?? 'th');
	const batches = Math.ceil(nth / most);
	return `${nth}${end} in line${batches === 1 ? '' : `, ${batches} batches on`}`;
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
		draft.why = reason(
			'bucket.cap',
			`${touches(draft.feature)}: ${inLine(waits, most)}${waits === 1 ? `; ${why}` : ''}`,
		);
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
