// Room: domain. Which changes belong together, and why. Hard links (somebody said so) first, then what continues what.

import type {Change} from './change.ts';
import {parseMessage, subjectKey} from './conventional.ts';
import type {DependencyGraph} from './dependency.ts';
import type {Fold} from './grouping-folds.ts';
import type {Oid} from './ids.ts';
import {isChangelog, isLockfile, isManifest} from './kind.ts';

/** Changes of one feature; a fold may hold more, and so may what a person joined. */
export const MOST_CHANGES = 15;
const DAY = 86_400;
/** A change of more files is no piece of work that another continues: a move, a format, a merge of many things. */
const MOST_FILES = 80;
/** How far back a stacked fix looks, in changes. */
const LOOK_BACK = 80;
/** Other pull requests that one may mention and still belong to them: who lists more writes an overview. */
const MOST_MENTIONS = 3;
/** Changes that refer to one issue and still are one feature: beyond, it is a roof over many. */
const MOST_OF_ISSUE = 6;

export interface Node {
	readonly change: Change;
	readonly at: number;
	readonly title: string;
	readonly fixupOf: string | undefined;
	readonly followsUp: readonly number[];
	/** Other changes that its message names by id, perhaps shortened. */
	readonly mentions: readonly string[];
	/** Its own scope, or the package that it is all in. */
	readonly scope: string | undefined;
	/** Paths that few others touch. */
	readonly files: ReadonlySet<string>;
	readonly fold: Fold | undefined;
}

/** Union-find that remembers why, and refuses to grow beyond the cap. */
export function makeLinks(count: number) {
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
		join(a: number, b: number, why: string, most = MOST_CHANGES): void {
			const [x, y] = [find(a), find(b)];
			if (x === y) return;
			const together = (size[x] ?? 1) + (size[y] ?? 1);
			if (together > most) return;
			parent[Math.max(x, y)] = Math.min(x, y);
			const root = Math.min(x, y);
			size[root] = together;
			reasons.set(root, new Set([...(reasons.get(x) ?? []), ...(reasons.get(y) ?? []), why]));
		},
		why: (i: number): readonly string[] => [...(reasons.get(find(i)) ?? [])],
	};
}
export type Links = ReturnType<typeof makeLinks>;

const HEX_NAME = /\b[0-9a-f]{8,40}\b/g;
const PICKED_FROM = /^\s*\(?cherry[- ]picked from commit [0-9a-f]+\)?\s*$/gim;

export function nodesOf(
	changes: readonly Change[],
	foldOf: (change: Change) => Fold | undefined,
	packageOf: (paths: readonly string[]) => string | undefined,
): Node[] {
	const touched = new Map<string, number>();
	for (const change of changes)
		for (const file of change.files) touched.set(file.path, (touched.get(file.path) ?? 0) + 1);
	// Files that many changes touch prove nothing.
	const hot = Math.max(6, changes.length * 0.04);
	return changes.map((change, at) => {
		const message = parseMessage(`${change.subject}\n\n${change.body}`);
		const paths = change.files.map((file) => file.path);
		const files = paths.filter(
			(path) => (touched.get(path) ?? 0) <= hot && !isLockfile(path) && !isChangelog(path) && !isManifest(path),
		);
		// Where it was picked from says nothing of what it belongs to, and is easily forged.
		const spoken = `${change.subject}\n${change.body}`.replace(PICKED_FROM, '');
		const words = change.bot ? [] : [...spoken.matchAll(HEX_NAME)];
		return {
			change,
			at,
			title: message.title,
			fixupOf: message.fixupOf,
			followsUp: change.bot ? [] : message.followsUp,
			mentions: words.map(([word]) => word).filter((word) => /[a-f]/.test(word) && /\d/.test(word)),
			scope: change.scope ?? packageOf(paths),
			files: new Set(files.slice(0, 2000)),
			fold: foldOf(change),
		};
	});
}

