import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/api-contracts.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, added: string, removed = '', from = 1) => {
	const one = patch(path, added, removed, from);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule}: ${f.what}`);
};

describe('GraphQL', () => {
	test('removed types and fields are dangers, new ones notes, reworded ones nothing', () => {
		expect(
			look('schema.graphql', 'type Order {\n  id: ID!\n  note: String', 'type Order {\n  id: ID!\n  total: Int'),
		).toEqual(['danger field-removed: removes field total', 'note field-added: adds field note']);
		expect(look('schema.graphql', '', 'type Order {\n  id: ID!\n}')).toContain(
			'danger type-removed: removes type Order',
		);
	});
	test('another type under the same name is a danger; a promise that only got stronger is a caution', () => {
		expect(look('s.graphqls', '  total: String', '  total: Int')).toEqual([
			'danger field-type-changed: changes total from Int to String',
		]);
		expect(look('s.graphqls', '  total: Int!', '  total: Int')).toEqual([
			'caution field-type-changed: changes total from Int to Int!',
		]);
	});
	test('a query document of a client is no schema', () => {
		expect(
			look('queries/orders.gql', 'query Orders {\n  orders { id }\n}', 'query Orders {\n  orders { id total }\n}'),
		).toEqual([]);
	});
});

describe('protobuf', () => {
	test('removed calls and fields are dangers', () => {
		expect(look('api/order.proto', '', '  rpc Cancel (Id) returns (Order);\n  string note = 3;')).toEqual([
			'danger rpc-removed: removes rpc Cancel',
			'danger field-removed: removes field note',
		]);
	});
	test('a number given to another field is a danger of its own', () => {
		expect(look('order.proto', '  string memo = 3;', '  int32 total = 3;')).toContain(
			'danger field-number-reused: gives number 3 of total to memo',
		);
	});
	test('another type under the same name and number is a danger', () => {
		expect(look('order.proto', '  int64 total = 3;', '  string total = 3;')).toEqual([
			'danger field-type-changed: changes total from string to int64',
		]);
	});
	test('a new field is a note, and syntax lines are no fields', () => {
		expect(look('order.proto', 'syntax = "proto3";\n  string memo = 4;')).toEqual([
			'note field-added: adds field memo',
		]);
	});
});

test('it wants contracts, not any other YAML or JSON and not the fixtures of tests', () => {
	const wanted = ['a/schema.graphql', 'x.proto'];
	const not = [
		'package.json',
		'.github/workflows/ci.yml',
		'src/api.ts',
		'tests/fixtures/a.graphql',
		'docker-compose.yml',
	];
	expect(wanted.filter((path) => !detector.wants(path))).toEqual([]);
	expect(not.filter((path) => detector.wants(path))).toEqual([]);
});
