// Room: adapters. The names that a base knows: every word of its source files, as hashes, and by file for the files that a
// range touches; and the packages of its manifests. Streamed through one process, one file held at a time.

import type {Oid} from '../../domain/ids.ts';
import {type BaseNames, isCode} from '../../domain/provenance/births.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {isManifest, packagesIn} from '../../domain/provenance/signals.ts';
import {eachName, HashCounts} from '../../domain/provenance/tokens.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** Bytes; larger files are data or made by a tool. */
const MAX_FILE = 1_000_000;

export interface BaseKnowledge extends BaseNames {
	readonly packages: ReadonlySet<string>;
}

interface Entry {
	readonly oid: string;
	readonly path: string;
}

async function entries(view: View, base: Oid, signal: AbortSignal | undefined): Promise<Entry[]> {
	const found: Entry[] = [];
	const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', base];
	for await (const part of tokens(view.stream(args, {signal}), 0, 8192)) {
		for (const bytes of part) {
			const text = bytes.toString('utf8');
			const tab = text.indexOf('\t');
			const path = text.slice(tab + 1);
			if (!(isCode(path) || isManifest(path)) || isRegenerable(path)) continue;
			const [mode, kind, oid = '', size] = text.slice(0, tab).split(/ +/);
			if (kind === 'blob' && mode !== '120000' && Number(size) <= MAX_FILE) found.push({oid, path});
		}
	}
	return found;
}

/** @param touched the files whose own names are wanted as well. */
export async function readBaseNames(
	view: View,
	base: Oid,
	touched: ReadonlySet<string>,
	signal?: AbortSignal,
): Promise<BaseKnowledge> {
	const all = new HashCounts();
	const byPath = new Map<string, HashCounts>();
	const packages = new Set<string>();
	const wanted = await entries(view, base, signal);
	let at = 0;
	const take = (bytes: Buffer) => {
		const path = wanted[at++]?.path ?? '';
		if (isManifest(path)) for (const name of packagesIn(bytes.toString('utf8'))) packages.add(name);
		const own = touched.has(path) ? new HashCounts() : undefined;
		if (own !== undefined) byPath.set(path, own);
		eachName(bytes, 0, bytes.length, (hash) => {
			all.add(hash);
			own?.add(hash);
		});
	};
	if (wanted.length > 0) {
		const input = `${wanted.map(({oid}) => oid).join('\n')}\n`;
		await eachBlob(view.stream(['cat-file', '--batch', '--buffer'], {input, signal}), take);
	}
	return {all, byPath, packages};
}

/** Records are `oid kind size`, a newline, so many bytes, a newline; a missing object has only its first line. */
async function eachBlob(source: AsyncIterable<Buffer>, take: (bytes: Buffer) => void): Promise<void> {
	let parts: Buffer[] = [];
	let held = 0;
	let need = 0;
	for await (const chunk of source) {
		parts.push(chunk);
		held += chunk.length;
		if (held < need) continue;
		const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
		let at = 0;
		need = 0;
		while (at < bytes.length) {
			const newline = bytes.indexOf(10, at);
			if (newline < 0) break;
			const [, kind, size] = bytes.toString('latin1', at, newline).split(' ');
			const length = kind === 'missing' ? -1 : Number(size);
			const end = newline + 1 + length + 1;
			if (end > bytes.length) {
				need = end - at;
				break;
			}
			take(length < 0 ? Buffer.alloc(0) : bytes.subarray(newline + 1, end - 1));
			at = end;
		}
		parts = at < bytes.length ? [bytes.subarray(at)] : [];
		held = bytes.length - at;
	}
}
