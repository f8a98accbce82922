// The promise again, kept by what a user types: `orchestra deploy` and `orchestra rollback`, blue-green switches, canaries
// and rollbacks in one project, with people at the front door all the time: two of each in the suite, ten by
// `npm run zero-loss`. Nobody is refused, cut off or
// answered by the gateway in the application's place. The same service, released the naive way, does lose people.

import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, onTestFinished, test, vi} from 'vitest';
import {SAMPLE_APP} from '../kit/gateway.ts';
import {type Load, losses, startLoad} from '../kit/load.ts';
import {freePort, type TestProject, testProject} from '../kit/project.ts';
import {tempFolder} from '../kit/temp.ts';

const ROUNDS = Number(process.env.ORCHESTRA_ROUNDS) || 2;
/** Of the rollbacks, so many are the gate's; a person types the others after a promotion. */
const AUTOMATIC = Math.floor(ROUNDS / 2);

async function someTraffic(load: Load, requests = 30): Promise<void> {
	const before = load.result.ok;
	await vi.waitFor(() => expect(load.result.ok).toBeGreaterThan(before + requests), {timeout: 10_000, interval: 5});
}

/** Releases one more commit; the exit code is what the test expects, or the test shows what was said. */
async function ship(
	project: TestProject,
	what: {name: string; strategy: 'switch' | 'fast'; bad?: boolean; exit: number; trust?: string},
): Promise<void> {
	const {name, strategy, bad = false, exit, trust} = what;
	const commit = project.commit(`feat(${name}): something new`, {
		[`features/${name}`]: name,
		...(bad ? {FAIL_EVERY: '3'} : {}),
	});
	const flags = ['--yes', '--strategy', strategy, '--select', `f-${commit.slice(0, 8)}`];
	const ran = await project.orchestra(['deploy', ...flags, ...(trust === undefined ? [] : ['--trust', trust])]);
	expect(ran, `${name}: ${ran.stdout}${ran.stderr}`).toMatchObject({exit});
	// What is bad leaves the branch as a person would take it off, so that the next release is not built around it.
	if (bad) project.git('reset', '-q', '--hard', 'HEAD~1');
}

const liveAt = async (project: TestProject) => {
	const response = await fetch(`${project.url}/`);
	await response.arrayBuffer();
	return response.headers.get('x-version') ?? 'nothing';
};

test(`${ROUNDS} switches, ${ROUNDS} canaries and ${ROUNDS} rollbacks through the command line lose nothing`, async () => {
	const project = await testProject({start: SAMPLE_APP, watchSeconds: 0.15});
	await ship(project, {name: 'first', strategy: 'switch', exit: 0, trust: await project.trust()});
	/** Who was live from when on: after each command, not before, so that a socket cut by a switch is caught. */
	const live = [{from: 0, release: await liveAt(project)}];
	const isLive = async () => {
		const release = await liveAt(project);
		live.push({from: performance.now(), release});
		return release;
	};
	const rollback = async () => {
		const before = live.at(-2)?.release;
		const ran = await project.orchestra(['rollback', '--reason', 'business']);
		expect(ran, ran.stdout + ran.stderr).toMatchObject({exit: 3, stdout: expect.stringContaining('it was warm')});
		expect(await isLive()).toBe(before);
	};

	const load = startLoad(project.url, {clients: 6, pauseMs: 12, slow: 2, slowMs: 400, sockets: 3});
	await someTraffic(load);
	for (let round = 1; round <= ROUNDS; round++) {
		await ship(project, {name: `switch-${round}`, strategy: 'switch', exit: 0});
		await isLive();
		await ship(project, {name: `canary-${round}`, strategy: 'fast', exit: 0});
		const good = await isLive();
		if (round > AUTOMATIC) await rollback();
		else {
			await ship(project, {name: `bad-${round}`, strategy: 'fast', bad: true, exit: 3});
			expect(await isLive()).toBe(good);
		}
	}
	await someTraffic(load);
	const result = await load.stop();

	const {refused, reset, ownErrors, wrong, wsDropped} = result;
	expect({refused, reset, ownErrors, wrong, wsDropped, errors: [...result.errors]}).toEqual({
		refused: 0,
		reset: 0,
		ownErrors: 0,
		wrong: 0,
		wsDropped: 0,
		errors: [],
	});
	expect(result.ok).toBeGreaterThan(100 * ROUNDS);
	expect(result.wsMessages).toBeGreaterThan(10 * ROUNDS);
	// Everybody who was released was met: one before, and each of the rounds' three or two.
	expect(result.byVersion.size).toBe(1 + 2 * ROUNDS + AUTOMATIC);
	// The 5xx are the bad versions' own.
	expect([...result.appErrorsBy.keys()].filter((version) => live.some(({release}) => release === version))).toEqual([]);
	expect(result.appErrorsBy.size).toBe(AUTOMATIC);
	// There are two slots, so the version before the last one ends when the next is started: its sockets are told so by the
	// service itself, and come again. No socket ended while its version was live, none by a switch or a canary.
	expect(result.wsRetired.length).toBeGreaterThan(0);
	for (const {version, at} of result.wsRetired)
		expect(live.findLast(({from}) => from <= at)?.release, 'a socket ended while its version was live').not.toBe(
			version,
		);
}, 240_000);

test('control: stop the old process, then start the new one in its place: loses, however graceful the service is', async () => {
	const port = await freePort();
	const start = async (release: string): Promise<ChildProcess> => {
		const env = {...process.env, PORT: String(port), ORCHESTRA_RELEASE: release};
		const child = spawn('/bin/sh', ['-c', SAMPLE_APP], {cwd: tempFolder(), env, stdio: 'ignore'});
		onTestFinished(() => void child.kill('SIGKILL'));
		await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/health`), {timeout: 10_000, interval: 10});
		return child;
	};
	const old = await start('old');
	const load = startLoad(`http://127.0.0.1:${port}`, {clients: 6, pauseMs: 12});
	await someTraffic(load);
	const ended = once(old, 'exit');
	old.kill('SIGTERM');
	await ended;
	await start('new');
	await someTraffic(load);
	const result = await load.stop();
	expect(losses(result)).toBeGreaterThan(3);
	expect(result.refused).toBeGreaterThan(0);
	expect([...result.byVersion.keys()]).toEqual(['old', 'new']);
}, 30_000);
