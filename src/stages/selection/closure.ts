// Room: stages. The closure of a choice: what else must come along so that it applies, asked of git by simulation until
// nothing is missing. Knows repositories only through their port, and nobody to ask but who is handed in.
//
// Each round simulates everything chosen. For each conflict that is not the echo of another one in the round, the feature that
// owns the nearest earlier change of that path comes along, with the path as the reason. What is not recommended never comes
// along by itself: with a ready-made choice the feature that needs it stays out; with a person's own choice they are
// asked. Every round adds a feature or leaves one out for good, so it ends.

import type {Choice, Simulation} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId, Oid} from '../../domain/ids.ts';
import {type Safe, safe} from '../../domain/safe.ts';

export interface Closed {
	readonly kind: 'closed';
	readonly chosen: readonly FeatureId[];
	readonly pulledIn: readonly {readonly feature: FeatureId; readonly because: Safe}[];
	readonly leftOut: readonly {readonly feature: FeatureId; readonly because: Safe}[];
	/** Which features each one was found not to apply without. */
	readonly needs: ReadonlyMap<FeatureId, readonly FeatureId[]>;
	/** What to apply, in branch order. */
	readonly picks: readonly Change[];
}
export type Closure =
	| Closed
	| {readonly kind: 'held'}
	| {readonly kind: 'conflict'; readonly feature: RankedFeature; readonly paths: readonly string[]};

export interface ClosureParts {
	readonly ranked: readonly RankedFeature[];
	/** Everything on the branch, in its order: the waiting, the shipped, the cancelled. */
	readonly order: readonly Change[];
	readonly choice: Choice;
	readonly ids: readonly FeatureId[];
	simulate(picks: readonly Change[]): Promise<Simulation>;
	/** Asks whether a not recommended feature may come along; undefined when nobody answers. */
	askAbout(needs: RankedFeature, needed: RankedFeature, paths: string): Promise<'pull-in' | 'leave-out' | undefined>;
}

interface Trouble {
	readonly feature: RankedFeature;
	readonly paths: readonly string[];
	readonly nearest: readonly {readonly feature: RankedFeature; readonly path: string}[];
}

