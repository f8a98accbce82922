// Room: tests. Protocol buffers: each rule, moves and renamed packages, the grammar, and hostile files.

import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/protobuf.ts';
import {parseProto} from '../../src/detectors/support/protobuf/parse.ts';
import {FILE_OPTIONS} from '../../src/detectors/support/protobuf/rules.ts';
import fc from '../kit/check.ts';
import {type Case, everyRule, type Sides, seen} from '../kit/rules.ts';

const P3 = 'syntax = "proto3";\npackage shop.v1;\n';
const P2 = 'syntax = "proto2";\npackage shop.v1;\n';
const file = (before: string, after: string): Sides => ({before: {'shop.proto': before}, after: {'shop.proto': after}});
type Four = readonly [before: string, after: string, missBefore: string, missAfter: string];
const pair = ([before, after, missBefore, missAfter]: Four): Case => ({
	fires: file(before, after),
	silent: file(missBefore, missAfter),
});
const wrapped =
	(wrap: (body: string) => string) =>
	(...four: Four): Case =>
		pair(four.map(wrap) as unknown as Four);
const top = wrapped((body) => P3 + body);
const inMessage = wrapped((body) => `${P3}message Order { string id = 1; ${body} }`);
const inMessage2 = wrapped((body) => `${P2}message Order { optional string id = 1; ${body} }`);
const inEnum = wrapped((body) => `${P3}enum State { NEW = 0; ${body} }`);
const inEnum2 = wrapped((body) => `${P2}enum State { ${body} }`);
const inService = wrapped((body) => `${P3}service Shop { rpc Ping(A) returns (B); ${body} }`);
const whole = (...four: Four) => pair(four);

const HTTP = (path: string) => `{ option (google.api.http) = { get: "${path}" }; }`;
const moved = (moves: boolean): Sides => ({
	before: {'a.proto': `${P3}message A {} message B {}`, 'b.proto': `${P3}message C {}`},
	after: {
		'a.proto': `${P3}message A {}${moves ? '' : ' message B {}'}`,
		'b.proto': `${P3}message C {}${moves ? ' message B {}' : ' message D {}'}`,
	},
});

