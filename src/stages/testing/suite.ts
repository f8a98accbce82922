// Room: stages. One suite of stage 4: runs it on the built release, reads what it printed, and says what came of it.

import {createHash} from 'node:crypto';
import {open, realpath} from 'node:fs/promises';
import {join, sep} from 'node:path';
import type {SuiteCommand} from '../../domain/project.ts';
import {redact} from '../../domain/redact.ts';
import type {SuiteResult, TestCase} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import type {CommandResult, Runner} from '../../ports/process.ts';
import type {SuiteReader} from '../../ports/suite.ts';
import type {Stand} from '../stage.ts';
import {linesWithoutLocalPaths, withoutLocalPaths} from '../staging/local-paths.ts';
import {calmTap} from './calm.ts';

const MAX_REPORT_BYTES = 10 * 1024 * 1024;
/** Cases kept with the result; the counts are of all. */
const MAX_CASES = 2000;
const MAX_TAIL = 60;

export interface SuiteRun {
	readonly name: string;
	readonly suite: SuiteCommand;
	readonly folder: string;
	readonly env: Readonly<Record<string, string>>;
}

/** The whole content of the results file, when it lies in the release's folder; a link that leads elsewhere is not followed. */
async function resultsFile(run: SuiteRun): Promise<string | undefined> {
	const {report} = run.suite;
	if (report === undefined) return undefined;
	try {
		const [top, path] = await Promise.all([realpath(run.folder), realpath(join(run.folder, report))]);
		if (!path.startsWith(top + sep)) return undefined;
		const file = await open(path, 'r');
		try {
			const seen = await file.stat();
			if (!seen.isFile() || seen.size > MAX_REPORT_BYTES) return undefined;
			return withoutLocalPaths(redact(await file.readFile('utf8')), run.folder);
		} finally {
			await file.close();
		}
	} catch {
		return undefined; // not there: the notes say so
	}
}

function kept(cases: readonly TestCase[]): readonly TestCase[] {
	if (cases.length <= MAX_CASES) return cases;
	// What did not pass matters most; both lists keep their order.
	const others = cases.filter((one) => one.status !== 'passed').slice(0, MAX_CASES);
	return [...others, ...cases.filter((one) => one.status === 'passed').slice(0, MAX_CASES - others.length)];
}

/** The exit code has the last word. Cases can take a green away only by their absence: running nothing is not passing. */
function statusOf(result: CommandResult, cases: readonly TestCase[] | undefined): SuiteResult['status'] {
	if (result.timedOut) return 'timed out';
	if (result.exit !== 0) return 'failed';
	return cases?.every((one) => one.status === 'skipped') === true ? 'skipped' : 'passed';
}

export function suiteResult(
	run: Pick<SuiteRun, 'name' | 'suite'>,
	result: CommandResult,
	readers: readonly SuiteReader[],
	report?: string,
): SuiteResult {
	const {suite, name} = run;
	let cases: readonly TestCase[] | undefined;
	let format: string | undefined;
	for (const text of [report, result.stdout]) {
		if (text === undefined || cases !== undefined) continue;
		for (const reader of readers) {
			cases = reader.read(text);
			if (cases !== undefined) {
				format = reader.name;
				break;
			}
		}
	}
	const of = (status: TestCase['status']) => (cases ?? []).filter((one) => one.status === status).length;
	const status = statusOf(result, cases);
	const notes: string[] = [];
	if (suite.report !== undefined && report === undefined) notes.push(`The results file ${suite.report} was not there.`);
	if (cases === undefined) notes.push('The output has no format that is read here: only the exit code counts.');
	if (result.timedOut) notes.push(`It was stopped after ${suite.timeoutSeconds} s.`);
	else if (status === 'failed' && cases !== undefined && of('failed') === 0)
		notes.push(`No case failed, and yet the exit code is ${result.exit}: the exit code counts.`);
	if (status === 'passed' && of('failed') > 0)
		notes.push(`${of('failed')} cases failed, and yet the exit code is 0: the exit code counts. Is it lost in a pipe?`);
	if (status === 'skipped') notes.push('No case ran: skipping is not passing.');
	if (cases !== undefined && cases.length > MAX_CASES) notes.push(`${cases.length} cases; ${MAX_CASES} are kept here.`);
	const flaky = of('flaky');
	return {
		name: safe(name),
		command: redact(safe(suite.command)),
		required: suite.required,
		status,
		exit: result.exit,
		ms: result.ms,
		passed: of('passed'),
		failed: of('failed'),
		skipped: of('skipped'),
		cases: kept(cases ?? []),
		tail: result.tail.slice(-MAX_TAIL),
		...(flaky > 0 ? {flaky} : {}),
		...(format === undefined ? {} : {format: safe(format)}),
		...(notes.length > 0 ? {notes: notes.map((note) => safe(note))} : {}),
	};
}

/** Faults: COMMAND_NOT_STARTED. */
export async function runSuite(
	run: SuiteRun,
	ports: {runner: Runner; readers: readonly SuiteReader[]},
	stand: Stand,
): Promise<SuiteResult> {
	const {name, suite, folder, env} = run;
	const source = safe(name);
	await stand.emit({type: 'suite.started', suite: source, command: redact(safe(suite.command))});
	const worthShowing = calmTap();
	const result = await ports.runner.run({
		command: suite.command,
		cwd: folder,
		env,
		timeoutMs: suite.timeoutSeconds * 1000,
		onLine: (text) => {
			if (worthShowing(text)) stand.log({source, text});
		},
		signal: stand.signal,
	});
	const command = redact(safe(suite.command));
	await stand.emit({type: 'command.ran', stage: 'testing', command, exit: result.exit, ms: result.ms});
	const printed = {
		...result,
		stdout: withoutLocalPaths(result.stdout, folder),
		tail: linesWithoutLocalPaths(result.tail, folder),
	};
	return suiteResult(run, printed, ports.readers, await resultsFile(run));
}

/** The same on another release, without a word about it: for finding out, not for the report. Faults: COMMAND_NOT_STARTED. */
export async function probeSuite(
	run: SuiteRun,
	ports: {runner: Runner; readers: readonly SuiteReader[]},
	stand: Pick<Stand, 'signal'>,
): Promise<SuiteResult> {
	const {suite, folder, env} = run;
	const timeoutMs = suite.timeoutSeconds * 1000;
	const result = await ports.runner.run({command: suite.command, cwd: folder, env, timeoutMs, signal: stand.signal});
	const stdout = withoutLocalPaths(result.stdout, folder);
	return suiteResult(run, {...result, stdout}, ports.readers, await resultsFile(run));
}

/** What a passed suite's result belongs to: another release or another command makes it worthless. */
export function suiteHash(tree: string, run: Pick<SuiteRun, 'name' | 'suite'>, buildCommands: unknown): string {
	return createHash('sha256')
		.update(JSON.stringify([tree, run.name, run.suite, buildCommands]))
		.digest('hex');
}
