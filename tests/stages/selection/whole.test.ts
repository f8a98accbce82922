import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import type {Batch, DiscoveryReport} from '../../../src/domain/batch.ts';
import type {Project} from '../../../src/domain/project.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import type {Movement} from '../../../src/stages/stage.ts';
import {prepareRelease} from '../../../src/stages/staging/prepare.ts';
import {fingerprint} from '../../adapters/git/kit.ts';
import {discover} from '../../kit/discover.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';

/** Every name in `uses` must have its line in `defs`; says so as compilers do. Counts its runs outside the release. */
const BUILD = `echo run >> "$ORCHESTRA_TEST_RUNS"
failed=0
for name in $(cat uses/* 2>/dev/null); do
	grep -qsx "function $name() {}" defs/* || { echo "uses/all.txt:1:1: error: Cannot find name '$name'."; failed=2; }
done
exit $failed
`;

/** Two changes that share no line and no file, and one needs the other all the same. */
function project(needed: Record<string, string> = {}) {
	const repo = tempRepo();
	repo.commit('feat: start', {'build.sh': BUILD, 'defs/old.txt': 'function older() {}\n', 'uses/a.txt': 'older\n'});
	repo.git('tag', '-a', 'v1.0.0', '-m', 'v1.0.0');
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: bring it', {'defs/fresh.txt': 'function brandNew() {}\n', ...needed});
	repo.commit('feat: something else', {'other.txt': 'brandNew ideas\n'});
	repo.commit('fix: use it', {'uses/b.txt': 'brandNew\n'});
	return repo;
}

interface Setting {
	readonly trusted?: boolean;
	readonly answers?: Parameters<typeof fakeStand>[0];
	readonly change?: (repository: Repository) => Partial<Repository>;
	readonly choose?: string;
}

async function select(repo: TempRepo, setting: Setting = {}) {
	const opened = await openRepository(repo.root, {clock: systemClock});
	const repository = {...opened, ...setting.change?.(opened)};
	const discovery = await discover(repository);
	const runs = join(tempFolder(), 'runs');
	const releasesFolder = join(repo.root, '.orchestra/releases');
	// `as`: of a project only its commands count here.
	const project = {commands: {build: `ORCHESTRA_TEST_RUNS='${runs}' sh build.sh`, test: {}}} as unknown as Project;
	const runner = createRunner({clock: systemClock});
	const trust = {isTrusted: async () => setting.trusted ?? true, trust: async () => undefined};
	const stand = fakeStand({batch: idOf(discovery, setting.choose ?? 'use it'), ...setting.answers});
	const stage = createSelection({
		repository,
		memory: fakeMemory(),
		ranker: rulesOnly('AI off'),
		tag: 'v{version}',
		trial: {runner, project, releasesFolder, trust, trustHash: 'x'},
	});
	const movement = await stage.perform({discovery}, stand);
	const built = () => (existsSync(runs) ? readFileSync(runs, 'utf8').split('\n').length - 1 : 0);
	return {movement, discovery, stand, built, repository, releasesFolder, runner, project};
}

const idOf = (report: DiscoveryReport, part: string) =>
	report.features.find((one) => one.title.includes(part))?.id ?? `no feature ${part}`;

function batchOf(movement: Movement<Batch>): Batch {
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return movement.output;
}

