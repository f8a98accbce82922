// Room: tests. Files asked for one after the other come from processes that stay, and are what git has.

import {expect, test} from 'vitest';
import {readFiles} from '../../../src/adapters/git/contents.ts';
import {findPlace} from '../../../src/adapters/git/place.ts';
import {openView} from '../../../src/adapters/git/view.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';
import {oid} from './kit.ts';

async function viewOf(root: string) {
	const view = await openView(await findPlace(root), tempFolder());
	let started = 0;
	const counting: typeof view = {
		...view,
		get prefix() {
			started++;
			return view.prefix;
		},
	};
	return {view: counting, started: () => started};
}

test('many questions, two processes: every answer belongs to its question, also when they are asked at once', async () => {
	const repo = tempRepo();
	const big = `${'a line that makes it longer than a pipe holds\n'.repeat(4000)}end`;
	const head = oid(
		repo.commit('feat: files', {'a b.txt': 'one\n', 'd/big.txt': big, 'empty.txt': '', 'zero.bin': 'x\0y'}),
	);
	const {view, started} = await viewOf(repo.root);
	const ask = (...paths: string[]) =>
		readFiles(
			view,
			paths.map((path) => ({at: head, path})),
		);
	const answers = await Promise.all([
		ask('a b.txt', 'none.txt', 'd/big.txt'),
		ask('d', 'empty.txt', 'zero.bin'),
		ask('none.txt'),
		ask('d/big.txt', 'a b.txt', 'a b.txt'),
	]);
	expect(answers).toEqual([
		['one\n', undefined, big],
		[undefined, '', undefined],
		[undefined],
		[big, 'one\n', 'one\n'],
	]);
	for (let i = 0; i < 20; i++) expect(await ask('a b.txt')).toEqual(['one\n']);
	expect(started()).toBe(2);
});

test('what was committed after the first question is found as well', async () => {
	const repo = tempRepo();
	const first = oid(repo.commit('feat: one', {'a.txt': 'one\n'}));
	const {view} = await viewOf(repo.root);
	expect(await readFiles(view, [{at: first, path: 'a.txt'}])).toEqual(['one\n']);
	const second = oid(repo.commit('feat: two', {'a.txt': 'two\n'}));
	expect(await readFiles(view, [{at: second, path: 'a.txt'}])).toEqual(['two\n']);
});

test('where the processes cannot stay, fresh ones answer the same', async () => {
	const repo = tempRepo();
	const head = oid(repo.commit('feat: files', {'a.txt': 'one\n'}));
	const {view} = await viewOf(repo.root);
	const broken = {...view, git: '/nowhere/git'};
	expect(await readFiles(broken, [{at: head, path: 'a.txt'}])).toEqual(['one\n']);
});

test('a name that git would read as another is not asked for', async () => {
	const repo = tempRepo();
	const at = oid(repo.commit('base', {'a.sql': 'one\n', 'a.sql\r': 'two\n'}));
	const {view} = await viewOf(repo.root);
	const wanted = ['a.sql\r', 'a.sql'].map((path) => ({at, path}));
	expect(await readFiles(view, wanted)).toEqual([undefined, 'one\n']);
});
