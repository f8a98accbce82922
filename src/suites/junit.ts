// Room: suites. Reads JUnit XML in the dialects that are about: node, vitest, pytest, surefire, gradle, mocha, go-junit-report.

import type {TestCase} from '../domain/release.ts';
import type {SuiteReader} from '../ports/suite.ts';
import {caseOf, MAX_CASES} from './shared/case.ts';
import {xmlTokens} from './shared/xml.ts';

const RESULTS = new Set(['failure', 'error', 'skipped', 'rerunFailure', 'flakyFailure', 'flakyError']);

/** Seconds as dialects write them: `0.12`, `1,234.5`. */
function millisecondsOf(seconds: string | undefined): number | undefined {
	const value = seconds === undefined || seconds === '' ? Number.NaN : Number(seconds.replaceAll(',', ''));
	return Number.isFinite(value) ? value * 1000 : undefined;
}

interface OpenCase {
	readonly path: readonly string[];
	readonly ms: number | undefined;
	readonly results: Map<string, string>;
}

function closed(open: OpenCase): TestCase {
	const {results, path, ms} = open;
	const failure = results.get('failure') ?? results.get('error');
	if (failure !== undefined) return caseOf(path, 'failed', {ms, message: failure});
	const skipped = results.get('skipped');
	if (skipped !== undefined) return caseOf(path, 'skipped', {ms, message: skipped === 'true' ? '' : skipped});
	const retried = results.get('flakyFailure') ?? results.get('flakyError') ?? results.get('rerunFailure');
	if (retried !== undefined) return caseOf(path, 'flaky', {ms, message: retried});
	return caseOf(path, 'passed', {ms});
}

function read(stdout: string): readonly TestCase[] | undefined {
	const begin = stdout.search(/<testsuites?[\s>/]/);
	if (begin < 0) return undefined;
	const cases: TestCase[] = [];
	const suites: string[] = [];
	let open: OpenCase | undefined;
	/** The result element whose text is being read. */
	let reading: string | undefined;
	for (const token of xmlTokens(stdout.slice(begin))) {
		if (cases.length >= MAX_CASES) break;
		if (token.kind === 'text') {
			if (open !== undefined && reading !== undefined && (open.results.get(reading) ?? '').trim() === '')
				open.results.set(reading, token.text);
		} else if (token.kind === 'close') {
			if (token.name === 'testcase' && open !== undefined) {
				cases.push(closed(open));
				open = undefined;
			} else if (token.name === 'testsuite') suites.pop();
			else if (token.name === reading) reading = undefined;
		} else if (token.name === 'testsuite') {
			if (!token.empty) suites.push(token.attributes.get('name') ?? '');
		} else if (token.name === 'testcase') {
			const group = suites.at(-1) || token.attributes.get('classname') || '';
			const path = [group, token.attributes.get('name') ?? ''];
			const begun: OpenCase = {path, ms: millisecondsOf(token.attributes.get('time')), results: new Map()};
			if (token.empty) cases.push(closed(begun));
			else open = begun;
		} else if (open !== undefined && RESULTS.has(token.name)) {
			open.results.set(token.name, token.attributes.get('message') ?? token.attributes.get('type') ?? '');
			reading = token.empty ? undefined : token.name;
		}
	}
	// Cut off in the middle of a case: it never said that it passed.
	if (open !== undefined)
		cases.push(caseOf(open.path, 'failed', {message: 'the report ends in the middle of this case'}));
	return cases;
}

export const reader: SuiteReader = {name: 'JUnit XML', read};