describe('what does not compile alone', () => {
	test('gets what the compiler asks for, asked about and with the reason, and nothing else', async () => {
		const done = await select(project(), {answers: {repair: 'add'}});
		const batch = batchOf(done.movement);
		const needed = idOf(done.discovery, 'bring it');
		expect(batch.pulledIn).toEqual([
			{feature: needed, because: 'the build asks for brandNew, which it brings (defs/fresh.txt)'},
		]);
		expect(batch.chosen).toHaveLength(2);
		expect(batch.release.picks).toHaveLength(2);
		expect(batch.proof).toMatchObject({equal: true, picksTree: batch.release.tree, revertsTree: batch.release.tree});
		const asked = done.stand.asked.find(({kind}) => kind === 'repair');
		expect(asked).toMatchObject({id: 'selection.repair.1', flag: '--yes'});
		expect(asked?.options.find(({value}) => value === 'add')?.recommended).toBe(true);
		expect(asked?.details[0]).toContain('brandNew');
		expect(done.built()).toBe(2);
	});

	test('holds where nobody answers, and stops where they say no; nothing is built then', async () => {
		expect((await select(project())).movement).toMatchObject({kind: 'held', request: {kind: 'repair'}});
		const {movement, stand} = await select(project(), {answers: {repair: 'stop'}});
		expect(movement).toMatchObject({kind: 'stopped', fault: {code: 'BUILD_FAILED', stage: 'selection'}});
		expect(stand.events.some(({type}) => type === 'batch.chosen')).toBe(false);
	});

	test('is never given what is not recommended by the policy of --yes', async () => {
		const repo = project({'migrations/2.sql': 'ALTER TABLE t DROP COLUMN x;\n'});
		const {movement} = await select(repo);
		if (movement.kind !== 'held') throw new Error(movement.kind);
		expect(movement.request.options.some(({recommended}) => recommended)).toBe(false);
		expect(movement.request.flag).toMatch(/^--select …,f-/);
		expect(movement.request.details.join()).toContain('drops column x');
	});

	test('and that no waiting change answers is a failed build with the compiler’s words', async () => {
		const repo = project();
		repo.commit('fix: hopeless', {'uses/c.txt': 'nowhereToBeFound\n'});
		const {movement, built} = await select(repo, {choose: 'hopeless', answers: {repair: 'add'}});
		if (movement.kind !== 'stopped') throw new Error(movement.kind);
		expect(movement.fault.code).toBe('BUILD_FAILED');
		expect(movement.fault.details.join('\n')).toContain("Cannot find name 'nowhereToBeFound'");
		expect(built()).toBe(1);
	});

	test('runs no command before it is trusted', async () => {
		const {movement, built} = await select(project(), {trusted: false});
		expect(batchOf(movement).chosen).toHaveLength(1);
		expect(built()).toBe(0);
	});

	test('is laid out and built once: the next stage finds it done', async () => {
		const done = await select(project(), {answers: {repair: 'add'}});
		const {release} = batchOf(done.movement);
		const ports = {...done, releasesFolder: done.releasesFolder};
		const options = {commit: release.commit, name: 'nowhere', stage: 'staging', version: release.version} as const;
		const {folder} = await prepareRelease(ports, options, fakeStand());
		expect(readFileSync(join(folder, 'uses/b.txt'), 'utf8')).toBe('brandNew\n');
		expect(done.built()).toBe(2);
	});
});

describe('the proof', () => {
	const other = {picksTree: 'a'.repeat(40), revertsTree: 'b'.repeat(40), equal: false, steps: 1, except: []};

	test('is said in a line and kept with what was chosen', async () => {
		const {stand} = await select(project(), {choose: 'something else'});
		expect(stand.notes.join('\n')).toMatch(
			/Proven: 1 change onto the base and 2 others out of the branch give the same tree [0-9a-f]{12}/,
		);
		const event = stand.events.find(({type}) => type === 'batch.chosen');
		expect(event).toMatchObject({proof: {equal: true}});
	});

	test('that fails stops everything before a commit is made, and names where and what', async () => {
		let builds = 0;
		const {movement, discovery} = await select(project(), {
			change: (repository) => ({
				// `as`: the ids are made up.
				prove: async () =>
					({...other, differs: ['src/x.ts'], entangled: []}) as unknown as Awaited<ReturnType<Repository['prove']>>,
				build: (...args) => {
					builds++;
					return repository.build(...args);
				},
			}),
		});
		expect(discovery.features).toHaveLength(3);
		expect(movement).toMatchObject({kind: 'stopped', fault: {code: 'PROOF_FAILED', stage: 'selection'}});
		expect(movement.kind === 'stopped' && movement.fault.details.join()).toContain('src/x.ts');
		expect(builds).toBe(0);
	});

	test('that holds only with one more brings that along, unless it is not recommended', async () => {
		const grow = async (repo: TempRepo) =>
			select(repo, {
				trusted: false,
				change: (repository) => ({
					prove: async (base, dev, picks, order) => {
						const first = order[0];
						if (first && picks.includes(first)) return repository.prove(base, dev, picks, order);
						const proof = {...other, differs: ['f.txt'], entangled: first ? [first.oid] : []};
						return proof as unknown as Awaited<ReturnType<Repository['prove']>>;
					},
				}),
			});
		const {movement, discovery} = await grow(project());
		expect(batchOf(movement).pulledIn).toEqual([
			{feature: idOf(discovery, 'bring it'), because: 'what was chosen cannot be told apart from it in f.txt'},
		]);
		const danger = await grow(project({'migrations/2.sql': 'ALTER TABLE t DROP COLUMN x;\n'}));
		expect(danger.movement).toMatchObject({kind: 'stopped', fault: {code: 'PROOF_FAILED'}});
	});
});

test('until it is accepted, every byte of the repository and of the work tree is what it was', async () => {
	const repo = project();
	repo.git('status');
	const before = fingerprint(repo.root, ['.orchestra', 'deployment_memory']);
	const {movement} = await select(repo, {answers: {repair: 'add'}});
	expect(batchOf(movement).release.commit).toMatch(/^[0-9a-f]{40}$/);
	expect(fingerprint(repo.root, ['.orchestra', 'deployment_memory'])).toEqual(before);
	expect(existsSync(join(repo.root, '.orchestra/releases/nowhere/uses/b.txt'))).toBe(true);
});
