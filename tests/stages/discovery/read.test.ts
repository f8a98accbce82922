import {expect, test} from 'vitest';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {readBranch} from '../../../src/stages/discovery/read.ts';
import {tempRepo} from '../../kit/temp.ts';

test('of a branch of another history nothing waits', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const one = repo.commit('feat: one', {'b.txt': '1\n'});
	repo.git('checkout', '-q', '--orphan', 'other');
	repo.commit('feat: elsewhere', {});
	const repository = await openRepository(repo.root, {clock: systemClock});
	const read = async (name: string) => {
		const [base, dev] = await Promise.all(['main', name].map((ref) => repository.resolve(ref)));
		if (!base || !dev) throw new Error('no such branch');
		return readBranch(repository, {base: {name: 'main', oid: base}, dev: {name, oid: dev}});
	};
	expect(await read('other')).toEqual({common: undefined, changes: []});
	expect((await read('dev')).changes.map(({oid}) => oid)).toEqual([one]);
});
