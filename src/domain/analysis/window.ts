// Room: domain. What was measured at the front door: counts and a latency histogram for one slot over one stretch of time.

import type {SlotName} from '../ids.ts';

/** Upper bound of latency bucket `i` in milliseconds: 1 ms × 2^(i/4). The last bucket takes everything above. */
export const LATENCY_BUCKETS = 80;
export function bucketUpperMs(index: number): number {
	return 2 ** (index / 4);
}

/** @param ms ≥ 0. Returns the bucket index, 0…LATENCY_BUCKETS-1. */
export function bucketOf(ms: number): number {
	if (!(ms > 1)) return 0;
	return Math.min(LATENCY_BUCKETS - 1, Math.ceil(Math.log2(ms) * 4));
}

/** Cumulative since the gateway started (`epoch` names that start); subtract two to get a window. */
export interface SlotCounts {
	readonly requests: number;
	/** Answers by class: index 1…5 for 1xx…5xx as the application gave them; index 0 unused. */
	readonly classes: readonly [number, number, number, number, number, number];
	/** Requests the gateway itself had to answer (502/503/504) because the slot refused, reset or timed out. */
	readonly gatewayErrors: number;
	readonly latency: readonly number[];
}

export interface Counts {
	readonly epoch: string;
	readonly slots: Readonly<Record<SlotName, SlotCounts>>;
}

/** One slot over one window. */
export interface Window {
	readonly requests: number;
	/** Share of 5xx and gateway errors among the requests, 0–1; 0 when there were none. */
	readonly errorRate: number;
	readonly errors: number;
	/** Milliseconds; undefined without requests. Upper bound of the bucket: at most 19 % above the true value. */
	readonly p50?: number;
	readonly p95?: number;
	readonly p99?: number;
}

/** Quantile of a histogram. @param q 0–1. Undefined when the histogram is empty. */
export function quantile(latency: readonly number[], q: number): number | undefined {
	const total = latency.reduce((sum, n) => sum + n, 0);
	if (total === 0) return undefined;
	let seen = 0;
	for (const [index, n] of latency.entries()) {
		seen += n;
		if (seen >= q * total && n > 0) return bucketUpperMs(index);
	}
	return bucketUpperMs(latency.length - 1);
}

export const NO_COUNTS: SlotCounts = {
	requests: 0,
	classes: [0, 0, 0, 0, 0, 0],
	gatewayErrors: 0,
	latency: new Array<number>(LATENCY_BUCKETS).fill(0),
};

/** The window between two readings of the same epoch. A counter that went backwards counts as a fresh start. */
export function windowBetween(before: SlotCounts, after: SlotCounts): Window {
	const start = after.requests < before.requests ? NO_COUNTS : before;
	const requests = after.requests - start.requests;
	const errors = after.classes[5] - start.classes[5] + (after.gatewayErrors - start.gatewayErrors);
	const latency = after.latency.map((n, i) => n - (start.latency[i] ?? 0));
	const [p50, p95, p99] = [quantile(latency, 0.5), quantile(latency, 0.95), quantile(latency, 0.99)];
	return {
		requests,
		errors,
		errorRate: requests === 0 ? 0 : Math.min(1, errors / requests),
		...(p50 === undefined ? {} : {p50}),
		...(p95 === undefined ? {} : {p95}),
		...(p99 === undefined ? {} : {p99}),
	};
}