export function joinHard(nodes: readonly Node[], groups: Links): void {
	const byPull = new Map<number, number>();
	const byIssue = new Map<string, number[]>();
	const bySubject = new Map<string, number>();
	const byBranch = new Map<string, number>();
	const byOid = new Map<Oid, number>();
	const byShort = new Map<string, number>();
	// What is folded stays folded, however it is mentioned; only what was one piece of work keeps it.
	const link = (a: number, b: number, why: string) => {
		if (nodes[a]?.fold === undefined && nodes[b]?.fold === undefined) groups.join(a, b, why);
	};
	// A mention alone is only a word.
	const meant = (a: number, b: number, why: string) => {
		if (related(nodes[a], nodes[b])) link(a, b, why);
	};
	for (const {change, at, fixupOf, followsUp, mentions} of nodes) {
		if (change.pullRequest !== undefined) {
			const same = byPull.get(change.pullRequest);
			if (same !== undefined) groups.join(same, at, `Same pull request #${change.pullRequest}`);
			else byPull.set(change.pullRequest, at);
		}
		const whole = fixupOf === undefined ? undefined : bySubject.get(subjectKey(fixupOf));
		if (whole !== undefined) groups.join(whole, at, 'Marked as a fix-up of another change');
		for (const number of followsUp) {
			const earlier = byPull.get(number);
			if (earlier !== undefined) link(earlier, at, `Follows up #${number}`);
		}
		if (change.branch !== undefined && change.pullRequest === undefined) {
			const same = byBranch.get(change.branch);
			if (same !== undefined) link(same, at, `Same branch ${change.branch}`);
			else byBranch.set(change.branch, at);
		}
		const taken = change.reverts === undefined ? undefined : byOid.get(change.reverts);
		if (taken !== undefined) link(taken, at, 'One takes the other back in part');
		const named = new Set(mentions.map((word) => byShort.get(word.slice(0, 8))).filter((one) => one !== undefined));
		if (named.size <= MOST_MENTIONS)
			for (const earlier of named)
				if (nodes[earlier] && mentions.some((word) => nodes[earlier]?.change.oid.startsWith(word)))
					meant(earlier, at, `Mentions ${nodes[earlier].change.oid.slice(0, 8)}`);
		const pulls = change.issues.flatMap((issue) => {
			const pull = issue.startsWith('#') ? byPull.get(Number(issue.slice(1))) : undefined;
			return pull === undefined || pull === at ? [] : [{pull, issue}];
		});
		if (pulls.length <= MOST_MENTIONS) for (const {pull, issue} of pulls) meant(pull, at, `Mentions ${issue}`);
		for (const issue of change.issues) byIssue.set(issue, [...(byIssue.get(issue) ?? []), at]);
		bySubject.set(subjectKey(change.subject), at);
		byOid.set(change.oid, at);
		byShort.set(change.oid.slice(0, 8), at);
	}
	for (const [issue, members] of byIssue) {
		if (members.length > MOST_OF_ISSUE && issue.startsWith('#')) continue;
		if (members.length > MOST_CHANGES) continue;
		for (const member of members.slice(1)) link(members[0] ?? member, member, `Same issue ${issue}`);
	}
}

const sameAuthor = (a: Change, b: Change) =>
	a.author.email !== '' ? a.author.email === b.author.email : a.author.name === b.author.name;

/** Ids are public: whoever names one has not yet done anything for it, and must not travel with it for the asking. */
function related(a: Node | undefined, b: Node | undefined): boolean {
	if (a === undefined || b === undefined) return false;
	if (sameAuthor(a.change, b.change) || (a.scope !== undefined && a.scope === b.scope)) return true;
	return [...b.files].some((path) => a.files.has(path));
}

const hasOwnName = (change: Change) => change.pullRequest !== undefined || change.issues.length > 0;

/** Kinds that finish something rather than begin it. */
const isFinishing = ({kind}: Change) => kind !== 'feat' && kind !== 'revert';

/** Why `later` continues `earlier`; undefined when nothing says so. */
function continues(later: Node, earlier: Node, graph: DependencyGraph | undefined): string | undefined {
	const [b, a] = [later.change, earlier.change];
	if (earlier.fold !== undefined || later.files.size === 0) return undefined;
	if (earlier.files.size > MOST_FILES || later.files.size > MOST_FILES) return undefined;
	const days = Math.abs(b.authoredAt - a.authoredAt) / DAY;
	if (days > 14) return undefined;
	let shared = 0;
	for (const path of later.files) if (earlier.files.has(path)) shared++;
	if (shared === 0) return undefined;
	const part = shared / later.files.size;
	const jaccard = shared / (later.files.size + earlier.files.size - shared);
	const sameScope = later.scope !== undefined && later.scope === earlier.scope;
	const mine = sameAuthor(a, b);
	const edge = graph?.needs(b.oid).find(({to, strength}) => to === a.oid && strength !== 'regenerate');
	if (edge?.kind === 'edit' && isFinishing(b) && part >= 0.5 && (mine || sameScope) && later.files.size <= 12)
		return `Reworks lines of it within ${days <= 1 ? 'a day' : `${Math.ceil(days)} days`}`;
	if ((edge?.kind === 'birth' || edge?.kind === 'local') && sameScope && jaccard >= 0.5)
		return `Uses ${edge.why.symbol ?? 'names'} of it, on the same files in ${later.scope}`;
	if (!mine) return undefined;
	// Two pull requests, or two issues, were two things to their author: only a fix right behind, on the same files in the
	// same scope, joins them.
	if (hasOwnName(a) && hasOwnName(b)) {
		const close = isFinishing(b) && sameScope && days <= 3 && part >= 0.5;
		return close ? `Follow-up by the same author in ${later.scope}, on the same files` : undefined;
	}
	if (a.scope !== undefined && a.scope === b.scope && (part >= 0.3 || days <= 2))
		return `Same scope (${a.scope}), author and files`;
	if (isFinishing(b) && part >= 0.5 && later.files.size <= 8)
		return 'A small follow-up by the same author on the same files';
	return undefined;
}

export function joinStacked(nodes: readonly Node[], groups: Links, graph?: DependencyGraph): void {
	for (const later of nodes) {
		if (later.fold !== undefined || later.change.kind === 'revert') continue;
		for (let i = later.at - 1; i >= 0 && i >= later.at - LOOK_BACK; i--) {
			const earlier = nodes[i];
			const why = earlier && continues(later, earlier, graph);
			if (!earlier || why === undefined) continue;
			groups.join(earlier.at, later.at, why);
			break;
		}
	}
}
