// Room: adapters. What changes touched, without reading any content: paths, kinds of change, and the blobs before and after.

import {asOid, type Oid} from '../../domain/ids.ts';
import {isLockfile} from '../../domain/kind.ts';
import {cachedStream} from './cache.ts';
import {type RawRecord, rawRecords} from './records.ts';
import type {View} from './view.ts';

/** What a change touched: equal patches touch equal paths in equal ways. */
export interface Touched {
	/** Paths and kinds of change, without lock files. */
	readonly key: string;
	/** The blobs before and after, in the order of the key. */
	readonly blobs: readonly string[];
}

const LETTER = {added: 'A', copied: 'A', deleted: 'D', modified: 'M', renamed: 'A', 'type-changed': 'T'} as const;
/** Who touches more files than this moved or vendored something; nobody picks it by hand. */
const MOST_FILES = 1000;

/** Undefined when there is nothing but lock files, or too much. */
export function touchedBy({files, blobs}: Pick<RawRecord, 'files' | 'blobs'>): Touched | undefined {
	if (files.length > MOST_FILES) return undefined;
	const letters: string[] = [];
	const edits: string[] = [];
	const paths: string[] = [];
	let sorted = true;
	const add = (letter: string, path: string, edit: string) => {
		if (isLockfile(path)) return;
		sorted &&= paths.length === 0 || (paths.at(-1) ?? '') <= path;
		letters.push(letter);
		paths.push(path);
		edits.push(edit);
	};
	files.forEach(({path, status, from}, i) => {
		const [before = '', after = ''] = (blobs[i] ?? '').split(' ');
		const none = '0'.repeat(before.length);
		const added = status === 'renamed' || status === 'copied';
		add(LETTER[status], path, added ? `${none} ${after}` : `${before} ${after}`);
		if (status === 'renamed' && from !== undefined) add('D', from, `${before} ${none}`);
	});
	if (paths.length === 0) return undefined;
	// By path: then a change and its inverse have the same order. Mostly git's order is that already.
	const order = paths.map((_, i) => i);
	if (!sorted) order.sort((a, b) => ((paths[a] ?? '') < (paths[b] ?? '') ? -1 : 1));
	return {key: order.map((i) => `${letters[i]}${paths[i]}`).join('\0'), blobs: order.map((i) => edits[i] ?? '')};
}

/** The files of some commits, merges against their first parent; no file's contents are read. */
export async function readTouched(
	view: View,
	oids: readonly Oid[],
	into: Map<Oid, Touched>,
	signal: AbortSignal | undefined,
): Promise<void> {
	const lacking = oids.filter((oid) => !into.has(oid));
	if (lacking.length === 0) return;
	const args = [
		...['log', '--no-walk=unsorted', '--stdin', '-z', '--raw', '--no-abbrev', '--no-renames'],
		...['--diff-merges=first-parent', '--no-ext-diff', '--ignore-submodules=none', '--no-decorate', '--format=%H%x00'],
	];
	for await (const records of rawRecords(cachedStream(view, args, signal, `${lacking.join('\n')}\n`), 2)) {
		for (const record of records) {
			const what = touchedBy(record);
			if (what !== undefined) into.set(asOid(record.fields[0] ?? ''), what);
		}
	}
}
