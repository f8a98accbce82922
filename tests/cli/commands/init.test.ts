// Room: tests. `init` in real folders: what it writes, what it leaves alone, and that its launcher launches.

import {execFileSync, spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {loadProject} from '../../../src/adapters/project/project.ts';
import {type InitOptions, initCommand} from '../../../src/cli/commands/init.ts';
import type {Ask} from '../../../src/cli/commands/setup-context.ts';
import {FaultError} from '../../../src/domain/fault/fault.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';

async function init(root: string, options: InitOptions & {ask?: Ask} = {}) {
	const lines: string[] = [];
	const {ask, ...rest} = options;
	const exit = await initCommand(
		{root, out: (line) => lines.push(line), interactive: ask !== undefined, ...(ask ? {ask} : {})},
		rest,
	);
	return {exit, lines, text: lines.join('\n')};
}
function service() {
	const repo = tempRepo();
	repo.commit('feat: first', {
		'package.json': '{"name": "shop", "scripts": {"start": "node server.js", "test": "node --test"}}',
		'server.js': "if (url === '/healthz') ok();",
		'.gitignore': 'node_modules',
	});
	repo.git('branch', 'develop');
	return repo;
}
/** Every file below the folder with its bytes, `.git` left out. */
function snapshot(root: string): Record<string, string> {
	const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter((name) => !/^\.git(\/|$)/.test(name));
	return Object.fromEntries(
		files
			.filter((name) => lstatSync(join(root, name)).isFile())
			.map((name) => [name, readFileSync(join(root, name), 'utf8')]),
	);
}

test('it says what it found, writes everything, and the project it wrote is valid', async () => {
	const {root} = service();
	const {exit, text} = await init(root);
	expect(exit).toBe(0);
	expect(text).toContain('start      node server.js  (package.json)');
	expect(text).toContain('/healthz  (server.js:1)');
	expect(text).toMatch(/Next:\n {2}1\. Read orchestration\/orchestra\.json/);
	const {project, strategies, warnings} = await loadProject(root);
	expect(project).toMatchObject({
		name: 'shop',
		branches: {base: 'main', dev: 'develop'},
		health: {path: '/healthz'},
		commands: {test: {unit: {command: 'npm test'}}},
	});
	expect(strategies.map((s) => s.name)).toContain('careful');
	expect(warnings).toEqual([]);
	expect(JSON.parse(readFileSync(join(root, 'deployment_memory/config.json'), 'utf8'))).toMatchObject({
		schemaVersion: 1,
		user_preferences: {max_features_per_deployment: 20, require_staging: true, auto_rollback_threshold: 0.05},
	});
	expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('node_modules\n.orchestra/\n');
});

test('a second run changes no byte and says so', async () => {
	const {root} = service();
	await init(root);
	const before = snapshot(root);
	const {text} = await init(root);
	expect(snapshot(root)).toEqual(before);
	expect(text).toContain('kept   orchestration/orchestra.json');
	expect(text).toContain('nothing was written');
});

test('what a person wrote is kept, also with --force, which only renews orchestra.json and keeps the old one', async () => {
	const {root} = service();
	mkdirSync(join(root, 'orchestration/hooks'), {recursive: true});
	writeFileSync(join(root, 'orchestration/orchestra.json'), '{"name": "mine"}');
	writeFileSync(join(root, 'orchestration/hooks/README.md'), 'mine');
	await init(root);
	expect(readFileSync(join(root, 'orchestration/orchestra.json'), 'utf8')).toBe('{"name": "mine"}');
	await init(root, {force: true});
	await init(root, {force: true});
	expect(readFileSync(join(root, 'orchestration/orchestra.json.old'), 'utf8')).toBe('{"name": "mine"}');
	expect(existsSync(join(root, 'orchestration/orchestra.json.old2'))).toBe(true);
	expect(readFileSync(join(root, 'orchestration/hooks/README.md'), 'utf8')).toBe('mine');
	expect((await loadProject(root)).project.name).toBe('shop');
});

test('the answers of a person win over what was found, and are checked as they are given', async () => {
	const {root} = service();
	const asked: string[] = [];
	const answers: Record<string, string> = {
		Base: 'main',
		Development: 'next',
		Build: 'make',
		Test: '',
		Start: 'node server.js',
		Health: '/up',
		Front: '9090',
	};
	await init(root, {
		ask: {
			confirm: async () => true,
			text: async (question, {check}) => {
				asked.push(question);
				if (question.startsWith('Front')) expect(check('0')).toContain('from 1 to 65535');
				if (question.startsWith('Base')) expect(check('--x')).toContain('branches.base');
				const answer = answers[question.split(' ')[0] ?? ''] ?? '';
				expect(check(answer)).toBe(true);
				return answer;
			},
		},
	});
	expect(asked).toHaveLength(7);
	expect((await loadProject(root)).project).toMatchObject({
		branches: {base: 'main', dev: 'next'},
		commands: {build: 'make', start: 'node server.js', test: {}},
		health: {path: '/up'},
		port: 9090,
	});
});

test('leaving in the middle of the questions writes nothing', async () => {
	const {root} = service();
	const before = snapshot(root);
	let n = 0;
	const ask: Ask = {
		confirm: async () => undefined,
		text: async (_question, options) => (n++ < 2 ? options.default : undefined),
	};
	expect((await init(root, {ask})).exit).toBe(130);
	expect(snapshot(root)).toEqual(before);
});

test('the launcher hands its words on to the orchestra of the repository, from any folder', async () => {
	const {root} = service();
	await init(root);
	const launcher = join(root, 'orchestration/orchestrate.sh');
	expect(statSync(launcher).mode & 0o111).not.toBe(0);
	expect(readFileSync(launcher, 'utf8')).not.toContain(root);
	const none = spawnSync(launcher, ['deploy'], {encoding: 'utf8', cwd: '/', env: {PATH: '/usr/bin:/bin'}});
	expect([none.status, none.stderr]).toEqual([127, expect.stringContaining('npm install --global')]);
	mkdirSync(join(root, 'node_modules/.bin'), {recursive: true});
	const fake = join(root, 'node_modules/.bin/orchestra');
	writeFileSync(fake, '#!/bin/sh\necho "in $PWD"; for word in "$@"; do echo "[$word]"; done\n');
	chmodSync(fake, 0o755);
	const said = execFileSync(launcher, ['deploy', '--select', 'a b'], {encoding: 'utf8', cwd: '/'});
	expect(said).toBe(`in ${root}\n[deploy]\n[--select]\n[a b]\n`);
});

test('the ignore line is added once, in the line ends of the file, and only if it is not there in another spelling', async () => {
	for (const [before, after] of [
		['a\r\nb', 'a\r\nb\r\n.orchestra/\r\n'],
		['/.orchestra\n', '/.orchestra\n'],
		['.orchestra/\r\n', '.orchestra/\r\n'],
		['# .orchestra/\n', '# .orchestra/\n.orchestra/\n'],
	] as const) {
		const {root} = tempRepo();
		writeFileSync(join(root, '.gitignore'), before);
		await init(root);
		expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe(after);
	}
});

test('links out of the repository are not followed', async () => {
	const outside = tempFolder();
	const one = tempRepo();
	symlinkSync(outside, join(one.root, 'orchestration'));
	const error = await init(one.root).catch((thrown: unknown) => thrown);
	expect(error instanceof FaultError && error.fault.code).toBe('MEMORY_UNSAFE');
	const two = tempRepo();
	writeFileSync(join(outside, 'ignore'), 'x');
	symlinkSync(join(outside, 'ignore'), join(two.root, '.gitignore'));
	expect((await init(two.root)).text).toContain('leads out of the repository');
	expect(readdirSync(outside)).toEqual(['ignore']);
	expect(readFileSync(join(outside, 'ignore'), 'utf8')).toBe('x');
});

test('escape sequences in names of the repository are not drawn', async () => {
	const repo = tempRepo();
	repo.commit('x', {Makefile: 'build:\n', 'server.js\u001b[31m': ''});
	mkdirSync(join(repo.root, 'cmd'));
	writeFileSync(join(repo.root, 'package.json'), JSON.stringify({name: 'a\u001b]0;x\u0007'}));
	expect((await init(repo.root)).text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('outside a repository it says so and writes nothing', async () => {
	const root = tempFolder();
	const error = await init(root).catch((thrown: unknown) => thrown);
	expect(error instanceof FaultError && error.fault.code).toBe('NOT_A_REPOSITORY');
	expect(readdirSync(root)).toEqual([]);
});
