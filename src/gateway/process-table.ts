// Room: gateway. Who lives: questions to /proc about processes, and signals to them. Knows no slot. Where there is no
// /proc (macOS), identity falls back to the pid alone and orphans that left their group are not found.

import {readdirSync, readFileSync} from 'node:fs';

export const NONCE = 'ORCHESTRA_SLOT';

function readOr(path: string, fallback: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return fallback;
	}
}

/** The boot's id; empty where the kernel does not tell. */
export const bootId = readOr('/proc/sys/kernel/random/boot_id', '').trim();
const HAS_PROC = bootId !== '';

/** The fields behind the command name, which may itself hold blanks and brackets. Undefined when there is no such process. */
function stat(pid: number): {state: string; group: number; startTime: string} | undefined {
	const text = readOr(`/proc/${pid}/stat`, '');
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const [state, , group] = fields;
	const startTime = fields[19];
	return state === undefined || group === undefined || startTime === undefined
		? undefined
		: {state, group: Number(group), startTime};
}

function answersSignals(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function nonceOf(pid: number): string | undefined {
	const entry = readOr(`/proc/${pid}/environ`, '')
		.split('\0')
		.find((line) => line.startsWith(`${NONCE}=`));
	return entry?.slice(NONCE.length + 1);
}

/**
 * Whether this very process still runs: same pid, same start, same boot, and no other slot's nonce. (A process may
 * overwrite its environment area to show a title, so a missing nonce proves nothing; a different one does.)
 */
export function isSameProcess(card: {pid: number; startTime: string; boot: string}, nonce: string): boolean {
	if (!HAS_PROC) return answersSignals(card.pid);
	const found = stat(card.pid);
	if (found === undefined || found.state === 'Z' || found.startTime !== card.startTime || card.boot !== bootId)
		return false;
	return (nonceOf(card.pid) ?? nonce) === nonce;
}

function everyPid(): number[] {
	if (!HAS_PROC) return [];
	return readdirSync('/proc')
		.map(Number)
		.filter((pid) => pid > 1);
}

/**
 * Whether the group may be signalled as ours: only while its leader is the process we started. A group whose leader is
 * gone may be somebody else's by now (numbers are reused, certainly after a reboot); then the nonce alone finds what is left.
 */
export function ownsGroup(card: {pid: number; startTime: string; boot: string}, nonce: string): boolean {
	return !HAS_PROC || isSameProcess(card, nonce);
}

/** Living processes of a process group. */
export function groupMembers(group: number): number[] {
	if (!HAS_PROC) return answersSignals(-group) ? [group] : [];
	return everyPid().filter((pid) => {
		const found = stat(pid);
		return found?.group === group && found.state !== 'Z';
	});
}

/** Living processes whose nonce satisfies the question, wherever they went. Only processes of this user can be read. */
export function processesWithNonce(wanted: (nonce: string) => boolean): number[] {
	return everyPid().filter((pid) => {
		const nonce = nonceOf(pid);
		return nonce !== undefined && wanted(nonce) && stat(pid)?.state !== 'Z';
	});
}

/** Signals a process, or a group when negative; one that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch {}
}
