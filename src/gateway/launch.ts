// Room: gateway. Starting and ending the processes of a slot: own process group, own log, own nonce; stopped as a whole.

import {type ChildProcess, spawn} from 'node:child_process';
import {closeSync, mkdirSync, openSync, renameSync, statSync} from 'node:fs';
import {createServer} from 'node:net';
import {dirname} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {groupMembers, NONCE, ownsGroup, processesWithNonce, signal} from './process-table.ts';
import {allowedEnv, type SlotSpec} from './protocol.ts';
import type {ProcessCard} from './state.ts';

/** Bytes of output kept before a start turns the page; one older page is kept beside it. */
const LOG_LIMIT = 5_000_000;

export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() =>
				typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
			);
		});
	});
}

function openLog(file: string): number {
	mkdirSync(dirname(file), {recursive: true, mode: 0o700});
	try {
		if (statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`);
	} catch {}
	return openSync(file, 'a', 0o600);
}

/** Starts the trusted command. The child leads a process group of its own and outlives this process. */
export function launch(spec: SlotSpec, at: {port: number; nonce: string; log: string}): ChildProcess {
	const log = openLog(at.log);
	// Our files are private (077), the application's are its own affair. Everything here is synchronous, and every file
	// of ours is opened with its mode, so nothing else can be created meanwhile.
	const ours = process.umask(0o022);
	try {
		return spawn('/bin/sh', ['-c', spec.command], {
			cwd: spec.folder,
			detached: true,
			stdio: ['ignore', log, log],
			env: {
				...allowedEnv(process.env),
				...spec.env,
				PORT: String(at.port),
				HOST: '127.0.0.1',
				ORCHESTRA_RELEASE: spec.release,
				[NONCE]: at.nonce,
			},
		});
	} finally {
		process.umask(ours);
		closeSync(log);
	}
}

/**
 * Ends everything that belongs to a slot: the process group, and what left it but carries the nonce. Asks nicely first.
 * @param graceMs how long SIGTERM may take before SIGKILL.
 */
export async function endProcesses(card: ProcessCard | null, nonce: string, graceMs: number): Promise<void> {
	// Decided before anything is signalled: the leader may be the first of its group to end.
	const group = card !== null && ownsGroup(card, nonce) ? card.pid : undefined;
	const members = () => (group === undefined ? [] : groupMembers(group));
	const carriers = () => (nonce === '' ? [] : processesWithNonce((found) => found === nonce));
	const tell = (name: NodeJS.Signals): boolean => {
		const inGroup = members();
		const strays = carriers().filter((pid) => !inGroup.includes(pid));
		if (group !== undefined && inGroup.length > 0) signal(-group, name);
		for (const stray of strays) signal(stray, name);
		return inGroup.length + strays.length > 0;
	};
	if (!tell('SIGTERM')) return;
	const deadline = performance.now() + graceMs;
	while (performance.now() < deadline) {
		await sleep(Math.min(50, graceMs));
		if (members().length === 0 && carriers().length === 0) return;
	}
	// A process may fork while we look: repeated until none is left.
	for (let round = 0; round < 100 && tell('SIGKILL'); round++) await sleep(20);
}
