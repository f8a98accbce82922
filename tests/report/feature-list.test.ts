import {expect, test} from 'vitest';
import type {FeatureLine} from '../../src/domain/deployment/event.ts';
import {safe} from '../../src/domain/safe.ts';
import {featureList} from '../../src/report/feature-list.ts';

const line = (id: string, wish: Partial<FeatureLine> = {}): FeatureLine => ({
	id,
	title: safe(`title of ${id}`),
	kind: 'fix',
	bucket: 'recommended',
	risk: 0.07,
	breaking: false,
	topics: [],
	changes: 1,
	...wish,
});

test('features stand under their bucket with id, risk, kind, scope, size, topics and the reason', () => {
	const lines = featureList([
		line('f-1', {bucket: 'must include', chosen: true, scope: safe('login'), why: safe('security fix')}),
		line('f-2', {bucket: 'optional', chosen: true, pulledIn: true, changes: 3, topics: ['schema', 'api'], risk: 0.3}),
		line('f-3', {bucket: 'not recommended', kind: 'feat', breaking: true, why: safe('breaks what uses it')}),
	]);

	expect(lines).toEqual([
		'Must include (1)',
		' ✓ f-1    7 %  fix       login: title of f-1 (security fix)',
		'Optional (1)',
		' + f-2   30 %  fix       title of f-2 [3 changes, schema, api]',
		'Not recommended (1)',
		'   f-3    7 %  feat!     title of f-3 (breaks what uses it)',
		'✓ chosen · + comes along, because a chosen one needs it · ! breaking',
	]);
});

test('without a choice and without breaking changes there is nothing to explain', () => {
	expect(featureList([line('f-1')])).toEqual(['Recommended (1)', '   f-1    7 %  fix       title of f-1']);
});

test('a reason that many share is said once, and the risk is not said twice', () => {
	const over = (id: string, risk: number) =>
		line(id, {bucket: 'optional', risk, why: safe(`risk ${risk * 100} %, over the bar of 25 %`)});
	const lines = featureList([
		over('f-1', 0.26),
		line('f-2', {bucket: 'optional', why: safe('needs “x” (a.ts), which stays out')}),
		over('f-3', 0.3),
		over('f-4', 0.4),
	]);

	expect(lines).toEqual([
		'Optional (4)',
		'   f-2    7 %  fix       title of f-2 (needs “x” (a.ts), which stays out)',
		'  3 · over the bar of 25 %',
		'   f-1   26 %  fix       title of f-1',
		'   f-3   30 %  fix       title of f-3',
		'   f-4   40 %  fix       title of f-4',
	]);
});
