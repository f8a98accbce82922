import {describe, expect, test} from 'vitest';
import type {Choice} from '../../../src/domain/batch.ts';
import type {DependencyGraph, Edge, Strength} from '../../../src/domain/dependency.ts';
import type {Bucket, RankedFeature} from '../../../src/domain/feature.ts';
import type {FeatureId} from '../../../src/domain/ids.ts';
import {linksBetween} from '../../../src/domain/selection/links.ts';
import {closeOver} from '../../../src/stages/selection/closure.ts';
import {change, feature, oid} from '../../kit/features.ts';

/** `a: 'b c?'`: a needs b hard and c softly; `~c`: only in a file that is made anew. */
function world(needs: Record<string, string>, buckets: Record<string, Bucket> = {}) {
	const names = Object.keys(needs);
	const features = names.map((name, i) =>
		feature(name, {changes: [change(name, {subject: `fix: ${name}`, minute: i})]}),
	);
	const ranked: RankedFeature[] = features.map((one, i) => ({
		feature: one,
		bucket: buckets[names[i] ?? ''] ?? 'recommended',
		risk: 0.1,
		reasons: [],
		needs: [],
	}));
	const edges = Object.entries(needs).flatMap(([from, text]) =>
		text
			.split(' ')
			.filter(Boolean)
			.map((word): Edge => {
				const strength: Strength = word.endsWith('?') ? 'soft' : word.startsWith('~') ? 'regenerate' : 'hard';
				const to = word.replace(/[?~]/, '');
				return {from: oid(from), to: oid(to), kind: 'edit', strength, why: {path: 'src/x.ts', line: 3}};
			}),
	);
	const graph: DependencyGraph = {
		needs: (id) => edges.filter(({from}) => from === id),
		suspects: () => [],
		drifted: () => [],
	};
	const idOf = (name: string): FeatureId => features[names.indexOf(name)]?.id ?? raiseNone(name);
	const nameOf = (id: string) => names[features.findIndex((one) => one.id === id)] ?? id;
	return {ranked, order: features.flatMap(({changes}) => changes), links: linksBetween(features, graph), idOf, nameOf};
}

function raiseNone(name: string): never {
	throw new Error(`no ${name}`);
}

async function close(
	{ranked, order, links, idOf, nameOf}: ReturnType<typeof world>,
	choice: Choice,
	ids: string[],
	more: {without?: string[]; answer?: 'pull-in' | 'leave-out'} = {},
) {
	const asked: string[] = [];
	let simulated = 0;
	const closure = await closeOver({
		ranked,
		order,
		choice,
		ids: ids.map(idOf),
		links,
		without: new Set((more.without ?? []).map(idOf)),
		simulate: async () => {
			simulated++;
			return {applies: true, conflicts: []};
		},
		askAbout: async (needs, needed, why) => {
			asked.push(`${nameOf(needs.feature.id)} ${nameOf(needed.feature.id)} ${why}`);
			return more.answer;
		},
	});
	if (closure.kind !== 'closed') return {kind: closure.kind, asked, simulated};
	return {
		goes: closure.chosen.map(nameOf).join(''),
		pulled: closure.pulledIn.map(({feature: id, because}) => `${nameOf(id)}: ${because}`),
		left: closure.leftOut.map(({feature: id, because}) => `${nameOf(id)}: ${because}`),
		asked,
		simulated,
	};
}

describe('what features need of each other comes along before git is asked', () => {
	test('needs of needs too, each with what proves it; one simulation is enough', async () => {
		expect(await close(world({a: 'b', b: 'c?', c: '', d: ''}), 'custom', ['a'])).toEqual({
			goes: 'abc',
			pulled: [
				'b: “fix: a” needs it: changes its lines at src/x.ts:3',
				'c: “fix: b” needs it: changes its lines at src/x.ts:3',
			],
			left: [],
			asked: [],
			simulated: 1,
		});
	});

	test('a file that is made anew brings nothing along', async () => {
		expect((await close(world({a: '~b', b: ''}), 'custom', ['a'])).goes).toBe('a');
	});

	test('in a ready-made choice, who needs something not recommended stays out, and who needs that one as well', async () => {
		const dangerous = world({a: 'b', b: 'c', c: '', d: ''}, {c: 'not recommended'});
		const {goes, left, asked} = await close(dangerous, 'recommended', ['a', 'b', 'd']);
		expect([goes, asked]).toEqual(['d', []]);
		expect(left).toEqual([
			'b: “fix: b” needs “fix: c” (changes its lines at src/x.ts:3), which is not recommended',
			'a: “fix: a” needs “fix: b” (changes its lines at src/x.ts:3), which stays out',
		]);
	});

	test('in an own choice they are asked once, and not when both were chosen', async () => {
		const dangerous = world({a: 'b', b: ''}, {b: 'not recommended'});
		expect(await close(dangerous, 'custom', ['a'], {answer: 'pull-in'})).toMatchObject({
			goes: 'ab',
			asked: ['a b changes its lines at src/x.ts:3'],
		});
		expect(await close(dangerous, 'custom', ['a', 'b'])).toMatchObject({goes: 'ab', asked: []});
		expect(await close(dangerous, 'custom', ['a'])).toMatchObject({kind: 'held'});
	});

	test('what a person cut off does not come along: a soft need is let go, a hard one keeps the needy out', async () => {
		expect((await close(world({a: 'b?', b: ''}), 'custom', ['a'], {without: ['b']})).goes).toBe('a');
		const {goes, left} = await close(world({a: 'b', b: '', c: ''}), 'custom', ['a', 'c'], {without: ['b']});
		expect(goes).toBe('c');
		expect(left?.[0]).toContain('which stays out');
	});

	test('what came along only for one that stays out after all stays out too', async () => {
		const tangled = world({a: 'b d', b: '', c: '', d: ''}, {d: 'not recommended'});
		expect((await close(tangled, 'recommended', ['a', 'c'])).goes).toBe('c');
	});
});