const CASES: Record<string, Case> = {
	'field-added': inMessage('', 'int32 total = 2;', 'int32 total = 2;', 'int32 sum = 2;'),
	'field-removed': inMessage('int32 total = 2;', '', 'int32 total = 2;', 'reserved 2; reserved "total";'),
	'field-removed-name-free': inMessage(
		'int32 total = 2;',
		'reserved 1 to 5;',
		'int32 total = 2;',
		'reserved 2; reserved "total";',
	),
	'field-retired': inMessage('int32 total = 2;', 'reserved 2; reserved "total";', 'int32 total = 2;', 'reserved 2;'),
	'field-renamed': inMessage('int32 total = 2;', 'int32 sum = 2;', 'int32 total = 2;', 'string note = 2;'),
	'field-number-reused': inMessage('int32 total = 2;', 'string note = 2;', 'int32 total = 2;', 'int32 sum = 2;'),
	'field-number-changed': inMessage('int32 total = 2;', 'int32 total = 3;', 'int32 total = 2;', 'int32 total = 0x2;'),
	'field-type-wire-changed': inMessage('int32 total = 2;', 'string total = 2;', 'int32 total = 2;', 'int64 total = 2;'),
	'field-type-json-changed': inMessage('int32 total = 2;', 'int64 total = 2;', 'int32 total = 2;', 'uint32 total = 2;'),
	'field-type-source-changed': inMessage(
		'int32 total = 2;',
		'uint32 total = 2;',
		'shop.v1.Money total = 2;',
		'.shop.v1.Money total = 2;',
	),
	'field-encoding-changed': inMessage2(
		'optional group Lines = 2 { optional int32 n = 1; }',
		'message Lines { optional int32 n = 1; } optional Lines lines = 2;',
		'optional group Lines = 2 { optional int32 n = 1; }',
		'optional group Lines = 2 { optional int32 m = 1; }',
	),
	'field-cardinality-changed': inMessage(
		'int32 total = 2;',
		'repeated int32 total = 2;',
		'repeated int32 total = 2;',
		'repeated int32 total = 2 [packed = false];',
	),
	'field-map-changed': inMessage(
		'map<string, int32> total = 2;',
		'repeated Entry total = 2;',
		'map<string, int32> total = 2;',
		'map < string , int32 > total = 2;',
	),
	'field-presence-changed': inMessage(
		'int32 total = 2;',
		'optional int32 total = 2;',
		'Money total = 2;',
		'optional Money total = 2;',
	),
	'required-field-added': inMessage2('', 'required int32 total = 2;', '', 'optional int32 total = 2;'),
	'required-field-removed': inMessage2(
		'required int32 total = 2;',
		'optional int32 total = 2;',
		'optional int32 total = 2;',
		'',
	),
	'field-joined-oneof': inMessage(
		'int32 a = 2; oneof o { int32 b = 3; }',
		'oneof o { int32 a = 2; int32 b = 3; }',
		'oneof o { int32 a = 2; }',
		'oneof p { int32 a = 2; int32 b = 3; }',
	),
	'field-left-oneof': inMessage(
		'oneof o { int32 a = 2; int32 b = 3; }',
		'int32 a = 2; oneof o { int32 b = 3; }',
		'int32 a = 2; oneof o { int32 b = 3; }',
		'oneof o { int32 a = 2; int32 b = 3; }',
	),
	'oneof-removed': inMessage(
		'oneof o { int32 a = 2; }',
		'int32 a = 2;',
		'oneof o { int32 a = 2; }',
		'oneof o { int32 a = 2; int32 b = 3; }',
	),
	'json-name-changed': inMessage(
		'int32 a_b = 2;',
		'int32 a_b = 2 [json_name = "ab"];',
		'int32 a_b = 2;',
		'int32 a_b = 2 [json_name = "aB"];',
	),
	'field-default-changed': inMessage2(
		'optional int32 a = 2 [default = 1];',
		'optional int32 a = 2 [default = 2];',
		'optional string a = 2 [default = "x"];',
		"optional string a = 2 [ default = 'x' ];",
	),
	'field-jstype-changed': inMessage(
		'int64 a = 2;',
		'int64 a = 2 [jstype = JS_STRING];',
		'int64 a = 2 [jstype = JS_STRING];',
		'int64 a = 2 [jstype = JS_STRING, deprecated = true];',
	),
	'field-cpp-string-changed': inMessage(
		'string a = 2;',
		'string a = 2 [ctype = CORD];',
		'string a = 2;',
		'string a = 2 [(ctype) = CORD];',
	),
	'field-utf8-changed': whole(
		'edition = "2023"; message M { string a = 1; }',
		'edition = "2023"; message M { string a = 1 [features.utf8_validation = NONE]; }',
		'edition = "2023"; message M { string a = 1; }',
		'edition = "2023"; message M { string a = 1 [features.utf8_validation = VERIFY]; }',
	),
	'java-utf8-changed': top('', 'option java_string_check_utf8 = true;', '', 'option java_package = "x";'),
	'field-packing-changed': inMessage2(
		'repeated int32 a = 2;',
		'repeated int32 a = 2 [packed = true];',
		'repeated string a = 2;',
		'repeated string a = 2 [packed = true];',
	),
	'field-validation-changed': inMessage(
		'int32 a = 2 [(validate.rules).int32 = {gt: 0}];',
		'int32 a = 2 [(validate.rules).int32 = {gt: 5}];',
		'int32 a = 2 [(validate.rules).int32 = {gt: 0}];',
		'int32 a = 2 [(validate.rules).int32 = { gt : 0 }];',
	),
	'field-deprecated': inMessage(
		'int32 a = 2;',
		'int32 a = 2 [deprecated = true];',
		'int32 a = 2;',
		'int32 a = 2 [deprecated = false];',
	),
	'message-added': top('message A {}', 'message A {} message B {}', 'message A {}', 'message A {} enum B { X = 0; }'),
	'message-removed': top(
		'message A {} message B {}',
		'message A {}',
		'message A { message B {} }',
		'message A { message B { int32 x = 1; } }',
	),
	'definition-moved': {fires: moved(true), silent: moved(false)},
	'reserved-removed': inMessage(
		'reserved 4 to 6;',
		'reserved 4, 6;',
		'reserved 4 to 6;',
		'reserved 5, 6; reserved 2 to 4;',
	),
	'extension-range-removed': inMessage2(
		'extensions 100 to 199;',
		'extensions 100 to 150;',
		'extensions 100 to 199;',
		'extensions 100 to max;',
	),
	'extension-removed': wrapped((body) => P2 + body)(
		'extend A { optional int32 x = 100; }',
		'',
		'extend A { optional int32 x = 100; }',
		'extend A { optional int32 y = 100; }',
	),
	'extension-added': wrapped((body) => P2 + body)(
		'',
		'extend A { optional int32 x = 100; }',
		'extend A { optional int32 x = 100; }',
		'message B {}',
	),
	'message-json-format-changed': whole(
		'edition = "2023"; message M {}',
		'edition = "2023"; message M { option features.json_format = LEGACY_BEST_EFFORT; }',
		'syntax = "proto2"; message M {}',
		'syntax = "proto3"; message M {}',
	),
	'message-set-format-changed': inMessage2(
		'',
		'option message_set_wire_format = true;',
		'',
		'option message_set_wire_format = false;',
	),
	'message-accessor-removed': inMessage2(
		'',
		'option no_standard_descriptor_accessor = true;',
		'option no_standard_descriptor_accessor = true;',
		'',
	),
	'enum-added': top('message A {}', 'message A {} enum B { X = 0; }', 'enum B { X = 0; }', 'enum B { X = 0; Y = 1; }'),
	'enum-removed': top('message A {} enum B { X = 0; }', 'message A {}', 'message A { enum B { X = 0; } }', ''),
	'enum-value-added': inEnum('', 'PAID = 1;', 'PAID = 1;', 'SETTLED = 1;'),
	'enum-value-removed': inEnum('PAID = 1;', '', 'PAID = 1;', 'reserved 1;'),
	'enum-value-removed-name-free': inEnum('PAID = 1;', 'reserved 1;', 'PAID = 1;', 'reserved 1; reserved "PAID";'),
	'enum-value-retired': inEnum('PAID = 1;', 'reserved 1; reserved "PAID";', 'PAID = 1;', 'reserved 1;'),
	'enum-value-renamed': inEnum(
		'PAID = 1;',
		'SETTLED = 1;',
		'PAID = 1;',
		'option allow_alias = true; PAID = 1; SETTLED = 1;',
	),
	'enum-value-number-changed': inEnum('PAID = 1;', 'PAID = 2;', 'PAID = 1;', 'PAID = 0x01;'),
	'enum-first-value-changed': inEnum2('A = 1; B = 2;', 'B = 2; A = 1;', 'A = 1; B = 2; C = 3;', 'A = 1; C = 3; B = 2;'),
	'enum-type-changed': whole(
		'edition = "2023"; enum E { A = 0; }',
		'edition = "2023"; enum E { option features.enum_type = CLOSED; A = 0; }',
		'syntax = "proto3"; enum E { A = 0; }',
		'edition = "2023"; enum E { A = 0; }',
	),
	'enum-json-format-changed': whole(
		'edition = "2023"; enum E { A = 0; }',
		'edition = "2023"; enum E { option features.json_format = LEGACY_BEST_EFFORT; A = 0; }',
		'edition = "2023"; enum E { A = 0; }',
		'edition = "2023"; enum E { option features.json_format = ALLOW; A = 0; }',
	),
	'enum-reserved-removed': inEnum('reserved 4; reserved "X";', 'reserved 4;', 'reserved 4, 5;', 'reserved 4 to 5;'),
	'service-added': top('', 'service S {}', 'service S {}', 'service S { rpc A(B) returns (C); }'),
	'service-removed': top('service S {}', '', 'service S { rpc A(B) returns (C); }', 'service S {}'),
	'rpc-added': inService('', 'rpc Get(A) returns (B);', 'rpc Get(A) returns (B);', 'rpc Get(A) returns (B) {}'),
	'rpc-removed': inService('rpc Get(A) returns (B);', '', 'rpc Get(A) returns (B);', 'rpc Get(A) returns (C);'),
	'rpc-request-changed': inService(
		'rpc Get(A) returns (B);',
		'rpc Get(C) returns (B);',
		'rpc Get(A) returns (B);',
		'rpc Get(shop.v1.A) returns (B);',
	),
	'rpc-response-changed': inService(
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (C);',
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (.shop.v1.B);',
	),
	'rpc-client-streaming-changed': inService(
		'rpc Get(A) returns (B);',
		'rpc Get(stream A) returns (B);',
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (stream B);',
	),
	'rpc-server-streaming-changed': inService(
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (stream B);',
		'rpc Get(A) returns (B);',
		'rpc Get(stream A) returns (B);',
	),
	'rpc-idempotency-changed': inService(
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (B) { option idempotency_level = NO_SIDE_EFFECTS; }',
		'rpc Get(A) returns (B);',
		'rpc Get(A) returns (B) { option deprecated = true; }',
	),
	'rpc-http-changed': inService(
		`rpc Get(A) returns (B) ${HTTP('/v1/a')}`,
		`rpc Get(A) returns (B) ${HTTP('/v2/a')}`,
		'rpc Get(A) returns (B);',
		`rpc Get(A) returns (B) ${HTTP('/v1/a')}`,
	),
	'rpc-http-added': inService(
		'rpc Get(A) returns (B);',
		`rpc Get(A) returns (B) ${HTTP('/v1/a')}`,
		`rpc Get(A) returns (B) ${HTTP('/v1/a')}`,
		`rpc Get(A) returns (B) ${HTTP('/v1/a').replaceAll(' ', '\n')}`,
	),
	'file-removed': {
		fires: {before: {'a.proto': `${P3}message A {}`}, after: {}},
		silent: {before: {'a.proto': `${P3}message A {}`}, after: {'b.proto': `${P3}message A {}`}},
	},
	'package-changed': whole(
		`${P3}message A {}`,
		`${P3.replace('v1', 'v2')}message A {}`,
		`${P3}message A {}`,
		`// moved\n${P3}message A {}`,
	),
	'syntax-changed': whole('syntax = "proto2";', 'syntax = "proto3";', '', 'syntax = "proto2";'),
	'public-import-removed': top('import public "a.proto";', '', 'import "a.proto";', ''),
	...Object.fromEntries(
		[...FILE_OPTIONS.keys()].map((option) => [
			`${option.replaceAll('_', '-')}-changed`,
			top(
				`option ${option} = "a";`,
				`option ${option} = "b";`,
				`option ${option} = "a";`,
				`option ${option} = 'a'; option other = "x";`,
			),
		]),
	),
};

