// Room: tests. The sample project: a real history with every ingredient that discovery and selection have to cope with.

import {cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {type DemoRepository, makeDemoRepository, openDemoRepository} from '../../src/demo/repository.ts';
import type {Project} from '../../src/domain/project.ts';
import {tempFolder} from '../kit/temp.ts';
import {git, layOut, makeOnce, ownTests} from './kit.ts';

const once = makeOnce();
let demo: DemoRepository;
let log: {oid: string; parents: string[]; author: string; subject: string; body: string}[];

beforeAll(async () => {
	demo = await once.made;
	const format = '%H%x01%P%x01%an%x01%s%x01%b%x00';
	log = git(demo.folder, 'log', '--topo-order', `--format=${format}`, 'main..dev')
		.split('\0')
		.filter((record) => record.trim() !== '')
		.map((record) => {
			const [oid = '', parents = '', author = '', subject = '', body = ''] = record.trim().split('\x01');
			return {oid, parents: parents.split(' '), author, subject, body};
		});
});
afterAll(once.remove);

const find = (pattern: RegExp) => log.filter(({subject}) => pattern.test(subject));

test('dev is more than fifty changes ahead of main, and the figures given are those of git', () => {
	expect(demo.changes).toBeGreaterThanOrEqual(50);
	expect(Number(git(demo.folder, 'rev-list', '--count', '--first-parent', 'main..dev'))).toBe(demo.changes);
	expect(log).toHaveLength(demo.commits);
});

test('main is released: its tip carries the highest of several tags, and dev left it before', () => {
	expect(git(demo.folder, 'tag', '--points-at', 'main')).toBe('v1.0.1');
	expect(git(demo.folder, 'tag').split('\n')).toEqual(['v0.1.0', 'v0.9.0', 'v1.0.0', 'v1.0.1']);
	expect(git(demo.folder, 'merge-base', 'main', 'dev')).toBe(git(demo.folder, 'rev-parse', 'v1.0.0^{commit}'));
	expect(JSON.parse(git(demo.folder, 'show', 'main:package.json')).version).toBe(demo.version);
});

test('dev is checked out, the work tree is clean, and git finds nothing wrong', () => {
	expect(git(demo.folder, 'status', '--porcelain=v2', '--branch')).toMatch(/^# branch.oid \w+\n# branch.head dev$/);
	expect(git(demo.folder, 'fsck', '--strict', '--no-dangling')).toBe('');
	expect(git(demo.folder, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/dev\nrefs/heads/main');
});

test('the project file says how to run it, with the port given, and the machine-local part is ignored', () => {
	const project = JSON.parse(readFileSync(join(demo.folder, 'orchestration/orchestra.json'), 'utf8')) as Project;
	expect(project).toMatchObject({
		schemaVersion: 1,
		name: 'bakery',
		branches: {base: 'main', dev: 'dev'},
		commands: {start: 'node src/server.js', migrate: 'node migrate.js'},
		port: 8080,
		strategy: 'demo',
		envFile: demo.envFile,
	});
	expect(git(demo.folder, 'rev-parse', 'main:orchestration')).toBe(git(demo.folder, 'rev-parse', 'dev:orchestration'));
	expect(readFileSync(join(demo.folder, demo.envFile), 'utf8')).toBe(`DATABASE=${demo.database}\n`);
	expect(demo.database.startsWith(`${demo.folder}/.orchestra/`)).toBe(true);
});

test('the history has several authors, a bot, scopes, issue keys and free-form subjects', () => {
	const people = new Set(log.map(({author}) => author));
	expect(people.size).toBeGreaterThanOrEqual(5);
	expect(log.filter(({author}) => author.endsWith('[bot]')).map(({subject}) => subject)).toEqual(
		expect.arrayContaining([expect.stringMatching(/^chore\(deps\): bump .* from .* to /)]),
	);
	expect(new Set(log.flatMap(({subject}) => /^\w+\((\w+)\)/.exec(subject)?.[1] ?? [])).size).toBeGreaterThanOrEqual(15);
	expect(find(/BAK-\d+/).length).toBeGreaterThanOrEqual(10);
	expect(find(/^\w[^:(]*$/).filter(({subject}) => !/^(Merge|Revert)/.test(subject)).length).toBeGreaterThanOrEqual(3);
	for (const kind of ['fix', 'feat', 'perf', 'refactor', 'docs', 'test', 'build', 'ci', 'chore'])
		expect(find(new RegExp(`^${kind}(\\(|:)`)).length, kind).toBeGreaterThanOrEqual(1);
});

test('the history has squashes, fixups of commits that are there, and merges that git itself would have made', () => {
	expect(find(/[^ ] \(#\d+\)$/).length).toBeGreaterThanOrEqual(4);
	const fixups = find(/^fixup! /);
	expect(fixups).toHaveLength(2);
	for (const {subject} of fixups) expect(log.map((one) => one.subject)).toContain(subject.slice('fixup! '.length));
	const merges = find(/^Merge pull request #\d+ from \w+\/[\w-]+$/);
	expect(merges).toHaveLength(3);
	for (const {oid, parents} of merges) {
		expect(parents).toHaveLength(2);
		const [tree] = git(demo.folder, 'merge-tree', '--write-tree', ...parents).split('\n');
		expect(tree).toBe(git(demo.folder, 'rev-parse', `${oid}^{tree}`));
	}
});

test('the revert takes back exactly one commit, by its id', () => {
	const [revert] = find(/^Revert "/);
	const of = /^This reverts commit (\w{40})\.$/m.exec(revert?.body ?? '')?.[1] ?? '';
	expect(`Revert "${git(demo.folder, 'log', '-1', '--format=%s', of)}"`).toBe(revert?.subject);
	expect(git(demo.folder, 'rev-parse', `${of}~^{tree}`)).toBe(git(demo.folder, 'rev-parse', `${revert?.oid}^{tree}`));
});

test('one fix is on main already: picked with -x, by the same author at the same moment, with the same patch', () => {
	const [, of = ''] =
		/\(cherry picked from commit (\w{40})\)/.exec(git(demo.folder, 'log', '--format=%b', 'dev..main')) ?? [];
	const picked = git(demo.folder, 'rev-parse', 'main~');
	const who = (oid: string) => git(demo.folder, 'log', '-1', '--format=%an %ad %s', oid);
	expect(who(picked)).toBe(who(of));
	expect(log.map(({oid}) => oid)).toContain(of);
	expect(git(demo.folder, 'rev-list', '--cherry-pick', '--left-right', '--no-merges', 'main...dev')).not.toContain(of);
});

test('the dangerous changes are what they say: a dropped column, a removed path, a bad one that stands alone', () => {
	const shown = (oid: string, path: string) => git(demo.folder, 'show', '--format=', '-U0', oid, '--', path);
	expect(shown(demo.schema.oid, 'migrations')).toMatch(/^\+ALTER TABLE orders DROP COLUMN phone;$/m);
	expect(shown(demo.breaking.oid, 'openapi.yaml')).toMatch(/^- {2}\/orders\/\{id\}\/ready:$/m);
	expect(demo.breaking.subject).toMatch(/^feat\(api\)!: /);
	expect(demo.critical).toHaveLength(3);
	const bad = find(/\(audit\)/);
	expect(bad.map(({oid}) => oid)).toEqual([demo.bad.oid]);
	expect(demo.bad.subject).not.toMatch(/#\d|BAK-/);
	expect(demo.bad.feature).toBe(`f-${demo.bad.oid.slice(0, 8)}`);
});

test('the same port, Node and moment give the same ids; another moment gives recent working days', async () => {
	const parent = tempFolder();
	const again = await makeDemoRepository(join(parent, 'a path with a space'), {port: 8080});
	expect(git(again.folder, 'show-ref')).toBe(git(demo.folder, 'show-ref'));
	const now = Date.UTC(2027, 2, 3, 10);
	const recent = await makeDemoRepository(join(parent, 'recent'), {port: 8080, now});
	const dates = git(recent.folder, 'log', '--first-parent', '--format=%ct', 'dev').split('\n').map(Number);
	expect(dates).toEqual(dates.toSorted((a, b) => b - a));
	expect(now / 1000 - (dates[0] ?? 0)).toBeLessThan(2 * 86_400);
	expect(dates.filter((date) => [0, 6].includes(new Date(date * 1000).getUTCDay()))).toEqual([]);
});

test("nothing of the user's git is used: no template hook, no identity, no surrounding repository", async () => {
	const parent = tempFolder();
	git(parent, 'init', '-q');
	mkdirSync(join(parent, 'templates/hooks'), {recursive: true});
	writeFileSync(join(parent, 'templates/hooks/post-checkout'), `#!/bin/sh\ntouch ${parent}/ran\n`, {mode: 0o755});
	writeFileSync(join(parent, 'config'), `[init]\n\ttemplateDir = ${parent}/templates\n[commit]\n\tgpgSign = true\n`);
	vi.stubEnv('GIT_CONFIG_GLOBAL', join(parent, 'config'));
	vi.stubEnv('GIT_DIR', join(parent, '.git'));
	const made = await makeDemoRepository(join(parent, 'inner'), {port: 8080}).finally(() => vi.unstubAllEnvs());
	expect(git(made.folder, 'rev-parse', 'dev', 'main')).toBe(git(demo.folder, 'rev-parse', 'dev', 'main'));
	expect(readdirSync(parent)).not.toContain('ran');
});

test('an earlier demo is found again in its folder, and nowhere else', async () => {
	expect(await openDemoRepository(demo.folder)).toEqual(demo);
	const elsewhere = tempFolder();
	expect(await openDemoRepository(elsewhere)).toBeUndefined();
	cpSync(demo.folder, elsewhere, {recursive: true});
	expect(await openDemoRepository(elsewhere)).toBeUndefined();
});

test('a folder that is not empty is left alone', async () => {
	const folder = tempFolder();
	writeFileSync(join(folder, 'mine'), 'precious');
	await expect(makeDemoRepository(folder)).rejects.toMatchObject({fault: {code: 'USAGE'}});
	expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('precious');
});

test('without git, or where it cannot write, the fault says so', async () => {
	const parent = tempFolder();
	vi.stubEnv('PATH', parent);
	const without = makeDemoRepository(join(parent, 'a'), {port: 8080}).finally(() => vi.unstubAllEnvs());
	await expect(without).rejects.toMatchObject({fault: {code: 'GIT_MISSING'}});
	writeFileSync(join(parent, 'git'), '#!/bin/sh\necho no room left >&2\nexit 128\n', {mode: 0o755});
	vi.stubEnv('PATH', `${parent}:${process.env.PATH}`);
	const broken = makeDemoRepository(join(parent, 'b'), {port: 8080}).finally(() => vi.unstubAllEnvs());
	await expect(broken).rejects.toMatchObject({fault: {code: 'GIT_FAILED', details: ['no room left', '']}});
});

test('a Node given by its path is written so that a shell takes it as one word', async () => {
	const made = await makeDemoRepository(join(tempFolder(), 'x'), {port: 8081, execPath: "/opt/my node/it's"});
	const project = JSON.parse(readFileSync(join(made.folder, 'orchestration/orchestra.json'), 'utf8')) as Project;
	expect(project.commands.start).toBe(String.raw`'/opt/my node/it'\''s' src/server.js`);
	expect(project.port).toBe(8081);
});

test.each(['main', 'dev'])("%s passes the project's own tests", (branch) => {
	expect(ownTests(layOut(demo.folder, branch))).toBe('green');
});
