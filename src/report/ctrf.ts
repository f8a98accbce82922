// Room: report. The test results as CTRF, the common JSON format, for other tools to read. Pure.

import type {SuiteResult} from '../domain/release.ts';

/** @param times milliseconds since the epoch. */
export function ctrfReport(
	suites: readonly SuiteResult[],
	facts: {readonly project: string; readonly version: string; readonly commit: string},
	times: {readonly start: number; readonly stop: number},
): string {
	const tests = suites.flatMap((suite) =>
		suite.cases.map((one) => ({
			name: one.name,
			status: one.status === 'flaky' ? 'passed' : one.status,
			duration: Math.round(one.ms ?? 0),
			suite: [suite.name],
			...(one.message === undefined ? {} : {message: one.message}),
			...(one.status === 'flaky' ? {flaky: true} : {}),
		})),
	);
	const sum = (pick: (suite: SuiteResult) => number) => suites.reduce((all, suite) => all + pick(suite), 0);
	const flaky = sum((suite) => suite.flaky ?? 0);
	const [passed, failed, skipped] = [
		sum((suite) => suite.passed) + flaky,
		sum((suite) => suite.failed),
		sum((suite) => suite.skipped),
	];
	const summary = {tests: passed + failed + skipped, passed, failed, skipped, pending: 0, other: 0, flaky, ...times};
	const environment = {appName: facts.project, appVersion: facts.version, commit: facts.commit};
	const report = {
		reportFormat: 'CTRF',
		specVersion: '0.0.0',
		results: {tool: {name: 'orchestra'}, summary, tests, environment},
	};
	return `${JSON.stringify(report, null, '\t')}\n`;
}
