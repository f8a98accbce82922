// Room: tests. Exported TypeScript: each rule, the way through re-exports, packages that promise nothing, and hostile files.

import {describe, expect, test} from 'vitest';
import {parseable} from '../../src/detectors/support/parseable.ts';
import {normalised} from '../../src/detectors/support/typescript/types.ts';
import {detector} from '../../src/detectors/typescript-exports.ts';
import fc from '../kit/check.ts';
import {type Case, everyRule, type Sides, seen} from '../kit/rules.ts';

const manifest = (parts: object = {}) =>
	JSON.stringify({name: 'lib', version: '1.2.3', types: './dist/index.d.ts', ...parts});
type Four = readonly [before: string, after: string, missBefore: string, missAfter: string];
const source = (before: string, after: string, parts: object = {}): Sides => ({
	before: {'package.json': manifest(parts), 'src/index.ts': before},
	after: {'package.json': manifest(parts), 'src/index.ts': after},
});
const pair = (...[before, after, missBefore, missAfter]: Four): Case => ({
	fires: source(before, after),
	silent: source(missBefore, missAfter),
});
const wrapped =
	(wrap: (body: string) => string) =>
	(...four: Four) =>
		pair(...(four.map(wrap) as unknown as Four));
const inClass = wrapped((body) => `export class C { id = 1 as number; ${body} }`);
const inInterface = wrapped((body) => `export interface I { id: number; ${body} }`);
const fn = wrapped((body) => `export declare function f${body};`);
const alias = wrapped((body) => `export type T = ${body};`);
const packages = (before: object, after: object): Sides => ({
	before: {'package.json': manifest(before), 'src/index.ts': 'export const a = 1;'},
	after: {'package.json': manifest(after), 'src/index.ts': 'export const a = 1;'},
});
const manifests = (before: object, after: object, missBefore: object, missAfter: object): Case => ({
	fires: packages(before, after),
	silent: packages(missBefore, missAfter),
});

