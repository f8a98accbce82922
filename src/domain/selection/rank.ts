// Room: domain. The four buckets, the cap, and the order. Pure: the same features and patterns give the same list, in
// whatever order the features come.
//
// must include     a fix for security, data loss or crashes, or a hotfix (critical.ts); size and cap do not matter to it.
// recommended      risk under the bar (25 %), and small where it adds or rebuilds: a feature in at most 8 files of code and
//                  5 changes, a refactoring in 3 files, a change of no stated kind in 5. Fixes, performance, documents,
//                  tests and chores by their risk alone. Then the cap and the halving below.
// optional         the rest under 60 %.
// not recommended  a dangerous finding (destructive schema, breaking API, infrastructure), a declared breaking change, a scar
//                  (it was in a deployment that went wrong, with at most 3 suspects, and has not changed since), or 60 %
//                  and more. A critical fix that gets here says that a person must decide: its claim is only words, and
//                  words never outweigh what was found.
//
// Cap: must include and recommended together are at most `max_features_per_deployment`; at most the largest size that has
// not done worse than smaller ones; and from 50 waiting features on, 10 to 15: filled by usefulness less twice the
// risk, past 10 only while the batch's composed risk stays under 20 %, where the fast track ends. What does not fit is optional and says so.
// Halving: of a failed deployment's many suspects at most half are recommended together, so that the guilty one shows.
// The bar moves with what the person did before: 30 % when optional features were mostly taken, 20 % when
// recommended ones were mostly left out.

import type {Kind} from '../change.ts';
import {BUCKETS, type Bucket, type Feature, type RankedFeature, type Reason} from '../feature.ts';
import type {Preferences} from '../memory.ts';
import type {Patterns} from '../pattern.ts';
import {compose, SIZE_CLASSES} from './batch-risk.ts';
import {whyCritical} from './critical.ts';
import {blames, blend, rateOf, SURE_SUSPECTS} from './learned.ts';
import {dangers} from './level.ts';
import {assess, codeFiles} from './risk.ts';
import {touches} from './touches.ts';
import {count, percent, place, plural, reason} from './words.ts';

/** From so many waiting features on, recommending all the safe ones is no advice. */
export const OVERLOAD = 50;
export const OVERLOAD_LEAST = 10;
export const OVERLOAD_MOST = 15;
export const TOO_RISKY = 0.6;
const BAR = 0.25;
/** Where D02's fast track ends. */
export const FAST_TRACK = 0.2;

/** How much a person would miss it, 0–1. */
const USE: Readonly<Record<Kind, number>> = {
	fix: 1,
	perf: 0.8,
	revert: 0.7,
	feat: 0.6,
	other: 0.4,
	build: 0.35,
	refactor: 0.3,
	ci: 0.2,
	docs: 0.2,
	test: 0.2,
	chore: 0.2,
	style: 0.1,
};
const SMALL: Partial<Record<Kind, {readonly files: number; readonly changes: number}>> = {
	feat: {files: 8, changes: 5},
	refactor: {files: 3, changes: 5},
	other: {files: 5, changes: 5},
};

interface Draft {
	readonly feature: Feature;
	readonly risk: number;
	readonly reasons: readonly Reason[];
	bucket: Bucket;
	/** Shown first: why it stands where it stands. */
	why: Reason;
}

const worth = (draft: Draft) => USE[draft.feature.kind] - 2 * draft.risk;

/** Must include stays as it is; among the others the most useful and least risky come first. */
const mostUseful = (a: Draft, b: Draft) =>
	worth(b) - worth(a) || a.risk - b.risk || (a.feature.id < b.feature.id ? -1 : a.feature.id > b.feature.id ? 1 : 0);

/** What a person usually does with a bucket, once it was offered often enough to say. */
function barOf(patterns: Patterns): {bar: number; words: string} {
	const optional = rateOf(patterns.taken, 'optional');
	const recommended = rateOf(patterns.taken, 'recommended');
	if (recommended && recommended.all >= 10 && recommended.good / recommended.all < 0.5)
		return {
			bar: 0.2,
			words: ` (stricter than usual: you left out ${recommended.all - recommended.good} of ${recommended.all})`,
		};
	if (optional && optional.all >= 5 && optional.good / optional.all > 0.7)
		return {bar: 0.3, words: ` (looser than usual: you took ${optional.good} of ${optional.all} optional ones)`};
	return {bar: BAR, words: ''};
}

function against(feature: Feature, risk: number, patterns: Patterns): Reason | undefined {
	const [danger] = dangers(feature);
	const high = risk >= 0.8 ? 'HIGH RISK: ' : '';
	if (danger) return reason('bucket.danger', `${high}${danger.what} (${place(danger)})`);
	if (feature.breaking) return reason('bucket.breaking', `${high}breaks what uses it today, by its own words`);
	const scar = blames(feature, patterns).find((blame) => !blame.changedSince && blame.suspects <= SURE_SUSPECTS);
	if (!scar) return risk >= TOO_RISKY ? reason('bucket.risk', `too risky: ${percent(risk)}`) : undefined;
	const how = scar.outcome === 'rolled_back' ? 'rolled back' : 'stopped';
	return reason(
		'bucket.scar',
		`${high}${scar.deployment} was ${how} with it (${scar.why}), and it has not changed since`,
	);
}

