// Room: headless. `orchestra status` in one shot: the active deployment, or the last one, as plain lines.

import {seconds} from '../domain/deployment/describe.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import {STAGES} from '../domain/ids.ts';
import {safe} from '../domain/safe.ts';
import {riskWords} from '../domain/selection/words.ts';
import type {Holder} from '../ports/lock.ts';
import {STAGE_MARKS, STATUS_MARKS} from '../report/marks.ts';
import {chosenCount, features, isClosed, nextSteps, testWords, trafficWords} from '../report/plain-words.ts';
import {faultLines} from './summary.ts';

const RECENT = 5;

/** The kernel's word against the log's: a log that says running without a process that holds the lock was interrupted. */
function statusOf(state: DeploymentState, running: boolean): DeploymentState['status'] {
	return state.status === 'running' && !running ? 'interrupted' : state.status;
}

export function statusLines(
	state: DeploymentState,
	{running, holder, serving = true}: {running: boolean; holder?: Holder | undefined; serving?: boolean},
): string[] {
	if (state.id === undefined) return ['No deployment yet. Begin with: orchestra deploy'];
	const status = statusOf(state, running);
	const {glyph, word} = STATUS_MARKS[status];
	const tests = testWords(state);
	const chosen = chosenCount(state);
	const picked = chosen > 0 ? `${chosen} of ${features(state.features.length)}` : features(state.features.length);
	const risk = state.risk === undefined ? '' : `, risk ${riskWords(state.risk)}`;
	const stages = STAGES.map((name) => {
		const stage = state.stages[name];
		const mark = STAGE_MARKS[stage.status === 'running' && !running ? 'stopped' : stage.status];
		const time = stage.ms > 0 ? seconds(stage.ms) : '';
		return `  ${mark.glyph} ${name.padEnd(11)}${mark.word.padEnd(9)} ${time.padStart(9)}  ${stage.summary ?? ''}`;
	});
	const recent = state.activity.slice(-RECENT).map((line) => `  ${line.utc.slice(11, 19)} ${line.text}`);
	return [
		`${glyph} ${state.project}${state.version ? ` ${state.version}` : ''}: ${word}, deployment ${state.id}`,
		...(holder ? [`  conducted by ${holder.who}, process ${holder.pid}`] : []),
		...stages.map((line) => line.trimEnd()),
		`  features  ${picked}${risk}`,
		...(tests ? [`  tests     ${tests}`] : []),
		`  users     ${serving ? trafficWords(state) : `nobody is served: the gateway does not run (orchestra gateway start); last, ${trafficWords(state)}`}`,
		...(state.fault && !isPromoted(state) ? faultLines(state.fault, state) : []),
		'recent (UTC)',
		...recent,
		'next',
		...nextSteps(state, running && !isClosed(state)).map((step) => `  ${step}`),
	].map((line) => safe(line));
}

function isPromoted(state: DeploymentState): boolean {
	return state.status === 'promoted';
}