everyRule(detector, Object.fromEntries(Object.entries(CASES).map(([id, one]) => [`proto-${id}`, one])));

const told = async (sides: Sides) =>
	(await seen(detector, sides)).map(({severity, rule, object}) => `${severity} ${rule} ${object}`);

describe('names and packages', () => {
	test('another package is one finding, not one for each thing in it', async () => {
		const body =
			'message A { B b = 1; shop.v1.B c = 2; } message B { int32 x = 1; } service S { rpc R(A) returns (shop.v1.B); }';
		expect(await told(file(P3 + body, P3.replace('v1', 'v2') + body.replaceAll('shop.v1', 'shop.v2')))).toEqual([
			'danger proto-package-changed shop.v1',
		]);
	});
	test('a type is what its name means where it is written', async () => {
		const inner = (b: string) => `${P3}message B {} message A { message B {} ${b} b = 1; }`;
		expect(await told(file(inner('B'), inner('A.B')))).toEqual([]);
		expect(await told(file(inner('B'), inner('.shop.v1.B')))).toEqual([
			'caution proto-field-type-source-changed shop.v1.A.b',
		]);
	});
	test('a message under another name with the same fields is source alone; with others it is the wire', async () => {
		const of = (name: string, fields: string) => `${P3}message ${name} { ${fields} } message A { ${name} b = 1; }`;
		expect(await told(file(of('X', 'int32 a = 1;'), of('Y', 'int32 a = 1;')))).toContain(
			'caution proto-field-type-source-changed shop.v1.A.b',
		);
		expect(await told(file(of('X', 'int32 a = 1;'), of('Y', 'string a = 1;')))).toContain(
			'danger proto-field-type-wire-changed shop.v1.A.b',
		);
	});
	test('what lay in a message that is gone is not told again', async () => {
		expect(
			await told(file(`${P3}message K {} message A { message B { enum C { X = 0; } } }`, `${P3}message K {}`)),
		).toEqual(['danger proto-message-removed shop.v1.A']);
	});
	test('an alpha package promises less', async () => {
		const alpha = P3.replace('v1', 'v1alpha1');
		expect(await told(file(`${alpha}message A { int32 a = 1; }`, `${alpha}message A {}`))).toEqual([
			'caution proto-field-removed shop.v1alpha1.A.a',
		]);
	});
	test('two fields that swap their numbers are seen as that', async () => {
		const message = (a: number, b: number) => `${P3}message A { int32 a = ${a}; int32 b = ${b}; }`;
		expect(await told(file(message(1, 2), message(2, 1)))).toEqual([
			'danger proto-field-number-reused shop.v1.A.a',
			'danger proto-field-number-reused shop.v1.A.b',
		]);
	});
	test('from proto2 to editions with features kept nothing but the syntax changes', async () => {
		const body = 'message A { FIELD = 1; } enum E { X = 0; }';
		const before = `syntax = "proto2"; package p; ${body.replace('FIELD', 'optional string a')}`;
		const after = `edition = "2023"; package p; option features.enum_type = CLOSED; option features.utf8_validation = NONE; ${body.replace('FIELD', 'string a')}`;
		expect(await told(file(before, after))).toEqual(['caution proto-syntax-changed shop.proto']);
	});
});

