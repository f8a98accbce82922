import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {knock} from '../kit/knock.ts';
import {gatewayOf, idsIn, recordsOf, served, untilRecord} from '../kit/midway.ts';
import {BIN, testProject} from '../kit/project.ts';
import {openScreen} from '../kit/screen.ts';

/** Nobody visits, so the canary waits at 5 % for evidence: time to do things to it. */
async function inCanary(args: readonly string[] = []) {
	const project = await testProject();
	const running = project.begin(['deploy', '--yes', '--trust', await project.trust(), ...args]);
	await untilRecord(project, 'traffic.observed');
	return {project, ...running};
}

test('Ctrl-C, SIGTERM, a closed terminal and a reader that went away all give the traffic back and leave it open', async () => {
	const ways = [
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 143],
		['no reader', 143],
	] as const;
	await Promise.all(
		ways.map(async ([how, exit]) => {
			const {project, child, ended} = await inCanary(how === 'no reader' ? ['--json'] : []);
			if (how === 'no reader') child.stdout?.destroy();
			else child.kill(how);
			expect({how, ...(await ended)}).toMatchObject({how, exit});
			const {stable, weights, slots} = await gatewayOf(project);
			expect([stable, weights, slots.green.state]).toEqual(['blue', {blue: 100, green: 0}, 'healthy']);
			expect(recordsOf(project).at(-1)).toMatchObject({type: 'deployment.left', why: 'interrupted'});
		}),
	);
}, 90_000);

test('rollback while a deployment is open takes that one back, and never lets its canary serve', async () => {
	const {project, child, ended} = await inCanary();
	expect(await project.orchestra(['rollback'])).toMatchObject({exit: 75});
	child.kill('SIGINT');
	await ended;
	expect((await gatewayOf(project)).slots.green.state).toBe('healthy');
	const rollback = await project.orchestra(['rollback']);
	expect({...rollback}).toMatchObject({exit: 3});
	const {stable, weights, slots} = await gatewayOf(project);
	expect([stable, weights, slots.green.state]).toEqual(['blue', {blue: 100, green: 0}, 'empty']);
	expect(await served(project)).toBe('hello one');
	expect([idsIn(project, 'current').length, idsIn(project, 'history').length]).toEqual([0, 1]);
}, 60_000);

test('abort needs neither a readable project file nor the strategy it began with', async () => {
	for (const broken of ['project file', 'strategy'] as const) {
		const {project, child, ended} = await inCanary();
		child.kill('SIGINT');
		await ended;
		if (broken === 'strategy') rmSync(join(project.root, 'orchestration/strategies/fast.json'));
		else writeFileSync(join(project.root, 'orchestration/orchestra.json'), '{"schemaVersion": 1,');
		expect({broken, ...(await project.orchestra(['status']))}).toMatchObject({exit: 0});
		expect({broken, ...(await project.orchestra(['abort']))}).toMatchObject({broken, exit: 3});
		expect((await gatewayOf(project)).slots.green.state).toBe('empty');
		expect(idsIn(project, 'current')).toEqual([]);
	}
}, 90_000);

test('a gateway that is stopped for good in the middle of a canary is brought back with the old version', async () => {
	const {project, ended} = await inCanary();
	expect((await project.orchestra(['gateway', 'stop'])).exit).toBe(0);
	const ran = await ended;
	expect(ran, ran.stdout + ran.stderr).toMatchObject({exit: 3});
	expect(await served(project)).toBe('hello one');
	const {weights, slots} = await gatewayOf(project);
	expect([weights, slots.green.state]).toEqual([{blue: 100, green: 0}, 'empty']);
}, 90_000);

test('a front door that is taken stops the deployment plainly, closed and without traffic', async () => {
	const project = await testProject();
	const other = createServer((_request, response) => response.end('somebody else'));
	await new Promise<void>((done) => other.listen(project.port, '127.0.0.1', done));
	onTestFinished(() => void other.close());
	const {exit, stdout} = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	expect(exit).toBe(1);
	expect(stdout).toContain(`Port ${project.port} is taken`);
	expect([idsIn(project, 'current').length, idsIn(project, 'history').length]).toEqual([0, 1]);
}, 60_000);

test('a journal that is damaged in the middle is said by every command, and abort closes it', async () => {
	const project = await testProject();
	expect((await project.orchestra(['deploy', '--yes'])).exit).toBe(8);
	const [id = ''] = idsIn(project, 'current');
	const file = join(project.root, 'deployment_memory/current', id, 'journal.jsonl');
	const lines = readFileSync(file, 'utf8').split('\n');
	writeFileSync(file, lines.map((line, i) => (i === 4 ? line.replace('"', "'") : line)).join('\n'));
	expect((await project.orchestra(['deploy', '--yes'])).exit).toBe(8);
	const resumed = await project.orchestra(['deploy', '--resume', '--yes']);
	expect(resumed).toMatchObject({exit: 4, stderr: expect.stringContaining(' abort')});
	expect((await project.orchestra(['status'])).stderr).toContain('damaged');
	expect((await project.orchestra(['doctor'])).stdout).toMatch(/FAIL.*damaged in the middle \(record 5\)/);
	const abort = await project.orchestra(['abort']);
	expect(abort).toMatchObject({exit: 0});
	expect(abort.stderr).toContain('.corrupt-');
	expect([idsIn(project, 'current').length, idsIn(project, 'history').length]).toEqual([0, 1]);
}, 60_000);

