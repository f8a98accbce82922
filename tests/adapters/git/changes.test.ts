import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {tempRepo} from '../../kit/temp.ts';
import {all, changesOf, oid, open} from './kit.ts';

function started() {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n', 'b.txt': '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	return repo;
}

/** A commit object exactly as written, however broken, on top of dev. */
function rawCommit(repo: ReturnType<typeof tempRepo>, lines: string, message: Buffer | string) {
	const tree = repo.git('rev-parse', 'HEAD^{tree}');
	const parent = repo.git('rev-parse', 'HEAD');
	const body = Buffer.concat([Buffer.from(`tree ${tree}\nparent ${parent}\n${lines}\n\n`), Buffer.from(message)]);
	const id = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], {
		cwd: repo.root,
		input: body,
		encoding: 'utf8',
	}).trim();
	repo.git('update-ref', 'refs/heads/dev', id);
	return id;
}

test('changes come oldest first with files, renames, kinds and dates', async () => {
	const repo = started();
	const added = repo.commit(
		'feat(api): add users (#12)',
		{'src/users.ts': 'x\n'.repeat(20)},
		{body: 'Closes #7\n\nJira: ABC-34'},
	);
	repo.git('mv', 'src/users.ts', 'src/people.ts');
	repo.commit('fix: call them people', {'a.txt': '2\n', 'b.txt': null});
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => change.subject)).toEqual(['feat(api): add users (#12)', 'fix: call them people']);
	expect(changes[0]).toMatchObject({
		oid: added,
		kind: 'feat',
		scope: 'api',
		conventional: true,
		pullRequest: 12,
		issues: ['#7', 'ABC-34'],
		files: [{path: 'src/users.ts', status: 'added'}],
		form: 'commit',
		cancelled: false,
		authoredAt: Date.UTC(2026, 0, 5, 9, 1) / 1000,
	});
	expect(changes[1]?.files).toEqual([
		{path: 'a.txt', status: 'modified'},
		{path: 'b.txt', status: 'deleted'},
		{path: 'src/people.ts', status: 'renamed', from: 'src/users.ts'},
	]);
});

test('a merged pull request is one change with the title of its body, and a merge of the base is left out', async () => {
	const repo = started();
	repo.git('checkout', '-q', '-b', 'topic');
	repo.commit('step 1', {'t1.txt': '1\n'});
	repo.commit('step 2, part of ABC-9', {'t2.txt': '1\n'});
	repo.git('checkout', '-q', 'main');
	repo.commit('on the base', {'c.txt': '1\n'});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #41 from me/topic\n\nfeat(web): add the page', 'topic');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'main' into dev", 'main');
	repo.git('checkout', '-q', '-b', 'feature/dark-mode');
	repo.commit('dark', {'dark.txt': '1\n'});
	repo.commit('darker', {'dark.txt': '2\n'});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'feature/dark-mode' into dev", 'feature/dark-mode');
	const changes = await changesOf(await open(repo.root));
	expect(changes.map(({subject, form, kind, pullRequest}) => [subject, form, kind, pullRequest])).toEqual([
		['feat(web): add the page', 'merge', 'feat', 41],
		['Dark mode', 'merge', 'feat', undefined],
	]);
	expect(changes[0]?.files.map((file) => file.path)).toEqual(['t1.txt', 't2.txt']);
	expect(changes[0]?.issues).toEqual(['ABC-9']);
});

test('a merge of a long-lived branch is called after the weightiest that it brought', async () => {
	const repo = started();
	repo.git('checkout', '-q', '-b', 'staging');
	repo.commit('docs: how to', {'how.md': '1\n'});
	repo.commit('fix(login): close the session', {'login.txt': '1\n'});
	repo.commit('tidy up', {'tidy.txt': '1\n'});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'staging' of https://host/repo into dev", 'staging');
	const [merge] = await changesOf(await open(repo.root));
	expect(merge).toMatchObject({subject: 'fix(login): close the session and 2 more from staging', kind: 'fix'});
});

test('messages, names and paths cannot forge a record', async () => {
	const repo = started();
	const zero = '0'.repeat(40);
	const forged = `x\x1e${zero}\x1f\x1d\n\n:100644 100644 ${zero} ${zero} M\n${zero}\n:000000 100644 a b A\nforged.txt`;
	repo.commit(forged, {'real.txt': '1\n', [`:100644 100644 ${zero} ${zero} M`]: '1\n', [zero]: '1\n', 'a\nb': '1\n'});
	repo.commit('after', {'a.txt': '2\n'});
	const changes = await changesOf(await open(repo.root));
	expect(changes).toHaveLength(2);
	expect(changes[0]?.files.map((file) => file.path).sort()).toEqual(
		['real.txt', `:100644 100644 ${zero} ${zero} M`, zero, 'a\nb'].sort(),
	);
	expect(changes[0]?.subject).toContain('␞');
	expect(changes[1]?.files).toEqual([{path: 'a.txt', status: 'modified'}]);
});

