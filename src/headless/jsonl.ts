// Room: headless. JSON Lines for pipelines: hello, the events as the journal has them, log lines, and the outcome last.
// In this mode stdout holds nothing else.

import type {Published} from '../domain/deployment/event.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import {drawableJson} from '../domain/drawable-json.ts';
import type {Ending, LiveDeployment} from '../engine/live.ts';
import type {LineIo} from './lines.ts';

/** Raised when a field changes its meaning or goes away; new fields and new types do not raise it. */
const JSONL_SCHEMA_VERSION = 1;

/** One record on one line. What a terminal could obey is written as an escape, which every JSON parser reads back. */
export function jsonLine(record: unknown): string {
	return `${drawableJson(record)}\n`;
}

/** The last record: what a pipeline branches on. */
function outcomeRecord(ending: Ending) {
	const {state, exit, fault} = ending;
	return {
		type: 'outcome',
		outcome: state.status,
		exit,
		id: state.id ?? null,
		version: state.version ?? null,
		commit: state.commit ?? null,
		project: state.project,
		target: state.target,
		strategy: state.strategy,
		planOnly: state.planOnly,
		trafficMoved: state.trafficMoved,
		weights: state.traffic?.weights ?? null,
		why: state.why ?? null,
		fault: fault ?? null,
		decision: state.decision ?? null,
	};
}

/** The state of a deployment as one JSON document, for `status --json`. */
export function statusRecord(state: DeploymentState, running: boolean, holder: unknown) {
	const {activity: _long, steps: _inner, ...rest} = state;
	return {schemaVersion: JSONL_SCHEMA_VERSION, type: 'status', running, holder: holder ?? null, ...rest};
}

export async function runJson(live: LiveDeployment, io: LineIo): Promise<Ending> {
	const {id} = live.state();
	io.out(jsonLine({schemaVersion: JSONL_SCHEMA_VERSION, type: 'hello', program: 'orchestra', id: id ?? null}));
	const unsubscribe = live.subscribe((event: Published) => io.out(jsonLine(event)));
	const ending = await live.ended;
	unsubscribe();
	io.out(jsonLine(outcomeRecord(ending)));
	return ending;
}
