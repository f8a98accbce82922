// Room: domain. One deployment's journal as its summary. The events alone are enough, so that history can be rebuilt
// from nothing but journals.

import type {DeploymentEvent, FeatureLine} from '../deployment/event.ts';
import {foldAll} from '../deployment/fold.ts';
import type {DeploymentState} from '../deployment/state.ts';
import {isDeploymentId, STAGES} from '../ids.ts';
import {OUTCOMES, type Outcome} from '../outcome.ts';
import type {Safe} from '../safe.ts';
import type {Summary, SummaryFeature, SummaryLeft} from '../summary.ts';

/** How a deployment ended, as far as it is known before `deployment.closed` is in the journal. */
export interface Ended {
	readonly outcome: Outcome;
	readonly why?: Safe;
	readonly cause?: string;
	readonly trafficMoved: boolean;
}

/**
 * The summary of a journal. `ended` stands in for a `deployment.closed` that is not there yet (stage 6 runs before it).
 * Undefined when the journal never opened, or has not ended.
 */
export function summarise(events: readonly DeploymentEvent[], ended?: Ended): Summary | undefined {
	const state = foldAll(events);
	const closed = events.findLast((e) => e.type === 'deployment.closed');
	const end = ended ?? closed;
	if (end === undefined) return undefined;
	const cause = ended?.cause ?? state.ending?.cause ?? causeIn(events);
	const at = closed?.utc ?? events.at(-1)?.utc;
	const requests = requestsIn(events);
	const base = events.findLast((e) => e.type === 'batch.chosen')?.base;
	return fromState(state, {...end, ...optional('cause', cause)}, at, {
		...optional('requests', requests),
		...optional('base', base),
	});
}

/** The same from the folded state alone, for when the journal cannot be read back. */
export function fromState(
	state: DeploymentState,
	ended: Ended,
	closedAt: string | undefined,
	more: Partial<Pick<Summary, 'requests' | 'base'>> = {},
): Summary | undefined {
	const {id} = state;
	if (id === undefined || !isDeploymentId(id) || !OUTCOMES.includes(ended.outcome)) return undefined;
	const opened = state.openedUtc ?? closedAt ?? '';
	const chose = state.commit !== undefined;
	const ranked = chose ? state.features : [];
	const why = ended.why ?? (ended.outcome === 'promoted' ? undefined : (state.why ?? state.fault?.headline));
	const chosenBy = Object.values(state.answers).find((a) => a.id.startsWith('selection.batch'))?.by;
	return {
		schemaVersion: 1,
		id,
		openedAt: opened,
		closedAt: closedAt ?? state.lastUtc ?? opened,
		outcome: ended.outcome,
		...optional('why', why),
		...(ended.outcome === 'promoted' ? {} : optional('cause', ended.cause ?? state.fault?.code)),
		project: state.project,
		target: state.target,
		...optional('version', state.version),
		...optional('commit', state.commit),
		strategy: state.strategy,
		...optional('risk', chose ? state.risk : undefined),
		features: ranked.filter((f) => f.chosen !== false).map(featureOf),
		overrides: overridesIn(ranked),
		...(chose ? {offered: offeredIn(ranked)} : {}),
		...optional('left', chose ? leftIn(ranked) : undefined),
		...optional('chosenBy', chosenBy),
		stageMs: stageMsOf(state),
		...optional('tests', testsIn(state)),
		trafficMoved: state.trafficMoved || ended.trafficMoved,
		resumed: state.resumed,
		...more,
	};
}

function optional<K extends string, V>(key: K, value: V | undefined): {[P in K]?: V} {
	return (value === undefined ? {} : {[key]: value}) as {[P in K]?: V}; // `as`: a computed key widens to string
}

function featureOf(line: FeatureLine): SummaryFeature {
	return {
		id: line.id,
		title: line.title,
		kind: line.kind,
		...optional('scope', line.scope),
		breaking: line.breaking,
		topics: line.topics,
		bucket: line.bucket ?? '',
		risk: line.risk ?? 0,
		changes: line.changeIds ?? [],
		...optional('since', line.since),
		...optional('pulledIn', line.pulledIn),
		...optional('about', line.about),
		...optional('situation', line.situation),
	};
}

/** History keeps a line per deployment: what stands far down a long list was hardly read. */
const MOST_LEFT = 200;

function leftIn(ranked: readonly FeatureLine[]): SummaryLeft[] | undefined {
	const left = ranked.filter(({chosen}) => chosen === false).slice(0, MOST_LEFT);
	if (left.length === 0) return undefined;
	return left.map(({title, kind, breaking, scope, since, about, situation}) => ({
		title,
		kind,
		breaking,
		...optional('scope', scope),
		...optional('since', since),
		...optional('about', about),
		...optional('situation', situation),
	}));
}

const taken = (bucket: string) => bucket === 'must include' || bucket === 'recommended';

/** Where the choice differs from the recommendation. What was only pulled in was nobody's wish. */
function overridesIn(ranked: readonly FeatureLine[]): Summary['overrides'] {
	return ranked.flatMap(({id, bucket, chosen, pulledIn}) =>
		bucket === undefined || chosen === undefined || pulledIn === true || chosen === taken(bucket)
			? []
			: [{feature: id, bucket, chosen}],
	);
}

function offeredIn(ranked: readonly FeatureLine[]): Record<string, number> {
	const counts = new Map<string, number>();
	for (const {bucket} of ranked) if (bucket !== undefined) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
	return Object.fromEntries(counts);
}

function stageMsOf(state: DeploymentState): Summary['stageMs'] {
	return Object.fromEntries(
		STAGES.filter((name) => state.stages[name].status !== 'waiting').map((name) => [
			name,
			Math.round(state.stages[name].ms),
		]),
	);
}

function testsIn(state: DeploymentState): Summary['tests'] {
	const done = state.suites.filter((s) => s.status !== 'running');
	if (done.length === 0) return undefined;
	return {
		suites: done.length,
		passed: done.reduce((sum, s) => sum + s.passed, 0),
		failed: done.reduce((sum, s) => sum + s.failed, 0),
		green: done.every((s) => !s.required || s.status === 'passed'),
	};
}

/** The rule of the gate that said stop last, else the code of the fault that stopped a stage last. */
function causeIn(events: readonly DeploymentEvent[]): string | undefined {
	const stop = events.findLast(
		(e) => (e.type === 'gate.judged' || e.type === 'traffic.observed') && e.judgement.verdict === 'stop',
	);
	if (stop?.type === 'gate.judged' || stop?.type === 'traffic.observed') return stop.judgement.rule;
	const stopped = events.findLast((e) => e.type === 'stage.stopped');
	return stopped?.fault.code;
}

/** Windows grow within a step: the last of each step is the whole of it, and the steps add up to the rollout. */
function requestsIn(events: readonly DeploymentEvent[]): Summary['requests'] {
	const last = new Map<string, DeploymentEvent & {type: 'traffic.observed'}>();
	for (const event of events) if (event.type === 'traffic.observed') last.set(event.step, event);
	if (last.size === 0) return undefined;
	const sum = (of: (e: DeploymentEvent & {type: 'traffic.observed'}) => number) =>
		[...last.values()].reduce((total, e) => total + of(e), 0);
	return {
		candidate: sum((e) => e.candidate.requests),
		candidateErrors: sum((e) => e.candidate.errors),
		baseline: sum((e) => e.baseline.requests),
		baselineErrors: sum((e) => e.baseline.errors),
	};
}
