// Room: domain. From changes to features: which changes a person would name together, and by what name.
//
// In this order, each link kept with its reason:
//   1. hard links: the same pull request, `fixup!` and `squash!`, "follow-up to #n", the same issue, a mention of a pull
//      request of the range, a revert and what it takes back (when they do not cancel out);
//   2. stacked fixes: one author, close in time, small, on the files (or in the scope) of an earlier change;
//   3. folded: what only touches documentation, CI, lock files or version numbers, or comes from a robot, is one group each.
// Files that many changes touch prove nothing and are not counted. A feature holds at most 15 changes; a fold may hold more.

import {type Change, KINDS} from './change.ts';
import {parseMessage, subjectKey} from './conventional.ts';
import type {Feature} from './feature.ts';
import {type FeatureId, featureIdOf, type Oid} from './ids.ts';
import {isChangelog, isCi, isDocumentation, isLockfile, isManifest} from './kind.ts';
import {type Safe, safe} from './safe.ts';

export const MOST_CHANGES = 15;
const DAY = 86_400;
/** How far back a stacked fix looks, in changes. */
const LOOK_BACK = 80;

export type FeatureDraft = Omit<Feature, 'findings'>;

interface Node {
	readonly change: Change;
	readonly at: number;
	readonly title: string;
	readonly fixupOf: string | undefined;
	readonly followsUp: readonly number[];
	/** Paths that few others touch. */
	readonly files: ReadonlySet<string>;
	readonly fold: Fold | undefined;
}

const FOLDS = {
	deps: {title: 'dependency updates', kind: 'build', why: 'Updates of dependencies only'},
	lock: {title: 'lock file updates', kind: 'build', why: 'Lock files only'},
	docs: {title: 'documentation changes', kind: 'docs', why: 'Documentation only'},
	ci: {title: 'CI changes', kind: 'ci', why: 'Continuous integration only'},
	release: {title: 'release commits', kind: 'chore', why: 'Version numbers and changelogs of earlier releases'},
	robot: {title: 'automatic changes', kind: 'chore', why: 'Made by robots'},
} as const;
type Fold = keyof typeof FOLDS;

const BUMP = /\b(?:bump|upgrade|update|pin|lock file maintenance|renovate|dependabot)\b|\bdep(?:s|endenc(?:y|ies))\b/i;

const BUMP_BY_HAND = /^(?:\w{1,20}(?:\([^()]{0,60}\))?!?: )?(?:bump|upgrade|update|pin)\b/i;
const RELEASE =
	/^(?:chore[(/]release\)?!?: |(?:chore: )?(?:prepare(?: for)?|release|version|bump version(?: to)?|publish)\b.*\d+\.\d+|v?\d+\.\d+\.\d+(?:\s|$|-))/i;

function foldOf(change: Change): Fold | undefined {
	if (change.breaking) return undefined;
	const paths = change.files.map((file) => file.path);
	const all = (test: (path: string) => boolean) => paths.length > 0 && paths.every(test);
	if (change.bot)
		return BUMP.test(change.subject) || all((path) => isLockfile(path) || isManifest(path)) ? 'deps' : 'robot';
	const bookkeeping = all((path) => isLockfile(path) || isManifest(path) || isChangelog(path));
	if (bookkeeping && RELEASE.test(change.subject)) return 'release';
	if (all(isLockfile)) return 'lock';
	if (bookkeeping && BUMP_BY_HAND.test(change.subject)) return 'deps';
	if (all((path) => isDocumentation(path) || isChangelog(path))) return 'docs';
	if (all(isCi)) return 'ci';
	return undefined;
}

/** Union-find that remembers why, and refuses to grow beyond the cap. */
function links(count: number) {
	const parent = Array.from({length: count}, (_, i) => i);
	const size = new Array<number>(count).fill(1);
	const reasons = new Map<number, Set<string>>();
	const find = (i: number): number => {
		let at = i;
		while ((parent[at] ?? at) !== at) {
			parent[at] = parent[parent[at] ?? at] ?? at;
			at = parent[at] ?? at;
		}
		return at;
	};
	return {
		find,
		join(a: number, b: number, why: string): void {
			const [x, y] = [find(a), find(b)];
			if (x === y) return;
			const together = (size[x] ?? 1) + (size[y] ?? 1);
			if (together > MOST_CHANGES) return;
			parent[Math.max(x, y)] = Math.min(x, y);
			const root = Math.min(x, y);
			size[root] = together;
			reasons.set(root, new Set([...(reasons.get(x) ?? []), ...(reasons.get(y) ?? []), why]));
		},
		why: (i: number): readonly string[] => [...(reasons.get(find(i)) ?? [])],
	};
}
type Links = ReturnType<typeof links>;

