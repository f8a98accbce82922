// Room: stages. Stage 3, staging: the release is laid out, installed and built in a folder of its own, and everything a
// person needs to carry it is written down. Moves no traffic and starts no service.

import {basename} from 'node:path';
import type {Batch} from '../../domain/batch.ts';
import {seconds} from '../../domain/deployment/describe.ts';
import {FaultError, fault} from '../../domain/fault/fault.ts';
import {isDeploymentId, type Oid} from '../../domain/ids.ts';
import type {Preferences} from '../../domain/memory.ts';
import {redact} from '../../domain/redact.ts';
import type {StagedRelease} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import {checklistDocument, checklistItems} from '../../report/checklist.ts';
import {releasePlan, rollbackProcedure, testPlan} from '../../report/release-documents.ts';
import {count, findingsOf, highRisk, type ReleaseFacts} from '../../report/release-facts.ts';
import {rollbackScript, smokeScript, verifyScript} from '../../report/release-scripts.ts';
import type {Before} from '../score.ts';
import {withStaleLocks} from '../selection/anew-words.ts';
import {whatItAsksFor} from '../selection/whole.ts';
import type {Movement, Stage, Stand} from '../stage.ts';
import {scanForCredentials} from './credentials.ts';
import {type PreparePorts, prepareRelease} from './prepare.ts';
import {requireTrust, type TrustPorts} from './trust.ts';

export interface StagingPorts extends PreparePorts, TrustPorts {
	readonly preferences: Preferences;
	/** The strategy's name, for a batch without a recommendation of its own. */
	readonly strategy?: string;
}

type Input = Before['staging'];

/** Lines of output in which a failed build's complaints are looked for. */
const MOST_LISTENED = 20_000;

const DOCUMENTS = {
	plan: 'release-plan.md',
	tests: 'test-plan.md',
	checklist: 'checklist.md',
	rollback: 'rollback.md',
	scripts: ['scripts/verify.sh', 'scripts/smoke.sh', 'scripts/rollback.sh'],
} as const;

export function createStaging(ports: StagingPorts): Stage<Input, StagedRelease> {
	return {
		name: 'staging',
		asks: ['trust', 'waive-staging'],
		check: ({selection}) => (selection.chosen.length === 0 ? [fault('EMPTY_BATCH', {stage: 'staging'})] : []),
		perform: (input, stand) => perform(ports, input, stand),
	};
}

async function perform(ports: StagingPorts, input: Input, stand: Stand): Promise<Movement<StagedRelease>> {
	const {project, repository} = ports;
	const batch = input.selection;
	const id = basename(stand.folder.path);
	if (!isDeploymentId(id)) throw new TypeError(`not a deployment's folder: ${id}`);

	const untrusted = await requireTrust(ports, 'staging', stand);
	if (untrusted) return untrusted;
	const refused = await waiveStaging(ports, input, stand);
	if (refused) return refused;

	const {commit, version, tag} = batch.release;
	const {folder, buildMs} = await prepared(ports, {commit, name: id, version}, batch, stand);

	const facts: ReleaseFacts = {
		deployment: id,
		project: safe(project.name),
		target: safe(project.target),
		strategy: safe(batch.recommendation?.strategy.name ?? ports.strategy ?? project.strategy ?? 'canary'),
		preparedAt: new Date(stand.clock.now()).toISOString(),
		discovery: input.discovery,
		batch,
		commands: project.commands,
		suites: project.commands.test,
		healthPath: project.health.path,
		port: project.port,
		errorLimit: ports.preferences.auto_rollback_threshold,
		buildMs,
		staging: ports.preferences.require_staging ? 'waived' : 'not required',
		credentials: await scanForCredentials(repository, batch),
	};
	const checklist = checklistItems(facts);
	await writeDocuments(facts, checklist, stand);
	await warn(facts, stand);

	const {install, build} = project.commands;
	const built =
		install === undefined && build === undefined ? 'laid out, nothing to build' : `built in ${seconds(buildMs)}`;
	return {
		kind: 'finished',
		output: {
			folder,
			documents: DOCUMENTS,
			checklist,
			commands: {...(install === undefined ? {} : {install}), ...(build === undefined ? {} : {build})},
			buildMs,
		},
		summary: safe(`${tag} ${built}; 4 documents, ${count(DOCUMENTS.scripts.length, 'script')}`),
	};
}

