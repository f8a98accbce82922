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
