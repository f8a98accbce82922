// Room: bench. How soon something happens, as ratios to `node -e 0` in one interleaved run on the same Node:
// `--version` (no terminal), and in a real terminal the first byte painted by `deploy` and its first frame with a hint bar.
// npm run bench:start-up [-- rounds] [-- --check]: with --check it exits 1 when a target is missed.

import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import * as pty from '@lydell/node-pty';

const ROOT = resolve(import.meta.dirname, '..');
const LAUNCHER = join(ROOT, 'bin/orchestra.js');
const NODE = process.execPath;
const ROUNDS = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 15);
const CHECK = process.argv.includes('--check');
/** Not counted: they fill the disk cache and the compile cache. */
const WARM_UP = 2;
const GIVE_UP_MS = 20_000;
/** The hint bar's first word, on the screen of every mode. */
const HINT_BAR = /\?\s+help/;

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-bench-')));
const env: Record<string, string> = {
	PATH: `${dirname(NODE)}:${process.env.PATH ?? '/usr/bin:/bin'}`,
	HOME: join(scratch, 'home'),
	XDG_STATE_HOME: join(scratch, 'state'),
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	NODE_COMPILE_CACHE: join(scratch, 'compile-cache'),
	TERM: 'xterm-256color',
	LANG: 'C.UTF-8',
};

/** A small service with twenty waiting changes. */
function makeRepository(): string {
	const root = join(scratch, 'shop');
	mkdirSync(root);
	const git = (...args: string[]) => execFileSync('git', args, {cwd: root, env, stdio: 'pipe'});
	const commit = (subject: string, file: string, text: string) => {
		writeFileSync(join(root, file), text);
		git('add', '-A');
		git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '-m', subject);
	};
	git('init', '-q', '-b', 'main');
	mkdirSync(join(root, 'orchestration'));
	const project = {commands: {start: 'node server.js', test: {unit: 'true'}}};
	writeFileSync(join(root, 'orchestration/orchestra.json'), JSON.stringify(project));
	writeFileSync(join(root, '.gitignore'), '.orchestra/\ndeployment_memory/\n');
	commit('feat: first', 'server.js', '// 0\n');
	git('checkout', '-q', '-b', 'develop');
	for (let n = 1; n <= 20; n++) commit(`fix(part${n}): number ${n}`, `file${n}.js`, `// ${n}\n`);
	return root;
}

function run(args: readonly string[], cwd: string): Promise<number> {
	return new Promise((done, fail) => {
		const from = performance.now();
		const child = spawn(NODE, args, {cwd, env, stdio: 'ignore'});
		child.once('error', fail);
		child.once('exit', (code) => (code === 0 ? done(performance.now() - from) : fail(new Error(`${args} → ${code}`))));
	});
}

interface Seen {
	/** Milliseconds from the spawn. */
	readonly firstByte: number | undefined;
	readonly firstFrame: number | undefined;
	readonly exit: number;
	readonly screen: string;
}

/** In a terminal of 100×30. Once the hint bar is there it is left by Ctrl-C, as a person would. */
function runInTerminal(args: readonly string[], cwd: string): Promise<Seen> {
	return new Promise((done) => {
		const from = performance.now();
		const since = () => performance.now() - from;
		const terminal = pty.spawn(NODE, [...args], {cwd, env, cols: 100, rows: 30, name: 'xterm-256color'});
		let [firstByte, firstFrame]: (number | undefined)[] = [];
		let screen = '';
		const leave = setTimeout(() => terminal.kill('SIGKILL'), GIVE_UP_MS);
		terminal.onData((data) => {
			firstByte ??= since();
			screen += data;
			if (firstFrame === undefined && HINT_BAR.test(stripVTControlCharacters(screen))) {
				firstFrame = since();
				terminal.write('\u0003');
			}
		});
		terminal.onExit(() => {
			clearTimeout(leave);
			done({firstByte, firstFrame, exit: since(), screen});
		});
	});
}

const median = (values: readonly number[]) => {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

async function main(): Promise<number> {
	if (!existsSync(join(ROOT, 'dist/main.js'))) {
		console.error('There is no dist/ yet: npm run build');
		return 2;
	}
	const repository = makeRepository();
	const measured = {
		plain: [] as number[],
		version: [] as number[],
		inTerminal: [] as number[],
		paint: [] as number[],
		frame: [] as number[],
	};
	let unseen: string | undefined;
	for (let round = 0; round < WARM_UP + ROUNDS; round++) {
		// Each round has every case once, so that a busy moment of the machine hits all of them.
		const plain = await run(['-e', '0'], scratch);
		const version = await run([LAUNCHER, '--version'], scratch);
		const bare = await runInTerminal(['-e', '0'], scratch);
		const deploy = await runInTerminal([LAUNCHER, 'deploy'], repository);
		// An open deployment would be resumed or refused: each round is a first one.
		for (const left of ['deployment_memory', '.orchestra'])
			rmSync(join(repository, left), {recursive: true, force: true});
		if (round < WARM_UP) continue;
		measured.plain.push(plain);
		measured.version.push(version);
		measured.inTerminal.push(bare.exit);
		if (deploy.firstByte !== undefined) measured.paint.push(deploy.firstByte);
		if (deploy.firstFrame !== undefined) measured.frame.push(deploy.firstFrame);
		else unseen = deploy.screen;
	}
	const rows = [
		{what: 'node -e 0', values: measured.plain, base: measured.plain},
		{what: 'orchestra --version', values: measured.version, base: measured.plain, target: 1.6},
		{what: 'node -e 0, in a terminal', values: measured.inTerminal, base: measured.inTerminal},
		{what: 'deploy: first byte painted', values: measured.paint, base: measured.inTerminal, target: 2},
		{what: 'deploy: first interactive frame', values: measured.frame, base: measured.inTerminal, target: 6},
	];
	console.log(`Node ${process.versions.node}, ${ROUNDS} rounds, interleaved; milliseconds are medians\n`);
	console.log(
		`${'case'.padEnd(34)}${'ms'.padStart(8)}${'least'.padStart(8)}${'ratio'.padStart(8)}${'target'.padStart(9)}`,
	);
	let missed = 0;
	for (const {what, values, base, target} of rows) {
		const ratio = median(values) / median(base);
		const good = target === undefined || (values.length > 0 && ratio <= target);
		if (!good) missed++;
		const figures =
			values.length === 0
				? ['-', '-', '-']
				: [median(values).toFixed(0), Math.min(...values).toFixed(0), ratio.toFixed(2)];
		const verdict = target === undefined ? '' : `${`≤ ${target}`.padStart(9)}  ${good ? 'met' : 'MISSED'}`;
		console.log(`${what.padEnd(34)}${figures.map((text) => text.padStart(8)).join('')}${verdict}`);
	}
	if (unseen !== undefined) {
		const last = stripVTControlCharacters(unseen)
			.split(/[\r\n]+/)
			.filter((line) => line.trim() !== '')
			.slice(-5);
		console.log(
			`\nNo hint bar was seen in ${ROUNDS - measured.frame.length} rounds; the last lines were:\n${last.join('\n')}`,
		);
	}
	return missed > 0 && CHECK ? 1 : 0;
}

try {
	process.exitCode = await main();
} finally {
	rmSync(scratch, {recursive: true, force: true});
}
