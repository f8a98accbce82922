import type {Arbitrary} from 'fast-check';
// Room: tests. GraphQL schemas: each rule, moves between files, schemas in pieces, and hostile ones.

import {createRequire} from 'node:module';
import {diff} from '@graphql-inspector/core';
import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/graphql.ts';
import fc from '../kit/check.ts';
import {type Case, everyRule, type Sides, seen} from '../kit/rules.ts';

// The same copy of the package that the inspector loads: types of another copy are strangers to it.
const {buildSchema} = createRequire(import.meta.url)('graphql') as typeof import('graphql');

const file = (before: string, after: string): Sides => ({
	before: {'schema.graphql': before},
	after: {'schema.graphql': after},
});
const pair = (before: string, after: string, missBefore: string, missAfter: string): Case => ({
	fires: file(before, after),
	silent: file(missBefore, missAfter),
});
const inType = (before: string, after: string, missBefore: string, missAfter: string) =>
	pair(
		...([before, after, missBefore, missAfter].map((body) => `type Order { id: ID! ${body} }`) as [
			string,
			string,
			string,
			string,
		]),
	);
const inInput = (before: string, after: string, missBefore: string, missAfter: string) =>
	pair(
		...([before, after, missBefore, missAfter].map((body) => `input New { id: ID! ${body} }`) as [
			string,
			string,
			string,
			string,
		]),
	);
const inEnum = (before: string, after: string, missBefore: string, missAfter: string) =>
	pair(
		...([before, after, missBefore, missAfter].map((body) => `enum State { NEW ${body} }`) as [
			string,
			string,
			string,
			string,
		]),
	);
const put = (before: string, after: string) => {
	// Taking it away is the mirror of putting it there, and neither is the other.
	const there = after;
	return {on: pair(before, there, there, before), off: pair(there, before, before, there)};
};
const OLD = ' @deprecated(reason: "old")';
const placesOfDirectives: Record<string, {on: Case; off: Case}> = {
	union: put('union U = A | B', 'union U @x = A | B'),
	enum: put('enum E { A }', 'enum E @x { A }'),
	'enum-value': put('enum E { A }', 'enum E { A @x }'),
	input: put('input I { a: Int }', 'input I @x { a: Int }'),
	scalar: put('scalar S', 'scalar S @x'),
	object: put('type T { a: Int }', 'type T @x { a: Int }'),
	interface: put('interface T { a: Int }', 'interface T @x { a: Int }'),
	argument: put('type T { a(b: Int): Int }', 'type T { a(b: Int @x): Int }'),
	schema: put('schema { query: Q }', 'schema @x { query: Q }'),
	field: put('type T { a: Int }', 'type T { a: Int @x }'),
	'input-field': put('input I { a: Int }', 'input I { a: Int @x }'),
};

