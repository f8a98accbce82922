// Room: adapters. Objects one at a time from one long-lived process, trees taken apart, and trees with a few files exchanged:
// what settling a conflict needs, without a process for every look.

import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {asOid, type Oid} from '../../domain/ids.ts';
import {writeObject} from './objects.ts';
import type {View} from './view.ts';

/** An entry of a tree. Modes as git writes them: 100644, 100755, 120000, 160000, 40000. */
export interface Entry {
	readonly mode: string;
	readonly oid: Oid;
}

export interface Reader {
	/** The bytes of an object; undefined when it is missing. */
	body(oid: Oid): Promise<Buffer | undefined>;
	/** What a path is in a tree; undefined when it is not there. */
	entry(tree: Oid, path: string): Promise<Entry | undefined>;
	/** The tree with some paths set, or taken away (undefined). New trees go to the object folder. */
	exchange(tree: Oid, paths: ReadonlyMap<string, Entry | undefined>, objects: string): Promise<Oid>;
	close(): Promise<void>;
}

/** Bytes kept of trees that were read: a plan looks at the same few again and again. */
const MOST_TREES = 2000;

/** @param env of the merges, so that what they wrote is found. */
export function openReader(view: View, env: Record<string, string>): Reader {
	let child: Conversation | undefined;
	const trees = new Map<Oid, ReadonlyMap<string, Entry>>();

	async function body(oid: Oid): Promise<Buffer | undefined> {
		child ??= converse(view, env);
		return child.ask(oid);
	}

	async function treeAt(oid: Oid): Promise<ReadonlyMap<string, Entry>> {
		const seen = trees.get(oid);
		if (seen) return seen;
		const raw = await body(oid);
		const parsed = parseTree(raw ?? Buffer.alloc(0), oid.length / 2);
		if (trees.size >= MOST_TREES) trees.clear();
		trees.set(oid, parsed);
		return parsed;
	}

	async function exchange(tree: Oid, paths: ReadonlyMap<string, Entry | undefined>, objects: string): Promise<Oid> {
		const entries = new Map(await treeAt(tree));
		const below = new Map<string, Map<string, Entry | undefined>>();
		for (const [path, entry] of paths) {
			const slash = path.indexOf('/');
			const name = nameIn(entries, slash < 0 ? path : path.slice(0, slash));
			if (slash < 0) {
				if (entry) entries.set(name, entry);
				else entries.delete(name);
				continue;
			}
			const rest = path.slice(slash + 1);
			below.set(name, (below.get(name) ?? new Map()).set(rest, entry));
		}
		const empty = () => writeObject(objects, tree, 'tree', Buffer.alloc(0));
		for (const [name, rest] of below) {
			const now = entries.get(name);
			const made = await exchange(now?.mode === '40000' ? now.oid : await empty(), rest, objects);
			if ((await treeAt(made)).size === 0) entries.delete(name);
			else entries.set(name, {mode: '40000', oid: made});
		}
		const made = await writeObject(objects, tree, 'tree', treeBytes(entries));
		trees.set(made, entries);
		return made;
	}

	return {
		body,
		async entry(tree, path) {
			let at: Entry | undefined = {mode: '40000', oid: tree};
			for (const part of bytesOf(path).split('/')) {
				if (at?.mode !== '40000') return undefined;
				const entries = await treeAt(at.oid);
				at = entries.get(nameIn(entries, part));
			}
			return at;
		},
		exchange: (tree, paths, objects) =>
			exchange(tree, new Map([...paths].map(([path, entry]) => [bytesOf(path), entry])), objects),
		close: async () => child?.close(),
	};
}

/** Names may be any bytes: inside they are kept one character per byte, so that writing a tree again changes none. */
const bytesOf = (path: string) => Buffer.from(path, 'utf8').toString('latin1');
const textOf = (name: string) => Buffer.from(name, 'latin1').toString('utf8');
const UNREADABLE = bytesOf('\uFFFD');

