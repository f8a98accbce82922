// Room: stages. Stage 4, testing: the rehearsal. Every configured suite runs on the built release; a red required one closes
// production. The report is written either way. Moves no traffic.

import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {seconds} from '../../domain/deployment/describe.ts';
import {fault} from '../../domain/fault/fault.ts';
import {KNOWN_SUITES, type Project, type SuiteCommand} from '../../domain/project.ts';
import type {SuiteResult, TestReport} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import type {Memory} from '../../ports/memory.ts';
import type {Runner} from '../../ports/process.ts';
import type {SuiteReader} from '../../ports/suite.ts';
import type {TrustStore} from '../../ports/trust.ts';
import {checklistDocument, withSuiteResults} from '../../report/checklist.ts';
import {ctrfReport} from '../../report/ctrf.ts';
import {count} from '../../report/release-facts.ts';
import {REPORT_STYLE} from '../../report/style.ts';
import {testReport} from '../../report/test-report.ts';
import type {Before} from '../score.ts';
import type {Movement, Stage, Stand} from '../stage.ts';
import {requireTrust} from '../staging/trust.ts';
import {type Culprit, type CulpritPorts, findCulprit} from './culprit.ts';
import {runSuite, type SuiteRun, suiteHash} from './suite.ts';

export interface TestingPorts {
	readonly runner: Runner;
	readonly readers: readonly SuiteReader[];
	readonly project: Project;
	readonly memory: Pick<Memory, 'history'>;
	/** With both, commands that changed since stage 3 are asked about again before they run. */
	readonly trust?: TrustStore;
	readonly trustHash?: string;
	/** With these, a red suite is followed to the feature that turned it. */
	readonly halves?: Pick<CulpritPorts, 'repository' | 'releasesFolder'>;
}

type Input = Before['testing'];

const REPORT = 'report.html';
const NOTHING_PROVEN = 'No tests are configured: nothing was proven';

export function createTesting(ports: TestingPorts): Stage<Input, TestReport> {
	return {
		name: 'testing',
		asks: ['trust'],
		check: () => [],
		perform: (input, stand) => perform(ports, input, stand),
	};
}

/** The five known suites in their order, then the others as they were written. */
function ordered(suites: Readonly<Record<string, SuiteCommand>>): readonly (readonly [string, SuiteCommand])[] {
	const rank = (name: string) => {
		const known: readonly string[] = KNOWN_SUITES;
		const at = known.indexOf(name);
		return at < 0 ? known.length : at;
	};
	return Object.entries(suites).sort(([a], [b]) => rank(a) - rank(b));
}

async function perform(ports: TestingPorts, input: Input, stand: Stand): Promise<Movement<TestReport>> {
	const {project, trust, trustHash} = ports;
	const {release} = input.selection;
	if (trust !== undefined && trustHash !== undefined) {
		const untrusted = await requireTrust({trust, trustHash, project}, 'testing', stand);
		if (untrusted) return untrusted;
	}
	const env = {...project.env, ORCHESTRA_COMMIT: release.commit, ORCHESTRA_VERSION: release.version};
	const start = stand.clock.now();
	const suites: SuiteResult[] = [];
	for (const [i, [name, suite]] of ordered(project.commands.test).entries()) {
		const run = {name, suite, folder: input.staging.folder, env: {...env, ORCHESTRA_SUITE: name}};
		suites.push(await suiteStep(ports, input, run, i, stand));
	}
	const times = {start, stop: stand.clock.now()};

	const red = suites.filter((suite) => suite.required && suite.status !== 'passed');
	const green = red.length === 0;
	await writeReports(ports, input, {suites, green, times}, stand);
	if (!green) {
		const culprit = await culpritOf(ports, input, {red, env}, stand);
		return {kind: 'stopped', fault: redFault(red, basename(stand.folder.path), culprit)};
	}

	const passed = suites.reduce((sum, suite) => sum + suite.passed, 0);
	const ms = suites.reduce((sum, suite) => sum + suite.ms, 0);
	if (suites.length === 0) {
		await stand.note(NOTHING_PROVEN, 'warning');
		return {
			kind: 'finished',
			output: {suites, green, report: REPORT, note: safe(NOTHING_PROVEN)},
			summary: safe('no tests are configured'),
		};
	}
	const odd = suites
		.filter((suite) => suite.status !== 'passed')
		.map((suite) => `${suite.name} ${suite.status}, not required`);
	const cases = passed > 0 ? `${count(passed, 'case')} passed in ` : '';
	return {
		kind: 'finished',
		output: {suites, green, report: REPORT, ...(odd.length > 0 ? {note: safe(odd.join('; '))} : {})},
		summary: safe([`${count(suites.length, 'suite')}: ${cases}${seconds(ms)}`, ...odd].join('; ')),
	};
}

