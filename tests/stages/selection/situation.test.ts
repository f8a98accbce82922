// Room: tests. What is known of a feature at the moment of choosing, and that ranking, journal and learning all have it.

import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import type {DiscoveryReport} from '../../../src/domain/batch.ts';
import type {DependencyGraph} from '../../../src/domain/dependency.ts';
import type {FeatureLine} from '../../../src/domain/deployment/event.ts';
import type {Feature} from '../../../src/domain/feature.ts';
import type {Oid} from '../../../src/domain/ids.ts';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {safe} from '../../../src/domain/safe.ts';
import {wanted} from '../../../src/domain/selection/wanted.ts';
import {situationsOf} from '../../../src/stages/selection/situation.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {closed, feature as summed} from '../../kit/deployments.ts';
import {fakeRepository} from '../../kit/fake-repository.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {change, feature, oid} from '../../kit/features.ts';

const by = (name: string, author: string): Feature => {
	const one = feature(name);
	return {...one, changes: one.changes.map((each) => ({...each, author: {name: safe(author), email: 'x@y.z'}}))};
};
const idOf = (one: Feature | undefined) => one?.changes[0]?.oid ?? oid('none');
const NOWHERE = {elsewhere: {before: 0, taken: new Map()}, before: 0};

test('lines say what does not apply by itself: what rests on others, and what meets the base', () => {
	const features = [feature('a'), feature('b'), feature('c'), feature('d')];
	const [a, b, c, d] = features.map(idOf);
	const edge = (from: Oid, to: Oid, strength: 'hard' | 'regenerate') => [
		{from, to, kind: 'edit' as const, strength, why: {path: 'x'}},
	];
	const graph: DependencyGraph = {
		needs: (one) => (one === b ? edge(one, a ?? one, 'hard') : one === d ? edge(one, a ?? one, 'regenerate') : []),
		suspects: () => [],
		drifted: (one) => (one === c ? [{path: 'x', line: 3}] : []),
	};
	const known = situationsOf(features, NOWHERE, graph, undefined);
	expect(features.map(({id}) => known.get(id))).toMatchObject([
		{conflicts: false, needs: 0},
		{conflicts: true, needs: 1},
		{conflicts: true, needs: 0},
		{conflicts: false, needs: 0},
	]);
	expect(
		situationsOf(features, NOWHERE, undefined, undefined).get(features[0]?.id as never)?.conflicts,
	).toBeUndefined();
});

test('a feature is taken elsewhere when all of it is, and new when it came after the last choice', () => {
	const both = feature('both', {changes: [change('one', {minute: 1}), change('two', {minute: 9})]});
	const half = feature('half', {changes: [change('three', {minute: 1}), change('four', {minute: 2})]});
	const taken = new Map([
		[oid('one'), {times: 2, first: 50}],
		[oid('two'), {times: 1, first: 60}],
		[oid('three'), {times: 1, first: 60}],
	]);
	const before = (both.changes[0]?.committedAt ?? 0) + 120;
	const known = situationsOf([both, half], {elsewhere: {before: 0, taken}, before}, undefined, undefined);
	expect(known.get(both.id)).toMatchObject({elsewhere: {times: 1, first: 60}, fresh: true});
	expect(known.get(half.id)?.elsewhere).toBeUndefined();
	expect(known.get(half.id)?.fresh).toBe(false);
});

test('authors are told apart by a hash of their own project, and by nothing that names them', () => {
	const features = [by('a', 'Ada Lovelace'), by('b', 'Ada Lovelace'), by('c', 'Bo')];
	const [a, b, c] = features.map(({id}) => situationsOf(features, NOWHERE, undefined, 'shop').get(id)?.author);
	const [elsewhere] = features.map(({id}) => situationsOf(features, NOWHERE, undefined, 'bank').get(id)?.author);
	expect(a).toMatch(/^[0-9a-f]{12}$/);
	expect(b).toBe(a);
	expect(new Set([a, c, elsewhere]).size).toBe(3);
});

test('whose work was taken, and what others took before, is wanted more', () => {
	const past = Array.from({length: 6}, (_, nth) =>
		closed(nth + 1, {
			chosenBy: 'person',
			features: [summed(nth, {situation: {author: 'aa'}}), summed(nth + 50, {situation: {author: 'aa'}})],
			left: [0, 1].map((n) => ({...summed(nth + 90 + n), situation: {author: 'bb'}})),
		}),
	);
	const features = [feature('a'), feature('b'), feature('c')];
	const [a, b, c] = features.map(({id}) => id);
	const of = (more: object) =>
		new Map([a, b, c].map((id, i) => [id ?? (features[0]?.id as never), Object.values(more)[i] ?? {}]));
	const [his = 0, hers = 0, nobodys = 0] = wanted(features, patternsOf(past), {
		of: of([{author: 'aa'}, {author: 'bb'}, {author: 'cc'}]),
	});
	expect(his).toBeGreaterThan(nobodys + 0.02);
	expect(hers).toBeLessThan(nobodys - 0.02);
	const now = 1_800_000_000;
	const [taken = 0, , alone = 0] = wanted(features, patternsOf([]), {
		now,
		of: of([{elsewhere: {times: 1, first: now - 9000}}, {}, {}]),
	});
	expect(taken).toBeGreaterThan(alone + 0.02);
});

test('the journal keeps what was known, so that learning sees what the person saw', async () => {
	const features = [feature('a'), feature('b')];
	const report: DiscoveryReport = {
		base: {name: safe('main'), oid: oid('base')},
		dev: {name: safe('dev'), oid: oid('tip')},
		live: 'base branch',
		features,
		shipped: [],
		cancelled: [],
		counts: {changes: 2, files: 2, added: 0, modified: 2, conventional: 1, authors: 1},
	};
	const stand = fakeStand({batch: 'recommended'});
	const stage = createSelection({
		repository: fakeRepository({restsOn: {b: ['a']}, linesSayIt: true}),
		memory: fakeMemory({history: [closed(1, {chosenBy: 'person', openedAt: '2030-01-01T00:00:00Z'})]}),
		ranker: rulesOnly('AI off'),
		tag: 'v{version}',
		salt: 'shop',
	});
	expect((await stage.perform({discovery: report}, stand)).kind).toBe('finished');
	for (const type of ['features.found', 'batch.chosen'] as const) {
		const event = stand.events.find((one) => one.type === type);
		const lines: readonly FeatureLine[] = event !== undefined && 'features' in event ? event.features : [];
		const b = lines.find(({id}) => id === features[1]?.id);
		expect(b?.situation).toMatchObject({conflicts: true, needs: 1, fresh: false, conventional: true});
	}
});