const CASES: Record<string, Case> = {
	'type-removed': pair(
		'type A { a: Int } type B { b: Int }',
		'type A { a: Int }',
		'type A { a: Int } type B { b: Int }',
		'type B { b: Int } type A { a: Int }',
	),
	'type-added': pair(
		'type A { a: Int }',
		'type A { a: Int } type B { b: Int }',
		'type A { a: Int }',
		'type A { a: Int } extend type B { b: Int }',
	),
	'type-kind-changed': pair(
		'type A { a: Int }',
		'interface A { a: Int }',
		'type A { a: Int }',
		'extend type A { a: Int }',
	),
	'type-description-added': pair(
		'type A { a: Int }',
		'"An A" type A { a: Int }',
		'type A { a: Int }',
		'"" type A { a: Int }',
	),
	'type-description-removed': pair(
		'"An A" type A { a: Int }',
		'type A { a: Int }',
		'"An A" type A { a: Int }',
		'"""An A""" type A { a: Int }',
	),
	'type-description-changed': pair(
		'"An A" type A { a: Int }',
		'"The A" type A { a: Int }',
		'# An A\ntype A { a: Int }',
		'# The A\ntype A { a: Int }',
	),
	'field-removed': inType('total: Int', '', 'total: Int note: Int', 'note: Int total: Int'),
	'deprecated-field-removed': inType(`total: Int${OLD}`, '', 'total: Int', ''),
	'field-added': inType('', 'total: Int', 'total: Int', 'total: Int!'),
	'field-type-changed': inType('total: Int!', 'total: Int', 'total: [Int]', 'total: [Int!]!'),
	'field-type-stricter': inType('total: [Int]', 'total: [Int!]!', 'total: Int', 'total: Float!'),
	'field-description-added': inType('total: Int', '"sum" total: Int', '"sum" total: Int', 'total: Int'),
	'field-description-removed': inType('"sum" total: Int', 'total: Int', '"sum" total: Int', ''),
	'field-description-changed': inType(
		'"sum" total: Int',
		'"the sum" total: Int',
		'"sum" total: Int',
		'"""\n  sum\n""" total: Int',
	),
	'field-deprecated': inType('total: Int', `total: Int${OLD}`, '', `total: Int${OLD}`),
	'field-undeprecated': inType(`total: Int${OLD}`, 'total: Int', `total: Int${OLD}`, ''),
	'field-deprecation-reason-added': inType(
		'total: Int @deprecated',
		`total: Int${OLD}`,
		'total: Int',
		`total: Int${OLD}`,
	),
	'field-deprecation-reason-removed': inType(
		`total: Int${OLD}`,
		'total: Int @deprecated',
		`total: Int${OLD}`,
		'total: Int',
	),
	'field-deprecation-reason-changed': inType(
		`total: Int${OLD}`,
		'total: Int @deprecated(reason: "slow")',
		`total: Int${OLD}`,
		'total: Int @deprecated(reason: """old""")',
	),
	'argument-removed': inType(
		'total(in: Int): Int',
		'total: Int',
		'total(in: Int, at: Int): Int',
		'total(at: Int, in: Int): Int',
	),
	'required-argument-added': inType('total: Int', 'total(in: Int!): Int', 'total: Int', 'total(in: Int! = 1): Int'),
	'optional-argument-added': inType('total: Int', 'total(in: Int! = 1): Int', 'total: Int', 'total(in: Int!): Int'),
	'argument-type-changed': inType(
		'total(in: Int): Int',
		'total(in: Int!): Int',
		'total(in: Int!): Int',
		'total(in: Int): Int',
	),
	'argument-type-looser': inType(
		'total(in: [Int!]!): Int',
		'total(in: [Int]): Int',
		'total(in: Int): Int',
		'total(in: Float): Int',
	),
	'argument-default-changed': inType(
		'total(in: Int = 1): Int',
		'total(in: Int = 2): Int',
		'total(in: [Int] = [1, 2]): Int',
		'total(in: [Int] = [1 2]): Int',
	),
	'argument-description-changed': inType(
		'total("a" in: Int): Int',
		'total("b" in: Int): Int',
		'total: Int',
		'total("b" in: Int): Int',
	),
	'input-field-removed': inInput('total: Int', '', 'total: Int note: Int', 'note: Int total: Int'),
	'required-input-field-added': inInput('', 'total: Int!', '', 'total: Int! = 3'),
	'optional-input-field-added': inInput('', 'total: Int! = 3', '', 'total: Int!'),
	'input-field-type-changed': inInput('total: Int', 'total: Int!', 'total: Int!', 'total: Int'),
	'input-field-type-looser': inInput('total: Int!', 'total: Int', 'total: Int!', 'total: [Int]'),
	'input-field-default-changed': inInput('total: Int = 1', 'total: Int', 'total: S = "a"', 'total: S = "a" '),
	'input-field-description-added': inInput('total: Int', '"sum" total: Int', '"sum" total: Int', 'total: Int'),
	'input-field-description-removed': inInput('"sum" total: Int', 'total: Int', '"sum" total: Int', ''),
	'input-field-description-changed': inInput('"sum" total: Int', '"a sum" total: Int', '', '"a sum" total: Int'),
	'enum-value-removed': inEnum('PAID', '', 'PAID SENT', 'SENT PAID'),
	'enum-value-added': inEnum('', 'PAID', 'PAID SENT', 'SENT PAID'),
	'enum-value-description-changed': inEnum('"a" PAID', '"b" PAID', '', '"b" PAID'),
	'enum-value-deprecated': inEnum('PAID', `PAID${OLD}`, `PAID${OLD}`, 'PAID'),
	'enum-value-undeprecated': inEnum(`PAID${OLD}`, 'PAID', 'PAID', `PAID${OLD}`),
	'enum-value-deprecation-reason-changed': inEnum(`PAID${OLD}`, 'PAID @deprecated(reason: "x")', 'PAID', `PAID${OLD}`),
	'union-member-removed': pair('union U = A | B', 'union U = A', 'union U = A | B', 'union U = | B | A'),
	'union-member-added': pair('union U = A', 'union U = A | B', 'union U = A | B', 'union U = A extend union U = B'),
	'interface-removed': pair(
		'type A implements N & M { a: Int }',
		'type A implements N { a: Int }',
		'type A implements N & M { a: Int }',
		'type A implements M & N { a: Int }',
	),
	'interface-added': pair(
		'type A implements N { a: Int }',
		'type A implements N & M { a: Int }',
		'type A implements N { a: Int }',
		'type A implements N { a: Int b: Int }',
	),
	'query-type-changed': pair(
		'schema { query: A } type A { a: Int } type B { a: Int }',
		'schema { query: B } type A { a: Int } type B { a: Int }',
		'type Query { a: Int }',
		'schema { query: Query } type Query { a: Int }',
	),
	'mutation-type-changed': pair(
		'schema { query: A mutation: M }',
		'schema { query: A mutation: N }',
		'schema { query: A mutation: M }',
		'schema { mutation: M query: A }',
	),
	'subscription-type-changed': pair(
		'schema { query: A subscription: M }',
		'schema { query: A }',
		'schema { query: A subscription: M }',
		'schema { query: B subscription: M }',
	),
	'directive-removed': pair(
		'directive @d on FIELD',
		'scalar S',
		'directive @d on FIELD',
		'directive @d on FIELD | QUERY',
	),
	'directive-added': pair(
		'scalar S',
		'scalar S directive @d on FIELD',
		'directive @d on FIELD',
		'directive @d(a: Int) on FIELD',
	),
	'directive-description-changed': pair(
		'"a" directive @d on FIELD',
		'"b" directive @d on FIELD',
		'# a\ndirective @d on FIELD',
		'# b\ndirective @d on FIELD',
	),
	'directive-location-added': pair(
		'directive @d on FIELD',
		'directive @d on FIELD | QUERY',
		'directive @d on FIELD | QUERY',
		'directive @d on | QUERY | FIELD',
	),
	'directive-location-removed': pair(
		'directive @d on FIELD | QUERY',
		'directive @d on FIELD',
		'directive @d on FIELD',
		'directive @d on FIELD | QUERY',
	),
	'directive-repeatable-added': pair(
		'directive @d on FIELD',
		'directive @d repeatable on FIELD',
		'directive @d repeatable on FIELD',
		'directive @d on FIELD',
	),
	'directive-repeatable-removed': pair(
		'directive @d repeatable on FIELD',
		'directive @d on FIELD',
		'directive @d on FIELD',
		'directive @d repeatable on FIELD',
	),
	'directive-argument-removed': pair(
		'directive @d(a: Int) on FIELD',
		'directive @d on FIELD',
		'directive @d(a: Int, b: Int) on FIELD',
		'directive @d(b: Int, a: Int) on FIELD',
	),
	'required-directive-argument-added': pair(
		'directive @d on FIELD',
		'directive @d(a: Int!) on FIELD',
		'directive @d on FIELD',
		'directive @d(a: Int) on FIELD',
	),
	'optional-directive-argument-added': pair(
		'directive @d on FIELD',
		'directive @d(a: Int) on FIELD',
		'directive @d on FIELD',
		'directive @d(a: Int!) on FIELD',
	),
	'directive-argument-description-changed': pair(
		'directive @d("a" a: Int) on FIELD',
		'directive @d("b" a: Int) on FIELD',
		'directive @d on FIELD',
		'directive @d("b" a: Int) on FIELD',
	),
	'directive-argument-default-changed': pair(
		'directive @d(a: Int = 1) on FIELD',
		'directive @d(a: Int = 2) on FIELD',
		'directive @d on FIELD',
		'directive @d(a: Int = 2) on FIELD',
	),
	'directive-argument-type-changed': pair(
		'directive @d(a: Int) on FIELD',
		'directive @d(a: ID) on FIELD',
		'directive @d(a: Int!) on FIELD',
		'directive @d(a: Int) on FIELD',
	),
	'directive-argument-type-looser': pair(
		'directive @d(a: Int!) on FIELD',
		'directive @d(a: Int) on FIELD',
		'directive @d(a: Int) on FIELD',
		'directive @d(a: Int!) on FIELD',
	),
	...Object.fromEntries(
		Object.entries(placesOfDirectives).flatMap(([on, {on: there, off}]) => [
			[`directive-put-on-${on}`, there],
			[`directive-taken-from-${on}`, off],
		]),
	),
	'directive-use-argument-added': pair(
		'scalar S @x',
		'scalar S @x(a: 1)',
		'scalar S @x(a: 1, b: 2)',
		'scalar S @x(b: 2, a: 1)',
	),
	'directive-use-argument-removed': pair('scalar S @x(a: 1)', 'scalar S @x', 'scalar S @x(a: 1)', 'scalar S @x(a: 2)'),
	'directive-use-argument-changed': pair('scalar S @x(a: 1)', 'scalar S @x(a: 2)', 'scalar S @x', 'scalar S @x(a: 2)'),
	'input-became-one-of': pair(
		'input I { a: Int }',
		'input I @oneOf { a: Int }',
		'input I { a: Int }',
		'input I @x { a: Int }',
	),
};

