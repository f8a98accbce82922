import {describe, expect, test} from 'vitest';
import {mergeJson, sameJson} from '../../../src/adapters/git/merge-json.ts';
import fc from '../../kit/check.ts';

const lines = (...texts: string[]) => `${texts.join('\n')}\n`;
const BASE = lines('{', '  "name": "app",', '  "dependencies": {', '    "b": "1.0.0",', '    "y": "1.0.0"', '  }', '}');

describe('JSON is merged by key', () => {
	test('neighbours go in side by side, in order where ours are in order', () => {
		const ours = BASE.replace('    "b": "1.0.0",', '    "b": "1.0.0",\n    "c": "2.0.0",');
		const theirs = BASE.replace('    "b": "1.0.0",', '    "b": "1.0.0",\n    "a": "3.0.0",\n    "d": "3.0.0",');
		expect(mergeJson(BASE, ours, theirs)).toBe(
			lines(
				'{',
				'  "name": "app",',
				'  "dependencies": {',
				'    "a": "3.0.0",',
				'    "b": "1.0.0",',
				'    "c": "2.0.0",',
				'    "d": "3.0.0",',
				'    "y": "1.0.0"',
				'  }',
				'}',
			),
		);
	});

	test('what one side changes or takes away goes, what the other has elsewhere stays, and so does its formatting', () => {
		const ours = '{"name":  "app", "dependencies": {"b": "1.1.0", "y": "1.0.0"},\t"files": [ "x" ]}';
		const theirs = BASE.replace('"y": "1.0.0"', '"y": "2.0.0"').replace('  "name": "app",\n', '');
		expect(mergeJson(BASE, ours, theirs)).toBe('{ "dependencies": {"b": "1.1.0", "y": "2.0.0"},\t"files": [ "x" ]}');
	});

	test('a value that both changed differently is no merge, or ours where that was asked for', () => {
		const [ours, theirs] = ['2.0.0', '3.0.0'].map((version) => BASE.replace('"y": "1.0.0"', `"y": "${version}"`));
		expect(mergeJson(BASE, ours ?? '', theirs ?? '')).toBeUndefined();
		expect(mergeJson(BASE, ours ?? '', theirs ?? '', 'ours')).toBe(ours);
		const gone = BASE.replace(',\n    "y": "1.0.0"', '');
		expect(mergeJson(BASE, ours ?? '', gone)).toBeUndefined();
		expect(mergeJson(BASE, gone, ours ?? '')).toBeUndefined();
	});

	test('a package of a lock is one version or the other, never half of each', () => {
		const lock = (version: string, more: object) =>
			JSON.stringify({version: '1.0.0', packages: {x: {version, integrity: `sha512-${version}`, ...more}}});
		const [base, ours] = [lock('1.0.0', {}), lock('1.1.0', {})];
		const theirs = lock('1.2.0', {dependencies: {y: '^1.0.0'}});
		expect(mergeJson(base, ours, theirs, 'ours')).toBe(ours);
		// The same version on both sides goes by key, and so does what was not fetched: the project itself.
		expect(mergeJson(base, lock('1.0.0', {dev: true}), lock('1.0.0', {peer: true}), 'ours')).toContain('"peer":true');
		expect(mergeJson('{"version":"1"}', '{"version":"2"}', '{"version":"3","a":1}', 'ours')).toBe(
			'{"version":"2","a":1}',
		);
	});

	test('both added the same, or two objects under one name', () => {
		const add = (text: string) => BASE.replace('  "name": "app",', `  "name": "app",\n  "scripts": ${text},`);
		expect(mergeJson(BASE, add('{"a": "1"}'), add('{ "a":"1" }'))).toBe(add('{"a": "1"}'));
		expect(mergeJson(BASE, add('{"a": "1"}'), add('{"b": "2"}'))).toContain('"b": "2"');
		expect(mergeJson(BASE, add('"x"'), add('{"b": "2"}'))).toBeUndefined();
	});

	test('what is no JSON, has a key twice, or is nested beyond reason is not merged', () => {
		for (const odd of ['', '{', '{"a": 1,}', '{"a": 1, "a": 2}', `${'['.repeat(5000)}${']'.repeat(5000)}`, '{"a": 01}'])
			expect(mergeJson(odd, '{"b": 1}', '{"c": 1}')).toBeUndefined();
		expect(mergeJson('{}', '{"__proto__": 1}', '{"constructor": {"x": 1}}')).toBe(
			'{"constructor": {"x": 1},"__proto__": 1}',
		);
	});
});

const value = fc.letrec((tie) => ({
	node: fc.oneof({maxDepth: 3}, fc.jsonValue({maxDepth: 1}), fc.dictionary(fc.string({maxLength: 3}), tie('node'))),
})).node;
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e"', '\u2028'), value, {maxKeys: 5});

test('a side that changed nothing leaves the other as it is, and a merge is JSON, the same from both sides', () => {
	fc.assert(
		fc.property(object, object, object, fc.constantFrom(undefined, 1, '\t'), (base, ours, theirs, indent) => {
			const [b, o, t] = [base, ours, theirs].map((one) => JSON.stringify(one, null, indent)) as [
				string,
				string,
				string,
			];
			expect(mergeJson(b, o, b)).toBe(o);
			expect(sameJson(mergeJson(b, b, t) ?? '', t)).toBe(true);
			const [one, other] = [mergeJson(b, o, t), mergeJson(b, t, o)];
			expect(one === undefined).toBe(other === undefined);
			if (one !== undefined) expect(sameJson(one, other ?? '')).toBe(true);
			expect(sameJson(mergeJson(b, o, t, 'ours') ?? '', '{}')).toBeTypeOf('boolean');
			expect(mergeJson(b, o, t, 'ours')).toBeDefined();
		}),
		{numRuns: 300},
	);
});
