import {expect, test} from 'vitest';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import type {Change} from '../../../src/domain/change.ts';
import {pairUnnamed} from '../../../src/stages/discovery/undone.ts';
import {fakeClock} from '../../kit/clock.ts';
import {tempRepo} from '../../kit/temp.ts';

test('a revert that names nothing is found by its lines, in whole and in part', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n', 'b.txt': '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const lines = (...words: string[]) => `${words.join('\n')}\n`;
	const whole = repo.commit('Fix the exposure', {'a.txt': lines('one', 'two', 'three', 'four'), 'n.txt': 'new\n'});
	repo.commit('between', {'a.txt': lines('zero', 'one', 'two', 'three', 'four')});
	repo.commit('Revert unintended exposure', {'a.txt': lines('zero', '1'), 'n.txt': null});
	const part = repo.commit('feat: two things', {'b.txt': lines('left', 'right'), 'c.txt': lines('c1', 'c2')});
	repo.commit('roll back the left and right', {'b.txt': lines('1')});
	repo.commit('explain undo', {'b.txt': lines('1', 'undo: takes back')});
	const repository = await openRepository(repo.root, {clock: fakeClock()});
	const found: Change[] = [];
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	for await (const change of repository.changes(base, dev)) found.push(change);
	const changes = await pairUnnamed(repository, found);
	expect(changes.map((change) => [change.subject, change.reverts, change.cancelled])).toEqual([
		['Fix the exposure', undefined, true],
		['between', undefined, false],
		['Revert unintended exposure', whole, true],
		['feat: two things', undefined, false],
		['roll back the left and right', part, false],
		['explain undo', undefined, false],
	]);
});
