// Room: tests. Which files a pattern of `regenerate` names: against the regular expression that says the same.

import {expect, test} from 'vitest';
import {matches} from '../../../src/domain/anew/maker.ts';
import fc from '../../kit/check.ts';

/** Says what is meant, but takes for ever on hostile ones. */
function meant(pattern: string, path: string): boolean {
	const source = pattern.replaceAll(/\*\*\/|\*+|[^*]+/g, (part) => {
		if (part === '**/') return '(?:.*/)?';
		if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*';
		return part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
	});
	return new RegExp(`^${source}$`, 's').test(path);
}

test('a pattern names what it says', () => {
	expect(matches('src/**/*.gen.ts', 'src/api/v1/user.gen.ts')).toBe(true);
	expect(matches('src/**/*.gen.ts', 'src/user.gen.ts')).toBe(true);
	expect(matches('src/*.gen.ts', 'src/api/user.gen.ts')).toBe(false);
	expect(matches('app/[id]/(x)+.ts', 'app/[id]/(x)+.ts')).toBe(true);
	const piece = (...pieces: string[]) =>
		fc.array(fc.constantFrom(...pieces), {maxLength: 8}).map((all) => all.join(''));
	fc.assert(
		fc.property(piece('a', '.', '/', '*', '**', '**/', '\n'), piece('a', 'b', '.', '/', '\n'), (pattern, path) => {
			expect(matches(pattern, path)).toBe(meant(pattern, path));
		}),
		{numRuns: 400},
	);
});

test('a hostile pattern on a hostile path takes no time worth a name', () => {
	// Tried one after the other these are more ways than a day has moments.
	expect(matches('**a**a**a**b', 'a'.repeat(20_000))).toBe(false);
});