const CASES: Record<string, Case> = {
	'export-added': pair(
		'export const a = 1;',
		'export const a = 1; export const b = 2;',
		'export const a = 1;',
		'export const a = 1; const b = 2;',
	),
	'export-removed': pair(
		'export const a = 1; export const b = f();',
		'export const a = 1; const b = f();',
		'export const a = 1, b = f();',
		'const b = f(), a = 1; export {b, a};',
	),
	'deprecated-export-removed': pair(
		'/** @deprecated use b */ export const a = 1;',
		'export const b = 1;',
		'export const a = 1;',
		'export const b = 1;',
	),
	'export-renamed': pair(
		'export function total(order: Order): number { return 1 }',
		'export function sum(order: Order): number { return 2 }',
		'export function total(order: Order): number { return 1 }',
		'export function sum(order: Order, tax: number): number { return 2 }',
	),
	'default-export-removed': pair(
		'export default function f() {}',
		'export function f() {}',
		'export default function f() {}',
		'function f() {} export {f as default};',
	),
	'export-became-type-only': pair(
		'class A {} export {A};',
		'class A {} export type {A};',
		'interface A {} export {A};',
		'interface A {} export type {A};',
	),
	'kind-changed': pair(
		'export class A { a = 1 }',
		'export function A() {}',
		'export interface A { a: number }',
		'export type A = { a: number };',
	),
	'workspace-export-removed': {
		fires: source('export const a = 1;', 'export const b = f();', {private: true}),
		silent: source('export const a = 1;', 'export const a = f();', {private: true}),
	},
	'package-renamed': manifests({}, {name: 'lib2'}, {}, {version: '2.0.0'}),
	'package-became-private': manifests({}, {private: true}, {private: true}, {private: true, version: '2.0.0'}),
	'subpath-removed': manifests(
		{exports: {'.': './dist/index.js', './x': './dist/x.js'}},
		{exports: {'.': './dist/index.js'}},
		{exports: {'.': './dist/index.js', './x': './dist/x.js'}},
		{exports: {'.': './dist/index.js', './*': './dist/*.js'}},
	),
	'subpath-closed': manifests(
		{main: './dist/index.js'},
		{exports: './dist/index.js'},
		{main: './dist/index.js'},
		{exports: {'.': './dist/index.js', './*': './*'}},
	),
	'condition-removed': manifests(
		{exports: {import: './i.mjs', require: './i.cjs'}},
		{exports: {import: './i.mjs'}},
		{exports: {import: './i.mjs', require: './i.cjs'}},
		{exports: {default: './i.mjs'}},
	),
	'bin-removed': manifests(
		{bin: {lib: 'a.js', tool: 'b.js'}},
		{bin: {lib: 'a.js'}},
		{bin: 'a.js'},
		{bin: {lib: 'b.js'}},
	),
	'module-type-changed': manifests({type: 'commonjs'}, {type: 'module'}, {}, {type: 'commonjs'}),
	'types-removed': manifests(
		{files: ['dist'], types: './dist/index.d.ts'},
		{files: ['dist'], types: undefined},
		{},
		{types: undefined, typings: './dist/index.d.ts'},
	),
	'parameter-required-added': fn(
		'(a: string): void',
		'(a: string, b: string): void',
		'(a: string): void',
		'(a: string, b?: string): void',
	),
	'parameter-optional-added': fn(
		'(a: string): void',
		'(a: string, b?: string): void',
		'(...a: string[]): void',
		'(...many: string[]): void',
	),
	'parameter-removed': fn(
		'(a: string, b: string): void',
		'(a: string): void',
		'(a: string, b: string): void',
		'(...all: string[]): void',
	),
	'parameter-became-required': fn('(a?: string): void', '(a: string): void', '(a: string): void', '(a?: string): void'),
	'parameter-became-optional': fn(
		'(a: string): void',
		'(a?: string): void',
		'(a?: string): void',
		'(b?: string): void',
	),
	'parameter-type-narrowed': fn(
		'(a: string | number): void',
		'(a: string): void',
		'(a: "x" | "y"): void',
		"(a: 'y' | 'x'): void",
	),
	'parameter-type-widened': fn('(a: "x"): void', '(a: string): void', '(a: string): void', '(a: "x"): void'),
	'parameter-type-changed': fn(
		'(a: string): void',
		'(a: number): void',
		'(a: {x: number; y: string}): void',
		'(a: {y: string, x: number}): void',
	),
	'rest-parameter-removed': fn(
		'(...a: string[]): void',
		'(a: string): void',
		'(a: string): void',
		'(...a: string[]): void',
	),
	'return-type-widened': fn('(): string', '(): string | undefined', '(): string | undefined', '(): undefined | string'),
	'return-type-narrowed': fn('(): string | undefined', '(): string', '(): string', '(): string | undefined'),
	'return-type-changed': fn('(): string', '(): number', '(): void', '(): number'),
	'became-async': fn('(): string', '(): Promise<string>', '(): Promise<string>', '(): Promise<string | undefined>'),
	'became-sync': fn('(): Promise<string>', '(): string', '(): string', '(): Promise<string>'),
	'overload-removed': fn(
		'(a: string): void; export declare function f(a: Date): void',
		'(a: string): void',
		'(a: string): void; export declare function f(a: Date): void',
		'(a: Date): void; export declare function f(a: string): void',
	),
	'overload-added': fn(
		'(a: string): void; export declare function f(a: Date): void',
		'(a: string): void; export declare function f(a: Date): void; export declare function f(a: Map): void',
		'(a: string): void',
		'(a: Date): void',
	),
	'generic-added': alias(
		'A; export type G<A> = A[]',
		'A; export type G<A, B> = A[]',
		'A; export type G<A> = A[]',
		'A; export type G<A, B = A> = A[]',
	),
	'generic-removed': alias(
		'A; export type G<A, B> = A[]',
		'A; export type G<A> = A[]',
		'A; export type G<A> = A[]',
		'A; export type G<A, B = 1> = A[]',
	),
	'generic-default-removed': alias(
		'A; export type G<A = 1> = A[]',
		'A; export type G<A> = A[]',
		'A; export type G<A> = A[]',
		'A; export type G<A = 1> = A[]',
	),
	'generic-constraint-changed': alias(
		'A; export type G<A> = A[]',
		'A; export type G<A extends string> = A[]',
		'A; export type G<A extends string> = A[]',
		'A; export type G<A> = A[]',
	),
	'member-removed': inClass('total(): number { return 1 }', '', 'private total(): number { return 1 }', ''),
	'member-added': inClass('', 'total(): number { return 1 }', '', '#total(): number { return 1 }'),
	'member-hidden': inClass(
		'total(): number { return 1 }',
		'protected total(): number { return 1 }',
		'protected total(): number { return 1 }',
		'total(): number { return 1 }',
	),
	'member-kind-changed': inClass(
		'total(): number { return 1 }',
		'total: number = 1',
		'total(): number { return 1 }',
		'total: () => number = f',
	),
	'abstract-member-added': pair(
		'export abstract class C { a = 1 }',
		'export abstract class C { a = 1; abstract b(): void }',
		'export abstract class C { a = 1 }',
		'export abstract class C { a = 1; b(): void {} }',
	),
	'class-became-abstract': pair(
		'export class C {}',
		'export abstract class C {}',
		'export abstract class C {}',
		'export class C {}',
	),
	'constructor-hidden': inClass(
		'constructor() {}',
		'private constructor() {}',
		'protected constructor() {}',
		'private constructor() {}',
	),
	'base-class-changed': pair(
		'export class C extends A {}',
		'export class C extends B {}',
		'export class C {}',
		'export class C extends B {}',
	),
	'implements-removed': pair(
		'export class C implements A, B {}',
		'export class C implements A {}',
		'export class C implements A, B {}',
		'export class C implements B, A {}',
	),
	'property-removed': inInterface('total: number', '', 'total: number; note: string', 'note: string; total: number'),
	'required-property-added': inInterface('', 'total: number', '', 'total?: number'),
	'optional-property-added': inInterface('', 'total?: number', '', 'total: number'),
	'property-became-required': inInterface('total?: number', 'total: number', 'total: number', 'total?: number'),
	'property-became-optional': inInterface('total: number', 'total?: number', 'total?: number', 'total: number'),
	'property-type-narrowed': inInterface(
		'total: number | string',
		'total: number',
		'total: number',
		'total: number | string',
	),
	'property-type-widened': inInterface(
		'total: number',
		'total: number | null',
		'total: number | null',
		'total: number',
	),
	'property-type-changed': inInterface(
		'total: number',
		'total: Date',
		'total: Array<number>',
		'total: Array< number >',
	),
	'property-became-readonly': inInterface(
		'total: number',
		'readonly total: number',
		'get total(): number; set total(a: number)',
		'total: number',
	),
	'property-became-writable': inInterface(
		'readonly total: number',
		'total: number',
		'total: number',
		'readonly total: number',
	),
	'index-signature-removed': inInterface(
		'[key: string]: number',
		'',
		'[key: string]: number',
		'[name: string]: number',
	),
	'interface-base-removed': pair(
		'export interface I extends A, B { a: 1 }',
		'export interface I extends A { a: 1 }',
		'export interface I extends A, B { a: 1 }',
		'export interface I extends B, A { a: 1 }',
	),
	'type-narrowed': alias("'a' | 'b'", "'a'", "'a' | 'b'", "| 'b' | 'a'"),
	'type-widened': alias("'a'", "'a' | 'b'", "'a' | string", 'string'),
	'type-changed': alias('string', 'Date', 'string[]', '// list\nstring[]'),
	'enum-member-removed': pair(
		'export enum E { A, B }',
		'export enum E { A }',
		'export enum E { A, B }',
		'export enum E { A, B, C }',
	),
	'enum-member-added': pair(
		'export enum E { A }',
		'export enum E { A, B }',
		'export enum E { A, B }',
		'export enum E { A }',
	),
	'enum-value-changed': pair(
		'export enum E { A, B }',
		'export enum E { B, A }',
		'export enum E { A, B }',
		'export enum E { A = 0, B = 1 }',
	),
	'const-enum-changed': pair(
		'export enum E { A }',
		'export const enum E { A }',
		'export const enum E { A }',
		'export const enum E { A, B }',
	),
	'const-type-changed': pair(
		'export const a: string = f();',
		'export const a: number = f();',
		'export const a: string = f();',
		'export const a: string = g();',
	),
	'const-value-changed': pair(
		"export const A = 'x';",
		"export const A = 'y';",
		"export const A = 'x';",
		'export const A = "x" as const;',
	),
};

