// Room: domain. The one reducer: what a list of events means. TUI, headless, reports, history and resume all use it, so
// that no two of them can disagree.

import {type SlotName, STAGES, type StageName} from '../ids.ts';
import {safe} from '../safe.ts';
import {describe} from './describe.ts';
import type {DeploymentEvent} from './event.ts';
import type {DeploymentState, StageState, StepState} from './state.ts';

const NONE = safe('');
const WAITING: StageState = {status: 'waiting', ms: 0};
const ACTIVITY_KEPT = 200;
const COMMANDS_KEPT = 200;

export const INITIAL: DeploymentState = {
	project: NONE,
	base: NONE,
	dev: NONE,
	target: NONE,
	strategy: '',
	planOnly: false,
	lastSeq: 0,
	resumed: 0,
	status: 'running',
	// `as`: fromEntries loses the key type
	stages: Object.fromEntries(STAGES.map((name) => [name, WAITING])) as Record<StageName, StageState>,
	steps: {},
	features: [],
	shipped: 0,
	cancelled: 0,
	evidence: 0,
	suites: [],
	slots: {},
	trafficMoved: false,
	answers: {},
	commands: [],
	documents: [],
	activity: [],
};

export const stepId = (stage: StageName, step: string) => `${stage}/${step}`;

function withStage(state: DeploymentState, stage: StageName, change: Partial<StageState>): DeploymentState {
	return {...state, stages: {...state.stages, [stage]: {...state.stages[stage], ...change}}};
}

function withStep(state: DeploymentState, step: StepState): DeploymentState {
	return {...state, steps: {...state.steps, [stepId(step.stage, step.step)]: step}};
}

function known(state: DeploymentState, stage: StageName, step: string): StepState {
	return state.steps[stepId(stage, step)] ?? {stage, step, title: safe(step), status: 'intended'};
}

/** Without the property that a later event settles. */
function without<K extends 'decision' | 'fault'>(state: DeploymentState, key: K): DeploymentState {
	const {[key]: _gone, ...rest} = state;
	return rest as DeploymentState; // `as`: the property is optional in the type
}

/** Stage time: the monotonic clock between two events of one process; across processes nothing is added. */
function running(state: DeploymentState, event: DeploymentEvent, lastMono: number | undefined): DeploymentState {
	if (lastMono === undefined || event.mono < lastMono) return state;
	const stage = STAGES.find((name) => state.stages[name].status === 'running');
	if (stage === undefined) return state;
	return withStage(state, stage, {ms: state.stages[stage].ms + (event.mono - lastMono)});
}

interface Clocked extends DeploymentState {
	/** The last event's monotonic time, and the fence that tells processes apart. */
	readonly clock?: {readonly mono: number; readonly fence: number};
}

export function fold(before: DeploymentState, event: DeploymentEvent): DeploymentState {
	const {clock} = before as Clocked; // `as`: only fold knows of the clock it keeps with the state
	const timed = running(before, event, clock?.fence === event.fence ? clock.mono : undefined);
	const line = describe(event);
	const stage = 'stage' in event ? event.stage : undefined;
	const after = apply(timed, event);
	return {
		...after,
		lastSeq: event.seq,
		lastUtc: event.utc,
		activity:
			line === undefined
				? after.activity
				: [...after.activity, {seq: event.seq, utc: event.utc, ...(stage ? {stage} : {}), ...line}].slice(
						-ACTIVITY_KEPT,
					),
		clock: {mono: event.mono, fence: event.fence},
	} as Clocked; // `as`: see above
}

export function foldAll(events: readonly DeploymentEvent[]): DeploymentState {
	return events.reduce(fold, INITIAL);
}

