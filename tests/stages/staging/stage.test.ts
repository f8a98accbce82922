// Stage 3 with a real repository and real commands: what it asks, builds, writes, and takes over after a crash.

import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import {asOid} from '../../../src/domain/ids.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import type {Project} from '../../../src/domain/project.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {createStaging} from '../../../src/stages/staging/stage.ts';
import {quickClock} from '../../kit/quick-clock.ts';
import {batchOf, discoveryOf, featureOf, projectOf, standIn} from '../../kit/release.ts';
import {tempRepo} from '../../kit/temp.ts';
import {commitOid, treeRepository} from '../../kit/tree-repository.ts';

const ID = '20261121_101500';
const HASH = 'f'.repeat(64);
const YES = {'staging.trust': 'trust', 'staging.waive': 'waive'};
const REQUIRED = {unit: {command: 'true', required: true, timeoutSeconds: 10}};

function setUp(
	commands: Partial<Project['commands']> = {},
	options: {
		files?: Record<string, string>;
		require?: boolean;
		risk?: number;
		danger?: boolean;
		trusted?: string[];
	} = {},
) {
	const repo = tempRepo();
	const commit = commitOid(repo, 'feat: one', {'app.txt': 'hello\n', 'src/a.js': 'let a;\n', ...options.files});
	const tree = asOid(repo.git('rev-parse', 'HEAD^{tree}'));
	const ranked = featureOf('one', options.danger ? {findings: [{}]} : {});
	const change = ranked.feature.changes[0] ?? raiseNever();
	const feature = {...ranked, feature: {...ranked.feature, changes: [{...change, oid: commit}]}};
	const batch = batchOf([feature], {commit, tree, ...(options.risk === undefined ? {} : {risk: options.risk})});
	const trusted = new Set(options.trusted ?? []);
	const project = projectOf({test: REQUIRED, ...commands});
	const releasesFolder = join(repo.root, '.orchestra/releases');
	const ports = {
		// Staging asks nothing else of git: anything more would be undefined and fail the test.
		repository: treeRepository(repo) as Repository,
		runner: createRunner({clock: quickClock()}),
		trust: {
			isTrusted: async (hash: string) => trusted.has(hash),
			trust: async (hash: string) => void trusted.add(hash),
		},
		trustHash: HASH,
		project,
		preferences: {...DEFAULT_PREFERENCES, require_staging: options.require ?? false},
		releasesFolder,
	};
	const stage = createStaging(ports);
	const input = {discovery: discoveryOf([feature.feature]), selection: batch};
	const path = join(repo.root, 'deployment_memory/current', ID);
	return {repo, stage, input, path, project, ports, trusted, release: join(releasesFolder, ID), releasesFolder};
}

function raiseNever(): never {
	throw new Error('a feature has at least one change');
}

test('untrusted commands are shown whole, nothing is recommended, and nothing runs until a person says so', async () => {
	const long = `touch ran; ${'x'.repeat(3000)}\u202e`;
	const {stage, input, path, release} = setUp({build: long, start: 'node s.js'});
	const stand = standIn(path);
	const movement = await stage.perform(input, stand);
	expect(movement).toMatchObject({kind: 'held', request: {kind: 'trust', stage: 'staging', flag: `--trust ${HASH}`}});
	const [asked] = stand.asked;
	expect(asked?.details.join('\n')).toContain('x'.repeat(3000));
	expect(asked?.details.join('\n')).not.toContain('\u202e');
	expect(asked?.details).toEqual(expect.arrayContaining(['start: node s.js', 'test unit: true']));
	expect(asked?.options.some((option) => option.recommended)).toBe(false);
	expect(existsSync(release)).toBe(false);
	expect(stand.steps).toEqual([]);
});

test('trust is for exactly these commands: an answer given for others does not count', async () => {
	const {stage, input, path, trusted} = setUp();
	const other = standIn(path, {answers: {[`staging.trust.${'0'.repeat(64)}`]: 'trust'}});
	expect(await stage.perform(input, other)).toMatchObject({kind: 'held'});
	expect(trusted.size).toBe(0);
	expect(await stage.perform(input, standIn(path, {answers: {[`staging.trust.${HASH}`]: 'trust'}}))).toMatchObject({
		kind: 'finished',
	});
	expect([...trusted]).toEqual([HASH]);
	const again = standIn(path);
	expect(await stage.perform(input, again)).toMatchObject({kind: 'finished'});
	expect(again.asked).toEqual([]);
	const {stage: strict, input: same, path: there} = setUp();
	expect(await strict.perform(same, standIn(there, {answers: {'staging.trust': 'stop'}}))).toMatchObject({
		kind: 'stopped',
		fault: {code: 'NOT_TRUSTED'},
	});
});