test('broken dates are clamped, bytes that are no UTF-8 and empty messages survive', async () => {
	const repo = started();
	rawCommit(repo, 'author A <a@x> 99999999999999999 +0000\ncommitter A <a@x> -5 +0000', 'late\n');
	rawCommit(repo, 'author B\ncommitter nonsense', '');
	rawCommit(repo, 'author \xe9 <c@x> 5 +0000\ncommitter C <c@x> 6 +0000', Buffer.from([0x66, 0xff, 0xfe, 0x0a]));
	const changes = await changesOf(await open(repo.root));
	for (const change of changes) {
		expect(change.authoredAt).toBeGreaterThanOrEqual(0);
		expect(change.authoredAt).toBeLessThanOrEqual(253_402_300_799);
		expect(change.committedAt).toBeGreaterThanOrEqual(0);
	}
	expect(changes.map((change) => change.subject)).toEqual(['late', '(no message)', 'f��']);
});

test('a subject of 50 MB costs neither the memory nor the listing', async () => {
	const repo = started();
	rawCommit(repo, 'author A <a@x> 5 +0000\ncommitter A <a@x> 5 +0000', Buffer.alloc(50_000_000, 'a'));
	repo.git('reset', '-q', '--soft', 'dev');
	repo.commit('small', {'a.txt': '2\n'});
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => change.subject.length)).toEqual([301, 5]);
});

test('what is on the base already is recognised by trailer, by author and date, and by patch', async () => {
	const repo = started();
	const byTrailer = repo.commit('fix: one', {'one.txt': '1\n'});
	const byAuthor = repo.commit('fix: two', {'two.txt': '1\n'});
	const byPatch = repo.commit('fix: three', {'three.txt': '1\n2\n3\n'});
	const takenBack = repo.commit('fix: four', {'four.txt': '1\n'});
	repo.commit('feat: waits', {'five.txt': '1\n'});
	repo.git('checkout', '-q', 'main');
	repo.commit('release', {'x.txt': '1\n'});
	repo.git('cherry-pick', '-x', byTrailer, takenBack);
	repo.git('cherry-pick', '--no-commit', byAuthor);
	repo.git('rm', '-q', '-f', 'two.txt');
	// Adapted: another patch, but author, date and subject are still those of the original.
	repo.git('commit', '-q', '--allow-empty', '-C', byAuthor);
	repo.git('cherry-pick', '--no-commit', byPatch);
	repo.git('commit', '-q', '-m', 'another subject', '--date', '2026-02-02T00:00:00Z');
	const four = repo.git('log', '--format=%H', '--grep=fix: four', '-1');
	repo.git('revert', '--no-edit', four);
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => [change.subject, change.shipped?.how])).toEqual([
		['fix: one', 'trailer'],
		['fix: two', 'author'],
		['fix: three', 'patch-id'],
		['fix: four', undefined],
		['feat: waits', undefined],
	]);
});

test('reverts cancel by parity, and a revert of what shipped stays on the list', async () => {
	const repo = started();
	const x = repo.commit('feat: x', {'x.txt': '1\n'});
	repo.git('revert', '--no-edit', x);
	const y = repo.commit('feat: y', {'y.txt': '1\n'});
	repo.git('revert', '--no-edit', y);
	repo.git('revert', '--no-edit', 'HEAD');
	const z = repo.commit('feat: z', {'z.txt': '1\n'});
	repo.git('revert', '--no-edit', z);
	repo.git('checkout', '-q', 'main');
	repo.git('cherry-pick', '-x', z);
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => [change.subject, change.cancelled, change.shipped !== undefined])).toEqual([
		['feat: x', true, false],
		['Revert "feat: x"', true, false],
		['feat: y', false, false],
		['Revert "feat: y"', true, false],
		[changes[4]?.subject, true, false],
		['feat: z', false, true],
		['Revert "feat: z"', false, false],
	]);
	expect(changes[1]?.reverts).toBe(x);
});

