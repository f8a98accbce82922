// Room: adapters. Running the git program: whole answers with a cap, or a stream of bytes with back-pressure. Knows
// processes and faults, nothing about repositories.

import {type ChildProcessByStdio, spawn} from 'node:child_process';
import type {Readable, Writable} from 'node:stream';
import {FaultError, fault, raise} from '../../domain/fault/fault.ts';

export interface Invocation {
	readonly git: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	readonly input?: string | Buffer;
	/** Exit codes that are answers and not failures. Default: only 0. */
	readonly answers?: readonly number[];
	/** Bytes of output after which the answer is refused. Default 64 MB. */
	readonly maxBytes?: number;
	/** Milliseconds. Default: ten minutes, for repositories of any size. */
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal | undefined;
}

export interface Answer {
	readonly exit: number;
	readonly stdout: Buffer;
}

const MAX_STDERR = 16_384;
const TIMEOUT_MS = 600_000;
const LACKING =
	/missing (?:blob|tree|commit|object)|unable to read (?:blob|tree|sha1|object|[0-9a-f]{7})|could not (?:get|fetch|read) .*object|promisor|bad object|not a valid (?:object|commit)|lazy fetching/i;

/** The sub-command, for the words of a fault: the first argument that is no option and no option's value. */
function commandOf(args: readonly string[]): string {
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] ?? '';
		if (arg === '-c' || arg === '-C') i++;
		else if (!arg.startsWith('-')) return arg;
	}
	return '';
}

function failure(call: Invocation, exit: number | null, stderr: string): FaultError {
	const details = stderr.trim().split('\n').slice(0, 5);
	if (LACKING.test(stderr))
		return new FaultError(
			fault('HISTORY_CUT', {
				with: {how: 'an object is missing (a partial clone?)', fix: 'git fetch --refetch'},
				details,
			}),
		);
	return new FaultError(
		fault('GIT_FAILED', {with: {command: commandOf(call.args)}, details: [...details, `exit code ${exit ?? 'none'}`]}),
	);
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(call: Invocation): {child: Child; stderr: () => string; ended: Promise<number | null>} {
	call.signal?.throwIfAborted();
	const child = spawn(call.git, [...call.args], {
		cwd: call.cwd,
		env: {...call.env},
		stdio: ['pipe', 'pipe', 'pipe'],
		shell: false,
		windowsHide: true,
	});
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		if (said.length < MAX_STDERR) said += text;
	});
	// git may leave before it has read everything: that is its answer, not an accident of ours.
	child.stdin.on('error', () => undefined);
	child.stdin.end(call.input ?? '');
	const ended = new Promise<number | null>((resolve, reject) => {
		child.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') reject(new FaultError(fault('GIT_MISSING'), {cause: error}));
			else
				reject(new FaultError(fault('GIT_FAILED', {with: {command: commandOf(call.args)}, details: [error.message]})));
		});
		child.on('close', (code) => resolve(code));
	});
	ended.catch(() => undefined);
	return {child, stderr: () => said, ended};
}

/** Runs git to its end. Faults: GIT_FAILED, GIT_MISSING, HISTORY_CUT. Rejects with the signal's reason when aborted. */
export async function runGit(call: Invocation): Promise<Answer> {
	const {child, stderr, ended} = start(call);
	const parts: Buffer[] = [];
	let size = 0;
	let problem: string | undefined;
	const stop = (why: string) => {
		problem = why;
		child.kill('SIGKILL');
	};
	const timer = setTimeout(() => stop('it took too long'), call.timeoutMs ?? TIMEOUT_MS);
	const onAbort = () => stop('stopped');
	call.signal?.addEventListener('abort', onAbort, {once: true});
	child.stdout.on('data', (part: Buffer) => {
		size += part.length;
		if (size > (call.maxBytes ?? 64_000_000)) stop('its answer is too large');
		else parts.push(part);
	});
	try {
		const exit = await ended;
		call.signal?.throwIfAborted();
		if (problem !== undefined) raise('GIT_FAILED', {with: {command: commandOf(call.args)}, details: [problem]});
		if (exit === null || !(call.answers ?? [0]).includes(exit)) throw failure(call, exit, stderr());
		return {exit, stdout: Buffer.concat(parts)};
	} finally {
		clearTimeout(timer);
		call.signal?.removeEventListener('abort', onAbort);
	}
}

/** Streams git's output; leaving the loop early ends the process. Faults as `runGit`, after the last chunk. */
export async function* streamGit(call: Invocation): AsyncGenerator<Buffer> {
	const {child, stderr, ended} = start(call);
	const onAbort = () => child.kill('SIGKILL');
	call.signal?.addEventListener('abort', onAbort, {once: true});
	let finished = false;
	try {
		// `as`: no encoding was set on this stream, so its chunks are buffers.
		for await (const part of child.stdout) yield part as Buffer;
		finished = true;
		const exit = await ended;
		call.signal?.throwIfAborted();
		if (exit === null || !(call.answers ?? [0]).includes(exit)) throw failure(call, exit, stderr());
	} finally {
		call.signal?.removeEventListener('abort', onAbort);
		if (!finished) child.kill('SIGKILL');
	}
}
