// Room: tests. What changes rest on where a merge was looked into, so that they stand on lines of their own.

import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {type TempRepo, tempRepo} from '../../kit/temp.ts';
import {changesOf, open} from './kit.ts';

const many = Array.from({length: 20}, (_, n) => n);
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const TEN = Array.from({length: 10}, (_, n) => `line ${n}`);
const swapped = (at: number, by: string, of: readonly string[] = TEN) => of.map((line, n) => (n === at ? by : line));

/** `subject → kind subject` of every need by lines, one per line of the answer. */
async function needsIn(repo: TempRepo): Promise<{needs: string[]; subjects: string[]}> {
	const repository = await open(repo.root);
	const changes = await changesOf(repository, 'live', 'main');
	const graph = await repository.dependencies(
		await repository.resolve('live'),
		await repository.resolve('main'),
		changes,
	);
	const subjects = new Map(changes.map(({oid, subject}) => [oid, subject]));
	const needs = changes.flatMap(({oid, subject}) =>
		graph
			.needs(oid)
			.map(({kind, to, why}) => `${subject} → ${kind} ${subjects.get(to)}, ${why.path}:${why.line ?? ''}`),
	);
	return {needs, subjects: [...subjects.values()]};
}

function started(): TempRepo {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': text(TEN), 'b.txt': '1\n'});
	repo.git('branch', 'live');
	repo.git('checkout', '-q', '-b', 'develop');
	return repo;
}

/** As many commits as make a merge a development branch's, in one process. */
const filler = (repo: TempRepo) => {
	const commits = many.map((n) => {
		const message = `feat: number ${n}`;
		const head = `commit refs/heads/develop\ncommitter Test <test@example.com> ${1_767_700_000 + n} +0000\n`;
		const from = n === 0 ? `from ${repo.git('rev-parse', 'develop')}\n` : '';
		return `${head}data ${message.length}\n${message}\n${from}M 100644 inline f${n}.txt\ndata <<END\n${n}\nEND\n\n`;
	});
	execFileSync('git', ['fast-import', '--quiet', '--force'], {cwd: repo.root, input: commits.join('')});
	repo.git('reset', '-q', '--hard');
};
const bring = (repo: TempRepo) => {
	repo.git('checkout', '-q', 'main');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'develop'", 'develop');
};

test('work on main behind a merged development branch needs what that branch brought', async () => {
	const repo = started();
	repo.commit('feat: first', {'a.txt': text(swapped(2, 'first'))});
	filler(repo);
	bring(repo);
	repo.commit('fix: second', {'a.txt': text(swapped(2, 'second')), 'f3.txt': 'three\n'});
	const {needs, subjects} = await needsIn(repo);
	expect(subjects).toHaveLength(22);
	expect(needs).toEqual(['fix: second → file feat: number 3, f3.txt:', 'fix: second → edit feat: first, a.txt:3']);
});

test('lines are found where picking one after the other puts them, not where they stood on their own branch', async () => {
	const repo = started();
	repo.commit('feat: first', {'a.txt': text(swapped(8, 'first'))});
	repo.commit('fix: again', {'a.txt': text(swapped(8, 'again'))});
	filler(repo);
	repo.git('checkout', '-q', 'main');
	const top = ['one', 'two', 'three', ...TEN];
	repo.commit('feat: above', {'a.txt': text(top)});
	bring(repo);
	repo.commit('fix: last', {'a.txt': text(swapped(11, 'last', top))});
	repo.commit('docs: above again', {'a.txt': text(['ONE', ...swapped(11, 'last', top).slice(1)])});
	const {needs, subjects} = await needsIn(repo);
	expect(subjects.slice(0, 3)).toEqual(['feat: above', 'feat: first', 'fix: again']);
	expect(needs).toEqual([
		'fix: again → edit feat: first, a.txt:12',
		'fix: last → edit fix: again, a.txt:12',
		'fix: last → touch feat: first, a.txt:12',
		'docs: above again → edit feat: above, a.txt:1',
	]);
});

test('what the base brought in between belongs to nobody', async () => {
	const repo = started();
	repo.commit('feat: first', {'a.txt': text(swapped(2, 'first'))});
	filler(repo);
	bring(repo);
	repo.git('checkout', '-q', 'live');
	repo.commit('hotfix', {'b.txt': '2\n'});
	repo.git('checkout', '-q', 'main');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'live'", 'live');
	repo.commit('fix: second', {'a.txt': text(swapped(2, 'second')), 'b.txt': '3\n'});
	const {needs} = await needsIn(repo);
	expect(needs).toEqual(['fix: second → edit feat: first, a.txt:3']);
});
