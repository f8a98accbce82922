// Room: adapters. Walking changes onto a tree and out of one, in memory: the merges, with what can be settled settled, and
// remembered within the process.

import type {Change} from '../../domain/change.ts';
import {FaultError, raise} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {absentOf} from './absent.ts';
import {emptyTree, openPicker, type Picked, pick, type Side, unpick} from './picks.ts';
import {openReader, type Reader} from './reader.ts';
import {asItIs, type Mended, mend} from './regenerate.ts';
import type {View} from './view.ts';

export interface Walk {
	treeOf(commit: Oid): Promise<Oid>;
	/** The tree with the change on it. */
	pick(onto: Oid, change: Change): Promise<Mended>;
	/** The tree with the change out of it. */
	unpick(from: Oid, change: Change): Promise<Mended>;
	/** What two trees did to a third, together. */
	merge(base: Oid, ours: Oid, theirs: Oid): Promise<Mended>;
	readonly reader: Reader;
	/** For other processes that look at its trees. */
	readonly env: Record<string, string>;
	/** Where its trees go. */
	readonly objects: string;
	/** Merges so far, those that were remembered or needed none included. */
	steps(): number;
	close(): Promise<void>;
}

/** What was simulated in this process: a selection that grows one change at a time walks the same beginning again. */
const MEMORIES = new WeakMap<View, Map<string, Mended>>();
const MOST_REMEMBERED = 100_000;

/** Of simulations only: what a release is built from must lie in the kept folder. */
export function memoryOf(view: View): Map<string, Mended> {
	const known = MEMORIES.get(view);
	if (known && known.size < MOST_REMEMBERED) return known;
	const fresh = new Map<string, Mended>();
	MEMORIES.set(view, fresh);
	return fresh;
}

/** @param changes all that will be walked: their trees, and those of their parents, are asked for at once. */
export function openWalk(
	view: View,
	objects: string,
	changes: readonly Change[],
	memory = new Map<string, Mended>(),
): Walk {
	const picker = openPicker(view, objects);
	const reader = openReader(view, picker.env);
	const trees = new Map<Oid, Oid>(changes.map((change) => [change.oid, change.tree]));
	let steps = 0;
	let asked: Promise<void> | undefined;

	async function treeOf(commit: Oid): Promise<Oid> {
		if (/^0+$/.test(commit)) return emptyTree(view, commit);
		asked ??= readTrees(view, [...changes.map(({parent}) => parent), commit], trees);
		await asked;
		if (!trees.has(commit)) await readTrees(view, [commit], trees);
		const how = `commit ${commit.slice(0, 12)} is missing`;
		return trees.get(commit) ?? raise('HISTORY_CUT', {with: {how, fix: 'git fetch --refetch'}});
	}

	async function remembered(key: string, make: () => Promise<Mended>): Promise<Mended> {
		steps++;
		const known = memory.get(key) ?? (await make());
		// What is lacking may be fetched any moment.
		if (!known.absent) memory.set(key, known);
		return known;
	}

	/** On the very tree it was made on there is nothing to merge. */
	const whole = (tree: Oid): Mended => asItIs({tree, clean: true, conflicts: []});

	async function settle(merging: Promise<Picked>, base: Oid, ours: Oid, theirs: Oid): Promise<Mended> {
		try {
			return await mend(await merging, {base, ours, theirs}, reader, objects);
		} catch (thrown) {
			if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
			const paths = await unreadable(view, {base, ours, theirs}, reader, picker.env);
			if (paths.length === 0) throw thrown;
			return {...asItIs({tree: ours, clean: false, conflicts: paths}), absent: true};
		}
	}

	return {
		treeOf,
		pick: (onto, change) =>
			remembered(`${onto} + ${change.oid}`, async () => {
				const parent = await treeOf(change.parent);
				if (parent === onto) return whole(change.tree);
				return settle(pick(picker, view, onto, change, parent), parent, onto, change.tree);
			}),
		unpick: (from, change) =>
			remembered(`${from} - ${change.oid}`, async () => {
				const parent = await treeOf(change.parent);
				if (change.tree === from) return whole(parent);
				return settle(unpick(picker, view, from, change, parent), change.tree, from, parent);
			}),
		merge: (base, ours, theirs) =>
			remembered(`${ours} < ${base} > ${theirs}`, () => {
				const side = (tree: Oid): Side => ({tree});
				return settle(picker.merge(side(base), ours, side(theirs)), base, ours, theirs);
			}),
		reader,
		env: picker.env,
		objects,
		steps: () => steps,
		async close() {
			await Promise.all([picker.close(), reader.close()]);
		},
	};
}

/** Files that both sides changed, of which one version is not here: the merge of them, and of them alone, cannot be tried. */
async function unreadable(
	view: View,
	{base, ours, theirs}: {base: Oid; ours: Oid; theirs: Oid},
	reader: Reader,
	env: Record<string, string>,
): Promise<string[]> {
	const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', base, theirs];
	const {stdout} = await view.run(args, {env});
	const fields = stdout.toString('utf8').split('\0');
	const files: {path: string; oids: string[]; both: boolean}[] = [];
	for (let i = 0; i + 1 < fields.length; i += 2) {
		const [, , before = '', after = ''] = (fields[i] ?? '').split(' ');
		const path = fields[i + 1] ?? '';
		const here = (await reader.entry(ours, path))?.oid ?? '';
		const oids = [before, after, here].filter((oid) => oid !== '' && !/^0+$/.test(oid));
		files.push({path, oids, both: here !== before && here !== after});
	}
	const absent = await absentOf(view, [...new Set(files.flatMap(({oids}) => oids))], {env});
	const lacking = files.filter(({oids}) => oids.some((oid) => absent.has(oid)));
	const disputed = lacking.filter(({both}) => both);
	// Where nothing is disputed, git wanted to see whether a file was renamed.
	return (disputed.length > 0 ? disputed : lacking).map(({path}) => path);
}

async function readTrees(view: View, commits: readonly Oid[], into: Map<Oid, Oid>): Promise<void> {
	const wanted = [...new Set(commits)].filter((oid) => !/^0+$/.test(oid) && !into.has(oid));
	for (let from = 0; from < wanted.length; from += 500) {
		const part = wanted.slice(from, from + 500);
		const input = `${part.map((oid) => `${oid}^{tree}`).join('\n')}\n`;
		const {stdout} = await view.run(['cat-file', '--batch-check=%(objectname)'], {input});
		const lines = stdout.toString('latin1').split('\n');
		for (const [i, oid] of part.entries()) {
			const tree = lines[i] ?? '';
			if (/^[0-9a-f]+$/.test(tree)) into.set(oid, asOid(tree));
		}
	}
}
