import type {Arbitrary} from 'fast-check';
// Room: tests. What closed deployments teach, whatever their order and however often a line is there.

import {expect, test} from 'vitest';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {rateOf} from '../../../src/domain/learning/rates.ts';
import {statisticsOf} from '../../../src/domain/learning/statistics.ts';
import {compareIds, verdictOf} from '../../../src/domain/learning/verdict.ts';
import {OUTCOMES} from '../../../src/domain/outcome.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Summary} from '../../../src/domain/summary.ts';
import fc from '../../kit/check.ts';
import {closed, feature, oid} from '../../kit/deployments.ts';

const KINDS = ['feat', 'fix', 'refactor', 'constructor', '__proto__'];
const someFeature = fc
	.record({
		n: fc.integer({min: 1, max: 30}),
		kind: fc.constantFrom(...KINDS),
		topics: fc.subarray(['schema', 'api', 'tests']),
		scope: fc.option(fc.constantFrom('api', 'web', '__proto__', 'toString'), {nil: undefined}),
	})
	.map(({n, kind, topics, scope}) => feature(n, {kind, topics, ...(scope ? {scope: safe(scope)} : {})}));
const somePast: Arbitrary<Summary[]> = fc
	.uniqueArray(fc.integer({min: 0, max: 5000}), {maxLength: 14})
	.chain((minutes) =>
		fc.tuple(
			...minutes.map((minute) =>
				fc
					.record({outcome: fc.constantFrom(...OUTCOMES), features: fc.array(someFeature, {maxLength: 6})})
					.map(({outcome, features}) => closed(minute, {outcome, features})),
			),
		),
	);

test('the order of the lines and lines that are there twice change nothing', () => {
	fc.assert(
		fc.property(somePast, fc.array(fc.nat(), {maxLength: 20}), (past, seeds) => {
			const shuffled = [...past];
			for (const [i, seed] of seeds.entries()) {
				const pick = shuffled[seed % Math.max(1, shuffled.length)];
				if (pick !== undefined) shuffled.splice(i % shuffled.length, 0, pick);
			}
			shuffled.reverse();
			expect(patternsOf(shuffled)).toEqual(patternsOf(past));
			expect(statisticsOf(shuffled)).toEqual(statisticsOf(past));
		}),
		{numRuns: 300},
	);
});

test('no rate has more good cases than cases, and none counts more than the deployments there were', () => {
	fc.assert(
		fc.property(somePast, (past) => {
			const patterns = patternsOf(past);
			const judged = past.filter((s) => verdictOf(s) !== 'neither').length;
			expect(patterns.deployments).toBe(judged);
			const {kinds, topics, scopes, sizes, weekdays, hours} = patterns;
			for (const table of [kinds, topics, scopes, sizes, weekdays, hours]) {
				for (const rate of Object.values(table)) {
					expect(rate.good).toBeLessThanOrEqual(rate.all);
					expect(rate.all).toBeLessThanOrEqual(judged);
				}
			}
			const sum = Object.values(weekdays).reduce((n, r) => n + r.all, 0);
			expect(sum).toBe(judged);
		}),
		{numRuns: 300},
	);
});

test('a scar stays exactly until its change is promoted', () => {
	fc.assert(
		fc.property(somePast, (past) => {
			const {scars} = patternsOf(past);
			const sorted = past.toSorted((a, b) => compareIds(a.id, b.id)).filter((s) => verdictOf(s) !== 'neither');
			const changes = new Set(sorted.flatMap((s) => s.features.flatMap((f) => f.changes)));
			for (const change of changes) {
				const last = sorted.findLast((s) => s.features.some((f) => f.changes.includes(change)));
				expect(Object.hasOwn(scars, change)).toBe(last?.outcome !== 'promoted');
			}
		}),
		{numRuns: 300},
	);
});

test('a rolled back batch marks its changes with how many features share the blame, and promotion takes the mark away', () => {
	const bad = closed(1, {outcome: 'rolled_back', why: safe('too many errors'), features: [feature(7), feature(8)]});
	expect(patternsOf([bad]).scars[oid(7)]).toEqual({
		deployment: bad.id,
		outcome: 'rolled_back',
		why: 'too many errors',
		suspects: 2,
	});
	const later = patternsOf([bad, closed(2, {features: [feature(7)]})]);
	expect(Object.keys(later.scars)).toEqual([oid(8)]);
});

test('what was aborted, stopped before testing, or stopped by a full disk is no evidence about the features', () => {
	const early = closed(2, {outcome: 'failed', cause: 'CONFLICT', stageMs: {discovery: 1, selection: 2}});
	const disk = closed(3, {outcome: 'failed', cause: 'DISK'});
	const patterns = patternsOf([closed(1, {outcome: 'aborted'}), early, disk]);
	expect(patterns).toMatchObject({deployments: 0, kinds: {}, scars: {}});
	const red = closed(4, {outcome: 'failed', cause: 'TESTS_RED', features: [feature(4)]});
	expect(patternsOf([red]).scars[oid(4)]?.outcome).toBe('failed');
	expect(statisticsOf([early, disk, red]).failed).toBe(3);
});

