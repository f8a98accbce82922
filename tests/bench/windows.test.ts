import {expect, test} from 'vitest';
import {windowsOf} from '../../bench/discovery/windows.ts';
import type {Change} from '../../src/domain/change.ts';
import {change, oid} from '../kit/features.ts';

/** A branch of n changes; before those at `holes` the base came in. */
const branch = (n: number, ...holes: number[]): Change[] =>
	Array.from({length: n}, (_, i) => change(`c${i}`, {parent: oid(holes.includes(i) ? `sync${i}` : `c${i - 1}`)}));
const spans = (changes: readonly Change[], size: number, count: number) =>
	windowsOf(changes, size, count).map((window) => {
		expect(window.base).toBe(window.changes[0]?.parent);
		return [changes.findIndex(({oid: id}) => id === window.changes[0]?.oid), window.changes.length];
	});

test('windows lie where changes follow each other, spread evenly, and are smaller where too few do', () => {
	expect(spans(branch(100), 50, 3)).toEqual([
		[0, 50],
		[25, 50],
		[50, 50],
	]);
	expect(spans(branch(100, 40), 50, 3)).toEqual([
		[40, 50],
		[45, 50],
		[50, 50],
	]);
	expect(spans(branch(60, 20, 45), 50, 3)).toEqual([[20, 25]]);
	expect(spans(branch(10), 50, 12)).toEqual([[0, 10]]);
	expect(spans(branch(3, 1, 2), 50, 12)).toEqual([]);
	expect(windowsOf([], 50, 12)).toEqual([]);
});
