// Room: tests. What `init` sees in repositories of several kinds, without running anything in them.

import {chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {detectProject} from '../../../src/adapters/project/detect.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';

function folder(files: Record<string, string>): string {
	const root = tempFolder();
	for (const [path, content] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), content);
	}
	return root;
}
const commandsOf = async (files: Record<string, string>) => {
	const {commands} = await detectProject(folder(files));
	const {test: suites, ...single} = commands;
	const text = (of: object) => Object.fromEntries(Object.entries(of).map(([name, guess]) => [name, guess.command]));
	return {...text(single), test: text(suites)};
};

test('a Node service: scripts, lockfile, health route with its line, migrations, CI, containers, env file', async () => {
	const root = folder({
		'package.json': JSON.stringify({
			name: '@team/shop',
			scripts: {build: 'tsc', start: 'node server.js', test: 'vitest', 'test:smoke': 'x', 'db:migrate': 'x'},
			dependencies: {undici: '1'},
		}),
		'package-lock.json': '{}',
		'tsconfig.json': '{}',
		'src/server.ts': "a\nif (path === '/healthz') ok();\n",
		'node_modules/x/index.js': "'/health'",
		'db/migrations/1.sql': '',
		'.github/workflows/ci.yml': '',
		Dockerfile: 'FROM node',
		'.env': 'A=1',
	});
	const {document, project, ...seen} = await detectProject(root);
	expect(document).toEqual({
		schemaVersion: 1,
		name: '@team/shop',
		branches: {base: 'main'},
		commands: {
			install: 'npm ci',
			build: 'npm run build',
			start: 'node server.js',
			migrate: 'npm run db:migrate',
			test: {unit: 'npm test', smoke: 'npm run test:smoke'},
		},
		health: {path: '/healthz'},
		port: 8080,
		envFile: '.env',
	});
	expect(project).toMatchObject({health: {path: '/healthz', inARow: 2}, afterPromotion: 'ask'});
	expect(seen).toEqual({
		name: '@team/shop',
		repository: false,
		branches: {base: 'main'},
		languages: ['TypeScript', 'JavaScript'],
		packageManager: 'npm',
		commands: {
			install: {command: 'npm ci', from: 'package.json'},
			build: {command: 'npm run build', from: 'package.json'},
			start: {command: 'node server.js', from: 'package.json'},
			migrate: {command: 'npm run db:migrate', from: 'package.json'},
			test: {
				unit: {command: 'npm test', from: 'package.json'},
				smoke: {command: 'npm run test:smoke', from: 'package.json'},
			},
		},
		health: {path: '/healthz', from: 'src/server.ts:2'},
		migrations: 'db/migrations',
		ci: ['.github/workflows'],
		containers: ['Dockerfile'],
		envFile: '.env',
	});
});

test('the script that npm init writes is no test, and a package without dependencies needs no install', async () => {
	expect(
		await commandsOf({'package.json': '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'}),
	).toEqual({test: {}});
});

test('other package managers are recognised', async () => {
	const manifest = '{"dependencies": {"a": "1"}, "scripts": {"test": "x"}}';
	expect(await commandsOf({'package.json': manifest, 'pnpm-lock.yaml': ''})).toMatchObject({
		install: 'pnpm install --frozen-lockfile',
		test: {unit: 'pnpm run test'},
	});
	expect(await commandsOf({'package.json': manifest, 'yarn.lock': ''})).toMatchObject({
		install: 'yarn install --frozen-lockfile',
	});
});

test('Go, Rust and Python by their own conventions', async () => {
	expect(await commandsOf({'go.mod': 'module x/shop', 'cmd/shop/main.go': 'package main'})).toEqual({
		build: 'go build -o app ./cmd/shop',
		start: './app',
		test: {unit: 'go test ./...'},
	});
	expect(
		await commandsOf({
			'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nname = "x"',
			'src/main.rs': '',
			'Cargo.lock': '',
		}),
	).toEqual({
		build: 'cargo build --release --locked',
		start: './target/release/shop',
		test: {unit: 'cargo test --locked'},
	});
	expect(
		await commandsOf({
			'requirements.txt': 'pytest\n',
			'manage.py': '',
			Procfile: 'web: gunicorn app -b 127.0.0.1:$PORT',
		}),
	).toEqual({
		install: 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt',
		migrate: '.venv/bin/python manage.py migrate --noinput',
		start: 'gunicorn app -b 127.0.0.1:$PORT',
		test: {unit: '.venv/bin/python manage.py test'},
	});
});

test('a Makefile speaks for the team before the conventions do', async () => {
	const makefile = 'VERSION := 1\nbuild: x\n\tgo build\ntest:\n\tgo test\nmigrate :\n\tx\n';
	expect(await commandsOf({'go.mod': 'module x', 'main.go': 'package main', Makefile: makefile})).toEqual({
		build: 'make build',
		migrate: 'make migrate',
		test: {unit: 'make test'},
	});
});

test('branches are read from the repository, loose and packed, and from a linked work tree', async () => {
	const repo = tempRepo();
	repo.commit('first', {a: '1'});
	repo.git('branch', 'develop');
	repo.git('branch', 'feature/x');
	expect((await detectProject(repo.root)).branches).toEqual({base: 'main', dev: 'develop', current: 'main'});
	repo.git('pack-refs', '--all');
	const linked = join(tempFolder(), 'linked');
	repo.git('worktree', 'add', '-q', linked, 'feature/x');
	const seen = await detectProject(linked);
	expect(seen.repository).toBe(true);
	expect(seen.branches).toEqual({base: 'main', dev: 'develop', current: 'feature/x'});
});

test('a repository without main falls back to what it has', async () => {
	const repo = tempRepo();
	repo.git('checkout', '-q', '-b', 'trunk');
	repo.commit('first', {a: '1'});
	expect((await detectProject(repo.root)).branches).toEqual({base: 'trunk', current: 'trunk'});
});

test('a hostile repository runs nothing and yields nothing that could not be shown as it is', async () => {
	const repo = tempRepo();
	const marker = join(repo.root, 'ran');
	const script = `#!/bin/sh\ntouch ${marker}\n`;
	repo.commit('x', {
		'package.json': JSON.stringify({
			name: 'x\u001b[31m',
			scripts: {build: 'x', 'test:unit': 'y'},
			packageManager: 'evil\u0007@1',
		}),
		Makefile: `$(shell touch ${marker})\nbuild:\n\ttouch ${marker}\n`,
		Procfile: 'web: node \u202e.js',
		'evil.sh': script,
	});
	chmodSync(join(repo.root, 'evil.sh'), 0o755);
	repo.git('config', 'core.fsmonitor', join(repo.root, 'evil.sh'));
	repo.git('config', 'core.hooksPath', repo.root);
	symlinkSync('/dev/zero', join(repo.root, 'go.mod'));
	symlinkSync('.', join(repo.root, 'loop'));
	const seen = await detectProject(repo.root);
	expect(existsSync(marker)).toBe(false);
	expect(seen.name).not.toContain('\u001b');
	expect(seen.commands.start).toBeUndefined();
	expect(seen.commands.build).toEqual({command: 'npm run build', from: 'package.json'});
});

test('an empty folder is no project, and says so without failing', async () => {
	const seen = await detectProject(tempFolder());
	expect(seen).toMatchObject({repository: false, languages: [], commands: {test: {}}, ci: [], containers: []});
});
