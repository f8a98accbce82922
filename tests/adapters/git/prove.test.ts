import {chmodSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {abilitiesOf} from '../../../src/adapters/git/picks.ts';
import type {Change} from '../../../src/domain/change.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';
import {changesOf, fingerprint, open} from './kit.ts';

const RELEASE = {version: '1.0.0', tag: 'v1.0.0'};
const lines = (...texts: (string | number)[]) => `${texts.join('\n')}\n`;

async function proofOf(repo: TempRepo, chosen: (subject: string) => boolean, base = 'main') {
	const repository = await open(repo.root, join(tempFolder(), 'state'));
	const order = await changesOf(repository, base);
	const [from, dev] = [await repository.resolve(base), await repository.resolve('dev')];
	const waits = (change: Change) => change.shipped === undefined && !change.cancelled;
	const picks = order.filter((change) => waits(change) && chosen(change.subject));
	expect(picks.length).toBeGreaterThan(0);
	return {proof: await repository.prove(from, dev, picks, order), repository, picks, order, from, dev};
}

/** Everything that a tree can do, each in a change that needs no other, with a revert pair and a merge among them. */
function everything() {
	const repo = tempRepo();
	const path = (name: string) => join(repo.root, name);
	repo.commit('base', {
		'a.txt': lines(1, 2, 3, 4, 5, 6, 7, 8, 9),
		'old.txt': lines('o', 'l', 'd', 'n', 'a', 'm', 'e'),
		'gone.txt': 'gone\n',
		'run.sh': '#!/bin/sh\n',
		'to-link.txt': 'x\n',
	});
	writeFileSync(path('bin'), Buffer.from([0, 1, 2, 255]));
	repo.commit('binary', {});
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: edit', {'a.txt': lines(1, 'two', 3, 4, 5, 6, 7, 8, 9)});
	writeFileSync(path('bin'), Buffer.from([0, 9, 9, 255]));
	repo.commit('feat: binary', {});
	chmodSync(path('run.sh'), 0o755);
	repo.commit('chore: mode', {});
	repo.git('mv', 'old.txt', 'new.txt');
	repo.commit('refactor: rename', {});
	repo.commit('chore: delete', {'gone.txt': null, 'folder/deep/file.txt': 'f\n'});
	repo.commit('feat: mistake', {'a.txt': lines(1, 'two', 3, 4, 5, 6, 7, 'wrong', 9)});
	repo.git('revert', '--no-edit', 'HEAD');
	rmSync(path('to-link.txt'));
	symlinkSync('a.txt', path('to-link.txt'));
	repo.commit('feat: link', {});
	repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.git('rev-parse', 'main')},module`);
	repo.git('commit', '-q', '-m', 'feat: submodule');
	repo.git('checkout', '-q', '-b', 'topic', 'main');
	repo.commit('one', {'m.txt': 'm\n'});
	repo.commit('two', {'m.txt': 'mm\n', 'n.txt': 'n\n'});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge branch topic', 'topic');
	repo.commit('feat: last', {'a.txt': lines(1, 'two', 3, 4, 5, 'six', 7, 8, 9)});
	return repo;
}

describe('a plan is built both ways', () => {
	test('of every sort of change, each taken alone and each left alone, the two trees are one', async () => {
		const repo = everything();
		const repository = await open(repo.root, join(tempFolder(), 'state'));
		const order = await changesOf(repository);
		const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
		const waiting = order.filter((change) => !change.cancelled);
		expect(order.length - waiting.length).toBe(2);
		for (const one of waiting) {
			for (const picks of [[one], waiting.filter((change) => change !== one)]) {
				const proof = await repository.prove(base, dev, picks, order);
				expect(proof, one.subject).toMatchObject({equal: true, except: []});
				expect(proof.revertsTree).toBe(proof.picksTree);
				expect((await repository.build(base, picks, RELEASE)).tree).toBe(proof.picksTree);
			}
		}
		const whole = await repository.prove(base, dev, waiting, order);
		expect(whole.picksTree).toBe(repo.git('rev-parse', 'dev^{tree}'));
	});

	test('on a base that has moved, by its own change and by one that shipped', async () => {
		const repo = everything();
		repo.git('checkout', '-q', '-f', 'main');
		repo.git('cherry-pick', '-x', 'dev~2');
		repo.commit('fix: only here', {'a.txt': lines(1, 2, 3, 4, 5, 6, 7, 8, 'hot'), 'hot.txt': 'h\n'});
		const {proof, order} = await proofOf(repo, (subject) => /edit|rename|Merge|delete/.test(subject));
		expect(order.filter((change) => change.shipped).length).toBe(1);
		expect(proof).toMatchObject({equal: true, except: []});
		expect(proof.steps).toBeGreaterThan(4);
	});

	test('where the branch holds what no change explains: a merge from the base, mended by hand', async () => {
		const repo = everything();
		repo.git('checkout', '-q', '-f', 'main');
		repo.commit('fix: base', {'base.txt': 'b\n'});
		repo.git('checkout', '-q', 'dev');
		repo.git('merge', '-q', '--no-ff', '--no-commit', 'main');
		repo.commit('Merge branch main into dev', {'by-hand.txt': 'only in the merge\n'});
		const {proof} = await proofOf(repo, (subject) => /edit|last/.test(subject));
		expect(proof).toMatchObject({equal: true, except: []});
	});

	test('beside lines that were changed and changed back by what stays behind, and only together come out', async () => {
		const repo = tempRepo();
		repo.commit('base', {'a.txt': lines(1, 2, 3, 4, 5)});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: there', {'a.txt': lines(1, 'two', 3, 4, 5), 'there.txt': 't\n'});
		repo.commit('chore: elsewhere', {'else.txt': 'e\n'});
		repo.commit('feat: and back', {'a.txt': lines(1, 2, 3, 4, 5), 'back.txt': 'b\n'});
		repo.commit('fix: beside', {'a.txt': lines(1, 2, 'three', 4, 5)});
		const {proof, picks} = await proofOf(repo, (subject) => /beside|elsewhere/.test(subject));
		expect(picks).toHaveLength(2);
		expect(proof).toMatchObject({equal: true, except: []});
	});

	test('where a file went that what stays behind had worked in', async () => {
		const repo = tempRepo();
		repo.commit('base', {'a.txt': lines(1, 2, 3), 'b.txt': 'b\n'});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: there', {'a.txt': lines(1, 'two', 3)});
		repo.commit('feat: and back', {'a.txt': lines(1, 2, 3)});
		repo.commit('feat: on it', {'a.txt': lines(1, 2, 'three')});
		repo.commit('feat: off again', {'a.txt': lines(1, 2, 3)});
		repo.commit('chore: away', {'a.txt': null});
		const {proof} = await proofOf(repo, (subject) => /away/.test(subject));
		expect(proof).toMatchObject({equal: true, except: []});
	});

	test('what a tool makes anew is left out of the comparison, and a manifest is compared by meaning', async () => {
		const repo = tempRepo();
		const packages = (names: string) =>
			`{"dependencies": {${[...names].map((name) => `\n  "${name}": "1"`).join(',')}\n}}\n`;
		repo.commit('base', {'package.json': packages('mz'), 'yarn.lock': 'mz\n'});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: one', {'package.json': packages('mzb'), 'yarn.lock': 'mzb\n', '1': '1\n'});
		repo.commit('feat: two', {'package.json': packages('mzba'), 'yarn.lock': 'mzba\n', '2': '2\n'});
		repo.commit('feat: three', {'package.json': packages('mzbac'), 'yarn.lock': 'mzbac\n', '3': '3\n'});
		const {proof} = await proofOf(repo, (subject) => subject === 'feat: two');
		expect(proof).toMatchObject({equal: true, except: ['package.json', 'yarn.lock']});
	});
});

describe('what is no proof says so', () => {
	function stacked() {
		const repo = tempRepo();
		repo.commit('base', {'x.txt': lines('x1', 2, 3, 4, 5), 'other.txt': 'o\n'});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: up', {'x.txt': lines('x2', 2, 3, 4, 5)});
		repo.commit('feat: down', {'x.txt': lines('x1', 2, 3, 4, 5)});
		repo.commit('feat: up again', {'x.txt': lines('x2', 2, 3, 4, 5)});
		repo.commit('feat: sits on it', {'x.txt': lines('x2', 'two', 3, 4, 5)});
		return repo;
	}

	test('a selection that is not closed applies by chance and gives two trees: the paths and what works there are named', async () => {
		const {proof, order} = await proofOf(stacked(), (subject) => subject === 'feat: up again');
		expect(proof.equal).toBe(false);
		expect(proof.why ?? proof.differs?.join()).toContain('x.txt');
		const before = order.slice(0, 2).map(({oid}) => oid);
		expect(before).toContain(proof.entangled?.[0]);
	});

	test('what does not come out alone is named with its path', async () => {
		const repo = stacked();
		repo.commit('feat: below', {'x.txt': lines('x2', 'two', 'three', 4, 5)});
		const {proof} = await proofOf(repo, (subject) => subject === 'feat: below');
		expect(proof).toMatchObject({equal: false, why: expect.stringMatching(/x\.txt/)});
		expect(proof.revertsTree).toBeUndefined();
	});

	test('of more changes than are built both ways, only that they apply is known', async () => {
		const repo = stacked();
		const repository = await open(repo.root, join(tempFolder(), 'state'));
		const [one] = await changesOf(repository);
		if (one === undefined) throw new Error('no change');
		const many = Array.from({length: 1001}, () => one);
		const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
		const proof = await repository.prove(base, dev, [one], many);
		expect(proof).toMatchObject({picksTree: one.tree, equal: false, why: expect.stringContaining('1001 changes')});
	});

	test('nothing of the repository changes by it', async () => {
		const repo = stacked();
		const before = fingerprint(repo.root);
		await proofOf(repo, () => true);
		expect(fingerprint(repo.root)).toEqual(before);
	});
});

test('a file whose name is no UTF-8 comes out as any other', async () => {
	const repo = tempRepo();
	const path = Buffer.concat([Buffer.from(`${repo.root}/n`), Buffer.from([0xe9]), Buffer.from('.txt')]);
	const commit = (subject: string, second: string) => {
		writeFileSync(path, lines(1, second, 3, 4, 5));
		repo.commit(subject, {});
	};
	commit('base', 'b');
	repo.git('checkout', '-q', '-b', 'dev');
	commit('feat: one', 'B');
	commit('fix: two', 'BB');
	commit('chore: as it was', 'b');
	commit('feat: keep', 'b2');
	expect((await proofOf(repo, (subject) => subject === 'feat: keep')).proof).toMatchObject({equal: true, except: []});
});

test('what git can do goes by its version', () => {
	expect(abilitiesOf([2, 39])).toEqual({saysBase: false, takesTrees: false, flushes: false});
	expect(abilitiesOf([2, 40])).toEqual({saysBase: true, takesTrees: false, flushes: false});
	expect(abilitiesOf([2, 45])).toEqual({saysBase: true, takesTrees: true, flushes: false});
	expect(abilitiesOf([3, 0])).toEqual({saysBase: true, takesTrees: true, flushes: true});
});
