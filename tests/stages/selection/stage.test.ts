import {describe, expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import type {Batch, DiscoveryReport} from '../../../src/domain/batch.ts';
import type {Change} from '../../../src/domain/change.ts';
import type {Feature} from '../../../src/domain/feature.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Ranker} from '../../../src/ports/ranker.ts';
import {createSelection, type SelectionPorts} from '../../../src/stages/selection/stage.ts';
import type {Movement} from '../../../src/stages/stage.ts';
import {fakeRepository, type World} from '../../kit/fake-repository.ts';
import {type FakeStand, fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {type ChangeParts, change, feature, finding, oid} from '../../kit/features.ts';

const report = (features: readonly Feature[], more: Partial<DiscoveryReport> = {}): DiscoveryReport => ({
	base: {name: safe('main'), oid: oid('base')},
	dev: {name: safe('dev'), oid: oid('dev')},
	live: 'base branch',
	features,
	shipped: [],
	cancelled: [],
	counts: {changes: features.length, files: 1, added: 0, modified: 1, conventional: 1, authors: 1},
	...more,
});

/** One feature per name, on one branch in this order. */
function branch(parts: Record<string, ChangeParts & {danger?: boolean}>): Feature[] {
	let parent = oid('base');
	return Object.entries(parts).map(([name, {danger, ...rest}], i) => {
		const one: Change = change(name, {subject: `fix: ${name}`, ...rest, parent, minute: i});
		parent = one.oid;
		return feature(name, {
			...rest,
			changes: [one],
			findings: danger ? [finding('schema', 'danger', {change: one.oid})] : [],
		});
	});
}

interface Setting {
	readonly world?: World;
	readonly answers?: Parameters<typeof fakeStand>[0];
	readonly ranker?: Ranker;
	readonly memory?: Parameters<typeof fakeMemory>[0];
	readonly more?: Partial<SelectionPorts>;
	readonly stand?: FakeStand;
}

async function select(features: readonly Feature[], setting: Setting = {}) {
	const repository = fakeRepository(setting.world ?? {});
	const stand = setting.stand ?? fakeStand({batch: 'recommended', ...setting.answers});
	const stage = createSelection({
		repository,
		memory: fakeMemory(setting.memory),
		ranker: setting.ranker ?? rulesOnly('AI off'),
		tag: 'v{version}',
		...setting.more,
	});
	const movement = await stage.perform({discovery: report(features)}, stand);
	return {movement, stand, repository, stage};
}

function batchOf(movement: Movement<Batch>): Batch {
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return movement.output;
}
function faultOf(movement: Movement<Batch>) {
	if (movement.kind !== 'stopped') throw new Error(JSON.stringify(movement));
	return movement.fault;
}
const idOf = (features: readonly Feature[], title: string) =>
	features.find((one) => one.title === `fix: ${title}`)?.id ?? `no ${title}`;
const titles = (batch: Batch) =>
	batch.ranked.filter((r) => batch.chosen.includes(r.feature.id)).map((r) => r.feature.title.replace('fix: ', ''));

describe('the choice', () => {
	const features = branch({crash: {}, plain: {}, drop: {danger: true}});

	test('all recommended takes must include and recommended; critical takes only the first', async () => {
		expect(titles(batchOf((await select(features)).movement))).toEqual(['crash', 'plain']);
		expect(titles(batchOf((await select(features, {answers: {batch: 'critical'}})).movement))).toEqual(['crash']);
	});

	test('the question offers both, counts the buckets and takes ids', async () => {
		const {stand} = await select(features);
		expect(stand.asked[0]).toMatchObject({
			id: 'selection.batch',
			kind: 'batch',
			free: 'feature-ids',
			flag: '--select recommended',
		});
		expect(stand.asked[0]?.options.map((o) => [o.value, o.label, o.recommended ?? false])).toEqual([
			['recommended', 'All recommended (2)', true],
			['critical', 'Critical only (1)', false],
		]);
		expect(stand.asked[0]?.details[0]).toBe('1 must include, 1 recommended, 0 optional, 1 not recommended');
	});

	test('unanswered, the deployment is held on that question, and nothing was built', async () => {
		const {movement, repository} = await select(features, {answers: {batch: undefined}});
		expect(movement).toMatchObject({kind: 'held', request: {id: 'selection.batch', stage: 'selection'}});
		expect(repository.built).toEqual([]);
	});

	test('a custom choice is taken by id or a clear beginning of one, and what differs from the advice is recorded', async () => {
		const [plain, drop] = [idOf(features, 'plain'), idOf(features, 'drop')];
		const batch = batchOf(
			(await select(features, {answers: {batch: ` ${plain.slice(0, 6)}, ${drop.slice(2)},${drop} `}})).movement,
		);
		expect(batch.choice).toBe('custom');
		expect(titles(batch).sort()).toEqual(['drop', 'plain']);
		expect(batch.overrides).toEqual([
			{feature: idOf(features, 'crash'), bucket: 'must include', chosen: false},
			{feature: drop, bucket: 'not recommended', chosen: true},
		]);
	});

	test('following the advice overrides nothing', async () => {
		expect(batchOf((await select(features)).movement).overrides).toEqual([]);
	});

	test.each([
		['f-00000000', 'no feature is called f-00000000'],
		['nonsense\u001b[31m', 'no feature is called nonsense'],
		['f', 'no feature is called f'],
	])('an id that is on no list (%j) is a usage fault that says so', async (answer, said) => {
		const fault = faultOf((await select(features, {answers: {batch: answer}})).movement);
		expect(fault.code).toBe('USAGE');
		expect(fault.headline).toContain(said);
		expect(fault.headline).not.toContain('\u001b');
	});

	test('a beginning that two features share is a usage fault that names both', async () => {
		const many = branch(Object.fromEntries(Array.from({length: 40}, (_, i) => [`n${i}`, {}])));
		const heads = many.map((one) => one.id.slice(0, 3));
		const shared = heads.find((head, i) => heads.indexOf(head) !== i) ?? '';
		const fault = faultOf((await select(many, {answers: {batch: shared}})).movement);
		expect(fault.headline).toContain(`${shared} could be f-`);
	});

	test('nothing chosen and nothing there are told apart', async () => {
		expect(faultOf((await select(branch({drop: {danger: true}}))).movement).code).toBe('EMPTY_BATCH');
		expect(faultOf((await select(features, {answers: {batch: ' , '}})).movement).code).toBe('EMPTY_BATCH');
		const {movement, stage} = await select([]);
		expect(faultOf(movement)).toMatchObject({
			code: 'NOTHING_TO_DEPLOY',
			headline: 'Nothing waits on dev that is not on main',
		});
		expect(stage.check({discovery: report([])}).map((f) => f.code)).toEqual(['NOTHING_TO_DEPLOY']);
		expect(stage.check({discovery: report(features)})).toEqual([]);
	});
});

describe('the closure', () => {
	// Large features are optional: nobody takes them by default, but a fix may rest on one.
	const large = {kind: 'feat', files: Array.from({length: 12}, (_, i) => `src/shared${i}.ts`)} as const;

	test('what a chosen feature rests on comes along, in branch order, with the path as the reason', async () => {
		const features = branch({ground: large, other: large, top: {files: ['src/shared3.ts']}});
		const {movement, repository, stand} = await select(features, {world: {restsOn: {top: ['ground']}}});
		const batch = batchOf(movement);
		expect(repository.built).toEqual([['fix: ground', 'fix: top']]);
		expect(batch.pulledIn).toEqual([
			{feature: idOf(features, 'ground'), because: '“fix: top” does not apply without it: src/shared3.ts'},
		]);
		expect(batch.ranked.find((r) => r.feature.title === 'fix: top')?.needs).toEqual([idOf(features, 'ground')]);
		expect(batch.overrides).toEqual([]);
		expect(stand.notes.join()).toContain('Pulled in');
	});

	test('where a partial clone lacks contents, which files those are is said', async () => {
		const features = branch({one: {}, two: {}});
		const unread = {one: ['a.ts', 'b.ts'], two: ['b.ts', 'c.ts', 'd.ts']};
		const {stand} = await select(features, {world: {unread}});
		expect(stand.notes.join()).toContain(
			'The contents of a.ts, b.ts, c.ts and 1 more are not all here (a partial clone): what 2 changes need there is known by file only',
		);
		expect((await select(features)).stand.notes.join()).not.toContain('partial clone');
	});

	test('it goes on until nothing is missing, also when the simulation names only paths', async () => {
		const files = ['src/a.ts'];
		const big = {kind: 'feat', files: [...files, ...large.files]} as const;
		const features = branch({a: big, b: big, c: big, d: {files}});
		const world = {restsOn: {b: ['a'], c: ['b'], d: ['c']}, namesMissing: false};
		const {movement, repository} = await select(features, {world});
		expect(titles(batchOf(movement)).sort()).toEqual(['a', 'b', 'c', 'd']);
		// Twice four rounds: once so that the list is right before it is shown, once for the answer.
		expect(repository.simulated.length).toBeLessThanOrEqual(8);
	});

	test('a not recommended feature is never pulled in by itself: who needs it stays out, and that is said', async () => {
		const features = branch({drop: {danger: true}, top: {}, after: {}, free: {}});
		const {movement, stand, repository} = await select(features, {world: {restsOn: {top: ['drop'], after: ['top']}}});
		const batch = batchOf(movement);
		expect(titles(batch)).toEqual(['free']);
		const said = (title: string) => batch.ranked.find(({feature}) => feature.title === title);
		expect(said('fix: top')).toMatchObject({bucket: 'optional', needs: [idOf(features, 'drop')]});
		expect(said('fix: top')?.reasons[0]?.text).toBe('needs “fix: drop” (src/top.ts), which is not recommended');
		expect(said('fix: after')?.reasons[0]?.text).toBe('needs “fix: top” (src/after.ts), which stays out');
		expect(stand.asked[0]?.options[0]?.label).toBe('All recommended (1)');
		expect(repository.built).toEqual([['fix: free']]);
	});

	test('the place of what cannot go is taken by what the cap had kept out and needs nothing else', async () => {
		const chore = {kind: 'chore'} as const;
		const features = branch({drop: {danger: true}, first: chore, top: {}, second: {}, third: chore, last: chore});
		const world = {restsOn: {top: ['drop'], second: ['drop']}};
		const done = await select(features, {world, more: {cap: 2}});
		expect(done.stand.asked[0]?.options[0]?.label).toBe('All recommended (2)');
		expect(titles(batchOf(done.movement)).sort()).toEqual(['first', 'third']);
	});

	test('a critical fix that needs what is not recommended keeps its place and says that a person must decide', async () => {
		const features = branch({drop: {danger: true}, crash: {}, free: {}});
		const {movement, stand} = await select(features, {world: {restsOn: {crash: ['drop']}}});
		const batch = batchOf(movement);
		expect(titles(batch)).toEqual(['free']);
		const crash = batch.ranked.find(({feature}) => feature.title === 'fix: crash');
		expect(crash?.bucket).toBe('must include');
		expect(crash?.reasons[0]?.text).toMatch(
			/^a fix against crashes.*; but it needs “fix: drop” \(src\/crash\.ts\), which is not recommended: a person must decide$/,
		);
		expect(stand.notes.join()).toContain('Left out: “fix: crash” needs “fix: drop”');
	});

	test('what comes along counts: a recommended batch is never larger than the cap', async () => {
		const names = ['a', 'b', 'c', 'd'].map((name) => [`ground-${name}`, large] as const);
		const features = branch({...Object.fromEntries(names), a: {}, b: {}, c: {}, d: {}});
		const world = {restsOn: {a: ['ground-a'], b: ['ground-b'], c: ['ground-c'], d: ['ground-d']}};
		const batch = batchOf((await select(features, {world, more: {cap: 5}})).movement);
		expect(batch.chosen).toHaveLength(4);
		expect(batch.pulledIn).toHaveLength(2);
		expect(batch.ranked.filter(({reasons}) => reasons[0]?.text.includes('brings others along'))).toHaveLength(2);
	});

	test('who came along for one that came along stays out with it', async () => {
		const features = branch({drop: {danger: true}, deep: large, ground: large, top: {}, free: {}});
		const world = {restsOn: {ground: ['deep'], top: ['ground', 'drop']}};
		const batch = `${idOf(features, 'top')},${idOf(features, 'free')}`;
		const done = await select(features, {world, answers: {batch, conflict: 'leave-out'}});
		expect(titles(batchOf(done.movement))).toEqual(['free']);
	});

	test('what came along only for a feature that stays out stays out too', async () => {
		const features = branch({ground: large, drop: {danger: true}, top: {}, free: {}});
		const {movement} = await select(features, {world: {restsOn: {top: ['ground', 'drop']}, namesMissing: true}});
		expect(titles(batchOf(movement))).toEqual(['free']);
	});

	test('a person who chose by hand is asked: both, or neither', async () => {
		const features = branch({drop: {danger: true}, top: {}, free: {}});
		const world = {restsOn: {top: ['drop']}};
		const batch = `${idOf(features, 'top')},${idOf(features, 'free')}`;
		const both = await select(features, {world, answers: {batch, conflict: 'pull-in'}});
		expect(titles(batchOf(both.movement)).sort()).toEqual(['drop', 'free', 'top']);
		expect(both.stand.asked[1]).toMatchObject({id: 'selection.conflict.1', kind: 'conflict'});
		const neither = await select(features, {world, answers: {batch, conflict: 'leave-out'}});
		expect(titles(batchOf(neither.movement))).toEqual(['free']);
		const nobody = await select(features, {world, answers: {batch}});
		expect(nobody.movement).toMatchObject({kind: 'held', request: {id: 'selection.conflict.1'}});
		expect(nobody.repository.built).toEqual([]);
	});

	test('a not recommended feature chosen by hand is no question', async () => {
		const features = branch({drop: {danger: true}, top: {}});
		const batch = features.map((one) => one.id).join(',');
		const {movement, stand} = await select(features, {world: {restsOn: {top: ['drop']}}, answers: {batch}});
		expect(titles(batchOf(movement)).sort()).toEqual(['drop', 'top']);
		expect(stand.asked).toHaveLength(1);
	});

	test('what applies nowhere stops a choice by hand and a critical fix, naming the paths, before anything is built', async () => {
		const features = branch({crash: {files: ['src/pool.ts']}, plain: {}});
		const critical = await select(features, {world: {hopeless: ['crash']}});
		expect(faultOf(critical.movement)).toMatchObject({code: 'CONFLICT', stage: 'selection'});
		expect(faultOf(critical.movement).details).toEqual([`“fix: crash” (${idOf(features, 'crash')})`, 'src/pool.ts']);
		expect(critical.repository.built).toEqual([]);
		const byHand = await select(features, {world: {hopeless: ['plain']}, answers: {batch: idOf(features, 'plain')}});
		expect(faultOf(byHand.movement).code).toBe('CONFLICT');
	});

	test('of the recommended ones, what applies nowhere stays out and that is said', async () => {
		const {movement} = await select(branch({crash: {}, plain: {}}), {world: {hopeless: ['plain']}});
		const batch = batchOf(movement);
		expect(titles(batch)).toEqual(['crash']);
		expect(batch.ranked[1]).toMatchObject({bucket: 'optional'});
		expect(batch.ranked[1]?.reasons[0]?.text).toBe('does not apply on the base: src/plain.ts');
	});

	test('when everything falls away, the batch is empty and says why', async () => {
		const {movement} = await select(branch({plain: {}}), {world: {hopeless: ['plain']}});
		expect(faultOf(movement)).toMatchObject({
			code: 'EMPTY_BATCH',
			details: [
				'No feature is safe enough to recommend; 1 feature waits',
				'“fix: plain”: does not apply on the base: src/plain.ts',
			],
		});
	});

	test('features of many changes go in the order of the branch, not of the list', async () => {
		const changes = ['a1', 'b1', 'a2', 'b2'].map((name, i, all) =>
			change(name, {minute: 9 - i, parent: oid(i === 0 ? 'base' : (all[i - 1] ?? ''))}),
		);
		const pick = (...at: number[]) => at.flatMap((i) => changes[i] ?? []);
		const {repository} = await select([feature('b', {changes: pick(1, 3)}), feature('a', {changes: pick(0, 2)})]);
		expect(repository.built).toEqual([['fix: a1', 'fix: b1', 'fix: a2', 'fix: b2']]);
	});
});

describe('the release', () => {
	test('the version grows from the last tag by what really goes, and the tag follows its template', async () => {
		const features = branch({a: {}, b: {kind: 'feat'}});
		const world = {last: {major: 1, minor: 4, patch: 2}};
		const all = await select(features, {world, more: {tag: 'release-{version}'}});
		expect(batchOf(all.movement).release).toMatchObject({version: '1.5.0', tag: 'release-1.5.0', base: oid('base')});
		const fix = await select(features, {world, answers: {batch: idOf(features, 'a')}});
		expect(batchOf(fix.movement).release.tag).toBe('v1.4.3');
		expect(all.stand.steps).toEqual(['build']);
	});

	test('the journal gets every feature with bucket, risk, reason and whether it goes', async () => {
		const features = branch({crash: {}, drop: {danger: true}});
		const {stand, movement} = await select(features);
		expect(stand.events.map((event) => event.type)).toEqual(['features.found', 'batch.chosen']);
		const [found, chosen] = stand.events;
		expect(found).toMatchObject({
			features: [
				{title: 'fix: crash', bucket: 'must include', why: 'a fix against crashes: src/crash.ts, no test', topics: []},
				{
					title: 'fix: drop',
					bucket: 'not recommended',
					why: 'HIGH RISK: danger in schema (migrations/7.sql:3)',
					topics: ['schema'],
				},
			],
		});
		expect(chosen).toMatchObject({
			version: '0.0.1',
			commit: batchOf(movement).release.commit,
			features: [{chosen: true, changeIds: [oid('crash')]}, {chosen: false}],
		});
	});

	test('the cap of the preferences, and a lower one from outside, hold', async () => {
		const features = branch(Object.fromEntries(Array.from({length: 12}, (_, i) => [`n${i}`, {}])));
		const asked = await select(features, {memory: {preferences: {max_features_per_deployment: 7}}});
		expect(batchOf(asked.movement).chosen).toHaveLength(7);
		const lower = await select(features, {memory: {preferences: {max_features_per_deployment: 7}}, more: {cap: 4}});
		expect(batchOf(lower.movement).chosen).toHaveLength(4);
		expect(lower.stand.asked[0]?.details[1]).toBe('4/4 of the largest batch you allow');
	});

	test('the next run after a rollback shows a higher risk and the reason, and leaves the feature out', async () => {
		const features = branch({bad: {}, good: {}});
		const first = batchOf((await select(features)).movement);
		const scars = {
			[oid('bad')]: {deployment: '20261121_101010', outcome: 'rolled_back', why: 'error rate 12 %', suspects: 1},
		} as const;
		const {movement} = await select(features, {memory: {patterns: {deployments: 1, scars}}});
		const second = batchOf(movement);
		const risk = (batch: Batch) => batch.ranked.find((r) => r.feature.title === 'fix: bad')?.risk ?? 0;
		expect(risk(second)).toBeGreaterThan(risk(first) + 0.3);
		expect(titles(second)).toEqual(['good']);
		expect(second.risk.evidence).toBe(1);
	});

	test('a raised signal stops before the release is built', async () => {
		const controller = new AbortController();
		const stand = fakeStand(
			{
				batch: () => {
					controller.abort(new Error('stop'));
					return 'recommended';
				},
			},
			controller.signal,
		);
		await expect(select(branch({a: {}}), {stand})).rejects.toThrow('stop');
		expect(stand.steps).toEqual([]);
	});
});

describe('a model', () => {
	const features = branch({crash: {}, plain: {}, drop: {danger: true}});

	test('a hostile one changes nothing about the release and draws nothing of its own', async () => {
		const hostile: Ranker = {
			rank: async (ranked) => ({
				features: [
					...ranked.map((one) => ({
						...one,
						risk: 0,
						bucket: 'must include' as const,
						needs: ranked.map((r) => r.feature.id),
						reasons: [
							{code: 'ok', text: safe('safe'), weight: -1},
							{code: 'x', text: '\u001b[2Jship it\u202e' as never, weight: 0},
						],
						feature: {...one.feature, changes: [change('evil')], title: safe('fix: evil')},
					})),
					{feature: feature('evil'), bucket: 'must include', risk: 0, reasons: [], needs: []},
				],
				by: 'claude',
				note: '\u001b]0;owned\u0007',
			}),
		};
		const plain = await select(features);
		const attacked = await select(features, {ranker: hostile});
		const [before, after] = [batchOf(plain.movement), batchOf(attacked.movement)];
		expect(after.release).toEqual(before.release);
		expect(after.chosen).toEqual(before.chosen);
		expect(after.risk).toEqual(before.risk);
		expect(after.ranked.map((r) => [r.feature, r.bucket, r.risk])).toEqual(
			before.ranked.map((r) => [r.feature, r.bucket, r.risk]),
		);
		expect(attacked.repository.built).toEqual(plain.repository.built);
		const said = JSON.stringify([after.ranked.map((r) => r.reasons), after.ranking, attacked.stand.events]);
		expect(said).not.toMatch(/\\u001b|\u202e|\\u0007/);
		expect(said).toContain('ship it');
	});

	test.each([
		['one that fails', async () => Promise.reject(new Error('529 overloaded'))],
		['one that answers nothing', async () => undefined as never],
		['one that answers nonsense', async () => ({features: 7, by: 'claude', note: {}}) as never],
	])('%s leaves the rules in charge', async (_, rank) => {
		const {movement} = await select(features, {ranker: {rank}});
		expect(titles(batchOf(movement))).toEqual(['crash', 'plain']);
	});

	test('one that is careful is heard, and the record says that it took part', async () => {
		const careful: Ranker = {
			rank: async (ranked) => ({
				features: ranked.map((one) =>
					one.feature.title === 'fix: plain'
						? {...one, bucket: 'optional', risk: 0.4, reasons: [{code: 'x', text: safe('touches money'), weight: 0.3}]}
						: one,
				),
				by: 'claude',
				note: 'one change looks worse than its size',
			}),
		};
		const {movement, stand} = await select(features, {ranker: careful});
		expect(titles(batchOf(movement))).toEqual(['crash']);
		expect(batchOf(movement).ranking).toEqual({by: 'claude', note: 'one change looks worse than its size'});
		expect(JSON.stringify(stand.events[0])).toContain('touches money');
	});
});

describe('groups that a person wants otherwise', () => {
	const features = branch({crash: {}, plain: {}, drop: {danger: true}});
	const [plain, drop] = [idOf(features, 'plain'), idOf(features, 'drop')];

	test('the list is offered anew under a number of its own, and what was found stays with its change', async () => {
		const answers = [`group join ${plain},${drop}`, `group rename ${plain} Orders`, 'recommended'];
		const stand = fakeStand({batch: () => answers.shift()});
		const {movement} = await select(features, {stand});
		expect(stand.asked.map(({id}) => id)).toEqual(['selection.batch', 'selection.batch.2', 'selection.batch.3']);
		const batch = batchOf(movement);
		const joined = batch.ranked.find(({feature}) => feature.title === 'Orders');
		expect(joined?.feature.changes).toHaveLength(2);
		// It now holds what the other one drops.
		expect(joined?.bucket).toBe('not recommended');
		expect(batch.ranked).toHaveLength(2);
	});

	test('a wish that makes no sense is said, and the list is offered again', async () => {
		const answers = ['group join f-00000000,f-00000001', `group split ${plain}`, 'recommended'];
		const stand = fakeStand({batch: () => answers.shift()});
		const {movement} = await select(features, {stand});
		expect(stand.notes.join()).toContain('single change');
		expect(batchOf(movement).ranked).toHaveLength(3);
	});
});
