// Room: adapters. Whether two changes are the same patch, whatever they are called and wherever their lines stand. Cheap
// questions first: the same blobs before and after, then the same growth in bytes of every file, and only then the lines.
// Lines are asked for only where the blobs differ, all of them at once: two trees made for it hold just those files.

import {createHash} from 'node:crypto';
import {FaultError} from '../../domain/fault/fault.ts';
import {isOid, type Oid} from '../../domain/ids.ts';
import {writeObject} from './objects.ts';
import {quoted} from './picks.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** Files whose lines are read for one range; beyond them changes count as different, which is the careful side. */
const MOST_EDITS = 12_000;

/** Lines of one file that are compared: of 200,000 lines the first say enough. */
const MOST_LINES = 20_000;

/** A change with its blobs, `<before> <after>` for each path that counts, in the same order on both sides of a pair. */
export interface Candidate {
	readonly oid: Oid;
	readonly blobs: readonly string[];
}

export type Pair = readonly [Candidate, Candidate];

export const sameBlobs = (a: readonly string[], b: readonly string[]): boolean =>
	a.length === b.length && a.every((blobs, i) => blobs === b[i]);

/**
 * Compares pairs that touch the same paths in the same ways. The answer knows the pairs that it was asked.
 * Where contents are missing (a partial clone), only the same blobs are equal.
 */
export function openPatches(view: View, signal?: AbortSignal) {
	/** By edit (`<before> <after>`): what it does. Undefined where it has no lines. */
	const prints = new Map<string, string | undefined>();
	const equal = (a: string, b: string) => a === b || (prints.get(a) !== undefined && prints.get(a) === prints.get(b));
	return async (pairs: readonly Pair[]): Promise<(a: Oid, b: Oid) => boolean> => {
		const unsure = pairs.filter(([a, b]) => !sameBlobs(a.blobs, b.blobs));
		if (unsure.length > 0) {
			try {
				const growthOf = await growths(view, unsure, signal);
				const likely = unsure.filter(([a, b]) =>
					apart([a, b]).every(([mine, other]) => growthOf(mine) === growthOf(other)),
				);
				const lacking = new Set(likely.flatMap((pair) => apart(pair).flat()).filter((edit) => !prints.has(edit)));
				const read = [...lacking].slice(0, Math.max(0, MOST_EDITS - prints.size));
				for (const [edit, print] of await fingerprints(view, read, signal)) prints.set(edit, print);
			} catch (thrown) {
				if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
			}
		}
		const same = new Set<string>();
		for (const [a, b] of pairs)
			if (a.blobs.length === b.blobs.length && apart([a, b]).every(([mine, other]) => equal(mine, other)))
				same.add(`${a.oid} ${b.oid}`);
		return (a, b) => same.has(`${a} ${b}`);
	};
}

/** The edits of both sides at the paths where they are not the same blobs. */
function apart([a, b]: Pair): [string, string][] {
	return a.blobs.flatMap((edit, i): [string, string][] => (edit === b.blobs[i] ? [] : [[edit, b.blobs[i] ?? '']]));
}

const NO_BLOB = /^0+$/;

/**
 * By how many bytes a file grew; equal patches make equal growth. Sizes come without reading the contents. What is no blob (a
 * submodule's commit) or missing has none: the edit stands for itself.
 */
async function growths(view: View, pairs: readonly Pair[], signal?: AbortSignal): Promise<(edit: string) => string> {
	const wanted = new Set(
		pairs.flatMap((pair) => apart(pair).flatMap((both) => both.flatMap((edit) => edit.split(' ')))),
	);
	const oids = [...wanted].filter((oid) => isOid(oid) && !NO_BLOB.test(oid));
	const input = `${oids.join('\n')}\n`;
	const {stdout} = await view.run(['cat-file', '--batch-check=%(objecttype) %(objectsize)', '--buffer'], {
		input,
		signal,
	});
	const lines = stdout.toString('latin1').split('\n');
	const sizes = new Map(oids.map((oid, i) => [oid as string, /^blob (\d+)$/.exec(lines[i] ?? '')?.[1]]));
	const sizeOf = (oid = '') => (NO_BLOB.test(oid) ? 0 : Number(sizes.get(oid) ?? Number.NaN));
	return (edit) => {
		const [before, after] = edit.split(' ');
		const added = sizeOf(after) - sizeOf(before);
		return Number.isNaN(added) ? edit : String(added);
	};
}

/**
 * What each edit does: a digest over changed lines and their context, white space left out. None where it has no lines.
 * Each edit is one file of two trees that exist only for this, named after its place: one diff reads nothing else.
 */
async function fingerprints(
	view: View,
	edits: readonly string[],
	signal?: AbortSignal,
): Promise<Map<string, string | undefined>> {
	const prints = new Map<string, string | undefined>(edits.map((edit) => [edit, undefined]));
	const [first] = edits;
	if (first === undefined) return prints;
	const scratch = view.scratch('synthetic');
	const treeOf = (side: 0 | 1): Promise<Oid> => {
		const parts: Buffer[] = [];
		edits.forEach((edit, i) => {
			const oid = edit.split(' ')[side] ?? '';
			if (!NO_BLOB.test(oid)) parts.push(Buffer.from(`100644 ${nameAt(i)}\0`), Buffer.from(oid, 'hex'));
		});
		// `as`: only its length is looked at.
		return writeObject(scratch, (first.split(' ')[0] ?? '') as Oid, 'tree', Buffer.concat(parts));
	};
	const [before, after] = await Promise.all([treeOf(0), treeOf(1)]);
	const args = [
		...['diff-tree', '-p', '-U3', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'],
		...['--src-prefix=a/', '--dst-prefix=b/', before, after],
	];
	const env = {GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(scratch)};
	let current: string | undefined;
	let inHunk = false;
	let whole: string[] = [];
	const close = () => {
		if (current !== undefined && whole.length > 0)
			prints.set(current, createHash('sha1').update(whole.join('\n')).digest('base64'));
		whole = [];
		inHunk = false;
	};
	for await (const found of tokens(view.stream(args, {env, signal}), 10, 65_536)) {
		for (const line of found) {
			const sign = line[0];
			// Lines of a file have a sign of their own, so none of them can pose as a header.
			if (sign === 0x64) {
				const place = placeIn(line.toString('latin1'));
				if (place === undefined) continue;
				close();
				current = edits[place];
			} else if (sign === 0x40) inHunk = true;
			else if (inHunk && (sign === 0x2b || sign === 0x2d || sign === 0x20)) {
				if (whole.length < MOST_LINES) whole.push(line.toString('latin1').replace(/\s+/g, ''));
			}
		}
	}
	close();
	return prints;
}

/** As many digits each, so that git's order of names is that of the places. */
const nameAt = (place: number): string => place.toString().padStart(8, '0');
/** The place in `diff --git a/00000012 b/00000012`; undefined for another line that starts with a d (`deleted file mode …`). */
function placeIn(line: string): number | undefined {
	const place = /^diff --git a\/(\d{8}) /.exec(line)?.[1];
	return place === undefined ? undefined : Number(place);
}