/** One suite as a step: a resume takes over a pass of exactly this release and command, and runs everything else again. */
async function suiteStep(
	ports: TestingPorts,
	input: Input,
	run: SuiteRun,
	i: number,
	stand: Stand,
): Promise<SuiteResult> {
	const slug = run.name.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 40);
	const file = `tests/${String(i + 1).padStart(2, '0')}-${slug}.json`;
	const hash = suiteHash(input.selection.release.tree, run, input.staging.commands);
	let result: SuiteResult | undefined;
	const {status} = await stand.step({
		key: `suite.${run.name}`,
		title: `Test suite ${run.name}`,
		isDone: async () => {
			result = passedBefore(await stand.folder.read(file), hash);
			return result === undefined ? undefined : {status: result.status};
		},
		apply: async () => {
			result = await runSuite(run, ports, stand);
			await stand.folder.write(file, `${JSON.stringify({schemaVersion: 1, hash, result})}\n`);
			return {status: result.status};
		},
	});
	if (result === undefined) throw new TypeError(`suite ${run.name} ended ${status} without a result`);
	const {cases, tail, ...event} = result;
	await stand.emit({type: 'suite.finished', result: event});
	return result;
}

function passedBefore(text: string | undefined, hash: string): SuiteResult | undefined {
	if (text === undefined) return undefined;
	try {
		// Our own file, bound by its hash to this release and command; anything else in it means running the suite again.
		const stored = JSON.parse(text) as {hash?: unknown; result?: SuiteResult};
		return stored.hash === hash && stored.result?.status === 'passed' && Array.isArray(stored.result.cases)
			? stored.result
			: undefined;
	} catch {
		return undefined;
	}
}

async function writeReports(
	ports: TestingPorts,
	input: Input,
	ran: {suites: readonly SuiteResult[]; green: boolean; times: {start: number; stop: number}},
	stand: Stand,
): Promise<void> {
	const {release, chosen} = input.selection;
	const deployment = basename(stand.folder.path);
	const project = safe(ports.project.name);
	const write = async (file: string, title: string, content: string) => {
		await stand.folder.write(file, content);
		await stand.emit({type: 'document.written', stage: 'testing', file, title: safe(title)});
	};
	const facts = {
		deployment,
		project,
		tag: release.tag,
		commit: release.commit,
		at: new Date(stand.clock.now()).toISOString(),
		features: chosen.length,
		suites: ran.suites,
		green: ran.green,
		history: await ports.memory.history(),
	};
	const styleHash = createHash('sha256').update(REPORT_STYLE).digest('base64');
	await write(REPORT, 'Test report', testReport(facts, styleHash));
	const version = {project, version: release.version, commit: release.commit};
	await write('tests.ctrf.json', 'Test results as CTRF', ctrfReport(ran.suites, version, ran.times));
	const checklist = withSuiteResults(input.staging.checklist, ran.suites);
	await write(input.staging.documents.checklist, 'Checklist', checklistDocument(project, release, checklist));
}

/** Of the first red suite that ran to its end. That it cannot be found takes nothing from the fault. */
async function culpritOf(
	{halves, ...ports}: TestingPorts,
	{selection, staging}: Input,
	{red, env}: {red: readonly SuiteResult[]; env: Readonly<Record<string, string>>},
	stand: Stand,
): Promise<Culprit | undefined> {
	const result = red.find(({status}) => status === 'failed');
	const suite = result && ports.project.commands.test[result.name];
	if (halves === undefined || result === undefined || suite === undefined) return undefined;
	const run = {name: result.name, suite, folder: staging.folder, env: {...env, ORCHESTRA_SUITE: result.name}};
	try {
		return await findCulprit({...ports, ...halves}, selection, {result, run, buildMs: staging.buildMs}, stand);
	} catch (thrown) {
		stand.signal.throwIfAborted();
		await stand.note(`What turned ${result.name} red was not found: ${thrown instanceof Error ? thrown.message : ''}`);
		return undefined;
	}
}

function redFault(red: readonly SuiteResult[], deployment: string, culprit?: Culprit) {
	const details = red.flatMap((suite) => {
		const failed = suite.cases.filter((one) => one.status === 'failed').slice(0, 5);
		const figures =
			suite.format === undefined ? `exit code ${suite.exit ?? '?'}` : `${suite.failed} failed, ${suite.passed} passed`;
		const lines =
			failed.length > 0
				? failed.map((one) => `  ✗ ${one.name}${one.message === undefined ? '' : `: ${one.message}`}`)
				: suite.tail.slice(-5).map((line) => `  ${line}`);
		return [`${suite.name} ${suite.status} (${figures})`, ...lines];
	});
	return fault('TESTS_RED', {
		with: {failed: red.length},
		details: [...(culprit?.details ?? []), ...details, `${REPORT} in the deployment's folder has every case`],
		nextSteps: [...(culprit?.nextSteps ?? []), `orchestra history ${deployment}`],
		now: 'no traffic was moved',
		stage: 'testing',
	});
}
