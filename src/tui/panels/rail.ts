// Room: tui. The stage rail: where in the score the deployment is, as a line or as a column, and the line above it that says
// what is being deployed where.

import {seconds} from '../../domain/deployment/describe.ts';
import type {DeploymentState} from '../../domain/deployment/state.ts';
import {STAGES, type StageName} from '../../domain/ids.ts';
import {count, riskWords} from '../../domain/selection/words.ts';
import {STAGE_MARKS, STATUS_MARKS} from '../../report/marks.ts';
import {chosenCount, isClosed, workedMs} from '../../report/plain-words.ts';
import {cut, wrap} from '../cells.ts';
import {cutRow, EMPTY, type Row, rowWidth, type Size, type Span, span, spread, type Tone} from '../rows.ts';
import type {Facts} from '../view.ts';

/** Each stage's other name: the score's image. */
const TWIN: Readonly<Record<StageName, string>> = {
	discovery: 'read the score',
	selection: 'choose the pieces',
	staging: 'prepare the rehearsal',
	testing: 'dress rehearsal',
	production: 'live performance',
	learning: 'after the concert',
};

const TONES: Readonly<Record<DeploymentState['stages'][StageName]['status'], Tone>> = {
	waiting: 'muted',
	running: 'accent',
	finished: 'good',
	held: 'warn',
	stopped: 'bad',
};

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Whole seconds while it runs, so that the figure ticks calmly. */
export function clock(ms: number): string {
	const all = Math.max(0, Math.floor(ms / 1000));
	return all < 60 ? `${all} s` : `${Math.floor(all / 60)} min ${String(all % 60).padStart(2, '0')} s`;
}

/** Stage time up to now: the log knows only up to its last event. */
export function stageMs({state, now, monitor, holder}: Facts, name: StageName): number {
	const {status, ms} = state.stages[name];
	const alive = !monitor || holder !== undefined;
	if (status !== 'running' || !alive || state.lastUtc === undefined) return ms;
	return ms + Math.max(0, now - Date.parse(state.lastUtc));
}

function timeOf(facts: Facts, name: StageName): string {
	const ms = stageMs(facts, name);
	if (ms === 0) return '';
	return facts.state.stages[name].status === 'running' ? clock(ms) : seconds(ms);
}

/** One line: mark, name and the running stage's time; shorter names, then only marks, where it is narrow. */
export function railLine(facts: Facts, shown: StageName, width: number): Row {
	const forms: readonly ((name: StageName) => string)[] = [
		(name) => `${capital(name)}${withTime(facts, name)}`,
		capital,
		(name) => capital(name).slice(0, 4),
	];
	for (const form of forms) {
		const row = railWith(facts, shown, form);
		if (rowWidth(row) <= width) return row;
	}
	const marks = railWith(facts, shown, () => '');
	const index = STAGES.indexOf(shown) + 1;
	return cutRow([...marks, span(` ${index}/6 ${capital(shown)}${withTime(facts, shown)}`, 'strong')], width);
}

function withTime(facts: Facts, name: StageName): string {
	const time = facts.state.stages[name].status === 'running' ? timeOf(facts, name) : '';
	return time === '' ? '' : ` ${time}`;
}

function railWith({state}: Facts, shown: StageName, label: (name: StageName) => string): Row {
	return STAGES.flatMap((name): Span[] => {
		const {status} = state.stages[name];
		const text = label(name);
		const gap = text === '' ? '' : ' ';
		return [
			span(`${gap}${STAGE_MARKS[status].glyph}${gap}`, TONES[status]),
			span(text, name === shown ? 'strong' : status === 'waiting' ? 'muted' : 'text'),
			span(gap),
		];
	});
}

/** From this height on what came out of a stage may take two rows. */
const ROOMY = 30;

