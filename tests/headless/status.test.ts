import {expect, test} from 'vitest';
import {INITIAL} from '../../src/domain/deployment/fold.ts';
import {statusLines} from '../../src/headless/status.ts';
import {heldAtProduction, playThrough, promoted, stateAfter} from '../kit/canned.ts';

const holder = {who: 'ada', pid: 4242, since: 0};

test('while it runs, status shows every stage, who conducts, where traffic is and what one may do', async () => {
	const state = await stateAfter(promoted(), (e) => e.type === 'traffic.observed' && e.step === 'route.25');
	const text = statusLines(state, {running: true, holder}).join('\n');

	expect(text).toContain('● shop 1.5.0: running, deployment 20261121_060100');
	expect(text).toContain('conducted by ada, process 4242');
	expect(text).toMatch(/● production +running/);
	expect(text).toMatch(/users +traffic is 75 % on v1\.4\.1\+0ld0ld00 \(blue\), 25 % on v1\.5\.0\+c0ffee00 \(green\)/);
	expect(text).toContain('features  5 of 10 features, risk 18 % low');
	expect(text).toContain('orchestra promote');
});

test('a log that says running without a process that conducts was interrupted', async () => {
	const state = await stateAfter(promoted(), (e) => e.type === 'suite.started');
	const text = statusLines(state, {running: false}).join('\n');

	expect(text).toContain('■ shop 1.5.0: interrupted');
	expect(text).toMatch(/✗ testing +stopped/);
	expect(text).toContain('orchestra deploy --resume');
});

test('a held deployment repeats its question and the flag that answers it', async () => {
	const {ending} = await playThrough(heldAtProduction);
	const text = statusLines(ending.state, {running: false}).join('\n');

	expect(text).toContain('answer: Put v1.5.0+c0ffee00 into production?');
	expect(text).toContain('orchestra deploy --resume --yes');
});

test('without any deployment it says how to begin', () => {
	expect(statusLines(INITIAL, {running: false})).toEqual(['No deployment yet. Begin with: orchestra deploy']);
});

test('after a promotion the traffic is what the target says now: a rollback by hand shows, and a stopped gateway too', async () => {
	const {state} = (await playThrough(promoted())).ending;
	if (!state.traffic) throw new Error('no traffic');
	const back = {...state, traffic: {...state.traffic, weights: {blue: 100, green: 0}, stable: 'blue' as const}};
	const text = statusLines(back, {running: false}).join('\n');
	expect(text).toContain('traffic is 100 % on v1.4.1');
	expect(text).not.toContain('orchestra rollback');

	expect(statusLines(state, {running: false}).join('\n')).toContain('orchestra rollback');
	expect(statusLines(state, {running: false, serving: false}).join('\n')).toContain('nobody is served');
});
