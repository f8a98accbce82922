import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/api-contracts.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, added: string, removed = '', from = 1) => {
	const one = patch(path, added, removed, from);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule}: ${f.what}`);
};

describe('OpenAPI', () => {
	const item = '  /orders:\n    get:\n      responses:\n        "200":\n          description: ok';
	test('a removed path is a danger, named once and not again for each of its operations', () => {
		expect(look('openapi.yaml', '', item)).toEqual(['danger path-removed: removes path /orders']);
	});
	test('a new path is a note', () => {
		expect(look('docs/openapi.yaml', item)).toEqual(['note path-added: adds path /orders']);
	});
	test('a path that only moved or was reworded is nothing', () => {
		expect(look('openapi.yaml', item.replace('ok', 'fine'), item)).toEqual([]);
	});
	test('an operation that went from a path that stayed is a danger', () => {
		expect(
			look(
				'openapi.yaml',
				'  /orders:\n    get:\n      x: 1',
				'  /orders:\n    get:\n      x: 1\n    delete:\n      x: 2',
			),
		).toEqual(['danger operation-removed: removes operation DELETE /orders']);
	});
	test('an operation whose path is outside the hunk is named without it', () => {
		expect(look('openapi.yaml', '', '    delete:\n      x: 2', 40)).toEqual([
			'danger operation-removed: removes operation DELETE',
		]);
	});
	test('JSON is read as well', () => {
		expect(look('swagger.json', '', '    "/orders": {\n      "get": {')).toEqual([
			'danger path-removed: removes path /orders',
		]);
	});
	test('a field taken out of a schema is a danger, the words of the format are not fields', () => {
		expect(look('openapi.yaml', '', '        total:\n          type: integer\n        required:')).toEqual([
			'danger field-removed: removes total',
		]);
	});
	test('what becomes required of callers that exist is a caution; inside a new path it breaks nobody', () => {
		expect(look('openapi.yaml', '          required: true', '          required: false')).toEqual([
			'caution became-required: makes a parameter or body required',
		]);
		expect(look('openapi.yaml', `${item}\n          required: true`)).toEqual(['note path-added: adds path /orders']);
	});
});

test('it wants contracts, not any other YAML or JSON and not the fixtures of tests', () => {
	const wanted = ['openapi.yaml', 'docs/openapi.json', 'openapi/paths/orders.yaml', 'api.yaml'];
	const not = [
		'package.json',
		'.github/workflows/ci.yml',
		'src/api.ts',
		'tests/fixtures/openapi.yaml',
		'docker-compose.yml',
	];
	expect(wanted.filter((path) => !detector.wants(path))).toEqual([]);
	expect(not.filter((path) => detector.wants(path))).toEqual([]);
});
