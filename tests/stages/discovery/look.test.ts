// Room: tests. What a detector is told about the files around a change is what git says, however much of it is remembered.

import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import type {Change} from '../../../src/domain/change.ts';
import type {FileAt} from '../../../src/ports/repository.ts';
import {looker} from '../../../src/stages/discovery/look.ts';
import {fakeClock} from '../../kit/clock.ts';
import {tempRepo} from '../../kit/temp.ts';

async function history() {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n', 'x/b.txt': '1\n'.repeat(9), 'x/c.txt': 'c\n'});
	repo.git('switch', '-c', 'dev');
	repo.commit('one', {'a.txt': '2\n'});
	repo.commit('two', {'x/d.txt': 'd\n'});
	repo.git('mv', 'x/b.txt', 'y.txt');
	repo.commit('three', {'x/c.txt': null});
	repo.commit('four', {'a.txt': '3\n', 'x/b.txt': 'again\n'});
	repo.commit('five', {'a.txt': null});
	const repository = await openRepository(repo.root, {
		clock: fakeClock(),
		stateFolder: () => join(repo.root, '.orchestra'),
	});
	const changes: Change[] = [];
	for await (const change of repository.changes(await repository.resolve('main'), await repository.resolve('dev')))
		changes.push(change);
	return {repository, changes};
}
const PATHS = ['a.txt', 'x/b.txt', 'x/c.txt', 'x/d.txt', 'y.txt', 'absent'];

test.each(['in order', 'backwards', 'with gaps'])('contents and lists are those of git, asked %s', async (how) => {
	const {repository, changes} = await history();
	const known = how === 'with gaps' ? changes.filter((_, i) => i !== 2) : changes;
	const look = looker(repository, known);
	for (const change of how === 'backwards' ? [...known].reverse() : known) {
		const {before, after, list} = look(change);
		for (const path of PATHS) {
			expect(await before(path), `before ${change.subject}: ${path}`).toBe(await repository.file(change.parent, path));
			expect(await after(path), `after ${change.subject}: ${path}`).toBe(await repository.file(change.oid, path));
		}
		for (const folder of ['', 'x', 'absent'])
			expect(await list(folder)).toEqual(await repository.paths(change.oid, folder));
	}
});

test('what is asked at once is read at once, and what no change touched is read once', async () => {
	const {repository, changes} = await history();
	const reads: FileAt[][] = [];
	const counted = {
		paths: repository.paths,
		files: (wanted: readonly FileAt[]) => {
			reads.push([...wanted]);
			return repository.files(wanted);
		},
	};
	const look = looker(counted, changes);
	for (const change of changes) await Promise.all(PATHS.map((path) => look(change).after(path)));
	const [first, ...rest] = reads;
	expect(first).toHaveLength(PATHS.length);
	// Two new versions of a.txt, its end, the new d.txt, and b, c and y that moved, went and came back.
	expect(
		rest
			.flat()
			.map(({path}) => path)
			.sort(),
	).toEqual(['a.txt', 'a.txt', 'x/b.txt', 'x/b.txt', 'x/c.txt', 'x/d.txt', 'y.txt']);
});

test('who asks is told when git cannot answer', async () => {
	const {changes} = await history();
	const look = looker({paths: async () => [], files: async () => Promise.reject(new Error('gone'))}, changes);
	const [first] = changes;
	await expect(first && look(first).after('a.txt')).rejects.toThrow('gone');
});
