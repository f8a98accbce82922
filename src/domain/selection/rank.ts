// Room: domain. The four buckets, the cap, and the order. Pure: the same features and patterns give the same list, in
// whatever order the features come.
//
// Everything is judged with all that it cannot go without: the worst danger, the composed risk, the size of all of it.
//
// must include     a fix for security, data loss or crashes, or a hotfix (critical.ts); its size does not matter. When what it
//                  needs is itself not recommended by a rule below, it stays here and says that a person must decide; when
//                  all it needs is more than there are places for, it is optional and says so.
// recommended      risk under the bar (25 %), and small where it adds or rebuilds: a feature in at most 8 files of code and
//                  5 changes, a refactoring in 3 files, a change of no stated kind in 5. Fixes, performance, documents,
//                  tests and chores by their risk alone. Then the cap and the halving below.
// optional         the rest under 60 %.
// not recommended  a dangerous finding (destructive schema, breaking API, infrastructure), a declared breaking change, a scar
//                  (it was in a deployment that went wrong, with at most 3 suspects, and has not changed since), or 60 %
//                  and more. A critical fix that gets here says that a person must decide: its claim is only
//                  words, and words never outweigh what was found.
//
// Order within a bucket, and who gets the places: usefulness less twice the risk (draft.ts). Usefulness is a table by kind
// and the probability that a person takes it (wanted.ts), which weighs a third at first and more the more was chosen here.
//
// Cap: must include and recommended, with all they bring along, are at most `max_features_per_deployment`; at most the largest
// size that has not done worse than smaller ones; and from 50 waiting changes on, 10 to 15: past 10 only while the
// batch's composed risk stays under 20 %, where the fast track ends, or does not rise. What does not fit is optional and says when it could go.
// Halving: of a failed deployment's many suspects at most half are recommended together, so that the guilty one shows.
// The bar moves with what a person did in at least three choices: 30 % when optional features were mostly taken, 20 % when
// recommended ones were mostly left out.

import {BUCKETS, type Bucket, type Feature, type RankedFeature, type Reason} from '../feature.ts';
import type {FeatureId} from '../ids.ts';
import type {Preferences} from '../memory.ts';
import type {Patterns} from '../pattern.ts';
import {compose} from './batch-risk.ts';
import {firstBucket} from './bucket.ts';
import {cap, halve} from './cap.ts';
import {type Draft, mostUseful} from './draft.ts';
import {habitOf} from './notes.ts';
import {type Assessment, assess} from './risk.ts';
import {type Surroundings, wanted} from './wanted.ts';
import {count, percent, reason} from './words.ts';

export {TOO_RISKY} from './bucket.ts';
export {FAST_TRACK, isOverload, OVERLOAD_LEAST, OVERLOAD_MOST} from './cap.ts';

/** Choices after which what was learned here counts most. */
const EXPERIENCED = 10;

/** For each feature everything it cannot go without, directly or not. */
export type Pulls = ReadonlyMap<FeatureId, readonly FeatureId[]>;

const NOTHING: Pulls = new Map();

/**
 * All features, safest bucket first, with the bucket's reason first and then the risk's reasons. `needs` is empty: who knows
 * the direct needs fills it.
 */
export function rankFeatures(
	features: readonly Feature[],
	memory: {readonly patterns: Patterns; readonly preferences: Preferences},
	pulls: Pulls = NOTHING,
	around: Surroundings = {},
): RankedFeature[] {
	const {patterns, preferences} = memory;
	const drafts = draftsOf(features, patterns, pulls, around);
	for (const draft of drafts) Object.assign(draft, firstBucket(draft, patterns));
	halve(drafts, patterns);
	cap(drafts, patterns, preferences);
	return drafts
		.sort((a, b) => BUCKETS.indexOf(a.bucket) - BUCKETS.indexOf(b.bucket) || mostUseful(a, b))
		.map(({feature, bucket, risk, reasons, why}) => ({
			feature,
			bucket,
			risk,
			...withHabit(bucket, why, reasons, habitOf(feature, patterns)),
			needs: [],
		}));
}

function draftsOf(features: readonly Feature[], patterns: Patterns, pulls: Pulls, around: Surroundings): Draft[] {
	const newest = features.reduce(
		(last, {changes}) => Math.max(last, ...changes.map((change) => change.committedAt)),
		0,
	);
	const chances = wanted(features, patterns, around);
	const own = new Map<FeatureId, Assessment>(features.map((one) => [one.id, assess(one, patterns, newest)]));
	const titles = new Map<FeatureId, string>(features.map(({id, title}) => [id, title]));
	const experience = Math.min(1, (patterns.chosen ?? 0) / EXPERIENCED);
	const byId = new Map<FeatureId, Draft & {along: Draft[]}>();
	features.forEach((feature, i) => {
		const alone = own.get(feature.id) ?? {risk: 0.99, reasons: []};
		const others = (pulls.get(feature.id) ?? []).flatMap((id) => {
			const risk = id === feature.id ? undefined : own.get(id)?.risk;
			return risk === undefined ? [] : [{title: titles.get(id) ?? id, risk}];
		});
		const risk = Math.round(compose([alone.risk, ...others.map((one) => one.risk)]) * 100) / 100;
		const more = Math.round((risk - alone.risk) * 100);
		const worst = others.reduce((most, one) => (one.risk > most.risk ? one : most), {title: '', risk: 0});
		const along = others.length === 1 ? '' : `${count(others.length, 'other')}, among them `;
		const words = `cannot go without ${along}“${worst.title}” (${percent(worst.risk)})`;
		byId.set(feature.id, {
			feature,
			risk,
			reasons: inOrder([...alone.reasons, ...(more > 0 ? [reason('along', words, more)] : [])]),
			wanted: chances[i] ?? 0,
			known: around.of?.get(feature.id),
			along: [],
			experience,
			bucket: 'optional',
			held: false,
			why: reason('bucket.safe', ''),
		});
	});
	for (const [id, draft] of byId)
		for (const other of pulls.get(id) ?? []) {
			const one = byId.get(other);
			if (one !== undefined && one !== draft) draft.along.push(one);
		}
	return [...byId.values()];
}

/** Largest effect first, else as they came. */
function inOrder(reasons: readonly Reason[]): Reason[] {
	return reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

/** What the person usually did is among the reasons; where it speaks against the bucket, the list says it at once. */
function withHabit(
	bucket: Bucket,
	why: Reason,
	reasons: readonly Reason[],
	habit: ReturnType<typeof habitOf>,
): Pick<RankedFeature, 'reasons'> {
	if (habit === undefined) return {reasons: [why, ...reasons]};
	const {left, taken, note} = habit;
	const against = (bucket === 'recommended' && left > taken) || (bucket === 'optional' && taken > left);
	const did = left > taken ? `you left ${left}` : `you took ${taken}`;
	const first = against ? reason(why.code, `${why.text}; ${did} of ${left + taken} like this`) : why;
	return {reasons: [first, note, ...reasons]};
}
