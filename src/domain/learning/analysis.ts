// Room: domain. What all deployments together say: rates with their intervals, trend, calibration, delivery figures. Every
// figure carries the number of cases behind it; what has none is absent, not zero.

import type {Rate} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {type Confidence, confidenceOf} from './confidence.ts';
import {type Goal, goalsOf} from './goals.ts';
import {opportunitiesOf} from './opportunities.ts';
import {patternsOf} from './patterns.ts';
import type {Rates} from './rates.ts';
import {effectiveOutcome, secondsOf} from './statistics.ts';
import {distinct, verdictOf} from './verdict.ts';
import {type Interval, wilson} from './wilson.ts';
import {median} from './words.ts';

export type Group = Rate & Interval & {readonly name: string};

export interface Analysis {
	readonly schemaVersion: 1;
	readonly deployments: number;
	readonly outcomes: Readonly<Record<string, number>>;
	/** Over the good and bad ones; what says nothing about the features is not in it. */
	readonly success: Group;
	readonly confidence: Confidence;
	readonly kinds: readonly Group[];
	readonly topics: readonly Group[];
	readonly sizes: readonly Group[];
	readonly weekdays: readonly Group[];
	readonly hours: readonly Group[];
	/** The last ten good or bad ones, oldest first, and the ten before them. */
	readonly trend: {readonly marks: readonly ('good' | 'bad')[]; readonly last: Group; readonly earlier: Group};
	/** Predicted risk against what happened. `brier`: mean squared error, 0 is right; `baseline`: of always saying the mean. */
	readonly calibration?: {
		readonly cases: number;
		readonly predicted: number;
		readonly observed: Group;
		readonly brier: number;
		readonly baseline: number;
	};
	readonly delivery: {
		/** Promoted deployments in the days looked back on, at most 90. */
		readonly frequency?: {readonly promoted: number; readonly days: number; readonly perWeek?: number};
		/** Of those that reached users: how many did not stay. `good` counts the failures here. */
		readonly changeFailures?: Group;
		/** Median seconds from the oldest change of a shipped feature to its release, over `cases` features. */
		readonly lead?: {readonly seconds: number; readonly cases: number};
		readonly deploy?: {readonly seconds: number; readonly cases: number};
		/** Median seconds from a deployment that went wrong to the next good one. */
		readonly recovery?: {readonly seconds: number; readonly cases: number};
	};
	readonly goals: readonly Goal[];
	readonly suggestions: readonly string[];
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_MS = 86_400_000;
const LOOK_BACK_DAYS = 90;
const TREND = 10;

/** @param now milliseconds since the epoch: where the look back begins. */
export function analysisOf(summaries: Iterable<Summary>, now: number): Analysis {
	const all = distinct(summaries);
	const judged = all.filter((s) => verdictOf(s) !== 'neither');
	const patterns = patternsOf(all);
	const [last, before] = [judged.slice(-TREND), judged.slice(-2 * TREND, -TREND)];
	const newest = all.at(-1);
	const calibration = calibrationOf(judged);
	return {
		schemaVersion: 1,
		deployments: all.length,
		outcomes: outcomesOf(all),
		success: group('all', rateIn(judged)),
		confidence: confidenceOf(patterns.deployments),
		kinds: groups(patterns.kinds),
		topics: groups(patterns.topics),
		sizes: groups(patterns.sizes),
		weekdays: groups(patterns.weekdays, (day) => DAYS[Number(day)] ?? day),
		hours: bands(patterns.hours),
		trend: {
			marks: last.map((s) => (verdictOf(s) === 'good' ? 'good' : 'bad')),
			last: group(`last ${last.length}`, rateIn(last)),
			earlier: group(`the ${before.length} before`, rateIn(before)),
		},
		...(calibration === undefined ? {} : {calibration}),
		delivery: deliveryOf(all, now),
		goals: goalsOf(all),
		suggestions: [
			...patterns.rules.map((rule) => `${rule.text} (support: ${rule.support})`),
			...(newest === undefined ? [] : opportunitiesOf(newest, all.slice(0, -1), patterns)),
		],
	};
}

function group(name: string, rate: Rate): Group {
	return {name, ...rate, ...wilson(rate)};
}

function groups(rates: Rates, name = (key: string) => key): Group[] {
	return Object.entries(rates).map(([key, rate]) => group(name(key), rate));
}

/** Quarters of the UTC day: single hours would hardly ever have a case. */
function bands(hours: Rates): Group[] {
	const quarters = ['00–06 h', '06–12 h', '12–18 h', '18–24 h'];
	return quarters.flatMap((name, index) => {
		const inside = Object.entries(hours).filter(([hour]) => Math.floor(Number(hour) / 6) === index);
		const good = inside.reduce((sum, [, rate]) => sum + rate.good, 0);
		const all = inside.reduce((sum, [, rate]) => sum + rate.all, 0);
		return all === 0 ? [] : [group(name, {good, all})];
	});
}

function rateIn(judged: readonly Summary[]): Rate {
	return {good: judged.filter((s) => verdictOf(s) === 'good').length, all: judged.length};
}

function outcomesOf(all: readonly Summary[]): Record<string, number> {
	const counts = {promoted: 0, rolled_back: 0, failed: 0, aborted: 0};
	for (const summary of all) counts[effectiveOutcome(summary)]++;
	return counts;
}

function calibrationOf(judged: readonly Summary[]): Analysis['calibration'] {
	const cases = judged.flatMap((s) =>
		s.risk === undefined ? [] : [{risk: s.risk, bad: verdictOf(s) === 'bad' ? 1 : 0}],
	);
	if (cases.length === 0) return undefined;
	const mean = (of: (c: {risk: number; bad: number}) => number) =>
		cases.reduce((sum, c) => sum + of(c), 0) / cases.length;
	const rate = mean((c) => c.bad);
	return {
		cases: cases.length,
		predicted: mean((c) => c.risk),
		observed: group('observed', {good: cases.filter((c) => c.bad === 1).length, all: cases.length}),
		brier: mean((c) => (c.risk - c.bad) ** 2),
		baseline: rate * (1 - rate),
	};
}

function deliveryOf(all: readonly Summary[], now: number): Analysis['delivery'] {
	const closed = (s: Summary) => Date.parse(s.closedAt);
	const recent = all.filter((s) => now - closed(s) <= LOOK_BACK_DAYS * DAY_MS);
	const promoted = recent.filter((s) => effectiveOutcome(s) === 'promoted');
	const first = recent[0];
	const days = first === undefined ? 0 : Math.max(1, (now - Date.parse(first.openedAt)) / DAY_MS);
	// Less than a week of history makes no weekly figure.
	const perWeek = days < 7 ? undefined : (promoted.length / days) * 7;
	const reached = recent.filter((s) => s.trafficMoved && verdictOf(s) !== 'neither');
	const shipped = promoted.flatMap((s) =>
		s.features.flatMap((f) => (f.since === undefined ? [] : Math.max(0, closed(s) / 1000 - f.since))),
	);
	const took = promoted.flatMap((s) => secondsOf(s) ?? []);
	const back = recent.flatMap((s, i) => {
		if (verdictOf(s) !== 'bad') return [];
		const next = recent.slice(i + 1).find((later) => verdictOf(later) === 'good');
		return next === undefined ? [] : Math.max(0, (closed(next) - closed(s)) / 1000);
	});
	const middle = (values: readonly number[]) => {
		const seconds = median(values);
		return seconds === undefined ? undefined : {seconds, cases: values.length};
	};
	const [lead, deploy, recovery] = [middle(shipped), middle(took), middle(back)];
	return {
		...(first === undefined
			? {}
			: {frequency: {promoted: promoted.length, days, ...(perWeek === undefined ? {} : {perWeek})}}),
		...(reached.length === 0
			? {}
			: {
					changeFailures: group('failures', {
						good: reached.filter((s) => verdictOf(s) === 'bad').length,
						all: reached.length,
					}),
				}),
		...(lead === undefined ? {} : {lead}),
		...(deploy === undefined ? {} : {deploy}),
		...(recovery === undefined ? {} : {recovery}),
	};
}