function nodesOf(changes: readonly Change[]): Node[] {
	const touched = new Map<string, number>();
	for (const change of changes)
		for (const file of change.files) touched.set(file.path, (touched.get(file.path) ?? 0) + 1);
	const hot = Math.max(6, changes.length * 0.04);
	return changes.map((change, at) => {
		const message = parseMessage(`${change.subject}\n\n${change.body}`);
		const files = change.files
			.map((file) => file.path)
			.filter(
				(path) => (touched.get(path) ?? 0) <= hot && !isLockfile(path) && !isChangelog(path) && !isManifest(path),
			);
		return {
			change,
			at,
			title: message.title,
			fixupOf: message.fixupOf,
			followsUp: change.bot ? [] : message.followsUp,
			files: new Set(files.slice(0, 2000)),
			fold: foldOf(change),
		};
	});
}

function joinHard(nodes: readonly Node[], groups: Links): void {
	const byPull = new Map<number, number>();
	const byIssue = new Map<string, number[]>();
	const bySubject = new Map<string, number>();
	const byOid = new Map<Oid, number>();
	for (const {change, at, fixupOf, followsUp} of nodes) {
		if (change.pullRequest !== undefined) {
			const same = byPull.get(change.pullRequest);
			if (same !== undefined) groups.join(same, at, `Same pull request #${change.pullRequest}`);
			else byPull.set(change.pullRequest, at);
		}
		const whole = fixupOf === undefined ? undefined : bySubject.get(subjectKey(fixupOf));
		if (whole !== undefined) groups.join(whole, at, 'Marked as a fix-up of another change');
		for (const number of followsUp) {
			const earlier = byPull.get(number);
			if (earlier !== undefined) groups.join(earlier, at, `Follows up #${number}`);
		}
		const taken = change.reverts === undefined ? undefined : byOid.get(change.reverts);
		if (taken !== undefined) groups.join(taken, at, 'One takes the other back in part');
		for (const issue of change.issues) {
			const pull = issue.startsWith('#') ? byPull.get(Number(issue.slice(1))) : undefined;
			if (pull !== undefined && pull !== at) groups.join(pull, at, `Mentions ${issue}`);
			byIssue.set(issue, [...(byIssue.get(issue) ?? []), at]);
		}
		bySubject.set(subjectKey(change.subject), at);
		byOid.set(change.oid, at);
	}
	for (const [issue, members] of byIssue) {
		// An issue that everything refers to is a roof over many features, not one.
		if (members.length > MOST_CHANGES) continue;
		for (const member of members.slice(1)) groups.join(members[0] ?? member, member, `Same issue ${issue}`);
	}
}

const sameAuthor = (a: Change, b: Change) =>
	a.author.email !== '' ? a.author.email === b.author.email : a.author.name === b.author.name;

const hasOwnName = (change: Change) => change.pullRequest !== undefined || change.issues.length > 0;

/** Why `later` continues `earlier`; undefined when nothing says so. */
function continues(later: Node, earlier: Node): string | undefined {
	const [b, a] = [later.change, earlier.change];
	if (earlier.fold !== undefined || !sameAuthor(a, b)) return undefined;
	const days = Math.abs(b.authoredAt - a.authoredAt) / DAY;
	if (days > 14 || later.files.size === 0) return undefined;
	let shared = 0;
	for (const path of later.files) if (earlier.files.has(path)) shared++;
	const part = shared / later.files.size;
	const sameScope = a.scope !== undefined && a.scope === b.scope;
	// Two pull requests, or two issues, were two things to their author: only a fix right behind, on the same files in the
	// same scope, joins them.
	if (hasOwnName(a) && hasOwnName(b)) {
		const close = b.kind !== 'feat' && sameScope && days <= 3 && part >= 0.5;
		return close ? `Follow-up by the same author in ${a.scope}, on the same files` : undefined;
	}
	if (sameScope && shared > 0 && (part >= 0.3 || days <= 2)) return `Same scope (${a.scope}), author and files`;
	if (b.kind !== 'feat' && part >= 0.5 && later.files.size <= 8)
		return 'A small follow-up by the same author on the same files';
	return undefined;
}

