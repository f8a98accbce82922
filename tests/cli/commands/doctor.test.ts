// Room: tests. Doctor on real repositories: healthy and in every state that it is there to explain.

import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {dirname, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {consentFor} from '../../../src/adapters/ai/consent.ts';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import {loadProject} from '../../../src/adapters/project/project.ts';
import {openTrustStore, trustHash} from '../../../src/adapters/project/trust.ts';
import {CHECKS, doctorCommand} from '../../../src/cli/commands/doctor.ts';
import type {DoctorContext} from '../../../src/cli/commands/doctor-check.ts';
import {programsOf} from '../../../src/cli/commands/doctor-project.ts';
import {initCommand} from '../../../src/cli/commands/init.ts';
import {DEFAULT_AI} from '../../../src/domain/ai.ts';
import type {SlotName} from '../../../src/domain/ids.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Observed, SlotStatus} from '../../../src/ports/target.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';

/** The real one; what is in its configuration is given, so that this file tests what doctor says about it. */
async function repositoryWith(root: string, keys: readonly {key: string; value: string}[] = []) {
	const repository = await openRepository(root, {clock: systemClock});
	return {...repository, executableConfig: async () => keys};
}

function context(root: string, changes: Partial<DoctorContext> = {}): DoctorContext & {lines: string[]} {
	const lines: string[] = [];
	return {
		root,
		lines,
		out: (line) => lines.push(line),
		clock: systemClock,
		env: process.env,
		gitVersion: async () => 'git version 2.45.1',
		repository: () => repositoryWith(root),
		project: () => loadProject(root),
		trust: async (project) => {
			const hash = trustHash(root, project);
			return {hash, trusted: await openTrustStore().isTrusted(hash)};
		},
		memory: openMemory(root, {clock: systemClock, readOnly: true}),
		rebuild: () => openMemory(root, {clock: systemClock}).rebuild(),
		holder: async () => undefined,
		gateway: async () => undefined,
		portOwner: async () => undefined,
		...changes,
	};
}
interface Said {
	readonly status: string;
	readonly text: string;
	readonly mend: readonly string[];
}
async function doctor(root: string, changes: Partial<DoctorContext> = {}, fix = false) {
	const given = context(root, changes);
	const exit = await doctorCommand(given, {json: true, fix});
	const lines = given.lines.map((line) => JSON.parse(line));
	const result = lines.at(-1);
	const said = Object.fromEntries(lines.slice(0, -1).map((line) => [line.id, line])) as Record<string, Said>;
	const about = (id: string): Said => {
		const found = said[id];
		if (!found) throw new Error(`no check ${id}`);
		return found;
	};
	return {exit, result, said, about};
}

async function healthy() {
	const repo = tempRepo();
	repo.commit('feat: first', {
		'server.js': "'/healthz'",
		'package.json': '{"scripts": {"start": "node server.js", "test": "node --test"}}',
	});
	repo.git('checkout', '-q', '-b', 'develop');
	repo.commit('fix: second', {'server.js': "'/healthz' "});
	await initCommand({root: repo.root, out: () => undefined, interactive: false});
	const {project} = await loadProject(repo.root);
	await openTrustStore().trust(trustHash(repo.root, project));
	return repo;
}

test('a healthy repository: every check is good, nothing is left behind, exit 0', async () => {
	const {root} = await healthy();
	const before = readdirSync(root, {recursive: true}).filter((name) => !`${name}`.startsWith('.git/'));
	const {exit, result, said} = await doctor(root);
	expect(Object.values(said).filter(({status}) => status !== 'ok' && status !== 'skipped')).toEqual([]);
	expect(exit).toBe(0);
	expect(result).toMatchObject({type: 'doctor.result', healthy: true, failed: 0, warning: 0});
	expect(CHECKS.length).toBeGreaterThanOrEqual(20);
	expect(new Set(CHECKS.map((check) => check.id)).size).toBe(CHECKS.length);
	const left = readdirSync(root, {recursive: true}).filter((name) => !/^\.git\/|^\.orchestra(\/|$)/.test(`${name}`));
	expect(left).toEqual(before.filter((name) => !`${name}`.startsWith('.orchestra')));
});

test('as text each check is a line, with what mends it below', async () => {
	const repo = tempRepo();
	repo.commit('feat: first', {a: '1'});
	const given = context(repo.root);
	expect(await doctorCommand(given)).toBe(1);
	const text = given.lines.join('\n');
	expect(text).toMatch(/^ok {4}Node {2,}Node \d+/m);
	expect(text).toMatch(/^FAIL {2}Project file .*\n +→ orchestra init$/m);
	expect(given.lines.at(-1)).toMatch(/^\d+ checks: \d+ good, \d+ warnings?, \d+ failed/);
});

test('outside a repository it still looks at the machine', async () => {
	const {exit, about} = await doctor(tempFolder());
	expect(exit).toBe(1);
	expect(about('repository').status).toBe('failed');
	expect(about('branches').status).toBe('skipped');
	expect(about('node').status).toBe('ok');
	expect(about('writable').status).toBe('ok');
});

test('a broken project file fails once, and the checks that need it are skipped', async () => {
	const {root} = await healthy();
	writeFileSync(join(root, 'orchestration/orchestra.json'), '{"port": 0}');
	const {about, result} = await doctor(root);
	expect(about('config')).toMatchObject({status: 'failed', text: expect.stringContaining('from 1 to 65535')});
	expect(['strategy', 'programs', 'trust', 'port'].map((id) => about(id).status)).toEqual(Array(4).fill('skipped'));
	expect(result.failed).toBe(1);
});

test('waiting work: same commit, nothing ahead, behind, and free-form subjects', async () => {
	const {root, git, commit} = await healthy();
	git('add', '-A');
	commit('whatever', {b: '1'});
	expect((await doctor(root)).about('ahead').text).toContain('2 changes on develop, 50 %');
	commit('more', {c: '1'});
	expect((await doctor(root)).about('ahead')).toMatchObject({status: 'warning', text: expect.stringContaining('33 %')});
	// A hotfix on main, without leaving develop.
	git('update-ref', 'refs/heads/main', git('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'fix: hotfix'));
	expect((await doctor(root)).about('ahead').mend).toEqual(['git switch develop && git merge main']);
});

test('a development branch equal to its base, or missing, is named', async () => {
	const repo = await healthy();
	const file = join(repo.root, 'orchestration/orchestra.json');
	const set = (branches: object) => writeFileSync(file, JSON.stringify({branches}));
	set({base: 'main', dev: 'main'});
	expect((await doctor(repo.root)).about('ahead').text).toContain('both main');
	set({base: 'main', dev: 'nope'});
	const {about} = await doctor(repo.root);
	expect(about('branches')).toMatchObject({status: 'failed', text: 'there is no branch nope'});
	expect(about('ahead').status).toBe('skipped');
});

test('commands that cannot run here, are not trusted, or are missing', async () => {
	const {root} = await healthy();
	const file = join(root, 'orchestration/orchestra.json');
	writeFileSync(file, JSON.stringify({commands: {build: 'nosuchprogram --x && make2 y', start: './app', test: {}}}));
	const {about} = await doctor(root);
	expect(about('programs').text).toBe('not on the PATH: nosuchprogram, make2');
	expect(about('trust')).toMatchObject({status: 'warning', mend: [expect.stringMatching(/--trust [0-9a-f]{64}$/)]});
	expect(about('commands').text).toContain('no test command');
});

test('the programs of a command line are its plain first words', () => {
	expect(programsOf('npm ci && npm run build')).toEqual(['npm', 'npm']);
	expect(programsOf('A=1 B=2 make x | tee log; cd y')).toEqual(['make', 'tee']);
	expect(programsOf('./app --port $PORT')).toEqual([]);
	expect(programsOf('python3 -c "import a; b"')).toEqual(['python3']);
	expect(programsOf('for i in 1; do x; done')).toEqual(expect.not.arrayContaining(['for']));
});

test('an env file that others can read, or that is missing', async () => {
	const {root} = await healthy();
	writeFileSync(join(root, 'orchestration/orchestra.json'), '{"envFile": ".env"}');
	expect((await doctor(root)).about('env-file').status).toBe('failed');
	writeFileSync(join(root, '.env'), 'SECRET=hunter2\nB=1');
	chmodSync(join(root, '.env'), 0o644);
	const loose = (await doctor(root)).about('env-file');
	expect(loose).toMatchObject({status: 'warning', mend: ['chmod 600 .env']});
	expect(JSON.stringify(loose)).not.toContain('hunter2');
	chmodSync(join(root, '.env'), 0o600);
	expect((await doctor(root)).about('env-file').status).toBe('ok');
});

test('programs in the git configuration are named', async () => {
	const {root} = await healthy();
	const keys = Array.from({length: 7}, (_, i) => ({key: `alias.x${i}`, value: '!evil'}));
	expect((await doctor(root, {repository: () => repositoryWith(root, keys)})).about('git-config')).toMatchObject({
		status: 'warning',
		text: expect.stringContaining('alias.x0, alias.x1, alias.x2, alias.x3, alias.x4 and 2 more would run programs'),
	});
});

test('a memory folder that cannot be written is found by writing', async () => {
	const {root} = await healthy();
	writeFileSync(join(root, '.orchestra-file'), '');
	const {about} = await doctor(root);
	expect(about('writable').status).toBe('ok');
	const blocked = tempFolder();
	writeFileSync(join(blocked, 'deployment_memory'), 'a file');
	expect((await doctor(blocked)).about('writable')).toMatchObject({
		status: 'failed',
		text: expect.stringContaining('not a plain folder'),
	});
});

function observed(weights: Record<SlotName, number>, blue: Partial<SlotStatus> = {}): Observed {
	const slot = (name: SlotName): SlotStatus => ({
		name,
		release: safe('v1'),
		state: 'healthy',
		inFlight: 0,
		websockets: 0,
		failedProbes: 0,
	});
	return {
		slots: {blue: {...slot('blue'), ...blue}, green: slot('green')},
		weights,
		stable: 'blue',
		fence: 1,
		frontDoor: 'http://127.0.0.1:8080',
	};
}

test('the gateway: a sick slot with traffic fails, split traffic without a conductor warns', async () => {
	const {root} = await healthy();
	const sick = await doctor(root, {gateway: async () => observed({blue: 100, green: 0}, {state: 'failed'})});
	expect(sick.about('gateway')).toMatchObject({
		status: 'failed',
		mend: ['orchestra gateway logs blue', 'orchestra rollback'],
	});
	const split = await doctor(root, {gateway: async () => observed({blue: 75, green: 25})});
	expect(split.about('gateway').text).toContain('nobody conducts it');
	const holder = async () => ({who: 'ann', pid: 7, since: Date.now() - 300_000});
	const held = await doctor(root, {holder, gateway: async () => observed({blue: 75, green: 25})});
	expect(held.about('gateway').status).toBe('ok');
	expect(held.about('lock').text).toContain('held by ann, pid 7, for 5 min');
});

test('the front door: taken by a stranger, or by our own gateway', async () => {
	const {root} = await healthy();
	const portOwner = async () => 'python3 (pid 9)';
	expect((await doctor(root, {portOwner})).about('port').text).toContain('taken by python3');
	const ours = await doctor(root, {portOwner, gateway: async () => observed({blue: 100, green: 0})});
	expect(ours.about('port').status).toBe('ok');
});

test('an old git, and a clock that lost its time', async () => {
	const {root} = await healthy();
	const clock = {...systemClock, now: () => 0};
	const {about} = await doctor(root, {clock, gitVersion: async () => 'git version 2.17.1'});
	expect(about('git').status).toBe('failed');
	expect(about('clock').status).toBe('failed');
});

test('an open deployment that nobody conducts says how to go on', async () => {
	const {root} = await healthy();
	const memory = openMemory(root, {clock: systemClock, readOnly: true});
	const open = {...memory, openDeployment: async () => '20260101_000000' as never}; // `as`: an id of the right shape
	expect((await doctor(root, {memory: open})).about('open').mend).toEqual([
		'orchestra status',
		'orchestra deploy --resume',
		'orchestra abort',
	]);
});

async function deadSocket(path: string) {
	mkdirSync(dirname(path), {recursive: true});
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(path, resolve));
	return server;
}

test('--fix removes the socket of a process that is gone and half-written files, and leaves living ones alone', async () => {
	const {root} = await healthy();
	const living = join(root, '.orchestra/gateway/living.sock');
	const server = await deadSocket(living);
	onTestFinished(() => void server.close());
	// A socket whose process is gone: the name stays when the listener is moved away under another one.
	const dead = join(root, '.orchestra/dead.sock');
	const gone = await deadSocket(join(root, '.orchestra/x.sock'));
	const {renameSync} = await import('node:fs');
	renameSync(join(root, '.orchestra/x.sock'), dead);
	await new Promise((resolve) => gone.close(resolve));
	const half = join(root, 'deployment_memory/.config.json.123.0a1b2c3d.tmp');
	writeFileSync(half, '{');
	utimesSync(half, 1, 1);
	const young = join(root, 'deployment_memory/.config.json.124.0a1b2c3d.tmp');
	writeFileSync(young, '{');
	const before = await doctor(root);
	expect(before.about('leftovers').text).toContain('2 sockets or half-written files');
	expect(existsSync(dead)).toBe(true);
	const busy = await doctor(root, {holder: async () => ({who: 'ann', pid: 1, since: 0})}, true);
	expect(busy.about('leftovers').text).toContain('not mended: a deployment is running');
	const after = await doctor(root, {}, true);
	expect(after.about('leftovers')).toMatchObject({status: 'fixed', text: 'removed 2'});
	expect([dead, half, young, living].map(existsSync)).toEqual([false, false, true, true]);
	// A release is a folder: the notes that lie beside it are none.
	for (let n = 1; n <= 7; n++) {
		mkdirSync(join(root, `.orchestra/releases/2026010${n}_100000`), {recursive: true});
		writeFileSync(join(root, `.orchestra/releases/2026010${n}_100000.json`), '{}');
	}
	expect((await doctor(root)).about('leftovers').text).toContain('7 releases on disk');
});

test('--fix writes a damaged memory anew', async () => {
	const {root} = await healthy();
	const file = join(root, 'deployment_memory/patterns/deployment_patterns.json');
	mkdirSync(dirname(file), {recursive: true});
	writeFileSync(file, '{"deploym');
	expect((await doctor(root)).about('memory').status).toBe('warning');
	expect(readFileSync(file, 'utf8')).toBe('{"deploym');
	expect((await doctor(root, {}, true)).about('memory').status).toBe('fixed');
	expect((await doctor(root)).about('memory').status).toBe('ok');
});

test('a check that breaks is a finding and does not hide the others', async () => {
	const {root} = await healthy();
	const gateway = async () => {
		throw new Error('boom \u001b[31m');
	};
	const {about, said} = await doctor(root, {gateway});
	expect(about('gateway')).toMatchObject({status: 'failed', text: expect.stringContaining('boom')});
	expect(JSON.stringify(about('gateway'))).not.toContain('\\u001b');
	expect(Object.keys(said)).toHaveLength(CHECKS.length);
});

test('doctor says whether Claude takes part and why not, and what is wrong with the model, without a network', async () => {
	const {root} = await healthy();
	const project = await loadProject(root);
	const with_ = (ai: object) => async () => ({...project, project: {...project.project, ai: {...DEFAULT_AI, ...ai}}});
	const key = {ANTHROPIC_API_KEY: 'sk-ant-x', ANTHROPIC_BASE_URL: 'https://user:pass@proxy.example/x', HOME: root};
	const ai = async (changes: Partial<DoctorContext>) => (await doctor(root, changes)).about('ai');
	expect(await ai({env: {HOME: root}})).toMatchObject({status: 'ok', text: 'AI off, rules only: no credentials'});
	expect(await ai({env: key})).toMatchObject({
		status: 'ok',
		text: expect.stringContaining('nobody here has allowed it'),
	});
	const wanted = {env: {HOME: root}, project: with_({enabled: 'on'})};
	expect(await ai(wanted)).toMatchObject({status: 'warning', text: 'AI off, rules only: no credentials'});
	expect(await ai({env: key, project: with_({enabled: 'off'})})).toMatchObject({
		status: 'ok',
		text: expect.stringContaining('is off'),
	});
	const models = ['claude-haiku-5-5', 'claude-sonnet-4-5', 'claude-next'];
	for (const model of models) await consentFor(root, openTrustStore(), {...DEFAULT_AI, model}).give(true);
	expect(await ai({env: key})).toMatchObject({
		status: 'ok',
		text: 'on: claude-haiku-5-5 at https://proxy.example, with ANTHROPIC_API_KEY',
	});
	expect(await ai({env: key, project: with_({model: 'claude-sonnet-4-5'})})).toMatchObject({
		status: 'warning',
		text: expect.stringContaining('ends on 2026-11-30'),
	});
	expect(await ai({env: key, project: with_({model: 'claude-next'})})).toMatchObject({
		status: 'warning',
		text: expect.stringContaining('no price is known'),
	});
});