function firstBucket(feature: Feature, risk: number, patterns: Patterns): {bucket: Bucket; why: Reason} {
	const critical = whyCritical(feature);
	const no = against(feature, risk, patterns);
	if (no && critical)
		return {bucket: 'not recommended', why: reason(no.code, `${no.text}; it is ${critical}, so a person must decide`)};
	if (no) return {bucket: 'not recommended', why: no};
	if (critical) return {bucket: 'must include', why: reason('bucket.critical', `${critical}: ${touches(feature)}`)};
	const {bar, words} = barOf(patterns);
	if (risk >= bar)
		return {
			bucket: 'optional',
			why: reason('bucket.risk', `over the bar of ${percent(bar)}${words}: ${touches(feature)}`),
		};
	const small = SMALL[feature.kind];
	const files = codeFiles(feature);
	if (small && (files > small.files || feature.changes.length > small.changes)) {
		const size = `${count(files, 'file')} of code in ${count(feature.changes.length, 'change')}`;
		return {bucket: 'optional', why: reason('bucket.large', `large for one of the ${plural(feature.kind)}: ${size}`)};
	}
	return {
		bucket: 'recommended',
		why: reason('bucket.safe', words === '' || risk < BAR ? touches(feature) : `${touches(feature)}${words}`),
	};
}

/** Of each deployment that went wrong, at most half of its suspects go again together. */
function halve(drafts: readonly Draft[], patterns: Patterns): void {
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
				return {
					most,
					words: ` (batches of ${name} features went well in only ${rate.good} of ${rate.all} deployments)`,
				};
			best = Math.min(best, fails);
		}
		most = upTo;
	}
	return {most: Number.POSITIVE_INFINITY, words: ''};
}

function cap(drafts: readonly Draft[], patterns: Patterns, preferences: Preferences): void {
	const learned = learnedSize(patterns);
	const asked = Number.isFinite(preferences.max_features_per_deployment) ? preferences.max_features_per_deployment : 20;
	const wanted = Math.max(1, Math.floor(asked));
	const overload = drafts.length >= OVERLOAD;
	const most = Math.min(wanted, learned.most, overload ? OVERLOAD_MOST : Number.POSITIVE_INFINITY);
	const words =
		learned.most === most
			? learned.words
			: most === wanted
				? ''
				: ` (${drafts.length} wait, and small batches go better)`;
	const taken = drafts.filter(({bucket}) => bucket === 'must include').map(({risk}) => risk);
	for (const draft of drafts.filter(({bucket}) => bucket === 'recommended').sort(mostUseful)) {
		const risk = compose([...taken, draft.risk]);
		if (taken.length >= most) {
			draft.bucket = 'optional';
			draft.why = reason('bucket.cap', `over the limit of ${most}${words}: ${touches(draft.feature)}`);
		} else if (overload && taken.length >= OVERLOAD_LEAST && risk >= FAST_TRACK) {
			draft.bucket = 'optional';
			draft.why = reason(
				'bucket.cap',
				`${taken.length} are enough: with it the batch's risk is ${percent(risk)}; ${touches(draft.feature)}`,
			);
		} else taken.push(draft.risk);
	}
}

/** All features, safest bucket first, with the bucket's reason first and then the risk's reasons. `needs` is empty: simulation fills it. */
export function rankFeatures(
	features: readonly Feature[],
	memory: {readonly patterns: Patterns; readonly preferences: Preferences},
): RankedFeature[] {
	const {patterns, preferences} = memory;
	const newest = features.reduce(
		(last, {changes}) => Math.max(last, ...changes.map((change) => change.committedAt)),
		0,
	);
	const drafts: Draft[] = features.map((feature) => {
		const {risk, reasons} = assess(feature, patterns, newest);
		return {feature, risk, reasons, ...firstBucket(feature, risk, patterns)};
	});
	halve(drafts, patterns);
	cap(drafts, patterns, preferences);
	return drafts
		.sort((a, b) => BUCKETS.indexOf(a.bucket) - BUCKETS.indexOf(b.bucket) || mostUseful(a, b))
		.map(({feature, bucket, risk, reasons, why}) => ({
			feature,
			bucket,
			risk,
			reasons: [why, ...takenReason(bucket, patterns), ...reasons],
			needs: [],
		}));
}

function takenReason(bucket: Bucket, patterns: Patterns): Reason[] {
	const rate = rateOf(patterns.taken, bucket);
	if (!rate || rate.all < 3) return [];
	return [reason('taken', `so far you took ${rate.good} of ${rate.all} features called “${bucket}”`)];
}
