import {expect, test} from 'vitest';
import {touches} from '../../../src/domain/selection/touches.ts';
import {feature, finding} from '../../kit/features.ts';

const of = (files: readonly string[], parts: Parameters<typeof feature>[1] = {}) =>
	touches(feature('a', {files, ...parts}));

test('it names the one file, or counts the files and the folder they share', () => {
	expect(of(['src/a.ts'])).toBe('src/a.ts, no test');
	expect(of(['src/a.ts', 'src/b.ts', 'README.md'])).toBe('2 files in src/, no test');
	expect(of(['src/a.ts', 'lib/b.ts', 'x.ts'])).toBe('3 files, no test');
	expect(of(['a.ts', 'b.ts'])).toBe('2 files, no test');
});

test('it says whether tests hold it, and asks for none where there is nothing to hold', () => {
	expect(of(['src/a.ts', 'tests/a.test.ts'], {findings: [finding('tests', 'note')]})).toBe('src/a.ts, with tests');
	expect(of(['README.md', 'docs/b.md'], {kind: 'docs'})).toBe('2 documents only');
	expect(of(['tests/a.test.ts', 'tests/b.test.ts'], {kind: 'test'})).toBe('2 test files only');
	expect(of(['README.md'], {kind: 'docs'})).toBe('README.md');
	expect(of(['tsconfig.json'], {kind: 'chore'})).toBe('tsconfig.json');
});
