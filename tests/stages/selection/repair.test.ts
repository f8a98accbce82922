import {describe, expect, test} from 'vitest';
import {complaintsIn} from '../../../src/stages/selection/complaints.ts';
import {additionsFor, type LeftChange, MOST_ROUNDS, repair} from '../../../src/stages/selection/repair.ts';
import {oid, patch} from '../../kit/features.ts';

const left = (
	name: string,
	...patches: readonly (readonly [path: string, added: string, removed?: string])[]
): LeftChange => ({
	oid: oid(name),
	patches: patches.map(([path, added, removed]) => patch(path, added, removed)),
});
const ask = (complaint: string, changes: readonly LeftChange[], wide = false) =>
	additionsFor(complaintsIn([complaint]), changes, wide).map(({change}) =>
		changes.findIndex((one) => one.oid === change),
	);

const MISSING = "src/app.ts(3,5): error TS2304: Cannot find name 'fetchAll'.";

describe('what would answer a complaint', () => {
	test.each([
		['a function', 'export function fetchAll() {', MISSING],
		[
			'a method',
			'\tasync fetchAll(limit: number) {',
			"a.ts(1,1): error TS2339: Property 'fetchAll' does not exist on type 'Api'.",
		],
		[
			'Go',
			'func (s *Server) fetchAll() error {',
			'./main.go:5:2: s.fetchAll undefined (type Server has no field or method fetchAll)',
		],
		['Rust', 'pub fn fetchAll() {', 'error[E0425]: cannot find function `fetchAll` in this scope'],
		['Python', 'def fetchAll(limit):', "ImportError: cannot import name 'fetchAll' from 'app'"],
		[
			'a member of a union of texts',
			"\t| 'fetchAll'",
			`a.ts(1,1): error TS2345: Argument of type '"fetchAll"' is not assignable to parameter of type 'Flag'.`,
		],
	])('is the change that defines it, not those that use it: %s', (_what, definition, complaint) => {
		const users = ['one', 'two'].map((name) => left(name, ['src/use.ts', 'const x = await fetchAll(3);']));
		expect(ask(complaint, [...users, left('definer', ['src/api.ts', definition])])).toEqual([2]);
	});

	test('is the file that was looked for', () => {
		const changes = [
			left('other', ['src/deep/other.ts', 'export {};']),
			left('it', ['src/deep/tool.ts', 'export {};']),
		];
		expect(ask("src/a.ts(1,19): error TS2307: Cannot find module './deep/tool.js'.", changes)).toEqual([1]);
	});

	test('counts a definition in a test for little', () => {
		const changes = [
			left('test', ['src/api.test.ts', 'function fetchAll() {']),
			left('real', ['src/api.ts', 'function fetchAll() {']),
		];
		expect(ask(MISSING, changes)).toEqual([1]);
	});

	test('is as little as answers everything', () => {
		const changes = [
			left('a', ['src/a.ts', 'function oneThing() {']),
			left('both', ['src/b.ts', 'function oneThing() {\nfunction another() {']),
			left('b', ['src/c.ts', 'function another() {']),
		];
		const complaints = complaintsIn([
			"a.ts(1,1): error TS2304: Cannot find name 'oneThing'.",
			"a.ts(2,1): error TS2304: Cannot find name 'another'.",
		]);
		expect(additionsFor(complaints, changes).map(({change}) => change)).toEqual([oid('both')]);
	});

	test('is nothing where nobody brings it; looked for widely, the nearest in the same file', () => {
		const changes = [left('elsewhere', ['src/x.ts', 'let y = 1;']), left('there', ['src/app.ts', 'let z = 1;'])];
		expect(ask(MISSING, changes)).toEqual([]);
		expect(ask(MISSING, changes, true)).toEqual([1]);
	});
});

describe('rounds', () => {
	/** Compiles when the plan holds every name up to `need`; complains of the next one. */
	const world = (need: number) => {
		const grown: number[] = [];
		return {
			grown,
			parts: {
				compile: async (plan: readonly number[]) => {
					const next = [...Array(need).keys()].find((i) => !plan.includes(i));
					return next === undefined ? undefined : [`a.ts(1,1): error TS2304: Cannot find name 'name${next}'.`];
				},
				left: async (plan: readonly number[]) =>
					[...Array(need).keys()]
						.filter((i) => !plan.includes(i))
						.map((i) => left(`n${i}`, [`src/${i}.ts`, `function name${i}() {`])),
				grow: async (plan: readonly number[], additions: readonly {symbol: string}[]) => {
					const more = additions.map(({symbol}) => Number(symbol.slice(4)));
					grown.push(...more);
					return [...plan, ...more];
				},
			},
		};
	};

	test('go on until it compiles', async () => {
		const {parts, grown} = world(3);
		expect(await repair<readonly number[]>([], parts)).toMatchObject({compiles: true, tries: 4, plan: [0, 1, 2]});
		expect(grown).toEqual([0, 1, 2]);
	});

	test('end after four, and at once where growing is refused', async () => {
		const done = await repair<readonly number[]>([], world(9).parts);
		expect(done).toMatchObject({compiles: false, tries: MOST_ROUNDS + 1});
		expect(done.output[0]).toContain('name4');
		const refused = await repair<readonly number[]>([], {...world(9).parts, grow: async () => undefined});
		expect(refused).toMatchObject({compiles: false, tries: 1, added: []});
	});
});
