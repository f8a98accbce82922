import {expect, test} from 'vitest';
import {safe, safeLines} from '../../src/domain/safe.ts';
import fc from '../kit/check.ts';

const DANGEROUS =
	/[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;

test('nothing that moves a cursor, hides or turns text around comes through', () => {
	const corpus = [
		'\x1b]52;c;AAAA\x07',
		'\x1b[2J',
		'\x9b31m',
		'\x1bP+q\x1b\\',
		'\u202Eevil',
		'\u2066x\u2069',
		'\u200b',
		'a\rb',
		'a\bb',
		'\u{e0041}',
		'\x1b]8;;http://x\x07',
		'\ud800',
	];
	for (const text of corpus) expect(safe(text)).not.toMatch(DANGEROUS);
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 200}), (text) => !DANGEROUS.test(safe(text))),
		{numRuns: 5000},
	);
});

test('ordinary text in any script is left as it is, emoji families included', () => {
	for (const text of ['Grüße', 'fix: größe', '日本語', 'नमस्ते', '👩‍👩‍👧', '❤️', 'a—b', 'e\u0301'])
		expect(safe(text)).toBe(text);
});

test('an unterminated escape does not swallow what follows', () => {
	expect(safe('\x1b]0;hidden text')).toBe('␛]0;hidden text');
});

test('a tower of accents is cut, a long line is cut and says so', () => {
	expect([...safe(`a${'\u0301'.repeat(1000)}b`)].length).toBeLessThan(12);
	expect(safe('x'.repeat(5000), 10)).toBe('xxxxxxxxxx…');
});

test('blocks become lines, each safe', () => {
	expect(safeLines('a\r\nb\rc\n\td')).toEqual(['a', 'b', 'c', '    d']);
});
