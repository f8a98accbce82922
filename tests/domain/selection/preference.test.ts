// Room: tests. The preference model: what it learns from choices, and that scores stay sound.

import {describe, expect, test} from 'vitest';
import {chance, createPreference, type Offer, shareScores} from '../../../src/domain/selection/preference.ts';
import {PRIOR} from '../../../src/domain/selection/preference-prior.ts';
import {
	type Candidate,
	isGeneral,
	type Pool,
	placesOf,
	signalsOf,
} from '../../../src/domain/selection/preference-signals.ts';
import fc from '../../kit/check.ts';

const plain: Candidate = {subject: 'fix: it', kind: 'fix', conventional: true, breaking: false, at: 1000};
const pool = (times: readonly number[]): Pool => ({now: times.at(-1) ?? 0, times, share: 0.25});
const offer = (...some: (readonly [candidate: Partial<Candidate>, taken: boolean])[]): Offer => {
	const times = some.map(([one]) => one.at ?? plain.at).sort((a, b) => a - b);
	return some.map(([one, taken]) => ({signals: signalsOf({...plain, ...one}, pool(times)), taken}));
};

describe('learning', () => {
	const api = {scope: 'api', subject: 'fix(api): it'};
	const web = {scope: 'web', subject: 'fix(web): it'};

	test('what was taken beside what was left scores higher from then on', () => {
		const model = createPreference(PRIOR);
		const [first, second] = offer([api, false], [web, false]);
		const gap = () => model.score(first?.signals ?? []) - model.score(second?.signals ?? []);
		const before = gap();
		for (let i = 0; i < 5; i++) model.learn(offer([api, true], [web, false]));
		expect(before).toBeCloseTo(0);
		expect(gap()).toBeGreaterThan(0.3);
	});

	test('a choice that is trusted little moves little, and one of nothing leaves the order', () => {
		const moved = (trust: number) => {
			const model = createPreference({});
			model.learn(offer([api, true], [web, false]), trust);
			return Math.abs(model.learned().get('scope:api') ?? 0);
		};
		expect(moved(0.2)).toBeLessThan(moved(1) / 2);
		expect(moved(0.2)).toBeGreaterThan(0);
		const model = createPreference({});
		model.learn([]);
		expect(model.learned().size).toBe(0);
	});

	test('without news a weight is pulled back to where it started', () => {
		const model = createPreference({'scope:api': 1});
		const far = () => Math.abs((model.learned().get('scope:api') ?? 1) - 1);
		for (let i = 0; i < 20; i++) model.learn(offer([api, false], [web, true]));
		const moved = far();
		expect(moved).toBeGreaterThan(0.3);
	});

	const hostile = fc.record({
		subject: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor: x', 'fix(__proto__)!: toString')),
		at: fc.integer({min: 0, max: 2 ** 40}),
		scope: fc.constantFrom('__proto__', 'toString', 'api'),
		taken: fc.boolean(),
	});
	test('whatever stands in subjects and scopes, every score and chance is a number', () => {
		fc.assert(
			fc.property(fc.array(fc.array(hostile, {maxLength: 6}), {maxLength: 8}), (choices) => {
				const model = createPreference(PRIOR);
				for (const some of choices) model.learn(offer(...some.map(({taken, ...one}) => [one, taken] as const)));
				for (const {signals} of choices.flatMap((some) => offer(...some.map((one) => [one, false] as const)))) {
					const value = chance(model.score(signals));
					expect(value).toBeGreaterThanOrEqual(0);
					expect(value).toBeLessThanOrEqual(1);
				}
			}),
			{numRuns: 50},
		);
	});
});

test('the shipped weights name nothing that belongs to one project', () => {
	expect(Object.keys(PRIOR).filter((name) => !isGeneral(name))).toEqual([]);
	expect(Object.values(PRIOR).every((weight) => Math.abs(weight) < 5)).toBe(true);
});

test('what conflicts is less likely; what others took is more likely', () => {
	const model = createPreference(PRIOR);
	const scoreOf = (one: Partial<Candidate>) => model.score(signalsOf({...plain, ...one}, pool([plain.at])));
	expect(scoreOf({conflicts: true})).toBeLessThan(scoreOf({conflicts: false}));
	expect(scoreOf({takenElsewhere: 1})).toBeGreaterThan(scoreOf({}));
	expect(scoreOf({kind: 'feat', subject: 'feat: it'})).toBeLessThan(scoreOf({}));
});

test('places: sorts of files, their number and the folders that most are in', () => {
	expect(placesOf(['src/api/a.ts', 'src/api/b.test.ts'])).toEqual([
		'some:tests',
		'some:code',
		'files:4',
		'dir:src',
		'dir:src/api',
	]);
	expect(placesOf(['README.md'])).toEqual(['only:docs', 'files:2']);
	expect(placesOf([])).toEqual([]);
});

test('what one author merged in one go shares its score; others keep theirs', () => {
	const at = (seconds: number, author: string) => ({at: seconds, author});
	const some = [at(0, 'a'), at(5, 'a'), at(6, 'b'), at(1000, 'a')];
	expect(shareScores(some, [1, 3, 0, 5])).toEqual([2, 2, 0, 5]);
	expect(shareScores([{at: 0}, {at: 1}], [1, 3])).toEqual([1, 3]);
	expect(shareScores([], [])).toEqual([]);
});
