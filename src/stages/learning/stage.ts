// Room: stages. Stage 6, learning: the base branch follows what is live, and what happened becomes a lesson. It runs however
// far the deployment came. It does not close the books: the engine archives once the end is in the journal.

import {raise} from '../../domain/fault/fault.ts';
import {lessonOf} from '../../domain/learning/lesson.ts';
import {patternsOf} from '../../domain/learning/patterns.ts';
import {learningReport} from '../../domain/learning/report.ts';
import {fromState, summarise} from '../../domain/learning/summarise.ts';
import type {Lesson} from '../../domain/pattern.ts';
import {safe} from '../../domain/safe.ts';
import type {Summary} from '../../domain/summary.ts';
import type {Memory} from '../../ports/memory.ts';
import type {Before} from '../score.ts';
import type {Stage, Stand} from '../stage.ts';
import {advanceBase, type BasePorts} from './advance-base.ts';

export interface LearningPorts extends BasePorts {
	readonly memory: Memory;
}

const REPORT = 'learning_report.json';

export function createLearning(ports: LearningPorts): Stage<Before['learning'], Lesson> {
	return {
		name: 'learning',
		asks: ['advance-base'],
		check: () => [],
		async perform(input, stand) {
			const {ended, selection} = input;
			if (ended.outcome === 'promoted' && selection !== undefined && !input.state.planOnly)
				await advanceBase(ports, selection.release, tagMessage(input), stand);

			const summary = await summaryOf(input, ports.memory, stand);
			const past = (await ports.memory.history()).filter((s) => s.id !== summary.id);
			const [before, after] = [patternsOf(past), patternsOf([...past, summary])];
			const risk = selection?.risk.value ?? summary.risk;
			const expectation = {
				...(risk === undefined ? {} : {expectedRisk: risk}),
				evidence: selection?.risk.evidence ?? input.state.evidence,
			};
			const lesson = lessonOf({summary, before, after, ...expectation});
			const report = learningReport({summary, lesson, past, before, after, ...expectation});
			await stand.folder.write(REPORT, `${JSON.stringify(report, null, '\t')}\n`);
			await stand.emit({type: 'document.written', stage: 'learning', file: REPORT, title: safe('What was learned')});
			await stand.emit({
				type: 'lesson.learned',
				expected: safe(lesson.expected),
				happened: safe(lesson.happened),
				next: lesson.next.map((line) => safe(line)),
			});
			return {kind: 'finished', output: lesson, summary: safe(lesson.happened)};
		},
	};
}

/** From the journal as it is on disk so far; from the folded state when it cannot be read back. */
async function summaryOf(input: Before['learning'], memory: Memory, stand: Stand): Promise<Summary> {
	const {ended, state} = input;
	const events = state.id === undefined ? undefined : await memory.read(state.id);
	const summary =
		(events && summarise(events, ended)) ?? fromState(state, ended, new Date(stand.clock.now()).toISOString());
	return summary ?? raise('BUG', {with: {message: 'a deployment without an id reached learning'}});
}

/** Subject and one line per feature, as an annotated tag shows it. */
function tagMessage({selection, state}: Before['learning']): string {
	if (selection === undefined) return '';
	const chosen = new Set(selection.chosen);
	const titles = selection.ranked.flatMap(({feature}) => (chosen.has(feature.id) ? [`- ${feature.title}`] : []));
	return [`${state.project} ${selection.release.version}`, '', ...titles].join('\n');
}