everyRule(detector, Object.fromEntries(Object.entries(CASES).map(([id, one]) => [`graphql-${id}`, one])));

const told = async (sides: Sides) =>
	(await seen(detector, sides)).map(({severity, rule, object}) => `${severity} ${rule} ${object}`);

describe('where a type lies does not matter', () => {
	const order = 'type Order { id: ID! total: Int }';
	test('a type that moved to another file of the change is the same type', async () => {
		const before = {'a.graphql': `${order} scalar Money`, 'b.graphql': 'scalar Date'};
		expect(await told({before, after: {'a.graphql': 'scalar Money', 'b.graphql': `scalar Date ${order}`}})).toEqual([]);
	});
	test('a renamed file is compared with what it was', async () => {
		expect(
			await told({
				before: {'a.graphql': order},
				after: {'b.graphql': 'type Order { id: ID! }'},
				renamed: {'b.graphql': 'a.graphql'},
			}),
		).toEqual(['danger graphql-field-removed Order.total']);
	});
	test('an extension adds and takes fields, not the type', async () => {
		const [ext, ext2] = ['extend type Query { orders: Int }', 'extend type Query { bills: Int }'];
		expect(await told({before: {'a.graphql': ext}, after: {'a.graphql': ext2}})).toEqual([
			'danger graphql-field-removed Query.orders',
			'note graphql-field-added Query.bills',
		]);
		expect(await told({before: {'a.graphql': ext}, after: {}})).toEqual(['danger graphql-field-removed Query.orders']);
		expect(await told({before: {}, after: {'a.graphql': ext}})).toEqual(['note graphql-field-added Query.orders']);
	});
	test('two schemas side by side are compared each with itself', async () => {
		const query = (field: string) => `type Query { ${field}: Int }`;
		expect(
			await told({
				before: {'a/schema.graphql': query('a'), 'b/schema.graphql': query('b')},
				after: {'a/schema.graphql': query('b'), 'b/schema.graphql': query('b: Int c: Int d')},
			}),
		).toEqual([
			'danger graphql-field-removed Query.a',
			'note graphql-field-added Query.b',
			'note graphql-field-added Query.c',
			'note graphql-field-added Query.d',
		]);
	});
	test('type definitions inside programs are read with their lines; queries of clients are not', async () => {
		const program = (field: string) =>
			`import x from 'y';\n\nexport const typeDefs = gql\`\n  type Query {\n    a: Int\n    ${field}\n  }\n\`;\n`;
		const found = await seen(detector, {
			before: {'src/schema.ts': program('b: Int')},
			after: {'src/schema.ts': program('c: Int')},
		});
		expect(found.map(({rule, line}) => [rule, line])).toEqual([
			['graphql-field-removed', 4],
			['graphql-field-added', 6],
		]);
		const query = (field: string) => `export const q = gql\`query { orders { ${field} } }\`;`;
		expect(await told({before: {'src/graphql/q.ts': query('a')}, after: {'src/graphql/q.ts': query('b')}})).toEqual([]);
	});
});

