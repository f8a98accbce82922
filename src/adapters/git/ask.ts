// Room: adapters. One `git cat-file` that stays for a while and answers many questions: a process for each costs ten times the
// answer when hundreds of changes are looked at. It keeps nobody waiting at the end: idle, it does not hold this process, and leaves.

import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {Socket} from 'node:net';
import type {View} from './view.ts';

/** What a name stands for; the body only from `--batch`. */
export interface Found {
	readonly kind: string;
	readonly oid: string;
	/** Bytes. */
	readonly size: number;
	readonly body: Buffer;
}

export interface Asker {
	/** In the order asked; undefined where git knows no such object. Rejects when the process is gone: ask in another way then. */
	ask(names: readonly string[]): Promise<(Found | undefined)[]>;
}

type Mode = 'check' | 'contents';

/** Milliseconds without a question after which the process is sent away. */
const IDLE_MS = 2000;
const ARGS: Readonly<Record<Mode, readonly string[]>> = {
	check: ['cat-file', '--batch-check'],
	contents: ['cat-file', '--batch'],
};
const NOTHING = Buffer.alloc(0);

const ASKERS = new WeakMap<View, Map<Mode, Asker>>();

/** The one of this view: whoever asks it, waits for their turn. */
export function askerOf(view: View, mode: Mode): Asker {
	const known = ASKERS.get(view) ?? new Map<Mode, Asker>();
	ASKERS.set(view, known);
	const asker = known.get(mode) ?? openAsker(view, mode);
	known.set(mode, asker);
	return asker;
}

function openAsker(view: View, mode: Mode): Asker {
	let talk: Talk | undefined;
	let idle: NodeJS.Timeout | undefined;
	let last: Promise<unknown> = Promise.resolve();
	return {
		ask(names) {
			if (names.length === 0) return Promise.resolve([]);
			// One set of questions at a time: the answers belong to whoever waits.
			const answer = last.then(async () => {
				clearTimeout(idle);
				if (talk === undefined || talk.gone()) talk = start(view, mode);
				const current = talk;
				try {
					return await current.ask(names);
				} finally {
					idle = setTimeout(() => current.end(), IDLE_MS).unref();
				}
			});
			last = answer.catch(() => undefined);
			return answer;
		},
	};
}

interface Talk {
	ask(names: readonly string[]): Promise<(Found | undefined)[]>;
	gone(): boolean;
	end(): void;
}

function start(view: View, mode: Mode): Talk {
	const child: ChildProcessWithoutNullStreams = spawn(view.git, [...view.prefix, ...ARGS[mode]], {
		cwd: view.dir,
		env: view.environment(),
		shell: false,
	});
	const pipes = [child.stdin, child.stdout, child.stderr].filter((pipe) => pipe instanceof Socket);
	const hold = (held: boolean) => {
		for (const one of [child, ...pipes]) held ? one.ref() : one.unref();
	};
	let gone = false;
	let parts: Buffer[] = [];
	let held = 0;
	/** Bytes that must be there before it is worth looking. */
	let least = 1;
	let found: (Found | undefined)[] = [];
	let waiting:
		| {count: number; resolve: (found: (Found | undefined)[]) => void; reject: (error: Error) => void}
		| undefined;

	/** Takes whole answers off the front. */
	const read = (bytes: Buffer): number => {
		let at = 0;
		least = 1;
		while (waiting !== undefined && found.length < waiting.count) {
			const line = bytes.indexOf(10, at);
			if (line < 0) break;
			const [, oid, kind, digits] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(bytes.toString('latin1', at, line)) ?? [];
			if (oid === undefined || kind === undefined) {
				found.push(undefined);
				at = line + 1;
				continue;
			}
			const size = Number(digits);
			const end = mode === 'check' ? line + 1 : line + 1 + size + 1;
			if (end > bytes.length) {
				least = end - at;
				break;
			}
			const body = mode === 'check' ? NOTHING : Buffer.from(bytes.subarray(line + 1, end - 1));
			found.push({kind, oid, size, body});
			at = end;
		}
		return at;
	};
	child.stdout.on('data', (part: Buffer) => {
		parts.push(part);
		held += part.length;
		if (held < least) return;
		const bytes = parts.length === 1 ? part : Buffer.concat(parts);
		const rest = bytes.subarray(read(bytes));
		parts = rest.length === 0 ? [] : [rest];
		held = rest.length;
		if (waiting === undefined || found.length < waiting.count) return;
		const {resolve} = waiting;
		waiting = undefined;
		hold(false);
		resolve(found);
	});
	const fail = () => {
		gone = true;
		waiting?.reject(new Error('git cat-file ended before it answered'));
		waiting = undefined;
	};
	child.stderr.resume();
	child.stdin.on('error', () => undefined);
	child.on('error', fail);
	child.on('close', fail);
	return {
		ask: (names) =>
			new Promise((resolve, reject) => {
				hold(true);
				found = [];
				waiting = {count: names.length, resolve, reject};
				child.stdin.write(`${names.join('\n')}\n`);
			}),
		gone: () => gone,
		end() {
			gone = true;
			child.stdin.end();
		},
	};
}