/** The column: number, name, time, and what came out of it. */
export function railColumn(facts: Facts, shown: StageName, {width, height}: Size): Row[] {
	const rows = STAGES.flatMap((name, index): Row[] => {
		const stage = facts.state.stages[name];
		const {glyph, word} = STAGE_MARKS[stage.status];
		const tone = TONES[stage.status];
		const fact = stage.summary ?? (stage.status === 'waiting' ? TWIN[name] : word);
		const head: Row = [
			span(name === shown ? '❯' : ' ', 'accent'),
			span(`${glyph} `, tone),
			span(`${index + 1} ${capital(name)}`, name === shown ? 'strong' : stage.status === 'waiting' ? 'muted' : 'text'),
		];
		const about = wrap(fact, width - 6).slice(0, height >= ROOMY ? 2 : 1);
		const text = about.length < 2 ? [fact] : [about[0] ?? '', fact.slice((about[0] ?? '').length).trimStart()];
		return [
			spread(head, [span(timeOf(facts, name), 'muted')], width - 1),
			...text.map((line): Row => [span(cut(`     ${line}`, width - 1), 'muted')]),
			...(height >= 6 * 3 + 8 ? [EMPTY] : []),
		];
	});
	return [...rows, ...releaseFacts(facts, width - 1)].slice(0, height);
}

function releaseFacts({state}: Facts, width: number): Row[] {
	if (state.features.length === 0) return [];
	const chosen = chosenCount(state);
	const risk = state.risk;
	const lines: readonly (readonly [string, string, Tone])[] = [
		['release', state.version ?? 'not built yet', state.version ? 'strong' : 'muted'],
		['features', state.version ? `${chosen} of ${state.features.length}` : `${state.features.length} wait`, 'text'],
		...(risk === undefined ? [] : [['risk', riskWords(risk), riskTone(risk)] as const]),
		...(state.version ? [['history', count(state.evidence, 'deployment'), 'text'] as const] : []),
	];
	return [
		EMPTY,
		...lines.map(([label, text, tone]) => cutRow([span(` ${label.padEnd(10)}`, 'muted'), span(text, tone)], width)),
	];
}

export function riskTone(risk: number | undefined): Tone {
	if (risk === undefined) return 'muted';
	if (risk < 0.2) return 'good';
	return risk < 0.5 ? 'warn' : 'bad';
}

/** Repository, branch, target, strategy; status and time at the right. Always there. */
export function headerRow(facts: Facts, width: number): Row {
	const {state, monitor} = facts;
	const about = state.id
		? ` ${state.project} · ${state.dev} → ${state.base} · ${state.target} · ${state.strategy}`
		: ' Orchestra';
	const high = state.recommendation?.risk.level === 'high risk' && !isClosed(state);
	const left: Row = [
		// First, so that no narrow terminal cuts it off.
		...(high ? [{text: ' HIGH RISK ', tone: 'bad', inverse: true} as const] : []),
		span(about, 'strong'),
		...(state.planOnly ? [span('  PLAN ONLY', 'warn')] : []),
		...(monitor ? [span('  watching', 'muted')] : []),
	];
	const [glyph, word, tone] = stateWords(facts);
	const worked = workedMs(state) + STAGES.reduce((sum, n) => sum + stageMs(facts, n) - state.stages[n].ms, 0);
	// Beside "your turn" the time worked would read as the time waited.
	const waits = state.decision !== undefined && state.status === 'running';
	const time = worked > 0 && !waits ? ` ${clock(worked)}` : '';
	return spread(left, state.id ? [span(`${glyph} ${word}${time} `, tone)] : [], width);
}

/** What it is doing in a few words: waiting for a person and taking things back are neither running nor over. */
function stateWords({state, monitor, holder}: Facts): readonly [glyph: string, words: string, tone: Tone] {
	const {glyph, word} = STATUS_MARKS[state.status];
	if (isClosed(state)) return [glyph, word, state.status === 'promoted' ? 'good' : 'bad'];
	if (monitor && holder === undefined && state.status === 'running') {
		return [STATUS_MARKS.interrupted.glyph, STATUS_MARKS.interrupted.word, 'warn'];
	}
	if (state.ending) return [glyph, `ending: ${STATUS_MARKS[state.ending.outcome].word}`, 'warn'];
	if (state.decision && state.status === 'running') {
		return [STATUS_MARKS.held.glyph, monitor ? 'waits for an answer' : 'your turn', 'warn'];
	}
	return [glyph, word, state.status === 'running' ? 'accent' : 'warn'];
}
