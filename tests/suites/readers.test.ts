// What test runners print becomes cases; what is no known format says so; hostile output costs neither time nor truth.

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {suiteReaders} from '../../src/cli/extensions.ts';
import type {TestCase} from '../../src/domain/release.ts';
import {reader as ctrf} from '../../src/suites/ctrf.ts';
import {reader as jest} from '../../src/suites/jest.ts';
import {reader as junit} from '../../src/suites/junit.ts';
import {reader as spec} from '../../src/suites/spec.ts';
import {reader as tap} from '../../src/suites/tap.ts';
import fc from '../kit/check.ts';

const short = (cases: readonly TestCase[] | undefined) =>
	cases?.map(({name, status, message}) => [name, status, ...(message === undefined ? [] : [message])]);

function nodeTest(reporter: string): string {
	const env = {PATH: process.env.PATH, HOME: process.env.HOME};
	const args = ['--test', `--test-reporter=${reporter}`, join(import.meta.dirname, 'sample.mjs')];
	try {
		return execFileSync(process.execPath, args, {encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore']});
	} catch (error) {
		// node exits with 1, because the sample has failing tests; its output is what this is about.
		return (error as {stdout: string}).stdout;
	}
}

test.each([
	['tap', tap],
	['spec', spec],
	['junit', junit],
] as const)(
	'what node --test prints as %s is read, case for case',
	(reporter, reader) => {
		const output = nodeTest(reporter);
		const cases = reader.read(output);
		const found = new Map(cases?.map((one) => [one.name.split(' › ').at(-1) ?? '', one]));
		const statuses = Object.fromEntries([...found].map(([name, one]) => [name, one.status]));
		expect(statuses).toEqual({
			'adds # two': 'passed',
			'fails <b>': 'failed',
			'skipped one': 'skipped',
			'todo one': 'skipped',
			'inner ok': 'passed',
			'inner bad': 'failed',
			sub: 'passed',
		});
		expect(cases).toHaveLength(7);
		expect(found.get('fails <b>')?.message).toMatch(/1 == 2/);
		expect(found.get('inner bad')?.message).toMatch(/boom/);
		expect(found.get('inner ok')?.name).toBe('group › inner ok');
		expect(cases?.every((one) => one.ms !== undefined && one.ms < 5000)).toBe(true);
		// Nobody else takes it for theirs.
		expect(suiteReaders.filter((other) => other.read(output) !== undefined)).toEqual([reader]);
	},
	20_000,
);

test('TAP without names, with directives, noise, and a plan at the end', () => {
	const text = 'starting…\nok\nnot ok 2 # TODO later\nok 3 - x # skip no network\nnot ok 4 - y \\# z\n1..4\n# done\n';
	expect(short(tap.read(text))).toEqual([
		['test 1', 'passed'],
		['test 2', 'skipped', 'later'],
		['x', 'skipped', 'no network'],
		['y # z', 'failed'],
	]);
});

test('TAP that stops early, bails out or plans nothing does not look complete', () => {
	expect(short(tap.read('TAP version 14\n1..3\nok 1 - a\n'))).toEqual([
		['a', 'passed'],
		['1 of 3 planned tests ran', 'failed'],
	]);
	expect(short(tap.read('1..2\nok 1 - a\nBail out! no database\n'))).toContainEqual([
		'Bail out!',
		'failed',
		'no database',
	]);
	expect(tap.read('TAP version 13\n1..0\n')).toEqual([]);
	expect(short(tap.read('1..0 # SKIP wrong platform\n'))).toEqual([['(all tests)', 'skipped', 'wrong platform']]);
	expect(tap.read('ok then, that went well\n')).toBeUndefined();
});

test('JUnit XML of other tools: classes, errors, CDATA, flaky retries, and noise around it', () => {
	const xml = `compiling…
<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>
<testsuite name='s "1"' tests="6"><properties><property name="a" value="b"/></properties>
<testcase classname="c" name="a &lt;b&gt; &#x41;&a;" time="1,000.5"/>
<testcase name="err" time="0.2"><error message="it &quot;broke&quot;">stack</error></testcase>
<testcase name="cdata"><failure><![CDATA[ <x> & y
second]]></failure><system-out>noise</system-out></testcase>
<testcase name="again"><flakyFailure message="first try"/></testcase>
<testcase name="skip"><skipped>not here</skipped></testcase>
<testcase name="no time" time=""/></testsuite>
bye`;
	expect(short(junit.read(xml))).toEqual([
		['s "1" › a <b> A&a;', 'passed'],
		['s "1" › err', 'failed', 'it "broke"'],
		['s "1" › cdata', 'failed', '<x> & y'],
		['s "1" › again', 'flaky', 'first try'],
		['s "1" › skip', 'skipped', 'not here'],
		['s "1" › no time', 'passed'],
	]);
	expect(junit.read(xml)?.[0]?.ms).toBe(1_000_500);
	expect(junit.read('<testsuites></testsuites>')).toEqual([]);
	expect(junit.read('<testsuite name="s"><testcase name="cut">')).toMatchObject([{name: 's › cut', status: 'failed'}]);
});

test('CTRF: retried passes are flaky, and what does not say passed did not', () => {
	const tests = [
		{name: 'a', status: 'passed', duration: 3, suite: ['unit', 'math']},
		{name: 'b', status: 'passed', flaky: true},
		{name: 'c', status: 'failed', message: 'no'},
		{name: 'd', status: 'pending'},
		{name: 'e', status: 'surprise'},
		null,
	];
	const text = `> app@1 test\n> run\n\n${JSON.stringify({results: {tool: {name: 't'}, tests}}, null, 2)}\ndone\n`;
	expect(short(ctrf.read(text))).toEqual([
		['unit › math › a', 'passed'],
		['b', 'flaky'],
		['c', 'failed', 'no'],
		['d', 'skipped'],
		['e', 'failed'],
	]);
});

test('Jest and Vitest JSON: ancestors, retries, and files that could not be loaded', () => {
	const text = JSON.stringify({
		numTotalTests: 3,
		testResults: [
			{
				name: '/home/ana/app/a.test.js',
				status: 'failed',
				assertionResults: [
					{ancestorTitles: ['A'], title: 'one', status: 'passed', duration: 4},
					{ancestorTitles: ['A'], title: 'two', status: 'passed', invocations: 2},
					{ancestorTitles: [], title: 'three', status: 'failed', failureMessages: ['Error: x\n at y']},
					{ancestorTitles: [], title: 'four', status: 'todo'},
				],
			},
			{name: '/home/ana/app/b.test.js', status: 'failed', message: 'SyntaxError', assertionResults: []},
		],
	});
	expect(short(jest.read(text))).toEqual([
		['A › one', 'passed'],
		['A › two', 'flaky'],
		['three', 'failed', 'Error: x'],
		['four', 'skipped'],
		['b.test.js', 'failed', 'SyntaxError'],
	]);
});

test('output of no known format is read by nobody', () => {
	for (const text of ['', 'all good\n', '{"a":1}', 'PASS src/a.test.js\nTests: 3 passed', '<html></html>', '1..x\nok'])
		expect(suiteReaders.filter((one) => one.read(text) !== undefined).map((one) => one.name)).toEqual([]);
});

test('hostile names and messages come out safe and bounded', () => {
	const evil = `\u001b[31m\u202e${'x'.repeat(5000)}`;
	const texts = [
		`TAP version 13\nnot ok 1 - ${evil}\n  ---\n  error: '${evil}'\n  ...\n1..1\n`,
		`<testsuite name="${evil}"><testcase name="${evil}"><failure message="${evil}"/></testcase></testsuite>`,
		JSON.stringify({results: {tests: [{name: evil, status: 'failed', message: evil}]}}),
		JSON.stringify({
			numTotalTests: 1,
			testResults: [{assertionResults: [{title: evil, status: 'failed', failureMessages: [evil]}]}],
		}),
	];
	for (const text of texts) {
		const cases = suiteReaders.map((one) => one.read(text)).find((found) => found !== undefined);
		expect(cases).toHaveLength(1);
		for (const part of [cases?.[0]?.name ?? '', cases?.[0]?.message ?? '']) {
			expect(part.length).toBeLessThanOrEqual(602);
			expect(part.length).toBeGreaterThan(10);
			expect(part).not.toMatch(/[\x00-\x1f\u202e]/);
		}
	}
});

test('no output makes a reader throw', () => {
	const word = fc.constantFrom(
		...['ok', 'not ok', ' 1', ' - x', ' # SKIP', '\n', '    ', '1..2', 'TAP version 13', '---', '...', '# Subtest: s'],
		...['<testsuite', '<testcase', ' name="', '"', '>', '/>', '</testcase>', '<failure>', '<![CDATA[', '<!--', '&#x0;'],
		...['{', '}', '"results":', '"tests":[', ']', 'null', '"testResults":[', '"numTotalTests":1', ','],
		...['✔ ', '✖ ', '▶ ', ' (1.0ms)', 'ℹ tests 1', 'ℹ pass 1', '✖ failing tests:'],
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 60}), (words) => {
			for (const one of suiteReaders) one.read(words.join(''));
		}),
		{numRuns: 500},
	);
});

test.each([
	['ok 1 # # # # ', 40_000],
	['<testsuite name="', 40_000],
	["<testsuite><testcase a='", 40_000],
	['{\n', 100_000],
	['[{"results":{"tests":[', 20_000],
	['✔ (1ms) # ', 40_000],
	['        ', 60_000],
])('a long hostile output is read in time: %s', (unit, times) => {
	const text = `TAP version 13\nℹ tests 1\nℹ pass 1\n<testsuites>"results""tests"\n{${unit.repeat(times)}`;
	const started = performance.now();
	for (const one of suiteReaders) one.read(text);
	expect(performance.now() - started).toBeLessThan(3000);
});
