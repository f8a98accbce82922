// Real processes, also badly behaved ones: whatever a command does, the run ends, nothing is left over, and nothing leaks.

import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import {MASK} from '../../../src/domain/redact.ts';
import {quickClock} from '../../kit/quick-clock.ts';
import {tempFolder} from '../../kit/temp.ts';

const MINUTE = 60_000;

function alive(pid: number): boolean {
	try {
		// A zombie that nobody has reaped yet is dead as well.
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

async function pidIn(file: string): Promise<number> {
	return vi.waitFor(() => {
		const pid = Number(existsSync(file) ? readFileSync(file, 'utf8') : '');
		if (!(pid > 0)) throw new Error('not yet');
		return pid;
	}, 10_000);
}

function setUp(options: {secrets?: readonly string[]; scale?: number; pathPrefix?: string} = {}) {
	const clock = quickClock(options.scale ?? 1);
	const cwd = tempFolder();
	const runner = createRunner({
		clock,
		secrets: () => options.secrets ?? [],
		...(options.pathPrefix === undefined ? {} : {pathPrefix: options.pathPrefix}),
	});
	const lines: string[] = [];
	const run = (command: string, more: {timeoutMs?: number; signal?: AbortSignal; env?: Record<string, string>} = {}) =>
		runner.run({command, cwd, timeoutMs: MINUTE, onLine: (line) => lines.push(line), ...more});
	return {clock, cwd, run, lines};
}

test('exit code, both streams as lines, and stdout whole come back', async () => {
	const {run, lines} = setUp();
	const result = await run('echo one; echo two >&2; printf three; exit 7');
	expect(result).toMatchObject({exit: 7, timedOut: false, stdout: 'one\nthree'});
	expect([...lines].sort()).toEqual(['one', 'three', 'two']);
	expect([...result.tail].sort()).toEqual(['one', 'three', 'two']);
	expect(result.ms).toBeGreaterThan(0);
});

test('a command killed by a signal says 128 + its number', async () => {
	const {run} = setUp();
	expect((await run('kill -9 $$')).exit).toBe(137);
});

test('a folder that is not there is a fault, not an exit code', async () => {
	const runner = createRunner({clock: quickClock()});
	await expect(runner.run({command: 'true', cwd: join(tempFolder(), 'gone'), timeoutMs: MINUTE})).rejects.toMatchObject(
		{
			fault: {code: 'COMMAND_NOT_STARTED'},
		},
	);
});

test('the environment is a short list: no keys, no git variables, nothing that changes what runs', async () => {
	const hostile = {
		GIT_DIR: '/x',
		GIT_SSH_COMMAND: 'touch /x',
		NODE_OPTIONS: '--require=/x',
		LD_PRELOAD: '/x.so',
		BASH_ENV: '/x',
		ANTHROPIC_API_KEY: 'sk-ant-leak',
		OTHER_API_KEY: 'leak',
		AWS_SECRET_ACCESS_KEY: 'leak',
		npm_config_x: 'leak',
		LC_TIME: 'C',
	};
	for (const [name, value] of Object.entries(hostile)) vi.stubEnv(name, value);
	vi.stubEnv('PATH', `:.:relative:${process.env.PATH}`);
	try {
		const {run, cwd} = setUp({pathPrefix: '/opt/our-node'});
		const {stdout} = await run('env', {
			env: {APP_MODE: 'test', GIT_WORK_TREE: '/x', LD_LIBRARY_PATH: '/x', NODE_OPTIONS: '--x', PATH: '/x'},
		});
		const seen = new Map(stdout.split('\n').map((line) => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]));
		const shell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', '']);
		const names = [...seen.keys()].filter((name) => !shell.has(name)).sort();
		const allowed =
			/^(APP_MODE|CI|GIT_CEILING_DIRECTORIES|HOME|LANG|LANGUAGE|LC_\w+|LOGNAME|NO_COLOR|PATH|SHELL|TERM|TMPDIR|TZ|USER)$/;
		expect(names.filter((name) => !allowed.test(name))).toEqual([]);
		expect(stdout).not.toContain('leak');
		expect(seen.get('APP_MODE')).toBe('test');
		expect(seen.get('LC_TIME')).toBe('C');
		expect(seen.get('TERM')).toBe('dumb');
		expect(seen.get('GIT_CEILING_DIRECTORIES')).toBe(join(cwd, '..'));
		const path = seen.get('PATH')?.split(':') ?? [];
		expect(path[0]).toBe('/opt/our-node');
		expect(path.every((folder) => folder.startsWith('/') && folder !== '/x')).toBe(true);
	} finally {
		vi.unstubAllEnvs();
	}
});

test('git in a release folder does not find the repository above it', async () => {
	const {run, cwd} = setUp();
	expect((await run('git init -q . && mkdir -p releases/one')).exit).toBe(0);
	const runner = createRunner({clock: quickClock()});
	const inside = {command: 'git rev-parse --show-toplevel', cwd: join(cwd, 'releases/one'), timeoutMs: MINUTE};
	expect((await runner.run(inside)).exit).toBe(128);
});

test('stdin is empty, so that a command which asks something goes on', async () => {
	const {run} = setUp();
	expect((await run('read answer; echo "got <$answer>"')).stdout).toBe('got <>\n');
});

test('a time limit ends a command that ignores SIGTERM, and everything in its group', async () => {
	const {run, cwd, clock} = setUp({scale: 0.02});
	const result = await run(
		`trap '' TERM; (trap '' TERM; sleep 300 & echo $! > child; wait) & echo $$ > self; wait; wait`,
		{
			timeoutMs: 20_000,
		},
	);
	expect(result.timedOut).toBe(true);
	expect(result.exit).toBe(137);
	expect(clock.sleeps).toContain(5000);
	for (const file of ['self', 'child']) {
		const pid = await pidIn(join(cwd, file));
		await vi.waitFor(() => expect(alive(pid)).toBe(false));
	}
});

test('a command that leaves on SIGTERM is not made to wait for the grace period', async () => {
	const {run} = setUp();
	const started = performance.now();
	const result = await run('sleep 300', {timeoutMs: 100});
	expect(result).toMatchObject({timedOut: true, exit: 143});
	expect(performance.now() - started).toBeLessThan(4000);
});

test('stopping rejects with the reason, after the whole group is gone', async () => {
	const {run, cwd} = setUp();
	const stop = new AbortController();
	const running = run('sleep 300 & echo $! > child; wait', {signal: stop.signal});
	const pid = await pidIn(join(cwd, 'child'));
	const reason = new Error('stopped by a person');
	stop.abort(reason);
	await expect(running).rejects.toBe(reason);
	await vi.waitFor(() => expect(alive(pid)).toBe(false));
	await expect(run('touch started', {signal: stop.signal})).rejects.toBe(reason);
	expect(existsSync(join(cwd, 'started'))).toBe(false);
});

test('what a command leaves in the background ends with it', async () => {
	const {run, cwd} = setUp();
	const result = await run('sleep 300 & echo $! > child; echo done');
	expect(result).toMatchObject({exit: 0, stdout: 'done\n'});
	const pid = await pidIn(join(cwd, 'child'));
	await vi.waitFor(() => expect(alive(pid)).toBe(false));
});

test('a grandchild that left the group and holds the pipe is not waited for', async () => {
	const {run, cwd} = setUp();
	const started = performance.now();
	const result = await run(
		'setsid sh -c "echo \\$\\$ > child; exec sleep 30" & while [ ! -s child ]; do sleep 0.01; done; echo done',
	);
	const pid = await pidIn(join(cwd, 'child'));
	try {
		expect(result).toMatchObject({exit: 0, stdout: 'done\n'});
		expect(performance.now() - started).toBeLessThan(10_000);
	} finally {
		if (alive(pid)) process.kill(pid, 'SIGKILL');
	}
});

test('huge output is capped: stdout keeps its end, lines stop with a word', async () => {
	const {run, lines} = setUp();
	const result = await run(
		`node -e 'const l="x".repeat(1023)+"\\n";for(let i=0;i<12000;i++)process.stdout.write(l);process.stdout.write("the end\\n")'`,
	);
	expect(result.exit).toBe(0);
	expect(Buffer.byteLength(result.stdout)).toBe(10 * 1024 * 1024);
	expect(result.stdout.endsWith('the end\n')).toBe(true);
	expect(result.tail.at(-1)).toBe('the end');
	expect(result.tail).toHaveLength(200);
	expect(lines.length).toBeLessThan(11_000);
	expect(lines.at(-1)).toContain('more than 10 MB');
});

test('one endless line is cut, and the next line comes whole', async () => {
	const {run, lines} = setUp();
	await run(`node -e 'process.stdout.write("y".repeat(3e6)+"\\nnext\\n")'`);
	expect(lines).toHaveLength(2);
	expect(lines[0]?.length).toBeLessThanOrEqual(2001);
	expect(lines[1]).toBe('next');
});

test('hostile output draws nothing: escapes show, colours go, carriage returns end a line', async () => {
	const {run, lines, cwd} = setUp();
	writeFileSync(
		join(cwd, 'evil'),
		'\x1b[31mred\x1b[0m\n\x1b]0;title\x07x\n\x1b[2J\n10%\r20%\r\nrl\u202eo\n\x1b[8mhidden\x1b[28m\nname\u0000\xffend\n',
		'latin1',
	);
	writeFileSync(join(cwd, 'bidi'), 'rl\u202eo\n');
	const result = await run('cat evil bidi');
	expect(lines).toContain('red');
	expect(lines).toContain('␛]0;title␇x');
	expect(lines).toContain('␛[2J');
	expect(lines).toContain('hidden');
	expect(lines.slice(3, 5)).toEqual(['10%', '20%']);
	expect(lines.at(-1)).toBe('rl�o');
	expect([...lines, ...result.tail].join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
});

test('secrets are masked in lines, tail and stdout, also when colour codes or chunks split them', async () => {
	const {run, lines} = setUp({secrets: ['tr0ub4dor&3-secret']});
	const result = await run(
		`printf 'a tr0ub4dor'; sleep 0.05; printf '&3-secret b\\nc tr0ub\\033[1m4dor&3-secret d\\nexport DB_PASSWORD=x1y2z3 e\\n'`,
	);
	const expected = [`a ${MASK} b`, `c ${MASK} d`, `export DB_PASSWORD=${MASK} e`];
	expect(lines).toEqual(expected);
	expect(result.tail).toEqual(expected);
	expect(result.stdout).toBe(`${expected.join('\n')}\n`);
});

test('characters that chunks split are put together again', async () => {
	const {run, lines} = setUp();
	await run(`printf '\\303'; sleep 0.05; printf '\\251t\\303\\251\\r'; sleep 0.05; printf '\\nnext\\n'`);
	expect(lines).toEqual(['été', 'next']);
});
