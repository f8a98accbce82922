import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/dependencies.ts';
import {stepBetween} from '../../src/detectors/support/manifests.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (added: string, removed = '', path = 'package.json') => {
	const one = patch(path, added, removed);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule}: ${f.what}`);
};

test('an added package is a note, one from outside the registry and a removed one are cautions', () => {
	expect(look('    "zod": "^4.1.0",')).toEqual(['note dep-added: adds zod ^4.1.0']);
	expect(look('    "zod": "git+https://user:secret@example.com/zod.git"')).toEqual([
		'caution dep-outside-registry: adds zod from git',
	]);
	expect(look('', '    "left-pad": "1.0.0"')).toEqual(['caution dep-removed: removes left-pad']);
});

test('a step is told by its size; below 1.0.0 a minor step counts as a major one', () => {
	expect(look('    "a": "^2.0.0",', '    "a": "^1.9.3",')).toEqual([
		'caution dep-major: a ^1.9.3 → ^2.0.0 (major step)',
	]);
	expect(look('    "a": "1.10.0",', '    "a": "1.9.3",')).toEqual(['note dep-minor: a 1.9.3 → 1.10.0 (minor step)']);
	expect(look('    "a": "1.9.4",', '    "a": "1.9.3",')).toEqual(['note dep-patch: a 1.9.3 → 1.9.4 (patch)']);
	expect(look('    "a": "0.4.0",', '    "a": "0.3.9",')).toEqual(['caution dep-major: a 0.3.9 → 0.4.0 (major step)']);
	expect(look('    "a": "1.0.0",', '    "a": "2.0.0",')).toEqual(['caution dep-back: a 2.0.0 → 1.0.0 (goes back)']);
	expect(stepBetween('latest', 'next')).toBe('other');
});

test('the engine is a caution of its own', () => {
	expect(look('    "node": ">=22"', '    "node": ">=20"')).toEqual([
		'caution dep-engine: node >=20 → >=22 (major step)',
	]);
});

test('scripts, the own version and lines that only moved are not dependencies', () => {
	expect(
		look(
			'  "version": "2.0.0",\n    "test": "vitest run",\n    "a": "1.0.0",',
			'  "version": "1.0.0",\n    "a": "1.0.0"',
		),
	).toEqual([]);
});

test.each([
	[
		'go.mod',
		'\tgithub.com/x/y v1.3.0',
		'\tgithub.com/x/y v1.2.0',
		'note dep-minor: github.com/x/y 1.2.0 → 1.3.0 (minor step)',
	],
	['requirements.txt', 'flask==3.0.0', 'flask==2.3.1', 'caution dep-major: flask 2.3.1 → 3.0.0 (major step)'],
	[
		'Cargo.toml',
		'serde = { version = "1.0.2", features = ["x"] }',
		'serde = "1.0.1"',
		'note dep-patch: serde 1.0.1 → 1.0.2 (patch)',
	],
	[
		'Gemfile',
		"gem 'rails', '~> 8.0'",
		"gem 'rails', '~> 7.1'",
		'caution dep-major: rails ~> 7.1 → ~> 8.0 (major step)',
	],
])('%s is read', (path, added, removed, expected) => {
	expect(look(added, removed, path)).toEqual([expected]);
});

test('it wants manifests, not lock files, vendored or fixture ones', () => {
	expect(['package.json', 'apps/web/package.json', 'go.mod'].filter((path) => !detector.wants(path))).toEqual([]);
	const not = ['package-lock.json', 'node_modules/a/package.json', 'tests/fixtures/package.json', 'tsconfig.json'];
	expect(not.filter((path) => detector.wants(path))).toEqual([]);
});