test('without a staging target a waiver is asked for; --yes may give it only when tests stand in and little is at stake', async () => {
	const recommended = async (set: ReturnType<typeof setUp>) => {
		const stand = standIn(set.path, {answers: {'staging.trust': 'trust'}});
		const movement = await set.stage.perform(set.input, stand);
		expect(movement).toMatchObject({kind: 'held', request: {kind: 'waive-staging'}});
		return stand.asked.at(-1)?.options.find((option) => option.recommended)?.value;
	};
	expect(await recommended(setUp({}, {require: true}))).toBe('waive');
	expect(await recommended(setUp({test: {}}, {require: true}))).toBeUndefined();
	expect(await recommended(setUp({}, {require: true, risk: 0.9}))).toBeUndefined();
	expect(await recommended(setUp({}, {require: true, danger: true}))).toBeUndefined();

	const {stage, input, path} = setUp({}, {require: true});
	const stand = standIn(path, {answers: YES});
	expect(await stage.perform(input, stand)).toMatchObject({kind: 'finished'});
	expect(stand.notes.join()).toContain('Staging was waived');
	expect(readFileSync(join(path, 'checklist.md'), 'utf8')).toContain('waived, and recorded');
	expect(await stage.perform(input, standIn(path, {answers: {...YES, 'staging.waive': 'stop'}}))).toMatchObject({
		kind: 'stopped',
		fault: {code: 'STAGING_REQUIRED'},
	});
});

