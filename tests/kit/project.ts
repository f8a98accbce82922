// Room: tests. A small real project in a temporary repository, and the real command run in it: what a user has and types.

import {type ChildProcess, spawn} from 'node:child_process';
import {createServer} from 'node:net';
import {resolve} from 'node:path';
import {loadProject} from '../../src/adapters/project/project.ts';
import {trustHash} from '../../src/adapters/project/trust.ts';
import {afterwards} from './afterwards.ts';
import {sweep} from './gateway.ts';
import {type TempRepo, tempRepo} from './temp.ts';

export const BIN = resolve(import.meta.dirname, '../../bin/orchestra.js');

const SERVER = `import {createServer} from 'node:http';
import {readFileSync} from 'node:fs';
import {answer} from './answer.js';
const version = readFileSync(new URL('./VERSION', import.meta.url), 'utf8').trim();
let n = 0;
let passes = 0;
const server = createServer((request, response) => {
	if (request.url === '/health') return response.end('ok ' + ++passes);
	const [status, body] = answer(++n);
	if (request.url.startsWith('/slow')) return setTimeout(() => response.writeHead(status).end(body), 600);
	request.resume();
	request.on('end', () => response.writeHead(status, {'x-version': version, 'x-health-passes': passes}).end(body + ' ' + version));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;
export const GOOD = 'export const answer = () => [200, "hello"];\n';
export const BAD = 'export const answer = (n) => (n % 3 === 0 ? [500, "no"] : [200, "hello"]);\n';

const strategy = (name: string, kind: string, weights: readonly number[], watchSeconds = 0.3) =>
	JSON.stringify({
		schemaVersion: 1,
		name,
		kind,
		description: 'for tests',
		steps: weights.map((weight) => ({weight, watchSeconds})),
		thresholds: {
			errorRate: 0.05,
			errorRateOverBaseline: 0.05,
			minRequests: kind === 'canary' ? 3 : 0,
			unhealthyInARow: 3,
		},
		tickSeconds: 0.1,
		holdAfterSeconds: 20,
		warmSeconds: 300,
		drainSeconds: 5,
		leaseSeconds: 20,
	});

export function freePort(): Promise<number> {
	return new Promise((done) => {
		const server = createServer();
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => done(typeof address === 'object' && address ? address.port : 0));
		});
	});
}

export interface Ran {
	readonly exit: number;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface TestProject extends TempRepo {
	readonly port: number;
	readonly url: string;
	readonly stateFolder: string;
	/** Runs `orchestra ARGS` to its end. */
	orchestra(args: readonly string[], env?: Record<string, string>): Promise<Ran>;
	/** Starts it; for what is to be interrupted or killed. */
	begin(args: readonly string[], env?: Record<string, string>): {child: ChildProcess; ended: Promise<Ran>};
	/** Trust for the commands of this project, as a flag. */
	trust(): Promise<string>;
}

export function runOrchestra(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
	const child = spawn(process.execPath, [BIN, ...args], {
		cwd,
		env: {...process.env, NODE_ENV: 'production', ...env},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let [stdout, stderr] = ['', ''];
	child.stdout.on('data', (chunk) => {
		stdout += chunk;
	});
	child.stderr.on('data', (chunk) => {
		stderr += chunk;
	});
	const ended = new Promise<Ran>((done) =>
		child.on('close', (code, signal) => done({exit: code ?? -1, signal, stdout, stderr})),
	);
	return {child, ended};
}

export interface ProjectOptions {
	/** The start command; false for none. Default: the small server above. */
	readonly start?: string | false;
	readonly strategy?: string;
	/** The content of answer.js on the base. */
	readonly answer?: string;
	/** How long each step of the strategies is watched, seconds. Default 0.3. */
	readonly watchSeconds?: number;
}

/** `main` is live with one commit, `dev` is two commits ahead: a fix and a feature. */
export async function testProject(options: ProjectOptions = {}): Promise<TestProject> {
	const repo = tempRepo();
	const port = await freePort();
	const stateFolder = `${repo.root}/.orchestra`;
	afterwards(() => sweep(stateFolder));
	const config = {
		schemaVersion: 1,
		name: 'sample',
		branches: {base: 'main', dev: 'dev'},
		commands: {
			...(options.start === false ? {} : {start: options.start ?? 'exec node server.js'}),
			test: {unit: {command: 'node --check server.js', required: true, timeoutSeconds: 30}},
		},
		health: {path: '/health', withinSeconds: 20, inARow: 2},
		port,
		target: 'local',
		strategy: options.strategy ?? 'fast',
		tag: 'v{version}',
		afterPromotion: 'always',
		env: {},
	};
	repo.commit('feat: the service', {
		'server.js': SERVER,
		'answer.js': GOOD,
		VERSION: 'one\n',
		'package.json': '{"type": "module"}\n',
		'.gitignore': '.orchestra/\ndeployment_memory/\n',
		'orchestration/orchestra.json': JSON.stringify(config, undefined, '\t'),
		'orchestration/strategies/fast.json': strategy('fast', 'canary', [5, 25, 50, 100], options.watchSeconds),
		'orchestration/strategies/switch.json': strategy('switch', 'blue-green', [100], options.watchSeconds),
	});
	repo.git('tag', 'v1.0.0');
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('fix(answer): say it better', {'answer.js': options.answer ?? GOOD.replace('hello', 'hello there')});
	repo.commit('feat(version): a second version', {VERSION: 'two\n'});
	const begin = (args: readonly string[], env: Record<string, string> = {}) => runOrchestra(repo.root, args, env);
	return {
		...repo,
		port,
		url: `http://127.0.0.1:${port}`,
		stateFolder,
		begin,
		orchestra: (args, env) => begin(args, env).ended,
		trust: async () => trustHash(repo.root, (await loadProject(repo.root)).project),
	};
}
