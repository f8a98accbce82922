// Room: headless. One plain line per meaningful event. By gh's rule the story and its outcome are data and go to stdout;
// what commands print and what is said to a person goes to stderr. No cursor codes; colour only where it is allowed.

import {describe} from '../domain/deployment/describe.ts';
import type {DeploymentEvent, FeatureLine, LogLine, Published} from '../domain/deployment/event.ts';
import {STAGES, type StageName} from '../domain/ids.ts';
import {safe} from '../domain/safe.ts';
import type {Ending, LiveDeployment} from '../engine/live.ts';
import {batchTable} from '../report/batch-table.ts';
import {eventMark} from '../report/marks.ts';
import {planLines} from './plan.ts';
import {exitSummary} from './summary.ts';

/** Where a face without a screen writes. Both get whole text, line ends included. */
export interface LineIo {
	readonly out: (text: string) => void;
	readonly err: (text: string) => void;
	/** Columns; lines are never cut, so it only matters to tables. */
	readonly width: number;
	/** 16 colours on stdout. Default: none. */
	readonly colour?: boolean;
}

const LONGEST_STAGE = 10;
const COLOURS = {info: '', warning: '33', error: '31'} as const;

function stageOf(event: DeploymentEvent): StageName | undefined {
	if (event.type === 'decision.asked') return event.request.stage;
	return 'stage' in event ? event.stage : undefined;
}

/** `HH:MM:SSZ mark stage text`. Undefined: the event has nothing to say. `running` names the stage where the event does not. */
export function eventLine(event: DeploymentEvent, running?: StageName, colour = false): string | undefined {
	const line = describe(event);
	if (line === undefined) return undefined;
	const {glyph} = eventMark(event.type, line.level);
	const stage = (stageOf(event) ?? running ?? '').padEnd(LONGEST_STAGE);
	// The journal of another terminal is read back from a file, so even our own words pass the door again.
	const text = safe(`${event.utc.slice(11, 19)}Z ${glyph} ${stage} ${line.text}`);
	const code = COLOURS[line.level];
	return colour && code !== '' ? `\u001b[${code}m${text}\u001b[39m` : text;
}

function logLine(line: LogLine): string {
	return safe(`          ${line.stage.padEnd(LONGEST_STAGE)} ${line.source} | ${line.text}`);
}

/** Follows the deployment to its end. Never rejects; asks nobody: an unanswered decision ends held, with its flag named. */
export async function runLines(live: LiveDeployment, io: LineIo): Promise<Ending> {
	const unsubscribe = live.subscribe((event: Published) => {
		if (event.type === 'log') return io.err(`${logLine(event)}\n`);
		const {stages} = live.state();
		const running = STAGES.find((name) => stages[name].status === 'running');
		const line = eventLine(event, running, io.colour);
		if (line !== undefined) io.out(`${line}\n`);
		if (event.type === 'batch.chosen' && !live.state().planOnly) io.out(tableText(event.features, io.width, false));
		if (event.type === 'decision.asked') for (const text of talkOf(event)) io.err(`${text}\n`);
	});
	const ending = await live.ended;
	unsubscribe();
	if (wantsList(ending)) io.out(tableText(ending.state.features, io.width, true));
	for (const line of planLines(ending, io.width, io.colour)) io.out(`${line}\n`);
	io.out(`\n${exitSummary(ending, io.width).join('\n')}\n`);
	return ending;
}

/** A plan is the list. Whoever has to say which features go needs it as well; later the release plan holds it. */
function wantsList({state}: Ending): boolean {
	const {planOnly, stages, features} = state;
	if (!features.some((feature) => feature.bucket !== undefined)) return false;
	return planOnly || stages.selection.status === 'held' || stages.selection.status === 'stopped' || undecided(state);
}

const undecided = ({status, decision}: Ending['state']) => status === 'held' && decision?.stage === 'selection';

function tableText(features: readonly FeatureLine[], width: number, all: boolean): string {
	const table = batchTable(features, width, all);
	return `${table.map((row) => safe(row, 2000)).join('\n')}\n`;
}

/** The question in full: details and answers, for whoever reads along. */
function talkOf({request}: DeploymentEvent & {type: 'decision.asked'}): string[] {
	const options = request.options.map((o) => `${o.value} (${o.label}${o.recommended ? ', recommended' : ''})`);
	// The list says what can be answered to that one.
	const more = request.free === 'feature-ids' ? [] : [...request.details, `answers: ${options.join(' · ')}`];
	return [...(request.advice ?? []), ...more].map((text) => safe(`            ${''.padEnd(LONGEST_STAGE)} ${text}`));
}
