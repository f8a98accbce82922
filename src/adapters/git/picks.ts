// Room: adapters. Cherry-picks in memory: for a change C on parent P and a tree T, merge the commits (T on P) and C; their
// base is P by construction. One long-lived `git merge-tree` answers in a millisecond or so; where its output cannot be
// unbuffered (no stdbuf), one process per pick gives the same trees more slowly.

import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {delimiter} from 'node:path';
import type {Change} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {findProgram} from './environment.ts';
import {writeObject} from './objects.ts';
import type {View} from './view.ts';

/** What one pick came to: the tree after it, and the paths that conflict (none: it applies). */
export interface Picked {
	readonly tree: Oid;
	readonly conflicts: readonly string[];
	readonly clean: boolean;
}

export interface Picker {
	pick(onto: Oid, change: Change): Promise<Picked>;
	close(): Promise<void>;
}

const MERGE = ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z'] as const;
/** An answer later than this means that the output is stuck in a buffer after all. */
const STUCK_MS = 20_000;

interface Engine {
	merge(ours: Oid, theirs: Oid): Promise<Picked>;
	close(): Promise<void>;
}

/** @param objects where merged trees go: the scratch folder for simulations, the kept one for releases. */
export function openPicker(view: View, objects: string): Picker {
	// Apart from what is merged: git does not write again what it finds in a folder it borrows from.
	const scratch = view.scratch('synthetic');
	const others = [scratch, view.objects].filter((folder) => folder !== objects).map(quoted);
	const env = view.environment({
		GIT_OBJECT_DIRECTORY: objects,
		GIT_ALTERNATE_OBJECT_DIRECTORIES: others.join(delimiter),
	});
	const stdbuf = findProgram('stdbuf');
	let engine: Engine | undefined;
	const start = () => (stdbuf ? longLived(view, stdbuf, env) : perPick(view, env));
	return {
		async pick(onto, change) {
			const base = /^0+$/.test(change.parent) ? await emptyCommit(scratch, onto) : change.parent;
			const ours = await synthetic(scratch, onto, base, change.committedAt);
			// A merge is picked as what it did to its first parent; a plain commit is its own other side.
			const plain = change.form === 'commit' && base === change.parent;
			const theirs = plain ? change.oid : await synthetic(scratch, change.tree, base, change.committedAt);
			engine ??= start();
			try {
				return await engine.merge(ours, theirs);
			} catch (thrown) {
				if (!(thrown instanceof Stuck)) throw thrown;
				await engine.close();
				engine = perPick(view, env);
				return engine.merge(ours, theirs);
			}
		},
		close: async () => engine?.close(),
	};
}

/** git splits this variable at colons and reads a leading double quote as a C string. */
function quoted(path: string): string {
	return path.includes(delimiter) || path.startsWith('"')
		? `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
		: path;
}

/** Deterministic, so that the same pick makes the same objects. The date only orders git's walk to the common parent. */
function synthetic(objects: string, tree: Oid, parent: Oid | undefined, at: number): Promise<Oid> {
	const who = `orchestra <orchestra@localhost> ${at} +0000`;
	const lines = [
		`tree ${tree}`,
		...(parent === undefined ? [] : [`parent ${parent}`]),
		`author ${who}`,
		`committer ${who}`,
	];
	return writeObject(objects, tree, 'commit', Buffer.from(`${lines.join('\n')}\n\nsynthetic\n`));
}

async function emptyCommit(objects: string, like: Oid): Promise<Oid> {
	return synthetic(objects, await writeObject(objects, like, 'tree', Buffer.alloc(0)), undefined, 0);
}

class Stuck extends Error {}

function perPick(view: View, env: Record<string, string>): Engine {
	return {
		async merge(ours, theirs) {
			const {exit, stdout} = await view.run([...MERGE, ours, theirs], {answers: [0, 1], env});
			const [tree = '', ...rest] = stdout.toString('utf8').split('\0');
			return {tree: asOid(tree), clean: exit === 0, conflicts: unique(rest)};
		},
		close: async () => undefined,
	};
}

const unique = (paths: readonly string[]) => [...new Set(paths.filter((path) => path !== ''))];

function longLived(view: View, stdbuf: string, env: Record<string, string>): Engine {
	const args = ['-o0', view.git, ...view.prefix, ...MERGE, '--stdin'];
	const child: ChildProcessWithoutNullStreams = spawn(stdbuf, args, {cwd: view.dir, env, shell: false});
	let waiting: {resolve: (picked: Picked) => void; reject: (error: Error) => void} | undefined;
	let rest: Buffer = Buffer.alloc(0);
	let fields: string[] = [];
	let said = '';
	let gone = false;
	const field = (text: string) => {
		// A record ends with an empty field: status, tree, conflicting paths, nothing.
		if (text !== '') {
			fields.push(text);
			return;
		}
		const [status = '', tree = '', ...paths] = fields;
		fields = [];
		waiting?.resolve({tree: asOid(tree), clean: status.trim() === '1', conflicts: unique(paths)});
		waiting = undefined;
	};
	child.stdout.on('data', (part: Buffer) => {
		rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
		try {
			for (let at = rest.indexOf(0); at >= 0; at = rest.indexOf(0)) {
				const text = rest.toString('utf8', 0, at);
				rest = rest.subarray(at + 1);
				field(text);
			}
		} catch {
			fail();
		}
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		if (said.length < 4000) said += text;
	});
	const fail = () => {
		gone = true;
		waiting?.reject(new Stuck(said));
		waiting = undefined;
	};
	child.stdin.on('error', () => undefined);
	child.on('error', fail);
	const closed = new Promise<void>((resolve) =>
		child.on('close', () => {
			fail();
			resolve();
		}),
	);
	return {
		merge: (ours, theirs) =>
			new Promise((resolve, reject) => {
				if (gone) return reject(new Stuck(said));
				// The one-process-per-pick engine then says what is wrong, if anything is.
				const timer = setTimeout(() => {
					child.kill('SIGKILL');
				}, STUCK_MS);
				const settle =
					<T>(then: (value: T) => void) =>
					(value: T) => {
						clearTimeout(timer);
						then(value);
					};
				waiting = {resolve: settle(resolve), reject: settle(reject)};
				child.stdin.write(`${ours} ${theirs}\n`);
			}),
		async close() {
			child.stdin.end();
			await closed;
		},
	};
}
