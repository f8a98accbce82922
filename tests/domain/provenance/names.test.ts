// Room: tests. Names in lines, what is born and what goes, and needs between changes that stand in no grammar.

import {expect, test} from 'vitest';
import {BirthBook} from '../../../src/domain/provenance/births.ts';
import {SignalBook} from '../../../src/domain/provenance/signals.ts';
import {eachName, HashCounts, readLine} from '../../../src/domain/provenance/tokens.ts';
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

/** Changes in turn, each as `path`, sign and line. */
function births(base: Record<string, string>, changes: readonly (readonly [string, '+' | '-', string])[][]) {
	const all = new HashCounts();
	const byPath = new Map<string, HashCounts>();
	for (const [path, text] of Object.entries(base)) {
		const own = new HashCounts();
		byPath.set(path, own);
		eachName(bytes(text), 0, bytes(text).length, (hash) => {
			all.add(hash, 1, 1);
			own.add(hash);
		});
	}
	const run = (early: boolean) => {
		const book = new BirthBook();
		const known = {all, byPath, declared: new Map<string, ReadonlySet<number>>(), packageOf: () => 1};
		if (early) book.know(known);
		for (const [unit, lines] of changes.entries()) {
			book.begin(unit);
			for (const [i, [path, sign, text]] of lines.entries())
				book.line(path, sign === '+', i + 1, bytes(text), 0, bytes(text).length);
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

function signals(changes: readonly (readonly [string, '+' | '-', string])[][]) {
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
