import {describe, expect, test} from 'vitest';
import {complaintsIn} from '../../../src/stages/selection/complaints.ts';
import fc from '../../kit/check.ts';

/** What each tool prints when a name, a member, an export or a module is missing; shortened from their own output. */
const CASES: readonly [tool: string, output: string, first: string | RegExp, place?: string][] = [
	['tsc', "src/a.ts(3,5): error TS2304: Cannot find name 'fetchAll'.", 'fetchAll', 'src/a.ts:3'],
	[
		'tsc, pretty',
		"src/a.ts:3:5 - error TS2339: Property 'limit' does not exist on type 'Config'.",
		'limit',
		'src/a.ts:3',
	],
	['tsc, export', `src/a.ts(1,9): error TS2305: Module '"./config.js"' has no exported member 'defaults'.`, 'defaults'],
	[
		'tsc, type',
		`src/a.ts(8,2): error TS2345: Argument of type '"beta"' is not assignable to parameter of type 'Flag'.`,
		'beta',
	],
	['tsc, module', "src/a.ts(1,19): error TS2307: Cannot find module './deep/tool.js'.", /tool/],
	['go', './main.go:5:2: undefined: NewServer', 'NewServer', 'main.go:5'],
	['go, field', 'pkg/x.go:10:5: s.Limit undefined (type Server has no field or method Limit)', 'Limit', 'pkg/x.go:10'],
	[
		'rustc',
		'error[E0425]: cannot find function `connect_all` in this scope\n --> src/main.rs:3:5',
		'connect_all',
		'src/main.rs:3',
	],
	['javac', 'Foo.java:3: error: cannot find symbol\n  symbol:   class Basket\n  location: class Foo', 'Basket'],
	['kotlin', 'e: src/App.kt:4:9 Unresolved reference: basketOf', 'basketOf', 'src/App.kt:4'],
	['python', "ImportError: cannot import name 'render' from 'app.views' (/x/app/views.py)", 'render'],
	[
		'python, name',
		'  File "app/main.py", line 3, in <module>\nNameError: name \'limit_of\' is not defined',
		'limit_of',
		'app/main.py:3',
	],
	[
		'esbuild',
		'✘ [ERROR] No matching export in "src/b.js" for import "total"\n\n    src/a.js:1:9:',
		'total',
		'src/a.js:1',
	],
	['rollup', '"sum" is not exported by "src/b.js", imported by "src/a.js".', 'sum'],
	['node', "SyntaxError: The requested module './b.js' does not provide an export named 'sumOf'", 'sumOf'],
	['node, name', 'ReferenceError: sumOf is not defined', 'sumOf'],
	['gcc', "main.c:4:10: error: 'open_all' undeclared (first use in this function)", 'open_all', 'main.c:4'],
	['gcc, unicode', 'main.c:4:10: error: ‘open_all’ undeclared', 'open_all', 'main.c:4'],
	['ld', "main.o: in function `main':\nmain.c:(.text+0x5): undefined reference to `open_all'", 'open_all'],
	[
		'csc',
		"Program.cs(3,5): error CS0103: The name 'Basket' does not exist in the current context",
		'Basket',
		'Program.cs:3',
	],
	['swift', "main.swift:3:5: error: cannot find 'basket' in scope", 'basket', 'main.swift:3'],
	['eslint', "  3:5  error  'fetchAll' is not defined  no-undef", 'fetchAll'],
	['ruby', "app.rb:3:in `<main>': undefined method `total_of' for main:Object (NoMethodError)", 'total_of', 'app.rb:3'],
	['php', 'PHP Fatal error:  Uncaught Error: Call to undefined function total_of() in /x/a.php:3', 'total_of'],
];

describe('what is missing is read from', () => {
	test.each(CASES)('%s', (_tool, output, first, place) => {
		const complaints = complaintsIn(output.split('\n'));
		const found = complaints.flatMap(({names, modules}) => [
			...names.filter(({weight}) => weight >= 0.3).map(({name}) => name),
			...modules,
		]);
		if (typeof first === 'string') expect(found).toContain(first);
		else expect(found.join()).toMatch(first);
		if (place !== undefined) expect(complaints.map(({path, line}) => `${path}:${line}`)).toContain(place);
	});
});

test('the name that is missing weighs more than the type it was looked for in', () => {
	const [one] = complaintsIn(["a.ts(1,1): error TS2339: Property 'limit' does not exist on type 'Config'."]);
	expect(one?.names.map(({name}) => name)).toEqual(['limit', 'Config']);
	expect(one?.names[1]?.weight).toBeLessThan(0.5);
});

test('what is explained below weighs more than the two whole types of the first line', () => {
	const [one, ...others] = complaintsIn([
		"a.tsx(243,23): error TS2322: Type '{ key: string; config: Config; resumed: Data; }' is not assignable to type 'IntrinsicAttributes & Props'.",
		"  Property 'resumed' does not exist on type 'IntrinsicAttributes & Props'.",
		"b.ts(1,1): error TS2304: Cannot find name 'other'.",
	]);
	expect(one?.names[0]).toEqual({name: 'resumed', weight: 1});
	expect(one?.names.find(({name}) => name === 'config')?.weight).toBeLessThan(0.1);
	expect(others.map(({names}) => names[0]?.name)).toEqual(['other']);
});

test('chatter, words of the language and numbers are no complaints', () => {
	expect(complaintsIn(['> tsc --noEmit', "Building 'app' in 3 s", '✓ built', ''])).toEqual([]);
	expect(complaintsIn(["error TS2322: Type 'string' is not assignable to type 'number'."])).toEqual([]);
});

test('any output is read in bounded time to a bounded list', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({unit: fc.constantFrom("'", '"', '`', 'a', ':', '1', '.', '/', ' ', 'error', '(', ')')})),
			(lines) => {
				for (const {names, modules} of complaintsIn(lines)) expect(names.length + modules.length).toBeGreaterThan(0);
			},
		),
		{numRuns: 200},
	);
	const long = `error ${"'a".repeat(50_000)} ${'x'.repeat(100_000)} is not defined`;
	expect(complaintsIn(Array.from({length: 1000}, () => long)).length).toBeLessThanOrEqual(200);
});
