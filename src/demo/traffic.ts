// Room: demo. The demo's own traffic: a small, bounded stream of real requests to this machine and nowhere else, so that
// a canary has something to measure. It knows the bakery's paths, and nothing of gateways or deployments.

import {Agent} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';
import {raise} from '../domain/fault/fault.ts';
import type {Clock} from '../ports/clock.ts';
import {type Listener, listen} from './traffic/listener.ts';
import {errand, send} from './traffic/request.ts';
import {makeTally, type TrafficReport} from './traffic/tally.ts';

export type {TrafficReport};

export interface TrafficOptions {
	/** `http://` and a loopback address: 127.0.0.0/8, [::1] or localhost. */
	readonly url: string;
	/** 0.1–200. */
	readonly ratePerSecond: number;
	/** 1–1,000,000. */
	readonly maxRequests: number;
	/** 0.1–3,600. */
	readonly maxSeconds: number;
	/** WebSockets that listen at /live beside the requests, 0–10. Default 1. */
	readonly listeners?: number;
	/** Milliseconds after which a request counts as timed out. Default 10,000. */
	readonly patience?: number;
	readonly clock?: Clock;
}

export interface Traffic {
	/** The figures so far. */
	report(): TrafficReport;
	/** Begins nothing new, waits for what is open (at most `patience`), and closes every connection. Idempotent. */
	stop(): Promise<TrafficReport>;
	/** Resolves when a bound was reached or `stop` was called, and everything has ended. Never rejects. */
	readonly done: Promise<TrafficReport>;
}

/** More open requests than this mean that the other side hangs; further ones are skipped instead of piling up. */
const MOST_OPEN = 100;
/** After a pause of the whole process (a laptop that slept), missed requests are dropped and not made up for. */
const CATCH_UP_MS = 500;
/** Shorter than any server keeps an idle connection, so that it is us who closes it. */
const IDLE_MS = 2000;

const realClock: Clock = {
	now: () => Date.now(),
	mono: () => performance.now(),
	sleep: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : {signal}),
};

function between(name: string, value: number, least: number, most: number): number {
	if (value >= least && value <= most) return value;
	return raise('USAGE', {with: {message: `${name} is a number from ${least} to ${most}, not ${value}`}});
}

function loopback(text: string): URL {
	const url = URL.parse(text);
	const host = url?.hostname ?? '';
	const here = host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
	if (url?.protocol === 'http:' && here) return url;
	return raise('USAGE', {with: {message: `the demo's traffic goes to this machine only, and not to ${text}`}});
}

/** Starts at once. Faults (thrown here and now): USAGE for another machine or a bound out of range. */
export function startTraffic(options: TrafficOptions): Traffic {
	const door = loopback(options.url);
	const interval = 1000 / between('ratePerSecond', options.ratePerSecond, 0.1, 200);
	const maxRequests = between('maxRequests', options.maxRequests, 1, 1_000_000);
	const maxMs = between('maxSeconds', options.maxSeconds, 0.1, 3600) * 1000;
	const patience = between('patience', options.patience ?? 10_000, 10, 60_000);
	const ears = between('listeners', options.listeners ?? 1, 0, 10);
	const clock = options.clock ?? realClock;

	const tally = makeTally();
	const agent = new Agent({keepAlive: true, timeout: IDLE_MS, maxSockets: 16, scheduling: 'lifo'});
	const stopping = new AbortController();
	const open = new Set<Promise<void>>();
	const started = clock.mono();
	let ended: number | undefined;
	let known: string | undefined;
	const report = () => tally.report(((ended ?? clock.mono()) - started) / 1000);

	function begin(nth: number) {
		if (tally.open >= MOST_OPEN) return tally.skip();
		tally.begun();
		const one = send(door, errand(nth, known), agent, patience).then(({outcome, made}) => {
			tally.ended(outcome);
			known = made ?? known;
			open.delete(one);
		});
		open.add(one);
	}

	async function run(listeners: readonly Listener[]): Promise<TrafficReport> {
		let next = started;
		for (let nth = 0; tally.sent < maxRequests && !stopping.signal.aborted; ) {
			const now = clock.mono();
			if (now - started >= maxMs) break;
			if (now - next > CATCH_UP_MS) next = now;
			while (next <= now && tally.sent < maxRequests) {
				begin(nth++);
				next += interval;
			}
			const pause = Math.min(next, started + maxMs) - now;
			await clock.sleep(Math.max(1, pause), stopping.signal).catch(() => {});
		}
		// Each open request has its own patience, so this ends.
		await Promise.all(open);
		ended = clock.mono();
		for (const one of listeners) one.close();
		agent.destroy();
		return report();
	}

	const done = run(Array.from({length: ears}, () => listen(door, '/live', tally)));
	return {
		report,
		stop() {
			stopping.abort();
			return done;
		},
		done,
	};
}
