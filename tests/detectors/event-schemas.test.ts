// Room: tests. Schemas of events: each rule, and what hostile or foreign files do.

import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/event-schemas.ts';
import fc from '../kit/check.ts';
import {type Case, everyRule, type Sides, seen} from '../kit/rules.ts';

type Four = readonly [before: string, after: string, missBefore: string, missAfter: string];
const at = (path: string, before: string, after: string): Sides => ({before: {[path]: before}, after: {[path]: after}});
const avro = (...four: Four): Case => {
	const [a, b, c, d] = four.map(
		(fields) =>
			`{"type": "record", "name": "Order", "namespace": "shop", "fields": [{"name": "id", "type": "string"}${fields && `, ${fields}`}]}`,
	) as [string, string, string, string];
	return {fires: at('order.avsc', a, b), silent: at('order.avsc', c, d)};
};
const symbols = (...four: Four): Case => {
	const [a, b, c, d] = four.map((all) => `{"type": "enum", "name": "State", "symbols": [${all}]}`) as [
		string,
		string,
		string,
		string,
	];
	return {fires: at('state.avsc', a, b), silent: at('state.avsc', c, d)};
};
const api = (...four: Four): Case => {
	const [a, b, c, d] = four.map((body) => `asyncapi: 3.0.0\n${body}\n`) as [string, string, string, string];
	return {fires: at('asyncapi.yaml', a, b), silent: at('asyncapi.yaml', c, d)};
};
const payload = (...four: Four) =>
	api(
		...(four.map(
			(schema) => `components: {messages: {Placed: {payload: {type: object, ${schema}}}}}`,
		) as unknown as Four),
	);
const field = (type: string, rest = '') => `{"name": "total", "type": ${type}${rest}}`;

const CASES: Record<string, Case> = {
	'avro-field-added': avro('', field('"int"', ', "default": 0'), '', field('"int"')),
	'avro-required-field-added': avro('', field('"int"'), '', field('"int"', ', "default": 0')),
	'avro-field-removed': avro(
		field('"int"'),
		'',
		field('"int"'),
		'{"name": "sum", "type": "int", "aliases": ["total"]}',
	),
	'avro-defaulted-field-removed': avro(field('"int"', ', "default": 0'), '', field('"int"'), ''),
	'avro-field-type-changed': avro(field('"long"'), field('"int"'), field('"int"'), field('"long"')),
	'avro-field-type-widened': avro(
		field('"int"'),
		field('["null", "int"]'),
		field('["null", "int"]'),
		field('["int", "null"]'),
	),
	'avro-default-changed': avro(
		field('"int"', ', "default": 0'),
		field('"int"', ', "default": 1'),
		field('"int"', ', "default": 0'),
		field('"int"', ', "doc": "x", "default": 0'),
	),
	'avro-symbol-removed': symbols('"A", "B"', '"A"', '"A", "B"', '"B", "A"'),
	'avro-symbol-added': symbols('"A"', '"A", "B"', '"A", "B"', '"A"'),
	'avro-record-renamed': {
		fires: at(
			'a.avsc',
			'{"type": "record", "name": "A", "fields": []}',
			'{"type": "record", "name": "B", "fields": []}',
		),
		silent: at(
			'a.avsc',
			'{"type": "record", "name": "A", "fields": []}',
			'{"type": "record", "name": "B", "aliases": ["A"], "fields": []}',
		),
	},
	'asyncapi-channel-added': api(
		'channels: {}',
		'channels: {orders: {address: o}}',
		'channels: {orders: {address: o}}',
		'channels: {orders: {address: p}}',
	),
	'asyncapi-channel-removed': api(
		'channels: {orders: {address: o}}',
		'channels: {}',
		'channels: {a: {address: o}, b: {address: p}}',
		'channels: {b: {address: p}, a: {address: o}}',
	),
	'asyncapi-address-changed': api(
		'channels: {orders: {address: o}}',
		'channels: {orders: {address: p}}',
		'channels: {orders: {address: o}}',
		'channels: {orders: {address: "o"}}',
	),
	'asyncapi-operation-removed': api(
		'operations: {send: {action: send}}',
		'operations: {}',
		'channels: {o: {publish: {}}}',
		'channels: {o: {publish: {}, subscribe: {}}}',
	),
	'asyncapi-message-removed': api(
		'channels: {o: {messages: {Placed: {}}}}',
		'channels: {o: {messages: {}}}',
		'channels: {o: {messages: {}}}',
		'channels: {o: {messages: {Placed: {}}}}',
	),
	'asyncapi-server-removed': api(
		'servers: {main: {host: a}}',
		'servers: {}',
		'servers: {main: {host: a}}',
		'servers: {main: {host: a}, other: {host: b}}',
	),
	'asyncapi-payload-field-removed': payload(
		'properties: {a: {type: string}}',
		'properties: {}',
		'properties: {}',
		'properties: {a: {type: string}}',
	),
	'asyncapi-payload-field-required': payload(
		'properties: {a: {}}',
		'properties: {a: {}}, required: [a]',
		'required: [a, b]',
		'required: [b, a]',
	),
	'asyncapi-payload-type-changed': payload(
		'properties: {a: {type: string}}',
		'properties: {a: {type: integer}}',
		'properties: {a: {type: [string, "null"]}}',
		'properties: {a: {type: ["null", string]}}',
	),
	'asyncapi-payload-value-removed': payload(
		'properties: {a: {enum: [x, y]}}',
		'properties: {a: {enum: [x]}}',
		'properties: {a: {enum: [x]}}',
		'properties: {a: {enum: [y, x]}}',
	),
};