everyRule(detector, Object.fromEntries(Object.entries(CASES).map(([id, one]) => [`ts-${id}`, one])));

const told = async (sides: Sides) =>
	(await seen(detector, sides)).map(({severity, rule, object}) => `${severity} ${rule} ${object}`);
const files = (
	before: Record<string, string>,
	after: Record<string, string>,
	renamed: Record<string, string> = {},
): Sides => ({
	before: {'package.json': manifest(), ...before},
	after: {'package.json': manifest(), ...after},
	renamed,
});

describe('what is exported is followed through the modules that pass it on', () => {
	const order = (body: string) => `export interface Order { ${body} }\nexport const hidden = 1;`;
	test('a change deep down is seen under the name that the entry gives it', async () => {
		const index = {'src/index.ts': "export * from './model/index.js';"};
		const barrel = {'src/model/index.ts': "export {Order as Bill} from './order';"};
		expect(
			await told(
				files(
					{...index, ...barrel, 'src/model/order.ts': order('a: number')},
					{
						...index,
						...barrel,
						'src/model/order.ts': order('a: string').replace('export const hidden', 'const hidden'),
					},
				),
			),
		).toEqual(['danger ts-property-type-changed Bill.a']);
	});
	test('what no entry point exports is nobody’s interface', async () => {
		const index = {'src/index.ts': "export {a} from './a.js';", 'src/a.ts': 'export const a = 1;'};
		expect(
			await told(
				files({...index, 'src/inner.ts': order('a: number')}, {...index, 'src/inner.ts': 'const nothing = 1;'}),
			),
		).toEqual([]);
	});
	test('a declaration that moves to another file stays the same export', async () => {
		const body = 'export class A { a(b: string): void {} }';
		expect(
			await told(
				files(
					{'src/index.ts': "export * from './a.js';", 'src/a.ts': body},
					{'src/index.ts': "export {A} from './b/a.js';", 'src/b/a.ts': body},
					{'src/b/a.ts': 'src/a.ts'},
				),
			),
		).toEqual([]);
	});
	test('names imported and then exported, namespaces and outside packages are names as well', async () => {
		const index =
			"import {a} from './a'; import * as all from './a'; export {a, all}; export {z} from 'zed'; export * as more from './a';";
		const a = {'src/a.ts': 'export const a = 1;'};
		expect(
			await told(files({'src/index.ts': index, ...a}, {'src/index.ts': "import {a} from './a'; export {a};", ...a})),
		).toEqual(['danger ts-export-removed all', 'danger ts-export-removed more', 'danger ts-export-removed z']);
	});
	test('a star that goes takes the names with it; one that comes instead of names keeps them', async () => {
		const rest = {'src/a.ts': 'export const x = f(); export function y() {}', 'src/b.ts': 'export const b = 1;'};
		const both = "export * from './a'; export * from './b';";
		expect(
			await told(files({'src/index.ts': both, ...rest}, {'src/index.ts': "export * from './b';", ...rest})),
		).toEqual(['danger ts-export-removed x', 'danger ts-export-removed y']);
		expect(
			await told(
				files(
					{'src/index.ts': "export {x, y} from './a'; export * from './b';", ...rest},
					{'src/index.ts': both, ...rest},
				),
			),
		).toEqual([]);
	});
	test('modules that pass each other on in a circle end', async () => {
		const circle = {
			'src/index.ts': "export * from './a/index';",
			'src/a/index.ts': "export * from '../index'; export * from '../b';",
		};
		expect(
			await told(
				files({...circle, 'src/b.ts': 'export const b = f();'}, {...circle, 'src/b.ts': 'export const c = f();'}),
			),
		).toEqual(['danger ts-export-removed b', 'note ts-export-added c']);
	});
	test('a package of a workspace is found by its own package.json', async () => {
		const inside = (text: string) => ({
			'package.json': '{"name":"root","private":true}',
			'packages/a/package.json': manifest({name: '@x/a', main: 'lib/index.js'}),
			'packages/a/src/index.ts': text,
		});
		expect(await told({before: inside('export const a = f();'), after: inside('const a = f();')})).toEqual([
			'danger ts-export-removed a',
		]);
	});
});

