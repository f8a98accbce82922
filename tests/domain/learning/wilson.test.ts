// Room: tests. The interval behind every rate that is shown.

import {expect, test} from 'vitest';
import {confidenceOf, confidenceText} from '../../../src/domain/learning/confidence.ts';
import {wilson} from '../../../src/domain/learning/wilson.ts';
import {duration, median, percent} from '../../../src/domain/learning/words.ts';
import fc from '../../kit/check.ts';

test('the interval is that of the published tables', () => {
	// Wilson 1927, 95 %: 0 of 10, 8 of 10, 50 of 100.
	expect(wilson({good: 0, all: 10}).high).toBeCloseTo(0.2775, 3);
	expect(wilson({good: 8, all: 10}).low).toBeCloseTo(0.4902, 3);
	expect(wilson({good: 8, all: 10}).high).toBeCloseTo(0.9433, 3);
	expect(wilson({good: 50, all: 100}).low).toBeCloseTo(0.4038, 3);
	expect(wilson({good: 0, all: 0})).toEqual({low: 0, high: 1});
});

test('it holds the share, lies in 0 to 1, and narrows with more cases', () => {
	fc.assert(
		fc.property(fc.integer({min: 1, max: 5000}), fc.double({min: 0, max: 1, noNaN: true}), (all, part) => {
			const good = Math.floor(all * part);
			const {low, high} = wilson({good, all});
			expect(low).toBeGreaterThanOrEqual(0);
			expect(high).toBeLessThanOrEqual(1);
			expect(low).toBeLessThanOrEqual(good / all);
			expect(high).toBeGreaterThanOrEqual(good / all);
			const wider = wilson({good: good * 4, all: all * 4});
			expect(wider.high - wider.low).toBeLessThan(high - low);
		}),
		{numRuns: 2000},
	);
});

test('confidence is cold below 3 deployments, warming below 10, learned from then on', () => {
	expect([0, 2, 3, 9, 10, 500].map(confidenceOf)).toEqual(['cold', 'cold', 'warming', 'warming', 'learned', 'learned']);
	expect(confidenceText(2)).toContain('1 more until it is warming up');
	expect(confidenceText(4)).toContain('6 more');
});

test('figures as words', () => {
	expect([0, 0.005, 0.05, 0.125, 0.999, 1].map(percent)).toEqual(['0 %', '0.5 %', '5 %', '13 %', '100 %', '100 %']);
	expect([0, 0.4, 45, 192, 3600, 7500, 273_600].map(duration)).toEqual([
		'0 s',
		'400 ms',
		'45 s',
		'3 min 12 s',
		'1 h',
		'2 h 5 min',
		'3 d 4 h',
	]);
	expect([median([]), median([3]), median([4, 1]), median([9, 1, 5])]).toEqual([undefined, 3, 2.5, 5]);
});
