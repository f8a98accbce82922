import {expect, test} from 'vitest';
import {judge, type Observation} from '../../src/domain/analysis/judge.ts';
import {
	bucketOf,
	bucketUpperMs,
	LATENCY_BUCKETS,
	NO_COUNTS,
	quantile,
	windowBetween,
} from '../../src/domain/analysis/window.ts';
import {BUILT_IN_STRATEGIES} from '../../src/domain/rollout/strategy.ts';
import fc from '../kit/check.ts';

const thresholds = {errorRate: 0.05, errorRateOverBaseline: 0.01, minRequests: 50, unhealthyInARow: 3};
const seen = (part: Partial<Observation>): Observation => ({
	candidate: {requests: 200, errors: 0, errorRate: 0},
	baseline: {requests: 1000, errors: 0, errorRate: 0},
	failedProbes: 0,
	watchedSeconds: 60,
	watchSeconds: 60,
	thresholds,
	...part,
});
const window = (requests: number, errors: number) => ({requests, errors, errorRate: requests ? errors / requests : 0});

test('a healthy candidate goes on once the watch time is over, not before', () => {
	expect(judge(seen({}))).toMatchObject({verdict: 'go on'});
	expect(judge(seen({watchedSeconds: 59}))).toMatchObject({verdict: 'not enough evidence', rule: 'watch-time'});
});

test('no requests are not no errors: without evidence nothing goes on', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 49}),
			fc.double({min: 0, max: 1e6, noNaN: true}),
			(requests, watchedSeconds) => {
				expect(judge(seen({candidate: window(requests, 0), watchedSeconds})).verdict).toBe('not enough evidence');
			},
		),
	);
});

test('health that fails often enough stops whatever else looks good', () => {
	expect(judge(seen({failedProbes: 3}))).toMatchObject({verdict: 'stop', rule: 'health'});
	expect(judge(seen({failedProbes: 2}))).toMatchObject({verdict: 'go on'});
});

test('more errors than the limit allows even at best stop at once; one error among few does not', () => {
	expect(judge(seen({candidate: window(4, 3), watchedSeconds: 1}))).toMatchObject({
		verdict: 'stop',
		rule: 'error-rate',
	});
	expect(judge(seen({candidate: window(4, 1), watchedSeconds: 1}))).toMatchObject({verdict: 'not enough evidence'});
});

test('errors that the old version has too are not held against the new one, more than those are', () => {
	expect(judge(seen({candidate: window(200, 6), baseline: window(1000, 30)}))).toMatchObject({verdict: 'go on'});
	expect(judge(seen({candidate: window(200, 9), baseline: window(1000, 10)}))).toMatchObject({
		rule: 'error-rate-over-baseline',
	});
});

test('the verdict never says go on above the absolute limit', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 5000}), fc.integer({min: 0, max: 5000}), (requests, errors) => {
			const candidate = window(requests, Math.min(errors, requests));
			if (candidate.errorRate > 0.05 && requests >= 50) expect(judge(seen({candidate})).verdict).toBe('stop');
		}),
	);
});

test('latency buckets: each value lies under its bound and within a quarter octave of it', () => {
	fc.assert(
		fc.property(fc.double({min: 0, max: 900_000, noNaN: true}), (ms) => {
			const bucket = bucketOf(ms);
			expect(bucket).toBeGreaterThanOrEqual(0);
			expect(bucket).toBeLessThan(LATENCY_BUCKETS);
			expect(bucketUpperMs(bucket) * 1.0000001).toBeGreaterThanOrEqual(
				Math.min(ms, bucketUpperMs(LATENCY_BUCKETS - 1)),
			);
			if (bucket > 0) expect(bucketUpperMs(bucket - 1)).toBeLessThan(ms);
		}),
	);
});

test('a window is the difference of two readings; a restarted counter starts a fresh one', () => {
	const at = (requests: number, bad: number) => ({
		...NO_COUNTS,
		requests,
		classes: [0, 0, requests - bad, 0, 0, bad] as const,
	});
	expect(windowBetween(at(100, 1), at(300, 11))).toMatchObject({requests: 200, errors: 10, errorRate: 0.05});
	expect(windowBetween(at(100, 1), at(40, 2))).toMatchObject({requests: 40, errors: 2});
	expect(quantile(NO_COUNTS.latency, 0.5)).toBeUndefined();
});

test('built-in strategies climb to 100 and stay within the outer limit', () => {
	for (const {steps, thresholds: limits} of BUILT_IN_STRATEGIES) {
		const weights = steps.map((s) => s.weight);
		expect(weights).toEqual(weights.toSorted((a, b) => a - b));
		expect(weights.at(-1)).toBe(100);
		expect(limits.errorRate).toBeLessThanOrEqual(0.05);
	}
});
