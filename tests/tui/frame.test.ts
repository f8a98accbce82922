import type {Arbitrary} from 'fast-check';
import {expect, test} from 'vitest';
import {INITIAL} from '../../src/domain/deployment/fold.ts';
import type {DeploymentState} from '../../src/domain/deployment/state.ts';
import {STAGES} from '../../src/domain/ids.ts';
import {composeFrame, type Frame} from '../../src/tui/frame.ts';
import {layoutOf} from '../../src/tui/layout.ts';
import {composeMonitor} from '../../src/tui/panels/monitor.ts';
import {rowWidth} from '../../src/tui/rows.ts';
import {FIRST_UI, LISTS, type Ui} from '../../src/tui/ui.ts';
import {factsOf} from '../../src/tui/view.ts';
import {
	brokenStaging,
	cannedFeatures,
	heldAtProduction,
	playThrough,
	promoted,
	rolledBack,
	SCENARIOS,
	stateAfter,
} from '../kit/canned.ts';
import fc from '../kit/check.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 5);
const hostile = SCENARIOS.hostile ?? promoted();

const choosing = await stateAfter(
	promoted({ask: true, features: cannedFeatures(55)}),
	(e) => e.type === 'decision.asked',
);
const rolling = await stateAfter(rolledBack, (e) => e.type === 'traffic.observed' && e.step === 'route.25');
const states: readonly DeploymentState[] = [
	INITIAL,
	choosing,
	rolling,
	await stateAfter(hostile, (e) => e.type === 'decision.asked'),
	await stateAfter(promoted(), (e) => e.type === 'suite.started'),
	(await playThrough(brokenStaging)).ending.state,
	(await playThrough(heldAtProduction)).ending.state,
	(await playThrough(promoted())).ending.state,
];
const log = Array.from({length: 200}, (_, n) => ({
	n,
	source: 'unit',
	text: `line ${n} ${'日本'.repeat(n % 60)}`,
})) as never; // `as`: plain text stands for safe text

function frameAt(state: DeploymentState, columns: number, rows: number, ui: Partial<Ui> = {}, monitor = false): Frame {
	const around = {layout: layoutOf(columns, rows), now: NOW, monitor};
	const whole = {...FIRST_UI, ...ui};
	return (monitor ? composeMonitor : composeFrame)(factsOf({state, log}, whole, around), whole);
}

/** Every row of the frame with the column it starts in. */
function textOf(frame: Frame): string {
	if (frame.kind === 'tiny') return frame.rows.map((row) => row.map(({text}) => text).join('')).join('\n');
	const rows = [...frame.top, ...(frame.side?.rows ?? []), ...frame.body.flat(), frame.hints];
	return rows.map((row) => row.map(({text}) => text).join('')).join('\n');
}

const anyUi = fc.record({
	stage: fc.option(fc.constantFrom(...STAGES), {nil: undefined}),
	focus: fc.constantFrom('main', 'log', 'activity'),
	overlay: fc.option(fc.constantFrom('help', 'commands', 'takeback'), {nil: undefined}),
	cursor: fc.nat(80),
	filters: fc.record({main: fc.constantFrom('', 'feat', '!api', 'nothing matches this')}),
	filtering: fc.boolean(),
	list: fc.constantFrom(...LISTS),
	toast: fc.option(fc.constant({text: 'x'.repeat(300), until: NOW + 1}), {nil: undefined}),
}) as Arbitrary<Partial<Ui>>; // `as`: undefined stands for absent here

test('no frame is ever wider or taller than the terminal, for any size, story, overlay and filter', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 20, max: 250}),
			fc.integer({min: 8, max: 70}),
			fc.constantFrom(...states),
			anyUi,
			fc.boolean(),
			(columns, rows, state, ui, monitor) => {
				const frame = frameAt(state, columns, rows, ui, monitor);
				if (frame.kind === 'tiny') {
					expect(frame.rows.length).toBeLessThanOrEqual(rows);
					for (const row of frame.rows) expect(rowWidth(row)).toBeLessThanOrEqual(columns);
					return;
				}
				const width = columns - (frame.side ? frame.side.size.width + 1 : 0);
				const height = frame.body.reduce((sum, part) => sum + part.length, 0);
				expect(frame.top.length + height + 1).toBeLessThanOrEqual(rows);
				if (frame.side) expect(frame.side.rows.length).toBeLessThanOrEqual(height);
				for (const row of [...frame.top, frame.hints]) expect(rowWidth(row)).toBeLessThanOrEqual(columns);
				for (const row of frame.body.flat()) expect(rowWidth(row)).toBeLessThanOrEqual(width);
				for (const row of frame.side?.rows ?? [])
					expect(rowWidth(row)).toBeLessThanOrEqual(frame.side?.size.width ?? 0);
			},
		),
		{numRuns: 400},
	);
});

test('below 60 × 16 there is one panel, below 40 × 10 a sentence asks for room', () => {
	expect(layoutOf(59, 40)).toMatchObject({kind: 'one'});
	expect(layoutOf(120, 15)).toMatchObject({kind: 'one'});
	expect(layoutOf(39, 40)).toMatchObject({kind: 'tiny'});
	expect(textOf(frameAt(choosing, 36, 9))).toContain('needs 40 × 10');
});