describe('who promises nothing is left in peace', () => {
	const gone = (parts: object) =>
		told(source('export const a = f(); export const b = 1;', 'export const b = 1;', parts));
	test('an application without a package to install', async () => {
		expect(
			await told({
				before: {'package.json': '{"name":"app","main":"dist/index.js"}', 'src/index.ts': 'export const a = f();'},
				after: {'package.json': '{"name":"app","main":"dist/index.js"}', 'src/index.ts': ''},
			}),
		).toEqual([]);
	});
	test('a private package: a note; below 1.0.0: at most a caution; no sources behind the entry: nothing', async () => {
		expect(await gone({private: true})).toEqual(['note ts-workspace-export-removed a']);
		expect(await gone({version: '0.4.0'})).toEqual(['caution ts-export-removed a']);
		expect(await gone({version: '0.0.0-PLACEHOLDER'})).toEqual(['danger ts-export-removed a']);
		expect(await gone({types: './generated/api.d.ts'})).toEqual([]);
	});
	test('what its comment or its name keeps back', async () => {
		expect(
			await told(
				source(
					'/** @internal */ export const a = f(); /** @beta */\nexport class B { a() {} } export const _c = 1, ɵd = 1; export const e = 1;',
					'export class B {} export const e = 1;',
				),
			),
		).toEqual([]);
	});
	test('what the compiler infers is not guessed', async () => {
		expect(
			await told(
				source(
					'export function f(a = 1) { return 1 } export const x = {a: 1}; export class A { b = make() }',
					"export function f(a = '') { return '' } export const x = {b: 1}; export class A { b = made() }",
				),
			),
		).toEqual([]);
	});
	test('tests, examples and generated templates are not looked at', () => {
		const not = ['src/a.test.ts', 'examples/x/index.ts', 'src/a.js', 'node_modules/x/index.d.ts', 'tests/a.ts'];
		expect(not.filter((path) => detector.wants(path))).toEqual([]);
		expect(
			['src/a.ts', 'package.json', 'packages/x/src/b.tsx', 'index.d.ts'].filter((path) => !detector.wants(path)),
		).toEqual([]);
	});
});

