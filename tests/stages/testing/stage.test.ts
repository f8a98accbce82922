// Stage 4 with real commands: what they print becomes results, the exit code has the last word, red closes production.

import {existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import {suiteReaders} from '../../../src/cli/extensions.ts';
import type {SuiteCommand} from '../../../src/domain/project.ts';
import type {CommandResult} from '../../../src/ports/process.ts';
import {createTesting, type TestingPorts} from '../../../src/stages/testing/stage.ts';
import {suiteResult} from '../../../src/stages/testing/suite.ts';
import {quickClock} from '../../kit/quick-clock.ts';
import {batchOf, discoveryOf, featureOf, oid, projectOf, standIn} from '../../kit/release.ts';
import {tempFolder} from '../../kit/temp.ts';

const ID = '20261121_101500';
const tap = (...points: string[]) =>
	`printf 'TAP version 13\\n${points.map((point) => `${point}\\n`).join('')}1..${points.length}\\n'`;
const suite = (command: string, more: Partial<SuiteCommand> = {}): SuiteCommand => ({
	command,
	required: true,
	timeoutSeconds: 60,
	...more,
});

function setUp(
	suites: Record<string, SuiteCommand>,
	more: Partial<TestingPorts> & {scale?: number; tree?: ReturnType<typeof oid>} = {},
) {
	const root = tempFolder();
	const folder = join(root, 'release');
	mkdirSync(folder);
	const ranked = [featureOf('one')];
	const {scale, tree, ...ports} = more;
	const project = projectOf({test: suites});
	const stage = createTesting({
		runner: createRunner({clock: quickClock(scale ?? 1)}),
		readers: suiteReaders,
		project: {...project, env: {APP_MODE: 'test'}},
		memory: {history: async () => []},
		...ports,
	});
	const documents = {plan: 'p.md', tests: 't.md', checklist: 'checklist.md', rollback: 'r.md', scripts: []};
	const checklist = Object.keys(suites).map((name) => ({
		id: `validation.suite.${name}`,
		text: `Suite ${name} passes` as never, // plain words are safe
		done: false,
		auto: true,
	}));
	const input = {
		discovery: discoveryOf(ranked.map((one) => one.feature)),
		selection: batchOf(ranked, tree === undefined ? {} : {tree}),
		staging: {folder, documents, checklist, commands: {}, buildMs: 1},
	};
	const path = join(root, ID);
	const file = (name: string) => readFileSync(join(path, name), 'utf8');
	return {stage, input, path, folder, file};
}

test('every suite runs in the release, in a known order, with its results read and its output streamed', async () => {
	const {stage, input, path, file} = setUp({
		lint: suite('echo clean', {required: false}),
		integration: suite(
			"echo \"<testsuite><testcase name='joins'/><testcase name='x'><skipped/></testcase></testsuite>\"",
		),
		unit: suite(
			`pwd > where; echo "$APP_MODE $ORCHESTRA_SUITE $ORCHESTRA_VERSION"; ${tap('ok 1 - adds', 'ok 2 - rounds')}`,
		),
	});
	const stand = standIn(path);
	const movement = await stage.perform(input, stand);
	expect(movement).toMatchObject({kind: 'finished', output: {green: true, report: 'report.html'}});
	const results = movement.kind === 'finished' ? movement.output.suites : [];
	expect(results.map(({name, passed, skipped, format, exit}) => ({name, passed, skipped, format, exit}))).toEqual([
		{name: 'unit', passed: 2, skipped: 0, format: 'TAP', exit: 0},
		{name: 'integration', passed: 1, skipped: 1, format: 'JUnit XML', exit: 0},
		{name: 'lint', passed: 0, skipped: 0, format: undefined, exit: 0},
	]);
	expect(results[2]?.notes?.join()).toContain('only the exit code counts');
	expect(stand.lines).toContain('unit: test unit 1.2.0');
	expect(readFileSync(join(input.staging.folder, 'where'), 'utf8').trim()).toBe(input.staging.folder);
	const types = stand.events.map((event) => event.type);
	expect(types.filter((type) => type === 'suite.started')).toHaveLength(3);
	expect(types.indexOf('suite.started')).toBeLessThan(types.indexOf('suite.finished'));
	const finished = stand.events.find((event) => event.type === 'suite.finished');
	expect(finished).toMatchObject({result: {name: 'unit', status: 'passed'}});
	expect(finished).not.toHaveProperty('result.cases');
	expect(file('report.html')).toContain('Tests are green');
	expect(file('checklist.md')).toContain('- [x] Suite unit passes — *passed in');
	expect(JSON.parse(file('tests.ctrf.json')).results.summary).toMatchObject({tests: 4, passed: 3, skipped: 1});
});

test('a red required suite stops before production, names what failed, and the report is there all the same', async () => {
	const {stage, input, path, file} = setUp({
		unit: suite(`${tap('ok 1 - adds', 'not ok 2 - rounds')}; exit 1`),
		smoke: suite('echo "no database" >&2; exit 3'),
		security: suite('exit 1', {required: false}),
	});
	const stand = standIn(path);
	const movement = await stage.perform(input, stand);
	expect(movement).toMatchObject({
		kind: 'stopped',
		fault: {code: 'TESTS_RED', headline: expect.stringContaining('2 required')},
	});
	const details = movement.kind === 'stopped' ? movement.fault.details.join('\n') : '';
	for (const part of ['unit failed (1 failed, 1 passed)', '✗ rounds', 'smoke failed (exit code 3)', 'no database'])
		expect(details).toContain(part);
	expect(details).not.toContain('security');
	expect(file('report.html')).toContain('Tests are red');
	expect(stand.events.filter((event) => event.type === 'suite.finished')).toHaveLength(3);
	expect(file('checklist.md')).toContain('- [ ] Suite smoke passes — *failed');
});

test('a suite that is not required may fail; the summary says that it did', async () => {
	const {stage, input, path} = setUp({unit: suite(tap('ok 1')), security: suite('exit 1', {required: false})});
	expect(await stage.perform(input, standIn(path))).toMatchObject({
		kind: 'finished',
		output: {green: true, note: 'security failed, not required'},
		summary: expect.stringContaining('security failed, not required'),
	});
});

test('no tests configured is green with a warning, never a silent pass', async () => {
	const {stage, input, path, file} = setUp({});
	const stand = standIn(path);
	expect(await stage.perform(input, stand)).toMatchObject({
		kind: 'finished',
		output: {green: true, suites: [], note: expect.stringContaining('nothing was proven')},
	});
	expect(stand.notes.join()).toContain('nothing was proven');
	expect(file('report.html')).toContain('Nothing was proven');
});

test('a suite that hangs is stopped at its time limit and is red', async () => {
	const {stage, input, path} = setUp({unit: suite('echo begun; sleep 600', {timeoutSeconds: 30})}, {scale: 0.01});
	const movement = await stage.perform(input, standIn(path));
	expect(movement).toMatchObject({kind: 'stopped', fault: {code: 'TESTS_RED'}});
	expect(movement.kind === 'stopped' && movement.fault.details.join()).toContain('unit timed out');
});

const RAN: CommandResult = {exit: 0, timedOut: false, ms: 5, tail: [], stdout: ''};
const judged = (stdout: string, more: Partial<CommandResult> = {}, report?: string) =>
	suiteResult({name: 'unit', suite: suite('x')}, {...RAN, stdout, ...more}, suiteReaders, report);

test('the exit code has the last word, and every disagreement is said', () => {
	expect(judged('ok 1 - a\n1..1\n', {exit: 2})).toMatchObject({status: 'failed', passed: 1});
	expect(judged('ok 1 - a\n1..1\n', {exit: 2}).notes?.join()).toContain('No case failed');
	expect(judged('not ok 1 - a\nok 2\n1..2\n')).toMatchObject({status: 'passed', failed: 1});
	expect(judged('not ok 1 - a\nok 2\n1..2\n').notes?.join()).toContain('lost in a pipe');
	expect(judged('all fine\n')).toMatchObject({status: 'passed', passed: 0});
	expect(judged('all fine\n', {exit: 1})).toMatchObject({status: 'failed', failed: 0});
	expect(judged('ok 1\n1..1\n', {exit: 0, timedOut: true})).toMatchObject({status: 'timed out'});
});

test('skipping everything, or running nothing, is not passing', async () => {
	expect(judged('ok 1 - a # SKIP\n1..1\n')).toMatchObject({status: 'skipped', skipped: 1});
	expect(judged('TAP version 13\n1..0\n')).toMatchObject({status: 'skipped'});
	const {stage, input, path} = setUp({unit: suite(tap('ok 1 - a # SKIP no database'))});
	expect(await stage.perform(input, standIn(path))).toMatchObject({kind: 'stopped', fault: {code: 'TESTS_RED'}});
});

test('a retried pass is counted as flaky, never as passed', () => {
	const tests = [
		{name: 'a', status: 'passed', flaky: true},
		{name: 'b', status: 'passed'},
	];
	expect(judged(JSON.stringify({results: {tests}}))).toMatchObject({status: 'passed', passed: 1, flaky: 1});
});

test('of very many cases the counts are whole, and what failed is kept first', () => {
	const lines = Array.from({length: 5000}, (_, i) => `${i === 4999 ? 'not ok' : 'ok'} ${i + 1} - c${i}`);
	const result = judged(`${lines.join('\n')}\n1..5000\n`, {exit: 1});
	expect(result).toMatchObject({passed: 4999, failed: 1, status: 'failed'});
	expect(result.cases).toHaveLength(2000);
	expect(result.cases[0]).toMatchObject({name: 'c4999', status: 'failed'});
});

test('results may come from a file in the release; a missing one is said, and a link out of it is not followed', async () => {
	const xml = '<testsuite><testcase name="token=abc123secret"/></testsuite>';
	const {stage, input, path} = setUp({
		unit: suite(`mkdir -p out && echo '${xml}' > out/junit.xml`, {report: 'out/junit.xml'}),
		smoke: suite('true', {report: 'out/gone.xml'}),
		security: suite('ln -s ../../outside.xml out/link.xml', {report: 'out/link.xml'}),
	});
	writeFileSync(join(input.staging.folder, '../outside.xml'), xml);
	const movement = await stage.perform(input, standIn(path));
	const results = movement.kind === 'finished' ? movement.output.suites : [];
	const by = Object.fromEntries(results.map((result) => [result.name, result]));
	expect(by.unit).toMatchObject({
		passed: 1,
		format: 'JUnit XML',
		cases: [{name: expect.stringContaining('‹redacted›')}],
	});
	expect(by.smoke?.notes?.join()).toContain('out/gone.xml was not there');
	expect(by.security).toMatchObject({passed: 0});
});

test('a resume takes over a pass of exactly this release and command, and runs the rest again', async () => {
	const set = setUp({
		unit: suite(`echo u >> ran; ${tap('ok 1 - adds')}`),
		smoke: suite('echo s >> ran; [ -e mended ]'),
	});
	const {input, path, folder} = set;
	const resumed = ['suite.unit', 'suite.smoke'];
	expect(await set.stage.perform(input, standIn(path))).toMatchObject({kind: 'stopped'});
	writeFileSync(join(folder, 'mended'), '');
	const stand = standIn(path, {resumed});
	const movement = await set.stage.perform(input, stand);
	expect(movement).toMatchObject({kind: 'finished', output: {suites: [{name: 'unit', passed: 1}, {name: 'smoke'}]}});
	expect(stand.steps.map((step) => step.did)).toEqual(['skipped', 'applied']);
	expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('u\ns\ns\n');
	// Another tree: yesterday's pass proves nothing.
	const other = {...input, selection: {...input.selection, release: {...input.selection.release, tree: oid('7')}}};
	const again = standIn(path, {resumed});
	await set.stage.perform(other, again);
	expect(again.steps.map((step) => step.did)).toEqual(['applied', 'applied']);
	// A damaged result file is no proof either.
	writeFileSync(join(path, 'tests/01-unit.json'), '{"hash":');
	const damaged = standIn(path, {resumed});
	await set.stage.perform(other, damaged);
	expect(damaged.steps.map((step) => step.did)).toEqual(['applied', 'skipped']);
});

test('commands that changed since staging are asked about before they run', async () => {
	const trust = {isTrusted: async () => false, trust: async () => undefined};
	const {stage, input, path, folder} = setUp({unit: suite('touch ran')}, {trust, trustHash: 'a'.repeat(64)});
	expect(await stage.perform(input, standIn(path))).toMatchObject({
		kind: 'held',
		request: {kind: 'trust', stage: 'testing'},
	});
	expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test('hostile output, suite by suite, reaches screens and report only as text', async () => {
	const {stage, input, path, folder, file} = setUp({unit: suite('cat evil')});
	writeFileSync(join(folder, 'evil'), 'TAP version 13\nok 1 - <img src=x onerror=alert(1)>\u001b[2J\u202e\n1..1\n');
	const stand = standIn(path);
	await stage.perform(input, stand);
	expect(file('report.html')).not.toContain('<img');
	expect(file('report.html')).toContain('&lt;img');
	expect(JSON.stringify(stand.events) + stand.lines.join()).not.toMatch(/\\u001b|\u001b|\u202e/);
});

test('where the release lies on this machine does not get into results and report', async () => {
	const {stage, input, path, folder, file} = setUp({unit: suite('echo "at $PWD/src/a.js in $HOME/x"; exit 1')});
	const movement = await stage.perform(input, standIn(path));
	expect(movement.kind === 'stopped' && movement.fault.details).toContain('  at src/a.js in ~/x');
	for (const name of ['report.html', 'tests/01-unit.json', 'tests.ctrf.json']) expect(file(name)).not.toContain(folder);
});

test('a release folder that is gone is a fault, not a red test', async () => {
	const {stage, input, path, folder} = setUp({unit: suite('true')});
	rmSync(folder, {recursive: true});
	symlinkSync('/nowhere', folder);
	await expect(stage.perform(input, standIn(path))).rejects.toMatchObject({fault: {code: 'COMMAND_NOT_STARTED'}});
});
