// Room: adapters. Conflicts that contradict nothing: files that a tool makes anew take one side, manifests are merged by key.
// Whatever comes out is looked at for conflict markers before it may stand in a tree.

import {isGenerated, isLockFile, isManifest} from '../../domain/generated.ts';
import type {Oid} from '../../domain/ids.ts';
import {mergeJson} from './merge-json.ts';
import {writeObject} from './objects.ts';
import type {Picked} from './picks.ts';
import type {Entry, Reader} from './reader.ts';

/** A merge whose conflicts are settled as far as they can be. */
export interface Mended extends Picked {
	/** Generated files that took our side: somebody has to make them anew. */
	readonly regenerate: readonly string[];
	/** Manifests that were merged by key: nothing is left to do. */
	readonly byKey: readonly string[];
	/** It could not be tried, for contents of the conflicting paths are not here; the tree is ours as it was. */
	readonly absent?: true;
}

export const asItIs = (picked: Picked): Mended => ({...picked, regenerate: [], byKey: []});

const canMend = (path: string) => (isGenerated(path) || isManifest(path)) && !path.includes('\uFFFD');
const isFile = (entry: Entry | undefined) => entry === undefined || /^100/.test(entry.mode);

interface Trees {
	readonly base: Oid;
	readonly ours: Oid;
	readonly theirs: Oid;
}

/** All conflicts or none: a change that cannot go whole does not go. */
export async function mend(picked: Picked, trees: Trees, reader: Reader, objects: string): Promise<Mended> {
	if (picked.clean || !picked.conflicts.every(canMend)) return asItIs(picked);
	const settled = new Map<string, Entry | undefined>();
	const [regenerate, byKey]: [string[], string[]] = [[], []];
	for (const path of picked.conflicts) {
		const [base, ours, theirs] = await Promise.all([
			reader.entry(trees.base, path),
			reader.entry(trees.ours, path),
			reader.entry(trees.theirs, path),
		]);
		// A link or a folder on one side is more than a text that differs.
		if (![base, ours, theirs].every(isFile)) return asItIs(picked);
		const merged = await mergedByKey(path, {base, ours, theirs}, reader, objects);
		if (merged) {
			settled.set(path, merged);
			(isLockFile(path) ? regenerate : byKey).push(path);
			continue;
		}
		if (!isGenerated(path)) return asItIs(picked);
		settled.set(path, theirs === undefined ? undefined : ours);
		regenerate.push(path);
	}
	const tree = await reader.exchange(picked.tree, settled, objects);
	return {tree, clean: true, conflicts: [], regenerate, byKey};
}

async function mergedByKey(
	path: string,
	sides: {base: Entry | undefined; ours: Entry | undefined; theirs: Entry | undefined},
	reader: Reader,
	objects: string,
): Promise<Entry | undefined> {
	const {base, ours, theirs} = sides;
	const lock = /\.json$/.test(path) && isLockFile(path);
	if (!ours || !theirs || !(lock || isManifest(path))) return undefined;
	const bodies = await Promise.all([base, ours, theirs].map((entry) => (entry ? reader.body(entry.oid) : undefined)));
	const [from, here, there] = bodies.map((body) => (body === undefined ? undefined : text(body)));
	if (here === undefined || there === undefined) return undefined;
	const merged = mergeJson(base === undefined ? '{}' : (from ?? ''), here, there, lock ? 'ours' : 'fail');
	if (merged === undefined) return undefined;
	const oid = await writeObject(objects, ours.oid, 'blob', Buffer.from(merged));
	// The mode is ours unless only they changed it.
	return {oid, mode: base?.mode === ours.mode ? theirs.mode : ours.mode};
}

/** Undefined for what is no UTF-8: nothing may be lost on the way through a string. */
function text(body: Buffer): string | undefined {
	const decoded = body.toString('utf8');
	return Buffer.from(decoded).equals(body) ? decoded : undefined;
}

const MARKER = /^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$/;

/** Lines that look like conflict markers and stand in none of the sources: a text about markers has its own. */
export function strangeMarkers(result: string, sources: readonly string[]): string[] {
	const found = result.split('\n').filter((line) => MARKER.test(line.replace(/\r$/, '')));
	if (found.length === 0) return [];
	const known = new Set(sources.flatMap((source) => source.split('\n')));
	return found.filter((line) => !known.has(line));
}

/**
 * The last look before a commit is made: no file that ever conflicted holds a marker that no author wrote.
 * @param sources trees whose own version of the file may hold the line.
 */
export async function refuseMarkers(reader: Reader, tree: Oid, paths: Iterable<string>, sources: readonly Oid[]) {
	for (const path of new Set(paths)) {
		const read = async (at: Oid) => {
			const entry = await reader.entry(at, path);
			return entry ? (await reader.body(entry.oid))?.toString('latin1') : undefined;
		};
		const result = await read(tree);
		if (result === undefined || !/^[<>|]{7}/m.test(result)) continue;
		const texts = (await Promise.all(sources.map(read))).filter((text) => text !== undefined);
		const [strange] = strangeMarkers(result, texts);
		if (strange !== undefined) throw new Error(`a conflict marker was about to be committed in ${path}`);
	}
}
