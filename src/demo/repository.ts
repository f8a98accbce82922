// Room: demo. Makes the sample project: a git repository of a real small service with a real history, ready to deploy.
// It uses no setting of the user's git, and runs no hook. It knows nothing of engine, targets or screens.

import {spawn} from 'node:child_process';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {dirname, join, resolve} from 'node:path';
import {FaultError, fault, raise} from '../domain/fault/fault.ts';
import {type FeatureId, featureIdOf, type Oid} from '../domain/ids.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {openStream} from './history/stream.ts';
import {type Marked, writeHistory} from './history/write.ts';
import {ENV_FILE, projectFile} from './service/surroundings.ts';

export interface DemoOptions {
	/** The Node that runs the service: absolute path. Default: `node` on the PATH. It is written into orchestra.json. */
	readonly execPath?: string;
	/** Front door, 1–65535, written into orchestra.json. Default: the first free one from 8080 on. */
	readonly port?: number;
	/** Milliseconds since the epoch: the history ends on the last working day before. Default: a fixed day. */
	readonly now?: number;
}

export interface DemoChange {
	readonly subject: Safe;
	readonly oid: Oid;
	readonly feature: FeatureId;
}

export interface DemoRepository {
	/** Absolute. */
	readonly folder: string;
	readonly base: 'main';
	readonly dev: 'dev';
	/** Of `main..dev`: commits with those inside merges, and first-parent changes. */
	readonly commits: number;
	readonly changes: number;
	/** What main is released as. */
	readonly version: '1.0.1';
	readonly port: number;
	/** Relative to the folder, git-ignored: holds DATABASE, which all releases share. */
	readonly envFile: string;
	readonly database: string;
	/** Passes every test and answers 500 to one request in six once it has served 30. A feature of its own. */
	readonly bad: DemoChange;
	readonly critical: readonly DemoChange[];
	/** The destructive migration, and the change that removes a path of the interface. */
	readonly schema: DemoChange;
	readonly breaking: DemoChange;
}

/** Friday, 12 June 2026: with the default, the same ids come out on every machine that gives the same port and Node. */
const FIXED_NOW = Date.UTC(2026, 5, 13);
const FIRST_PORT = 8080;
/** What makeDemoRepository returned, git-ignored: how a demo is gone on with. */
const CARD = '.orchestra/demo.json';
const PORTS_TRIED = 40;

/** Whether nobody listens there: by listening, on the loopback address that the gateway will use. */
function isFree(port: number): Promise<boolean> {
	return new Promise((done) => {
		const probe = createServer();
		probe.once('error', () => done(false));
		probe.listen({port, host: '127.0.0.1', exclusive: true}, () => probe.close(() => done(true)));
	});
}

/** @param first 1–65535. The first port from there on that nobody listens on. Faults: USAGE when forty in a row are taken. */
export async function freePort(first = FIRST_PORT): Promise<number> {
	for (let port = first; port < first + PORTS_TRIED; port++) if (await isFree(port)) return port;
	return raise('USAGE', {with: {message: `no port from ${first} to ${first + PORTS_TRIED - 1} is free`}});
}

/** The environment without anything that points git elsewhere or configures it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
	return {
		...Object.fromEntries(kept),
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_TERMINAL_PROMPT: '0',
		LC_ALL: 'C',
	};
}

function git(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
	return new Promise((done, failed) => {
		const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', ...args], {
			cwd: folder,
			env,
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
		child.once('error', (error) => failed(new FaultError(fault('GIT_MISSING'), {cause: error})));
		child.once('close', (code) => {
			if (code === 0) done();
			else failed(new FaultError(fault('GIT_FAILED', {with: {command: args[0] ?? ''}, details: said.split('\n', 20)})));
		});
	});
}

/**
 * Makes the sample project in `folder`, which must be empty or absent. Ends with dev checked out and a clean work tree.
 * The same folder content and ids for the same execPath, port and now. Takes three git processes, well under a second.
 * Faults: USAGE when the folder is not empty or no port is free, GIT_MISSING, GIT_FAILED.
 */
export async function makeDemoRepository(folder: string, options: DemoOptions = {}): Promise<DemoRepository> {
	const root = resolve(folder);
	await mkdir(root, {recursive: true});
	if ((await readdir(root)).length > 0) raise('USAGE', {with: {message: `${root} is not empty`}});

	const port = options.port ?? (await freePort());
	const env = cleanEnvironment();
	// HEAD is dev from the start: nothing has to be switched at the end.
	await git(root, ['init', '-q', '--template=', '--initial-branch=dev'], env);
	const stream = openStream(root, env);
	const history = await writeHistory(stream, projectFile(options.execPath ?? 'node', port), options.now ?? FIXED_NOW);
	await stream.close();
	await git(root, ['reset', '-q', '--hard'], env);

	const database = join(root, '.orchestra', 'demo.db');
	await mkdir(dirname(join(root, ENV_FILE)), {recursive: true});
	await writeFile(join(root, ENV_FILE), `DATABASE=${database}\n`, {mode: 0o600});

	const changeOf = (found: Marked): DemoChange => ({
		subject: safe(found.subject),
		oid: found.oid,
		feature: featureIdOf(found.oid),
	});
	const marked = (mark: Marked['mark']) => history.marked.filter((one) => one.mark === mark).map(changeOf);
	const only = (mark: Marked['mark']) => {
		const [first] = marked(mark);
		if (first === undefined) throw new Error(`demo history: nothing is marked ${mark}`);
		return first;
	};
	const made: DemoRepository = {
		folder: root,
		base: 'main',
		dev: 'dev',
		commits: history.commits,
		changes: history.changes,
		version: '1.0.1',
		port,
		envFile: ENV_FILE,
		database,
		bad: only('bad'),
		critical: marked('critical'),
		schema: only('schema'),
		breaking: only('breaking'),
	};
	await writeFile(join(root, CARD), JSON.stringify(made));
	return made;
}

/** An earlier demo to go on with; undefined when there is none in this folder. */
export async function openDemoRepository(folder: string): Promise<DemoRepository | undefined> {
	try {
		const made = JSON.parse(await readFile(join(folder, CARD), 'utf8')) as DemoRepository; // `as`: written by makeDemoRepository, in a folder of the user's own
		return made.folder === resolve(folder) ? made : undefined;
	} catch {
		return undefined;
	}
}