test('a route more, or a variable under another name, breaks no client; a route less does', async () => {
	const rpc = (http: string) => `${P3}service S { rpc R(A) returns (B) { option (google.api.http) = { ${http} }; } }`;
	const one = rpc('get: "/v1/{name=orders/*}"');
	expect(
		await told(file(one, rpc('get: "/v1/{name=orders/*}" additional_bindings { post: "/v1/orders" body: "*" }'))),
	).toEqual(['note proto-rpc-http-added shop.v1.S.R']);
	expect(await told(file(rpc('get: "/v1/{a.id}"'), rpc('get: "/v1/{id}"')))).toEqual([
		'caution proto-rpc-http-changed shop.v1.S.R',
	]);
	const [found] = await seen(detector, file(one, rpc('get: "/v2/{name=orders/*}"')));
	expect(found).toMatchObject({
		severity: 'danger',
		what: 'S.R is no longer served at GET /v1/orders/*',
		after: 'GET /v2/orders/*',
	});
});

test('a file that cannot be read on one side is unknown, not gone', async () => {
	const message = `${P3}message A { int32 a = 1; }`;
	expect(await told({before: {'a.proto': message}, after: {'a.proto': message}, unread: ['a.proto']})).toEqual([]);
});

test('a finding says where, what, before and after', async () => {
	const [found] = await seen(
		detector,
		file(`${P3}message Order {\n  int32 total = 2;\n}`, `${P3}message Order {\n  // sum\n  string total = 2;\n}`),
	);
	expect(found).toMatchObject({
		severity: 'danger',
		path: 'shop.proto',
		line: 5,
		object: 'shop.v1.Order.total',
		before: 'int32 total = 2',
		after: 'string total = 2',
	});
});

