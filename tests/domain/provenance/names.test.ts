// Room: tests. Names in lines, what is born and what goes, and needs between changes that stand in no grammar.

import {describe, expect, test} from 'vitest';
import {BirthBook} from '../../../src/domain/provenance/births.ts';
import {ModuleBook} from '../../../src/domain/provenance/modules.ts';
import {SignalBook} from '../../../src/domain/provenance/signals.ts';
import {eachName, HashCounts, hashOf, readLine} from '../../../src/domain/provenance/tokens.ts';
import fc from '../../kit/check.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function namesOf(line: string) {
	const uses: string[] = [];
	const defines: string[] = [];
	const data = bytes(line);
	const text = (from: number, to: number) => new TextDecoder().decode(data.subarray(from, to));
	const said = readLine(data, 0, data.length, {
		uses: (_, from, to) => uses.push(text(from, to)),
		defines: (_, from, to, how, exported) => defines.push(`${how}${exported ? ' exported' : ''} ${text(from, to)}`),
	});
	return {uses, defines, ...said};
}

test.each([
	['export async function loadUser(id: string) {', ['word exported loadUser']],
	['	private readonly cache = new Map();', ['member cache']],
	['  retries?: number;', ['member retries']],
	['const total = count + extra;', ['word total']],
	['	return compute(value);', []],
	['	if (ready === true) {', []],
	['	SomeName,', ['listed SomeName']],
	['	someCall(argument, other);', ['member someCall']],
	['// const commented = 1;', []],
	['	* const inBlock = 1;', []],
	['def handle_order(self):', ['word handle_order']],
	['	value == other', []],
])('%s defines %j', (line, expected) => {
	expect(namesOf(line).defines).toEqual(expected);
});

test('a line that imports is known by its first word or by require', () => {
	expect(namesOf("import {one} from './x.ts';").imports).toBe(true);
	expect(namesOf("const one = require('x');").imports).toBe(true);
	expect(namesOf('const text = "taken from there";').imports).toBe(false);
});

test('counting names is counting', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.integer({min: -5, max: 5000}), fc.integer({min: -3, max: 3}))), (adds) => {
			const counts = new HashCounts();
			const plain = new Map<number, number>();
			for (const [hash, times] of adds) {
				const key = hash || 1;
				counts.add(hash, times);
				plain.set(key, (plain.get(key) ?? 0) + times);
			}
			for (const [key, times] of plain) expect([counts.has(key), counts.count(key)]).toEqual([true, times]);
			expect(counts.has(9999)).toBe(false);
		}),
	);
});

test('any bytes are read as lines and as names without harm, and both find the same names', () => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 200}), (data) => {
			const [a, b]: number[][] = [[], []];
			eachName(data, 0, data.length, (hash) => a?.push(hash));
			readLine(data, 0, data.length, {uses: (hash) => b?.push(hash), defines: () => undefined});
			if (b?.length !== 0) expect(b).toEqual(a);
		}),
	);
});

/** Changes in turn, each as `path`, sign and line, and the line at the margin above it. */
function births(base: Record<string, string>, changes: readonly (readonly [string, '+' | '-', string, string?])[][]) {
	const all = new HashCounts();
	const byPath = new Map<string, HashCounts>();
	const declared = new Map<string, ReadonlySet<number>>();
	// Two packages: what lies in `web/` is another one.
	const packageOf = (path: string) => (path.startsWith('web/') ? 2 : 1);
	for (const [path, text] of Object.entries(base)) {
		declared.set(path, new Set([...text.matchAll(/^export \w+ (\w+)/gm)].map(([, name = '']) => hashOf(name))));
		const own = new HashCounts();
		byPath.set(path, own);
		eachName(bytes(text), 0, bytes(text).length, (hash) => {
			all.add(hash, 1, packageOf(path));
			own.add(hash);
		});
	}
	const run = (early: boolean) => {
		const book = new BirthBook();
		const known = {all, byPath, declared, packageOf};
		if (early) book.know(known);
		for (const [unit, lines] of changes.entries()) {
			book.begin(unit);
			for (const [i, [path, sign, text, above = '']] of lines.entries()) {
				book.within(bytes(above), 0, bytes(above).length);
				book.line(path, sign === '+', i + 1, bytes(text), 0, bytes(text).length);
			}
			book.end();
		}
		book.know(known);
		return book
			.births()
			.map(({from, to, kind, symbol, sure}) => `${from} ${kind} ${to} ${symbol}${sure ? ' sure' : ''}`);
	};
	expect(run(true)).toEqual(run(false));
	return run(true);
}

test('a name is born once, where the base does not know it, and its module keeps what it does not export', () => {
	expect(
		births({'src/old.ts': 'export const present = 1;'}, [
			[
				['src/a.ts', '+', 'export const absent = 1;'],
				['src/a.ts', '+', 'export const present = 2;'],
				['src/a.ts', '+', 'const inside = 3;'],
			],
			[['src/b.ts', '+', "import {absent, present, inside} from './a.ts';"]],
		]),
	).toEqual(['1 birth 0 absent sure']);
});