function joinStacked(nodes: readonly Node[], groups: Links): void {
	for (const later of nodes) {
		if (later.fold !== undefined || later.change.kind === 'revert') continue;
		for (let i = later.at - 1; i >= 0 && i >= later.at - LOOK_BACK; i--) {
			const earlier = nodes[i];
			const why = earlier && continues(later, earlier);
			if (!earlier || why === undefined) continue;
			groups.join(earlier.at, later.at, why);
			break;
		}
	}
}

const VAGUE =
	/^(?:wip|up|updates?|fix(?:e[sd])?|chang(?:es?|ed)|misc|(?:meta |minor |small )?(?:tweaks?|fixes|changes)|minor|clean ?up|tests?|stuff|typos?|refactor(?:ing)?|lint|format|merge|save|te?mp|oops|again|more|done|review|(?:address(?:ed)? )?(?:pr |review |code review )?(?:feedback|comments?)|work|commit|\(no message\)|[\W\d_]*)[.!]*$/i;

/** Where most of it happened, for a title that says nothing. */
function placeOf(change: Change): string | undefined {
	const paths = change.files.map((file) => file.path);
	const first = paths[0];
	if (first === undefined) return undefined;
	if (paths.length === 1) return first;
	const folders = paths.map((path) => path.split('/').slice(0, -1));
	const common: string[] = [];
	for (let i = 0; folders.every((parts) => parts[i] !== undefined && parts[i] === folders[0]?.[i]); i++)
		common.push(folders[0]?.[i] ?? '');
	return common.length > 0 ? `${common.join('/')}/` : `${first} and ${paths.length - 1} more`;
}

/** What a title closes is shown as its issues. */
const CLOSES = /[\s.,;(]{1,5}(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? (?:#\d{1,9}[,\s]{0,2}){1,5}\)?[.\s]{0,3}$/i;

function titleOf(leading: Node): Safe {
	const title = leading.title.replace(CLOSES, '').replace(/[.\s]+$/, '') || leading.change.subject;
	const place = VAGUE.test(title) ? placeOf(leading.change) : undefined;
	return safe(place === undefined ? title : `${title} (${place})`, 140);
}

function draft(members: readonly Node[], grouping: readonly string[]): FeatureDraft {
	const weightiest = KINDS.find((kind) => members.some((node) => node.change.kind === kind)) ?? 'other';
	const leading =
		members.find((node) => node.change.kind === weightiest && node.fixupOf === undefined) ??
		members.find((node) => node.fixupOf === undefined) ??
		members[0];
	if (!leading) throw new TypeError('a feature needs a change');
	const scope = leading.change.scope ?? members.find((node) => node.change.scope !== undefined)?.change.scope;
	return {
		id: featureIdOf(members[0]?.change.oid ?? leading.change.oid),
		title: titleOf(leading),
		kind: weightiest,
		...(scope === undefined ? {} : {scope}),
		breaking: members.some((node) => node.change.breaking),
		issues: [...new Set(members.flatMap((node) => node.change.issues))].slice(0, 30),
		changes: members.map((node) => node.change),
		grouping: grouping.map((why) => safe(why, 200)),
		files: new Set(members.flatMap((node) => node.change.files.map((file) => file.path))).size,
	};
}

/** @param changes oldest first, without what shipped or cancelled out. Every change ends in exactly one feature. */
export function groupChanges(changes: readonly Change[]): FeatureDraft[] {
	const nodes = nodesOf(changes);
	const groups = links(nodes.length);
	joinHard(nodes, groups);
	joinStacked(nodes, groups);
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
function distinct(drafts: readonly FeatureDraft[]): FeatureDraft[] {
	const seen = new Set<FeatureId>();
	return drafts.map((feature) => {
		// `as`: the same shape with more digits of the same change.
		const id = seen.has(feature.id) ? (`f-${feature.changes[0]?.oid.slice(0, 12)}` as FeatureId) : feature.id;
		seen.add(id);
		return id === feature.id ? feature : {...feature, id};
	});
}
