// Room: domain. The gate of a rollout step: one window of the new slot against one of the old, three verdicts.
// Simple and documented; the sequential statistics replace the body behind the same signature.

import type {Thresholds} from '../rollout/strategy.ts';
import {type Safe, safe} from '../safe.ts';
import type {Window} from './window.ts';

const VERDICTS = ['stop', 'go on', 'not enough evidence'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
	readonly verdict: Verdict;
	/** The rule that decided, for the log and the learner. */
	readonly rule: 'health' | 'error-rate' | 'error-rate-over-baseline' | 'min-requests' | 'watch-time' | 'passed';
	/** The sentence with the figures behind it. */
	readonly why: Safe;
}

export interface Observation {
	/** The slot that runs the release being judged, over the whole step so far. */
	readonly candidate: Window;
	/** The slot that served before, over the same window; no requests when it gets no traffic. */
	readonly baseline: Window;
	/** Health probes of the candidate that failed in a row, up to now. */
	readonly failedProbes: number;
	readonly watchedSeconds: number;
	readonly watchSeconds: number;
	readonly thresholds: Thresholds;
}

export type Judge = (seen: Observation) => Judgement;

const percent = (share: number) => `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;

/**
 * Stop when health fails, when the error rate is over the absolute limit, or when it is over the baseline's by more than
 * the margin. A limit counts only from `minRequests` on, except that `minRequests` errors' worth is never waited for: as
 * many errors as would break the limit even if every missing request succeeded stop at once. Go on when the watch time
 * is over with enough requests. Everything else is not enough evidence.
 */
export const judge: Judge = (seen) => {
	const {candidate, baseline, thresholds} = seen;
	if (seen.failedProbes >= thresholds.unhealthyInARow) {
		return {verdict: 'stop', rule: 'health', why: safe(`${seen.failedProbes} health probes in a row failed`)};
	}
	const figures = `${candidate.errors} errors in ${candidate.requests} requests`;
	// Dividing by at least minRequests makes the early stop safe: it is the rate that would remain at best.
	const atBest = candidate.errors / Math.max(candidate.requests, thresholds.minRequests, 1);
	if (candidate.errors > 0 && atBest > thresholds.errorRate) {
		return {verdict: 'stop', rule: 'error-rate', why: safe(`${figures}: more than ${percent(thresholds.errorRate)}`)};
	}
	const enough = candidate.requests >= thresholds.minRequests;
	const over = candidate.errorRate - baseline.errorRate;
	if (enough && candidate.errors > 1 && baseline.requests >= thresholds.minRequests && baseline.requests > 0) {
		if (over > thresholds.errorRateOverBaseline) {
			return {
				verdict: 'stop',
				rule: 'error-rate-over-baseline',
				why: safe(`${figures} (${percent(candidate.errorRate)}), the old version had ${percent(baseline.errorRate)}`),
			};
		}
	}
	if (seen.watchedSeconds < seen.watchSeconds) {
		const left = Math.ceil(seen.watchSeconds - seen.watchedSeconds);
		return {verdict: 'not enough evidence', rule: 'watch-time', why: safe(`${figures}; ${left} s of this step left`)};
	}
	if (!enough) {
		return {
			verdict: 'not enough evidence',
			rule: 'min-requests',
			why: safe(`${candidate.requests} of ${thresholds.minRequests} requests needed`),
		};
	}
	return {verdict: 'go on', rule: 'passed', why: safe(`${figures}, within ${percent(thresholds.errorRate)}`)};
};