describe('signatures', () => {
	test('the implementation behind overloads is not for callers', async () => {
		const overloads = (last: string) =>
			`export function f(a: string): void; export function f(a: number): void; export function f(${last}): void {}`;
		expect(await told(source(overloads('a: any'), overloads('a: unknown, b: string')))).toEqual([]);
	});
	test('a method and a property that holds a function are called alike', async () => {
		expect(
			await told(source('export interface A { f(a: string): void }', 'export interface A { f: (a: string) => void }')),
		).toEqual([]);
		expect(
			await told(
				source('export interface A { f(a: string): void }', 'export interface A { f: (a: string, b: string) => void }'),
			),
		).toEqual(['danger ts-parameter-required-added A.f']);
	});
	test('what a promise, a list or a record holds decides whether it is more or less', async () => {
		const returns = (type: string) => `export declare function f(): ${type};`;
		expect(await told(source(returns('Promise<{a: string}>'), returns('Promise<{a: string; b?: number}>')))).toEqual(
			[],
		);
		expect(await told(source(returns('Promise<string[]>'), returns('Promise<(string | undefined)[]>')))).toEqual([
			'caution ts-return-type-widened f',
		]);
		expect(await told(source(returns('Record<string, string>'), returns('Record<string, string | null>')))).toEqual([
			'caution ts-return-type-widened f',
		]);
		expect(await told(source(returns('Promise<string>'), returns('Array<string>')))).toContain(
			'caution ts-became-sync f',
		);
	});
	test('an entry point called private is for its authors', async () => {
		const parts = {exports: {'.': './src/other.ts', './private': './src/index.ts'}};
		expect(await told(source('export const a = f();', 'export const b = g(1);', parts))).toEqual([]);
	});
	test('a parameter that goes from the middle is one finding, not one for each behind it', async () => {
		const f = (list: string) => `export declare function f(${list}): void;`;
		expect(await told(source(f('a: A, b: B, c: C'), f('a: A, c: C')))).toEqual(['danger ts-parameter-removed f']);
		expect(await told(source(f('a: A, c: C'), f('a: A, b: B, c: C')))).toEqual([
			'danger ts-parameter-required-added f',
		]);
	});
	test('a list that cannot be written promises less than one that can', async () => {
		const f = (type: string) => `export declare function f(a: ${type}): void;`;
		expect(await told(source(f('A[]'), f('readonly A[]')))).toEqual(['note ts-parameter-type-widened f']);
		expect(await told(source(f('ReadonlyArray<A>'), f('Array<A>')))).toEqual(['caution ts-parameter-type-narrowed f']);
		expect(await told(source(f('ReadonlyArray<A>'), f('readonly A[]')))).toEqual([]);
	});
	test('constructors count as calls, also where there was none', async () => {
		expect(await told(source('export class A {}', 'export class A { constructor(a: string) {} }'))).toEqual([
			'danger ts-parameter-required-added new A',
		]);
	});
	test('an options object that takes one more option takes more, not something else', async () => {
		expect(
			await told(
				source(
					'export declare function f(o: {a: string}): void;',
					'export declare function f(o: {a: string; b?: number}): void;',
				),
			),
		).toEqual(['note ts-parameter-type-widened f']);
		expect(
			await told(
				source(
					'export declare function f(o: {a: string}): void;',
					'export declare function f(o: {a: string; b: number}): void;',
				),
			),
		).toEqual(['caution ts-parameter-type-narrowed f']);
	});
	test('a finding says where, what, before and after', async () => {
		const [found] = await seen(
			detector,
			source('export function f(\n\ta: string,\n): void {}', '\n\nexport function f(a: string, b: number): void {}'),
		);
		expect(found).toMatchObject({
			severity: 'danger',
			path: 'src/index.ts',
			line: 3,
			object: 'f',
			before: '(a: string): void',
			after: '(a: string, b: number): void',
			what: 'f must be given b too',
		});
	});
});

