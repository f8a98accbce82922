import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {makeDemoRepository} from '../../../src/demo/repository.ts';
import type {Batch, DiscoveryReport} from '../../../src/domain/batch.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {fakeClock} from '../../kit/clock.ts';
import {discover} from '../../kit/discover.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';

async function select(root: string, answer: string | ((report: DiscoveryReport) => string)) {
	const repository = await openRepository(root, {clock: fakeClock(), stateFolder: () => join(tempFolder(), 'state')});
	const discovery = await discover(repository);
	const stand = fakeStand({batch: typeof answer === 'string' ? answer : answer(discovery)});
	const stage = createSelection({repository, memory: fakeMemory(), ranker: rulesOnly('AI off'), tag: 'v{version}'});
	const movement = await stage.perform({discovery}, stand);
	return {movement, repository, discovery, stand};
}

function batchOf({movement}: Awaited<ReturnType<typeof select>>): Batch {
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return movement.output;
}
const idOf = (report: DiscoveryReport, part: string) => {
	const found = report.features.find((one) => one.title.includes(part));
	if (found === undefined) throw new Error(`no feature ${part}`);
	return found.id;
};

const lines = (...texts: string[]) => `${texts.join('\n')}\n`;

function small() {
	const repo = tempRepo();
	repo.commit('feat: start', {
		'a.txt': lines('1', '2', '3'),
		'b.txt': lines('b'),
		'migrations/1.sql': 'CREATE TABLE t (x int);\n',
	});
	repo.git('tag', '-a', 'v1.2.0', '-m', 'v1.2.0');
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: ground', {'a.txt': lines('1', 'ground', '3')});
	repo.commit('fix: other', {'b.txt': lines('b', 'other')});
	repo.commit('fix: on the ground', {'a.txt': lines('1', 'ground, mended', '3')});
	repo.commit('feat: drop x', {'migrations/2.sql': 'ALTER TABLE t DROP COLUMN x;\n'});
	return repo;
}

describe('on a real repository', () => {
	test('a chosen fix brings the change it mends, and nothing else gets into the release', async () => {
		const repo = small();
		const done = await select(repo.root, (report) => idOf(report, 'on the ground'));
		const batch = batchOf(done);
		expect(batch.pulledIn).toEqual([
			{
				feature: idOf(done.discovery, 'feat: ground'),
				because: '“fix: on the ground” needs it: changes its lines at a.txt:2',
			},
		]);
		expect(batch.release).toMatchObject({version: '1.3.0', tag: 'v1.3.0', base: done.discovery.base.oid});
		// The tree that git's own cherry-pick of exactly those two makes.
		repo.git('checkout', '-q', '-b', 'by-hand', 'main');
		repo.git('cherry-pick', 'dev~3', 'dev~1');
		expect(batch.release.tree).toBe(repo.git('rev-parse', 'HEAD^{tree}'));
	});

	test('work tree, index, HEAD, branches and tags are what they were', async () => {
		const repo = small();
		repo.git('checkout', '-q', 'main');
		const look = () =>
			['status --porcelain', 'rev-parse HEAD', 'for-each-ref', 'count-objects -v'].map((c) =>
				repo.git(...c.split(' ')),
			);
		const before = look();
		batchOf(await select(repo.root, 'recommended'));
		expect(look()).toEqual(before);
	});

	test('building twice gives the same commit', async () => {
		const repo = small();
		const [once, again] = [
			batchOf(await select(repo.root, 'recommended')),
			batchOf(await select(repo.root, 'recommended')),
		];
		expect(again.release).toEqual(once.release);
	});

	test('the schema change is seen by the detector, refused by the rules, and said with its place', async () => {
		const batch = batchOf(await select(small().root, 'recommended'));
		const [drop] = batch.ranked.filter((one) => one.bucket === 'not recommended');
		expect(drop?.reasons[0]?.text).toBe('HIGH RISK: drops column x of t (migrations/2.sql:1)');
		expect(batch.chosen).not.toContain(drop?.feature.id);
	});

	test('what only misses another file of a change that waits itself is no conflict of its own', async () => {
		const repo = tempRepo();
		repo.commit('feat: start', {'a.txt': lines('1', '2', '3'), 'c.txt': lines('c')});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: ground', {'a.txt': lines('1', 'ground', '3')});
		repo.commit('fix: two files', {'a.txt': lines('1', 'ground, mended', '3'), 'c.txt': lines('c', 'mended')});
		repo.commit('fix: on top', {'c.txt': lines('c', 'mended', 'twice')});
		const done = await select(repo.root, (report) => `${idOf(report, 'two files')},${idOf(report, 'on top')}`);
		expect(batchOf(done).chosen).toHaveLength(3);
		expect(batchOf(done).pulledIn.map(({feature}) => feature)).toEqual([idOf(done.discovery, 'ground')]);
	});

	test('a change that the base contradicts is a conflict that names the path', async () => {
		const repo = small();
		repo.git('checkout', '-q', 'main');
		repo.commit('fix: the same line elsewhere', {'b.txt': lines('b', 'elsewhere')});
		const {movement, discovery} = await select(repo.root, (report) => idOf(report, 'fix: other'));
		if (movement.kind !== 'stopped') throw new Error(movement.kind);
		expect(movement.fault.code).toBe('CONFLICT');
		expect(movement.fault.details).toEqual([`“fix: other” (${idOf(discovery, 'fix: other')})`, 'b.txt']);
	});
});

test('of the demo’s 50 and more changes the 10 to 15 safest are chosen, applied and built, and none of the dangerous ones', async () => {
	const demo = await makeDemoRepository(join(tempFolder(), 'demo'), {port: 18_080});
	const done = await select(demo.folder, 'recommended');
	const batch = batchOf(done);
	expect(done.discovery.features.length).toBeGreaterThanOrEqual(50);
	const wished = batch.chosen.length - batch.pulledIn.length;
	expect(wished).toBeGreaterThanOrEqual(10);
	expect(wished).toBeLessThanOrEqual(15);
	const chosen = new Set<string>(batch.chosen);
	for (const {feature} of demo.critical) expect(chosen).toContain(feature);
	for (const {feature} of [demo.schema, demo.breaking, demo.bad]) expect(chosen).not.toContain(feature);
	const picks = done.discovery.features.filter((one) => chosen.has(one.id)).map((one) => one.changes[0]?.oid);
	expect(batch.release.picks.map((pick) => pick.change)).toEqual(picks);
});
