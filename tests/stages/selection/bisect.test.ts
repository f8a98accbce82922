import {expect, test} from 'vitest';
import {firstRed, triesFor, type Verdict} from '../../../src/stages/selection/bisect.ts';
import fc from '../../kit/check.ts';

test('the first red one is found by halves, whichever it is', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({min: 1, max: 300}), fc.nat(), async (changes, seed) => {
			const bad = 1 + (seed % changes);
			let tries = 0;
			const found = await firstRed(changes, async (first) => {
				tries++;
				return first >= bad ? 'red' : 'green';
			});
			expect(found).toEqual({kind: 'found', from: bad, to: bad, tries});
			expect(tries).toBeLessThanOrEqual(triesFor(changes));
		}),
	);
});

test('places that cannot be tried are gone around, and the answer never lies', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({min: 1, max: 60}), fc.nat(), fc.func(fc.boolean()), async (changes, seed, odd) => {
			const bad = 1 + (seed % changes);
			const verdict = (first: number): Verdict => {
				if (first > 0 && first < changes && odd(first)) return 'untestable';
				return first >= bad ? 'red' : 'green';
			};
			const found = await firstRed(changes, async (first) => verdict(first), 1000);
			if (found.kind !== 'found') throw new Error(found.kind);
			expect(found.from).toBeLessThanOrEqual(bad);
			expect(found.to).toBeGreaterThanOrEqual(bad);
			for (let at = found.from; at < found.to; at++) expect(verdict(at)).toBe('untestable');
		}),
	);
});

test('a base that is red itself, or cannot be tried, names nobody', async () => {
	expect(await firstRed(8, async () => 'red')).toEqual({kind: 'red before', tries: 1});
	expect(await firstRed(8, async () => 'untestable')).toEqual({kind: 'unknown', tries: 1});
});
