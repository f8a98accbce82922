import {expect, test} from 'vitest';
import {circumstances} from '../../src/cli/circumstances.ts';
import {BUILT_IN_STRATEGIES, type Strategy} from '../../src/domain/rollout/strategy.ts';
import type {Summary} from '../../src/domain/summary.ts';
import {fakeMemory} from '../kit/fake-stand.ts';
import {projectOf} from '../kit/release.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const canary = BUILT_IN_STRATEGIES.find(({name}) => name === 'canary') as Strategy; // `as`: it is built in

async function after(days: readonly number[], outcome: Summary['outcome'] = 'promoted') {
	const history = days.map((ago) => ({outcome, closedAt: new Date(NOW - ago * 86_400_000).toISOString()}));
	const memory = {...fakeMemory(), history: async () => history as unknown as Summary[]}; // `as`: nothing else of them is read
	return circumstances({project: projectOf({test: {}}), memory}, canary, {now: () => NOW});
}

test('the wall clock, the length of the rollout, and no rhythm before the third promotion', async () => {
	const first = await after([]);
	const wall = new Date(NOW);
	expect(first).toEqual({suites: [], weekday: wall.getDay(), hour: wall.getHours(), rolloutMinutes: 16});
	expect(await after([2, 9])).toMatchObject({daysSinceLast: 2});
	expect(await after([2, 9])).not.toHaveProperty('usualGapDays');
	expect(await after([2, 9, 16, 60])).toMatchObject({daysSinceLast: 2, usualGapDays: 7});
	expect(await after([2], 'rolled_back'), 'what was taken back is not live').not.toHaveProperty('daysSinceLast');
});
