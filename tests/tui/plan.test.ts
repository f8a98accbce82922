// Room: tests. How a chosen batch goes out, on screens of every size and on the normal screen after a plan.

import {expect, test} from 'vitest';
import {DEFAULT_WEIGHTS} from '../../src/domain/advice/factors.ts';
import {recommend} from '../../src/domain/advice/recommend.ts';
import type {DeploymentState} from '../../src/domain/deployment/state.ts';
import {NO_PATTERNS} from '../../src/domain/pattern.ts';
import {BUILT_IN_STRATEGIES} from '../../src/domain/rollout/strategy.ts';
import {safe} from '../../src/domain/safe.ts';
import {planLines} from '../../src/headless/plan.ts';
import {composeFrame} from '../../src/tui/frame.ts';
import {layoutOf} from '../../src/tui/layout.ts';
import {rowWidth} from '../../src/tui/rows.ts';
import {FIRST_UI} from '../../src/tui/ui.ts';
import {factsOf} from '../../src/tui/view.ts';
import {promoted, stateAfter} from '../kit/canned.ts';
import {feature, finding} from '../kit/features.ts';

const drop = feature('drop', {findings: [finding('schema', 'danger', {what: safe('drops the table 注文')})]});
const recommendation = recommend({
	going: [{feature: drop, bucket: 'not recommended', risk: 0.8, reasons: [], needs: []}],
	value: 0.8,
	pulledIn: 0,
	patterns: NO_PATTERNS,
	past: [],
	target: 'local',
	weights: DEFAULT_WEIGHTS,
	calendar: {timeZone: 'UTC', windows: [], freeze: [{from: '2026-11-21', to: '2026-11-22', reason: 'sale'}]},
	now: Date.UTC(2026, 10, 21, 6),
	strategies: BUILT_IN_STRATEGIES,
	port: 8080,
	migrate: true,
	errorLimit: 0.05,
	disk: {},
	rollbacks: [],
});
const built = await stateAfter(promoted(), (event) => event.type === 'batch.chosen');
const state: DeploymentState = {
	...built,
	strategy: 'graduated',
	chosen: {by: 'risk', because: safe('high risk')},
	recommendation,
};

function rowsAt(columns: number, rows: number, scroll = 0) {
	const ui = {...FIRST_UI, stage: 'selection' as const, scroll: {main: scroll}};
	const frame = composeFrame(
		factsOf({state, log: []}, ui, {layout: layoutOf(columns, rows), now: Date.UTC(2026, 10, 21), monitor: false}),
		ui,
	);
	if (frame.kind === 'tiny') throw new Error('too small');
	return [...frame.top, ...frame.body.flat()];
}
const text = (rows: ReturnType<typeof rowsAt>) => rows.map((row) => row.map((span) => span.text).join('')).join('\n');

test.each([
	[48, 16],
	[80, 24],
	[120, 40],
])(
	'at %d × %d a high risk is red and in words, strategy and time are there, and the list still is',
	(columns, rows) => {
		const shown = rowsAt(columns, rows);
		expect(Math.max(...shown.map(rowWidth))).toBeLessThanOrEqual(columns);
		const chip = shown[0]?.[0];
		expect([chip?.text, chip?.tone]).toEqual([' HIGH RISK ', 'bad']);
		const words = text(shown);
		expect(words).toContain('strategy graduated, by risk');
		expect(words).toContain('better Mon 23 Nov 2026');
		expect(words).toContain('MUST INCLUDE');
		const banner = shown.find((row) => row.some((span) => span.text.includes('⚠ HIGH RISK')));
		expect(banner?.[0]?.tone).toBe('bad');
	},
);

test('the whole recommendation is at the end of the panel', () => {
	const end = text(rowsAt(80, 24, 1000));
	expect(end).toContain('orchestra rollback');
});

test('a plan leaves the recommendation on the normal screen; a deployment, or nothing chosen, does not', () => {
	const ending = (more: Partial<DeploymentState>) => ({exit: 0 as const, state: {...state, ...more}});
	const lines = planLines(ending({planOnly: true}), 80, true);
	expect(lines).toContain('\u001b[31mHIGH RISK\u001b[39m');
	expect(planLines(ending({planOnly: true}), 80)).toContain('HIGH RISK');
	expect(planLines(ending({planOnly: false}), 80)).toEqual([]);
	const {recommendation: _none, ...bare} = state;
	expect(planLines({exit: 0, state: {...bare, planOnly: true}}, 80)).toEqual([]);
});
