// The HTML report: tells the truth at a glance, runs nothing of what it shows, and stays small.

import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import type {SuiteResult, TestCase} from '../../src/domain/release.ts';
import {type Safe, safe} from '../../src/domain/safe.ts';
import type {Summary} from '../../src/domain/summary.ts';
import {escapeHtml, html, page} from '../../src/report/html.ts';
import {REPORT_STYLE} from '../../src/report/style.ts';
import {type TestReportFacts, testReport} from '../../src/report/test-report.ts';
import fc from '../kit/check.ts';

const HASH = createHash('sha256').update(REPORT_STYLE).digest('base64');

function suiteOf(name: string, cases: readonly TestCase[], more: Partial<SuiteResult> = {}): SuiteResult {
	const of = (status: string) => cases.filter((one) => one.status === status).length;
	return {
		name: safe(name),
		command: safe('npm test'),
		required: true,
		status: 'passed',
		exit: 0,
		ms: 1200,
		passed: of('passed'),
		failed: of('failed'),
		skipped: of('skipped'),
		flaky: of('flaky'),
		cases,
		tail: [],
		format: safe('TAP'),
		...more,
	};
}

function factsOf(suites: readonly SuiteResult[], more: Partial<TestReportFacts> = {}): TestReportFacts {
	return {
		deployment: '20261121_101500',
		project: safe('orders'),
		tag: 'v1.2.0',
		commit: 'c'.repeat(40),
		at: '2026-11-21T10:15:00.000Z',
		features: 3,
		suites,
		green: true,
		history: [],
		...more,
	};
}

const pass = (name: string): TestCase => ({name: safe(name), status: 'passed', ms: 3});

function past(version: string, tests: Summary['tests']): Summary {
	return {
		schemaVersion: 1,
		id: '20261120_101500' as Summary['id'], // the shape of an id
		openedAt: '',
		closedAt: '',
		outcome: 'promoted',
		project: safe('orders'),
		target: safe('local'),
		version,
		strategy: 'canary',
		features: [],
		overrides: [],
		stageMs: {},
		...(tests === undefined ? {} : {tests}),
		trafficMoved: true,
		resumed: 0,
	};
}

const text = (report: string) => report.slice(report.indexOf('<body>')).replace(/<[^>]*>/g, ' ');

test('green says green with its figures', () => {
	const report = testReport(factsOf([suiteOf('unit', [pass('adds'), pass('subtracts')])]), HASH);
	expect(text(report)).toMatch(/✓ .*Tests are green/);
	expect(text(report)).toContain('2 passed');
	expect(text(report)).not.toContain('What failed');
	expect(report).toContain('<title>Tests are green: orders v1.2.0</title>');
});

test('red says red, what failed and why, and that production is closed', () => {
	const failed: TestCase = {name: safe('total is right'), status: 'failed', message: safe('12.5 is not 12.05')};
	const red = suiteOf('unit', [pass('adds'), failed], {status: 'failed', exit: 1, tail: [safe('the last line')]});
	const report = text(testReport(factsOf([red], {green: false}), HASH));
	for (const part of [
		'Tests are red',
		'Production stays closed',
		'total is right',
		'12.5 is not 12.05',
		'the last line',
	])
		expect(report).toContain(part);
	expect(report).not.toContain('Tests are green');
});

test('nothing configured, skipped, flaky and unread are never drawn as a plain pass', () => {
	expect(text(testReport(factsOf([]), HASH))).toContain('Nothing was proven');
	const skipped = suiteOf('smoke', [{name: safe('a'), status: 'skipped'}], {status: 'skipped', required: false});
	const report = text(testReport(factsOf([skipped]), HASH));
	expect(report).toContain('ran nothing');
	expect(report).toContain('did not pass (not required)');
	const flaky = text(testReport(factsOf([suiteOf('unit', [pass('a'), {name: safe('b'), status: 'flaky'}])]), HASH));
	expect(flaky).toContain('1 passed, 1 flaky');
	expect(flaky).toContain('50 %');
	const {format, ...unread} = suiteOf('unit', []);
	expect(text(testReport(factsOf([unread]), HASH))).toContain('only its exit code counts');
});

test('the share is rounded down: 100 % is said only of all', () => {
	const cases = [...Array.from({length: 999}, (_, i) => pass(`c${i}`)), {name: safe('x'), status: 'skipped'} as const];
	expect(text(testReport(factsOf([suiteOf('unit', cases)]), HASH))).toContain('99 %');
});

test('earlier deployments are drawn and compared with', () => {
	const history = [
		past('1.1.0', {suites: 1, passed: 100, failed: 0, green: true}),
		past('1.0.0', {suites: 1, passed: 90, failed: 2, green: false}),
		past('0.9.0', undefined),
	];
	const report = text(testReport(factsOf([suiteOf('unit', [pass('a')])], {history}), HASH));
	expect(report).toContain('1.1.0: 100 passed, 0 failed; promoted');
	expect(report).toContain('1.0.0: 90 passed, 2 failed');
	expect(report).not.toContain('0.9.0');
	expect(report).toContain('1 case passed, 100 at the last deployment');
});

