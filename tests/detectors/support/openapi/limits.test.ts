// Hostile and huge documents: nothing throws, nothing hangs, nothing leaves the repository; and the laws of a comparison.

import {describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {compareDocuments} from '../../../../src/detectors/support/openapi/compare/documents.ts';
import {Library, pathOf} from '../../../../src/detectors/support/openapi/library.ts';
import {findingsOf} from '../../../../src/detectors/support/openapi/report.ts';
import fc from '../../../kit/check.ts';
import {change} from '../../../kit/features.ts';
import {CONTRACT_CASES} from './cases/contract.ts';
import {OPERATION_CASES} from './cases/operations.ts';
import {REQUEST_CASES} from './cases/requests.ts';
import {RESPONSE_CASES} from './cases/responses.ts';
import {between, type Doc, detected, doc, object, ok, returns, rulesOf, S} from './documents.ts';

const DOCS = [...OPERATION_CASES, ...REQUEST_CASES, ...RESPONSE_CASES, ...CONTRACT_CASES]
	.flatMap(([, fires]) => [...fires])
	.filter((each): each is Doc => typeof each === 'object' && each !== null);
const someDoc = fc.constantFrom(...DOCS);

/** Somewhere in the document something else: another value, nothing, or the same thing twice as deep. */
function mutated(node: unknown, random: () => number, junk: unknown): unknown {
	if (random() < 0.06) return junk;
	if (Array.isArray(node)) return node.map((item) => mutated(item, random, junk));
	if (node === null || typeof node !== 'object') return node;
	return Object.fromEntries(
		Object.entries(node)
			.filter(() => random() > 0.03)
			.map(([key, value]) => [random() < 0.03 ? '__proto__x' : key, mutated(value, random, junk)]),
	);
}
const dice = (seed: number) => {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
};
const shuffled = (node: unknown, random: () => number): unknown => {
	if (Array.isArray(node)) return node.map((item) => shuffled(item, random));
	if (node === null || typeof node !== 'object') return node;
	const all = Object.entries(node).map(([key, value]) => [key, shuffled(value, random)] as const);
	return Object.fromEntries(
		all
			.map((each) => [random(), each] as const)
			.sort((a, b) => a[0] - b[0])
			.map(([, each]) => each),
	);
};

describe('the laws of a comparison', () => {
	test('a document differs in nothing from itself, nor from itself with its keys in another order', async () => {
		await fc.assert(
			fc.asyncProperty(someDoc, fc.integer(), fc.jsonValue(), async (made, seed, junk) => {
				const random = dice(seed);
				const one = {...made, ...(mutated(made, random, junk) as Doc), openapi: '3.1.0'};
				expect(await between(one, {...one, 'x-touched': 1})).toEqual([]);
				expect(await between(one, shuffled(one, random))).toEqual([]);
			}),
			{numRuns: 150},
		);
	});

	test('broken documents never throw, whatever stands where', async () => {
		await fc.assert(
			fc.asyncProperty(someDoc, someDoc, fc.integer(), fc.jsonValue(), async (before, after, seed, junk) => {
				const random = dice(seed);
				const head = {openapi: '3.0.1'};
				const found = await between(
					{...(mutated(before, random, junk) as Doc), ...head},
					{...(mutated(after, random, junk) as Doc), ...head},
				);
				for (const {object: name, what} of found) expect(`${name}${what}`).not.toMatch(/undefined|\[object/);
			}),
			{numRuns: 200},
		);
	});

	test('cut and scrambled text never throws', async () => {
		await fc.assert(
			fc.asyncProperty(someDoc, fc.nat(400), fc.string({maxLength: 4}), fc.boolean(), async (made, at, junk, yaml) => {
				const text = yaml ? stringify(made) : JSON.stringify(made, null, 1);
				const cut = text.slice(0, at) + junk + text.slice(at + junk.length);
				const path = yaml ? 'openapi.yaml' : 'openapi.json';
				const found = await detected({[path]: [text, cut]});
				expect(found.every(({rule}) => rule.startsWith('openapi-'))).toBe(true);
			}),
			// A number that JSON forbids at the very start: found by drawing more than the suite does.
			{numRuns: 200, examples: [[{openapi: '3.1.0'}, 0, '00', false]]},
		);
	});

	test('YAML and JSON of the same documents say the same', async () => {
		await fc.assert(
			fc.asyncProperty(someDoc, someDoc, async (before, after) => {
				const words = (found: Awaited<ReturnType<typeof detected>>) =>
					found.map(({rule, what, before: was, after: is}) =>
						[rule, what, was, is].join(' | ').replaceAll(/openapi\.(json|yaml)/g, 'file'),
					);
				const json = await detected({'openapi.json': [before, after]});
				const yaml = await detected({'openapi.yaml': [stringify(before), stringify(after)]});
				expect(words(yaml)).toEqual(words(json));
			}),
			{numRuns: 120},
		);
	});
});

describe('references', () => {
	const order = {openapi: '3.1.0', info: {title: 'T', version: '1'}, paths: {'/a': {$ref: 'paths/a.yaml'}}};
	const item = stringify({
		get: {
			responses: {
				200: {description: 'ok', content: {'application/json': {schema: {$ref: '../schemas/Order.yaml#/Order'}}}},
			},
		},
	});
	const total = (type: string) =>
		stringify({Order: {type: 'object', required: ['total'], properties: {total: {type}}}});

	test('a part in a file of its own is followed from the document that did not change', async () => {
		const found = await detected(
			{'api/schemas/Order.yaml': [total('integer'), total('string')]},
			{'api/openapi.yaml': stringify(order), 'api/paths/a.yaml': item, 'package.json': '{}'},
		);
		expect(found).toHaveLength(1);
		expect(found[0]).toMatchObject({
			rule: 'openapi-response-type-changed',
			path: 'api/schemas/Order.yaml',
			line: 6,
			object: 'GET /a response 200.total',
		});
	});

	test('circles end, and what is remote or outside is not there', async () => {
		const node = {
			type: 'object',
			properties: {
				next: {$ref: '#/components/schemas/Node'},
				kids: {type: 'array', items: {$ref: '#/components/schemas/Node'}},
				value: S,
			},
		};
		const circle = (value: unknown): Doc =>
			returns(
				{$ref: '#/components/schemas/Node'},
				{
					components: {
						schemas: {
							Node: {...node, properties: {...node.properties, value}},
							A: {$ref: '#/components/schemas/B'},
							B: {$ref: '#/components/schemas/A'},
							C: {allOf: [{$ref: '#/components/schemas/C'}]},
						},
					},
				},
			);
		expect(rulesOf(await between(circle(S), circle({type: 'integer'})))).toEqual(['response-type-changed']);
		expect(pathOf('api/openapi.yaml', 'https://example.com/a.yaml')).toBeUndefined();
		expect(pathOf('api/openapi.yaml', '/etc/passwd')).toBeUndefined();
		expect(pathOf('api/openapi.yaml', '../../secret.yaml')).toBeUndefined();
		expect(pathOf('api/openapi.yaml', '../a/./b.yaml')).toBe('a/b.yaml');
		const remote = returns({$ref: 'https://example.com/a.yaml#/A'});
		const asked: string[] = [];
		await Library.open('openapi.json', JSON.stringify(remote), async (path) => {
			asked.push(path);
			return undefined;
		});
		expect(asked).toEqual([]);
	});
});

describe('limits', () => {
	test('what is too large to be read is told, and so is what was compared in part', async () => {
		const made = {...change('big'), files: [{path: 'openapi.json', status: 'modified' as const}]};
		const {detector} = await import('../../../../src/detectors/openapi.ts');
		const look = {before: async () => undefined, after: async () => undefined, list: async () => []};
		const text = JSON.stringify(doc());
		const patch = {path: 'openapi.json', change: made.oid, added: [], removed: [], before: text};
		expect(rulesOf(await detector.detect(made, [patch], look))).toEqual(['compared-in-part']);
		const wide = (type: string) =>
			Library.open(
				'a.json',
				JSON.stringify(returns(object(Object.fromEntries(Array.from({length: 50}, (_, i) => [`f${i}`, {type}]))))),
				async () => undefined,
			);
		const entries = compareDocuments(await wide('string'), await wide('integer'), {now: 0, pairs: 10});
		expect(rulesOf(findingsOf(made, 'a.json', entries))).toContain('compared-in-part');
		expect(compareDocuments(await wide('string'), await wide('integer'), {now: 0}).map(({rule}) => rule)).not.toContain(
			'compared-in-part',
		);
	});

	test('at most 20 of a rule are told for a file', async () => {
		const fields = (type: string) =>
			returns(object(Object.fromEntries(Array.from({length: 50}, (_, i) => [`f${i}`, {type}]))));
		expect(await between(fields('string'), fields('integer'))).toHaveLength(20);
	});

	const before = stringify(doc({paths: {'/a': {get: {responses: ok}}}}));
	const head = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n';
	const bombs: readonly [string, string][] = [
		[
			'aliases of aliases',
			`${head}a0: &a0 {type: string}\n${Array.from({length: 40}, (_, i) => `a${i + 1}: &a${i + 1} {properties: {x: *a${i}, y: *a${i}, z: *a${i}}}`).join('\n')}\npaths: {/a: {get: {responses: {200: {description: ok, content: {j: {schema: *a40}}}}}}}`,
		],
		[
			'merge keys of merge keys',
			`${head}m0: &m0 {a: 1, b: 2, c: 3}\n${Array.from({length: 200}, (_, i) => `m${i + 1}: &m${i + 1} {<<: *m${i}, k${i}: 1}`).join('\n')}\npaths: {}`,
		],
		['brackets', `${head}paths: ${'['.repeat(200_000)}`],
		['closed brackets', `${head}paths: ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
		['indentation', `${head}paths:\n${Array.from({length: 1_200}, (_, i) => `${' '.repeat(i + 1)}k:`).join('\n')} 1`],
		['lists in lists', `${head}paths:\n  ${'- '.repeat(20_000)}a`],
		['blank lines', `${head}${'\n'.repeat(400_000)}paths: {}`],
		[
			'keys of the prototype',
			`${head}paths: {/a: {__proto__: {get: {}}, constructor: {get: {}}, get: {responses: {__proto__: 1, 200: {description: ok}}}}}\n__proto__: {polluted: true}\n`,
		],
		[
			'patterns that a regex engine chokes on',
			`${head}paths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: string, pattern: "^(a+)+$", default: "${'a'.repeat(5_000)}!"}}], responses: {}}}}`,
		],
	];
	test.each(bombs)('%s cost little and change nothing of the program', async (_, after) => {
		const began = process.cpuUsage();
		await detected({'openapi.yaml': [before, after]});
		const {user} = process.cpuUsage(began);
		// Seconds of work would be minutes for the next larger attack; a loaded machine is allowed for.
		expect(user / 1e6).toBeLessThan(5);
		expect('polluted' in {}).toBe(false);
	});

	test('JSON nested deeper than any document is unreadable, not a crash', async () => {
		const deep = `{"openapi": "3.1.0", "paths": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`;
		expect(rulesOf(await detected({'openapi.json': [doc(), deep]}))).toEqual(['document-unreadable']);
	});
});
