// Room: suites. Reads CTRF, the common JSON format of many reporters (`results.tests`).

import type {TestCase} from '../domain/release.ts';
import type {SuiteReader} from '../ports/suite.ts';
import {caseOf, jsonIn, listOf, MAX_CASES, numberOf, recordOf, textOf} from './shared/case.ts';

function statusOf(status: string | undefined, flaky: boolean): TestCase['status'] {
	if (status === 'passed') return flaky ? 'flaky' : 'passed';
	if (status === 'skipped' || status === 'pending') return 'skipped';
	// `failed`, `other`, and anything unknown: what does not say that it passed did not.
	return 'failed';
}

function read(stdout: string): readonly TestCase[] | undefined {
	if (!stdout.includes('"results"') || !stdout.includes('"tests"')) return undefined;
	const tests = recordOf(jsonIn(stdout)?.results)?.tests;
	if (!Array.isArray(tests)) return undefined;
	return tests.slice(0, MAX_CASES).flatMap((entry) => {
		const test = recordOf(entry);
		if (test === undefined) return [];
		const suite = textOf(test.suite) ?? listOf(test.suite).flatMap((part) => textOf(part) ?? []);
		const status = statusOf(textOf(test.status), test.flaky === true || (numberOf(test.retries) ?? 0) > 0);
		const message = status === 'passed' ? undefined : textOf(test.message);
		return caseOf([...[suite].flat(), textOf(test.name) ?? ''], status, {ms: numberOf(test.duration), message});
	});
}

export const reader: SuiteReader = {name: 'CTRF', read};
