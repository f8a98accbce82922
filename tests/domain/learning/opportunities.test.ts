// Room: tests. Advice only from figures, and the stricter next run after too little testing.

import {expect, test} from 'vitest';
import {opportunitiesOf} from '../../../src/domain/learning/opportunities.ts';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {extraForUntested} from '../../../src/domain/learning/testing-demand.ts';
import {closed, feature} from '../../kit/deployments.ts';

const none = patternsOf([]);

test('an ordinary deployment gets no advice', () => {
	expect(opportunitiesOf(closed(9), [closed(1), closed(2), closed(3)], none)).toEqual([]);
});

test('no suite, one stage that takes most of the time, a stage much slower than usual, a large batch', () => {
	const {tests: _none, ...untested} = closed(9);
	expect(opportunitiesOf(untested, [], none)).toEqual([expect.stringContaining('No test suite ran')]);
	const slow = closed(9, {stageMs: {discovery: 1000, testing: 300_000, production: 60_000}});
	expect(opportunitiesOf(slow, [], none)).toEqual(['Most time went into testing: 5 min, 83 % of the whole']);
	const past = [closed(1), closed(2), closed(3)];
	expect(opportunitiesOf(slow, past, none)).toContain('testing took 5 min, usually 30 s (3 deployments)');
	expect(opportunitiesOf(slow, past.slice(1), none)).toHaveLength(1);
	// Production watches on purpose: its time is no waste.
	expect(opportunitiesOf(closed(9, {stageMs: {production: 600_000}}), [], none)).toEqual([]);
	const large = closed(9, {features: Array.from({length: 21}, (_, i) => feature(i))});
	expect(opportunitiesOf(large, [], none)[0]).toContain('21 features in one release');
});

test('how people choose is judged after three deployments, not after one narrow choice', () => {
	const narrow = (n: number) => closed(n, {offered: {recommended: 10}, features: [feature(n)]});
	expect(opportunitiesOf(closed(9), [], patternsOf([narrow(1)]))).toEqual([]);
	expect(opportunitiesOf(closed(9), [], patternsOf([1, 2, 3].map(narrow)))).toEqual([
		'You took 3 of 30 recommended features: the recommendation does not fit how you choose yet',
	]);
});

test('the more often too little testing hurt, the more an untested feature costs, up to 30 hundredths', () => {
	const rule = (support: number) => [{id: 'more-tests', text: '', support}];
	expect(extraForUntested([])).toBe(0);
	expect([1, 2, 3, 4, 99].map((n) => extraForUntested(rule(n)))).toEqual([12, 18, 24, 30, 30]);
	expect(extraForUntested(rule(-5))).toBe(0);
});
