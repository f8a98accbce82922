// Room: cli. `orchestra history [ID]`: past deployments as a table, one in detail, or all of them for other programs.

import {readdir} from 'node:fs/promises';
import {foldAll} from '../../domain/deployment/fold.ts';
import {raise} from '../../domain/fault/fault.ts';
import {isDeploymentId} from '../../domain/ids.ts';
import {summarise} from '../../domain/learning/summarise.ts';
import {OUTCOMES} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import type {Summary} from '../../domain/summary.ts';
import type {Memory} from '../../ports/memory.ts';
import {historyCsv, historyJson, historyMarkdown} from '../../report/history-export.ts';
import {deploymentDetail, historyTable} from '../../report/history-table.ts';
import {damageLines} from './damage.ts';

export interface HistoryContext {
	readonly memory: Memory;
	readonly out: (line: string) => void;
	/** Columns of the terminal. */
	readonly width: number;
}

export interface HistoryOptions {
	readonly id?: string;
	/** JSON Lines: one summary per line, or the one deployment with its lesson and files. */
	readonly json?: boolean;
	readonly export?: 'csv' | 'md' | 'json';
	/** An outcome; spaces, dashes and underscores are the same. */
	readonly status?: string;
	/** Part of a feature's title, scope, kind or id; case does not matter. */
	readonly feature?: string;
	/** A date (`2026-01-31`, the whole day, UTC) or a time. */
	readonly since?: string;
	readonly until?: string;
}

/** Faults: USAGE, NO_SUCH_DEPLOYMENT, MEMORY_UNSAFE. */
export async function historyCommand(context: HistoryContext, options: HistoryOptions = {}): Promise<void> {
	const {memory, out, width} = context;
	if (options.id !== undefined) return showOne(context, options.id, options.json ?? false);
	const matches = filterOf(options);
	const all = await memory.history();
	const found = all.filter(matches);
	if (options.export !== undefined) {
		const lines = {csv: historyCsv, md: historyMarkdown, json: historyJson}[options.export];
		if (lines === undefined) raise('USAGE', {with: {message: '--export takes csv, md or json'}});
		for (const line of lines(found)) out(line);
		return;
	}
	if (options.json) {
		for (const summary of found) out(JSON.stringify(summary));
		return;
	}
	if (all.length === 0) out('No deployment yet. Start one: orchestra deploy');
	else if (found.length === 0) out(`None of ${all.length} deployments matches`);
	else for (const line of historyTable(found, width)) out(line);
	for (const line of damageLines(memory.damage)) out(line);
}

async function showOne({memory, out, width}: HistoryContext, id: string, json: boolean): Promise<void> {
	if (!isDeploymentId(id)) raise('NO_SUCH_DEPLOYMENT', {with: {id}});
	const events = (await memory.read(id)) ?? [];
	const known = (await memory.history()).find((s) => s.id === id);
	const summary = known ?? summarise(events);
	if (summary === undefined) {
		const state = foldAll(events);
		if (state.id !== id) raise('NO_SUCH_DEPLOYMENT', {with: {id}});
		out(json ? JSON.stringify({id, status: state.status}) : `Deployment ${id} is still open (${state.status})`);
		if (!json) out('See it: orchestra status');
		return;
	}
	const folder = await memory.folderOf(id);
	const files = folder === undefined ? [] : (await readdir(folder)).sort();
	if (json) {
		const {lesson} = foldAll(events);
		out(
			JSON.stringify({
				...summary,
				...(lesson ? {lesson} : {}),
				...(folder ? {folder, files: files.map((f) => safe(f))} : {}),
			}),
		);
		return;
	}
	for (const line of deploymentDetail({summary, events, files, ...(folder ? {folder} : {})}, width)) out(line);
	for (const line of damageLines(memory.damage)) out(line);
}

function filterOf({status, feature, since, until}: HistoryOptions): (summary: Summary) => boolean {
	const outcome = status
		?.trim()
		.toLowerCase()
		.replaceAll(/[\s-]+/g, '_');
	if (outcome !== undefined && !OUTCOMES.some((o) => o === outcome))
		raise('USAGE', {with: {message: `--status takes one of ${OUTCOMES.join(', ')}, not ${status}`}});
	const words = feature?.trim().toLowerCase();
	const [from, to] = [timeOf('--since', since, 0), timeOf('--until', until, 86_399_999)];
	return (summary) => {
		const opened = Date.parse(summary.openedAt);
		const inTime = (from === undefined || opened >= from) && (to === undefined || opened <= to);
		return inTime && (outcome === undefined || summary.outcome === outcome) && (!words || mentions(summary, words));
	};
}

function mentions(summary: Summary, words: string): boolean {
	return summary.features.some((f) =>
		[f.title, f.id, f.kind, f.scope ?? ''].some((text) => text.toLowerCase().includes(words)),
	);
}

/** @param wholeDay added to a date without a time, so that `--until` holds its last day. */
function timeOf(flag: string, text: string | undefined, wholeDay: number): number | undefined {
	if (text === undefined) return undefined;
	const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
	const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(time)) raise('USAGE', {with: {message: `${flag} takes a date such as 2026-01-31, not ${text}`}});
	return day ? time + wholeDay : time;
}
