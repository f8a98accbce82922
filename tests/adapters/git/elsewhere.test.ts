// Room: tests. What other lines of releases took already: found where it is true, and not where only words say so.

import {expect, test} from 'vitest';
import {tempRepo} from '../../kit/temp.ts';
import {changesOf, open} from './kit.ts';

async function takenIn(root: string) {
	const repository = await open(root);
	const changes = await changesOf(repository);
	const found = await repository.elsewhere(await repository.resolve('main'), await repository.resolve('dev'), changes);
	const taken = changes.flatMap(({oid, subject}) => (found.taken.has(oid) ? [[subject, found.taken.get(oid)]] : []));
	return {taken: Object.fromEntries(taken), before: found.before};
}

test('picks on branches and tags that are called like releases count, whatever shows them', async () => {
	const {root, git, commit} = tempRepo();
	const base = commit('feat: base', {'a.txt': '1\n'});
	git('checkout', '-q', '-b', 'dev');
	const trailer = commit('fix: by trailer', {'trailer.txt': '1\n'});
	const same = commit('fix: as it was', {'same.txt': '1\n'});
	commit('fix: by title (#12)', {'title.txt': '1\n', 'package-lock.json': '{}\n'});
	commit('fix: nowhere', {'nowhere.txt': '1\n'});
	expect((await takenIn(root)).taken).toEqual({});

	git('checkout', '-q', '-b', '1.2.x', base);
	git('cherry-pick', '-x', trailer);
	git('tag', 'v1.2.3');
	git('checkout', '-q', '-b', 'release/2', base);
	git('cherry-pick', same);
	const at = Number(git('log', '-1', '--format=%ct'));
	commit('fix: by title (#15)', {'title.txt': '2\n'}, {author: 'Backport <bot@example.com>'});
	// Something that is no commit may be tagged as well.
	git('tag', 'v0.0.1', `${base}^{tree}`);
	const {taken, before} = await takenIn(root);
	expect(Object.keys(taken).sort()).toEqual(['fix: as it was', 'fix: by title (#12)', 'fix: by trailer']);
	expect(taken['fix: as it was']).toEqual({times: 1, first: at});
	expect(before).toBe(Number(git('log', '-1', '--format=%ct', 'main')));
});

test('words alone prove nothing, and a work branch is no line of releases', async () => {
	const {root, git, commit} = tempRepo();
	const base = commit('feat: base', {'a.txt': '1\n'});
	git('checkout', '-q', '-b', 'dev');
	const claimed = commit('fix: claimed', {'claimed.txt': '1\n'});
	const work = commit('fix: still in work', {'work.txt': '1\n'});
	commit('fix: the title of another', {'mine.txt': '1\n'}, {body: `(cherry picked from commit ${base})`});
	git('checkout', '-q', '-b', '1.x', base);
	commit(
		'chore: something else',
		{'else.txt': '1\n'},
		{body: `(cherry picked from commit ${claimed})`, author: 'Else <else@example.com>'},
	);
	commit('fix: the title of another', {'theirs.txt': '1\n'}, {author: 'Else <else@example.com>'});
	git('checkout', '-q', '-b', 'renovate/thing-1.2.3', base);
	git('cherry-pick', work);
	expect((await takenIn(root)).taken).toEqual({});
});
