// Room: adapters. Three-way merges in memory: cherry-picks, their opposite, and whole trees. Each names its base. One long-lived
// `git merge-tree` answers in a millisecond or so; where its output cannot be unbuffered, one process per merge gives the
// same trees more slowly. From git 2.40 the base can be said; before, it is the one parent of two commits made for it.

import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {delimiter} from 'node:path';
import type {Change} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {findProgram} from './environment.ts';
import {writeObject} from './objects.ts';
import type {View} from './view.ts';

/** What one merge came to: the tree after it, and the paths that conflict (none: it applies). */
export interface Picked {
	readonly tree: Oid;
	readonly conflicts: readonly string[];
	readonly clean: boolean;
}

/** A tree and, where there is one, the commit that has it, with its parent when it has only that one. */
export interface Side {
	readonly tree: Oid;
	readonly commit?: Oid;
	readonly onlyParent?: Oid;
}

export interface Picker {
	/** What the sides changed since the base, together. */
	merge(base: Side, ours: Oid, theirs: Side): Promise<Picked>;
	close(): Promise<void>;
	/** For whoever reads what the merges wrote. */
	readonly env: Record<string, string>;
}

const MERGE = ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z'] as const;
/** Milliseconds after which it is asked whether the output is stuck in a buffer, or the machine is merely busy. */
const STUCK_MS = 20_000;

/** What this git can do. The first commits of merge-tree's changes: 66265a693e, 501e3bab48, 344a107b55 in git's own history. */
export interface Abilities {
	/** `--merge-base`, and `BASE -- OURS THEIRS` on stdin: 2.40. */
	readonly saysBase: boolean;
	/** Trees will do where commits were asked for: 2.45. */
	readonly takesTrees: boolean;
	/** Answers at once and does not wait for a full buffer: 2.49. */
	readonly flushes: boolean;
}

export function abilitiesOf([major, minor]: readonly [number, number]): Abilities {
	const from = (least: number) => major > 2 || (major === 2 && minor >= least);
	return {saysBase: from(40), takesTrees: from(45), flushes: from(49)};
}

/** What merge-tree is asked: `base` only where it can be said. */
interface Asked {
	readonly base?: Oid;
	readonly ours: Oid;
	readonly theirs: Oid;
}

interface Engine {
	merge(asked: Asked): Promise<Picked>;
	close(): Promise<void>;
}

/** @param objects where merged trees go: the scratch folder for simulations, the kept one for releases. */
export function openPicker(
	view: View,
	objects: string,
	can: Abilities = abilitiesOf(view.version),
	stuckMs = STUCK_MS,
): Picker {
	// Apart from what is merged: git does not write again what it finds in a folder it borrows from.
	const scratch = view.scratch('synthetic');
	const others = [scratch, view.objects].filter((folder) => folder !== objects).map(quoted);
	const env = view.environment({
		GIT_OBJECT_DIRECTORY: objects,
		GIT_ALTERNATE_OBJECT_DIRECTORIES: others.join(delimiter),
	});
	const stdbuf = can.flushes ? undefined : findProgram('stdbuf');
	let engine: Engine | undefined;
	const start = () => (can.flushes || stdbuf ? longLived(view, stdbuf, env, stuckMs) : perMerge(view, env));

	async function ask(base: Side, ours: Oid, theirs: Side): Promise<Asked> {
		if (can.takesTrees) return {base: base.tree, ours, theirs: theirs.tree};
		const root = base.commit ?? (await synthetic(scratch, base.tree));
		const our = await synthetic(scratch, ours, root);
		if (can.saysBase) return {base: root, ours: our, theirs: theirs.commit ?? (await synthetic(scratch, theirs.tree))};
		const child = theirs.commit !== undefined && theirs.onlyParent === root ? theirs.commit : undefined;
		return {ours: our, theirs: child ?? (await synthetic(scratch, theirs.tree, root))};
	}

	return {
		env,
		async merge(base, ours, theirs) {
			const asked = await ask(base, ours, theirs);
			engine ??= start();
			try {
				return await engine.merge(asked);
			} catch (thrown) {
				if (!(thrown instanceof Stuck)) throw thrown;
				await engine.close();
				const slower = perMerge(view, env);
				try {
					const picked = await slower.merge(asked);
					engine = slower;
					return picked;
				} catch (refused) {
					// What is wrong with this one is wrong however it is asked; the next may be quick again.
					engine = undefined;
					throw refused;
				}
			}
		},
		close: async () => engine?.close(),
	};
}

