// Room: report. The analysis as plain lines: every rate with its cases and its 95 % interval, and "no data" where there is none.

import type {Analysis, Group} from '../domain/learning/analysis.ts';
import {confidenceText} from '../domain/learning/confidence.ts';
import {count, duration, percent} from '../domain/learning/words.ts';
import {safe} from '../domain/safe.ts';
import {plainTable} from './plain-table.ts';

const NO_DATA = '  no data yet';

const interval = ({low, high}: Group) => `${percent(low)} to ${percent(high)}`;
const rate = (group: Group) =>
	group.all === 0
		? 'no data yet'
		: `${percent(group.good / group.all)}: ${group.good} of ${group.all} (95 % interval ${interval(group)})`;

export function analysisLines(analysis: Analysis, width: number): string[] {
	const {outcomes} = analysis;
	if (analysis.deployments === 0)
		return ['No deployment yet, so there is nothing to analyse.', 'Start one: orchestra deploy'];
	return [
		`${count(analysis.deployments, 'deployment')}: ${Object.entries(outcomes)
			.filter(([, n]) => n > 0)
			.map(([outcome, n]) => `${n} ${outcome.replace('_', ' ')}`)
			.join(', ')}`,
		`Success  ${rate(analysis.success)}`,
		confidenceText(analysis.success.all),
		...trendLines(analysis),
		...section('By kind of feature', byCases(analysis.kinds), width),
		...section('By what they touch', byCases(analysis.topics), width),
		...section('By batch size', analysis.sizes, width),
		...section('By day (UTC)', analysis.weekdays, width),
		...section('By time of day (UTC)', analysis.hours, width),
		...calibrationLines(analysis.calibration),
		...deliveryLines(analysis.delivery),
		'',
		'Goals after ten deployments',
		...analysis.goals.map(({name, met, text}) => `  [${met === undefined ? '?' : met ? 'x' : ' '}] ${name}: ${text}`),
		'',
		'Suggestions',
		...(analysis.suggestions.length === 0
			? ['  none: nothing stands out in these figures']
			: analysis.suggestions.map((line) => `  - ${safe(line, 500)}`)),
	];
}

const byCases = (groups: readonly Group[]) => groups.toSorted((a, b) => b.all - a.all);

function section(title: string, groups: readonly Group[], width: number): string[] {
	if (groups.length === 0) return ['', title, NO_DATA];
	const table = plainTable(
		groups,
		[
			{head: '', of: (g) => safe(g.name, 30)},
			{head: 'Went well', align: 'right', of: (g) => `${g.good} of ${g.all}`},
			{head: '', align: 'right', of: (g) => percent(g.good / g.all), dropped: 1},
			{head: '95 % interval', of: interval, dropped: 2},
		],
		Math.max(30, width - 2),
	);
	return ['', title, ...table.map((line) => `  ${line}`)];
}

function trendLines({trend}: Analysis): string[] {
	if (trend.marks.length === 0) return ['', 'Trend', NO_DATA];
	const marks = trend.marks.map((mark) => (mark === 'good' ? '+' : '-')).join(' ');
	const lines = [
		'',
		'Trend',
		`  ${marks}   (oldest to newest, + went well, - did not)`,
		`  ${trend.last.name}: ${rate(trend.last)}`,
	];
	if (trend.earlier.all === 0) return [...lines, '  no earlier ones to compare with'];
	// Overlapping intervals are no difference, however the shares look.
	const {last, earlier} = trend;
	const word = last.low > earlier.high ? 'better' : last.high < earlier.low ? 'worse' : 'no clear difference';
	return [...lines, `  ${earlier.name}: ${rate(earlier)} → ${word}`];
}

function calibrationLines(calibration: Analysis['calibration']): string[] {
	if (calibration === undefined) return ['', 'Were the predictions right?', NO_DATA];
	const {cases, predicted, observed, brier, baseline} = calibration;
	const word = brier < baseline ? 'better than' : 'not better than';
	return [
		'',
		'Were the predictions right?',
		`  predicted ${percent(predicted)} on average, ${percent(observed.good / observed.all)} went wrong (${observed.good} of ${cases}, 95 % interval ${interval(observed)})`,
		`  Brier score ${brier.toFixed(3)}, ${word} always saying the average (${baseline.toFixed(3)})`,
	];
}

function deliveryLines({frequency, changeFailures, lead, deploy, recovery}: Analysis['delivery']): string[] {
	const days = (n: number) => count(Math.round(n), 'day');
	const median = (value: {seconds: number; cases: number} | undefined, what: string) =>
		value === undefined ? 'no data yet' : `median ${duration(value.seconds)} over ${count(value.cases, what)}`;
	return [
		'',
		'Delivery, last 90 days',
		`  Frequency       ${
			frequency === undefined
				? 'no data yet'
				: `${frequency.promoted} promoted in ${days(frequency.days)}${frequency.perWeek === undefined ? ' (too short for a weekly figure)' : `, ${frequency.perWeek.toFixed(1)} a week`}`
		}`,
		`  Change failures ${changeFailures === undefined ? 'no data yet' : rate(changeFailures)}`,
		`  Lead time       ${median(lead, 'feature')}`,
		`  Deploy time     ${median(deploy, 'promoted deployment')}`,
		`  Recovery        ${median(recovery, 'failure')}`,
	];
}
