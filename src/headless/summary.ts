// Room: headless. The last words of a run, as plain text that copies cleanly: at most twelve lines, no box, no colour.
// Printed on the normal screen after the TUI has left, and at the end of plain lines.

import {seconds} from '../domain/deployment/describe.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import type {Fault} from '../domain/fault/fault.ts';
import {EXIT} from '../domain/outcome.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {riskWords} from '../domain/selection/words.ts';
import type {Ending} from '../engine/live.ts';
import {STATUS_MARKS} from '../report/marks.ts';
import {
	chosenCount,
	features,
	gateWords,
	isClosed,
	nextSteps,
	reportPath,
	testWords,
	trafficWords,
	workedMs,
} from '../report/plain-words.ts';

export const SUMMARY_LINES = 12;
const LABEL = 11;
/** Lines of a fault's details that its summary has room for. */
const FAULT_DETAILS = 2;

const row = (label: string, text: string): string => `  ${label.padEnd(LABEL)}${text}`;

/** What happened · what it means for users now · what to do next. */
export function faultLines(fault: Fault, state: DeploymentState | undefined, details = 3): Safe[] {
	const now = fault.now ?? (state && trafficWords(state));
	return [
		`✗ ${fault.headline}`,
		...fault.details.slice(0, details).map((line) => row('', line)),
		...(now ? [row('for users', now)] : []),
		...fault.nextSteps.slice(0, 3).map((step, index) => row(index === 0 ? 'next' : '', step)),
	].map((line) => safe(line));
}

function headline({state, exit}: Ending): string {
	if (state.planOnly && exit === EXIT.ok) {
		return `✓ plan ${versionOf(state)}: nothing was changed`;
	}
	const {glyph, word} = STATUS_MARKS[state.status];
	const status = isClosed(state) || state.status !== 'running' ? word : 'open';
	return `${glyph} ${status} ${versionOf(state)}`;
}

function versionOf(state: DeploymentState): string {
	if (state.version === undefined) return state.project;
	const risk = state.risk === undefined ? '' : `, risk ${riskWords(state.risk)}`;
	return `${state.project} ${state.version} (${features(chosenCount(state))}${risk})`;
}

/** A long row goes on below its text, between words: a terminal would break it anywhere. */
function folded(line: string, width: number): string[] {
	const lines: string[] = [];
	let rest = line;
	while (rest.length > width) {
		const blank = rest.lastIndexOf(' ', width);
		if (blank <= LABEL + 2) break;
		lines.push(rest.slice(0, blank));
		rest = row('', rest.slice(blank + 1));
	}
	return [...lines, rest];
}

/**
 * At most twelve rows: version, outcome, why, traffic, gates, tests, duration, report, and the commands to go on or back.
 * @param width columns: longer rows are folded, but for commands, which are there to be copied.
 */
export function exitSummary(ending: Ending, width = Number.POSITIVE_INFINITY): string[] {
	const {state} = ending;
	const fault = ending.fault ?? (state.status === 'promoted' ? undefined : state.fault);
	const why = fault?.headline ?? state.why;
	// A fault's own steps first; what brings the deployment to its end must not be lost behind them.
	const next = [...new Set([...(ending.fault?.nextSteps ?? []), ...nextSteps(state, false)])];
	const gates = gateWords(state);
	const tests = testWords(state);
	const report = reportPath(state);
	const planned = state.planOnly && ending.exit === EXIT.ok;
	const facts = planned
		? []
		: [
				...(why && state.status !== 'promoted' ? [row('because', why)] : []),
				...(fault && fault.headline === why ? fault.details.slice(0, FAULT_DETAILS).map((line) => row('', line)) : []),
				row('for users', fault?.now ?? trafficWords(state)),
				...(gates.length > 0 ? [row('gates', gates.join(' · '))] : []),
				...(tests ? [row('tests', tests)] : []),
				...(state.id ? [row('took', `${seconds(workedMs(state))}, deployment ${state.id}`)] : []),
				...(report ? [row('report', report)] : []),
				...(state.lesson?.next[0] ? [row('learned', state.lesson.next[0])] : []),
			];
	const room = SUMMARY_LINES - 1 - facts.length;
	const steps = next.slice(0, Math.max(1, Math.min(4, room))).map((step, i) => row(i === 0 ? 'next' : '', step));
	const told = [headline(ending), ...facts].slice(0, SUMMARY_LINES).flatMap((line) => folded(safe(line, 400), width));
	return [...told, ...steps.map((line) => safe(line, 400))];
}
