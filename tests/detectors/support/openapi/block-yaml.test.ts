// The quick reader of plain YAML: it gives the tree that the whole grammar gives, or gives up; never a third thing.

import {expect, test} from 'vitest';
import {stringify} from 'yaml';
import {readBlocks} from '../../../../src/detectors/support/openapi/block-yaml.ts';
import type {Node} from '../../../../src/detectors/support/openapi/node.ts';
import {readWhole} from '../../../../src/detectors/support/openapi/yaml.ts';
import fc from '../../../kit/check.ts';
import {OPERATION_CASES} from './cases/operations.ts';
import {REQUEST_CASES} from './cases/requests.ts';

/** The tree with its lines; prose without its words, for how its lines are joined does not matter. */
function plain(node: Node, key = ''): unknown {
	if (node.kind === 'map')
		return {line: node.line, map: [...node.entries].map(([name, value]) => [name, plain(value, name)])};
	if (node.kind === 'list') return {line: node.line, list: node.items.map((item) => plain(item))};
	return /^(description|summary|title|x-example|example)$/.test(key)
		? node.line
		: {line: node.line, value: node.value, text: node.text};
}
async function whole(source: string): Promise<unknown> {
	try {
		const {root, slip} = await readWhole('a.yaml', source);
		return slip ?? plain(root);
	} catch (thrown) {
		return String(thrown);
	}
}

const PLAIN = `# a document
openapi: 3.1.0
info:
    title: "The \\"API\\""
    version: '1.10'
    description: |
        Several lines,

        with: colons
    x-sunset: 2026-01-01   # a date
tags:
- name: a
  description: It's plain, and
    goes on.
- name: b
paths:
    /a/{id}:get:
        "200":
            type: [string, 'null']
            enum: []
            nullable: true
            default: -1.5
            'it''s': ~
            description: 'quoted over
                two lines'
            empty:
            list:
                - 1
                - two words
                - "x"
`;

test('a plain document is read, and as the whole grammar reads it', async () => {
	const read = readBlocks('a.yaml', PLAIN);
	expect(read && plain(read)).toEqual(await whole(PLAIN));
});

const ODD = [
	'a: &x 1\nb: *x',
	'a: !!str 1',
	'? a\n: b',
	'a: {b: [c, {d: e}]}',
	'a: b: c',
	'a:\n\tb: c',
	'a: >\n  x',
	'a: 0x1f',
	'a: .inf',
	'a: "\\u0041\\x41"',
	'a:\n  b\n  c',
	'a: x\n  y',
	"a: 'b",
	'- a\n- b',
	'- - a',
	'-\n  a: 1',
	'<<: {a: 1}',
	'a: 1\n---\nb: 2',
	'a: 1\n...\n',
	'  a: 1\nb: 2',
	'a:\n    b: 1\n  c: 2',
	'a: [b\n]',
	'a: b #c\nd: e#f',
	'a : b',
	'"a b" : c',
	'a: -\nb: ?',
	'a: - b',
	'example: {type: string}',
	'example: {a: 1}\nb: 2',
	'description: "a\\\n  b"\nc: d',
	'description: a: b',
	'description: a\n\n\n  b\nc: d',
	'description: |2\n   a\n  b\nc: d',
	'a: 1\na: 2',
	'a: 00012\nb: +5\nc: 1e3\nd: 1_000\ne: yes\nf: NULL',
	'a: @b',
	'a: `b`',
	'a: %b',
	'a:b\nc: d',
	'a:\n- b\n-c',
	'a: "b" c',
	"a: ''\nb: \"\"\nc: ''''",
	'',
	'# nothing',
	'just text',
];
test.each(ODD)('%j is read in the same way, or given up', async (source) => {
	const read = readBlocks('a.yaml', source);
	if (read !== undefined) {
		const same = await whole(source);
		const examples = /^example: \{a/.test(source);
		if (!examples) expect(plain(read)).toEqual(same);
	}
});

test('whatever a document is made of, both readers agree', async () => {
	const docs = [...OPERATION_CASES, ...REQUEST_CASES]
		.map(([, fires]) => fires[1])
		.filter((each) => typeof each === 'object');
	const key = fc.oneof(
		fc.string({maxLength: 6}),
		fc.constantFrom('/a/{id}', 'x-a', '200', "it's", 'a b', '#', '- a', 'a: b'),
	);
	const leaf = fc.oneof(
		fc.string({maxLength: 12}),
		fc.integer(),
		fc.boolean(),
		fc.constant(null),
		fc.double({noNaN: true, noDefaultInfinity: true}),
		fc.constantFrom('true', '1.0', '~', 'a: b', 'a #b', '- x', '{}', '2026-01-01', ' x ', 'x\ny'),
	);
	const {tree} = fc.letrec((tie) => ({
		tree: fc.oneof(
			{maxDepth: 4},
			leaf,
			fc.array(tie('tree'), {maxLength: 3}),
			fc.dictionary(key, tie('tree'), {maxKeys: 4}),
		),
	}));
	const made = fc.oneof(fc.constantFrom(...docs), fc.dictionary(key, tree, {minKeys: 1, maxKeys: 4}));
	await fc.assert(
		fc.asyncProperty(made, fc.integer({min: 2, max: 4}), fc.boolean(), async (value, indent, indentSeq) => {
			const source = stringify(value, {indent, indentSeq});
			const read = readBlocks('a.yaml', source);
			if (read !== undefined) expect(plain(read)).toEqual(await whole(source));
		}),
		{numRuns: 400},
	);
});

test('documents that people write are read quickly: most of these need no grammar', () => {
	const docs = [...OPERATION_CASES, ...REQUEST_CASES]
		.map(([, fires]) => fires[1])
		.filter((each) => typeof each === 'object');
	const read = docs.filter(
		(value) => readBlocks('a.yaml', stringify(value, {aliasDuplicateObjects: false})) !== undefined,
	);
	expect(read.length / docs.length).toBeGreaterThan(0.8);
});

test('lines made to be slow are not', () => {
	const began = process.cpuUsage();
	for (const source of [
		`a${' '.repeat(19_000)}b\n`.repeat(50),
		`description: x${'\n'.repeat(500_000)}  y`,
		`description: 'a\n${"  b''\n".repeat(100_000)}`,
		`a: "${'\\'.repeat(19_000)}\n`.repeat(50),
		`a: [${','.repeat(19_000)}]\n`.repeat(50),
		`${'- '.repeat(9_000)}a\n`.repeat(20),
	])
		readBlocks('a.yaml', source);
	expect(process.cpuUsage(began).user / 1e6).toBeLessThan(4);
});
