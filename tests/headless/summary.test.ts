import {expect, test} from 'vitest';
import {fault} from '../../src/domain/fault/fault.ts';
import {safe} from '../../src/domain/safe.ts';
import {exitSummary, faultLines, SUMMARY_LINES} from '../../src/headless/summary.ts';
import {nextSteps} from '../../src/report/plain-words.ts';
import {brokenStaging, heldAtProduction, playThrough, promoted, rolledBack} from '../kit/canned.ts';

const summaryOf = async (scenario: Parameters<typeof playThrough>[0]) =>
	exitSummary((await playThrough(scenario)).ending);

test('a promoted release: version, traffic, gates, tests, duration, report, lesson, and how to go back', async () => {
	expect(await summaryOf(promoted())).toEqual([
		'✓ promoted shop 1.5.0 (5 features, risk 18 % low)',
		'  for users  traffic is 100 % on v1.5.0+c0ffee00 (green)',
		'  gates      5 % go on · 25 % go on · 50 % go on · 100 % go on',
		'  tests      3 of 3 suites passed (251 tests)',
		'  took       1 min 57 s, deployment 20261121_060100',
		'  report     deployment_memory/history/20261121_060100/report.html',
		'  learned    perf changes now count 10 good of 11',
		'  next       orchestra rollback   if it hurts after all',
		'             orchestra history 20261121_060100',
	]);
});

test('on a narrow terminal a row goes on below, between words; commands stay whole', async () => {
	const {ending} = await playThrough(rolledBack);
	const narrow = exitSummary(ending, 44);
	const wide = exitSummary(ending);

	expect(narrow).toContain('  because    38 errors in 225 requests: more');
	expect(narrow).toContain('             than 5 %');
	for (const line of narrow.filter((one) => !one.includes('orchestra')))
		expect(line.length <= 44 || !line.slice(13).includes(' ')).toBe(true);
	for (const line of wide.filter((one) => one.includes('orchestra '))) expect(narrow).toContain(line);
});

test('a rolled back release says why, and that traffic is back', async () => {
	const lines = await summaryOf(rolledBack);

	expect(lines[0]).toBe('↺ rolled back shop 1.5.0 (5 features, risk 18 % low)');
	expect(lines[1]).toBe('  because    38 errors in 225 requests: more than 5 %');
	expect(lines[2]).toBe('  for users  traffic is 100 % on v1.4.1+0ld0ld00 (blue)');
	expect(lines[3]).toBe('  gates      5 % go on · 25 % stop');
});

test.each([promoted(), rolledBack, brokenStaging, heldAtProduction])(
	'no summary is longer than twelve lines',
	async (scenario) => {
		const lines = await summaryOf(scenario);

		expect(lines.length).toBeLessThanOrEqual(SUMMARY_LINES);
		expect(lines.every((line) => !line.includes('\n'))).toBe(true);
	},
);

test('a summary with everything in it is still at most twelve lines and keeps a next step', async () => {
	const {ending} = await playThrough(rolledBack);
	const nextSteps = Array.from({length: 9}, (_, n) => `step ${n}`);
	const lines = exitSummary({...ending, fault: fault('ROLLBACK_FAILED', {with: {why: 'x'}, nextSteps})});

	expect(lines).toHaveLength(SUMMARY_LINES);
	expect(lines.some((line) => line.includes('step 0'))).toBe(true);
});

test('a fault without its own word on users says where traffic is', async () => {
	const {ending} = await playThrough(heldAtProduction);

	const lines = faultLines(fault('GATEWAY_UNREACHABLE', {with: {socket: '/run/x'}}), ending.state);
	expect(lines).toEqual([
		'✗ The gateway does not answer on /run/x',
		'  for users  no traffic was touched',
		'  next       orchestra gateway start',
	]);
});

test('what comes after a plan is about the branches that were planned', async () => {
	const {ending} = await playThrough(heldAtProduction);
	const nextOf = (named?: {base?: string; dev?: string}) => {
		const [base, dev] = [named?.base, named?.dev];
		const branches = {...(base ? {base: safe(base)} : {}), ...(dev ? {dev: safe(dev)} : {})};
		return nextSteps({...ending.state, planOnly: true, ...(named ? {named: branches} : {})}, false);
	};

	for (const none of [undefined, {}]) expect(nextOf(none)[0]).toBe('orchestra deploy');
	expect(nextOf({base: 'v1.2', dev: "it's me"})).toEqual([
		String.raw`orchestra deploy --base v1.2 --dev 'it'\''s me'`,
		String.raw`orchestra deploy --base v1.2 --dev 'it'\''s me' --select ID,ID,…   another choice`,
		String.raw`orchestra explain ID --base v1.2 --dev 'it'\''s me'   why one is where it is`,
	]);
});

test('what comes after a plan ships what was planned, the way it was planned', async () => {
	const {ending} = await playThrough(heldAtProduction);
	const {answers: _before, chosen: _none, ...rest} = ending.state;
	const nextOf = (by: 'flag' | 'person' | 'policy', value: string, more = {}) =>
		nextSteps(
			{...rest, planOnly: true, answers: {'selection.batch': {id: 'selection.batch', by, value}}, ...more},
			false,
		)[0];

	expect(nextOf('policy', 'f-11111111')).toBe('orchestra deploy');
	expect(nextOf('flag', 'recommended')).toBe('orchestra deploy');
	expect(nextOf('flag', 'critical')).toBe('orchestra deploy --select critical');
	expect(nextOf('person', 'f-11111111,!f-22222222')).toBe("orchestra deploy --select 'f-11111111,!f-22222222'");
	const chosen = {by: 'person', because: safe('soon')};
	expect(nextOf('flag', 'f-1', {chosen, strategy: 'blue-green'})).toBe(
		'orchestra deploy --strategy blue-green --select f-1',
	);
	expect(nextOf('policy', '', {chosen: {...chosen, by: 'risk'}, strategy: 'canary'})).toBe('orchestra deploy');
});
