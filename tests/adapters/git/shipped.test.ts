import {expect, test} from 'vitest';
import {tempRepo} from '../../kit/temp.ts';
import {all, oid, open} from './kit.ts';

/** Twenty lines, of which the given ones are replaced. */
const lines = (with_: Record<number, string> = {}) =>
	Array.from({length: 20}, (_, i) => `${with_[i] ?? `line ${i}`}\n`).join('');

function started() {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': lines(), 'b.txt': lines()});
	repo.git('checkout', '-q', '-b', 'dev');
	return repo;
}

async function scanOf(root: string) {
	const repository = await open(root);
	const scan = repository.scan(await repository.resolve('main'), await repository.resolve('dev'));
	const read = (await all(scan.changes)).map((change) => ({
		subject: change.subject,
		how: change.shipped?.how,
		open: scan.isOpen(change.oid),
	}));
	const settled = await scan.settled();
	return {read, settled, hows: settled.map((change) => [change.subject, change.shipped?.how])};
}

test('the same blobs tell at once; where the file has moved on, the list does not wait for its lines', async () => {
	const repo = started();
	const same = repo.commit('fix: same', {'b.txt': lines({5: 'fixed'})});
	const moved = repo.commit('fix: moved', {'a.txt': lines({5: 'fixed'})});
	repo.commit('feat: waits', {'a.txt': lines({5: 'fixed', 12: 'more'})});
	repo.git('checkout', '-q', 'main');
	repo.commit('top', {'a.txt': `first of all\n${lines()}`});
	for (const one of [same, moved]) {
		repo.git('cherry-pick', '--no-commit', one);
		repo.git('commit', '-q', '-m', `picked by hand, ${one.slice(0, 7)}`, '--date', '2026-02-02T00:00:00Z');
	}
	const {read, hows} = await scanOf(repo.root);
	expect(read).toEqual([
		{subject: 'fix: same', how: 'patch-id', open: false},
		{subject: 'fix: moved', how: undefined, open: true},
		{subject: 'feat: waits', how: undefined, open: true},
	]);
	expect(hows).toEqual([
		['fix: same', 'patch-id'],
		['fix: moved', 'patch-id'],
		['feat: waits', undefined],
	]);
});

test('a revert stays on the list when only lines tell that what it takes back has shipped', async () => {
	const repo = started();
	const fix = repo.commit('fix: x', {'a.txt': lines({5: 'fixed'})});
	repo.git('revert', '--no-edit', fix);
	repo.git('checkout', '-q', 'main');
	repo.commit('top', {'a.txt': `first of all\n${lines()}`});
	repo.git('cherry-pick', '--no-commit', fix);
	repo.git('commit', '-q', '-m', 'another subject');
	const {settled} = await scanOf(repo.root);
	expect(settled.map(({subject, shipped, cancelled}) => [subject, shipped?.how, cancelled])).toEqual([
		['fix: x', 'patch-id', false],
		['Revert "fix: x"', undefined, false],
	]);
});

test('a merge has shipped when some of its commits are known by trailer and the others by their lines', async () => {
	const repo = started();
	repo.git('checkout', '-q', '-b', 'topic');
	const one = repo.commit('one', {'one.txt': '1\n'});
	const two = repo.commit('two', {'a.txt': lines({5: 'two'})});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #4 from me/topic\n\nfeat: both', 'topic');
	repo.git('checkout', '-q', 'main');
	repo.commit('top', {'a.txt': `first of all\n${lines()}`});
	repo.git('cherry-pick', '-x', one);
	repo.git('cherry-pick', '--no-commit', two);
	repo.git('commit', '-q', '-m', 'called otherwise');
	expect((await scanOf(repo.root)).hows).toEqual([['feat: both', 'patch-id']]);
});

test('lines that pose as headers of a diff neither hide a difference nor make one', async () => {
	const trap = (word: string) =>
		`${lines()}-- a/00000000\n++ b/00000000\n@@ -1 +1 @@\ndiff --git a/00000001 b/00000001\n${word}\n`;
	const repo = started();
	const equal = repo.commit('fix: equal', {'a.txt': trap('equal')});
	const other = repo.commit('fix: other', {'b.txt': trap('this')});
	repo.git('checkout', '-q', 'main');
	repo.commit('top', {'a.txt': `first of all\n${lines()}`, 'b.txt': `first of all\n${lines()}`});
	repo.git('cherry-pick', '--no-commit', equal);
	repo.git('commit', '-q', '-m', 'the equal one');
	repo.git('cherry-pick', '--no-commit', other);
	repo.commit('the other one', {'b.txt': `first of all\n${trap('that')}`});
	expect((await scanOf(repo.root)).hows).toEqual([
		['fix: equal', 'patch-id'],
		['fix: other', undefined],
	]);
});

test('what has no lines is the same only by its blobs: submodules and binary files', async () => {
	const repo = started();
	const link = (to: string, text: string) => {
		repo.git('update-index', '--add', '--cacheinfo', `160000,${to.repeat(40)},sub`);
		repo.git('commit', '-q', '-m', text);
	};
	link('1', 'chore: module to one');
	repo.commit('chore: picture', {'x.bin': `\0a${lines()}`, 'b.txt': lines({3: 'x'})});
	repo.git('checkout', '-q', '-f', 'main');
	link('2', 'module to two');
	repo.commit('other picture', {'x.bin': `\0b${lines()}`, 'b.txt': lines({3: 'x'})});
	expect((await scanOf(repo.root)).hows).toEqual([
		['chore: module to one', undefined],
		['chore: picture', undefined],
	]);
});

test('the first changes are heard of while git runs, but not where they may have shipped', async () => {
	const repo = started();
	repo.commit('feat: one', {'one.txt': '1\n'});
	repo.commit('feat: two', {'two.txt': '1\n'});
	const heard = async (knowing: boolean) => {
		const repository = await open(repo.root);
		const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
		if (knowing) await repository.mergeBase(base, dev);
		const early: string[] = [];
		const scan = repository.scan(base, dev, undefined, (change) => early.push(change.subject));
		for await (const change of scan.changes) early.push(`read ${change.subject}`);
		return early;
	};
	const read = ['read feat: one', 'read feat: two'];
	expect(await heard(true)).toEqual(['feat: one', 'feat: two', ...read]);
	expect(await heard(false)).toEqual(read);
	repo.git('checkout', '-q', 'main');
	repo.commit('on the base', {'c.txt': '1\n'});
	expect(await heard(true)).toEqual(read);
});

test('an unread scan knows nothing, and a range of nothing is settled', async () => {
	const repo = started();
	const repository = await open(repo.root);
	const base = await repository.resolve('main');
	const scan = repository.scan(base, base);
	expect(await all(scan.changes)).toEqual([]);
	expect(scan.isOpen(oid('0'.repeat(40)))).toBe(false);
	expect(await scan.settled()).toEqual([]);
});
