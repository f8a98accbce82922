// Room: tests. One sample repository per test file that needs it, its work trees, and the service running from one.

import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {makeDemoRepository} from '../../src/demo/repository.ts';

export function git(folder: string, ...args: string[]): string {
	return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		maxBuffer: 32_000_000,
	}).trimEnd();
}

/** For `beforeAll`: the caller removes the folder. */
export function makeOnce(prefix = 'orchestra-demo-') {
	const parent = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
	const made = makeDemoRepository(join(parent, 'bakery'), {port: 8080});
	return {made, remove: () => rmSync(parent, {recursive: true, force: true})};
}

/** The tree of a revision in a folder of its own, without git's knowing. */
export function layOut(repository: string, revision: string): string {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-demo-tree-')));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const tar = execFileSync('git', ['archive', revision], {cwd: repository, maxBuffer: 32_000_000});
	execFileSync('tar', ['x', '-C', folder], {input: tar});
	return folder;
}

/** The project's own unit tests in a folder: `green`, or the lines that are not ok. */
export function ownTests(folder: string): string {
	const env = {PATH: process.env.PATH, HOME: process.env.HOME};
	try {
		execFileSync(process.execPath, ['--test', '--experimental-test-isolation=none', '--test-reporter=tap'], {
			cwd: folder,
			env,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		return 'green';
	} catch (error) {
		const out = String((error as {stdout?: unknown}).stdout ?? error); // execFileSync documents it
		return out.match(/^\s*not ok.*$/gm)?.join('\n') ?? out;
	}
}

/** The service, migrated and listening on a free port; stopped by SIGTERM at the end of the test. */
export async function serve(folder: string, release: string) {
	const env = {PATH: process.env.PATH, DATABASE: join(folder, 'demo.db'), PORT: '0', ORCHESTRA_RELEASE: release};
	execFileSync(process.execPath, ['migrate.js'], {cwd: folder, env});
	const server = spawn(process.execPath, ['src/server.js'], {cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe']});
	let complaints = '';
	server.stderr.on('data', (text) => {
		complaints += text;
	});
	const exited = once(server, 'exit');
	onTestFinished(() => void server.kill('SIGKILL'));
	const [line] = await once(server.stdout, 'data');
	server.stdout.resume();
	const port = /"port":(\d+)/.exec(String(line))?.[1];
	return {
		url: `http://127.0.0.1:${port}`,
		complaints: () => complaints,
		async stop() {
			server.kill('SIGTERM');
			return exited;
		},
	};
}