test('the release is laid out, installed and built in its own folder, and the documents tell what is in it', async () => {
	const {stage, input, path, release, repo, releasesFolder} = setUp({
		install: 'echo installing; echo "$ORCHESTRA_VERSION" > installed',
		build: 'cat app.txt installed > built; git rev-parse --show-toplevel || true',
	});
	const stand = standIn(path, {answers: YES});
	const movement = await stage.perform(input, stand);
	expect(movement).toMatchObject({
		kind: 'finished',
		output: {folder: release},
		summary: expect.stringContaining('v1.2.0 built in'),
	});
	expect(readFileSync(join(release, 'built'), 'utf8')).toBe('hello\n1.2.0\n');
	expect(stand.lines).toContain('install: installing');
	expect(stand.lines.join()).not.toContain(repo.root);
	expect(stand.steps.map((step) => step.key)).toEqual(['materialise', 'install', 'build']);
	expect(stand.events.filter((event) => event.type === 'command.ran')).toHaveLength(2);
	expect(readdirSync(releasesFolder).sort()).toEqual([ID, `${ID}.json`]);

	const written = stand.events.flatMap((event) => (event.type === 'document.written' ? [event.file] : []));
	expect(written.sort()).toEqual([
		'checklist.md',
		'release-plan.md',
		'rollback.md',
		'scripts/rollback.sh',
		'scripts/smoke.sh',
		'scripts/verify.sh',
		'test-plan.md',
	]);
	for (const file of written) {
		const content = readFileSync(join(path, file), 'utf8');
		expect(content).not.toContain(repo.root);
		expect(Boolean(statSync(join(path, file)).mode & 0o100)).toBe(file.endsWith('.sh'));
	}
	expect(repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
});

test('a library without start, build or install command can be staged; the plan says what production needs', async () => {
	const {stage, input, path} = setUp();
	const stand = standIn(path, {answers: YES});
	expect(await stage.perform(input, stand)).toMatchObject({kind: 'finished', output: {buildMs: 0, commands: {}}});
	expect(readFileSync(join(path, 'release-plan.md'), 'utf8')).toContain('production needs a start command');
	expect(stand.notes.join()).toContain('No start command');
});

test('a build that fails stops with its last lines, redacted, and runs again on the next try', async () => {
	const {stage, input, path, release} = setUp({build: 'echo "DB_PASSWORD=hunter22 is wrong"; [ -e mended ]'});
	await expect(stage.perform(input, standIn(path, {answers: YES}))).rejects.toMatchObject({
		fault: {code: 'BUILD_FAILED', details: ['DB_PASSWORD=‹redacted› is wrong']},
	});
	writeFileSync(join(release, 'mended'), '');
	const stand = standIn(path, {answers: YES, resumed: ['materialise', 'build']});
	expect(await stage.perform(input, stand)).toMatchObject({kind: 'finished'});
	expect(stand.steps).toEqual([
		{key: 'materialise', did: 'skipped'},
		{key: 'build', did: 'applied'},
	]);
});

test('a resume takes over what reality shows as done, and nothing else', async () => {
	const {stage, input, path, release, ports} = setUp({install: 'echo i >> count', build: 'echo b >> count'});
	const all = ['materialise', 'install', 'build'];
	const did = async (other = stage) => {
		const stand = standIn(path, {answers: YES, resumed: all});
		expect(await other.perform(input, stand)).toMatchObject({kind: 'finished'});
		return stand.steps.map((step) => step.did[0]).join('');
	};
	expect(await did()).toBe('aaa');
	expect(await did()).toBe('sss');
	expect(readFileSync(join(release, 'count'), 'utf8')).toBe('i\nb\n');
	// Another build command: the layout and the install still count.
	const changed = createStaging({...ports, project: projectOf({...ports.project.commands, build: 'echo c >> count'})});
	expect(await did(changed)).toBe('ssa');
	// The folder is gone, or the marker is damaged: from the beginning, in a clean folder.
	rmSync(release, {recursive: true});
	expect(await did()).toBe('aaa');
	writeFileSync(`${release}.json`, '{"commit":');
	writeFileSync(join(release, 'stray'), '');
	expect(await did()).toBe('aaa');
	expect(existsSync(join(release, 'stray'))).toBe(false);
	// Written before the machine's last start: files may have been lost with it.
	const marker = JSON.parse(readFileSync(`${release}.json`, 'utf8'));
	writeFileSync(`${release}.json`, JSON.stringify({...marker, boot: 'another'}));
	expect(await did()).toBe('aaa');
});

test('a releases folder that is a link is refused', async () => {
	const {stage, input, path, repo} = setUp();
	mkdirSync(join(repo.root, 'elsewhere'));
	symlinkSync(join(repo.root, 'elsewhere'), join(repo.root, '.orchestra'));
	await expect(stage.perform(input, standIn(path, {answers: YES}))).rejects.toMatchObject({
		fault: {code: 'MEMORY_UNSAFE'},
	});
	expect(readdirSync(join(repo.root, 'elsewhere'))).toEqual([]);
});

test('credentials that the release adds are named by place, never by value', async () => {
	const token = `ghp_${'aB3dE6gH9jK2mN5p'.repeat(3).slice(0, 36)}`;
	const {stage, input, path} = setUp({}, {files: {'src/leak.js': `a\nconst t = "${token}";\n`}});
	const stand = standIn(path, {answers: YES});
	await stage.perform(input, stand);
	expect(stand.notes.join()).toContain('src/leak.js:2');
	const checklist = readFileSync(join(path, 'checklist.md'), 'utf8');
	expect(checklist).toMatch(/- \[ \] No credentials.*src\/leak\.js:2/);
	expect(checklist).not.toContain(token);
});

test('stopping while it builds leaves no marker, so that the build runs again', async () => {
	const {stage, input, path, release} = setUp({build: 'touch begun; sleep 60'});
	const stop = new AbortController();
	const stand = standIn(path, {answers: YES, signal: stop.signal});
	const running = stage.perform(input, stand);
	const reason = new Error('stop');
	const poll = setInterval(() => existsSync(join(release, 'begun')) && stop.abort(reason), 20);
	await expect(running).rejects.toBe(reason);
	clearInterval(poll);
	expect(JSON.parse(readFileSync(`${release}.json`, 'utf8')).done).not.toHaveProperty('build');
});

test('an empty batch is refused before anything happens', () => {
	const {stage, input} = setUp();
	expect(stage.check(input)).toEqual([]);
	expect(stage.check({...input, selection: {...input.selection, chosen: []}})).toMatchObject([{code: 'EMPTY_BATCH'}]);
});
