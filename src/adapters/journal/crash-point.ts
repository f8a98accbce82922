// Room: adapters. For the crash tests only: dies at an exact journal record, because "about then" proves nothing.
// ORCHESTRA_CRASH=RECORD:PLACE:WHO. RECORD is a sequence number, or what the record says (`labelOf`) with `#2` for the
// second such record of this process; PLACE is before|half|after its write; WHO is deploy|gateway|both.

import {readdirSync, readFileSync} from 'node:fs';
import type {DeploymentEvent} from '../../domain/deployment/event.ts';

export type Place = 'before' | 'half' | 'after';
export interface CrashPoint {
	/** Dies here if this is the place. */
	at(event: DeploymentEvent, place: Place): void;
	/** Whether half of this record is to be written, because the writer dies right after it. */
	halves(event: DeploymentEvent): boolean;
}

/** What tells a record from the others of a deployment, whatever its number: `step.intended/route.25`, `note`. */
export function labelOf(event: DeploymentEvent): string {
	switch (event.type) {
		case 'step.intended':
		case 'step.reconciled':
		case 'step.confirmed':
		case 'step.undone':
		case 'traffic.observed':
			return `${event.type}/${event.step}`;
		case 'stage.started':
		case 'stage.finished':
		case 'stage.stopped':
			return `${event.type}/${event.stage}`;
		case 'decision.asked':
			return `${event.type}/${withoutHash(event.request.id)}`;
		case 'decision.answered':
			return `${event.type}/${withoutHash(event.answer.id)}`;
		case 'slot.changed':
			return `${event.type}/${event.slot}.${event.state}`;
		default:
			return event.type;
	}
}

/** What was asked may be part of the question's name, as a hash: another one in every repository. */
const withoutHash = (id: string) => id.replace(/\.[0-9a-f]{64}$/, '');

/** Undefined in normal life: the variable is not set. */
export function crashPointFrom(setting: string | undefined, stateFolder: string): CrashPoint | undefined {
	const found = /^([\w./-]+)(?:#(\d+))?:(before|half|after):(deploy|gateway|both)$/.exec(setting ?? '');
	if (!found) return undefined;
	const [, record = '', nth = '1', place, who] = found;
	let [seen, counted] = [0, 0];
	const isIt = (event: DeploymentEvent) => {
		if (/^\d+$/.test(record)) return event.seq === Number(record);
		if (labelOf(event) !== record) return false;
		if (event.seq > counted) {
			counted = event.seq;
			seen++;
		}
		return seen === Number(nth);
	};
	return {
		// A writer that lives on would append the whole record behind its half.
		halves: (event) => isIt(event) && place === 'half' && who !== 'gateway',
		at(event, where) {
			if (!isIt(event) || where !== place) return;
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
				// The keeper names the gateway's program too, but as an argument: it is not to be killed.
				return /(^|\/)gateway(\.js|\/main\.ts)$/.test(words[1] ?? '') && words.includes(stateFolder);
			} catch {
				return false;
			}
		});
}
