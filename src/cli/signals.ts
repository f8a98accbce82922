// Room: cli. Ctrl-C stops at the next safe point; a second one within three seconds leaves at once. SIGTERM, a closed
// terminal and a reader of our output that went away stop like the first, without a question.

import {EXIT} from '../domain/outcome.ts';
import type {LiveDeployment} from '../engine/live.ts';
import type {Io} from './io.ts';

const TWICE_WITHIN_MS = 3000;

export interface Guard {
	/** Takes the handlers off again. */
	off(): void;
	/** True once the process was asked to end by SIGTERM, or nobody reads its output any more. */
	terminated(): boolean;
}

let guards = 0;
let unread = false;

/** Whether a deployment is or was under way when the output was lost: then its own exit code is to stand. */
export const underWay = () => guards > 0 || unread;

export function guardSignals(live: Pick<LiveDeployment, 'cancel'>, io: Pick<Io, 'err' | 'leaveNow'>): Guard {
	let ended = false;
	let first: number | undefined;
	const interrupt = () => {
		const now = performance.now();
		if (first !== undefined && now - first < TWICE_WITHIN_MS) io.leaveNow(EXIT.interrupted);
		if (first === undefined) io.err('Stopping at the next safe point. Ctrl-C again leaves at once.');
		first = now;
		live.cancel('stop');
	};
	const end = () => {
		ended = true;
		live.cancel('stop');
	};
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', end);
	process.on('SIGHUP', end);
	const lost = () => {
		unread = true;
		end();
	};
	process.stdout.on('error', lost);
	guards++;
	return {
		off() {
			guards--;
			process.stdout.off('error', lost);
			process.off('SIGINT', interrupt);
			process.off('SIGTERM', end);
			process.off('SIGHUP', end);
		},
		terminated: () => ended,
	};
}