describe('what a person reads', () => {
	test('a finding says where, what, before and after', async () => {
		const [found] = await seen(
			detector,
			file('type Order {\n  id: ID!\n  total: Int!\n}', 'type Order {\n  id: ID!\n  total: Float\n}'),
		);
		expect(found).toMatchObject({
			rule: 'graphql-field-type-changed',
			severity: 'danger',
			path: 'schema.graphql',
			line: 3,
			object: 'Order.total',
			before: 'Int!',
			after: 'Float',
			what: 'changes Order.total from Int! to Float',
		});
	});
	test('a directive that speaks of access is a caution, one that decorates a note', async () => {
		expect(
			await told(file('type T { a: Int b: Int }', 'type T { a: Int @requiresRole(r: "x") b: Int @doc(x: 1) }')),
		).toEqual(['caution graphql-directive-put-on-field T.a', 'note graphql-directive-put-on-field T.b']);
	});
	test('a directive for the server alone is no danger to a client', async () => {
		expect(await told(file('directive @d on OBJECT scalar S', 'scalar S'))).toEqual([
			'caution graphql-directive-removed @d',
		]);
	});
	test('a new value that clients only send is no surprise to them', async () => {
		const schema = (values: string, field: string) =>
			`enum Sort { ${values} } type Query { orders(by: Sort): Int ${field} }`;
		expect(await told(file(schema('A', ''), schema('A B', '')))).toEqual(['note graphql-enum-value-added Sort.B']);
		expect(await told(file(schema('A', 'now: Sort'), schema('A B', 'now: Sort')))).toEqual([
			'caution graphql-enum-value-added Sort.B',
		]);
	});
	test('a schema that cannot be read on one side is unknown, not gone', async () => {
		const schema = {'schema.graphql': 'type Query { a: Int }'};
		expect(await told({before: schema, after: schema, unread: ['schema.graphql']})).toEqual([]);
	});
	test('many of one kind are folded with their names', async () => {
		const fields = Array.from({length: 30}, (_, i) => `f${i}: Int`).join(' ');
		const found = await seen(detector, file(`type T { id: ID ${fields} }`, 'type T { id: ID }'));
		expect(found).toHaveLength(9);
		expect(found.at(-1)?.what).toContain('22 more: T.f8, T.f9');
	});
});

