import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {tempFolder, tempRepo} from '../../kit/temp.ts';
import {changesOf, oid, open} from './kit.ts';

const RELEASE = {version: '1.0.0', tag: 'v1.0.0'};

function ready() {
	const repo = tempRepo();
	const base = oid(repo.commit('base', {'a.txt': '1\n'}));
	repo.git('checkout', '-q', '-b', 'dev');
	const tip = oid(repo.commit('feat: x', {'x.txt': '1\n'}));
	return {repo, base, tip};
}

async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
	const before = process.env.PATH;
	process.env.PATH = path;
	try {
		return await work();
	} finally {
		process.env.PATH = before;
	}
}

test('what is no repository, or has no git, or an old one, is said plainly', async () => {
	await expect(open(tempFolder())).rejects.toMatchObject({fault: {code: 'NOT_A_REPOSITORY'}});
	const {repo} = ready();
	const bin = tempFolder();
	await withPath(bin, () => expect(open(repo.root)).rejects.toMatchObject({fault: {code: 'GIT_MISSING'}}));
	// A relative entry would find programs in whatever folder one stands.
	writeFileSync(join(repo.root, 'git'), '#!/bin/sh\nexit 0\n');
	chmodSync(join(repo.root, 'git'), 0o755);
	await withPath('.:', () => expect(open(repo.root)).rejects.toMatchObject({fault: {code: 'GIT_MISSING'}}));
	const git = join(bin, 'git');
	writeFileSync(
		git,
		`#!/bin/sh\n[ "$1" = --version ] && echo "git version 2.30.1" && exit 0\nexec /usr/bin/env -S git "$@"\n`,
	);
	chmodSync(git, 0o755);
	await withPath(`${bin}:/usr/bin:/bin`, () =>
		expect(open(repo.root)).rejects.toMatchObject({fault: {code: 'GIT_TOO_OLD'}}),
	);
});

test('names resolve to branches before tags; HEAD, tags and ids resolve too; an empty repository says so', async () => {
	const {repo, base, tip} = ready();
	repo.git('tag', 'main', 'dev');
	repo.git('tag', '-a', '-m', 'x', 'v1.2.3', 'main~0');
	repo.git('update-ref', 'refs/remotes/origin/main', base);
	const repository = await open(join(repo.root));
	expect(await repository.resolve('main')).toBe(base);
	expect(await repository.resolve('HEAD')).toBe(tip);
	expect(await repository.resolve('origin/main')).toBe(base);
	expect(await repository.resolve(tip.slice(0, 10))).toBe(tip);
	expect(await repository.resolve(tip)).toBe(tip);
	for (const name of ['', '-', '--all', 'nowhere', 'main..dev', 'a\0b'])
		await expect(repository.resolve(name)).rejects.toMatchObject({fault: {code: 'REF_NOT_FOUND'}});
	const empty = tempRepo();
	const fresh = await open(empty.root);
	await expect(fresh.resolve('main')).rejects.toMatchObject({fault: {code: 'NO_COMMITS'}});
	expect(await fresh.currentBranch()).toBeUndefined();
});

test('the highest version tag reachable counts, the common ancestor is found or is not there', async () => {
	const {repo, base, tip} = ready();
	repo.git('tag', 'v1.9.0', base);
	repo.git('tag', 'v1.10.0', base);
	repo.git('tag', 'v9.0.0-beta', base);
	repo.git('tag', 'v2.0.0', tip);
	const repository = await open(repo.root);
	expect(await repository.lastVersion(base)).toEqual({major: 1, minor: 10, patch: 0});
	expect(await repository.lastVersion(tip)).toEqual({major: 2, minor: 0, patch: 0});
	const built = await repository.build(base, await changesOf(repository), RELEASE);
	expect(await repository.lastVersion(built.commit)).toEqual({major: 1, minor: 10, patch: 0});
	expect(await repository.mergeBase(base, tip)).toBe(base);
	expect(await repository.isAncestor(base, tip)).toBe(true);
	expect(await repository.isAncestor(tip, base)).toBe(false);
	repo.git('checkout', '-q', '--orphan', 'other');
	const other = oid(repo.commit('another world', {'o.txt': '1\n'}));
	expect(await repository.mergeBase(base, other)).toBeUndefined();
});

test('a file is read at a revision; links, folders, absent and large ones are not', async () => {
	const {repo} = ready();
	const commit = oid(repo.commit('files', {'d/:(glob)*.txt': 'odd\n', 'big.txt': 'x'.repeat(2000)}));
	const repository = await open(repo.root);
	expect(await repository.file(commit, 'd/:(glob)*.txt')).toBe('odd\n');
	expect(await repository.file(commit, 'd')).toBeUndefined();
	expect(await repository.file(commit, 'none')).toBeUndefined();
	expect(await repository.file(commit, 'big.txt', 1000)).toBeUndefined();
});

test('two work trees are one repository, and a branch that one of them has checked out does not move', async () => {
	const {repo, base, tip} = ready();
	const second = join(tempFolder(), 'second');
	repo.git('worktree', 'add', '-q', second, 'main');
	const here = await open(repo.root);
	const there = await open(second);
	expect(there.commonDir).toBe(here.commonDir);
	expect(there.root).toBe(second);
	expect(await there.currentBranch()).toBe('main');
	expect(await here.moveBranch('main', base, tip)).toBe('checked out');
	repo.git('worktree', 'remove', second);
	repo.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/dev');
	expect(await here.moveBranch('alias', tip, base)).toBe('checked out');
	expect(await here.moveBranch('main', base, tip)).toBe('moved');
	expect(await here.moveBranch('main', base, tip)).toBe('already there');
	repo.git('update-ref', 'refs/heads/main', base);
	await expect(here.moveBranch('main', oid('2'.repeat(40)), tip)).rejects.toMatchObject({fault: {code: 'REF_MOVED'}});
	await expect(here.moveBranch('none', base, tip)).rejects.toMatchObject({fault: {code: 'REF_NOT_FOUND'}});
	await expect(here.moveBranch('--all', base, tip)).rejects.toMatchObject({fault: {code: 'REF_NOT_FOUND'}});
});