/** A change onto a tree: a merge is picked as what it did to its first parent. */
export async function pick(picker: Picker, view: View, onto: Oid, change: Change, parent: Oid): Promise<Picked> {
	const root = /^0+$/.test(change.parent);
	const base = root ? {tree: await emptyTree(view, onto)} : {tree: parent, commit: change.parent};
	const only = change.form === 'commit' ? {onlyParent: change.parent} : {};
	return picker.merge(base, onto, {tree: change.tree, commit: change.oid, ...only});
}

/** A change out of a tree. @param parent the tree before the change. */
export async function unpick(picker: Picker, view: View, from: Oid, change: Change, parent: Oid): Promise<Picked> {
	const root = /^0+$/.test(change.parent);
	const before = root ? {tree: await emptyTree(view, from)} : {tree: parent, commit: change.parent};
	return picker.merge({tree: change.tree, commit: change.oid}, from, before);
}

export const emptyTree = (view: View, like: Oid) =>
	writeObject(view.scratch('synthetic'), like, 'tree', Buffer.alloc(0));

/** git splits this variable at colons and reads a leading double quote as a C string. */
/** An object folder as a part of `GIT_ALTERNATE_OBJECT_DIRECTORIES`. */
export function quoted(path: string): string {
	return path.includes(delimiter) || path.startsWith('"')
		? `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
		: path;
}

/** A commit that stands for a tree. Deterministic, so that the same merge makes the same objects. */
export function synthetic(objects: string, tree: Oid, parent?: Oid): Promise<Oid> {
	// The last second that git can date: its walk to the common parent then starts here, whatever date the parent has.
	const who = 'orchestra <orchestra@localhost> 4102444800 +0000';
	const lines = [
		`tree ${tree}`,
		...(parent === undefined ? [] : [`parent ${parent}`]),
		`author ${who}`,
		`committer ${who}`,
	];
	return writeObject(objects, tree, 'commit', Buffer.from(`${lines.join('\n')}\n\nsynthetic\n`));
}

class Stuck extends Error {}

function perMerge(view: View, env: Record<string, string>): Engine {
	return {
		async merge({base, ours, theirs}) {
			const args = [...MERGE, ...(base === undefined ? [] : [`--merge-base=${base}`]), ours, theirs];
			const {exit, stdout} = await view.run(args, {answers: [0, 1], env});
			const [tree = '', ...rest] = stdout.toString('utf8').split('\0');
			return {tree: asOid(tree), clean: exit === 0, conflicts: unique(rest)};
		},
		close: async () => undefined,
	};
}

/** What merge-tree puts behind a name that is a file on one side and a folder on the other: the side's own id. */
const SIDE = /~[0-9a-f]{40}(?:[0-9a-f]{24})?(?:_\d+)?$/;

/** By the names that the changes know. */
const unique = (paths: readonly string[]) => [
	...new Set(paths.filter((path) => path !== '').map((path) => path.replace(SIDE, ''))),
];

function longLived(view: View, stdbuf: string | undefined, env: Record<string, string>, stuckMs: number): Engine {
	const beside = perMerge(view, env).merge;
	const git = [...view.prefix, ...MERGE, '--stdin'];
	const [program, args] = stdbuf === undefined ? [view.git, git] : [stdbuf, ['-o0', view.git, ...git]];
	const child: ChildProcessWithoutNullStreams = spawn(program, args, {cwd: view.dir, env, shell: false});
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
		merge: ({base, ours, theirs}) =>
			new Promise((resolve, reject) => {
				if (gone) return reject(new Stuck(said));
				// A process that starts only now and is done first has met the same load: then it is the buffer. Whoever gets the
				// rejection asks again, one process per merge, and that one also says what is wrong, if anything is.
				const timer = setTimeout(() => {
					const mine = waiting;
					const kill = () => {
						if (waiting === mine) child.kill('SIGKILL');
					};
					beside({...(base === undefined ? {} : {base}), ours, theirs}).then(kill, kill);
				}, stuckMs);
				const settle =
					<T>(then: (value: T) => void) =>
					(value: T) => {
						clearTimeout(timer);
						then(value);
					};
				waiting = {resolve: settle(resolve), reject: settle(reject)};
				child.stdin.write(`${base === undefined ? '' : `${base} -- `}${ours} ${theirs}\n`);
			}),
		async close() {
			child.stdin.end();
			await closed;
		},
	};
}
