// Room: tui. Traffic: the stepped bar, who serves what share, and the verdict with the evidence it rests on.

import type {Verdict} from '../../domain/analysis/judge.ts';
import type {Window} from '../../domain/analysis/window.ts';
import {SLOTS, type SlotName} from '../../domain/ids.ts';
import {BUILT_IN_STRATEGIES, type RolloutStep} from '../../domain/rollout/strategy.ts';
import {gateWords} from '../../report/plain-words.ts';
import {pad, padStart} from '../cells.ts';
import {EMPTY, paragraph, type Row, type Size, span, type Tone} from '../rows.ts';
import type {Facts} from '../view.ts';
import type {Panel} from './panel.ts';
import {clock} from './rail.ts';
import {stepRows} from './stages.ts';

const VERDICTS: Readonly<Record<Verdict, readonly [glyph: string, tone: Tone]>> = {
	stop: ['✗', 'bad'],
	'go on': ['✓', 'good'],
	'not enough evidence': ['…', 'warn'],
};

type Known = Pick<Facts, 'state' | 'now'>;

function strategySteps({state}: Known): readonly RolloutStep[] {
	return state.rollout ?? BUILT_IN_STRATEGIES.find((strategy) => strategy.name === state.strategy)?.steps ?? [];
}

/** The slot that runs the new release: the one the gate watches, or the one that is not stable. */
function candidateOf({state}: Known): SlotName | undefined {
	const {traffic, version} = state;
	if (!traffic) return undefined;
	if (traffic.candidate) return traffic.candidate;
	const isNew = (slot: SlotName) => version !== undefined && Boolean(state.slots[slot]?.release.includes(version));
	return SLOTS.find(isNew) ?? SLOTS.find((slot) => slot !== traffic.stable && state.slots[slot] !== undefined);
}

/** Whole columns for whole shares; a slot that gets anything shows at least one. */
function bar(weight: number, width: number): [full: number, empty: number] {
	const full = weight <= 0 ? 0 : Math.max(1, Math.min(width, Math.round((weight / 100) * width)));
	return [full, width - full];
}

function slotRow(facts: Facts, slot: SlotName, width: number): Row {
	const {state} = facts;
	const weight = state.traffic?.weights[slot] ?? 0;
	const about = state.slots[slot];
	const role = state.traffic?.stable === slot ? 'stable' : slot === candidateOf(facts) ? 'new' : '';
	const tone: Tone = role === 'new' ? 'fresh' : 'stable';
	const name = width >= 70 ? 26 : 16;
	const barWidth = Math.max(6, Math.min(50, width - name - 7 - 7 - 8));
	const [full, empty] = bar(weight, barWidth);
	return [
		span(` ${pad(slot, 5)} `, tone),
		span(`${pad(about?.release ?? 'empty', name)} `, about ? 'text' : 'muted'),
		span('█'.repeat(full), tone),
		span('░'.repeat(empty), 'muted'),
		span(`${padStart(`${weight} %`, 6)} `, 'strong'),
		span(pad(role, 6), 'muted'),
		span(width >= 100 ? (about?.state ?? '') : '', 'muted'),
	];
}

/** `5 ✓ ─ 25 ● ─ 50 ─ 100`: what was passed, where it stands, what comes. */
function stepsRow(facts: Facts): Row[] {
	const steps = strategySteps(facts);
	const candidate = candidateOf(facts);
	const {traffic} = facts.state;
	if (steps.length < 2 || !traffic || candidate === undefined) return [];
	const weight = traffic.stable === candidate ? 100 : traffic.weights[candidate];
	const passed = new Set(
		gateWords(facts.state)
			.filter((text) => text.endsWith(' % go on'))
			.map((text) => Number.parseInt(text, 10)),
	);
	const stopped = facts.state.gates?.find(({judgement}) => judgement.verdict === 'stop');
	const at = stopped ? Number.parseInt(stopped.gate, 10) : weight;
	return [
		[
			span(' steps  ', 'muted'),
			...steps.flatMap((step, index) => {
				const done = passed.has(step.weight);
				const here = step.weight === at && !done;
				const glyph = done ? ' ✓' : here ? (stopped ? ' ✗' : ' ●') : '';
				const tone: Tone = done ? 'good' : here ? (stopped ? 'bad' : 'accent') : 'muted';
				return [span(index === 0 ? '' : ' ── ', 'muted'), span(`${step.weight} %${glyph}`, tone)];
			}),
		],
	];
}

