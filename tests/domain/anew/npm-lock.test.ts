import {describe, expect, test} from 'vitest';
import {foldersIn, misfits, otherSources} from '../../../src/domain/anew/npm-lock.ts';

const text = (value: unknown) => JSON.stringify(value);
const lockOf = (root: object, packages: Record<string, object> = {}) =>
	text({lockfileVersion: 3, packages: {'': root, ...packages}});
const fits = (lock: string, manifest: object, others: Record<string, object> = {}) =>
	misfits(lock, new Map([['', text(manifest)], ...Object.entries(others).map(([k, v]) => [k, text(v)] as const)]));
const X = {'node_modules/x': {version: '1.2.3'}};

describe('a lock fits', () => {
	test('what asks for the same, in whatever order and section npm itself would put it', () => {
		const root = {dependencies: {x: '^1.0.0'}, devDependencies: {y: '*'}, peerDependencies: {z: '1'}};
		const packages = {...X, 'node_modules/y': {link: true, resolved: 'y'}};
		expect(fits(lockOf(root, packages), {name: 'n', ...root})).toEqual([]);
		expect(
			fits(lockOf({optionalDependencies: {x: '1'}}, X), {dependencies: {x: '1'}, optionalDependencies: {x: '1'}}),
		).toEqual([]);
		expect(fits(lockOf({}), {dependencies: {}, scripts: {test: 'x'}})).toEqual([]);
	});

	test('workspaces, whose packages lie beside them or further up', () => {
		const packages = {...X, 'packages/a': {name: 'a', dependencies: {x: '1.2.3'}}, 'node_modules/a': {link: true}};
		const lock = lockOf({workspaces: ['packages/*']}, packages);
		const others = {'packages/a': {name: 'a', dependencies: {x: '1.2.3'}}};
		expect(fits(lock, {workspaces: ['packages/*']}, others)).toEqual([]);
		expect(foldersIn(lock)).toEqual(['', 'packages/a']);
		expect(fits(lock, {workspaces: {packages: ['./packages/*/']}}, {...others, 'tools/b': {name: 'b'}})).toEqual([]);
		expect(fits(lock, {workspaces: ['packages/**']}, {...others, 'packages/b/c': {}})).toEqual([
			'the folder packages/b/c is not in it',
		]);
		expect(fits(lock, {workspaces: ['packages/*']}, {'packages/a': {dependencies: {x: '1.2.3', y: '1'}}})).toEqual([
			'y 1 of packages/a is not in it',
		]);
	});
});

test.each([
	['a package that it lacks', lockOf({}), {dependencies: {x: '^1.0.0'}}, 'x ^1.0.0 is not in it'],
	[
		'another range',
		lockOf({dependencies: {x: '^1.0.0'}}, X),
		{dependencies: {x: '^2.0.0'}},
		'x is ^2.0.0 and it has ^1.0.0',
	],
	['one that nobody asks for', lockOf({devDependencies: {x: '1'}}, X), {}, 'x is in it and no longer asked for'],
	['one without a version', lockOf({dependencies: {x: '1'}}), {dependencies: {x: '1'}}, 'x 1 has no version in it'],
	[
		'a version too low',
		lockOf({dependencies: {x: '^1.3.0'}}, X),
		{dependencies: {x: '^1.3.0'}},
		'x is ^1.3.0 and it has 1.2.3',
	],
	[
		'a version too high',
		lockOf({dependencies: {x: '~1.1.0'}}, X),
		{dependencies: {x: '~1.1.0'}},
		'x is ~1.1.0 and it has 1.2.3',
	],
	[
		'another exact one',
		lockOf({dependencies: {x: '1.2.4'}}, X),
		{dependencies: {x: '1.2.4'}},
		'x is 1.2.4 and it has 1.2.3',
	],
	['the first format', text({lockfileVersion: 1, dependencies: {}}), {dependencies: {x: '1'}}, 'x 1 is not in it'],
	['no JSON', '<<<<<<< ours', {}, 'it is no JSON'],
])('%s does not fit', (_what, lock, manifest, words) => {
	expect(fits(lock, manifest)).toEqual([words]);
});

test('nothing is claimed of ranges that are not plain, nor of what no lock could be', () => {
	for (const range of ['>=1 <2', '1.x', 'npm:y@1', 'file:../x', 'github:a/b#c', '^1.2.3-rc.1', '^0.0.0 || ^1.0.0'])
		expect(fits(lockOf({dependencies: {x: range}}, X), {dependencies: {x: range}})).toEqual([]);
	for (const odd of ['[]', 'null', '{"packages": [1], "dependencies": 7}', '{"packages": {"": {"dependencies": [1]}}}'])
		expect(() =>
			misfits(odd, new Map([['', '{"dependencies": {"__proto__": "1"}, "workspaces": [1, null]}']])),
		).not.toThrow();
	expect(misfits(lockOf({}), new Map([['', 'no json']]))).toEqual([]);
});

test('another digest, another address or another host at the same version is told', () => {
	const entry = (host: string, integrity: string, version = '1.0.0') => ({
		version,
		resolved: `${host}/x.tgz`,
		integrity,
	});
	const lock = (one: object) => lockOf({}, {'node_modules/@s/x': one});
	const before = lock(entry('https://a.test', 'sha512-1'));
	expect(otherSources(before, before)).toEqual([]);
	expect(otherSources(before, lock(entry('https://a.test', 'sha512-2', '1.1.0')))).toEqual([]);
	expect(otherSources(before, lock(entry('https://a.test', 'sha512-2')))).toEqual([
		'@s/x: another digest or address at the same version',
	]);
	expect(otherSources(before, lock({version: '1.0.0', integrity: 'sha512-1'}))).toHaveLength(1);
	expect(otherSources(before, lock(entry('https://b.test', 'sha512-1', '2.0.0')))).toEqual([
		'packages come from https://b.test, which the lock did not name before',
	]);
	expect(otherSources('no json', 'null')).toEqual([]);
});