export async function closeOver(parts: ClosureParts): Promise<Closure> {
	const {ranked, order, choice} = parts;
	const byId = new Map(ranked.map((one) => [one.feature.id, one]));
	const owner = new Map(ranked.flatMap((one) => one.feature.changes.map((change) => [change.oid, one] as const)));
	const place = new Map(order.map((change, i) => [change.oid, i]));
	const chosen = new Set(parts.ids);
	const asked = new Set(parts.ids);
	const pulled = new Map<FeatureId, {by: Set<FeatureId>; because: Safe}>();
	const left = new Map<FeatureId, Safe>();
	const needs = new Map<FeatureId, Set<FeatureId>>();

	const filesOf = (oid: Oid) =>
		(order[place.get(oid) ?? -1]?.files ?? []).flatMap(({path, from}) => (from === undefined ? [path] : [path, from]));

	function leaveOut(id: FeatureId, because: string): void {
		chosen.delete(id);
		pulled.delete(id);
		left.set(id, safe(because));
		abandon(id);
	}

	/** Who came along only for the sake of one that goes no more stays as well, and so on. */
	function abandon(id: FeatureId): void {
		for (const [other, pull] of [...pulled]) {
			if (!pull.by.delete(id) || pull.by.size > 0) continue;
			pulled.delete(other);
			chosen.delete(other);
			abandon(other);
		}
	}

	/** The owner of the nearest earlier change of each path that is not chosen yet. */
	function troubleIn(conflict: Simulation['conflicts'][number], feature: RankedFeature): Trouble {
		const at = place.get(conflict.change) ?? order.length;
		const touches = (change: Change, path: string) =>
			change.files.some((file) => file.path === path || file.from === path);
		const named = new Set<Oid>(conflict.missing);
		const absent = order.slice(0, at).filter((change) => {
			const whose = owner.get(change.oid);
			return whose !== undefined && !chosen.has(whose.feature.id);
		});
		const nearest = new Map<FeatureId, {feature: RankedFeature; path: string}>();
		for (const path of conflict.paths) {
			const change =
				absent.findLast((one) => named.has(one.oid) && touches(one, path)) ??
				absent.findLast((one) => touches(one, path)) ??
				absent.findLast((one) => named.has(one.oid));
			const whose = change && owner.get(change.oid);
			if (whose && !nearest.has(whose.feature.id)) nearest.set(whose.feature.id, {feature: whose, path});
		}
		return {feature, paths: conflict.paths, nearest: [...nearest.values()]};
	}

	/** Undefined when the round may go on. */
	async function mend({feature, paths, nearest}: Trouble): Promise<Exclude<Closure, Closed> | undefined> {
		const {id, title} = feature.feature;
		if (nearest.length === 0) {
			const readyMade = choice !== 'custom' && feature.bucket !== 'must include';
			if (!readyMade) return {kind: 'conflict', feature, paths};
			leaveOut(id, `“${title}” does not apply on the base: ${paths.join(', ')}`);
			return undefined;
		}
		for (const {feature: needed, path} of nearest) {
			const other = needed.feature;
			needs.set(id, (needs.get(id) ?? new Set()).add(other.id));
			const because = `“${title}” does not apply without it: ${path}`;
			let answer: 'pull-in' | 'leave-out' | undefined = 'pull-in';
			if (left.has(other.id)) answer = 'leave-out';
			else if (needed.bucket === 'not recommended')
				answer = choice === 'custom' ? await parts.askAbout(feature, needed, path) : 'leave-out';
			if (answer === undefined) return {kind: 'held'};
			if (answer === 'leave-out') {
				const why = needed.bucket === 'not recommended' ? ', which is not recommended' : ', which stays out';
				leaveOut(id, `“${title}” needs “${other.title}” (${path})${why}`);
				return undefined;
			}
			chosen.add(other.id);
			const pull = pulled.get(other.id) ?? {by: new Set<FeatureId>(), because: safe(because)};
			if (!asked.has(other.id)) pulled.set(other.id, {...pull, by: pull.by.add(id)});
		}
		return undefined;
	}

	const mostRounds = 4 * ranked.length + 10;
	for (let round = 0; round < mostRounds; round++) {
		const picks = order.filter((change) => {
			const whose = owner.get(change.oid);
			return whose !== undefined && chosen.has(whose.feature.id);
		});
		const seen = picks.length === 0 ? {applies: true, conflicts: []} : await parts.simulate(picks);
		if (seen.applies) {
			const sorted = (ids: Iterable<FeatureId>) => {
				const wanted = new Set(ids);
				return ranked.map((one) => one.feature.id).filter((id) => wanted.has(id));
			};
			return {
				kind: 'closed',
				chosen: sorted(chosen),
				pulledIn: sorted(pulled.keys()).map((feature) => ({
					feature,
					because: pulled.get(feature)?.because ?? safe(''),
				})),
				leftOut: [...left].map(([feature, because]) => ({feature, because})),
				needs: new Map([...needs].map(([id, others]) => [id, sorted(others)])),
				picks,
			};
		}
		// A change that conflicts is left out of the round whole: what came later to any of its files may only miss that.
		const troubled = new Set<string>();
		const before = `${[...chosen].join()}|${left.size}`;
		for (const conflict of seen.conflicts) {
			const echo = conflict.paths.some((path) => troubled.has(path));
			for (const path of [...conflict.paths, ...filesOf(conflict.change)]) troubled.add(path);
			const feature = owner.get(conflict.change);
			if (echo || feature === undefined || !chosen.has(feature.feature.id)) continue;
			const end = await mend(troubleIn(conflict, feature));
			if (end !== undefined) return end;
		}
		if (before === `${[...chosen].join()}|${left.size}`) break;
	}
	const [some] = [...chosen].flatMap((id) => byId.get(id) ?? []);
	if (some === undefined) throw new Error('a simulation of nothing said that it does not apply');
	return {kind: 'conflict', feature: some, paths: []};
}
