// Room: adapters. Graphs that were read before, kept by the two ends of their range. A file here is a convenience: one that is
// torn, forged, from another version or cannot be written is as good as none, and nothing is ever read from it but edges.

import {createHash} from 'node:crypto';
import {constants} from 'node:fs';
import {lstat, mkdir, open, readdir, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {EDGE_KINDS, type Edge, type Evidence, STRENGTHS} from '../../domain/dependency.ts';
import type {Oid} from '../../domain/ids.ts';
import type {EdgeList} from '../../domain/provenance/edges.ts';
import {writeAtomic} from '../files/atomic.ts';
import type {View} from './view.ts';

/** Part of every name: rules that find other edges make a new version. */
const VERSION = 5;
const MOST_FILES = 8;
const MOST_BYTES = 64_000_000;

export interface CacheKey {
	readonly base: Oid;
	readonly dev: Oid;
	/** The changes of the range, in branch order. */
	readonly ids: readonly Oid[];
}

const folderOf = (view: View) => join(dirname(view.dir), 'cache');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function nameOf({base, dev, ids}: CacheKey): string {
	return `dependencies-${digest([VERSION, base, dev, ...ids].join('\n')).slice(0, 32)}.json`;
}

/** A digest on the first line, then the tables. Undefined for anything but exactly what was written. */
export async function recall(view: View, key: CacheKey): Promise<EdgeList | undefined> {
	try {
		const path = join(folderOf(view), nameOf(key));
		// A link would lead somewhere else.
		const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			const {size} = await handle.stat();
			if (size > MOST_BYTES) return undefined;
			const text = await handle.readFile('utf8');
			const end = text.indexOf('\n');
			const body = text.slice(end + 1);
			return text.slice(0, end) === digest(body) ? unpack(JSON.parse(body), key.ids) : undefined;
		} finally {
			await handle.close();
		}
	} catch {
		return undefined;
	}
}

export async function remember(view: View, key: CacheKey, found: EdgeList): Promise<void> {
	// What is lacking may be fetched any moment.
	if (found.unread.size > 0) return;
	const folder = folderOf(view);
	try {
		await mkdir(folder, {recursive: true, mode: 0o700});
		if (!(await lstat(folder)).isDirectory()) return;
		const body = JSON.stringify(pack(found, key.ids));
		if (body.length > MOST_BYTES) return;
		await writeAtomic(join(folder, nameOf(key)), `${digest(body)}\n${body}`, {mode: 0o600});
		await sweep(folder);
	} catch {
		// A full disk or a folder of somebody else's: the next time reads it all again.
	}
}

/** The oldest go. */
async function sweep(folder: string): Promise<void> {
	const names = (await readdir(folder)).filter((name) => /^dependencies-[0-9a-f]+\.json$/.test(name));
	if (names.length <= MOST_FILES) return;
	const dated = await Promise.all(names.map(async (name) => ({name, at: (await stat(join(folder, name))).mtimeMs})));
	dated.sort((a, b) => b.at - a.at);
	for (const {name} of dated.slice(MOST_FILES)) await rm(join(folder, name), {force: true});
}

/** Strings once each, edges as rows of numbers. A line that is not known is 0, a symbol that is not is -1. */
interface Packed {
	readonly strings: readonly string[];
	readonly edges: readonly (readonly number[])[];
	readonly suspects: readonly (readonly number[])[];
	readonly drifted: readonly (readonly number[])[];
}

function pack({edges, suspects, drifted}: EdgeList, ids: readonly Oid[]): Packed {
	const places = new Map(ids.map((oid, i) => [oid, i]));
	const known = new Map<string, number>();
	const text = (value: string | undefined) => {
		if (value === undefined) return -1;
		const at = known.get(value) ?? known.size;
		known.set(value, at);
		return at;
	};
	const where = ({path, line, symbol}: Evidence) => [text(path), line ?? 0, text(symbol)];
	const rows = (of: ReadonlyMap<Oid, readonly Edge[]>) =>
		[...of.values()]
			.flat()
			.map(({from, to, kind, strength, why}) => [
				...[places.get(from) ?? -1, places.get(to) ?? -1],
				...[EDGE_KINDS.indexOf(kind), STRENGTHS.indexOf(strength), ...where(why)],
			]);
	const packed = {
		edges: rows(edges),
		suspects: rows(suspects),
		drifted: [...drifted].flatMap(([oid, all]) => all.map((why) => [places.get(oid) ?? -1, ...where(why)])),
	};
	return {strings: [...known.keys()], ...packed};
}

function unpack(value: unknown, ids: readonly Oid[]): EdgeList | undefined {
	// `as`: whatever it holds is checked cell by cell below; the digest only tells torn from whole.
	const {strings, edges, suspects, drifted} = value as Packed;
	const evidence = (path: number | undefined, line: number | undefined, symbol: number | undefined): Evidence => {
		const [at, name] = [strings[path ?? -1], symbol === -1 ? undefined : strings[symbol ?? -2]];
		if (typeof at !== 'string' || !Number.isInteger(line)) throw new TypeError('no place');
		return {path: at, ...(line ? {line} : {}), ...(typeof name === 'string' ? {symbol: name} : {})};
	};
	const into = <T>(map: Map<Oid, T[]>, oid: Oid, one: T) => {
		const list = map.get(oid) ?? [];
		list.push(one);
		map.set(oid, list);
	};
	const graph = (rows: Packed['edges']): Map<Oid, Edge[]> => {
		const map = new Map<Oid, Edge[]>();
		for (const [a = -1, b = -1, c = -1, d = -1, path, line, symbol] of rows) {
			const [from, to, kind, strength] = [ids[a], ids[b], EDGE_KINDS[c], STRENGTHS[d]];
			if (from === undefined || to === undefined || kind === undefined || strength === undefined)
				throw new TypeError('no edge');
			into(map, from, {from, to, kind, strength, why: evidence(path, line, symbol)});
		}
		return map;
	};
	const moved = new Map<Oid, Evidence[]>();
	for (const [a = -1, path, line, symbol] of drifted) {
		const oid = ids[a];
		if (oid === undefined) throw new TypeError('no change');
		into(moved, oid, evidence(path, line, symbol));
	}
	return {edges: graph(edges), suspects: graph(suspects), drifted: moved, unread: new Map()};
}