/** As `prepareRelease`; a build that fails also says what was not chosen and would answer it. */
async function prepared(
	ports: StagingPorts,
	release: {commit: Oid; name: string; version: string},
	batch: Batch,
	stand: Stand,
) {
	const output: string[] = [];
	const listening: Stand = {
		...stand,
		log: (line) => {
			if (output.length < MOST_LISTENED) output.push(line.text);
			stand.log(line);
		},
	};
	try {
		return await prepareRelease(ports, {...release, stage: 'staging'}, listening);
	} catch (failed) {
		const thrown = withStaleLocks(failed, batch.release, batch.chosen);
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'BUILD_FAILED') throw thrown;
		// Advice only: where it cannot be had, the failure itself is what a person must hear.
		const asks = await whatItAsksFor(ports.repository, batch, output).catch(() => undefined);
		if (asks === undefined || asks.nextSteps.length === 0) throw thrown;
		const {details, nextSteps} = thrown.fault;
		throw new FaultError(
			{
				...thrown.fault,
				details: [...details, ...asks.details.map((text) => safe(text))],
				nextSteps: [...asks.nextSteps.map((text) => safe(text)), ...nextSteps],
			},
			{cause: thrown},
		);
	}
}

/** Without a staging target a person goes on knowingly. `--yes` may say so only where tests stand in for it and little is at stake. */
async function waiveStaging(ports: StagingPorts, input: Input, stand: Stand) {
	if (!ports.preferences.require_staging) return undefined;
	const high = highRisk(input.selection);
	const tested = Object.values(ports.project.commands.test).some((suite) => suite.required);
	const mild = high.length === 0 && tested;
	const request = {
		id: 'staging.waive-staging',
		kind: 'waive-staging',
		question: safe('No staging target is configured: go on to tests and production without one?'),
		details: [
			...high.map((reason) => safe(`HIGH RISK: ${reason}`)),
			tested
				? safe('The required test suites run on the built release before any traffic moves.')
				: safe('No required test suite is configured either: nothing would have been proven.'),
			safe('The waiver is recorded. To stop being asked: orchestra config set require_staging false'),
		],
		options: [
			{value: 'waive', label: safe('Go on without staging'), ...(mild ? {recommended: true} : {})},
			{value: 'stop', label: safe('Stop here; nothing was changed')},
		],
		// Where nothing is recommended no flag answers: a person resumes in a terminal.
		flag: mild ? '--yes' : '',
	} as const;
	const answer = await stand.ask(request);
	if (answer === undefined) return {kind: 'held', request: {...request, stage: 'staging'}} as const;
	if (answer !== 'waive') return {kind: 'stopped', fault: fault('STAGING_REQUIRED', {stage: 'staging'})} as const;
	await stand.note('Staging was waived: there is no staging target', 'warning');
	return undefined;
}

async function writeDocuments(facts: ReleaseFacts, checklist: StagedRelease['checklist'], stand: Stand): Promise<void> {
	const texts: readonly (readonly [file: string, title: string, content: string, executable?: true])[] = [
		[DOCUMENTS.plan, 'Release plan', releasePlan(facts)],
		[DOCUMENTS.tests, 'Test plan', testPlan(facts)],
		[DOCUMENTS.checklist, 'Checklist', checklistDocument(facts.project, facts.batch.release, checklist)],
		[DOCUMENTS.rollback, 'Rollback procedure', rollbackProcedure(facts)],
		[DOCUMENTS.scripts[0], 'Check the health through the front door', verifyScript(facts), true],
		[DOCUMENTS.scripts[1], 'Smoke test of the serving version', smokeScript(facts), true],
		[DOCUMENTS.scripts[2], 'Roll back', rollbackScript(facts), true],
	];
	for (const [file, title, content, executable] of texts) {
		// Subjects and file names come from git: a secret that stands in one does not go on into the documents.
		const text = executable === undefined ? redact(content) : content;
		await stand.folder.write(file, text, executable === undefined ? {} : {executable});
		await stand.emit({type: 'document.written', stage: 'staging', file, title: safe(title)});
	}
}

async function warn(facts: ReleaseFacts, stand: Stand): Promise<void> {
	for (const reason of highRisk(facts.batch)) await stand.note(`HIGH RISK: ${reason}`, 'warning');
	if (facts.credentials.found.length > 0)
		await stand.note(
			`This release adds what looks like a credential: ${facts.credentials.found.slice(0, 3).join(', ')}`,
			'warning',
		);
	if (facts.commands.migrate === undefined && findingsOf(facts.batch, 'schema').length > 0)
		await stand.note('The database schema changes and no migrate command is configured', 'warning');
	if (facts.commands.start === undefined)
		await stand.note('No start command is configured: stages 1 to 4 work, production needs one');
}
