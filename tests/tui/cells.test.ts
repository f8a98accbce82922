import {expect, test} from 'vitest';
import {cut, cutStart, pad, padStart, widthOf, wrap} from '../../src/tui/cells.ts';
import fc from '../kit/check.ts';

test.each([
	['abc', 3],
	['日本', 4],
	['é', 1],
	['e\u0301', 1],
	['👩‍👩‍👧', 2],
	['✓ ok', 4],
	['⚠️', 2],
	['한글', 4],
])('%s takes %i columns', (text, width) => {
	expect(widthOf(text)).toBe(width);
});

test('a cut text is never wider than its room and says that it was cut', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 1, max: 40}), (text, width) => {
			const short = cut(text, width);

			expect(widthOf(short)).toBeLessThanOrEqual(width);
			// Blanks at the end go without a word: only what a reader could miss is marked.
			expect(short === text || short === text.trimEnd() || short.endsWith('…')).toBe(true);
		}),
	);
});

test('of a text cut at its start the end is left, for whoever types it', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 1, max: 40}), (text, width) => {
			const short = cutStart(text, width);

			expect(widthOf(short)).toBeLessThanOrEqual(width);
			expect(short === text || (short.startsWith('…') && text.endsWith(short.slice(1)))).toBe(true);
		}),
	);
	expect(cutStart('a title that goes on and on', 8)).toBe('… and on');
});

test('padding gives exactly the width, on either side', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 1, max: 40}), (text, width) => {
			expect(widthOf(pad(text, width))).toBe(width);
			expect(widthOf(padStart(text, width))).toBe(width);
		}),
	);
});

test('wrapping keeps every word and no line is wider than the room', () => {
	fc.assert(
		fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({min: 2, max: 40}), (words, width) => {
			const lines = wrap(words.join(' '), width);

			for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
			expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
		}),
	);
});

test('blanks at the end of a cell are cut without an ellipsis', () => {
	expect(cut('running    ', 9)).toBe('running');
	expect(cut('running    ', 5)).toBe('runn…');
});