test('a tag is made once: the same commit is fine, another is refused, nothing is forced', async () => {
	const {repo, base} = ready();
	const repository = await open(repo.root);
	const built = await repository.build(base, await changesOf(repository), RELEASE);
	expect(await repository.tag('v1.0.0', built.commit, 'Release 1.0.0\n\nNotes')).toBe('made');
	expect(await repository.tag('v1.0.0', built.commit, 'again')).toBe('already there');
	expect(repo.git('cat-file', '-t', 'v1.0.0')).toBe('tag');
	expect(repo.git('tag', '-l', '--format=%(contents)', 'v1.0.0').trim()).toBe('Release 1.0.0\n\nNotes');
	expect(repo.git('rev-parse', 'v1.0.0^{commit}')).toBe(built.commit);
	repo.git('fsck', '--strict');
	await expect(repository.tag('v1.0.0', base, 'elsewhere')).rejects.toMatchObject({fault: {code: 'REF_MOVED'}});
	for (const name of ['-d', 'a..b', 'a b', ''])
		await expect(repository.tag(name, base, 'x')).rejects.toMatchObject({fault: {code: 'USAGE'}});
});

test('a repository of SHA-256 ids, one that borrows its objects, and a bare one are read, built and published alike', async () => {
	const {repo} = ready();
	const folder = tempFolder();
	const made = (name: string, ...args: string[]) => {
		execFileSync('git', [...args, join(folder, name)], {stdio: 'ignore'});
		return join(folder, name);
	};
	const long = made('long', 'init', '-q', '-b', 'main', '--object-format=sha256');
	const git = (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@x', ...args], {cwd: long, stdio: 'ignore'});
	git('commit', '-q', '--allow-empty', '-m', 'base');
	git('checkout', '-q', '-b', 'dev');
	writeFileSync(join(long, 'f.txt'), 'f\n');
	git('add', '.');
	git('commit', '-q', '-m', 'feat: f');
	const borrowed = made('borrowed', 'clone', '-q', '--shared', repo.root);
	execFileSync('git', ['branch', '-q', 'main', 'origin/main'], {cwd: borrowed});
	const bare = made('bare.git', 'clone', '-q', '--bare', repo.root);
	for (const [i, place] of [long, borrowed, bare].entries()) {
		const repository = await open(place, join(folder, `${i}-state`));
		const changes = await changesOf(repository);
		expect(changes).toHaveLength(1);
		const base = await repository.resolve('main');
		const built = await repository.build(base, changes, RELEASE);
		expect(built.tree).toBe((await repository.simulate(base, changes, changes)).tree);
		expect(await repository.moveBranch('main', base, await repository.resolve('dev'))).toBe('moved');
		expect(await repository.tag('v1.0.0', built.commit, 'x')).toBe('made');
		await repository.materialise(built.commit, join(folder, `${i}-out`));
	}
});

test('a shallow clone is told how to become whole, and still knows its names', async () => {
	const {repo} = ready();
	const shallow = join(tempFolder(), 'shallow');
	execFileSync('git', ['clone', '-q', '--depth=1', `file://${repo.root}`, shallow], {stdio: 'ignore'});
	const repository = await open(shallow);
	expect(await repository.currentBranch()).toBe('dev');
	const head = await repository.resolve('HEAD');
	await expect(repository.isAncestor(head, head)).rejects.toMatchObject({fault: {code: 'HISTORY_CUT'}});
});

test('a configured work tree that does not hold the current folder is not taken for the project', async () => {
	const {repo} = ready();
	const elsewhere = tempFolder();
	repo.git('config', 'core.worktree', elsewhere);
	await expect(open(repo.root)).rejects.toMatchObject({fault: {code: 'NOT_A_REPOSITORY'}});
});

test('variables that would lead git elsewhere are not passed on', async () => {
	const {repo, tip} = ready();
	const other = tempRepo();
	other.commit('other', {'o.txt': '1\n'});
	mkdirSync(join(repo.root, 'sub'));
	process.env.GIT_DIR = join(other.root, '.git');
	process.env.GIT_INDEX_FILE = join(other.root, '.git/index');
	try {
		const repository = await open(join(repo.root, 'sub'));
		expect(repository.root).toBe(repo.root);
		expect(await repository.resolve('HEAD')).toBe(tip);
	} finally {
		delete process.env.GIT_DIR;
		delete process.env.GIT_INDEX_FILE;
	}
});

test('who wrote the last commits up to one is counted by e-mail, whatever a name pretends', async () => {
	const repo = tempRepo();
	const by = (email: string, n: number) => {
		for (let i = 0; i < n; i++)
			repo.git(
				'-c',
				'user.name=A\nB <x@y>',
				'-c',
				`user.email=${email}`,
				'commit',
				'-q',
				'--allow-empty',
				'-m',
				`${email} ${i}`,
			);
	};
	by('Ada@Example.com', 2);
	by('bob@example.com', 3);
	const repository = await open(repo.root);
	const head = await repository.resolve('HEAD');
	const authors = await repository.authors(head, 100);
	expect([authors.get('ada@example.com'), authors.get('bob@example.com')]).toEqual([2, 3]);
	expect([...(await repository.authors(head, 3)).entries()]).toEqual([['bob@example.com', 3]]);
});
