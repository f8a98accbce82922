// Room: tests. The guide in the terminal: found, cut into topics, readable at any width.

import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {findGuide, guideCommand} from '../../../src/cli/commands/guide.ts';
import {renderText, topicsOf} from '../../../src/cli/commands/guide-text.ts';
import {FaultError} from '../../../src/domain/fault/fault.ts';
import fc from '../../kit/check.ts';
import {tempFolder} from '../../kit/temp.ts';

const SAMPLE = `# The guide

Intro.

## Exit codes

| code | meaning |
|---|---|
| \`0\` | promoted, or **nothing** to do |
| \`75\` | another deployment holds the lock, see [the lock](#lock) or [here](https://example.com) |

### Details

- one item that is long enough to be wrapped at forty columns
  and goes on in the next line
1. numbered

\`\`\`sh
orchestra deploy   # not *changed*
## no heading
\`\`\`

## The gate's rule

Text.
`;

async function guide(topic?: string, width = 60) {
	const file = join(tempFolder(), 'guide.md');
	writeFileSync(file, SAMPLE);
	const lines: string[] = [];
	await guideCommand({out: (line) => lines.push(line), width, file}, topic);
	return lines;
}

test('without a topic the topics are listed', async () => {
	const lines = await guide();
	expect(lines.slice(2)).toEqual(
		['  exit-codes      Exit codes', '    details       Details', "  the-gate-s-rule  The gate's rule"].map((l) =>
			expect.stringContaining(l.trim().split(' ')[0] ?? ''),
		),
	);
});

test('a topic is found by its beginning or by one of its words, and ends where the next one begins', async () => {
	for (const topic of ['exit-codes', 'Exit Codes', 'ex', 'codes']) {
		const lines = await guide(topic);
		expect(lines.slice(0, 2)).toEqual(['EXIT CODES', '==========']);
		expect(lines.join('\n')).not.toContain('GATE');
	}
	expect((await guide('gate')).join('\n')).toBe("THE GATE'S RULE\n===============\n\nText.");
});

test('a topic that is not there is refused with the one that was meant', async () => {
	const error = await guide('exit-cods').catch((thrown: unknown) => thrown);
	expect(error instanceof FaultError && error.fault.headline).toContain('did you mean exit-codes?');
});

test('tables, lists, code and links are plain text', async () => {
	const text = (await guide('exit-codes', 60)).join('\n');
	expect(text).toContain('code  meaning\n----  ');
	expect(text).toMatch(/^0 {5}promoted, or nothing to do$/m);
	expect(text).toContain('here (https://example.com)');
	expect(text).toContain(
		'- one item that is long enough to be wrapped at forty\n    columns and goes on in the next line',
	);
	expect(text).toContain('    orchestra deploy   # not *changed*\n    ## no heading');
	expect(text).toContain('1. numbered');
});

test('a table with more columns than a terminal can show becomes one block per row', () => {
	const source = [
		'| key | what | default | unit | allowed |',
		'|---|---|---|---|---|',
		'| `port` | the door | `80` |  | a number |',
	];
	expect(renderText(source, 60)).toEqual(['port', '  what     the door', '  default  80', '  allowed  a number']);
});

test('no line is wider than the terminal unless one word or code is', () => {
	const word = fc.stringMatching(/^[a-z]{1,10}$/);
	const line = fc.array(word, {minLength: 1, maxLength: 30}).map((words) => words.join(' '));
	const block = fc.oneof(
		line,
		line.map((text) => `- ${text}`),
		line.map((text) => `  1. ${text}`),
		fc.tuple(line, line).map(([a, b]) => `| ${a} | ${b} |\n|---|---|\n| ${b} | ${a} |`),
		fc.constant(''),
	);
	fc.assert(
		fc.property(fc.array(block, {maxLength: 8}), fc.integer({min: 40, max: 100}), (blocks, width) => {
			const source = blocks.join('\n\n');
			const out = renderText(source.split('\n'), width);
			for (const one of out) expect(one.length).toBeLessThanOrEqual(width);
			// No word is lost on the way.
			const words = (text: string) => text.match(/[a-z]+/g)?.sort() ?? [];
			expect(words(out.join('\n'))).toEqual(words(source));
		}),
	);
});

test('the guide of this package is found, also from deep inside, and not that of a stranger without a package', () => {
	expect(findGuide()).toMatch(/ORCHESTRATION_GUIDE\.md$/);
	const root = tempFolder();
	const deep = join(root, 'a/b');
	mkdirSync(deep, {recursive: true});
	writeFileSync(join(root, 'a/ORCHESTRATION_GUIDE.md'), 'x');
	expect(findGuide(deep)).toBeUndefined();
	writeFileSync(join(root, 'a/package.json'), '{}');
	expect(findGuide(deep)).toBe(join(root, 'a/ORCHESTRATION_GUIDE.md'));
});

test('the rules beside the guide are topics of it', async () => {
	const file = join(tempFolder(), 'guide.md');
	writeFileSync(file, SAMPLE);
	writeFileSync(
		join(file, '../DETECTOR_RULES.md'),
		'# Rules\n\n## Rules\n\n### Rules: sql\n\nOne.\n\n### Rules: api\n\nTwo.\n',
	);
	const told = async (topic: string) => {
		const lines: string[] = [];
		await guideCommand({out: (line) => lines.push(line), width: 60, file}, topic);
		return lines.join('\n');
	};
	expect(await told('rules')).toMatch(/One\.[\s\S]*Two\./);
	expect(await told('rules-sql')).toContain('One.');
	expect(await told('rules-sql')).not.toContain('Two.');
	expect(await told('codes')).not.toContain('One.');
});

test('every topic of a document has its own lines', () => {
	expect(topicsOf(SAMPLE).map((topic) => [topic.slug, topic.level])).toEqual([
		['exit-codes', 2],
		['details', 3],
		['the-gate-s-rule', 2],
	]);
});
