// Room: domain. The statistics in config.json: a fold over closed deployments.

import type {Statistics} from '../memory.ts';
import type {Outcome} from '../outcome.ts';
import type {Summary} from '../summary.ts';
import {distinct} from './verdict.ts';
import {median} from './words.ts';

/** What it counts as: a promoted one that a person later called failed is a failure; nothing else changes column. */
export function effectiveOutcome(summary: Summary): Outcome {
	return summary.outcome === 'promoted' && summary.correction?.outcome === 'failed' ? 'failed' : summary.outcome;
}

/** Undefined when one of the two times is not a time. */
export function secondsOf(summary: Summary): number | undefined {
	const seconds = (Date.parse(summary.closedAt) - Date.parse(summary.openedAt)) / 1000;
	return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

export function statisticsOf(summaries: Iterable<Summary>): Statistics {
	const all = distinct(summaries);
	const by = (outcome: Outcome) => all.filter((s) => effectiveOutcome(s) === outcome);
	const promoted = by('promoted');
	const seconds = median(promoted.flatMap((s) => secondsOf(s) ?? []));
	return {
		deployments: all.length,
		promoted: promoted.length,
		rolled_back: by('rolled_back').length,
		failed: by('failed').length,
		aborted: by('aborted').length,
		success_rate: all.length === 0 ? null : Math.round((promoted.length / all.length) * 10_000) / 10_000,
		median_seconds: seconds === undefined ? null : Math.round(seconds * 10) / 10,
		features_shipped: promoted.reduce((sum, s) => sum + s.features.length, 0),
		last_deployment: all.at(-1)?.id ?? null,
	};
}
