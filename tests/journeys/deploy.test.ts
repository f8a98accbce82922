import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {knock} from '../kit/knock.ts';
import {BAD, GOOD, runOrchestra, testProject} from '../kit/project.ts';
import {tempFolder, tempRepo} from '../kit/temp.ts';

const json = (text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);

test('a release goes from two waiting changes to production, base branch, tag and history', async () => {
	const project = await testProject();
	const visitors = knock(project.url);
	const {exit, stdout, stderr} = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	await visitors.stop();
	expect({exit, stdout, stderr}).toMatchObject({exit: 0});
	expect(visitors.lost()).toEqual([]);
	expect(project.git('tag', '--list')).toBe('v1.0.0\nv1.1.0');
	expect(project.git('rev-parse', 'main^{tree}')).toBe(project.git('rev-parse', 'dev^{tree}'));
	expect(project.git('rev-parse', 'v1.1.0^{commit}')).toBe(project.git('rev-parse', 'main'));
	expect(project.git('status', '--porcelain')).toBe('');
	expect(await (await fetch(project.url)).text()).toBe('hello there two');
	const memory = join(project.root, 'deployment_memory');
	const [id = ''] = readdirSync(join(memory, 'history')).filter((name) => /^\d{8}_\d{6}$/.test(name));
	for (const file of ['journal.jsonl', 'summary.json', 'release-plan.md', 'report.html', 'learning_report.json']) {
		expect(existsSync(join(memory, 'history', id, file)), file).toBe(true);
	}
	expect(readdirSync(join(memory, 'current'))).toEqual([]);
	expect(JSON.parse(readFileSync(join(memory, 'config.json'), 'utf8'))).toMatchObject({
		statistics: {deployments: 1, promoted: 1},
	});
	expect((await project.orchestra(['history'])).stdout).toContain(id);
	expect((await project.orchestra(['status'])).stdout).toContain('promoted');

	const again = await project.orchestra(['deploy', '--yes']);
	expect(again.exit).toBe(0);
	expect(again.stdout + again.stderr).toContain('Nothing waits');
	expect(JSON.parse((await project.orchestra(['status', '--json'])).stdout)).toMatchObject({id});

	const rollback = await project.orchestra(['rollback', '--reason', 'business']);
	expect(rollback).toMatchObject({exit: 3});
	expect(await (await fetch(project.url)).text()).toBe('hello one');
	expect((await project.orchestra(['gateway', 'stop'])).exit).toBe(0);
}, 90_000);

test('a rollback needs neither a warm version nor a running gateway, and a refused one leaves nothing running', async () => {
	const project = await testProject();
	const early = await project.orchestra(['rollback']);
	expect(early).toMatchObject({exit: 1});
	expect(early.stderr).toContain('There is no earlier release to go back to');
	expect((await project.orchestra(['gateway', 'status'])).stdout).toContain('not running');

	const {exit} = await project.orchestra(['deploy', '--yes', '--strategy', 'switch', '--trust', await project.trust()]);
	expect(exit).toBe(0);
	await project.orchestra(['gateway', 'stop']);
	const back = await project.orchestra(['rollback']);
	expect(back).toMatchObject({exit: 3});
	expect(back.stdout).toMatch(
		/^base\+\S+ serves everyone again after .* \(started anew\); v1\.1\.0\+\S+ has no traffic/,
	);
	expect(await (await fetch(project.url)).text()).toBe('hello one');
	await project.orchestra(['gateway', 'stop']);
}, 90_000);

test('a change that fails under traffic is rolled back, and the next selection has learned from it', async () => {
	const project = await testProject();
	const bad = project.commit('feat(answer): answer faster', {'answer.js': BAD});
	const visitors = knock(project.url);
	const {exit, stdout} = await project.orchestra([
		'deploy',
		'--json',
		'--yes',
		'--trust',
		await project.trust(),
		'--select',
		'recommended',
	]);
	const select = `f-${bad.slice(0, 8)}`;
	const second =
		exit === 3 ? {exit, stdout} : await project.orchestra(['deploy', '--json', '--yes', '--select', select]);
	await visitors.stop();
	expect(second.exit).toBe(3);
	expect(json(second.stdout).at(-1)).toMatchObject({type: 'outcome', outcome: 'rolled_back', exit: 3});
	expect(visitors.lost()).toEqual([]);
	const plan = await project.orchestra(['deploy', '--plan', '--json', '--yes']);
	const found = json(plan.stdout).findLast((line) => line.type === 'features.found');
	expect(JSON.stringify(found)).toMatch(/rolled back/);
	expect(GOOD).not.toBe(BAD);
}, 90_000);

