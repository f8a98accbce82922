// Room: tui. The panels of staging, testing and learning, and the fault that stopped a stage.

import {seconds} from '../../domain/deployment/describe.ts';
import type {Fault} from '../../domain/fault/fault.ts';
import type {StageName} from '../../domain/ids.ts';
import {artefactPath, nextSteps, testWords, trafficWords} from '../../report/plain-words.ts';
import {pad, padStart} from '../cells.ts';
import {cells, EMPTY, paragraph, type Row, type Size, span, type Tone} from '../rows.ts';
import type {Facts} from '../view.ts';
import type {Panel} from './panel.ts';

/** What happened · what it means for users now · what to do next. */
export function faultRows(fault: Fault, facts: Facts, width: number): Row[] {
	const label = (name: string, text: string, tone: Tone): Row[] =>
		paragraph(text, width - 13, tone).map((row, index) => [
			span(` ${pad(index === 0 ? name : '', 11)} `, 'muted'),
			...row,
		]);
	return [
		...paragraph(`✗ ${fault.headline}`, width, 'bad', ' '),
		...fault.details.slice(0, 6).flatMap((line) => paragraph(line, width, 'text', '   ')),
		...label('for users', fault.now ?? trafficWords(facts.state), 'text'),
		...fault.nextSteps.slice(0, 4).flatMap((step, index) => label(index === 0 ? 'do next' : '', step, 'accent')),
		EMPTY,
	];
}

export function stepRows({state}: Facts, stage: StageName): Row[] {
	return Object.values(state.steps)
		.filter((step) => step.stage === stage)
		.map(({title, status}) => [
			span(status === 'confirmed' ? ' ✓ ' : status === 'undone' ? ' ↺ ' : ' ● ', STEP_TONES[status]),
			span(title, status === 'undone' ? 'muted' : 'text'),
			span(status === 'undone' ? ' (taken back)' : '', 'muted'),
		]);
}

const STEP_TONES = {confirmed: 'good', undone: 'warn', intended: 'accent'} as const;

export function commandRows({state}: Facts, stage?: StageName): Row[] {
	return state.commands
		.filter((command) => stage === undefined || command.stage === stage)
		.map(({command, exit, ms, stage: of}) => [
			span(stage === undefined ? ` ${pad(of, 11)}` : ' ', 'muted'),
			span(exit === 0 ? '✓ ' : '✗ ', exit === 0 ? 'good' : 'bad'),
			span(`$ ${command}`),
			span(`  ${exit === 0 ? '' : `exit ${exit}, `}${seconds(ms)}`, 'muted'),
		]);
}

export function stagingPanel(facts: Facts): Panel {
	const {state} = facts;
	const steps = stepRows(facts, 'staging');
	const commands = commandRows(facts, 'staging');
	const documents = state.documents.filter(({file}) => !file.endsWith('.html'));
	const block = (title: string, rows: readonly Row[]): Row[] =>
		rows.length === 0 ? [] : [[span(` ${title}`, 'strong')], ...rows, EMPTY];
	const rows = [
		...block('Steps', steps),
		...block('Commands', commands),
		...block(
			'Documents',
			documents.map(({file, title}) => [span(` ✓ ${pad(title, 24)} `), span(artefactPath(state, file), 'muted')]),
		),
	];
	return {title: 'Staging', rows: rows.length > 0 ? rows : [[span(' Waits for the selection', 'muted')]]};
}

const SUITE_TONES: Readonly<Record<string, Tone>> = {
	passed: 'good',
	failed: 'bad',
	'timed out': 'bad',
	skipped: 'warn',
	running: 'accent',
};
const SUITE_GLYPHS: Readonly<Record<string, string>> = {
	passed: '✓',
	failed: '✗',
	'timed out': '✗',
	skipped: '·',
	running: '●',
};

/** A suite per row; counts where its output could be read, the exit code where not. */
export function suiteRows({state}: Facts, width: number): Row[] {
	const wide = width >= 70;
	return state.suites.map((suite) => {
		const done = 'passed' in suite;
		const counts = !done
			? ''
			: suite.passed + suite.failed + suite.skipped === 0
				? `exit ${suite.exit ?? '?'}`
				: `${suite.passed} passed, ${suite.failed} failed, ${suite.skipped} skipped`;
		return [
			span(` ${SUITE_GLYPHS[suite.status] ?? '·'} `, SUITE_TONES[suite.status] ?? 'text'),
			...cells([
				[suite.name, wide ? 16 : 12],
				[suite.status, 9, SUITE_TONES[suite.status] ?? 'text'],
				[padStart(done ? seconds(suite.ms) : '', 10), wide ? 10 : 0, 'muted'],
				[counts, 36],
			]),
			span(wide ? (done && !suite.required ? 'optional' : '') : '', 'muted'),
		];
	});
}

export function testingPanel(facts: Facts, {width}: Size): Panel {
	const rows = suiteRows(facts, width);
	const report = facts.state.documents.find(({file}) => file.endsWith('.html'));
	return {
		title: 'Testing',
		fact: testWords(facts.state) ?? '',
		rows:
			rows.length === 0
				? [[span(' Waits for the staged release', 'muted')]]
				: [...rows, ...(report ? [EMPTY, [span(` report  ${artefactPath(facts.state, report.file)}`, 'muted')]] : [])],
	};
}

export function learningPanel(facts: Facts, {width}: Size): Panel {
	const {lesson, ending} = facts.state;
	if (!lesson)
		return {
			title: 'Learning',
			rows: [[span(` ${ending ? 'Drawing the lesson…' : 'Comes at the end, however it ends'}`, 'muted')]],
		};
	const part = (title: string, text: string): Row[] => [
		[span(` ${title}`, 'muted')],
		...paragraph(text, width, 'text', '   '),
		EMPTY,
	];
	return {
		title: 'Learning',
		rows: [
			...part('expected', lesson.expected),
			...part('happened', lesson.happened),
			[span(' next time', 'muted')],
			...lesson.next.flatMap((line) => paragraph(`· ${line}`, width, 'text', '   ')),
		],
	};
}

export function nextRows({state}: Facts, running: boolean, width: number): Row[] {
	return nextSteps(state, running).flatMap((step) => paragraph(step, width, 'text', ' '));
}
