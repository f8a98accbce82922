// Room: report. A deployment's state in a person's words: where traffic is, how risky it is, what to do next. Pure, so that
// the screens, plain lines and the summary cannot say different things.

import type {DeploymentState} from '../domain/deployment/state.ts';
import {SLOTS, type SlotName, STAGES} from '../domain/ids.ts';
import {OUTCOMES, type Outcome} from '../domain/outcome.ts';
import {count} from '../domain/selection/words.ts';

export function isClosed(state: DeploymentState): boolean {
	return OUTCOMES.includes(state.status as Outcome); // `as`: includes() wants the narrow type to compare with
}

/** Milliseconds that stages have worked, resumes included; waiting for people between runs is not in it. */
export function workedMs(state: DeploymentState): number {
	return STAGES.reduce((sum, name) => sum + state.stages[name].ms, 0);
}

export function chosenCount(state: DeploymentState): number {
	return state.features.filter((feature) => feature.chosen).length;
}

function releaseIn(state: DeploymentState, slot: SlotName): string {
	const release = state.slots[slot]?.release;
	return release === undefined ? `slot ${slot}` : `${release} (${slot})`;
}

/** What it means for users right now, e.g. "traffic is still 100 % on v1.4.1 (blue)". */
export function trafficWords(state: DeploymentState): string {
	const {traffic} = state;
	if (traffic === undefined) return 'no traffic was touched';
	const served = SLOTS.filter((slot) => traffic.weights[slot] > 0);
	if (served.length === 0) return 'no slot gets traffic';
	const parts = served.map((slot) => `${traffic.weights[slot]} % on ${releaseIn(state, slot)}`);
	return `traffic is ${state.trafficMoved ? '' : 'still '}${parts.join(', ')}`;
}

/** The last word of each gate, in order, e.g. `5 % go on`. */
export function gateWords(state: DeploymentState): string[] {
	const last = new Map((state.gates ?? []).map(({gate, judgement}) => [gate, judgement.verdict]));
	return [...last].map(([gate, verdict]) => `${gate} ${verdict}`);
}

export function testWords(state: DeploymentState): string | undefined {
	if (state.suites.length === 0) return undefined;
	const by = (status: string) => state.suites.filter((suite) => suite.status === status).length;
	const red = by('failed') + by('timed out');
	const cases = state.suites.reduce((sum, suite) => sum + ('passed' in suite ? suite.passed : 0), 0);
	const green = `${by('passed')} of ${count(state.suites.length, 'suite')} passed`;
	return `${green}${cases > 0 ? ` (${count(cases, 'test')})` : ''}${red > 0 ? `, ${red} failed` : ''}`;
}

export function features(count: number): string {
	return count === 1 ? '1 feature' : `${count} features`;
}

/** Where an artefact of this deployment lies, relative to the repository. */
export function artefactPath(state: DeploymentState, file: string): string {
	return `deployment_memory/${isClosed(state) ? 'history' : 'current'}/${state.id ?? ''}/${file}`;
}

/** Relative path of the test report, when one was written. */
export function reportPath(state: DeploymentState): string | undefined {
	const report = state.documents.find((document) => document.file.endsWith('.html'));
	return report && artefactPath(state, report.file);
}

/** False when a promoted release has been taken back since. */
function servesNow({traffic, slots, version}: DeploymentState): boolean {
	const release = traffic && slots[traffic.stable]?.release;
	return release === undefined || version === undefined || release.includes(version);
}

function option(name: string, value: string | undefined): string {
	if (value === undefined) return '';
	return ` --${name} ${/^[\w.,/@+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}

/** What a plan was asked for, as options: without them a deployment would be another one than the plan says. */
function askedOf({named = {}, chosen, strategy, answers}: DeploymentState) {
	const batch = answers['selection.batch'];
	const own = batch !== undefined && batch.by !== 'policy' && batch.value !== 'recommended';
	return {
		branches: option('base', named.base) + option('dev', named.dev),
		shape: chosen?.by === 'person' ? option('strategy', strategy) : '',
		choice: own ? option('select', batch.value) : '',
	};
}

/** What a person may do now, as sentences with commands to copy; most useful first. `running`: a process conducts it. */
export function nextSteps(state: DeploymentState, running: boolean): string[] {
	const {status, decision, fault} = state;
	if (state.id === undefined) return ['orchestra deploy'];
	if (state.planOnly) {
		const {branches, shape, choice} = askedOf(state);
		const same = `orchestra deploy${branches}${shape}`;
		return [
			`${same}${choice}`,
			`${same} --select ID,ID,…   another choice`,
			`orchestra explain ID${branches}   why one is where it is`,
		];
	}
	if (status === 'promoted' && servesNow(state))
		return ['orchestra rollback   if it hurts after all', `orchestra history ${state.id}`];
	if (status === 'promoted') return [`orchestra history ${state.id}`, 'orchestra deploy   the next release'];
	if (isClosed(state)) {
		const again = status === 'aborted' ? 'orchestra deploy   begins anew' : 'orchestra deploy   once it is mended';
		return [...(fault?.nextSteps ?? []), `orchestra history ${state.id}`, again];
	}
	if (!running) {
		const flag = decision?.flag ? ` ${decision.flag}` : '';
		return [
			...(decision ? [`answer: ${decision.question}`] : []),
			`orchestra deploy --resume${flag}`,
			'orchestra abort',
		];
	}
	if (decision !== undefined) return [`answer in the deploying terminal: ${decision.question}`, 'orchestra abort'];
	const inProduction = state.stages.production.status === 'running';
	return inProduction
		? ['orchestra promote   go to the next step now', 'orchestra pause', 'orchestra abort   take the traffic back']
		: ['nothing: it goes on by itself', 'orchestra abort'];
}
