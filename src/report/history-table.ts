// Room: report. The history as a plain table, and one deployment in detail. Pure: summaries and events in, lines out.

import type {DeploymentEvent} from '../domain/deployment/event.ts';
import {foldAll} from '../domain/deployment/fold.ts';
import {secondsOf} from '../domain/learning/statistics.ts';
import {count, duration, percent} from '../domain/learning/words.ts';
import {safe} from '../domain/safe.ts';
import type {Summary} from '../domain/summary.ts';
import {type Column, plainTable} from './plain-table.ts';

export const minute = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;

/** In words, with what was found out later behind it. */
export function outcomeText({outcome, correction}: Summary): string {
	const word = outcome.replace('_', ' ');
	if (correction === undefined) return word;
	return `${word}, later ${correction.outcome === 'ok' ? 'found ok' : 'found failed'}`;
}

function took(summary: Summary): string {
	const seconds = secondsOf(summary);
	return seconds === undefined ? '–' : duration(seconds);
}

const COLUMNS: readonly Column<Summary>[] = [
	{head: 'ID', of: (s) => s.id},
	{head: 'Outcome', of: outcomeText},
	{head: 'Version', of: (s) => safe(s.version ?? '–', 20), dropped: 1},
	{head: 'Features', align: 'right', of: (s) => String(s.features.length), dropped: 3},
	{head: 'Risk', align: 'right', of: (s) => (s.risk === undefined ? '–' : percent(s.risk)), dropped: 4},
	{head: 'Took', align: 'right', of: took, dropped: 2},
	{head: 'Strategy', of: (s) => safe(s.strategy, 20), dropped: 5},
	{head: 'What', of: whatText, dropped: 6},
];

/** Why it ended badly, else what was in it. */
function whatText(summary: Summary): string {
	const because = summary.correction?.cause ?? (summary.outcome === 'promoted' ? undefined : summary.why);
	return safe(because ?? summary.features.map((f) => f.title).join(', '), 200);
}

/** @param width columns of the terminal; at least 40 are assumed. */
export function historyTable(summaries: readonly Summary[], width: number): string[] {
	return plainTable(summaries, COLUMNS, Math.max(40, width));
}

export interface Detail {
	readonly summary: Summary;
	/** Its journal; empty when it is gone. */
	readonly events: readonly DeploymentEvent[];
	readonly folder?: string;
	readonly files: readonly string[];
}

/** Everything that is known about one deployment, as plain lines. */
export function deploymentDetail({summary, events, folder, files}: Detail, width: number): string[] {
	const state = foldAll(events);
	const {requests, tests} = summary;
	const facts: [string, string][] = [
		['Outcome', outcomeText(summary)],
		...(summary.why === undefined ? [] : [['Why', summary.why] as [string, string]]),
		...(summary.cause === undefined ? [] : [['Cause', summary.cause] as [string, string]]),
		...(summary.correction?.cause === undefined ? [] : [['Found later', summary.correction.cause] as [string, string]]),
		[
			'Release',
			`${summary.version ?? 'none was built'}${summary.commit ? `, commit ${summary.commit.slice(0, 12)}` : ''}`,
		],
		['Project', `${summary.project} on ${summary.target}, ${summary.strategy}`],
		['Opened', `${minute(summary.openedAt)} UTC, took ${took(summary)}${resumed(summary.resumed)}`],
		['Risk', summary.risk === undefined ? 'not predicted' : `${percent(summary.risk)} was expected`],
		['Tests', tests === undefined ? 'none ran' : testsText(tests)],
		[
			'Traffic',
			requests === undefined
				? summary.trafficMoved
					? 'moved, not measured'
					: 'never moved'
				: `${requests.candidateErrors} of ${count(requests.candidate, 'request')} to the new version failed, ${requests.baselineErrors} of ${count(requests.baseline, 'request')} to the old one`,
		],
	];
	const lines = [
		`Deployment ${summary.id}`,
		'',
		...facts.map(([name, text]) => `  ${name.padEnd(12)}${safe(text, 500)}`),
	];

	if (summary.features.length > 0) {
		lines.push('', `Features (${summary.features.length})`);
		lines.push(...indented(featureTable(summary, width - 2)));
	}
	const dropped = summary.overrides.filter((o) => !o.chosen).length;
	if (dropped > 0) lines.push(`  ${count(dropped, 'recommended feature')} left out on purpose`);
	const steps = rolloutSteps(events);
	if (steps.length > 0) lines.push('', 'Rollout', ...indented(rolloutTable(steps, width - 2)));
	const stages = Object.entries(summary.stageMs);
	if (stages.length > 0) {
		lines.push('', 'Time');
		lines.push(...stages.map(([stage, ms]) => `  ${stage.padEnd(12)}${duration(ms / 1000)}`));
	}
	if (state.lesson !== undefined) {
		lines.push('', 'Lesson', `  Expected    ${state.lesson.expected}`, `  Happened    ${state.lesson.happened}`);
		lines.push(...state.lesson.next.map((line, i) => `  ${(i === 0 ? 'Next' : '').padEnd(12)}${line}`));
	}
	if (folder !== undefined) lines.push('', `Files in ${safe(folder)}`, ...files.map((file) => `  ${safe(file)}`));
	return lines;
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
const resumed = (times: number) => (times === 0 ? '' : `, resumed ${count(times, 'time')}`);

function testsText(tests: NonNullable<Summary['tests']>): string {
	const cases = tests.passed + tests.failed === 0 ? '' : `, ${tests.passed} passed, ${tests.failed} failed`;
	return `${tests.green ? 'green' : 'red'}: ${count(tests.suites, 'suite')}${cases}`;
}

function featureTable(summary: Summary, width: number): string[] {
	return plainTable(
		summary.features,
		[
			{head: 'Bucket', of: (f) => f.bucket || '–', dropped: 2},
			{head: 'Risk', align: 'right', of: (f) => percent(f.risk), dropped: 1},
			{head: 'Kind', of: (f) => `${f.kind}${f.scope ? `(${f.scope})` : ''}${f.breaking ? '!' : ''}`, dropped: 3},
			{head: 'Touches', of: (f) => f.topics.join(' ') || '–', dropped: 4},
			{head: 'Feature', of: (f) => f.title},
		],
		width,
	);
}

type Observed = DeploymentEvent & {readonly type: 'traffic.observed'};

/** The last look of each step, in their order. */
function rolloutSteps(events: readonly DeploymentEvent[]): Observed[] {
	const last = new Map<string, Observed>();
	for (const event of events) if (event.type === 'traffic.observed') last.set(event.step, event);
	return [...last.values()];
}

function rolloutTable(steps: readonly Observed[], width: number): string[] {
	const ms = (value: number | undefined) => (value === undefined ? '–' : `${Math.round(value)} ms`);
	return plainTable(
		steps,
		[
			{head: 'Step', of: (s) => s.step.replace(/^route\.(\d+)$/, '$1 %')},
			{head: 'New', align: 'right', of: (s) => `${s.candidate.errors}/${s.candidate.requests}`},
			{head: 'p95', align: 'right', of: (s) => ms(s.candidate.p95), dropped: 3},
			{head: 'Old', align: 'right', of: (s) => `${s.baseline.errors}/${s.baseline.requests}`, dropped: 2},
			{head: 'p95', align: 'right', of: (s) => ms(s.baseline.p95), dropped: 3},
			{head: 'Verdict', of: (s) => s.judgement.verdict},
			{head: 'Why', of: (s) => s.judgement.why, dropped: 1},
		],
		width,
	);
}