test('a pull request that one side merged and the other squashed has shipped, whatever the squash is called', async () => {
	const repo = started();
	for (const [n, name] of [
		[1, 'numbered'],
		[2, 'renamed'],
	] as const) {
		repo.git('checkout', '-q', '-b', name);
		repo.commit(`${name} step 1`, {[`${name}.txt`]: '1\n'});
		repo.commit(`${name} step 2`, {[`${name}.txt`]: '1\n2\n', [`${name}2.txt`]: 'x\n'});
		repo.git('checkout', '-q', 'dev');
		repo.git('merge', '-q', '--no-ff', '-m', `Merge pull request #${n} from me/${name}\n\nfeat: ${name}`, name);
	}
	repo.commit('feat: squashed here (#3)', {'three.txt': '3\n'});
	repo.git('checkout', '-q', 'main');
	repo.commit('feat: numbered (#1)', {'numbered.txt': 'adapted\n'});
	repo.commit('feat: renamed after all (#9)', {'renamed.txt': '1\n2\n', 'renamed2.txt': 'x\n'});
	repo.git('checkout', '-q', '-b', 'three');
	repo.commit('three', {'three.txt': '3\n'});
	repo.git('checkout', '-q', 'main');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #3 from me/three\n\nfeat: squashed here', 'three');
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => [change.subject, change.shipped?.how])).toEqual([
		['feat: numbered', 'pull-request'],
		['feat: renamed', 'patch-id'],
		['feat: squashed here (#3)', 'pull-request'],
	]);
});

test('a file that grew as much, but otherwise, is another patch; a robot has one author for all', async () => {
	const repo = started();
	const bot = {author: 'renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>'};
	repo.commit('fix: a', {'a.txt': '12\n'});
	repo.commit('chore: bump to 2', {'b.txt': '2\n'}, bot);
	repo.git('checkout', '-q', 'main');
	repo.commit('another a', {'a.txt': '13\n'});
	repo.commit('chore: to 2', {'b.txt': '2\n'}, bot);
	const changes = await changesOf(await open(repo.root));
	expect(changes.map((change) => change.shipped)).toEqual([undefined, undefined]);
});

test('a lock file that each side resolved otherwise makes no other patch, whatever tool writes it', async () => {
	const repo = started();
	const text = (line: string, more = '') => `1\n2\n3\n4\n${line}\n6\n7\n8\n9\n${more}`;
	repo.commit('start', {'a.py': text('five'), 'uv.lock': '1\n', 'app/Pipfile.lock': '1\n'});
	repo.git('branch', '-f', 'main', 'dev');
	const lockedAs = (by: string) => ({'uv.lock': by, 'app/Pipfile.lock': by});
	repo.commit('fix: five', {'a.py': text('FIVE'), ...lockedAs('2\nb\n')});
	repo.git('checkout', '-q', 'main');
	repo.commit('more', {'a.py': text('five', '10\n')});
	const there = repo.commit('five, for those who wait', {'a.py': text('FIVE', '10\n'), ...lockedAs('other\n')});
	expect((await changesOf(await open(repo.root)))[0]?.shipped).toEqual({as: there, how: 'patch-id'});
});

test('the second reading says the same, from what git said before', async () => {
	const repo = started();
	for (let i = 0; i < 25; i++)
		repo.git('commit', '-q', '--allow-empty', '-m', `feat: number ${i}\n\n${'words '.repeat(200)}`);
	const repository = await open(repo.root);
	const first = await changesOf(repository);
	expect(first).toHaveLength(25);
	expect(await changesOf(await open(repo.root))).toEqual(first);
});

test('patches carry numbered lines of wanted files only, and content cannot pose as a header', async () => {
	const repo = started();
	// A NUL behind the first 8,000 bytes: git still takes the file for text.
	const trap = [
		'x'.repeat(3999),
		'y'.repeat(3999),
		'z'.repeat(3999),
		'-- a/evil',
		'++ b/evil',
		'@@ -1 +1,9 @@',
		`\0${'0'.repeat(40)}`,
		'diff --git a/x b/x',
		'',
	].join('\n');
	const first = repo.commit('one', {'trap.txt': trap, 'skip.png': 'x', 'sp ace.txt': 'a\n', 'tab\té.txt': 'b\n'});
	repo.git('mv', 'sp ace.txt', 'moved.txt');
	const second = repo.commit('two', {'trap.txt': `top\n${trap}`, 'a.txt': null});
	const repository = await open(repo.root);
	const seen = await all(repository.patches([oid(first), oid(second)], (path) => path.endsWith('.txt')));
	const paths = seen.map((patch) => [patch.change === first ? 1 : 2, patch.path]);
	expect(paths).toEqual([
		[1, 'sp ace.txt'],
		[1, 'tab\té.txt'],
		[1, 'trap.txt'],
		[2, 'a.txt'],
		[2, 'trap.txt'],
	]);
	expect(seen[2]?.added.map((line) => line.text)).toEqual(trap.trimEnd().split('\n'));
	expect(seen[4]?.added).toEqual([{line: 1, text: 'top'}]);
	expect(seen[3]?.removed).toEqual([{line: 1, text: '1'}]);
});

test('an aborted reading ends with the reason and leaves no process', async () => {
	const repo = started();
	for (let i = 0; i < 5; i++) repo.commit(`c${i}`, {'a.txt': `${i}\n`});
	const repository = await open(repo.root);
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	const reason = new Error('enough');
	await expect(all(repository.changes(base, dev, AbortSignal.abort(reason)))).rejects.toBe(reason);
});
