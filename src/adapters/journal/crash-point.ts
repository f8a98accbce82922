// Room: adapters. For the crash tests only: dies at an exact journal record, because "about then" proves nothing.
// ORCHESTRA_CRASH=SEQ:PLACE:WHO, PLACE one of before|half|after (of the record's write), WHO one of deploy|gateway|both.

import {readdirSync, readFileSync} from 'node:fs';

export type Place = 'before' | 'half' | 'after';
export interface CrashPoint {
	at(seq: number, place: Place): void;
	readonly half: number | undefined;
}

/** Undefined in normal life: the variable is not set. */
export function crashPointFrom(setting: string | undefined, stateFolder: string): CrashPoint | undefined {
	const found = /^(\d+):(before|half|after):(deploy|gateway|both)$/.exec(setting ?? '');
	if (!found) return undefined;
	const [, seq, place, who] = found;
	return {
		half: place === 'half' ? Number(seq) : undefined,
		at(now, where) {
			if (now !== Number(seq) || where !== place) return;
			if (who !== 'deploy') for (const pid of gatewayPids(stateFolder)) process.kill(pid, 'SIGKILL');
			if (who !== 'gateway') process.kill(process.pid, 'SIGKILL');
		},
	};
}

/** The gateway's worker (not its keeper) of this state folder, found by its command line. */
function gatewayPids(stateFolder: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
				const program = words.find((word) => /(^|\/)gateway(\.js|\/main\.ts)$/.test(word));
				return program !== undefined && words.some((word) => word.includes(stateFolder));
			} catch {
				return false;
			}
		});
}
