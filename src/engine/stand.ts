// Room: engine. The music stand: what a stage has in front of it while it performs. Steps and decisions live here, so that
// no stage can forget to announce an effect or ask twice.

import type {DecisionRequest} from '../domain/decision.ts';
import {stepId} from '../domain/deployment/fold.ts';
import type {StageName} from '../domain/ids.ts';
import {safe} from '../domain/safe.ts';
import type {Clock} from '../ports/clock.ts';
import type {DeploymentFolder} from '../ports/files.ts';
import type {Stand, Step} from '../stages/stage.ts';
import {answerOf, type Flags} from './answers.ts';
import type {Recorder} from './recorder.ts';

export interface StandParts {
	readonly recorder: Recorder;
	readonly folder: DeploymentFolder;
	readonly clock: Clock;
	readonly fence: number;
	readonly flags: Flags;
	/** Waits for a person's answer; undefined when there is nobody to ask. */
	readonly person: ((request: DecisionRequest, signal: AbortSignal) => Promise<string>) | undefined;
	readonly wishes: () => {promote: boolean; paused: boolean};
}

export function standFor(stage: StageName, parts: StandParts, signal: AbortSignal): Stand {
	const {recorder, folder, clock, fence} = parts;

	async function step<Result>(work: Step<Result>): Promise<Result> {
		const known = recorder.state().steps[stepId(stage, work.key)];
		if (known !== undefined && known.status !== 'undone') {
			const reality = await work.isDone();
			await recorder.record({
				type: 'step.reconciled',
				stage,
				step: work.key,
				journal: known.status,
				reality: reality === undefined ? 'not done' : 'done',
				action: reality === undefined ? 'apply' : 'skip',
			});
			if (reality !== undefined) {
				if (known.status === 'intended') {
					await recorder.record({type: 'step.confirmed', stage, step: work.key, result: reality}, true);
				}
				return reality;
			}
		}
		signal.throwIfAborted();
		await recorder.record({type: 'step.intended', stage, step: work.key, title: safe(work.title)}, true);
		const result = await work.apply();
		await recorder.record({type: 'step.confirmed', stage, step: work.key, result: result ?? null}, true);
		return result;
	}

	/** A person's answer, or the one that came by itself while they thought. */
	async function think(request: DecisionRequest, meanwhile: ((signal: AbortSignal) => Promise<string>) | undefined) {
		if (parts.person === undefined) return undefined;
		const over = new AbortController();
		const either = AbortSignal.any([signal, over.signal]);
		const person = parts.person(request, either).then((value) => ({value, by: 'person' as const}));
		const others = meanwhile === undefined ? [] : [meanwhile(either).then((value) => ({value, by: 'policy' as const}))];
		// The loser of the race is told to stop, and rejects unheard.
		for (const one of [person, ...others]) one.catch(() => undefined);
		return Promise.race([person, ...others]).finally(() => over.abort(new Error('answered')));
	}

	async function ask(question: Omit<DecisionRequest, 'stage'>, meanwhile?: (signal: AbortSignal) => Promise<string>) {
		const request: DecisionRequest = {...question, stage};
		// Trust is the machine's to remember: a journal lies in the repository and could have come with it.
		const ours = request.kind === 'trust' || request.kind === 'ai';
		const earlier = ours ? undefined : recorder.state().answers[request.id];
		if (earlier !== undefined) return earlier.value;
		const ready = answerOf(request, parts.flags);
		if (recorder.state().decision?.id !== request.id) await recorder.record({type: 'decision.asked', request}, true);
		const answer = ready ?? (await think(request, meanwhile));
		if (answer === undefined) return undefined;
		await recorder.record({type: 'decision.answered', answer: {id: request.id, ...answer}}, true);
		return answer.value;
	}

	return {
		folder,
		clock,
		signal,
		fence,
		emit: (body) => recorder.record(body),
		log: (line) => recorder.log({type: 'log', stage, ...line}),
		step,
		ask,
		attended: parts.person !== undefined,
		begun: (key) => recorder.state().steps[stepId(stage, key)] !== undefined,
		judged: () => recorder.state().gates?.at(-1)?.judgement,
		wishes: parts.wishes,
		note: (text, level = 'info') => recorder.record({type: 'note', level, stage, text: safe(text)}),
	};
}
