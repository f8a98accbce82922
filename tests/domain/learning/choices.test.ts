// Room: tests. What choices teach: who made them, and what was left beside what was taken.

import {expect, test} from 'vitest';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {safe} from '../../../src/domain/safe.ts';
import {wanted} from '../../../src/domain/selection/wanted.ts';
import type {Summary} from '../../../src/domain/summary.ts';
import {closed, feature} from '../../kit/deployments.ts';
import {feature as waiting} from '../../kit/features.ts';

const left = (n: number, scope: string) => ({
	title: safe(`fix(${scope}): thing ${n}`),
	kind: 'fix',
	scope: safe(scope),
	breaking: false,
	since: n,
});
const took = (n: number, scope: string, more = {}) =>
	feature(n, {title: safe(`fix(${scope}): it ${n}`), kind: 'fix', scope: safe(scope), since: n, ...more});
const choice = (nth: number, more: Partial<Summary> = {}) =>
	closed(nth, {
		chosenBy: 'person',
		features: [took(nth, 'api'), took(nth + 100, 'api')],
		left: [left(1, 'web'), left(2, 'web')],
		offered: {recommended: 4},
		...more,
	});
const past = (by: Summary['chosenBy'], n = 5) =>
	Array.from({length: n}, (_, i) => choice(i + 1, by === undefined ? {} : {chosenBy: by}));

test('what people took moves up, what they left moves down, and the counts say so', () => {
	const patterns = patternsOf(past('person'));
	const [api = 0, web = 0] = wanted(
		[waiting('a', {scope: 'api', subject: 'fix(api): a'}), waiting('b', {scope: 'web', subject: 'fix(web): b'})],
		patterns,
	);
	expect(api).toBeGreaterThan(web + 0.05);
	expect(patterns.chosen).toBe(5);
	expect(patterns.choices?.['fix(api)']).toEqual({good: 10, all: 10});
	expect(patterns.choices?.['fix(web)']).toEqual({good: 0, all: 10});
	expect(patterns.choices?.fix).toEqual({good: 10, all: 20});
});

test('a policy teaches nothing; a flag moves the weights a little and no count', () => {
	expect(patternsOf(past('policy'))).toMatchObject({chosen: 0, taken: {}, choices: {}, preference: {}});
	const flag = patternsOf(past('flag'));
	expect(flag).toMatchObject({chosen: 0, taken: {}, choices: {}});
	const [weak, strong] = [flag, patternsOf(past('person'))].map((p) => p.preference?.['scope:api'] ?? 0);
	expect(weak).toBeGreaterThan(0);
	expect(weak).toBeLessThan((strong ?? 0) / 2);
});

test('one feature picked out of many advised ones is no judgement of the many', () => {
	const one = choice(1, {
		features: [took(1, 'api', {bucket: 'optional'})],
		offered: {recommended: 12, optional: 3},
		overrides: [{feature: 'f-00000001', bucket: 'optional', chosen: true}],
	});
	expect(patternsOf([one])).toMatchObject({chosen: 0, taken: {}});
	expect(patternsOf([choice(2, {offered: {recommended: 12}})]).taken.recommended).toEqual({good: 2, all: 12});
});

test('what was only pulled in was nobody’s wish', () => {
	const patterns = patternsOf([choice(1, {features: [took(1, 'api'), took(2, 'web', {pulledIn: true})]})]);
	expect(patterns.choices?.['fix(web)']).toEqual({good: 0, all: 2});
});

test('weights are finite and few, whatever the names', () => {
	const odd = ['__proto__', 'constructor', 'toString'];
	const patterns = patternsOf(odd.map((scope, i) => choice(i + 1, {left: [left(1, scope)]})));
	expect(Object.values(patterns.preference ?? {}).every(Number.isFinite)).toBe(true);
	expect(Object.keys(patterns.preference ?? {}).length).toBeLessThanOrEqual(2000);
});
