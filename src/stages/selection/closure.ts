// Room: stages. The closure of a choice: what else must come along so that it applies and compiles. What features need of
// each other by their lines and names comes first; then git is asked by simulation until nothing is missing. Knows
// repositories only through their port, and nobody to ask but who is handed in.
//
// Each round follows the links of everything chosen, then simulates it. For each conflict that is not the echo of another one in the round, the feature that
// owns the nearest earlier change of that path comes along, with the path as the reason. What is not recommended never comes
// along by itself: with a ready-made choice the feature that needs it stays out; with a person's own choice they are
// asked. Every round adds a feature or leaves one out for good, so it ends.

import type {Choice, Simulation} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {Edge} from '../../domain/dependency.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId, Oid} from '../../domain/ids.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {type Links, wordsOf} from '../../domain/selection/links.ts';

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
	/** What features need of each other, as far as it is known before git is asked. */
	readonly links?: Links;
	/** What a change may need besides, asked when it conflicts. */
	readonly suspects?: (change: Oid) => readonly Edge[];
	/** Features that a person said must not come along: a soft need of them is let go, a hard one keeps the needy out. */
	readonly without?: ReadonlySet<FeatureId>;
	simulate(picks: readonly Change[]): Promise<Simulation>;
	/** Asks whether a not recommended feature may come along; undefined when nobody answers. */
	askAbout(needs: RankedFeature, needed: RankedFeature, why: string): Promise<'pull-in' | 'leave-out' | undefined>;
}

interface Trouble {
	readonly feature: RankedFeature;
	readonly paths: readonly string[];
	readonly nearest: readonly {readonly feature: RankedFeature; readonly why: string}[];
	/** What is said when it brings the other along. */
	readonly verb: 'needs it' | 'does not apply without it';
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
		const suspected = new Set((parts.suspects?.(conflict.change) ?? []).map((edge) => `${edge.to} ${edge.why.path}`));
		const nearest = new Map<FeatureId, {feature: RankedFeature; why: string}>();
		for (const path of conflict.paths) {
			const change =
				absent.findLast((one) => suspected.has(`${one.oid} ${path}`)) ??
				absent.findLast((one) => named.has(one.oid) && touches(one, path)) ??
				absent.findLast((one) => touches(one, path)) ??
				absent.findLast((one) => named.has(one.oid));
			const whose = change && owner.get(change.oid);
			if (whose && !nearest.has(whose.feature.id)) nearest.set(whose.feature.id, {feature: whose, why: path});
		}
		return {feature, paths: conflict.paths, nearest: [...nearest.values()], verb: 'does not apply without it'};
	}

	/** Undefined when the round may go on. */
	async function mend({feature, paths, nearest, verb}: Trouble): Promise<Exclude<Closure, Closed> | undefined> {
		const {id, title} = feature.feature;
		if (nearest.length === 0) {
			const readyMade = choice !== 'custom' && feature.bucket !== 'must include';
			if (!readyMade) return {kind: 'conflict', feature, paths};
			leaveOut(id, `“${title}” does not apply on the base: ${paths.join(', ')}`);
			return undefined;
		}
		for (const {feature: needed, why} of nearest) {
			const other = needed.feature;
			needs.set(id, (needs.get(id) ?? new Set()).add(other.id));
			const because = `“${title}” ${verb}: ${why}`;
			let answer: 'pull-in' | 'leave-out' | undefined = 'pull-in';
			if (chosen.has(other.id)) answer = 'pull-in';
			else if (left.has(other.id) || parts.without?.has(other.id)) answer = 'leave-out';
			else if (needed.bucket === 'not recommended')
				answer = choice === 'custom' ? await parts.askAbout(feature, needed, why) : 'leave-out';
			if (answer === undefined) return {kind: 'held'};
			if (answer === 'leave-out') {
				const stays = needed.bucket === 'not recommended' ? ', which is not recommended' : ', which stays out';
				leaveOut(id, `“${title}” needs “${other.title}” (${why})${stays}`);
				return undefined;
			}
			chosen.add(other.id);
			const pull = pulled.get(other.id) ?? {by: new Set<FeatureId>(), because: safe(because)};
			if (!asked.has(other.id)) pulled.set(other.id, {...pull, by: pull.by.add(id)});
		}
		return undefined;
	}

	/** Follows the links of everything chosen until they bring nothing new. Undefined when the round may go on. */
	async function follow(): Promise<Exclude<Closure, Closed> | undefined> {
		const queue = ranked.filter((one) => chosen.has(one.feature.id));
		for (let at = 0; at < queue.length; at++) {
			const feature = queue[at];
			if (feature === undefined) break;
			for (const {needs: id, edge} of parts.links?.get(feature.feature.id) ?? []) {
				const needed = byId.get(id);
				if (needed === undefined || !chosen.has(feature.feature.id)) continue;
				if (edge.strength === 'soft' && parts.without?.has(id)) continue;
				const known = chosen.has(id);
				const nearest = [{feature: needed, why: wordsOf(edge)}];
				const end = await mend({feature, paths: [edge.why.path], nearest, verb: 'needs it'});
				if (end !== undefined) return end;
				if (!known && chosen.has(id)) queue.push(needed);
			}
		}
		return undefined;
	}

	const mostRounds = 4 * ranked.length + 10;
	for (let round = 0; round < mostRounds; round++) {
		for (let size = -1; size !== left.size; ) {
			size = left.size;
			const end = await follow();
			if (end !== undefined) return end;
		}
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
