// Room: report. The history for other programs: CSV that no spreadsheet executes, Markdown that stays text, JSON.

import {secondsOf} from '../domain/learning/statistics.ts';
import {duration, percent} from '../domain/learning/words.ts';
import type {Summary} from '../domain/summary.ts';
import {minute, outcomeText} from './history-table.ts';
import {md} from './markdown.ts';

/** A cell that begins like this would be a formula; the last four are the full-width forms. Leading blanks do not help it. */
const FORMULA = /^[\s\u00a0]*[=+\-@\t\r＝＋－＠]|^[\t\r\n]/;

/** Always quoted. A text that would be a formula gets an apostrophe before it. */
function csvCell(value: string | number | undefined): string {
	if (value === undefined) return '""';
	if (typeof value === 'number') return `"${value}"`;
	const guarded = FORMULA.test(value) ? `'${value}` : value;
	return `"${guarded.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"`;
}

const CSV: readonly (readonly [string, (s: Summary) => string | number | undefined])[] = [
	['id', (s) => s.id],
	['opened_at', (s) => s.openedAt],
	['closed_at', (s) => s.closedAt],
	['seconds', secondsOf],
	['outcome', (s) => s.outcome],
	['found_later', (s) => s.correction?.outcome],
	['why', (s) => s.correction?.cause ?? s.why],
	['cause', (s) => s.cause],
	['version', (s) => s.version],
	['commit', (s) => s.commit],
	['strategy', (s) => s.strategy],
	['risk', (s) => s.risk],
	['features', (s) => s.features.length],
	['titles', (s) => s.features.map((f) => f.title).join(' | ')],
	['kinds', (s) => s.features.map((f) => f.kind).join(' ')],
	['overrides', (s) => s.overrides.length],
	['tests_passed', (s) => s.tests?.passed],
	['tests_failed', (s) => s.tests?.failed],
	['requests', (s) => s.requests?.candidate],
	['errors', (s) => s.requests?.candidateErrors],
];

export function historyCsv(summaries: readonly Summary[]): string[] {
	return [
		CSV.map(([name]) => csvCell(name)).join(','),
		...summaries.map((summary) => CSV.map(([, of]) => csvCell(of(summary))).join(',')),
	];
}

export function historyMarkdown(summaries: readonly Summary[]): string[] {
	const cells = (values: readonly string[]) => `| ${values.join(' | ')} |`;
	return [
		'# Deployments',
		'',
		cells(['Deployment', 'Opened (UTC)', 'Outcome', 'Version', 'Features', 'Risk', 'Took', 'What']),
		cells(['---', '---', '---', '---', '---:', '---:', '---:', '---']),
		...summaries.map((s) => {
			const seconds = secondsOf(s);
			const because = s.correction?.cause ?? (s.outcome === 'promoted' ? undefined : s.why);
			return cells(
				[
					s.id,
					minute(s.openedAt),
					outcomeText(s),
					s.version ?? '–',
					String(s.features.length),
					s.risk === undefined ? '–' : percent(s.risk),
					seconds === undefined ? '–' : duration(seconds),
					because ?? s.features.map((f) => f.title).join(', '),
				].map(md),
			);
		}),
	];
}

export function historyJson(summaries: readonly Summary[]): string[] {
	return JSON.stringify(summaries, null, '\t').split('\n');
}