test('the whole grammar is read', () => {
	const read = parseProto(
		'a.proto',
		`// c
		syntax = "proto2"; import weak "x.proto"; import public 'y.proto'; package a.b;
		option (my.opt).deep = { a: [1, 2] b { c: "}" } }; option java_package = "x" "y";
		message message { required .a.b.Other stream = 1 [(x) = {a: ";"}, default = -3e5]; /* } */ optional message option = 2;
			map<string, .a.b.Other> m = 3; oneof kind { option (o) = true; string rpc = 4; group Inner = 5 { optional int32 x = 1; } }
			reserved 7, 9 to 11, 100 to max; reserved "foo", 'bar'; extensions 50 to 60 [declaration = {number: 50}];
			extend google.protobuf.FieldOptions { optional string tag = 5000; } enum Kind { option allow_alias = true; A = 0; B = -1 [deprecated = true]; reserved -5 to -3; } ; }
		service service { option deprecated = true; rpc Get (stream message) returns (stream .a.b.Other) { option (http) = { post: "/x" body: "*" }; }; rpc rpc(A) returns (B); }
		`,
	);
	const brief = read?.definitions.map((one) =>
		one.kind === 'message'
			? [one.name, one.fields.map(({label, type, name, number, oneof}) => [label, type, name, number, oneof].join(' '))]
			: one.kind === 'enum'
				? [one.name, one.values.map(({name, number}) => `${name}=${number}`)]
				: one.kind === 'service'
					? [one.name, [...one.rpcs.keys()]]
					: [one.name],
	);
	expect(brief).toEqual([
		[
			'a.b.message',
			[
				'required .a.b.Other stream 1 ',
				'optional message option 2 ',
				' map<string,a.b.Other> m 3 ',
				' string rpc 4 kind',
				' Inner inner 5 kind',
			],
		],
		['a.b.message.Inner', ['optional int32 x 1 ']],
		['google.protobuf.FieldOptions:5000'],
		['a.b.message.Kind', ['A=0', 'B=-1']],
		['a.b.service', ['Get', 'rpc']],
	]);
	expect(read?.publicImports.has('y.proto')).toBe(true);
});

