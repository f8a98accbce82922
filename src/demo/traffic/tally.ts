// Room: demo. Counts what became of the demo's requests, and says so as plain figures. It sends nothing.

import {type Safe, safe} from '../../domain/safe.ts';

export type Outcome =
	| {readonly kind: 'answered'; readonly status: number; readonly release: string | undefined}
	/** Nobody listened · the connection broke before the answer was whole · no answer in time · anything else. */
	| {readonly kind: 'refused' | 'reset' | 'timed out' | 'failed'};

export interface Answers {
	readonly ok: number;
	/** 4xx. */
	readonly clientErrors: number;
	/** 5xx. */
	readonly serverErrors: number;
}

export interface TrafficReport extends Answers {
	/** Requests begun; those still open are `open`. */
	readonly sent: number;
	readonly open: number;
	/** Not begun, because too many were open. */
	readonly skipped: number;
	/** 5xx that carry no release: the front door answered instead of the service. Not among `serverErrors`. */
	readonly frontDoorErrors: number;
	readonly refused: number;
	readonly reset: number;
	readonly timedOut: number;
	/** Anything else, e.g. an answer that is not HTTP. */
	readonly failed: number;
	/** What the users of a flawless release process would never see: refused, reset, timed out, failed, front door's 5xx. */
	readonly lost: number;
	/** The service's own answers by the release that gave them; `unknown` without one. */
	readonly byRelease: Readonly<Record<string, Answers>>;
	/** WebSockets: opened, messages received, closed by the other side, and attempts that failed. */
	readonly listeners: {
		readonly opened: number;
		readonly messages: number;
		readonly closed: number;
		readonly failed: number;
	};
	/** Since the start, until now or the end. */
	readonly seconds: number;
}

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

const MOST_RELEASES = 20;
const NO_RELEASE = 'unknown' as Safe;

export interface Tally {
	begun(): void;
	skip(): void;
	ended(outcome: Outcome): void;
	listener(what: 'opened' | 'messages' | 'closed' | 'failed'): void;
	readonly sent: number;
	readonly open: number;
	report(seconds: number): TrafficReport;
}

const none = (): Mutable<Answers> => ({ok: 0, clientErrors: 0, serverErrors: 0});

function classOf(status: number): keyof Answers {
	if (status >= 500) return 'serverErrors';
	return status >= 400 ? 'clientErrors' : 'ok';
}

export function makeTally(): Tally {
	const answers = none();
	const byRelease = new Map<Safe, Mutable<Answers>>();
	const lost = {refused: 0, reset: 0, timedOut: 0, failed: 0, frontDoorErrors: 0};
	const listeners = {opened: 0, messages: 0, closed: 0, failed: 0};
	let [sent, open, skipped] = [0, 0, 0];

	/** A header is outside text: made safe, and no more than a few names, whatever somebody answers. */
	function rowOf(release: string | undefined): Mutable<Answers> {
		const wanted = release === undefined ? NO_RELEASE : safe(release, 60);
		const name = byRelease.has(wanted) || byRelease.size < MOST_RELEASES ? wanted : NO_RELEASE;
		const row = byRelease.get(name) ?? none();
		byRelease.set(name, row);
		return row;
	}

	return {
		begun() {
			sent++;
			open++;
		},
		skip() {
			skipped++;
		},
		ended(outcome) {
			open--;
			if (outcome.kind === 'timed out') lost.timedOut++;
			else if (outcome.kind !== 'answered') lost[outcome.kind]++;
			else if (outcome.status >= 500 && outcome.release === undefined) lost.frontDoorErrors++;
			else {
				answers[classOf(outcome.status)]++;
				rowOf(outcome.release)[classOf(outcome.status)]++;
			}
		},
		listener(what) {
			listeners[what]++;
		},
		get sent() {
			return sent;
		},
		get open() {
			return open;
		},
		report(seconds) {
			return {
				...answers,
				...lost,
				sent,
				open,
				skipped,
				lost: Object.values(lost).reduce((sum, n) => sum + n, 0),
				byRelease: Object.fromEntries([...byRelease].map(([name, row]) => [name, {...row}])),
				listeners: {...listeners},
				seconds,
			};
		},
	};
}