test('inside one file a local name is enough', () => {
	expect(
		births({'src/a.ts': 'nothing'}, [[['src/a.ts', '+', 'const inside = 3;']], [['src/a.ts', '+', '	use(inside);']]]),
	).toEqual(['1 local 0 inside']);
});

test('a definition goes after its last use has gone, and only then', () => {
	const base = {'src/a.ts': 'export function helper() {}', 'src/b.ts': 'helper();'};
	const goes = [['src/a.ts', '-', 'export function helper() {}']] as const;
	expect(births(base, [[['src/b.ts', '-', 'helper();']], [...goes]])).toEqual(['1 removal 0 helper']);
	expect(births({...base, 'src/c.ts': 'helper();'}, [[['src/b.ts', '-', 'helper();']], [...goes]])).toEqual([]);
});

function signals(changes: readonly (readonly [string, '+' | '-', string, string?])[][]) {
	const book = new SignalBook();
	for (const [unit, lines] of changes.entries()) {
		book.begin(unit);
		for (const [i, [path, sign, text]] of lines.entries()) book.line(path, sign === '+', i + 1, text);
		book.end();
	}
	return book
		.signals(() => false)
		.map(({from, to, kind, symbol, sure}) => `${from} ${kind} ${to} ${symbol}${sure ? ' sure' : ''}`);
}

test('packages, variables, flags and tables are needed from whoever brought them', () => {
	const added = [
		['package.json', '+', '    "@scope/pkg": "^1.0.0",'],
		['.env.example', '+', 'API_KEY='],
		['src/a.ts', '+', "if (flags.isEnabled('newCheckout')) {"],
		['db/migrations/1.sql', '+', 'CREATE TABLE IF NOT EXISTS "orders" ('],
	] as const;
	const used = [
		['src/b.ts', '+', "import x from '@scope/pkg/deep';"],
		['src/b.ts', '+', 'const key = process.env.API_KEY;'],
		['src/b.ts', '+', "useFlag('newCheckout')"],
		['db/migrations/2.sql', '+', 'ALTER TABLE orders ADD COLUMN total int;'],
	] as const;
	expect(signals([[...added], [...used]])).toEqual([
		'1 package 0 @scope/pkg sure',
		'1 env 0 API_KEY',
		'1 flag 0 newCheckout',
		'1 migration-order 0 orders sure',
	]);
});

test('a version that moves bears no package', () => {
	expect(
		signals([
			[
				['package.json', '-', '    "pkg": "^1.0.0",'],
				['package.json', '+', '    "pkg": "^2.0.0",'],
			],
			[['src/b.ts', '+', "import x from 'pkg';"]],
		]),
	).toEqual([]);
});

test('a name that only another package has is new to this one; born in both, each has its own', () => {
	const base = {'src/old.ts': 'export const other = 1;', 'web/models.ts': 'export type OrderSchema = 1;'};
	expect(
		births(base, [
			[['src/order.ts', '+', 'export type OrderSchema = 2;']],
			[['web/new.ts', '+', 'export type FreshName = 1;']],
			[['src/new.ts', '+', 'export type FreshName = 1;']],
			[
				['src/user.ts', '+', "import {OrderSchema} from './order.ts';"],
				['src/user.ts', '+', "import {FreshName} from './new.ts';"],
			],
			[['web/user.ts', '+', 'const order: OrderSchema = one;']],
		]),
	).toEqual(['3 birth 0 OrderSchema sure', '3 birth 2 FreshName sure']);
});

test.each([
	["	| 'readOnly'", ['listed readOnly']],
	["type Flag = 'first' | 'other';", ['word Flag', 'listed first', 'listed other']],
	["	'alone',", ['listed alone']],
	["	call('argument');", ['member call']],
	["	return this.name || 'default';", []],
	["	key: 'value',", []],
])('%s gives a type or a list these values: %j', (line, expected) => {
	expect(namesOf(line).defines).toEqual(expected);
});

test('a value that a type gets is needed by who says it, though the bare name is everywhere', () => {
	expect(
		births({'src/a.ts': 'export const readOnly = 1;'}, [
			[['src/flags.ts', '+', "	| 'readOnly';"]],
			[['src/b.ts', '+', "	if (isEnabled('readOnly')) return readOnly;"]],
		]),
	).toEqual(['1 birth 0 readOnly']);
});