test('types that differ in layout alone are one', () => {
	const same = [
		['{a: string; b?: number}', '{\n\ta: string,\n\tb?: number;\n}'],
		['| "a"\n| "b"', "'a' | 'b'"],
		['(a: string, b: number,) => void', '(a: string,\n b: number) => void'],
		['Map<string, /* id */ Order>', 'Map<string, Order>'],
		["{a: 'x'\n b: 1}", "{a: 'x'; b: 1}"],
	];
	for (const [a = '', b = ''] of same) expect(normalised(a)).toBe(normalised(b));
	const apart = [
		['keyof T', 'keyofT'],
		["'a b'", "'ab'"],
		['a[]', 'a'],
		['{a: b}', '{a?: b}'],
		['"it\'s"', "'its'"],
	];
	for (const [a = '', b = ''] of apart) expect(normalised(a)).not.toBe(normalised(b));
});

const NAMES = ['a', 'b', 'constructor', '__proto__', 'toString'];
const typeOf = fc.constantFrom(
	'string',
	'number',
	"'x' | 'y'",
	'{a: string; b?: number}',
	'Order[]',
	'(a: string) => void',
	'Promise<void>',
);
const declaration = fc.oneof(
	fc.tuple(typeOf, typeOf, fc.boolean()).map(
		([a, b, optional]) =>
			(name: string) =>
				`export declare function ${name}(p: ${a}, q${optional ? '?' : ''}: ${a}): ${b};`,
	),
	fc.tuple(typeOf, fc.boolean(), fc.boolean()).map(
		([a, optional, fixed]) =>
			(name: string) =>
				`export interface ${name} {\n  ${fixed ? 'readonly ' : ''}m${optional ? '?' : ''}: ${a};\n  n: ${a};\n}`,
	),
	fc.tuple(typeOf, fc.constantFrom('', 'protected ', 'private ', 'static ')).map(
		([a, word]) =>
			(name: string) =>
				`export declare class ${name} {\n  ${word}m: ${a};\n  n(a: ${a}): void;\n}`,
	),
	typeOf.map((a) => (name: string) => `export type ${name} = ${a};`),
	fc
		.uniqueArray(fc.constantFrom('A', 'B', 'C'), {minLength: 1})
		.map((all) => (name: string) => `export enum ${name} { ${all.join(', ')} }`),
);
const program = fc
	.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), declaration), {selector: ([name]) => name, minLength: 1})
	.map((all) => all.map(([name, make]) => make(name)));

