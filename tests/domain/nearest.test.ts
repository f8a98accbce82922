// Room: tests. The word that was probably meant.

import {expect, test} from 'vitest';
import {distance, nearest} from '../../src/domain/nearest.ts';
import fc from '../kit/check.ts';

test('a letter too many, too few, wrong or swapped is one edit', () => {
	expect(distance('porrt', 'port')).toBe(1);
	expect(distance('prt', 'port')).toBe(1);
	expect(distance('part', 'port')).toBe(1);
	expect(distance('prot', 'port')).toBe(1);
});

test('distance is symmetric, zero only for equal words, and never more than the longer word', () => {
	fc.assert(
		fc.property(fc.string({maxLength: 20}), fc.string({maxLength: 20}), (a, b) => {
			expect(distance(a, b)).toBe(distance(b, a));
			expect(distance(a, b) === 0).toBe(a === b);
			expect(distance(a, b)).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
		}),
	);
});

test('the nearest word is found, and nothing is suggested for a stranger', () => {
	const known = ['port', 'health', 'strategy', 'commands'];
	expect(nearest('stratgey', known)).toBe('strategy');
	expect(nearest('Command', known)).toBe('commands');
	expect(nearest('kubernetes', known)).toBeUndefined();
});