test('hostile text in any field stays text', () => {
	const attacks = [
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`,
		'`javascript:alert(1)`',
		`</style><style>*{display:none}</style>`,
		`</title><meta http-equiv=refresh content=0>`,
		`</pre></details><svg onload=alert(1)>`,
		`]]><!--`,
		`\${alert(1)}`,
	];
	for (const attack of attacks) {
		// A Safe may hold any markup: it is the escaper that is tested here.
		const evil = safe(attack);
		const one = (status: TestCase['status']): TestCase => ({name: evil, status, ms: 6000, message: evil});
		const suite = suiteOf(attack, [one('passed'), one('failed'), one('flaky'), one('skipped')], {
			command: evil,
			status: 'failed',
			tail: [evil],
			notes: [evil],
			format: evil,
		});
		const {format, ...unread} = suiteOf(attack, [], {tail: [evil]});
		const history = [past(attack, {suites: 1, passed: 9, failed: 1, green: true})];
		const facts = factsOf([suite, unread], {
			green: false,
			history,
			project: evil,
			tag: attack,
			deployment: attack,
			at: attack,
			commit: attack,
		});
		const report = testReport(facts, HASH);
		// Every tag is one that the report itself makes, with attributes that it makes.
		const tags = [...report.slice(report.indexOf('</style>') + 8).matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
		const known =
			/^(head|body|html|main|section|div|h[123]|p|span|strong|b|i|ul|li|code|pre|svg|circle|rect|text|title|g|table|tr|td|br|details|summary|footer)$/;
		expect(tags.map((tag) => tag[1] ?? '').filter((name) => !known.test(name))).toEqual([]);
		const attributes = tags.flatMap((tag) => [
			...(tag[2] ?? '').replace(/"[^"]*"/g, '""').matchAll(/([^\s="/]+)(="")?/g),
		]);
		const names = new Set(attributes.map((attribute) => attribute[1]));
		expect([...names].filter((name) => /^on|style|href|src/i.test(name ?? ''))).toEqual([]);
		expect(report).not.toContain(attack.includes('<') ? attack : "onmouseover='");
		expect(report.match(/<style>/g)).toHaveLength(1);
	}
});

test('the content policy allows the page its own style and nothing else', () => {
	const report = testReport(factsOf([suiteOf('unit', [pass('a')])]), HASH);
	const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(report)?.[1] ?? '';
	expect(policy).toContain(`default-src &#39;none&#39;`);
	const style = /<style>([\s\S]*?)<\/style>/.exec(report)?.[1] ?? '';
	const digest = createHash('sha256').update(style).digest('base64');
	expect(policy).toContain(`style-src &#39;sha256-${digest}&#39;`);
	expect(policy).not.toContain('unsafe');
	expect(report).not.toMatch(/<script|\sstyle=|https?:|url\(|@import/);
	expect(report.indexOf('Content-Security-Policy')).toBeLessThan(report.indexOf('<style>'));
});

test('500 cases stay under 100 KB, and 50,000 do not make it grow without bound', () => {
	const cases = (n: number) =>
		Array.from({length: n}, (_, i) =>
			pass(`orders › the total of order ${i} is right with a discount and two currencies`),
		);
	expect(Buffer.byteLength(testReport(factsOf([suiteOf('unit', cases(500))]), HASH))).toBeLessThan(100_000);
	expect(Buffer.byteLength(testReport(factsOf([suiteOf('unit', cases(50_000))]), HASH))).toBeLessThan(150_000);
});

test('figures in charts are always numbers', () => {
	const number = fc.nat({max: 1_000_000});
	fc.assert(
		fc.property(number, number, number, number, number, (passed, failed, skipped, flaky, ms) => {
			const suite = suiteOf('unit', [], {passed, failed, skipped, flaky, ms});
			const history = [past('1.0.0', {suites: 1, passed: failed, failed: passed, green: false})];
			const report = testReport(factsOf([suite], {history}), HASH);
			expect(report).not.toMatch(/NaN|Infinity|undefined|width="-|height="-/);
		}),
	);
});

test('escaping leaves nothing that ends text or an attribute, and can be undone', () => {
	fc.assert(
		fc.property(fc.string(), (raw) => {
			const escaped = escapeHtml(raw);
			expect(escaped).not.toMatch(/[<>"'`]/);
			const back = escaped.replace(
				/&(amp|lt|gt|quot|#39|#96);/g,
				(_, name: string) => ({amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`'})[name] ?? '?',
			);
			expect(back).toBe(raw);
		}),
	);
	const forged = {markup: '<b>'} as unknown as Safe; // data from JSON that looks like HTML must not be taken for it
	expect(() => page({title: 't', style: '', styleHash: '', body: html`${[forged]}`})).not.toThrow();
	expect(page({title: 't', style: '', styleHash: '', body: html`${[forged]}`})).not.toContain('<b>');
});
