// Room: tests. Hand-written JSON: what JSON.parse accepts we accept, what it lets pass silently we refuse, with a place.

import {expect, test} from 'vitest';
import {readJson} from '../../src/domain/json.ts';
import fc from '../kit/check.ts';

const problem = (text: string, limits?: Parameters<typeof readJson>[1]) => {
	const read = readJson(text, limits);
	return read.ok ? 'accepted' : `${read.line}:${read.column} ${read.what}`;
};

test('every JSON value comes back as it was written, pretty or not, with or without a byte order mark', () => {
	const value = fc.jsonValue({maxDepth: 5}).filter((v) => !JSON.stringify(v).includes('__proto__'));
	fc.assert(
		fc.property(value, fc.constantFrom('', '\t', '  '), fc.boolean(), (wanted, indent, mark) => {
			const text = JSON.stringify(wanted, undefined, indent);
			const read = readJson(mark ? `\ufeff${text}` : text);
			expect(read).toEqual({ok: true, value: JSON.parse(text)});
		}),
	);
});

test('no text makes it throw, and what it accepts JSON.parse reads the same', () => {
	const soup = fc.array(
		fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'u', '0', '-', '.', 'e', 'a', '\n', 'true'),
		{
			maxLength: 12,
		},
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				soup.map((parts) => parts.join('')),
			),
			(text) => {
				const read = readJson(text);
				if (read.ok) expect(read.value).toEqual(JSON.parse(text.replace(/^\ufeff/, '')));
			},
		),
		{numRuns: 2000},
	);
});

test('a key that is there twice is named with its place', () => {
	expect(problem('{\n  "port": 1,\n  "port": 2\n}')).toBe('3:3 the key "port" is there twice');
});

test('the key __proto__ is refused however it is written', () => {
	expect(problem('{"__proto__": {}}')).toContain('__proto__ is not allowed');
	expect(problem('{"\\u005f_proto__": {}}')).toContain('__proto__ is not allowed');
});

test('depth and size have a limit', () => {
	expect(problem(`${'['.repeat(32)}${']'.repeat(32)}`)).toBe('accepted');
	expect(problem(`${'['.repeat(33)}${']'.repeat(33)}`)).toContain('deeper than 32');
	expect(problem('['.repeat(500_000))).toContain('deeper than 32');
	expect(problem(' '.repeat(1_000_001))).toContain('larger than 1000 kB');
});

test('the common mistakes are explained', () => {
	expect(problem('{"a": 1,}')).toContain('a comma before }');
	expect(problem('[1,]')).toContain('a comma before ]');
	expect(problem("{'a': 1}")).toContain('in "double quotes"');
	expect(problem('{"a": 1 // one\n}')).toContain('expected , or }');
	expect(problem('// no\n{}')).toContain('no comments');
	expect(problem('{"a": yes}')).toContain('yes is no JSON value');
	expect(problem('{"a": 1e999}')).toContain('not a number JSON can hold');
	expect(problem('{"a": "x\ny"}')).toContain('control character');
	expect(problem('{"a": "x')).toContain('never closed');
	expect(problem('{} {}')).toContain('follows the end');
	expect(problem('')).toContain('the end of the file');
});
