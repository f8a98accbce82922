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
export function touchedBy({files, blobs}: RawRecord): Touched | undefined {
	if (files.length > MOST_FILES) return undefined;
	const lines: [string, string][] = [];
	files.forEach(({path, status, from}, i) => {
		const [before = '', after = ''] = (blobs[i] ?? '').split(' ');
		const none = '0'.repeat(before.length);
		const added = status === 'renamed' || status === 'copied';
		if (!isLockfile(path)) lines.push([`${LETTER[status]}${path}`, added ? `${none} ${after}` : `${before} ${after}`]);
		if (status === 'renamed' && from !== undefined && !isLockfile(from)) lines.push([`D${from}`, `${before} ${none}`]);
	});
	if (lines.length === 0) return undefined;
	// By path: then a change and its inverse have the same order.
	if (lines.length > 1) lines.sort(([a], [b]) => (a.slice(1) < b.slice(1) ? -1 : 1));
	const key = lines.map(([line]) => line).join('\0');
	return {key, blobs: lines.map(([, pair]) => pair)};
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
