// Room: suites. Reads the JSON of jest --json and vitest --reporter=json.

import type {TestCase} from '../domain/release.ts';
import type {SuiteReader} from '../ports/suite.ts';
import {caseOf, jsonIn, listOf, MAX_CASES, numberOf, recordOf, textOf} from './shared/case.ts';

function caseFrom(entry: unknown): TestCase[] {
	const test = recordOf(entry);
	if (test === undefined) return [];
	const path = [...listOf(test.ancestorTitles).flatMap((part) => textOf(part) ?? []), textOf(test.title) ?? ''];
	const ms = numberOf(test.duration);
	const message = textOf(listOf(test.failureMessages)[0]);
	const status = textOf(test.status);
	if (status === 'passed') {
		const retried = (numberOf(test.invocations) ?? 1) > 1 || listOf(test.retryReasons).length > 0;
		return [caseOf(path, retried ? 'flaky' : 'passed', {ms})];
	}
	const skipped = ['pending', 'skipped', 'todo', 'disabled'].includes(status ?? '');
	return [caseOf(path, skipped ? 'skipped' : 'failed', {ms, message})];
}

function read(stdout: string): readonly TestCase[] | undefined {
	if (!stdout.includes('"testResults"') || !stdout.includes('"numTotalTests"')) return undefined;
	const files = jsonIn(stdout)?.testResults;
	if (!Array.isArray(files)) return undefined;
	return files
		.flatMap((entry) => {
			const file = recordOf(entry);
			const cases = listOf(file?.assertionResults).flatMap(caseFrom);
			// A file that could not even be loaded has no cases, and still failed.
			if (cases.length === 0 && file?.status === 'failed')
				return [
					caseOf([textOf(file.name)?.split('/').at(-1) ?? 'a test file'], 'failed', {message: textOf(file.message)}),
				];
			return cases;
		})
		.slice(0, MAX_CASES);
}

export const reader: SuiteReader = {name: 'Jest or Vitest JSON', read};