/** A name that was read as text, and is no UTF-8, is the one entry that reads like it. */
function nameIn(entries: ReadonlyMap<string, Entry>, name: string): string {
	if (!name.includes(UNREADABLE) || entries.has(name)) return name;
	const [only, ...others] = [...entries.keys()].filter((one) => textOf(one) === textOf(name));
	return only !== undefined && others.length === 0 ? only : name;
}

function parseTree(raw: Buffer, idBytes: number): Map<string, Entry> {
	const entries = new Map<string, Entry>();
	for (let at = 0; at < raw.length; ) {
		const space = raw.indexOf(32, at);
		const end = raw.indexOf(0, space);
		if (space < 0 || end < 0) break;
		const oid = asOid(raw.toString('hex', end + 1, end + 1 + idBytes));
		entries.set(raw.toString('latin1', space + 1, end), {mode: raw.toString('latin1', at, space), oid});
		at = end + 1 + idBytes;
	}
	return entries;
}

/** git's order: by bytes, a folder as if its name ended with a slash. */
function treeBytes(entries: ReadonlyMap<string, Entry>): Buffer {
	const keyed = [...entries].map(([name, entry]) => {
		return {name, entry, key: Buffer.from(entry.mode === '40000' ? `${name}/` : name, 'latin1')};
	});
	keyed.sort((a, b) => Buffer.compare(a.key, b.key));
	return Buffer.concat(
		keyed.flatMap(({name, entry}) => [Buffer.from(`${entry.mode} ${name}\0`, 'latin1'), Buffer.from(entry.oid, 'hex')]),
	);
}

interface Conversation {
	ask(oid: Oid): Promise<Buffer | undefined>;
	close(): Promise<void>;
}

/** `cat-file --batch` answers each question before it reads the next, unless it is told to buffer. */
function converse(view: View, env: Record<string, string>): Conversation {
	const child: ChildProcessWithoutNullStreams = spawn(view.git, [...view.prefix, 'cat-file', '--batch'], {
		cwd: view.dir,
		env,
		shell: false,
	});
	let parts: Buffer[] = [];
	let held = 0;
	let wanted: number | undefined;
	let waiting: {resolve: (body: Buffer | undefined) => void; reject: (error: Error) => void} | undefined;
	let gone = false;
	const take = () => {
		const whole = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
		parts = [whole];
		return whole;
	};
	const settle = (body: Buffer | undefined, used: number) => {
		const rest = take().subarray(used);
		parts = [rest];
		held = rest.length;
		wanted = undefined;
		const {resolve} = waiting ?? {};
		waiting = undefined;
		resolve?.(body);
	};
	child.stdout.on('data', (part: Buffer) => {
		parts.push(part);
		held += part.length;
		if (wanted !== undefined && held < wanted) return;
		const whole = take();
		const line = whole.indexOf(10);
		if (line < 0) return;
		const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(whole.toString('latin1', 0, line))?.[1];
		if (size === undefined) return settle(undefined, line + 1);
		wanted = line + 1 + Number(size) + 1;
		if (held >= wanted) settle(Buffer.from(whole.subarray(line + 1, wanted - 1)), wanted);
	});
	child.stderr.resume();
	child.stdin.on('error', () => undefined);
	const fail = () => {
		gone = true;
		waiting?.reject(new Error('git cat-file ended before it answered'));
		waiting = undefined;
	};
	child.on('error', fail);
	const closed = new Promise<void>((resolve) =>
		child.on('close', () => {
			fail();
			resolve();
		}),
	);
	let last: Promise<unknown> = Promise.resolve();
	return {
		ask(oid) {
			// One question at a time: an answer belongs to whoever waits.
			const answer = last.then(
				() =>
					new Promise<Buffer | undefined>((resolve, reject) => {
						if (gone) return reject(new Error('git cat-file is gone'));
						waiting = {resolve, reject};
						child.stdin.write(`${oid}\n`);
					}),
			);
			last = answer.catch(() => undefined);
			return answer;
		},
		async close() {
			child.stdin.end();
			await closed;
		},
	};
}
