import {expect, test} from 'vitest';
import type {DeploymentState} from '../../src/domain/deployment/state.ts';
import type {Command} from '../../src/tui/keymap.ts';
import {layoutOf} from '../../src/tui/layout.ts';
import {act, erase, FIRST_UI, keyContext, type Turn, type, type Ui} from '../../src/tui/ui.ts';
import {factsOf} from '../../src/tui/view.ts';
import {cannedFeatures, heldAtProduction, playThrough, promoted, rolledBack, stateAfter} from '../kit/canned.ts';

const choosing = await stateAfter(
	promoted({ask: true, features: cannedFeatures()}),
	(e) => e.type === 'decision.asked',
);
const rolling = await stateAfter(rolledBack, (e) => e.type === 'traffic.observed');
const asking = (await playThrough(heldAtProduction)).ending.state;

const facts = (ui: Ui, state: DeploymentState, now = 0, monitor = false) =>
	factsOf({state, log: []}, ui, {layout: layoutOf(120, 40), now, monitor});

function press(state: DeploymentState, ...commands: Command[]): Turn {
	return commands.reduce<Turn>(
		({ui, effects}, command) => {
			const turn = act(ui, command, facts(ui, state));
			return {ui: turn.ui, effects: [...effects, ...turn.effects]};
		},
		{ui: FIRST_UI, effects: []},
	);
}

const batch = (value: string) => [{kind: 'answer', id: 'selection.batch', value}];

test('Enter at once ships the recommendation by its name', () => {
	expect(press(choosing, 'confirm').effects).toEqual(batch('recommended'));
});

test('critical only is an answer of its own', () => {
	expect(press(choosing, 'critical', 'confirm').effects).toEqual(batch('critical'));
});

test('one change makes it a custom list of ids, in the order of the features', () => {
	expect(press(choosing, 'toggle', 'confirm').effects).toEqual(batch('f-00abc001,f-00abc002,f-00abc003,f-00abc004'));
});

test('the lists of discovery turn like pages, and only there', () => {
	const at = {...FIRST_UI, stage: 'discovery'} as const;
	expect(act(at, 'nextList', facts(at, choosing)).ui.list).toBe('fixes');
	expect(act(at, 'lastList', facts(at, choosing)).ui.list).toBe('modified files');
	expect(keyContext(at, facts(at, choosing)).lists).toBe(true);
	expect(keyContext(FIRST_UI, facts(FIRST_UI, choosing)).lists).toBe(false);
});

test('leaving out what another needs leaves both and says so', () => {
	const {ui, effects} = press(choosing, 'down', 'down', 'toggle', 'confirm');

	expect(effects).toEqual(batch('f-00abc000,f-00abc001,f-00abc004'));
	expect(press(choosing, 'down', 'down', 'toggle').ui.toast?.text).toContain('Leaves out 1 feature with it');
	expect(ui.choice).toBe('custom');
});

test('nothing chosen is not an answer', () => {
	const {ui, effects} = press(choosing, 'none', 'confirm');

	expect(effects).toEqual([]);
	expect(ui.toast?.text).toContain('at least one');
});

test('the cursor stays on the list', () => {
	expect(press(choosing, 'up').ui.cursor).toBe(0);
	expect(press(choosing, 'bottom').ui.cursor).toBe(9);
	expect(press(choosing, 'bottom', 'down', 'top').ui.cursor).toBe(0);
});

test('Ctrl-C asks for a safe stop; again within three seconds leaves; later it only asks again', () => {
	const first = act(FIRST_UI, 'stop', facts(FIRST_UI, rolling, 1000));

	expect(first.effects).toEqual([{kind: 'cancel', how: 'stop'}]);
	expect(first.ui.toast?.text).toContain('safe point');
	expect(act(first.ui, 'stop', facts(first.ui, rolling, 4000)).effects).toEqual([{kind: 'leave'}]);
	expect(act(first.ui, 'stop', facts(first.ui, rolling, 4001)).effects).toEqual([{kind: 'cancel', how: 'stop'}]);
});

test('rolling back asks once and then does it; Esc goes on watching', () => {
	expect(press(rolling, 'rollback').effects).toEqual([]);
	expect(press(rolling, 'rollback', 'takeback').effects).toEqual([{kind: 'cancel', how: 'abort'}]);
	expect(press(rolling, 'rollback', 'back').ui.overlay).toBeUndefined();
});

test('pause and the same key again go on', () => {
	expect(press(rolling, 'pause', 'pause', 'promote').effects).toEqual([
		{kind: 'wish', wish: 'pause'},
		{kind: 'wish', wish: 'resume'},
		{kind: 'wish', wish: 'promote'},
	]);
});

test('a question can be put aside and taken up again', () => {
	const mode = (ui: Ui) => keyContext(ui, facts(ui, asking)).mode;

	expect(mode(FIRST_UI)).toBe('decision');
	const aside = press(asking, 'back').ui;
	expect(mode(aside)).toBe('watch');
	expect(keyContext(aside, facts(aside, asking)).decisionAside).toBe(true);
	expect(mode(press(asking, 'back', 'decide').ui)).toBe('decision');
});

test('Esc takes back one thing at a time: typing, filter, overlay, focus, stage', () => {
	let ui = act(FIRST_UI, 'stage', facts(FIRST_UI, rolling), 2).ui;
	ui = type({...act(ui, 'pane', facts(ui, rolling)).ui, filtering: true}, 'ab');
	expect(ui).toMatchObject({stage: 'selection', focus: 'log', filters: {log: 'ab'}});
	expect(erase(ui).filters.log).toBe('a');

	ui = act(ui, 'apply', facts(ui, rolling)).ui;
	ui = act(ui, 'back', facts(ui, rolling)).ui;
	expect(ui.filters.log).toBe('');
	ui = act(ui, 'back', facts(ui, rolling)).ui;
	expect(ui.focus).toBe('main');
	ui = act(ui, 'back', facts(ui, rolling)).ui;
	expect(ui.stage).toBeUndefined();
});

test('the keys of choosing are off while another stage is looked at', () => {
	const away = act(FIRST_UI, 'stage', facts(FIRST_UI, choosing), 1).ui;

	expect(keyContext(FIRST_UI, facts(FIRST_UI, choosing)).mode).toBe('choose');
	expect(keyContext(away, facts(away, choosing)).mode).toBe('watch');
	expect(keyContext(away, facts(away, choosing)).decisionAside).toBe(true);
});

test('groups can be changed from the list: each wish is an answer after which the list is offered anew', () => {
	expect(press(choosing, 'pin').effects).toEqual(batch('group pin f-00abc000'));
	expect(press(choosing, 'join').ui.toast?.text).toContain('with which one');
	expect(press(choosing, 'join', 'down', 'join').effects).toEqual(batch('group join f-00abc000,f-00abc001'));
	expect(press(choosing, 'join', 'back', 'down', 'join').effects).toEqual([]);
	expect(press(choosing, 'split').ui.toast?.text).toContain('nothing to split');
});

test('a title is typed letter by letter, and letters are no commands meanwhile', () => {
	let ui = press(choosing, 'rename').ui;
	expect(keyContext(ui, facts(ui, choosing)).mode).toBe('name');
	for (let i = 0; i < 100; i++) ui = erase(ui);
	ui = type(type(ui, 'New'), ' cart');
	expect(act(ui, 'name', facts(ui, choosing)).effects).toEqual(batch('group rename f-00abc000 New cart'));
	expect(act(ui, 'back', facts(ui, choosing))).toMatchObject({effects: []});
	expect(act(ui, 'back', facts(ui, choosing)).ui.naming).toBeUndefined();
});
