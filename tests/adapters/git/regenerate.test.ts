import {chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {strangeMarkers} from '../../../src/adapters/git/regenerate.ts';
import {type TempRepo, tempRepo} from '../../kit/temp.ts';
import {changesOf, oid, open} from './kit.ts';

const RELEASE = {version: '1.0.0', tag: 'v1.0.0'};
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (dependencies: Record<string, string>) => json({name: 'app', version: '1.0.0', dependencies});
const lock = (packages: Record<string, string>) =>
	json({lockfileVersion: 3, packages: Object.fromEntries(Object.entries(packages).map(([k, v]) => [k, {version: v}]))});

async function pickLast(repo: TempRepo) {
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const last = context.slice(-1);
	const simulation = await repository.simulate(base, last, context);
	const file = async (at: string, path: string) => repository.file(oid(at), path);
	return {repository, context, base, last, simulation, file};
}

/** dev: one change, then another next to it; only the last is taken. */
function neighbours(files: (step: 0 | 1 | 2) => Record<string, string>) {
	const repo = tempRepo();
	repo.commit('base', files(0));
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: first', files(1));
	repo.commit('feat: second', files(2));
	return repo;
}

describe('conflicts that contradict nothing', () => {
	test('a package next to one that stays behind: manifest and lock go by key, and only the lock wants making anew', async () => {
		const steps = [{m: '1.0.0'}, {b: '1.0.0', m: '1.0.0'}, {b: '1.0.0', c: '1.0.0', m: '1.0.0'}] as const;
		const repo = neighbours((step) => ({
			'package.json': manifest(steps[step] as Record<string, string>),
			'package-lock.json': lock(steps[step] as Record<string, string>),
			[`src/${step}.js`]: `${step}\n`,
		}));
		const {repository, simulation, base, last, file} = await pickLast(repo);
		expect(simulation).toMatchObject({applies: true, regenerate: ['package-lock.json']});
		const built = await repository.build(base, last, RELEASE);
		expect(built).toMatchObject({tree: simulation.tree, regenerate: ['package-lock.json']});
		expect(await file(built.commit, 'package.json')).toBe(manifest({c: '1.0.0', m: '1.0.0'}));
		expect(await file(built.commit, 'package-lock.json')).toBe(lock({c: '1.0.0', m: '1.0.0'}));
		expect(await file(built.commit, 'src/2.js')).toBe('2\n');
		expect(await file(built.commit, 'src/1.js')).toBeUndefined();
		await repository.publish(built.commit);
		repo.git('fsck', '--strict');
	});

	test('another lock, a changelog and a snapshot stay as on the base and are named', async () => {
		const repo = neighbours((step) => ({
			'yarn.lock': `a@1:\n  v${step}\n`,
			'CHANGELOG.md': `# ${step}\n`,
			'deep/er/__snapshots__/x.snap': `exports = ${step}\n`,
			'src/app.js': `one\n`,
			[`src/${step}.js`]: `${step}\n`,
		}));
		const {repository, simulation, base, last, file} = await pickLast(repo);
		expect(simulation.regenerate).toEqual(['CHANGELOG.md', 'deep/er/__snapshots__/x.snap', 'yarn.lock']);
		const built = await repository.build(base, last, RELEASE);
		for (const path of simulation.regenerate ?? []) expect(await file(built.commit, path)).toBe(await file(base, path));
	});

	test('a lock that the base does not have stays away, and one that the change deletes goes', async () => {
		const repo = tempRepo();
		repo.commit('base', {'Cargo.lock': 'a\n', 'a.txt': 'a\n'});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('chore: locks', {'yarn.lock': '1\n', 'Cargo.lock': 'b\n'});
		repo.commit('chore: again', {'yarn.lock': '2\n', 'Cargo.lock': null, 'b.txt': 'quite another\n'});
		const {repository, base, last, file} = await pickLast(repo);
		const built = await repository.build(base, last, RELEASE);
		expect(built.regenerate).toEqual(['Cargo.lock', 'yarn.lock']);
		expect(await repository.paths(built.commit, '')).toEqual(['a.txt', 'b.txt']);
		expect(await file(built.commit, 'b.txt')).toBe('quite another\n');
	});

	test('one real conflict beside them, and nothing is settled', async () => {
		const repo = neighbours((step) => ({'yarn.lock': `v${step}\n`, 'a.js': `${step}\n`}));
		const {simulation} = await pickLast(repo);
		expect(simulation).toMatchObject({applies: false});
		expect(simulation.conflicts[0]?.paths.toSorted()).toEqual(['a.js', 'yarn.lock']);
		expect(simulation.regenerate).toBeUndefined();
	});

	test('a value that both changed, a manifest that is no JSON, and a lock that is a link on one side are conflicts', async () => {
		const value = neighbours((step) => ({'package.json': manifest({a: `${step}.0.0`})}));
		expect((await pickLast(value)).simulation.applies).toBe(false);
		const broken = neighbours((step) => ({'package.json': `{"a": ${step},}\n`}));
		expect((await pickLast(broken)).simulation.applies).toBe(false);

		const link = tempRepo();
		link.commit('base', {'yarn.lock': '0\n', 'else.lock': 'x\n'});
		link.git('checkout', '-q', '-b', 'dev');
		link.commit('one', {'yarn.lock': '1\n'});
		rmSync(join(link.root, 'yarn.lock'));
		symlinkSync('else.lock', join(link.root, 'yarn.lock'));
		link.commit('two', {});
		expect((await pickLast(link)).simulation.applies).toBe(false);
	});

	test('the executable bit and names of any bytes beside a settled file survive', async () => {
		const repo = tempRepo();
		const odd = Buffer.concat([Buffer.from(`${repo.root}/src/`), Buffer.from([0x66, 0xff, 0xfe])]);
		mkdirSync(join(repo.root, 'src'));
		writeFileSync(odd, 'odd\n');
		repo.commit('base', {'src/yarn.lock': '0\n', 'src/run.sh': '#!/bin/sh\n', 'src.txt': 's\n', 'src-a/x': 'x\n'});
		chmodSync(join(repo.root, 'src/yarn.lock'), 0o755);
		repo.commit('mode', {});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('one', {'src/yarn.lock': '1\n'});
		repo.commit('two', {'src/yarn.lock': '2\n', 'src/a.txt': 'a\n'});
		const {repository, base, last} = await pickLast(repo);
		const built = await repository.build(base, last, RELEASE);
		await repository.publish(built.commit);
		repo.git('fsck', '--strict');
		expect(repo.git('diff', '--raw', '--abbrev=4', 'main', built.commit)).toMatch(
			/^:000000 100644 0000 \w+ A\tsrc\/a\.txt$/,
		);
	});
});

describe('conflict markers', () => {
	const MARKED = '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n';

	test('are strange only when no source has the very line', () => {
		expect(strangeMarkers(`x\n${MARKED}`, [`y\n${MARKED}`])).toEqual([]);
		expect(strangeMarkers(`<<<<<<< 1234\n`, [MARKED])).toEqual(['<<<<<<< 1234']);
		expect(strangeMarkers('<<<<<<<< not seven\n<<<<<<<x\n', [])).toEqual([]);
	});

	test('that an author wrote, in a text about them or in a lock, pass', async () => {
		const repo = neighbours((step) => ({
			'docs/merging.md': `How to merge, part ${step}\n\n${MARKED}`,
			'CHANGELOG.md': `${step}\n${MARKED}`,
			[`${step}.txt`]: 'x\n',
		}));
		const repository = await open(repo.root);
		const context = await changesOf(repository);
		const base = await repository.resolve('main');
		const built = await repository.build(base, context, RELEASE);
		expect(await repository.file(built.commit, 'docs/merging.md')).toContain(MARKED);
	});

	test('of a merge are in no built file, whatever was settled', async () => {
		const repo = neighbours((step) => ({'yarn.lock': `v${step}\n${MARKED}`, [`${step}.txt`]: 'x\n'}));
		const {repository, base, last, file} = await pickLast(repo);
		const built = await repository.build(base, last, RELEASE);
		expect(await file(built.commit, 'yarn.lock')).toBe(`v0\n${MARKED}`);
	});
});