const NAMES = ['id', 'total', 'note', 'state'];
const TYPES = ['Int', 'Int!', '[Int]', '[Int!]!', 'String', 'Order', 'State'];
const field = fc.record({
	name: fc.constantFrom(...NAMES),
	type: fc.constantFrom(...TYPES),
	arg: fc.option(fc.tuple(fc.constantFrom('Int', 'Int!', 'String', '[Int]'), fc.constantFrom('', ' = null')), {
		nil: undefined,
	}),
	about: fc.constantFrom('', '"a" ', '"b" '),
	old: fc.constantFrom('', ' @deprecated', ' @deprecated(reason: "x")', ' @deprecated(reason: "y")'),
});
const distinct = <T extends {name: string}>(one: Arbitrary<T>) =>
	fc.uniqueArray(one, {selector: ({name}) => name, minLength: 1, maxLength: 4});
const schema = fc
	.record({
		order: distinct(field),
		kind: fc.constantFrom('type', 'interface'),
		input: distinct(field),
		values: fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), {minLength: 1}),
		members: fc.uniqueArray(fc.constantFrom('Order', 'Other'), {minLength: 1}),
		extra: fc.boolean(),
	})
	.map(({order, kind, input, values, members, extra}) => {
		const out = order.map(({name, type, arg, about, old}) => {
			const argument = arg ? `(in: ${arg[0]}${arg[0].endsWith('!') ? '' : arg[1]})` : '';
			return `  ${about}${name}${argument}: ${type}${old}`;
		});
		const into = input.map(({name, type, about}) => `  ${about}${name}: ${type === 'Order' ? 'New' : type}`);
		return [
			'type Query { order: Order }',
			`${kind} Order {\n${out.join('\n')}\n}`,
			'type Other { id: ID }',
			`input New {\n${into.join('\n')}\n}`,
			`enum State { ${values.join(' ')} }`,
			...(kind === 'type' ? [`union Any = ${members.join(' | ')}`] : []),
			...(extra ? ['scalar Money', 'directive @d(a: Int) on FIELD'] : []),
		];
	});

