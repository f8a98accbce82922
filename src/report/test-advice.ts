// Room: report. What to do about a test run, in sentences with the figures behind them. Pure.

import {seconds} from '../domain/deployment/describe.ts';
import {KNOWN_SUITES} from '../domain/project.ts';
import type {SuiteResult} from '../domain/release.ts';
import {type Safe, safe} from '../domain/safe.ts';
import type {Summary} from '../domain/summary.ts';
import {count, percent} from './release-facts.ts';

export interface Advice {
	readonly level: 'stop' | 'caution' | 'hint';
	readonly text: Safe;
}

const THIN = 3;

function ofSuite(suite: SuiteResult): Advice[] {
	const out: Advice[] = [];
	const say = (level: Advice['level'], text: string) => out.push({level, text: safe(text)});
	const {name, status, cases} = suite;
	const level = suite.required ? 'stop' : 'caution';
	if (status === 'timed out')
		say(
			level,
			`${name} did not end within its time limit: look at the last lines for what it waited for, or raise timeoutSeconds.`,
		);
	else if (status === 'failed' && suite.failed > 0) {
		const first = cases.find((one) => one.status === 'failed');
		say(
			level,
			`${name}: ${count(suite.failed, 'case')} failed${first === undefined ? '' : `, first “${first.name}”`}.`,
		);
	} else if (status === 'failed')
		say(
			level,
			`${name}: the command ended with exit code ${suite.exit ?? '?'} although no case failed; its last lines say why.`,
		);
	else if (status === 'skipped')
		say(level, `${name} ran no case: skipping is not passing. Give it what it needs, or make it not required.`);
	if (status === 'passed' && suite.failed > 0)
		say(
			'caution',
			`${name} reports ${count(suite.failed, 'failed case')}, and yet its exit code is 0: is the exit code lost in a pipe?`,
		);
	const flaky = suite.flaky ?? 0;
	if (flaky > 0)
		say('caution', `${name} has ${count(flaky, 'flaky case')}: a pass at the second try hides a race or a time limit.`);
	if (status === 'passed' && suite.format === undefined)
		say(
			'hint',
			`${name} prints no format that is read here, so only its exit code counts. TAP, JUnit XML, CTRF or JSON output would show each case.`,
		);
	const ran = suite.passed + suite.failed + flaky;
	if (suite.skipped > 0 && suite.skipped >= ran && status === 'passed')
		say('caution', `${name} skipped ${suite.skipped} of ${ran + suite.skipped} cases: little was proven.`);
	return out;
}

function ofRun(suites: readonly SuiteResult[]): Advice[] {
	const out: Advice[] = [];
	const total = suites.reduce((sum, suite) => sum + suite.ms, 0);
	const slowest = [...suites].sort((a, b) => b.ms - a.ms)[0];
	if (slowest !== undefined && suites.length > 1 && total > 60_000 && slowest.ms > total * 0.6)
		out.push({
			level: 'hint',
			text: safe(
				`${slowest.name} takes ${percent(slowest.ms / total)} of the ${seconds(total)}: splitting it shortens every release.`,
			),
		});
	const cases = suites.flatMap((suite) => suite.cases.map((one) => ({suite: suite.name, ...one})));
	const slow = cases.filter((one) => (one.ms ?? 0) > 5000).sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0))[0];
	if (slow !== undefined)
		out.push({
			level: 'hint',
			text: safe(`The slowest case is “${slow.name}” in ${slow.suite}: ${seconds(slow.ms ?? 0)}.`),
		});
	const missing = KNOWN_SUITES.filter((name) => !suites.some((suite) => suite.name === name));
	if (suites.length > 0 && missing.length > 0)
		out.push({
			level: missing.includes('smoke') && missing.includes('integration') ? 'caution' : 'hint',
			text: safe(`Nothing here covers: ${missing.join(', ')}.`),
		});
	return out;
}

function ofHistory(suites: readonly SuiteResult[], history: readonly Summary[]): Advice[] {
	const out: Advice[] = [];
	const passed = suites.reduce((sum, suite) => sum + suite.passed, 0);
	const before = history.find((summary) => (summary.tests?.passed ?? 0) > 0)?.tests;
	if (before !== undefined && passed > 0 && passed < before.passed * 0.9)
		out.push({
			level: 'caution',
			text: safe(
				`${count(passed, 'case')} passed, ${before.passed} at the last deployment: were tests removed or left out?`,
			),
		});
	const green = history.filter((summary) => summary.tests?.green === true);
	const back = green.filter((summary) => summary.outcome === 'rolled_back');
	if (green.length >= THIN && back.length > 0)
		out.push({
			level: 'hint',
			text: safe(
				`${back.length} of ${green.length} deployments with green tests were rolled back all the same: the tests do not see everything.`,
			),
		});
	return out;
}

/** Most urgent first. @param history newest first. */
export function adviceFor(suites: readonly SuiteResult[], history: readonly Summary[]): readonly Advice[] {
	if (suites.length === 0) {
		const text = safe(
			'No tests are configured: nothing was proven. orchestra config set commands.test.unit.command "npm test" adds a suite.',
		);
		return [{level: 'caution', text}];
	}
	const all = [...suites.flatMap(ofSuite), ...ofRun(suites), ...ofHistory(suites, history)];
	const order = ['stop', 'caution', 'hint'];
	return all.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}