describe('for any module', () => {
	test('compared with itself, in any order and layout, nothing is found', async () => {
		await fc.assert(
			fc.asyncProperty(program, fc.nat(4), async (parts, turn) => {
				const at = turn % parts.length;
				const other = [...parts.slice(at), ...parts.slice(0, at)].map(
					(part) => `/* c */ ${part.replaceAll('{', '{\n').replaceAll(': ', ' :  ')}`,
				);
				expect(await told(source(parts.join('\n'), other.join('\n\n')))).toEqual([]);
			}),
			{numRuns: 80},
		);
	});
	test('whatever is taken away is told', async () => {
		await fc.assert(
			fc.asyncProperty(program, async (parts) => {
				// A name that starts like a private one is promised to nobody.
				fc.pre(!parts[0]?.includes(' __proto__'));
				const found = await told(
					source(`${parts.join('\n')}\nexport const last = 1;`, `${parts.slice(1).join('\n')}\nexport const last = 1;`),
				);
				expect(found.filter((one) => /ts-export-re/.test(one))).toHaveLength(1);
			}),
			{numRuns: 60},
		);
	});
	test('a broken one never throws', async () => {
		await fc.assert(
			fc.asyncProperty(program, fc.nat(), fc.string(), async (parts, at, junk) => {
				const text = parts.join('\n');
				const cut = at % text.length;
				await seen(detector, source(text, text.slice(0, cut) + junk + text.slice(cut + 3)));
			}),
			{numRuns: 80},
		);
	});
});

describe('hostile files', () => {
	const deep = 100_000;
	test.each([
		['(', `export const a = ${'('.repeat(deep)}1${')'.repeat(deep)}`],
		['[', `export const a = ${'['.repeat(deep)}`],
		['{', `export type A = ${'{a:'.repeat(deep)}x${'}'.repeat(deep)}`],
		['<', `export type A = ${'A<'.repeat(deep)}x${'>'.repeat(deep)}`],
		['? :', `export const a = ${'1?1:'.repeat(deep)}1`],
		['=>', `export const a = ${'()=>'.repeat(deep)}1`],
		['`', `export const a = ${'`${'.repeat(deep)}1${'}`'.repeat(deep)}`],
		['else', `${'if(a){}else '.repeat(deep)}{}`],
		['keyof', `export type A = ${'keyof '.repeat(deep)}x`],
		['extends', `export type A = ${'A extends B ? C : '.repeat(deep)}D`],
		['!', `export const a = ${'!'.repeat(deep)}1`],
		['=', `${'a='.repeat(deep)}1`],
		['for', `${'for(;;)'.repeat(deep)}a`],
		['()', `export const a = b${'()'.repeat(deep)}`],
		['[]', `export type A = b${'[]'.repeat(deep)}`],
		['.', `type A = a${'.b'.repeat(deep)}`],
		['<a>', `export const a = ${'<a>'.repeat(deep)}1`],
		[',', `export const a = (${'a,'.repeat(deep)}1)`],
	])('nothing that nests too deep by %s reaches the native parser', async (_, text) => {
		expect(parseable(text)).toBe(false);
		expect(await told(source('export const a = f();', text))).toEqual([]);
	});
	test('a union of thousands is compared in time, and programs as people write them are parsed', async () => {
		const union = (n: number) => `export type A = ${Array.from({length: n}, (_, i) => `'v${i}'`).join('|')};`;
		expect(
			parseable(`${'const a = [1, 2].map((x) => x ? x : -x);\n'.repeat(5000)}${'if (a) {} else '.repeat(50)} {}`),
		).toBe(true);
		expect(parseable(union(1000))).toBe(true);
		expect(await told(source(union(1000), union(900)))).toEqual(['danger ts-type-changed A']);
	});
	test.each([
		'[]',
		'null',
		'{',
		'{"name":"lib","exports":{".":{".":{".":[[["a"]]]}}}}',
		'{"name":1,"exports":7,"bin":[1]}',
		'{"__proto__":{"name":"x"},"name":"lib","types":"../../x"}',
	])('a package.json like %s is read or passed over', async (text) => {
		const sides = source('export const a = 1;', 'export const b = 1;');
		await seen(detector, {before: sides.before, after: {...sides.after, 'package.json': text}});
		await seen(detector, {before: {...sides.before, 'package.json': text}, after: sides.after});
	});
});