describe('for any schema', () => {
	test('compared with itself, in any order and layout, nothing is found', async () => {
		await fc.assert(
			fc.asyncProperty(schema, fc.integer({min: 0, max: 9}), async (parts, turn) => {
				const other = [...parts.slice(turn % parts.length), ...parts.slice(0, turn % parts.length)];
				const spaced = other.join('\n\n# a comment\n').replaceAll('{', ' {\n').replaceAll(': ', ' :  ');
				expect(await told(file(parts.join('\n'), spaced))).toEqual([]);
			}),
			{numRuns: 60},
		);
	});
	test('all that the inspector calls breaking is found, under a rule that names its change', async () => {
		const like = new Map((detector.rules ?? []).map((rule) => [rule.id, rule.like]));
		await fc.assert(
			fc.asyncProperty(schema, schema, async (a, b) => {
				const [before, after] = [a.join('\n'), b.join('\n')];
				const theirs = (await diff(buildSchema(before, {assumeValid: true}), buildSchema(after, {assumeValid: true})))
					.filter(({criticality}) => criticality.level === 'BREAKING')
					.map(({type}) => `graphql-inspector:${type}`);
				const ours = (await seen(detector, file(before, after))).flatMap(({rule}) => like.get(rule) ?? []);
				expect([...new Set(theirs)].filter((type) => !ours.includes(type))).toEqual([]);
			}),
			{numRuns: 60},
		);
	});
	test('a broken one never throws', async () => {
		await fc.assert(
			fc.asyncProperty(schema, fc.nat(), fc.string(), async (parts, at, junk) => {
				const text = parts.join('\n');
				const cut = at % text.length;
				await seen(detector, file(text, text.slice(0, cut) + junk + text.slice(cut + 3)));
			}),
			{numRuns: 60},
		);
	});
});

describe('hostile schemas', () => {
	test('names of the language are names', async () => {
		const names = '__proto__ constructor toString';
		const fields = (type: string) =>
			names
				.split(' ')
				.map((name) => `${name}: ${type}`)
				.join(' ');
		expect(
			await told(
				file(
					`type constructor { ${fields('Int')} } enum E { __proto__ }`,
					`type constructor { ${fields('ID')} } enum E { a }`,
				),
			),
		).toEqual([
			'danger graphql-field-type-changed constructor.__proto__',
			'danger graphql-field-type-changed constructor.constructor',
			'danger graphql-field-type-changed constructor.toString',
			'danger graphql-enum-value-removed E.__proto__',
			'caution graphql-enum-value-added E.a',
		]);
	});
	test('deep nesting is passed over', async () => {
		const deep = (n: number) => `type T { a: ${'['.repeat(n)}Int${']'.repeat(n)} }`;
		expect(await told(file(deep(1), deep(100_000)))).toEqual([]);
	});
	test('text that draws on the terminal is made harmless', async () => {
		const found = await seen(detector, file('"a" type T { a: Int }', '"\u001b[2J" type T { a: Int }'));
		expect(JSON.stringify(found)).not.toContain('\u001b');
	});
});

test('every change type of the inspector is covered or left out with a reason', async () => {
	const {ChangeType} = await import('@graphql-inspector/core');
	const covered = new Set([
		...(detector.rules ?? []).flatMap(({like}) => like),
		...(detector.leavesOut ?? []).map(({rule}) => rule),
	]);
	expect(Object.values(ChangeType).filter((type) => !covered.has(`graphql-inspector:${type}`))).toEqual([]);
});

test('it wants schemas, also in programs, but no tests', () => {
	const wanted = ['schema.graphql', 'a/b.gql', 'src/typeDefs.ts', 'src/schema/user.js', 'x.graphqls'];
	const not = ['src/main.ts', 'tests/fixtures/a.graphql', 'schema.json', 'src/schema.test.ts'];
	expect(wanted.filter((path) => !detector.wants(path))).toEqual([]);
	expect(not.filter((path) => detector.wants(path))).toEqual([]);
});
