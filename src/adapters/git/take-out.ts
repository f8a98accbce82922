// Room: adapters. Changes out of a tree, the last one first. Where one does not come out of a file alone, because what lies on
// it now stands on lines that it and earlier ones only changed and changed back, it comes out of that file together with those
// earlier ones that are to come out as well: as far back as nothing that stays touched the file.

import type {Change} from '../../domain/change.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Entry} from './reader.ts';
import type {Walk} from './walk.ts';

/** A change that does not come out, and where. */
export interface Stuck {
	readonly change: Change;
	readonly paths: readonly string[];
}

const touches = ({files}: Change, path: string) => files.some((file) => file.path === path);
const renames = ({files}: Change, path: string) =>
	files.some((file) => file.from !== undefined && (file.path === path || file.from === path));

/** @param out what is to come out. @param order everything on the branch, both in branch order. */
export async function takeOut(
	walk: Walk,
	from: Oid,
	out: readonly Change[],
	order: readonly Change[],
): Promise<Oid | Stuck> {
	let tree = from;
	const going = new Set(out.map(({oid}) => oid));
	/** Files out of which a change has come already, together with a later one. */
	const done = new Map<Oid, Set<string>>();
	for (const change of out.toReversed()) {
		const taken = await walk.unpick(tree, change);
		if (taken.absent) return {change, paths: taken.conflicts};
		const before = done.get(change.oid) ?? new Set<string>();
		const open = taken.clean ? [] : taken.conflicts.filter((path) => !before.has(path));
		const files = new Map<string, Entry | undefined>();
		for (const path of before) files.set(path, await walk.reader.entry(tree, path));
		for (const path of open) {
			// What stays has taken the file away: with it went what this one wrote there.
			if ((await walk.reader.entry(tree, path)) === undefined) {
				files.set(path, undefined);
				continue;
			}
			const run = runOf(path, change, order, going);
			const file = run.length < 2 ? undefined : await together(walk, tree, path, run);
			if (file === undefined) return {change, paths: open};
			files.set(path, file.entry);
			for (const {oid} of run) done.set(oid, (done.get(oid) ?? new Set()).add(path));
		}
		tree = files.size === 0 ? taken.tree : await walk.reader.exchange(taken.tree, files, walk.objects);
	}
	return tree;
}

/** The changes of one file that come out with this one: it and what was before it, up to the first that stays. Oldest first. */
function runOf(path: string, last: Change, order: readonly Change[], going: ReadonlySet<Oid>): Change[] {
	const end = order.findIndex(({oid}) => oid === last.oid);
	const run: Change[] = [];
	for (const change of order.slice(0, end + 1).toReversed()) {
		if (renames(change, path)) return [];
		if (!touches(change, path)) continue;
		if (!going.has(change.oid)) break;
		run.unshift(change);
	}
	return run;
}

/** What the file is without the whole run; undefined when even that does not come out. */
async function together(
	walk: Walk,
	tree: Oid,
	path: string,
	run: readonly Change[],
): Promise<{readonly entry: Entry | undefined} | undefined> {
	const [first, last] = [run[0], run.at(-1)];
	if (!first || !last) return undefined;
	const [before, after, now] = await Promise.all([
		walk.treeOf(first.parent).then((parent) => walk.reader.entry(parent, path)),
		walk.reader.entry(last.tree, path),
		walk.reader.entry(tree, path),
	]);
	// Nothing came of it: nothing comes out.
	if (before?.oid === after?.oid && before?.mode === after?.mode) return {entry: now};
	const withOnly = (entry: Entry | undefined) => walk.reader.exchange(tree, new Map([[path, entry]]), walk.objects);
	const [base, theirs] = await Promise.all([withOnly(after), withOnly(before)]);
	const merged = await walk.merge(base, tree, theirs);
	return merged.clean ? {entry: await walk.reader.entry(merged.tree, path)} : undefined;
}