test('stdout holds only JSON Lines with --json, from the greeting to the outcome', async () => {
	const project = await testProject();
	const {exit, stdout} = await project.orchestra(['deploy', '--plan', '--json', '--yes']);
	const lines = json(stdout);
	expect(exit).toBe(0);
	expect(lines[0]).toMatchObject({schemaVersion: 1, type: 'hello'});
	expect(lines.at(-1)).toMatchObject({type: 'outcome', exit: 0});
	expect(existsSync(join(project.root, 'deployment_memory'))).toBe(false);
});

test('commands nobody has trusted do not run: held, with the flag that would', async () => {
	const project = await testProject();
	const held = await project.orchestra(['deploy', '--yes']);
	expect(held.exit).toBe(8);
	expect(held.stdout + held.stderr).toContain(`--trust ${await project.trust()}`);
	expect((await project.orchestra(['deploy', '--yes'])).exit).toBe(8);
	const aborted = await project.orchestra(['abort']);
	expect({exit: aborted.exit, out: aborted.stdout}).toMatchObject({exit: 0});
	expect(await project.orchestra(['abort'])).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('Nothing to abort'),
	});
	expect(readdirSync(join(project.root, 'deployment_memory/history')).filter((n) => /^\d/.test(n))).toHaveLength(1);
}, 60_000);

test('of two deployments at once the second says who, where and how long, and exits 75', async () => {
	const project = await testProject();
	const visitors = knock(project.url);
	const first = project.begin(['deploy', '--yes', '--trust', await project.trust()]);
	await vi.waitFor(() => expect(existsSync(join(project.stateFolder, 'lock.json'))).toBe(true), {timeout: 20_000});
	const second = await project.orchestra(['deploy', '--yes']);
	expect(second.exit).toBe(75);
	expect(second.stderr).toMatch(/is already deploying here: .*, at \w+.*, pid \d+, for \d+ s/);
	expect(await first.ended).toMatchObject({exit: 0});
	await visitors.stop();
}, 60_000);

test('a corrupt memory is set aside, said, and the deployment goes on with priors', async () => {
	const project = await testProject();
	await project.orchestra(['init', '--yes']);
	const config = join(project.root, 'deployment_memory/config.json');
	writeFileSync(config, '{"user_preferences": {"max_fea');
	const visitors = knock(project.url);
	const {exit, stdout, stderr} = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	await visitors.stop();
	expect({exit, stderr}).toMatchObject({exit: 0});
	expect(stdout + stderr).toMatch(/config\.json.*set aside/i);
	expect(
		readdirSync(join(project.root, 'deployment_memory')).some((name) => name.startsWith('config.json.corrupt-')),
	).toBe(true);
}, 60_000);

test('without a start command stages 1 to 4 work and production says plainly what it needs', async () => {
	const project = await testProject({start: false});
	const {exit, stdout, stderr} = await project.orchestra(['deploy', '--yes', '--trust', await project.trust()]);
	expect(exit).toBe(1);
	expect(stdout + stderr).toContain('There is no start command');
	expect(stdout + stderr).toContain('config set commands.start');
	expect(stdout + stderr).toMatch(/Suite unit passed/);
}, 60_000);

test('outside a repository, in an empty one, and with a wrong flag: one clear line and exit code 2', async () => {
	const nowhere = await runOrchestra(tempFolder(), ['deploy', '--plan', '--yes']).ended;
	expect(nowhere).toMatchObject({exit: 2, stderr: expect.stringContaining('not inside a git repository')});
	const empty = await runOrchestra(tempRepo().root, ['deploy', '--plan', '--yes']).ended;
	expect(empty.exit).toBeGreaterThan(0);
	expect(empty.stdout + empty.stderr).toContain('no commits yet');
	expect(await runOrchestra(tempFolder(), ['deploy', '--no-such-flag']).ended).toMatchObject({exit: 2});
	expect(await runOrchestra(tempFolder(), ['--help']).ended).toMatchObject({
		exit: 0,
		stdout: expect.stringContaining('Exit codes'),
	});
});
