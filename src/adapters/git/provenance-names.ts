// Room: adapters. The names that a base knows: every word of its source files, as hashes, and by file for the files that a
// range touches; and the packages of its manifests. Streamed through one process, one file held at a time.

import type {Oid} from '../../domain/ids.ts';
import {type BaseNames, isCode} from '../../domain/provenance/births.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {isManifest, packagesIn} from '../../domain/provenance/signals.ts';
import {type Definition, eachName, HashCounts, readLine} from '../../domain/provenance/tokens.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** Bytes; larger files are data or made by a tool. */
const MAX_FILE = 1_000_000;

/** Bytes of a line that may declare something. */
const LONGEST = 500;

export interface BaseKnowledge extends BaseNames {
	readonly packages: ReadonlySet<string>;
}

interface Entry {
	readonly oid: string;
	readonly path: string;
}

/** @returns what is read, and the paths of all manifests. */
async function entries(
	view: View,
	base: Oid,
	signal: AbortSignal | undefined,
): Promise<{wanted: Entry[]; manifests: string[]}> {
	const wanted: Entry[] = [];
	const manifests: string[] = [];
	const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', base];
	for await (const part of tokens(view.stream(args, {signal}), 0, 8192)) {
		for (const bytes of part) {
			const text = bytes.toString('utf8');
			const tab = text.indexOf('\t');
			const path = text.slice(tab + 1);
			if (isRegenerable(path)) continue;
			if (MANIFESTS.test(path)) manifests.push(path);
			if (!isCode(path) && !isManifest(path)) continue;
			const [mode, kind, oid = '', size] = text.slice(0, tab).split(/ +/);
			if (kind === 'blob' && mode !== '120000' && Number(size) <= MAX_FILE) wanted.push({oid, path});
		}
	}
	return {wanted, manifests};
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
	const declared = new Map<string, ReadonlySet<number>>();
	const packages = new Set<string>();
	const {wanted, manifests} = await entries(view, base, signal);
	const packageOf = packagesOf(
		manifests,
		wanted.map(({path}) => path),
	);
	let at = 0;
	const take = (bytes: Buffer) => {
		const path = wanted[at++]?.path ?? '';
		if (isManifest(path)) for (const name of packagesIn(bytes.toString('utf8'))) packages.add(name);
		const own = touched.has(path) ? new HashCounts() : undefined;
		if (own !== undefined) {
			byPath.set(path, own);
			declared.set(path, declaredIn(bytes));
		}
		const place = packageOf(path);
		eachName(bytes, 0, bytes.length, (hash) => {
			all.add(hash, 1, place);
			own?.add(hash);
		});
	};
	if (wanted.length > 0) {
		const input = `${wanted.map(({oid}) => oid).join('\n')}\n`;
		await eachBlob(view.stream(['cat-file', '--batch', '--buffer'], {input, signal}), take);
	}
	return {all, byPath, declared, packageOf, packages};
}

/** Packages that are told apart; the others, the smallest, count as one. */
const MOST_PACKAGES = 31;
const MANIFESTS =
	/(?:^|\/)(?:package\.json|go\.mod|Cargo\.toml|pyproject\.toml|setup\.py|pom\.xml|composer\.json|mix\.exs)$/;

/** @returns for a path a number with one bit, its package's: the innermost folder with a manifest. */
function packagesOf(manifests: readonly string[], paths: readonly string[]): (path: string) => number {
	const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
	const tops = new Set(manifests.map(folderOf));
	const homes = new Map<string, string>();
	const homeOf = (folder: string): string => {
		const known = homes.get(folder);
		if (known !== undefined) return known;
		const home = folder === '' || tops.has(folder) ? folder : homeOf(folderOf(folder));
		homes.set(folder, home);
		return home;
	};
	const sizes = new Map<string, number>();
	for (const path of paths) {
		const home = homeOf(folderOf(path));
		sizes.set(home, (sizes.get(home) ?? 0) + 1);
	}
	const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, MOST_PACKAGES);
	const bits = new Map(largest.map(([home], i) => [home, 1 << i] as const));
	return (path) => bits.get(homeOf(folderOf(path))) ?? 1 << MOST_PACKAGES;
}

/** The names that a file declares at its margin. */
function declaredIn(bytes: Buffer): Set<number> {
	const found = new Set<number>();
	const listener = {
		uses: () => undefined,
		defines: (hash: number, _from: number, _to: number, how: Definition) => void (how === 'word' && found.add(hash)),
	};
	for (let at = 0; at < bytes.length; ) {
		const newline = bytes.indexOf(10, at);
		const end = newline < 0 ? bytes.length : newline;
		const first = bytes[at] ?? 0;
		// A small letter: every language's words that declare begin with one.
		if (first >= 97 && first <= 122 && end - at < LONGEST) readLine(bytes, at, end, listener);
		at = end + 1;
	}
	return found;
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
