import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {knock} from '../kit/knock.ts';
import {gatewayOf, idsIn, served} from '../kit/midway.ts';
import {type TestProject, testProject} from '../kit/project.ts';

/** A release is live, blue-green, its predecessor warm for `warmSeconds`. */
async function live(warmSeconds: number): Promise<TestProject> {
	const project = await testProject({strategy: 'switch'});
	const file = join(project.root, 'orchestration/strategies/switch.json');
	writeFileSync(file, JSON.stringify({...JSON.parse(readFileSync(file, 'utf8')), warmSeconds}));
	const deploy = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	expect(deploy).toMatchObject({exit: 0});
	expect(await served(project)).toBe('hello there two');
	return project;
}

async function untilCold(project: TestProject) {
	await vi.waitFor(
		async () => {
			const {stable, slots} = await gatewayOf(project);
			expect(slots[stable === 'blue' ? 'green' : 'blue'].state).toBe('empty');
		},
		{timeout: 20_000, interval: 300},
	);
}

const startCommand = (project: TestProject, start: string) => {
	const file = join(project.root, 'orchestration/orchestra.json');
	const config = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(file, JSON.stringify({...config, commands: {...config.commands, start}}));
};

test('rollback to a warm version loses nobody; a second one does not go forward again to what was taken back', async () => {
	const project = await live(300);
	const visitors = knock(project.url);
	const first = await project.orchestra(['rollback', '--reason', 'slow']);
	expect(first).toMatchObject({exit: 3, stdout: expect.stringContaining('it was warm')});
	expect(await served(project)).toBe('hello one');
	const second = await project.orchestra(['rollback']);
	expect(second).toMatchObject({exit: 1, stderr: expect.stringContaining('no earlier release')});
	expect(await served(project)).toBe('hello one');
	await visitors.stop();
	expect(visitors.lost()).toEqual([]);
}, 60_000);

test('rollback with nothing warm starts the version before again, and only with commands that were trusted', async () => {
	const project = await live(1);
	await untilCold(project);
	startCommand(project, 'exec node -e "process.exit(3)"');
	const refused = await project.orchestra(['rollback']);
	expect(refused).toMatchObject({exit: 1, stderr: expect.stringContaining(' rollback --trust ')});
	expect(await served(project)).toBe('hello there two');
	// A start command that cannot be read is not one that is missing.
	const file = join(project.root, 'orchestration/orchestra.json');
	const config = readFileSync(file, 'utf8');
	writeFileSync(file, JSON.stringify({...JSON.parse(config), timeZone: 'Mars/Base'}));
	const broken = await project.orchestra(['rollback']);
	expect(broken).toMatchObject({exit: 2, stderr: expect.stringContaining('timeZone: found "Mars/Base"')});
	writeFileSync(file, config);
	startCommand(project, 'exec node server.js');
	const rollback = await project.orchestra(['rollback']);
	expect(rollback).toMatchObject({exit: 3, stdout: expect.stringContaining('started anew')});
	expect(await served(project)).toBe('hello one');
}, 60_000);

test('rollback needs neither the memory nor a readable project file while the old version is warm', async () => {
	const project = await live(300);
	const memory = join(project.root, 'deployment_memory');
	for (const name of ['config.json', 'patterns/deployment_patterns.json', 'history/index.jsonl'])
		writeFileSync(join(memory, name), '{{{');
	const [id = ''] = readdirSync(join(memory, 'history')).filter((name) => /^\d/.test(name));
	writeFileSync(join(memory, 'history', id, 'summary.json'), '\0');
	writeFileSync(join(memory, 'history', id, 'journal.jsonl'), 'rubbish\n');
	writeFileSync(join(project.root, 'orchestration/orchestra.json'), '{');
	const {exit, stderr} = await project.orchestra(['rollback', '--json']);
	expect({exit, stderr}).toMatchObject({exit: 3, stderr: expect.stringContaining('orchestra.json is not valid')});
	expect(await served(project)).toBe('hello one');
}, 60_000);

test('where nothing was ever deployed there is nothing to go back to, and no gateway is started to say so', async () => {
	const project = await testProject();
	expect(await project.orchestra(['rollback'])).toMatchObject({exit: 1});
	expect((await project.orchestra(['gateway', 'status'])).stdout).toContain('not running');
}, 30_000);

test('a fence file and a list of what served that are lost block no later deployment', async () => {
	const project = await live(300);
	for (const name of ['fence', 'served.json']) rmSync(join(project.stateFolder, name));
	project.commit('fix(answer): again', {VERSION: 'three\n'});
	const next = await project.orchestra(['deploy', '--yes']);
	expect({...next}).toMatchObject({exit: 0});
	expect(await served(project)).toBe('hello there three');
	expect(await project.orchestra(['rollback', '20200101_000000'])).toMatchObject({exit: 1});
	const [id = ''] = idsIn(project, 'history').toSorted().slice(-1);
	expect(await project.orchestra(['rollback', id])).toMatchObject({exit: 2});
}, 60_000);

test('rollback to a past deployment brings back exactly its release, over whatever came between', async () => {
	const project = await live(300);
	const [first = ''] = idsIn(project, 'history');
	for (const version of ['three', 'four']) {
		project.commit('fix(answer): again', {VERSION: `${version}\n`});
		expect(await project.orchestra(['deploy', '--yes'])).toMatchObject({exit: 0});
	}
	expect(await project.orchestra(['rollback', first])).toMatchObject({exit: 3});
	expect(await served(project)).toBe('hello there two');
}, 60_000);