test('a gateway’s state that came with the repository starts nothing', async () => {
	const project = await testProject();
	const marker = join(project.root, 'ran');
	const spec = {
		release: 'evil',
		folder: '/',
		command: `touch ${marker}`,
		env: {},
		healthPath: '/',
		healthyWithin: 5,
		healthyInARow: 1,
	};
	const slot = {spec, nonce: 'x', process: null, phase: 'up', trusted: true};
	const state = {
		schemaVersion: 1,
		fence: 1,
		port: project.port,
		stable: 'blue',
		weights: {blue: 100, green: 0},
		leaseSeconds: 60,
		leaseRenewedAt: 0,
		slots: {blue: slot, green: null},
	};
	mkdirSync(join(project.stateFolder, 'gateway'), {recursive: true});
	writeFileSync(join(project.stateFolder, 'gateway/state.json'), JSON.stringify(state));
	project.git('add', '-f', '.orchestra/gateway/state.json');
	project.git('commit', '-qm', 'poison');
	for (const words of [['gateway', 'start'], ['deploy', '--yes', '--trust', await project.trust()], ['rollback']]) {
		expect((await project.orchestra(words)).exit).not.toBe(0);
	}
	expect(existsSync(marker)).toBe(false);
}, 60_000);

test('a person who types deploy while one is open is asked what becomes of it, before the screen', async () => {
	const project = await testProject();
	expect((await project.orchestra(['deploy', '--yes'])).exit).toBe(8);
	const open = () => openScreen(process.execPath, [BIN, 'deploy'], {cwd: project.root, cols: 100, rows: 30});

	const quit = open();
	expect(await quit.waitFor('What shall become of it?', 20_000)).toMatch(/is still open: it stopped in staging/);
	expect(quit.alternate()).toBe(false);
	quit.write('\u001b[B\u001b[B\r');
	expect(await quit.exited).toBe(8);

	const left = open();
	await left.waitFor('What shall become of it?', 20_000);
	left.write('\u0003');
	expect(await left.exited).toBe(130);
	expect(idsIn(project, 'current')).toHaveLength(1);

	const resumed = open();
	await resumed.waitFor('What shall become of it?', 20_000);
	resumed.write('\r');
	await resumed.waitFor('Your decision', 20_000);
	expect(resumed.alternate()).toBe(true);
	resumed.write('\u0003');
	resumed.write('\u0003');
	await vi.waitFor(async () => expect(await Promise.race([resumed.exited, 'running'])).toBe(130), {timeout: 20_000});

	const aborted = open();
	await aborted.waitFor('What shall become of it?', 20_000);
	aborted.write('\u001b[B\r');
	expect(await aborted.exited).toBe(0);
	expect([idsIn(project, 'current').length, idsIn(project, 'history').length]).toEqual([0, 1]);
}, 90_000);

test('a disk that fills up stops the deployment where it is, with everyone on the old version, and it can be gone on with', async () => {
	// In blocks of 512 bytes: before the gateway is there, and in the middle of the canary.
	for (const [blocks, exit] of [
		[20, 1],
		[44, 4],
	] as const) {
		const project = await testProject();
		const visitors = knock(project.url);
		const words = `deploy --yes --trust ${await project.trust()}`;
		// The kernel refuses to let any file grow further, as a full disk would.
		const shell = `trap '' XFSZ; ulimit -f ${blocks}; exec "${process.execPath}" "${BIN}" ${words}`;
		const child = spawn('/bin/sh', ['-c', shell], {cwd: project.root, stdio: ['ignore', 'pipe', 'ignore']});
		let said = '';
		child.stdout.on('data', (chunk) => (said += chunk));
		const [code] = await once(child, 'close');
		expect({blocks, code, said: said.replaceAll(/\s+/g, ' ')}).toMatchObject({
			blocks,
			code: exit,
			said: expect.stringContaining('journal.jsonl failed'),
		});
		if (exit === 4) expect((await gatewayOf(project)).weights).toEqual({blue: 100, green: 0});
		expect(await project.orchestra(['deploy', '--resume', '--yes'])).toMatchObject({exit: 0});
		await visitors.stop();
		expect(visitors.lost()).toEqual([]);
		expect(await served(project)).toBe('hello there two');
	}
}, 90_000);