function apply(state: DeploymentState, event: DeploymentEvent): DeploymentState {
	switch (event.type) {
		case 'deployment.opened': {
			const {id, project, base, dev, target, strategy, strategyNamed, planOnly, steps, named} = event;
			const rollout = {
				...(steps === undefined ? {} : {rollout: steps}),
				...(named === undefined ? {} : {named}),
				...(strategyNamed === undefined ? {} : {strategyNamed}),
			};
			return {...state, id, project, base, dev, target, strategy, ...rollout, planOnly, openedUtc: event.utc};
		}
		case 'deployment.resumed':
			// A question that was open is asked anew if it comes up again: until then nobody waits for its answer.
			return {...without(without(state, 'fault'), 'decision'), status: 'running', resumed: state.resumed + 1};
		case 'deployment.left':
			return {...state, status: event.why, why: event.text};
		case 'deployment.ending': {
			const {outcome, why, cause} = event;
			return {...state, ending: {outcome, ...(why ? {why} : {}), ...(cause ? {cause} : {})}};
		}
		case 'deployment.closed':
			return {
				...without(state, 'decision'),
				status: event.outcome,
				trafficMoved: state.trafficMoved || event.trafficMoved,
				...(event.why === undefined ? {} : {why: event.why}),
			};
		case 'stage.started':
			return withStage(state, event.stage, {status: 'running', startedUtc: event.utc});
		case 'stage.finished':
			return withStage(state, event.stage, {
				status: 'finished',
				summary: event.summary,
				artefact: {file: event.artefact, sha256: event.sha256},
			});
		case 'stage.stopped':
			return {...withStage(state, event.stage, {status: 'stopped', summary: event.fault.headline}), fault: event.fault};
		case 'step.intended':
			return withStep(state, {stage: event.stage, step: event.step, title: event.title, status: 'intended'});
		case 'step.reconciled':
			return state;
		case 'step.confirmed':
			return withStep(movedBy(state, event.stage, event.step), {
				...known(state, event.stage, event.step),
				status: 'confirmed',
				result: event.result,
			});
		case 'step.undone':
			return withStep(state, {...known(state, event.stage, event.step), status: 'undone'});
		case 'decision.asked':
			return {...withStage(state, event.request.stage, {status: 'held'}), decision: event.request};
		case 'decision.answered': {
			const asked = state.decision;
			const answers = {...state.answers, [event.answer.id]: event.answer};
			const open = asked?.id === event.answer.id ? without(state, 'decision') : state;
			return {...(asked ? withStage(open, asked.stage, {status: 'running'}) : open), answers, status: 'running'};
		}
		case 'features.found':
			return {
				...state,
				features: event.features,
				shipped: event.shipped,
				cancelled: event.cancelled,
				...(event.files === undefined ? {} : {files: event.files}),
				...(event.dev === undefined ? {} : {dev: event.dev}),
			};
		case 'batch.chosen': {
			const {version, commit, features, risk, evidence} = event;
			return {...state, version, commit, features, risk, evidence};
		}
		case 'recommendation.made':
			return {...state, recommendation: event.recommendation};
		case 'strategy.chosen': {
			const {strategy, steps, chosenBy: by, because} = event;
			return {...state, strategy, rollout: steps, chosen: {by, because}};
		}
		case 'suite.started': {
			const suites = state.suites.filter((s) => s.name !== event.suite);
			return {...state, suites: [...suites, {name: event.suite, command: event.command, status: 'running'}]};
		}
		case 'suite.finished':
			return {...state, suites: state.suites.map((s) => (s.name === event.result.name ? event.result : s))};
		case 'slot.changed': {
			const {release, state: slotState, port} = event;
			return {
				...state,
				slots: {...state.slots, [event.slot]: {release, state: slotState, ...(port === undefined ? {} : {port})}},
			};
		}
		case 'route.changed': {
			const moved = state.traffic !== undefined && routedToNew(state, event.weights, event.stable);
			return {
				...state,
				trafficMoved: state.trafficMoved || moved,
				traffic: {...state.traffic, weights: event.weights, stable: event.stable, sinceUtc: event.utc},
			};
		}
		case 'traffic.observed':
			return {
				...state,
				trafficMoved: true,
				traffic: {
					weights: state.traffic?.weights ?? {blue: 0, green: 0},
					stable: state.traffic?.stable ?? (event.candidateSlot === 'blue' ? 'green' : 'blue'),
					candidate: event.candidateSlot,
					step: event.step,
					candidateWindow: event.candidate,
					baselineWindow: event.baseline,
					judgement: event.judgement,
					...(state.traffic?.sinceUtc === undefined ? {} : {sinceUtc: state.traffic.sinceUtc}),
				},
			};
		case 'command.ran': {
			const {stage, command, exit, ms} = event;
			return {...state, commands: [...state.commands, {stage, command, exit, ms}].slice(-COMMANDS_KEPT)};
		}
		case 'document.written':
			return {
				...state,
				documents: [...state.documents.filter((d) => d.file !== event.file), {file: event.file, title: event.title}],
			};
		case 'lesson.learned':
			return {...state, lesson: {expected: event.expected, happened: event.happened, next: event.next}};
		case 'gate.judged':
			return {...state, gates: [...(state.gates ?? []), {gate: event.gate, judgement: event.judgement}]};
		case 'note':
			return state;
	}
}

/** A confirmed routing moved people, even when a crash kept the word about it from being written. */
function movedBy(state: DeploymentState, stage: StageName, step: string): DeploymentState {
	return stage === 'production' && step.startsWith('route.') ? {...state, trafficMoved: true} : state;
}

/** True when a slot that was not stable before gets weight. */
function routedToNew(state: DeploymentState, weights: Readonly<Record<SlotName, number>>, stable: SlotName): boolean {
	const was = state.traffic?.stable ?? stable;
	return Object.entries(weights).some(([slot, weight]) => slot !== was && weight > 0);
}
