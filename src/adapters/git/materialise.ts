// Room: adapters. A commit's tree on disk, byte for byte: no filter, no hook, no line-ending conversion, and nothing
// that reaches outside its folder. Appears whole or not at all.

import {randomBytes} from 'node:crypto';
import {lstat, mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {readObjects} from './objects.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

const MOST_ENTRIES = 1_000_000;

/** Faults: TREE_UNSAFE, DISK (the folder exists, or cannot be written). */
export async function layOut(view: View, commit: Oid, folder: string): Promise<void> {
	const present = await lstat(folder).catch(() => undefined);
	if (present) raise('DISK', {with: {path: folder, reason: 'it exists already'}});
	await refuseUnsafe(view, commit);
	const mark = randomBytes(6).toString('hex');
	const partial = `${folder}.partial-${mark}`;
	const index = join(view.scratch('index'), `index-${mark}`);
	const env = {GIT_INDEX_FILE: index, GIT_WORK_TREE: partial};
	try {
		await mkdir(dirname(folder), {recursive: true});
		await mkdir(partial, {mode: 0o755});
		await view.run(['read-tree', commit], {env});
		await view.run(['checkout-index', '--all', '--quiet'], {env});
		await rename(partial, folder);
	} catch (thrown) {
		await rm(partial, {recursive: true, force: true});
		throw thrown;
	} finally {
		await rm(index, {force: true});
	}
}

/** git itself refuses `..` and `.git` in a tree; links it would lay out wherever they point. */
async function refuseUnsafe(view: View, commit: Oid): Promise<void> {
	const refuse = (path: string, why: string): never =>
		raise('TREE_UNSAFE', {with: {commit: commit.slice(0, 12), path: JSON.stringify(path), why}});
	const links: {path: string; oid: Oid}[] = [];
	let entries = 0;
	const stream = view.stream(['ls-tree', '-r', '-z', '--full-tree', commit]);
	for await (const found of tokens(stream, 0, 65_536)) {
		entries += found.length;
		if (entries > MOST_ENTRIES) refuse('', `has more than ${MOST_ENTRIES} files`);
		for (const token of found) {
			const tab = token.indexOf(9);
			const path = token.toString('utf8', tab + 1);
			if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part)))
				refuse(path, 'is no path inside the tree');
			const [mode, , oid] = token.toString('latin1', 0, tab).split(' ');
			if (mode === '120000') links.push({path, oid: asOid(oid ?? '')});
		}
	}
	if (links.length === 0) return;
	const targets = new Map<string, string>();
	const blobs = await readObjects(
		view,
		links.map((link) => link.oid),
	);
	links.forEach((link, i) => {
		targets.set(link.path, blobs[i]?.body.toString('utf8') ?? '');
	});
	for (const [path, target] of targets)
		if (escapes(path, targets)) refuse(path, `is a link that leaves the tree (to ${target.slice(0, 200)})`);
}

/** Follows a link as the kernel would, through the other links of the tree. A loop leads nowhere, so not outside. */
export function escapes(path: string, targets: ReadonlyMap<string, string>): boolean {
	let at: string[] = [];
	let todo = path.split('/');
	for (let hops = 0; todo.length > 0; ) {
		const part = todo.shift() ?? '';
		if (part === '' || part === '.') continue;
		if (part === '..') {
			if (at.length === 0) return true;
			at.pop();
			continue;
		}
		const target = targets.get([...at, part].join('/'));
		if (target === undefined) {
			at.push(part);
			continue;
		}
		if (target.startsWith('/')) return true;
		if (++hops > 40) return false;
		todo = [...target.split('/'), ...todo];
		if (todo.length > 10_000) return true;
	}
	at = [];
	return false;
}