test('a deployment of twenty features is one case, not twenty', () => {
	const big = closed(1, {outcome: 'rolled_back', features: Array.from({length: 20}, (_, i) => feature(i + 1))});
	expect(patternsOf([big]).kinds).toEqual({feat: {good: 0, all: 1}});
	expect(patternsOf([big]).sizes).toEqual({'11-20': {good: 0, all: 1}});
});

test('a later correction has the last word, wherever its line stands', () => {
	const first = closed(1, {features: [feature(1)]});
	const corrected: Summary = {
		...first,
		correction: {outcome: 'failed', cause: safe('lost orders'), at: '2026-01-06T00:00:00.000Z'},
	};
	for (const lines of [
		[first, corrected],
		[corrected, first],
	]) {
		expect(patternsOf(lines).scars[oid(1)]?.why).toBe('lost orders');
		expect(statisticsOf(lines)).toMatchObject({deployments: 1, promoted: 0, failed: 1});
	}
	const again: Summary = {...first, correction: {outcome: 'ok', at: '2026-01-07T00:00:00.000Z'}};
	expect(patternsOf([again, corrected, first]).scars).toEqual({});
});

test('too little testing before a rollback raises a rule, and three good deployments in a row let it rest', () => {
	const bad = closed(1, {outcome: 'rolled_back', features: [feature(1, {topics: []})]});
	const rule = patternsOf([bad]).rules.find((r) => r.id === 'more-tests');
	expect(rule?.support).toBe(1);
	expect(rule?.text).toContain('features without tests count as riskier');
	const tested = closed(1, {outcome: 'rolled_back', features: [feature(1), feature(2, {kind: 'docs', topics: []})]});
	expect(patternsOf([tested]).rules).toEqual([]);
	const {tests: _none, ...untested} = tested;
	expect(patternsOf([untested]).rules).toHaveLength(1);
	const good = [closed(2), closed(3)];
	expect(patternsOf([bad, ...good]).rules).toHaveLength(1);
	expect(patternsOf([bad, ...good, closed(4)]).rules).toHaveLength(0);
	expect(patternsOf([bad, ...good, {...bad, id: closed(4).id}, closed(5)]).rules[0]?.support).toBe(2);
});

test('red tests are testing that worked: they raise no rule about testing', () => {
	const red = closed(1, {
		outcome: 'failed',
		cause: 'TESTS_RED',
		trafficMoved: false,
		features: [feature(1, {topics: []})],
	});
	expect(patternsOf([red]).rules).toEqual([]);
});

test('a kind that does clearly worse becomes a rule with its support; two bad cases do not', () => {
	const good = Array.from({length: 12}, (_, i) => closed(i, {features: [feature(i, {kind: 'fix'})]}));
	const bad = (n: number) =>
		Array.from({length: n}, (_, i) =>
			closed(100 + i, {outcome: 'rolled_back', features: [feature(100 + i, {kind: 'refactor'})]}),
		);
	expect(patternsOf([...good, ...bad(2)]).rules).toEqual([]);
	const rule = patternsOf([...good, ...bad(4)]).rules.find((r) => r.id === 'careful-kind:refactor');
	expect(rule).toMatchObject({support: 4});
	expect(rule?.text).toContain('0 of 4 went well, 100 % of the others');
});

test('what people take is counted from what they were offered, and a policy does not speak for them', () => {
	const choice = closed(1, {
		offered: {recommended: 3, optional: 2},
		overrides: [
			{feature: 'f-2', bucket: 'recommended', chosen: false},
			{feature: 'f-9', bucket: 'optional', chosen: true},
		],
		features: [feature(1), feature(3), feature(9, {bucket: 'optional'})],
	});
	expect(patternsOf([choice]).taken).toEqual({recommended: {good: 2, all: 3}, optional: {good: 1, all: 2}});
	expect(patternsOf([{...choice, chosenBy: 'policy'}]).taken).toEqual({});
	const {offered: _unknown, ...old} = choice;
	expect(patternsOf([old]).taken).toEqual({recommended: {good: 2, all: 3}, optional: {good: 1, all: 1}});
});

test('a scope called like something of Object.prototype is just a name', () => {
	const named = closed(1, {features: ['constructor', '__proto__'].map((s, i) => feature(i, {scope: safe(s)}))});
	const {scopes} = patternsOf([named]);
	expect(Object.keys(scopes)).toEqual(['constructor']);
	expect(rateOf(patternsOf([]).scopes, 'constructor')).toEqual({good: 0, all: 0});
	expect(rateOf({}, 'constructor')).toEqual({good: 0, all: 0});
});

test('statistics: rate over all deployments, median of the promoted ones', () => {
	const past = [closed(1), closed(2), closed(3, {outcome: 'rolled_back'}), closed(4, {outcome: 'aborted'})];
	expect(statisticsOf(past)).toEqual({
		deployments: 4,
		promoted: 2,
		rolled_back: 1,
		failed: 0,
		aborted: 1,
		success_rate: 0.5,
		median_seconds: 90,
		features_shipped: 2,
		last_deployment: closed(4).id,
	});
	expect(statisticsOf([])).toMatchObject({success_rate: null, median_seconds: null, last_deployment: null});
});
