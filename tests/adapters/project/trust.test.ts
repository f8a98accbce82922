// Room: tests. Trust in exactly these bytes, kept where no repository can write.

import {chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openTrustStore, trustFolder, trustHash} from '../../../src/adapters/project/trust.ts';
import type {Project} from '../../../src/domain/project.ts';
import {checkProject} from '../../../src/domain/project-schema.ts';
import {tempFolder} from '../../kit/temp.ts';

function project(document: object): Project {
	const checked = checkProject(document, 'x');
	if (!checked.ok) throw new Error(checked.problems.join('\n'));
	return checked.value;
}
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('every byte that decides what runs changes the hash', () => {
	const root = tempFolder();
	const base = {commands: {build: 'make', start: './app', test: {unit: 'make test'}}, env: {A: '1'}, envFile: '.env'};
	const seen = new Set([trustHash(root, project(base))]);
	const changes = [
		{...base, commands: {...base.commands, build: 'make '}},
		{...base, commands: {...base.commands, install: 'x'}},
		{...base, commands: {...base.commands, start: './app2'}},
		{...base, commands: {...base.commands, migrate: 'x'}},
		{...base, commands: {...base.commands, test: {unit: 'make test', more: 'x'}}},
		{...base, commands: {...base.commands, test: {other: 'make test'}}},
		{...base, env: {A: '2'}},
		{...base, env: {A: '1', PYTHONSTARTUP: './x.py'}},
		{...base, envFile: 'other.env'},
		{...base, health: {path: '/other'}},
		{...base, target: 'other'},
		{...base, regenerate: {'a.gen.ts': 'make gen'}},
		{...base, regenerate: {'a.gen.ts': false}},
	];
	for (const change of changes) {
		const hash = trustHash(root, project(change));
		expect(hash).toMatch(/^[0-9a-f]{64}$/);
		seen.add(hash);
	}
	seen.add(trustHash(tempFolder(), project(base)));
	expect(seen.size).toBe(changes.length + 2);
});

test('what runs nothing, and the order of keys, do not change it; a link to the repository is the repository', () => {
	const root = tempFolder();
	const other = tempFolder();
	symlinkSync(root, join(other, 'link'));
	const one = project({commands: {build: 'b', test: {a: 'x', b: 'y'}}, env: {A: '1', B: '2'}, port: 1});
	const two = project({port: 2, env: {B: '2', A: '1'}, commands: {test: {b: 'y', a: 'x'}, build: 'b'}, name: 'n'});
	expect(trustHash(root, two)).toBe(trustHash(root, one));
	expect(trustHash(join(other, 'link'), one)).toBe(trustHash(root, one));
});

test('what was trusted is trusted in the next process, and nothing else', async () => {
	const folder = join(tempFolder(), 'state', 'orchestra');
	await openTrustStore({folder}).trust(A);
	expect(await openTrustStore({folder}).isTrusted(A)).toBe(true);
	expect(await openTrustStore({folder}).isTrusted(B)).toBe(false);
	expect(await openTrustStore({folder, uid: 12_345}).isTrusted(A)).toBe(false);
	expect(statSync(folder).mode & 0o777).toBe(0o700);
	expect(statSync(join(folder, 'trust.json')).mode & 0o777).toBe(0o600);
});

test('two answers at once are both kept', async () => {
	const store = openTrustStore({folder: tempFolder()});
	await Promise.all([store.trust(A), store.trust(B), store.trust(A)]);
	expect(await Promise.all([store.isTrusted(A), store.isTrusted(B)])).toEqual([true, true]);
});

test('a damaged file means that nothing is trusted, and trusting again mends it', async () => {
	const folder = tempFolder();
	const file = join(folder, 'trust.json');
	const store = openTrustStore({folder});
	await store.trust(A);
	for (const text of [
		'',
		'{',
		'null',
		'[]',
		'{"trusted": 3}',
		`{"trusted": [3, "${A}", "0:zz"]}`,
		'\0\0',
		readFileSync(file, 'utf8').slice(0, 60),
	]) {
		writeFileSync(file, text, {mode: 0o600});
		expect(await store.isTrusted(A), text).toBe(false);
	}
	await store.trust(B);
	expect(await store.isTrusted(B)).toBe(true);
});

test('a file or folder that others may write, or a link, is not believed', async () => {
	const folder = join(tempFolder(), 'orchestra');
	const store = openTrustStore({folder});
	await store.trust(A);
	const file = join(folder, 'trust.json');
	chmodSync(file, 0o622);
	expect(await store.isTrusted(A)).toBe(false);
	chmodSync(file, 0o600);
	chmodSync(folder, 0o777);
	expect(await store.isTrusted(A)).toBe(false);
	chmodSync(folder, 0o700);
	expect(await store.isTrusted(A)).toBe(true);
	const linked = join(tempFolder(), 'linked');
	mkdirSync(linked);
	symlinkSync(file, join(linked, 'trust.json'));
	expect(await openTrustStore({folder: linked}).isTrusted(A)).toBe(false);
});

test('the state folder follows XDG_STATE_HOME unless that is relative', () => {
	expect(trustFolder({XDG_STATE_HOME: '/x/state'})).toBe('/x/state/orchestra');
	expect(trustFolder({XDG_STATE_HOME: 'state'})).toMatch(/\.local\/state\/orchestra$/);
	expect(trustFolder({})).toMatch(/\.local\/state\/orchestra$/);
});

test('what is no hash can be neither trusted nor asked for', async () => {
	const store = openTrustStore({folder: tempFolder()});
	await expect(store.trust('x')).rejects.toThrow('not a trust hash');
	expect(await store.isTrusted('')).toBe(false);
});

test('a file that allows a model by itself is another file; what costs nothing to switch off is not', () => {
	const root = tempFolder();
	const hash = (ai: object) => trustHash(root, project({ai}));
	expect(hash({enabled: 'off'})).toBe(hash({}));
	expect(hash({enabled: 'on'})).not.toBe(hash({}));
	expect(hash({enabled: 'on', caps: {perDay: 1000}})).not.toBe(hash({enabled: 'on'}));
});