/** Seconds that this step will watch at least; undefined when the strategy is not one we know or it is over. */
function countdown(known: Known): number | undefined {
	const {state, now} = known;
	const {traffic} = state;
	if (!traffic?.sinceUtc || state.stages.production.status !== 'running') return undefined;
	const candidate = candidateOf(known);
	const step = strategySteps(known).find((s) => candidate && s.weight === traffic.weights[candidate]);
	if (!step || traffic.stable === candidate) return undefined;
	const left = step.watchSeconds - Math.max(0, now - Date.parse(traffic.sinceUtc)) / 1000;
	return left > 0 ? Math.ceil(left) : undefined;
}

const ms = (value: number | undefined): string => (value === undefined ? '–' : `${Math.round(value)} ms`);

function evidenceRow(label: string, window: Window, tone: Tone, wide: boolean): Row {
	return [
		span(` ${pad(label, 7)}`, tone),
		span(padStart(String(window.requests), 9)),
		span(padStart(String(window.errors), 9), window.errors > 0 ? 'bad' : 'text'),
		span(padStart(`${(window.errorRate * 100).toFixed(2)} %`, 10)),
		span(wide ? padStart(ms(window.p50), 10) : ''),
		span(padStart(ms(window.p95), 10)),
		span(wide ? padStart(ms(window.p99), 10) : ''),
	];
}

export function evidenceRows(facts: Facts, width: number): Row[] {
	const {traffic} = facts.state;
	if (!traffic?.judgement || !traffic.candidateWindow || !traffic.baselineWindow) return [];
	const candidate = candidateOf(facts);
	const weight = candidate === undefined ? undefined : traffic.weights[candidate];
	const left = countdown(facts);
	const more = left === undefined ? '' : `   at least ${clock(left * 1000)} more`;
	// The weight moved on and nothing was seen there yet: the step before must not speak for this one.
	if (left !== undefined && traffic.step !== undefined && traffic.step !== `route.${weight}`) {
		return [[span(` … watching ${weight} %`, 'accent'), span(more, 'muted')]];
	}
	const {verdict, why} = traffic.judgement;
	const [glyph, tone] = VERDICTS[verdict];
	const wide = width >= 76;
	const heads = ['requests', 'errors', 'rate', ...(wide ? ['p50'] : []), 'p95', ...(wide ? ['p99'] : [])];
	const widths = [9, 9, 10, ...(wide ? [10] : []), 10, ...(wide ? [10] : [])];
	return [
		[span(` ${pad('', 7)}${heads.map((head, i) => padStart(head, widths[i] ?? 9)).join('')}`, 'muted')],
		evidenceRow('new', traffic.candidateWindow, 'fresh', wide),
		evidenceRow('old', traffic.baselineWindow, 'stable', wide),
		EMPTY,
		[span(` ${glyph} ${verdict}`, tone), span(verdict === 'not enough evidence' ? more : '', 'muted')],
		// The countdown above ticks; the judge's own is as old as its last look.
		...paragraph(left === undefined ? why : why.replace(/; \d+ s of this step left$/, ''), width, 'text', '   '),
	];
}

/** Slots with their shares; short enough for the monitor. */
export function trafficRows(facts: Facts, width: number): Row[] {
	if (!facts.state.traffic) return [[span(' No traffic was touched', 'muted')]];
	return [...SLOTS.map((slot) => slotRow(facts, slot, width)), ...stepsRow(facts)];
}

export function productionPanel(facts: Facts, {width, height}: Size, paused = false): Panel {
	const {state} = facts;
	if (state.stages.production.status === 'waiting') {
		return {title: 'Production', rows: [[span(' Waits for green tests', 'muted')]]};
	}
	const evidence = evidenceRows(facts, width);
	const steps = stepRows(facts, 'production');
	const gap = height >= 14 ? [EMPTY] : [];
	const above = [...trafficRows(facts, width), ...gap, ...(evidence.length > 0 ? [...evidence, ...gap] : [])];
	// The newest steps matter: the older ones leave first.
	const room = Math.max(0, height - above.length - 2);
	const recent = room > 0 && steps.length > 0 ? [[span(' Steps', 'strong')], ...steps.slice(-room)] : [];
	const held = paused && state.stages.production.status === 'running';
	return {
		title: held ? 'Production: paused, p goes on' : 'Production',
		fact: state.strategy,
		rows: [...above, ...recent],
	};
}
