// Room: gateway. The keeper's card on disk: how anybody can tell whether somebody keeps the front door while the gateway itself does not answer.

import {readFileSync, rmSync, writeFileSync} from 'node:fs';

/** Clock ticks since boot at which a living process started; empty when there is none, or no /proc. */
export function startTimeOf(pid: number): string {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// Fields are counted behind the command name, which may itself hold blanks and brackets.
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return fields[0] === 'Z' ? '' : (fields[19] ?? '');
	} catch {
		return '';
	}
}

export function writeKeeperCard(file: string): void {
	writeFileSync(file, JSON.stringify({pid: process.pid, startTime: startTimeOf(process.pid)}), {mode: 0o600});
}

/** Removes the card if it is still this process's own. */
export function removeKeeperCard(file: string): void {
	if (livingKeeper(file) === process.pid) rmSync(file, {force: true});
}

/** The pid of the keeper, when it lives. */
export function livingKeeper(file: string): number | undefined {
	try {
		const card: unknown = JSON.parse(readFileSync(file, 'utf8'));
		if (typeof card !== 'object' || card === null || !('pid' in card) || !('startTime' in card)) return undefined;
		const {pid, startTime} = card;
		if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 1) return undefined;
		process.kill(pid, 0);
		return startTimeOf(pid) === startTime ? pid : undefined;
	} catch {
		return undefined;
	}
}
