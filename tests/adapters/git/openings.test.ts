import {expect, test} from 'vitest';
import {type TempRepo, tempRepo} from '../../kit/temp.ts';
import {changesOf, open} from './kit.ts';

const COMMITS = 18;

/** `live` is what users have; main gets a whole development branch by one merge. */
function released(more: {onMain?: (repo: TempRepo) => void; merge?: (repo: TempRepo) => void} = {}) {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n', 'b.txt': '1\n'});
	repo.git('branch', 'live');
	repo.git('checkout', '-q', '-b', 'dev');
	const oids = Array.from({length: COMMITS}, (_, n) => repo.commit(`feat: number ${n}`, {[`f${n}.txt`]: `${n}\n`}));
	repo.git('checkout', '-q', 'main');
	more.onMain?.(repo);
	const merge = more.merge ?? (() => repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'dev'", 'dev'));
	merge(repo);
	return {repo, oids};
}

test('a merge that only says that dev is the state of things is looked into', async () => {
	const {repo, oids} = released();
	const repository = await open(repo.root);
	const changes = await changesOf(repository, 'live', 'main');
	expect(changes.map((change) => change.oid)).toEqual(oids);
	expect(changes[0]?.files).toEqual([{path: 'f0.txt', status: 'added'}]);
	const tip = await repository.resolve('main');
	const simulation = await repository.simulate(await repository.resolve('live'), changes, changes);
	expect(simulation.tree).toBe(repo.git('rev-parse', `${tip}^{tree}`));
});

test('so is one into a main with changes of its own, when all units together come to its tree', async () => {
	const {repo, oids} = released({onMain: (r) => void r.commit('fix: on main', {'b.txt': '2\n'})});
	const repository = await open(repo.root);
	const changes = await changesOf(repository, 'live', 'main');
	expect(changes.map((change) => change.subject)).toEqual(['fix: on main', ...oids.map((_, n) => `feat: number ${n}`)]);
	const simulation = await repository.simulate(await repository.resolve('live'), changes, changes);
	expect(simulation.conflicts).toEqual([]);
	expect(simulation.tree).toBe(repo.git('rev-parse', 'main^{tree}'));
	expect(await changesOf(await open(repo.root), 'live', 'main')).toEqual(changes);
});

test('a merge in which somebody did more than merging stays one piece', async () => {
	const {repo} = released({
		onMain: (r) => void r.commit('fix: on main', {'b.txt': '2\n'}),
		merge: (r) => {
			r.git('merge', '-q', '--no-ff', '--no-commit', 'dev');
			r.commit("Merge branch 'dev'", {'a.txt': 'resolved by hand\n'});
		},
	});
	const changes = await changesOf(await open(repo.root), 'live', 'main');
	expect(changes.map((change) => change.form)).toEqual(['commit', 'merge']);
	expect(changes[1]?.subject).toBe('feat: number 0 and 17 more from dev');
});

test('a pull request of many commits is one piece of work, and so is a small merge of dev', async () => {
	const {repo} = released({
		merge: (r) =>
			void r.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #7 from me/topic\n\nThe big one', 'dev'),
	});
	const changes = await changesOf(await open(repo.root), 'live', 'main');
	expect(changes.map((change) => change.subject)).toEqual(['The big one']);
});