const NAMES = ['id', 'total', 'note', '__proto__', 'constructor'];
const fieldOf = fc.record({
	name: fc.constantFrom(...NAMES),
	number: fc.integer({min: 1, max: 6}),
	type: fc.constantFrom('int32', 'string', 'bytes', 'Money', 'State', 'map<string, int32>'),
	repeated: fc.boolean(),
});
const proto = fc
	.record({
		fields: fc
			.uniqueArray(fieldOf, {selector: ({name}) => name})
			.map((all) => [...new Map(all.map((one) => [one.number, one])).values()]),
		values: fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), {minLength: 1}),
		rpcs: fc.uniqueArray(fc.constantFrom('Get', 'Put', 'List')),
		reserved: fc.boolean(),
	})
	.map(({fields, values, rpcs, reserved}) => [
		`message Order {\n${fields.map(({name, number, type, repeated}) => `  ${repeated && !type.startsWith('map') ? 'repeated ' : ''}${type} ${name} = ${number};`).join('\n')}\n${reserved ? '  reserved 9, 11 to 15;' : ''}\n}`,
		`enum State { NONE = 0; ${values.map((value, i) => `${value} = ${i + 1};`).join(' ')} }`,
		`service Shop { ${rpcs.map((name) => `rpc ${name}(Order) returns (stream Order);`).join(' ')} }`,
		'message Money { int64 units = 1; }',
	]);

describe('for any file', () => {
	test('compared with itself, in any order and layout, nothing is found', async () => {
		await fc.assert(
			fc.asyncProperty(proto, fc.nat(3), async (parts, turn) => {
				const other = [...parts.slice(turn), ...parts.slice(0, turn)]
					.join('\n/* } */\n')
					.replaceAll(';', ' ; // ;\n')
					.replaceAll(' = ', '=');
				expect(await told(file(P3 + parts.join('\n'), P3 + other))).toEqual([]);
			}),
			{numRuns: 80},
		);
	});
	test('a field whose number is free afterwards is always told', async () => {
		await fc.assert(
			fc.asyncProperty(proto, async (parts) => {
				const [order = '', ...rest] = parts;
				const numbers = [...order.matchAll(/ (\w+) = (\d);/g)];
				const gone = numbers[0];
				fc.pre(gone !== undefined);
				const after = order
					.split('\n')
					.filter((line) => !line.endsWith(` ${gone?.[1]} = ${gone?.[2]};`))
					.join('\n');
				expect(await told(file(P3 + parts.join('\n'), [P3, after, ...rest].join('\n')))).toContain(
					`danger proto-field-removed shop.v1.Order.${gone?.[1]}`,
				);
			}),
			{numRuns: 80},
		);
	});
	test('a broken one never throws and always ends', async () => {
		await fc.assert(
			fc.asyncProperty(
				proto,
				fc.nat(),
				fc.oneof(fc.string(), fc.constantFrom('}', '{', '[', '=', '"', '/*', 'message', 'rpc', 'reserved')),
				async (parts, at, junk) => {
					const text = P3 + parts.join('\n');
					const cut = at % text.length;
					await seen(detector, file(text, text.slice(0, cut) + junk + text.slice(cut + 3)));
				},
			),
			{numRuns: 200},
		);
	});
});

