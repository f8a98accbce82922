// A repository that tries to run a program of its own on every occasion git has, and to draw what it likes.

import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {asOid} from '../../../src/domain/ids.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';
import {all, changesOf, fingerprint, oid, open} from './kit.ts';

const HOOKS =
	'applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change';

function hostile() {
	const repo = tempRepo();
	const marks = tempFolder();
	const trap = join(repo.root, '.git/trap');
	writeFileSync(trap, `#!/bin/sh\ntouch "${marks}/$(basename "$0")-$1-$$"\ncat\n`);
	chmodSync(trap, 0o755);
	repo.commit('base', {'a.txt': '1\n', 'dir/b.sql': 'select 1;\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const attributes = '* filter=evil diff=evil merge=evil\n*.sql text eol=crlf\n';
	repo.commit(
		'feat: \x1b]0;owned\x07\x1b[2J\u202egnp.\u2066 <script>alert(1)</script>',
		{'.gitattributes': attributes, 'a.txt': '2\n'},
		{
			author: 'Ev\x1b[31mil\u200b <b\x07ad@x>',
		},
	);
	repo.commit('odd names', {
		'<img src=x onerror=alert(1)>.sql': 'drop;\n',
		'--output=pwned': '1\n',
		'e\x1b[31m.txt': '1\n',
		'c\u202etxt.exe': '1\n',
	});
	repo.commit('later', {'a.txt': '3\n', 'dir/b.sql': 'select 2;\n'});
	const first = repo.git('rev-parse', 'dev~2');
	repo.git('update-ref', 'refs/tags/--output=pwned', 'dev');
	repo.git('update-ref', 'refs/heads/--upload-pack=pwned', 'dev');
	repo.git('update-ref', 'refs/tags/main', 'dev');
	repo.git('update-ref', `refs/replace/${first}`, 'main');
	// Last, so that making the repository trips nothing.
	const hooks = join(repo.root, '.git/evil-hooks');
	mkdirSync(hooks);
	for (const folder of [hooks, join(repo.root, '.git/hooks')]) {
		mkdirSync(folder, {recursive: true});
		for (const name of HOOKS.split(' ')) {
			if (!existsSync(join(folder, name))) symlinkSync(trap, join(folder, name));
		}
	}
	const settings: Record<string, string> = {
		'core.fsmonitor': trap,
		'core.hooksPath': hooks,
		'core.pager': trap,
		'core.editor': trap,
		'core.sshCommand': trap,
		'core.askPass': trap,
		'core.gitProxy': trap,
		'core.alternateRefsCommand': trap,
		'pager.log': trap,
		'pager.for-each-ref': trap,
		'diff.external': trap,
		'diff.evil.textconv': trap,
		'diff.evil.command': trap,
		'filter.evil.clean': trap,
		'filter.evil.smudge': trap,
		'filter.evil.process': trap,
		'filter.evil.required': 'true',
		'merge.evil.driver': `${trap} %A`,
		'alias.log': `!${trap}`,
		'alias.rev-parse': `!${trap}`,
		'alias.update-ref': `!${trap}`,
		'tar.tar.command': trap,
		'remote.origin.url': 'ext::sh -c true',
		'remote.origin.uploadpack': trap,
		'remote.origin.promisor': 'true',
		'protocol.ext.allow': 'always',
		'credential.helper': `!${trap}`,
		'gpg.program': trap,
		'log.showSignature': 'true',
		'include.path': 'elsewhere',
		'url.https://user:secret@host/.insteadOf': 'x:',
	};
	for (const [key, value] of Object.entries(settings))
		execFileSync('git', ['config', '-f', join(repo.root, '.git/config'), key, value]);
	return {repo, marks, settings};
}

test('nothing of a hostile repository runs, whatever is asked of it', async () => {
	const {repo, marks, settings} = hostile();
	const repository = await open(repo.root);
	expect(await repository.currentBranch()).toBe('dev');
	expect(await repository.branches()).toContain('main');
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	expect(base).not.toBe(dev);
	await expect(repository.resolve('--output=pwned')).rejects.toMatchObject({fault: {code: 'REF_NOT_FOUND'}});
	await expect(repository.resolve('--upload-pack=pwned')).rejects.toMatchObject({fault: {code: 'REF_NOT_FOUND'}});
	const changes = await changesOf(repository);
	expect(changes).toHaveLength(3);
	expect(changes[0]?.subject).not.toBe('base');
	await all(
		repository.patches(
			changes.map((change) => change.oid),
			() => true,
		),
	);
	expect(await repository.file(dev, 'dir/b.sql')).toBe('select 2;\n');
	expect(await repository.file(dev, '--output=pwned')).toBe('1\n');
	expect(await repository.file(dev, '../../etc/passwd')).toBeUndefined();
	await repository.isAncestor(base, dev);
	await repository.lastVersion(dev);
	expect((await repository.simulate(base, changes, changes)).applies).toBe(true);
	const built = await repository.build(base, changes, {version: '1.0.0', tag: 'v1.0.0'});
	const folder = join(tempFolder(), 'out');
	await repository.materialise(built.commit, folder);
	await repository.publish(built.commit);
	expect(await repository.moveBranch('main', base, built.commit)).toBe('moved');
	expect(await repository.tag('v1.0.0', built.commit, 'Release')).toBe('made');
	const audit = await repository.executableConfig();
	// A missing object of a "promisor" must not be fetched by the program that the config names.
	await expect(repository.isAncestor(asOid('1'.repeat(40)), dev)).rejects.toMatchObject({fault: {code: 'HISTORY_CUT'}});

	expect(readdirSync(marks)).toEqual([]);
	for (const place of [process.cwd(), repo.root, join(repo.root, '.orchestra/git')])
		expect(existsSync(join(place, 'pwned'))).toBe(false);
	expect(audit.map(({key}) => key.toLowerCase())).toEqual(
		expect.arrayContaining(
			Object.keys(settings)
				.filter((key) => !/required|\.url$|showSignature|^url/.test(key))
				.map((key) => key.toLowerCase()),
		),
	);
	expect(JSON.stringify(audit)).not.toContain('secret');
});

test('a work tree’s own config is looked through as well', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n'});
	const keys = async () => (await (await open(repo.root)).executableConfig()).map(({key}) => key);
	expect(await keys()).toEqual([]);
	repo.git('config', 'extensions.worktreeConfig', 'true');
	repo.git('config', '--worktree', 'filter.mine.clean', 'true');
	expect(await keys()).toEqual(['filter.mine.clean']);
});

test('the traps are real: plain git falls into them', () => {
	const {repo, marks} = hostile();
	spawnSync('git', ['status'], {cwd: repo.root, stdio: 'ignore'});
	expect(readdirSync(marks).length).toBeGreaterThan(0);
});

test('subjects and names come out drawable', async () => {
	const {repo} = hostile();
	const [first] = await changesOf(await open(repo.root));
	expect(first?.subject).toContain('<script>');
	const dangerous = /[\x00-\x1f\x7f-\x9f\u200b\u202e\u2066]/u;
	expect(first?.subject).not.toMatch(dangerous);
	expect(first?.author.name).not.toMatch(dangerous);
});

test('a state folder that came with the repository, or leads out of it, is refused', async () => {
	const repo = tempRepo();
	const outside = tempFolder();
	const commit = oid(repo.commit('base', {'a.txt': '1\n', '.orchestra/git/objects/aa/poison': 'x'}));
	const tracked = await open(repo.root);
	await expect(tracked.file(commit, 'a.txt')).rejects.toMatchObject({fault: {code: 'MEMORY_UNSAFE'}});
	repo.git('rm', '-q', '-r', '--cached', '.orchestra');
	rmSync(join(repo.root, '.orchestra'), {recursive: true});
	symlinkSync(outside, join(repo.root, '.orchestra'));
	const linked = await open(repo.root);
	await expect(linked.file(commit, 'a.txt')).rejects.toMatchObject({fault: {code: 'MEMORY_UNSAFE'}});
	expect(fingerprint(outside).size).toBe(0);
});

test('config, hooks and attributes planted in the clean view are swept out before it is used', async () => {
	const repo = tempRepo();
	const marks = tempFolder();
	const commit = oid(repo.commit('base', {'a.txt': '1\n'}));
	const view = join(repo.root, '.orchestra/git');
	mkdirSync(join(view, 'hooks'), {recursive: true});
	mkdirSync(join(view, 'info'), {recursive: true});
	writeFileSync(join(view, 'config'), `[filter "e"]\n\tsmudge = touch ${marks}/ran\n`);
	writeFileSync(join(view, 'info/attributes'), '* filter=e\n');
	writeFileSync(join(view, 'commondir'), repo.root);
	const folder = join(tempFolder(), 'out');
	const repository = await open(repo.root);
	await repository.materialise(commit, folder);
	expect(readdirSync(marks)).toEqual([]);
	expect(readdirSync(view).sort()).toEqual(['HEAD', 'config', 'info', 'objects', 'refs', 'scratch']);
});