test('choosing shows the count against the limit, four groups, and a reason for each feature', () => {
	const text = textOf(frameAt(choosing, 120, 60));

	expect(text).toMatch(/30\/20 chosen \(more than the limit you set\)/);
	expect(text).toContain('MUST INCLUDE · 12 of 12');
	expect(text).toMatch(/\[✓\] {2}4 % fix +Refuse an expired session cookie +a security fix/);
	expect(text).toContain('more below');
});

test('discovery has four lists: features, fixes, new files and modified files, at any width', () => {
	const at = (list: Ui['list'], columns = 120, filters = {}) =>
		textOf(frameAt(choosing, columns, 40, {stage: 'discovery', list, filters}));

	expect(at('features')).toMatch(/features 55 +fixes 12 +new files 1 +modified files 240/);
	expect(at('fixes')).toContain('Refuse an expired session cookie');
	expect(at('fixes')).not.toMatch(/^.*\bfeat +\w/m);
	expect(at('new files')).toContain('src/basket/total.ts');
	expect(at('modified files')).toMatch(/src\/basket\/index\.ts[\s\S]*and 238 more, in discovery\.json/);
	expect(at('modified files', 120, {main: 'package'})).not.toContain('src/basket');
	// How many are left is said of the list that is shown.
	const left = (list: Ui['list'], main: string) => /─ (\d+ of \d+)/.exec(at(list, 120, {main}))?.[1];
	expect(left('modified files', 'package')).toMatch(/ of 2$/);
	expect(left('new files', 'total')).toBeUndefined();
	expect(left('fixes', 'Refuse an expired')).toBe('6 of 12');
	expect(at('modified files', 48)).toMatch(/ fea +fix +new +modified files 240/);
});

test('a filter shows how many of how many are left', () => {
	expect(textOf(frameAt(choosing, 80, 24, {filters: {main: 'schema'}}))).toContain('5 of 55');
});

test('production shows the shares, the steps, the evidence and the verdict in words', () => {
	const text = textOf(frameAt(rolling, 80, 24));

	expect(text).toMatch(/green v1\.5\.0\+c0ffee00 +█+░+ +25 % new/);
	expect(text).toContain('5 % ✓ ── 25 % ● ── 50 % ── 100 %');
	expect(text).toMatch(/new +75 +13 +17\.33 % .*41 ms/);
	expect(text).toContain('… not enough evidence');
});

test('a fault stands on top of its stage: what happened, what it means for users, what to do', async () => {
	const stopped = await stateAfter(brokenStaging, (e) => e.type === 'stage.stopped');
	const text = textOf(frameAt(stopped, 80, 24));

	expect(text).toContain('✗ The release could not be built: `npm run build` failed with exit code 2');
	expect(text).toMatch(/for users +no traffic was touched: everybody is on 1\.4\.1/);
	expect(text).toContain('error TS2322');
});

test.each([
	[48, 16],
	[80, 24],
	[120, 40],
])('the monitor has its five panes and the traffic at %i × %i', (columns, rows) => {
	const text = textOf(frameAt(rolling, columns, rows, {}, true)).toLowerCase();

	expect(text).toMatch(/4 of 6 stages · production/);
	expect(text).toMatch(/5 of 10 features · risk 18 %/);
	expect(text).toMatch(/suites passed|passed +3\.8 s/);
	expect(text).toContain('activity');
	expect(text).toMatch(/next/);
	expect(text).toMatch(/75 %/);
});

test('a scrolled log says that it is paused and how to follow', () => {
	const text = textOf(frameAt(rolling, 120, 40, {focus: 'log', ends: {log: 166}}));

	expect(text).toContain('paused — 34 new lines, G to follow');
	expect(text).toContain('line 165');
	expect(text).not.toContain('line 166');
});

test('the room follows what is on the screen: a list gets it all, commands that print get most of it', () => {
	for (const [columns, rows] of [
		[80, 24],
		[120, 40],
	] as const) {
		const [list, watch, output] = (['list', 'watch', 'output'] as const).map((shape) => {
			const layout = layoutOf(columns, rows, shape);
			return layout.kind === 'tiny' ? 0 : layout.main.height;
		});
		expect(list).toBeGreaterThan(watch ?? 0);
		expect(watch).toBeGreaterThan(output ?? 0);
	}
	const facts = factsOf({state: choosing, log}, FIRST_UI, {
		layout: layoutOf(120, 40, 'list'),
		now: NOW,
		monitor: false,
	});
	const beside = textOf(composeFrame(facts, {...FIRST_UI, focus: 'log'}));
	expect(beside).toContain('line 199');
	expect(beside).toContain('Activity');
});

test('the cursor’s feature is explained in full: title, reason, and what its risk is made of', () => {
	const [first] = choosing.features;
	if (!first) throw new Error('no feature');
	const told = {...first, because: ['+8 fixes start at 8 %', '−3 touches tests'] as never}; // `as`: plain stands for safe
	const state = {...choosing, features: [told, ...choosing.features.slice(1)]};
	expect(textOf(frameAt(state, 80, 24))).toContain('4 %: +8 fixes start at 8 % · −3 touches tests');
});