describe('a member that something of the base gets', () => {
	const base = {
		'src/types.ts': 'export interface Field {\n}\nexport interface Dated extends Field {}',
		'src/user.ts': 'const field: Field = load();',
		'src/heir.ts': 'const dated: Dated = load();',
		'src/full.ts': 'const field: Field = load(project);',
		'src/stranger.ts': 'const project = 1;',
	};
	const born = ['src/types.ts', '+', '	project?: string;', 'export interface Field {'] as const;
	const by = (path: string, line: string) => births(base, [[born], [[path, '+', line]]]);

	test('is needed by who asks for it where its owner is known', () => {
		expect(by('src/user.ts', '	return field.project;')).toEqual(['1 birth 0 project']);
		expect(by('src/user.ts', '	save({project: 1});')).toEqual(['1 birth 0 project']);
		expect(by('src/user.ts', '	const {project} = field;')).toEqual(['1 birth 0 project']);
		expect(by('src/full.ts', '	return field.project;')).toEqual(['1 birth 0 project']);
	});

	test('and where another name of its file is known and this one is new', () => {
		expect(by('src/heir.ts', '	return dated.project;')).toEqual(['1 birth 0 project']);
	});

	test('and where a variable is called like its owner', () => {
		expect(by('src/stranger.ts', '	return field.project;')).toEqual(['1 birth 0 project']);
		expect(by('src/stranger.ts', '	return field?.project;')).toEqual(['1 birth 0 project']);
	});

	test('but not by who uses a variable of that name, imports one, or knows nothing of its file', () => {
		expect(by('src/user.ts', '	return load(project);')).toEqual([]);
		expect(by('src/user.ts', "import {project} from './stranger.ts';")).toEqual([]);
		expect(by('src/stranger.ts', '	return other.project;')).toEqual([]);
	});

	test('nor is a call, a local object or the body of a method a member', () => {
		const used = ['src/user.ts', '+', '	return field.project;'] as const;
		for (const [line, above] of [
			['	project: 1,', 'export function loadField(): Field {'],
			['	project: 1,', 'const Field = {'],
			['			project: 1,', 'export class Field {'],
		] as const)
			expect(births(base, [[['src/types.ts', '+', line, above]], [used]])).toEqual([]);
		expect(births(base, [[['src/types.ts', '+', '	project = 1;', 'export class Field {']], [used]])).toEqual([
			'1 birth 0 project',
		]);
	});
});

test('who waits in a file needs who made a function there asynchronous', () => {
	const base = {'src/a.ts': 'export class Shell { kill() {} }'};
	const made = [
		['src/a.ts', '-', '	static kill(pid: number): void {'],
		['src/a.ts', '+', '	static async kill(pid: number): Promise<void> {'],
	] as const;
	expect(births(base, [made.slice(), [['src/a.ts', '+', '		await end(pid);']]])).toEqual(['1 local 0 kill']);
	expect(births(base, [made.slice(), [['src/b.ts', '+', '		await end(pid);']]])).toEqual([]);
	expect(births(base, [[made[1]], [['src/a.ts', '+', '		await end(pid);']]])).toEqual([]);
});

test('an import of a file that an earlier change made or named needs that change; another ending is no other name', () => {
	const book = new ModuleBook();
	const patch = (op: 'added' | 'deleted' | 'renamed', path: string, from?: string) =>
		book.patch({op, path, binary: false, hunks: [], ...(from === undefined ? {} : {from})});
	const units: (() => void)[] = [
		() => patch('added', 'src/lib/new.ts'),
		() => patch('renamed', 'src/lib/moved/index.ts', 'src/lib/old.ts'),
		() => patch('renamed', 'src/lib/same.ts', 'src/lib/same.js'),
		() => {
			patch('deleted', 'src/lib/again.js');
			patch('added', 'src/lib/again.ts');
		},
		() => {
			book.line('src/web/user.ts', true, 1, "import {one} from '../lib/new.js';");
			book.line('src/lib/user.ts', true, 2, "} from './moved';");
			book.line('src/lib/user.ts', true, 3, "import './same.js';");
			book.line('src/lib/user.ts', true, 4, "export * from './again.ts';");
			book.line('src/lib/user.ts', true, 5, "import x from '../../../../outside.ts';");
			patch('deleted', 'src/lib/new.ts');
		},
		() => book.line('src/lib/late.ts', true, 1, "const x = require('./new');"),
	];
	for (const [unit, run] of units.entries()) {
		book.begin(unit);
		run();
		book.end();
	}
	expect(book.births().map(({from, to, symbol, line, sure}) => [from, to, symbol, line, sure])).toEqual([
		[4, 0, '../lib/new.js', 1, true],
		[4, 1, './moved', 2, true],
	]);
});

test('an import through a file needs who made that file hand the name on', () => {
	const book = new ModuleBook();
	const units = [
		['src/util/index.ts', '+', "export * from './batch-execute.js';"],
		['src/util/index.ts', '+', "export {one, two as other} from './numbers.ts';"],
		['src/user.ts', '+', "import { batchExecute } from './util';"],
		['src/user.ts', '+', "import {type other, third} from './util/index.js';"],
		['src/user.ts', '+', "import {batchExecute, one} from './elsewhere';"],
	] as const;
	for (const [unit, [path, sign, text]] of units.entries()) {
		book.begin(unit);
		book.line(path, sign === '+', 1, text);
		book.end();
	}
	// A line that only moves hands on nothing new.
	book.begin(5);
	book.line('src/util/index.ts', false, 1, "export * from './kept';");
	book.line('src/util/index.ts', true, 9, "export * from './kept';");
	book.end();
	book.begin(6);
	book.line('src/user.ts', true, 1, "import {kept} from './util';");
	book.end();
	expect(book.births().map(({from, to, symbol, sure}) => [from, to, symbol, sure])).toEqual([
		[2, 0, 'batchExecute', false],
		[3, 1, 'other', false],
	]);
});
