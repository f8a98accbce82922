// Room: domain. From changes to features: which changes a person would name together, and by what name.
//
// In this order, each link kept with its reason:
//   1. hard links: the same pull request, `fixup!` and `squash!`, "follow-up to #n", a mention of a pull request or of a
//      commit of the range, the same issue, the same merged branch, a revert and what it takes back (when they do not
//      cancel out);
//   2. stacked: a later change that reworks lines of an earlier one within 14 days, by the same author or in the same scope,
//      with half of its files there; names of an earlier one used on the same files of the same scope; without a graph of
//      lines, one author on the same files;
//   3. folded: what only touches documentation, CI, translations, lock files or version numbers, or comes from a robot, is
//      one group each, and never part of a feature.
// Files that many changes touch prove nothing and are not counted. A feature holds at most 15 changes; a fold may hold more.

import {type Change, KINDS} from './change.ts';
import type {DependencyGraph} from './dependency.ts';
import type {Feature} from './feature.ts';
import {FOLDS, type Fold, foldOf} from './grouping-folds.ts';
import {joinHard, joinStacked, makeLinks, type Node, nodesOf} from './grouping-links.ts';
import {packageOf, titleOf} from './grouping-title.ts';
import {type FeatureId, featureIdOf} from './ids.ts';
import {safe} from './safe.ts';

export {MOST_CHANGES} from './grouping-links.ts';

export type FeatureDraft = Omit<Feature, 'findings'>;

function draft(members: readonly Node[], grouping: readonly string[]): FeatureDraft {
	const weightiest = KINDS.find((kind) => members.some((node) => node.change.kind === kind)) ?? 'other';
	const [first] = members;
	const leading =
		// Nobody said what the first is: it is rather the thing itself than what was mended of it.
		(weightiest !== 'feat' && first?.change.kind === 'other' && members.length > 1 ? first : undefined) ??
		members.find((node) => node.change.kind === weightiest && node.fixupOf === undefined) ??
		members.find((node) => node.fixupOf === undefined) ??
		members[0];
	if (!leading) throw new TypeError('a feature needs a change');
	const scope = leading.scope ?? members.find((node) => node.scope !== undefined)?.scope;
	return {
		id: featureIdOf(members[0]?.change.oid ?? leading.change.oid),
		title: titleOf(leading.title, leading.change),
		kind: weightiest,
		...(scope === undefined ? {} : {scope: safe(scope, 60)}),
		breaking: members.some((node) => node.change.breaking),
		issues: [...new Set(members.flatMap((node) => node.change.issues))].slice(0, 30),
		changes: members.map((node) => node.change),
		grouping: grouping.map((why) => safe(why, 200)),
		files: new Set(members.flatMap((node) => node.change.files.map((file) => file.path))).size,
	};
}

export interface GroupingOptions {
	/** What rests on whose lines, when it is known: stacked fixes are then found by lines and not by files. */
	readonly graph?: DependencyGraph | undefined;
}

/** One feature of exactly these changes. @param changes oldest first, at least one. */
export function featureOf(changes: readonly Change[], grouping: readonly string[]): FeatureDraft {
	return draft(nodesOf(changes, foldOf, packageOf), grouping);
}

/** @param changes oldest first, without what shipped or cancelled out. Every change ends in exactly one feature. */
export function groupChanges(changes: readonly Change[], {graph}: GroupingOptions = {}): FeatureDraft[] {
	const nodes = nodesOf(changes, foldOf, packageOf);
	const groups = makeLinks(nodes.length);
	joinHard(nodes, groups);
	joinStacked(nodes, groups, graph);
	const members = Map.groupBy(nodes, (node) => groups.find(node.at));
	const drafts: FeatureDraft[] = [];
	const folded = new Map<Fold, Node[]>();
	for (const [root, group] of members) {
		const fold = group[0]?.fold;
		if (fold !== undefined && group.every((node) => node.fold === fold))
			folded.set(fold, [...(folded.get(fold) ?? []), ...group]);
		else drafts.push(draft(group, groups.why(root)));
	}
	for (const [fold, group] of folded) {
		group.sort((a, b) => a.at - b.at);
		const {title, kind, why} = FOLDS[fold];
		if (group.length === 1) drafts.push(draft(group, []));
		else {
			const {scope: _, ...whole} = draft(group, [why]);
			drafts.push({...whole, title: safe(`${group.length} ${title}`), kind});
		}
	}
	return distinct(drafts);
}

/** Eight digits of an object id meet their like once in some thousand releases: then the later one takes twelve. */
export function distinct(drafts: readonly FeatureDraft[]): FeatureDraft[] {
	const seen = new Set<FeatureId>();
	return drafts.map((feature) => {
		// `as`: the same shape with more digits of the same change.
		const id = seen.has(feature.id) ? (`f-${feature.changes[0]?.oid.slice(0, 12)}` as FeatureId) : feature.id;
		seen.add(id);
		return id === feature.id ? feature : {...feature, id};
	});
}
