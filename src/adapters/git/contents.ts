// Room: adapters. Many files at their revisions, held one answer at a time; and the paths of a revision. The processes that
// answer stay for the next question; where one of them fails, a fresh one is asked, and says why.

import {asOid, type Oid} from '../../domain/ids.ts';
import type {FileAt} from '../../ports/repository.ts';
import {askerOf} from './ask.ts';
import type {View} from './view.ts';

/** Bytes; larger files are generated or data, and no parser is given them. */
const MAX_FILE = 1_000_000;
/** Bytes of names asked for at once, so that neither pipe fills while the other waits. */
const MOST_AT_ONCE = 500;

/** cat-file takes a carriage return at a line's end for a part of the line's end. */
const odd = (path: string) =>
	/[\0\n]|\r$/.test(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..');

interface Entry {
	readonly oid: string;
	readonly size: number;
}

/** What a name stands for, without its contents. */
async function entries(view: View, wanted: readonly FileAt[]): Promise<(Entry | undefined)[]> {
	const names = wanted.map(({at, path}) => `${asOid(at)}:${path}`);
	const told = await askerOf(view, 'check')
		.ask(names)
		.catch(() => undefined);
	if (told !== undefined) return told.map((one) => (one?.kind === 'blob' ? one : undefined));
	const args = ['cat-file', '--batch-check=%(objecttype) %(objectname) %(objectsize)'];
	const {stdout} = await view.run(args, {input: `${names.join('\n')}\n`});
	const lines = stdout.toString('utf8').split('\n');
	return wanted.map((_, i) => {
		const [kind, oid, size] = lines[i]?.split(' ') ?? [];
		return kind === 'blob' && oid !== undefined && size !== undefined ? {oid, size: Number(size)} : undefined;
	});
}

/** Undefined where absent, binary, over 1 MB, or under a name that git could misread. Symbolic links read as their target's name. */
export async function readFiles(view: View, wanted: readonly FileAt[]): Promise<(string | undefined)[]> {
	const found: (string | undefined)[] = wanted.map(() => undefined);
	const askable = wanted.flatMap((one, i) => (odd(one.path) ? [] : [{one, i}]));
	for (let from = 0; from < askable.length; from += MOST_AT_ONCE) {
		const part = askable.slice(from, from + MOST_AT_ONCE);
		const known = await entries(
			view,
			part.map(({one}) => one),
		);
		const readable = part.flatMap(({i}, at) => {
			const entry = known[at];
			return entry && entry.size <= MAX_FILE ? [{i, oid: entry.oid, size: entry.size}] : [];
		});
		for (const group of bySize(readable)) {
			const bodies = await blobs(
				view,
				group.map(({oid}) => oid),
			);
			for (const [at, {i}] of group.entries()) {
				const body = bodies[at];
				if (body !== undefined && body.indexOf(0) < 0) found[i] = body.toString('utf8');
			}
		}
	}
	return found;
}

/** Groups of at most 32 MB, so that memory stays bounded. */
function* bySize<T extends {readonly size: number}>(all: readonly T[]): Generator<T[]> {
	let group: T[] = [];
	let bytes = 0;
	for (const one of all) {
		if (bytes + one.size > 32_000_000) {
			yield group;
			group = [];
			bytes = 0;
		}
		group.push(one);
		bytes += one.size;
	}
	if (group.length > 0) yield group;
}

async function blobs(view: View, oids: readonly string[]): Promise<(Buffer | undefined)[]> {
	const told = await askerOf(view, 'contents')
		.ask(oids)
		.catch(() => undefined);
	if (told !== undefined) return told.map((one) => (one?.kind === 'blob' ? one.body : undefined));
	const {stdout} = await view.run(['cat-file', '--batch'], {input: `${oids.join('\n')}\n`});
	let at = 0;
	return oids.map(() => {
		const end = stdout.indexOf(10, at);
		const [, kind, size] = stdout.toString('latin1', at, end).split(' ');
		if (kind !== 'blob') {
			at = end + 1;
			return undefined;
		}
		const from = end + 1;
		at = from + Number(size) + 1;
		return stdout.subarray(from, from + Number(size));
	});
}

/** Sorted as git sorts; only files. */
export async function listPaths(view: View, at: Oid, folder: string, most = 20_000): Promise<string[]> {
	const inside = folder.replace(/\/+$/, '');
	const within = inside === '' ? [] : ['--', `${inside}/`];
	const env = {GIT_LITERAL_PATHSPECS: '1'};
	const {stdout} = await view.run(['ls-tree', '-r', '-z', '--full-tree', '--name-only', asOid(at), ...within], {env});
	return stdout
		.toString('utf8')
		.split('\0')
		.filter((path) => path !== '')
		.slice(0, most);
}
