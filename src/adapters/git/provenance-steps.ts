// Room: adapters. The way from the first change of a range to its last as one row of steps, each on the state that the one
// before it left. On a first-parent line that is what git's log walks by itself; where merges were looked into (shape.ts) the
// changes stand on lines of their own, and a state between two of them is what picking one after the other comes to.

import type {Change} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {BASE} from '../../domain/provenance/weave.ts';
import {synthetic} from './picks.ts';
import type {View} from './view.ts';
import {memoryOf, openWalk} from './walk.ts';

export interface Steps {
	/** For `git diff-tree --stdin`: a commit and the one that it is compared with, a line each. */
	readonly input: string;
	/** Whose step a commit is: the change's place, or BASE. */
	readonly units: ReadonlyMap<Oid, number>;
	/** In which its commits are found. */
	readonly env: Record<string, string>;
}

interface Commit {
	readonly tree: Oid;
	readonly parents: readonly Oid[];
}

/** Bytes of ids: some millions of commits. */
const MOST_BYTES = 512_000_000;

async function readCommits(view: View, base: Oid, dev: Oid, signal?: AbortSignal): Promise<Map<Oid, Commit>> {
	const args = ['log', '--format=%H %T %P', dev, `^${base}`, '--'];
	const {stdout} = await view.run(args, {signal, maxBytes: MOST_BYTES});
	const commits = new Map<Oid, Commit>();
	for (const line of stdout.toString('latin1').split('\n')) {
		const [oid = '', tree = '', ...parents] = line.split(' ');
		if (oid !== '')
			commits.set(asOid(oid), {tree: asOid(tree), parents: parents.filter((one) => one !== '').map(asOid)});
	}
	return commits;
}

/** @param changes in branch order. Undefined: they are on the first-parent line of the last one. */
export async function stepsOf(
	view: View,
	{base, dev}: {readonly base: Oid; readonly dev: Oid},
	changes: readonly Change[],
	signal?: AbortSignal,
): Promise<Steps | undefined> {
	if (changes.every(({parent}, i) => i === 0 || parent === changes[i - 1]?.oid)) return undefined;
	const commits = await readCommits(view, base, dev, signal);
	const line = new Set<Oid>();
	for (let at = changes.at(-1)?.oid; at !== undefined && commits.has(at); at = commits.get(at)?.parents[0])
		line.add(at);
	if (changes.every(({oid}) => line.has(oid))) return undefined;
	const walk = openWalk(view, view.scratch('merged'), changes, memoryOf(view));
	try {
		const treeOf = (oid: Oid) => commits.get(oid)?.tree ?? walk.treeOf(oid);
		const own = new Set(changes.map(({oid}) => oid));
		const units = new Map<Oid, number>();
		const rows: string[] = [];
		let at = forkOf(changes, commits);
		let tree = await treeOf(at);
		const step = (unit: number, commit: Oid, after: Oid) => {
			rows.push(/^0+$/.test(at) ? commit : `${commit} ${at}`);
			units.set(commit, unit);
			[at, tree] = [commit, after];
		};
		for (const [unit, change] of changes.entries()) {
			signal?.throwIfAborted();
			const before = await treeOf(change.parent);
			// What lies between is no change: the base came in.
			if (before !== tree && leadsBack(change.parent, {at, tree}, commits, own)) step(BASE, change.parent, before);
			if (before === tree) {
				at = change.parent;
				step(unit, change.oid, change.tree);
				continue;
			}
			const picked = await walk.pick(tree, change);
			// One that does not go on here ties to nothing by its lines; a simulation says what it meets.
			if (picked.clean && picked.tree !== tree)
				step(unit, await synthetic(view.scratch('synthetic'), picked.tree, at), picked.tree);
		}
		return {input: `${rows.join('\n')}\n`, units, env: walk.env};
	} finally {
		await walk.close();
	}
}

/** Where the first change's line leaves the base. */
function forkOf([first]: readonly Change[], commits: ReadonlyMap<Oid, Commit>): Oid {
	let at = first?.parent ?? asOid('0'.repeat(40));
	for (let below = commits.get(at)?.parents[0]; below !== undefined; below = commits.get(at)?.parents[0]) at = below;
	return at;
}

/** Whether a commit descends from the state by nothing but commits that are no change. */
function leadsBack(
	from: Oid,
	state: {readonly at: Oid; readonly tree: Oid},
	commits: ReadonlyMap<Oid, Commit>,
	own: ReadonlySet<Oid>,
): boolean {
	const seen = new Set<Oid>([from]);
	for (const oid of seen) {
		const commit = commits.get(oid);
		if (oid === state.at || commit?.tree === state.tree) return true;
		if (commit === undefined || own.has(oid)) continue;
		for (const parent of commit.parents) seen.add(parent);
	}
	return false;
}
