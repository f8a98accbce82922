// Room: bench. A repository opened for measuring, without a byte written into it, and windows of changes spread over a range.

import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {deflateSync} from 'node:zlib';
import {readChanges, scanChanges} from '../../src/adapters/git/changes.ts';
import {findPlace} from '../../src/adapters/git/place.ts';
import {openView, type View} from '../../src/adapters/git/view.ts';
import type {Change} from '../../src/domain/change.ts';
import {asOid, type Oid} from '../../src/domain/ids.ts';

export interface Opened {
	readonly view: View;
	resolve(name: string): Promise<Oid>;
	close(): void;
}

/** The clean view lives in a temporary folder; the repository is only read. */
export async function open(repo: string): Promise<Opened> {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-bench-')));
	const place = await findPlace(repo);
	const view = await openView(place, join(folder, 'state'));
	return {
		view,
		async resolve(name) {
			const {stdout} = await place.real('rev-parse', ['--verify', '--end-of-options', `${name}^{commit}`]);
			return asOid(stdout.toString('latin1').trim());
		},
		close: () => rmSync(folder, {recursive: true, force: true}),
	};
}

export interface Span {
	readonly base: Oid;
	readonly dev: Oid;
}

export async function spanOf(opened: Opened, range: string): Promise<Span> {
	const [from = '', to = ''] = range.split('..');
	return {base: await opened.resolve(from), dev: await opened.resolve(to === '' ? 'HEAD' : to)};
}

/**
 * A stored copy may lack some blobs, which ends any reading of lines. An empty stand-in under the missing id, in the temporary
 * view only, lets it go on: git does not check the contents of blobs against their ids as it reads.
 * @returns how many were missing
 */
export async function standIn({view}: Opened, {base, dev}: Span): Promise<number> {
	const missing = new Set<string>();
	const list = ['rev-list', '--objects', '--missing=print', '--no-object-names'];
	for (const revisions of [
		[dev, `^${base}`],
		['--no-walk', base],
	]) {
		const {stdout} = await view.run([...list, ...revisions], {maxBytes: 1e9});
		for (const [, oid] of stdout.toString('latin1').matchAll(/^\?([0-9a-f]+)$/gm)) if (oid) missing.add(oid);
	}
	for (const oid of missing) {
		mkdirSync(join(view.objects, oid.slice(0, 2)), {recursive: true});
		writeFileSync(join(view.objects, oid.slice(0, 2), oid.slice(2)), deflateSync(Buffer.from('blob 0\0')));
	}
	return missing.size;
}

export async function changesOf(view: View, {base, dev}: Span): Promise<Change[]> {
	const changes: Change[] = [];
	for await (const change of readChanges(view, base, dev)) changes.push(change);
	return changes;
}

/** As discovery does it: the list, and what only lines tell of it, which is found out beside what comes next. */
export async function scanOf(
	view: View,
	{base, dev}: Span,
): Promise<{read: readonly Change[]; settled: () => Promise<readonly Change[]>}> {
	const scan = scanChanges(view, base, dev);
	const read: Change[] = [];
	for await (const change of scan.changes) read.push(change);
	return {read, settled: () => scan.settled()};
}

export interface Window extends Span {
	readonly changes: readonly Change[];
}

/**
 * Windows of `size` changes that follow each other on the branch, spread evenly over the places where so many do; smaller ones
 * where nowhere so many do, for the branch takes the base in between. A window's base is the parent of its first change.
 */
export function windowsOf(changes: readonly Change[], size: number, count: number): Window[] {
	const follow: number[] = changes.map(() => 1);
	for (let i = changes.length - 2; i >= 0; i--)
		if (changes[i + 1]?.parent === changes[i]?.oid) follow[i] = (follow[i + 1] ?? 0) + 1;
	const width = Math.min(size, Math.max(0, ...follow));
	const places = changes.flatMap(({parent}, i) => ((follow[i] ?? 0) >= width && !/^0+$/.test(parent) ? [i] : []));
	if (width < 2 || places.length === 0) return [];
	const last = places.length - 1;
	const starts = new Set(Array.from({length: count}, (_, i) => Math.round(count === 1 ? 0 : (i * last) / (count - 1))));
	return [...starts].flatMap((at) => {
		const start = places[at] ?? 0;
		// What shipped has shipped on the range's base; a window's base is on the branch itself, where nothing has.
		const some = changes.slice(start, start + width).map(({shipped: _, ...change}): Change => change);
		const [first, end] = [some[0], some.at(-1)];
		return first && end ? [{base: first.parent, dev: end.oid, changes: some}] : [];
	});
}

/** A small generator with a seed, so that a figure can be had again. @returns numbers in 0…1. */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}
