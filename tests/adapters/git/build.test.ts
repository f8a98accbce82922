import {chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {escapes} from '../../../src/adapters/git/materialise.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';
import {all, changesOf, fingerprint, oid, open} from './kit.ts';

const RELEASE = {version: '1.0.0', tag: 'v1.0.0'};
const lines = (...numbers: (number | string)[]) => `${numbers.join('\n')}\n`;

/** dev: edits line 2 (a), adds a file (b), edits line 2 again (c), merges a branch of two commits (m). */
function stacked() {
	const repo = tempRepo();
	repo.commit('base', {'f.txt': lines(1, 2, 3, 4, 5, 6, 7, 8, 9), 'run.sh': '#!/bin/sh\n'});
	chmodSync(join(repo.root, 'run.sh'), 0o755);
	repo.commit('executable', {});
	repo.git('checkout', '-q', '-b', 'dev');
	const a = repo.commit(
		'fix: a',
		{'f.txt': lines(1, 'a', 3, 4, 5, 6, 7, 8, 9)},
		{author: 'Ann <ann@x>', body: 'Why.\n\nSigned-off-by: Ann'},
	);
	const b = repo.commit('feat: b', {'b.txt': 'b\n'});
	const c = repo.commit('fix: c', {'f.txt': lines(1, 'c', 3, 4, 5, 6, 7, 8, 9)});
	repo.git('checkout', '-q', '-b', 'topic');
	repo.commit('one', {'m.txt': 'm\n'});
	repo.commit('two', {'f.txt': lines(1, 'c', 3, 4, 5, 6, 7, 8, 'm')});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #5 from x/topic\n\nfeat: m', 'topic');
	return {repo, ids: {a, b, c, m: repo.git('rev-parse', 'HEAD')}};
}

test('a simulation names the paths that conflict and the unchosen changes behind them, nearest first', async () => {
	const {repo, ids} = stacked();
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const pick = (...names: (keyof typeof ids)[]) =>
		context.filter((change) => names.some((name) => ids[name] === change.oid));

	const alone = await repository.simulate(base, pick('c'), context);
	expect(alone).toEqual({applies: false, conflicts: [{change: ids.c, paths: ['f.txt'], missing: [ids.a]}]});
	const closed = await repository.simulate(base, pick('a', 'c'), context);
	expect(closed.applies).toBe(true);
	// The others still count when one does not apply, and the merge is one unit that needs none of them.
	const mixed = await repository.simulate(base, pick('b', 'c', 'm'), context);
	expect(mixed.conflicts.map((conflict) => conflict.change)).toEqual([ids.c]);
	expect((await repository.simulate(base, context, context)).tree).toBe(repo.git('rev-parse', 'dev^{tree}'));
});

test('a conflict under a new name finds the change that touched the old one', async () => {
	const repo = tempRepo();
	repo.commit('base', {'old.txt': lines(1, 2, 3, 4, 5, 6, 7, 8)});
	repo.git('checkout', '-q', '-b', 'dev');
	const edited = repo.commit('edit', {'old.txt': lines(1, 2, 'x', 4, 5, 6, 7, 8)});
	repo.git('mv', 'old.txt', 'new.txt');
	repo.git('commit', '-q', '-m', 'rename');
	const last = repo.commit('edit again', {'new.txt': lines(1, 2, 'y', 4, 5, 6, 7, 8)});
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const picks = context.filter((change) => change.oid !== edited);
	const {conflicts} = await repository.simulate(base, picks, context);
	expect(conflicts.map(({change, missing}) => [change, missing])).toContainEqual([last, [edited]]);
});

test('a file that became a folder is found by its own name', async () => {
	const repo = tempRepo();
	repo.commit('base', {thing: 'file\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const folder = repo.commit('refactor: a folder of things', {thing: null});
	repo.commit('feat: something in it', {'thing/new': '1\n'});
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const seen = await repository.simulate(await repository.resolve('main'), context.slice(1), context);
	expect(seen.conflicts).toEqual([{change: context[1]?.oid, paths: ['thing'], missing: [folder]}]);
});

test('the built tree is the simulated one and the one of real cherry-picks; commits keep author, date and message', async () => {
	const {repo, ids} = stacked();
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const picks = context.filter((change) => change.oid !== ids.b);
	const {tree} = await repository.simulate(base, picks, context);
	const built = await repository.build(base, picks, RELEASE);
	expect(built.tree).toBe(tree);
	expect(built.picks.map((pick) => pick.change)).toEqual([ids.a, ids.c, ids.m]);
	expect(await repository.build(base, picks, RELEASE)).toEqual(built);

	await repository.publish(built.commit);
	await repository.publish(built.commit);
	const at = (format: string, commit: string) => repo.git('log', '-1', `--format=${format}`, commit);
	const first = built.picks[0]?.commit ?? '';
	expect(at('%an %ae %at', first)).toBe(at('%an %ae %at', ids.a));
	expect(at('%cn %ct', first)).toBe(`Orchestra ${at('%ct', ids.a)}`);
	expect(at('%B', first)).toBe(`fix: a\n\nWhy.\n\nSigned-off-by: Ann\n(cherry picked from commit ${ids.a})`);
	expect(at('%B', built.commit)).toBe(
		`Merge pull request #5 from x/topic\n\nfeat: m\n\n(cherry picked from commit ${ids.m})`,
	);
	repo.git('fsck', '--strict');
	repo.git('checkout', '-q', '-b', 'by-hand', 'main');
	repo.git('cherry-pick', ids.a, ids.c);
	repo.git('cherry-pick', '-m', '1', ids.m);
	expect(repo.git('rev-parse', 'HEAD^{tree}')).toBe(built.tree);

	// The next discovery, from the release, sees only what was left out.
	repo.git('update-ref', 'refs/heads/main', built.commit);
	const next = await changesOf(repository);
	expect(next.filter((change) => !change.shipped).map((change) => change.oid)).toEqual([ids.b]);
});

test('a commit that was lost with the power is made again', async () => {
	const {repo} = stacked();
	const repository = await open(repo.root);
	const [base, changes] = [await repository.resolve('main'), await changesOf(repository)];
	const built = await repository.build(base, changes.slice(0, 1), RELEASE);
	const {commit} = built;
	const file = join(repo.root, '.orchestra/git/objects', commit.slice(0, 2), commit.slice(2));
	rmSync(file);
	writeFileSync(file, '');
	expect(await repository.build(base, changes.slice(0, 1), RELEASE)).toEqual(built);
	expect(await repository.file(commit, 'run.sh')).toBe('#!/bin/sh\n');
});

test('what is there already makes no commit, nothing chosen is a fault, and a conflict is one too', async () => {
	const {repo, ids} = stacked();
	repo.git('checkout', '-q', 'main');
	repo.commit('same as b', {'b.txt': 'b\n'});
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const only = (id: string) => context.filter((change) => change.oid === id);
	const built = await repository.build(base, [...only(ids.a), ...only(ids.b)], RELEASE);
	expect(built.picks.map((pick) => pick.change)).toEqual([ids.a]);
	await expect(repository.build(base, [], RELEASE)).rejects.toMatchObject({fault: {code: 'EMPTY_BATCH'}});
	await expect(repository.build(base, only(ids.b), RELEASE)).rejects.toMatchObject({fault: {code: 'EMPTY_BATCH'}});
	await expect(repository.build(base, only(ids.c), RELEASE)).rejects.toMatchObject({fault: {code: 'CONFLICT'}});
});

test('without stdbuf each pick gets a process of its own and the trees are the same', async () => {
	const {repo} = stacked();
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	const quick = await repository.simulate(base, context, context);
	const path = process.env.PATH;
	const bin = tempFolder();
	symlinkSync(repo.git('--exec-path').replace(/\/lib(?:exec)?\/git-core$/, '/bin/git'), join(bin, 'git'));
	process.env.PATH = bin;
	try {
		const slow = await open(repo.root);
		expect(await slow.simulate(base, context, context)).toEqual(quick);
	} finally {
		process.env.PATH = path;
	}
});

test('a tree is laid out byte for byte, with executable bits and inner links, whole or not at all', async () => {
	const {repo} = stacked();
	symlinkSync('f.txt', join(repo.root, 'link'));
	const crlf = 'version https://git-lfs.github.com/spec/v1\r\n$Id$\r\n';
	const commit = repo.commit('odd files', {
		'.gitattributes': '* text=auto eol=crlf ident\n*.bin filter=lfs diff=lfs\n',
		'a.bin': crlf,
		'unix.txt': 'a\nb\n$Id$\n',
	});
	const repository = await open(repo.root);
	const folder = join(tempFolder(), 'out/release');
	await repository.materialise(oid(commit), folder);
	const blob = (path: string) => repo.git('cat-file', 'blob', `${commit}:${path}`);
	for (const path of ['unix.txt', 'a.bin', 'f.txt'])
		expect(readFileSync(join(folder, path), 'utf8').trimEnd()).toBe(blob(path));
	expect(lstatSync(join(folder, 'run.sh')).mode & 0o111).toBe(0o111);
	expect(lstatSync(join(folder, 'f.txt')).mode & 0o111).toBe(0);
	expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
	expect(existsSync(join(folder, '.git'))).toBe(false);
	const before = fingerprint(folder);
	await expect(repository.materialise(oid(commit), folder)).rejects.toMatchObject({fault: {code: 'DISK'}});
	expect(fingerprint(folder)).toEqual(before);
});

test('a tree with a link that leaves it is refused and leaves nothing behind', async () => {
	const repo = tempRepo();
	repo.commit('base', {'deep/er/file': '1\n'});
	const root = tempFolder();
	for (const [name, target] of Object.entries({absolute: '/etc/passwd', up: '../outside', sly: 'deep/er/../../../x'})) {
		symlinkSync(target, join(repo.root, name));
		const commit = repo.commit(name, {});
		const repository = await open(repo.root);
		const folder = join(root, name);
		await expect(repository.materialise(oid(commit), folder)).rejects.toMatchObject({fault: {code: 'TREE_UNSAFE'}});
		repo.git('rm', '-q', name);
	}
	expect(all.length + fingerprint(root).size).toBe(1);
});

test('links are followed through other links, as the kernel does', () => {
	const links = new Map([
		['p/q/d', '../..'],
		['e', 'p/q/d/../y'],
		['inner', 'p/q/d/file'],
		['loop', 'loop'],
	]);
	expect(escapes('e', links)).toBe(true);
	expect(escapes('inner', links)).toBe(false);
	expect(escapes('loop', links)).toBe(false);
});

test('nothing of the repository changes by reading, simulating, building and laying out', async () => {
	const {repo} = stacked();
	repo.git('status');
	const before = fingerprint(repo.root, ['.orchestra']);
	const repository = await open(repo.root);
	const context = await changesOf(repository);
	const base = await repository.resolve('main');
	await all(
		repository.patches(
			context.map((change) => change.oid),
			() => true,
		),
	);
	await repository.simulate(base, context, context);
	const built = await repository.build(base, context, RELEASE);
	await repository.materialise(built.commit, join(tempFolder(), 'out'));
	await repository.executableConfig();
	await repository.lastVersion(base);
	expect(fingerprint(repo.root, ['.orchestra'])).toEqual(before);
	expect(repo.git('status', '--porcelain')).toBe('');
});