everyRule(detector, CASES);

test('a finding says where and what', async () => {
	const record = (type: string) =>
		`{\n "type": "record", "name": "Order", "namespace": "shop",\n "fields": [\n  {"name": "total", "type": ${type}}\n ]\n}`;
	const [found] = await seen(detector, at('order.avsc', record('"string"'), record('"int"')));
	expect(found).toMatchObject({
		severity: 'danger',
		line: 4,
		object: 'shop.Order.total',
		before: 'string',
		after: 'int',
	});
});

test('a record inside a record is compared under its own name', async () => {
	const nested = (fields: string) =>
		`{"type": "record", "name": "shop.A", "fields": [{"name": "b", "type": ["null", {"type": "record", "name": "B", "fields": [${fields}]}]}]}`;
	const found = await seen(detector, at('a.avsc', nested('{"name": "x", "type": "int"}'), nested('')));
	expect(found.map(({rule, object}) => `${rule} ${object}`)).toEqual(['avro-field-removed shop.B.x']);
});

test.each([
	['[[['.repeat(50_000), 'order.avsc'],
	['{"type": '.repeat(200), 'order.avsc'],
	['[1, null, {"fields": 7, "__proto__": {"name": "x"}}]', 'order.avsc'],
	['asyncapi: 3.0.0\nchannels: [a, b]\noperations: x', 'asyncapi.yaml'],
	['openapi: 3.0.0', 'asyncapi.yaml'],
	['a: &a [*a]', 'asyncapi.yaml'],
])('a file like %.20s is read or passed over', async (text, path) => {
	const good = path.endsWith('avsc')
		? '{"type": "record", "name": "A", "fields": []}'
		: 'asyncapi: 3.0.0\nchannels: {o: {}}';
	await seen(detector, at(path, good, text));
	await seen(detector, at(path, text, good));
});

test('any JSON at all is compared without harm, and with itself to nothing', async () => {
	await fc.assert(
		fc.asyncProperty(fc.json(), fc.json(), async (a, b) => {
			expect(await seen(detector, at('a.avsc', a, `${a}\n`))).toEqual([]);
			await seen(detector, at('a.avsc', a, b));
		}),
		{numRuns: 50},
	);
});