describe('hostile files', () => {
	test.each([
		['nested messages', 'message A {'.repeat(50_000)],
		['nested options', `option a = ${'{'.repeat(100_000)}`],
		['brackets', `message A { int32 a = 1 ${'['.repeat(100_000)}`],
		['open comment', `/*${'*'.repeat(200_000)}`],
		['no end', `message A { reserved ${'1,'.repeat(50_000)}`],
		['many', Array.from({length: 15_000}, (_, i) => `message M${i} { int32 a = 1; }`).join('\n')],
	])('%s are read or passed over', async (_, body) => {
		const small = `${P3}message B { int32 a = 1; }`;
		expect((await seen(detector, file(P3 + body, small))).length).toBeLessThan(30);
		expect((await seen(detector, file(small, P3 + body))).length).toBeLessThan(30);
	});
});

/** The breaking rules that buf 1.5x to 1.75 lists, read off its rule table. */
const BUF =
	'ENUM_NO_DELETE ENUM_SAME_JSON_FORMAT ENUM_SAME_TYPE ENUM_VALUE_NO_DELETE ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED ENUM_VALUE_SAME_NAME EXTENSION_MESSAGE_NO_DELETE EXTENSION_NO_DELETE FIELD_NO_DELETE FIELD_NO_DELETE_UNLESS_NAME_RESERVED FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED FIELD_SAME_CARDINALITY FIELD_SAME_CPP_STRING_TYPE FIELD_SAME_CTYPE FIELD_SAME_JAVA_UTF8_VALIDATION FIELD_SAME_DEFAULT FIELD_SAME_JSON_NAME FIELD_SAME_JSTYPE FIELD_SAME_LABEL FIELD_SAME_NAME FIELD_SAME_ONEOF FIELD_SAME_UTF8_VALIDATION FIELD_SAME_TYPE FIELD_WIRE_COMPATIBLE_CARDINALITY FIELD_WIRE_COMPATIBLE_TYPE FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY FIELD_WIRE_JSON_COMPATIBLE_TYPE FILE_NO_DELETE FILE_SAME_CSHARP_NAMESPACE FILE_SAME_GO_PACKAGE FILE_SAME_JAVA_MULTIPLE_FILES FILE_SAME_JAVA_OUTER_CLASSNAME FILE_SAME_JAVA_PACKAGE FILE_SAME_JAVA_STRING_CHECK_UTF8 FILE_SAME_OBJC_CLASS_PREFIX FILE_SAME_PACKAGE FILE_SAME_PHP_CLASS_PREFIX FILE_SAME_PHP_METADATA_NAMESPACE FILE_SAME_PHP_NAMESPACE FILE_SAME_RUBY_PACKAGE FILE_SAME_SWIFT_PREFIX FILE_SAME_OPTIMIZE_FOR FILE_SAME_CC_GENERIC_SERVICES FILE_SAME_JAVA_GENERIC_SERVICES FILE_SAME_PY_GENERIC_SERVICES FILE_SAME_PHP_GENERIC_SERVICES FILE_SAME_CC_ENABLE_ARENAS FILE_SAME_SYNTAX MESSAGE_NO_DELETE MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR MESSAGE_SAME_JSON_FORMAT MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT MESSAGE_SAME_REQUIRED_FIELDS ONEOF_NO_DELETE PACKAGE_ENUM_NO_DELETE PACKAGE_EXTENSION_NO_DELETE PACKAGE_MESSAGE_NO_DELETE PACKAGE_NO_DELETE PACKAGE_SERVICE_NO_DELETE RESERVED_ENUM_NO_DELETE RESERVED_MESSAGE_NO_DELETE RPC_NO_DELETE RPC_SAME_CLIENT_STREAMING RPC_SAME_IDEMPOTENCY_LEVEL RPC_SAME_REQUEST_TYPE RPC_SAME_RESPONSE_TYPE RPC_SAME_SERVER_STREAMING SERVICE_NO_DELETE'.split(
		' ',
	);
test('every breaking rule of buf is covered', () => {
	const covered = new Set((detector.rules ?? []).flatMap(({like}) => like));
	expect(BUF.filter((rule) => !covered.has(`buf:${rule}`))).toEqual([]);
});

test('it wants .proto files, no tests and no copies of other people’s', () => {
	const not = ['a.proto.bak', 'tests/x.proto', 'vendor/x/y.proto', 'third_party/a.proto', 'google/protobuf/any.proto'];
	expect(not.filter((path) => detector.wants(path))).toEqual([]);
	expect(['api/v1/shop.proto', 'x.PROTO'].filter((path) => !detector.wants(path))).toEqual([]);
});
