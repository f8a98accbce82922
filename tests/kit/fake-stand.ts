// Room: tests. What a stage sees while it performs, with everything it said kept for looking at; and a memory that only remembers
// what the test put in.

import type {DecisionRequest} from '../../src/domain/decision.ts';
import type {Body} from '../../src/domain/deployment/event.ts';
import type {GroupEdits} from '../../src/domain/grouping-edits.ts';
import {DEFAULT_PREFERENCES, type Preferences} from '../../src/domain/memory.ts';
import {NO_PATTERNS, type Patterns} from '../../src/domain/pattern.ts';
import type {Summary} from '../../src/domain/summary.ts';
import type {Memory} from '../../src/ports/memory.ts';
import type {Stand} from '../../src/stages/stage.ts';
import {fakeClock} from './clock.ts';

export interface FakeStand extends Stand {
	readonly events: readonly Body[];
	readonly notes: readonly string[];
	readonly asked: readonly Omit<DecisionRequest, 'stage'>[];
	readonly steps: readonly string[];
}

type Answer = string | undefined | ((request: Omit<DecisionRequest, 'stage'>) => string | undefined);

/** @param answers by the decision's kind; a missing one is nobody's answer. */
export function fakeStand(answers: Record<string, Answer> = {}, signal = new AbortController().signal): FakeStand {
	const events: Body[] = [];
	const notes: string[] = [];
	const asked: Omit<DecisionRequest, 'stage'>[] = [];
	const steps: string[] = [];
	return {
		events,
		notes,
		asked,
		steps,
		folder: {path: '/nowhere', write: async () => '', read: async () => undefined, log: () => undefined},
		clock: fakeClock(),
		signal,
		fence: 1,
		emit: async (body) => void events.push(body),
		log: () => undefined,
		step: async (step) => {
			steps.push(step.key);
			return (await step.isDone()) ?? (await step.apply());
		},
		ask: async (request) => {
			asked.push(request);
			const answer = answers[request.kind];
			return typeof answer === 'function' ? answer(request) : answer;
		},
		begun: () => false,
		judged: () => undefined,
		wishes: () => ({promote: false, paused: false}),
		note: async (text) => void notes.push(text),
	};
}

export function fakeMemory(
	parts: {patterns?: Partial<Patterns>; history?: readonly Summary[]; preferences?: Partial<Preferences>} = {},
): Memory {
	const unused = async (): Promise<never> => {
		throw new Error('the fake memory does not do this');
	};
	let edits: GroupEdits = {groups: []};
	return {
		groupEdits: async () => edits,
		saveGroupEdits: async (next) => {
			edits = next;
		},
		preferences: async () => ({...DEFAULT_PREFERENCES, ...parts.preferences}),
		patterns: async () => ({...NO_PATTERNS, ...parts.patterns}),
		damage: [],
		open: unused,
		openDeployment: unused,
		read: unused,
		folderOf: unused,
		archive: unused,
		history: async () => parts.history ?? [],
		saveStatistics: unused,
		savePatterns: unused,
		freshId: unused,
	};
}
