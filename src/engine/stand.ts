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

	async function ask(question: Omit<DecisionRequest, 'stage'>): Promise<string | undefined> {
		const request: DecisionRequest = {...question, stage};
		const earlier = recorder.state().answers[request.id];
		if (earlier !== undefined) return earlier.value;
		const ready = answerOf(request, parts.flags);
		if (recorder.state().decision?.id !== request.id) await recorder.record({type: 'decision.asked', request}, true);
		const answer = ready ?? (parts.person && {value: await parts.person(request, signal), by: 'person' as const});
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
		intended: (key) => recorder.state().steps[stepId(stage, key)] !== undefined,
		wishes: parts.wishes,
		note: (text, level = 'info') => recorder.record({type: 'note', level, stage, text: safe(text)}),
	};
}
