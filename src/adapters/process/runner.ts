// Room: adapters/process. Runs a person's own, trusted commands: in their own process group, in a short environment, within
// time and output limits, and with nothing left running afterwards. It does not know what the commands are for.

import {constants} from 'node:os';
import {execa} from 'execa';
import {raise} from '../../domain/fault/fault.ts';
import type {Clock} from '../../ports/clock.ts';
import type {CommandResult, Runner} from '../../ports/process.ts';
import {childEnvironment} from './environment.ts';
import {collectOutput} from './output.ts';

/** How long a command may take to leave after SIGTERM, milliseconds. */
const TERM_GRACE_MS = 5000;
/** How long output may still arrive after the command itself has left: a child that kept the pipe is not waited for. */
const PIPE_GRACE_MS = 300;

export interface RunnerOptions {
	readonly clock: Clock;
	/** Values that must never be shown or kept; asked while a command runs. */
	readonly secrets?: () => readonly string[];
	/** Put in front of PATH, e.g. the folder of the Node that runs Orchestra. */
	readonly pathPrefix?: string;
}

/** Process groups of this process that may still have members: none of them outlives it. */
const groups = new Set<number>();
let guarding = false;

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false; // nobody left in the group
	}
}

function guard(pid: number) {
	groups.add(pid);
	if (guarding) return;
	guarding = true;
	process.on('exit', () => {
		for (const group of groups) signalGroup(group, 'SIGKILL');
	});
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): number {
	return signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
}

/** Faults: COMMAND_NOT_STARTED. Rejects with the signal's reason when aborted, after the whole group is gone. */
export function createRunner(options: RunnerOptions): Runner {
	const {clock, secrets = () => [], pathPrefix} = options;
	return {
		async run({command, cwd, env: declared, timeoutMs, onLine, signal}) {
			signal?.throwIfAborted();
			const started = clock.mono();
			const env = childEnvironment(process.env, {
				cwd,
				...(declared === undefined ? {} : {declared}),
				...(pathPrefix === undefined ? {} : {pathPrefix}),
			});
			const child = execa('/bin/sh', ['-c', command], {
				cwd,
				env,
				extendEnv: false,
				detached: true,
				cleanup: false,
				stdin: 'ignore',
				buffer: false,
				encoding: 'buffer',
				reject: false,
			});
			const {pid, nodeChildProcess: node} = child;
			if (pid === undefined) {
				const why = await child;
				raise('COMMAND_NOT_STARTED', {with: {command, reason: why.code ?? why.shortMessage ?? 'unknown'}});
			}
			guard(pid);
			const output = collectOutput(secrets, onLine);
			child.stdout.on('data', (chunk: Uint8Array) => output.stdout(chunk));
			child.stderr.on('data', (chunk: Uint8Array) => output.stderr(chunk));

			const exited = new Promise<number>((resolve) => {
				if (node.exitCode !== null || node.signalCode !== null) resolve(exitOf(node.exitCode, node.signalCode));
				else node.once('exit', (code, by) => resolve(exitOf(code, by)));
			});
			const over = new AbortController();
			let timedOut = false;

			async function endGroup() {
				if (!signalGroup(pid ?? 0, 'SIGTERM')) return;
				// Ends as soon as the command has left; what it left behind is killed below.
				const grace = new AbortController();
				void exited.then(() => grace.abort());
				await clock.sleep(TERM_GRACE_MS, grace.signal).catch(() => undefined);
				signalGroup(pid ?? 0, 'SIGKILL');
			}
			const timer = clock.sleep(timeoutMs, over.signal).then(
				() => {
					timedOut = true;
					return endGroup();
				},
				() => undefined,
			);
			const onAbort = () => void endGroup();
			signal?.addEventListener('abort', onAbort, {once: true});

			const exit = await exited;
			const ms = clock.mono() - started;
			over.abort();
			signal?.removeEventListener('abort', onAbort);
			// Children in the group end with it; those that left it keep the pipe, and get a moment and no more.
			signalGroup(pid, 'SIGKILL');
			groups.delete(pid);
			const quiet = new AbortController();
			const drained = child.then(() => quiet.abort());
			await clock.sleep(PIPE_GRACE_MS, quiet.signal).catch(() => undefined);
			child.stdout.destroy();
			child.stderr.destroy();
			await Promise.all([drained, timer]);

			signal?.throwIfAborted();
			const result: CommandResult = {exit, timedOut, ms, ...output.end()};
			return result;
		},
	};
}
