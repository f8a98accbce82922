// Room: tests. One crash point: a deployment killed at an exact journal record under visitors, then ended one way or the
// other, then everything looked at. A state cannot be copied together with its living processes, so the two endings of one
// point are two runs of the same scenario.

import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {labelOf, type Place} from '../../src/adapters/journal/crash-point.ts';
import {readJournal} from '../../src/adapters/journal/jsonl-journal.ts';
import type {DeploymentEvent} from '../../src/domain/deployment/event.ts';
import {gatewayPaths} from '../../src/gateway/protocol.ts';
import {livingKeeper} from '../../src/gateway/protocol-keeper.ts';
import type {Target} from '../../src/ports/target.ts';
import {createLocalTarget} from '../../src/targets/local.ts';
import {afterwards, cleared} from './afterwards.ts';
import {leftovers, PROGRAM, realClock, workerPid} from './gateway.ts';
import {type Answer, knock, type Visitors} from './knock.ts';
import {BAD, type Ran, type TestProject, testProject} from './project.ts';

export interface CrashPoint {
	/** What the record says (`labelOf`), with `#2` for the second such record. */
	readonly record: string;
	readonly place: Place;
	/** With `gateway` the deployment lives on: it goes on by itself, or is aborted from another terminal. */
	readonly who: 'deploy' | 'gateway' | 'both';
	readonly ending: 'resume' | 'abort';
	/** The new version fails under traffic, so that the gate takes it back. */
	readonly bad?: boolean;
	/** A second crash, in the resume or the abort; then it is resumed or aborted once more. */
	readonly again?: {readonly record: string; readonly place: Place; readonly who: 'deploy' | 'both'};
}

export interface Finding {
	/** False when the deployment came to its end without such a record. */
	readonly reached: boolean;
	/** Everything that is not as it must be. */
	readonly wrong: readonly string[];
	/** Somebody who came after the kill waited longer than a second: the only thing here that a busy machine can cause. */
	readonly late: boolean;
	readonly outcome: string;
	/** Milliseconds from the kill to the first answer for somebody who came after it. */
	readonly servedAfterMs: number;
	/** Requests that were in the gateway at the very moment it was killed. */
	readonly cut: number;
	readonly answers: number;
}

export const nameOf = ({record, place, who, ending, again, bad}: CrashPoint) =>
	`${bad ? 'bad ' : ''}${record}:${place}:${who} ${ending}${again ? ` ${again.record}:${again.place}:${again.who}` : ''}`;

const WITHIN_MS = 1000;
/** From the kill to the keeper's word that the gateway died: the keeper may have to wait for a processor. */
const NOTICED_WITHIN_MS = 250;
const FLAGS = ['--yes', '--plain'] as const;

interface Scene {
	readonly project: TestProject;
	readonly target: Target;
	readonly visitors: Visitors;
	readonly deploy: readonly string[];
	readonly before: string;
}

/** A project whose base version serves people already. */
async function scene(bad = false): Promise<Scene> {
	const project = await testProject(bad ? {answer: BAD} : {});
	const {root, stateFolder, port} = project;
	const target = createLocalTarget({stateFolder, port, probeMs: 50, program: PROGRAM, clock: realClock});
	const base = project.git('rev-parse', 'main').slice(0, 8);
	const folder = join(stateFolder, 'releases', `base+${base}`);
	mkdirSync(folder, {recursive: true});
	execFileSync('tar', ['-x', '-C', folder], {
		input: execFileSync('git', ['archive', '--format=tar', 'main'], {cwd: root, maxBuffer: 10_000_000}),
	});
	await target.ensure();
	await target.start({
		slot: 'blue',
		release: `base+${base}`,
		folder,
		command: 'exec node server.js',
		env: {},
		healthPath: '/health',
		healthyWithin: 20,
		healthyInARow: 2,
		fence: 0,
	});
	await target.route({weights: {blue: 100, green: 0}, stable: 'blue', fence: 0, leaseSeconds: 20});
	const visitors = knock(project.url);
	afterwards(visitors.stop);
	while (visitors.answers.length === 0) await sleep(10);
	const deploy = [...FLAGS, '--trust', await project.trust()];
	return {project, target, visitors, deploy, before: untouched(project)};
}

/** What a deployment must never change in the user's repository: index, work tree, HEAD, the development branch. */
function untouched({root, git}: TestProject): string {
	const index = createHash('sha256')
		.update(readFileSync(join(root, '.git/index')))
		.digest('hex');
	return [index, git('symbolic-ref', 'HEAD'), git('rev-parse', 'dev'), git('status', '--porcelain')].join('\n');
}

/** The records of an undisturbed deployment, each with a name that finds it again in another run. */
export async function recordsOfOneDeployment(bad = false): Promise<readonly string[]> {
	const {project, visitors, deploy} = await scene(bad);
	const ran = await project.orchestra(['deploy', ...deploy]);
	await visitors.stop();
	if (ran.exit !== (bad ? 3 : 0))
		throw new Error(`the reference deployment ended with ${ran.exit}: ${ran.stdout}${ran.stderr}`);
	const [id = ''] = ids(project, 'history');
	const {events} = await readJournal(join(project.root, 'deployment_memory/history', id, 'journal.jsonl'));
	return numbered(events);
}

function numbered(events: readonly DeploymentEvent[]): string[] {
	const seen = new Map<string, number>();
	return events.map((event) => {
		const label = labelOf(event);
		const nth = (seen.get(label) ?? 0) + 1;
		seen.set(label, nth);
		return nth === 1 ? label : `${label}#${nth}`;
	});
}

export const passed = ({reached, wrong, late}: Finding) => reached && wrong.length === 0 && !late;

/** How often a point is tried whose record a run happened to end without (how many looks a watch takes varies). */
const TRIES = 4;

/**
 * Tries a point, each time from a fresh project. What was late is tried a second time, because a machine that is busy with
 * something else is late with everything; what is wrong is wrong at once.
 */
export async function examine(point: CrashPoint): Promise<{finding: Finding; lateMs: number | undefined}> {
	let finding = await cleared(() => tryCrash(point));
	for (let n = 1; n < TRIES && !finding.reached && finding.wrong.length === 0; n++)
		finding = await cleared(() => tryCrash(point));
	const lateMs = finding.late ? finding.servedAfterMs : undefined;
	if (finding.late && finding.wrong.length === 0) finding = await cleared(() => tryCrash(point));
	return {finding, lateMs};
}

async function tryCrash(point: CrashPoint): Promise<Finding> {
	const {project, target, visitors, deploy, before} = await scene(point.bad);
	const {stateFolder} = project;
	const gatewayBefore = workerPid(stateFolder);
	const wrong: string[] = [];

	const crash = {ORCHESTRA_CRASH: `${point.record}:${point.place}:${point.who}`};
	const first = project.begin(['deploy', ...deploy], crash);
	let died = Number.NaN;
	first.child.once('exit', () => {
		died = performance.now();
	});
	let runs: Ran[];
	let reached: boolean;
	if (point.who === 'gateway') {
		let over = false;
		void first.ended.then(() => {
			over = true;
		});
		while (!over && Number.isNaN(gatewayDeath(stateFolder))) await sleep(10);
		reached = !Number.isNaN(gatewayDeath(stateFolder));
		const other = point.ending === 'abort' ? [await project.orchestra(['abort'])] : [];
		runs = [await first.ended, ...other];
	} else {
		const ran = await first.ended;
		reached = ran.signal === 'SIGKILL';
		runs = reached ? await end(project, deploy, point) : [ran];
		if (point.again && runs.length < 2) reached = false;
	}
	const kills = [...(point.who === 'deploy' ? [died] : []), ...gatewayDeaths(stateFolder)];

	await sleepUntil(Math.max(...kills) + WITHIN_MS);
	await visitors.stop();
	const {losses, answers} = visitors;
	const cutBy = gatewayDeaths(stateFolder);
	const cut = losses.filter(({why, begun, at}) =>
		cutBy.some(
			(death) => /ECONNRESET|EPIPE|hang up|aborted/.test(why) && begun <= death && at >= death - NOTICED_WITHIN_MS,
		),
	);
	for (const loss of losses) if (!cut.includes(loss)) wrong.push(`a visitor lost: ${loss.why}`);
	for (const answer of answers) wrong.push(...unhealthy(answer, point.bad === true));
	const waited = (kill: number) => Math.min(...answers.filter(({begun}) => begun >= kill).map(({at}) => at)) - kill;
	const servedAfterMs = reached ? Math.round(Math.max(...kills.map(waited))) : 0;
	if (reached && point.who !== 'deploy' && workerPid(stateFolder) === gatewayBefore)
		wrong.push('the gateway was not killed');

	const known = await outcomeOf(project, wrong);
	judgeExits(runs, known, point, wrong);
	await judgeTarget(project, target, known, wrong);
	judgeDisk(project, known, before, wrong);
	const said =
		wrong.length === 0 ? [] : runs.map(({exit, stdout, stderr}) => `exit ${exit}: ${stdout}${stderr}`.slice(-3000));
	return {
		reached,
		wrong: [...new Set([...wrong, ...said])],
		late: !(servedAfterMs <= WITHIN_MS),
		outcome: known.outcome,
		servedAfterMs,
		cut: cut.length,
		answers: answers.length,
	};
}

/** Ends what the crash left, in as many lives as the point has; the last run's word counts. */
async function end(project: TestProject, deploy: readonly string[], point: CrashPoint): Promise<Ran[]> {
	const words = point.ending === 'resume' ? ['deploy', '--resume', ...deploy] : ['abort'];
	const {again} = point;
	const runs: Ran[] = [];
	if (again) {
		const ran = await project.orchestra(words, {ORCHESTRA_CRASH: `${again.record}:${again.place}:${again.who}`});
		runs.push(ran);
		if (ran.signal !== 'SIGKILL') return runs;
	}
	return [...runs, await project.orchestra(words)];
}

const sleepUntil = (at: number) => (at > performance.now() ? sleep(at - performance.now()) : undefined);

/** When the keeper saw the gateway die, on the clock of `performance.now()`. */
function gatewayDeaths(stateFolder: string): number[] {
	const log = readFileSync(gatewayPaths(stateFolder).gatewayLog, 'utf8');
	const lines = log.matchAll(/^(\S+) keeper: the gateway died/gm);
	return [...lines].map(([, utc = '']) => Date.parse(utc) - performance.timeOrigin);
}

function gatewayDeath(stateFolder: string): number {
	return gatewayDeaths(stateFolder)[0] ?? Number.NaN;
}

function unhealthy({version, status, healthPasses}: Answer, bad: boolean): string[] {
	// What a bad version itself answers is what the canary is there to find out.
	if (status !== 200 && !bad) return [`somebody got ${status} from ${version}`];
	return healthPasses < 2 ? [`somebody got an answer from ${version} before it had passed its health check`] : [];
}

interface Known {
	/** Of the one deployment in the history; `none` when nothing was ever recorded. */
	readonly outcome: string;
	readonly events: readonly DeploymentEvent[];
}

function ids({root}: TestProject, where: 'current' | 'history'): string[] {
	const folder = join(root, 'deployment_memory', where);
	return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{8}_\d{6}/.test(name)) : [];
}

async function outcomeOf(project: TestProject, wrong: string[]): Promise<Known> {
	const memory = join(project.root, 'deployment_memory');
	const [open, closed] = [ids(project, 'current'), ids(project, 'history')];
	if (open.length > 0) wrong.push(`current/ holds ${open.join(', ')}`);
	const index = join(memory, 'history/index.jsonl');
	const lines = existsSync(index) ? readFileSync(index, 'utf8').split('\n').filter(Boolean) : [];
	const [id] = closed;
	if (closed.length > 1 || lines.length !== closed.length)
		wrong.push(`${closed.length} folders in the history and ${lines.length} lines in its index`);
	if (id === undefined) return {outcome: 'none', events: []};
	const line = JSON.parse(lines[0] ?? '{}') as {id?: string; outcome?: string}; // `as`: looked at below
	if (line.id !== id) wrong.push(`the index speaks of ${line.id}, the folder of ${id}`);
	const {events, damagedAt, tornBytes} = await readJournal(join(memory, 'history', id, 'journal.jsonl'));
	if (damagedAt !== undefined || tornBytes > 0) wrong.push('the journal is damaged');
	for (const type of ['deployment.opened', 'deployment.ending', 'deployment.closed'])
		if (events.filter((e) => e.type === type).length !== 1) wrong.push(`not exactly one ${type}`);
	const close = events.at(-1);
	const outcome = close?.type === 'deployment.closed' ? close.outcome : 'none';
	if (outcome === 'none') wrong.push(`the journal ends with ${close?.type}`);
	if (outcome !== line.outcome) wrong.push(`the journal says ${outcome}, the index ${line.outcome}`);
	for (const file of ['summary.json', 'learning_report.json'])
		if (!existsSync(join(memory, 'history', id, file))) wrong.push(`${file} is missing`);
	const config = JSON.parse(readFileSync(join(memory, 'config.json'), 'utf8')) as {statistics?: {deployments?: number}}; // `as`: looked at below
	if (config.statistics?.deployments !== 1) wrong.push(`the statistics count ${config.statistics?.deployments}`);
	return {outcome, events};
}

function judgeExits(
	runs: readonly Ran[],
	{outcome, events}: Known,
	{ending, who, bad}: CrashPoint,
	wrong: string[],
): void {
	const last = runs.at(-1);
	const saw = events.some(
		(e) =>
			(e.type === 'step.confirmed' && e.step.startsWith('route.')) ||
			(e.type === 'route.changed' && e.weights[e.stable] !== 100),
	);
	const nothing = ending === 'resume' ? [1] : [0];
	// An abort takes back what it can and says by 3 that people had seen the new version.
	const expected: Record<string, readonly number[]> = {
		none: nothing,
		promoted: [0],
		rolled_back: [3],
		aborted: [saw ? 3 : 0],
		failed: [],
	};
	// Whoever was asked to abort while it ran says itself how it ended; the other terminal only that it was done.
	const living = who === 'gateway' && ending === 'abort';
	const allowed = living ? [0, 1, 3] : (expected[outcome] ?? []);
	if (last === undefined || !allowed.includes(last.exit)) wrong.push(`exit ${last?.exit} at the outcome ${outcome}`);
	if (bad && outcome === 'promoted') wrong.push('a bad version was promoted');
	if (ending === 'resume' && !['promoted', 'rolled_back', 'none'].includes(outcome))
		wrong.push(`resumed and ${outcome}`);
	if (outcome === 'none' && !/nothing to abort|no deployment is open/i.test(`${last?.stdout}${last?.stderr}`))
		wrong.push('no record, and it does not say that nothing is open');
}

async function judgeTarget(project: TestProject, target: Target, {outcome}: Known, wrong: string[]): Promise<void> {
	const {stateFolder, root} = project;
	const seen = await target.observe();
	if (seen === undefined) return void wrong.push('the gateway does not answer');
	const [stable, other] = seen.stable === 'blue' ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
	if (seen.weights[stable] !== 100 || seen.slots[stable].state !== 'healthy')
		wrong.push(`${stable} is stable, ${seen.slots[stable].state}, at ${seen.weights[stable]} %`);
	const promoted = outcome === 'promoted';
	const served = await (await fetch(project.url)).text();
	if (served !== (promoted ? 'hello there two' : 'hello one')) wrong.push(`${outcome}, and people get "${served}"`);
	const [wanted, is] = [promoted ? 'healthy' : 'empty', seen.slots[other].state];
	if (is !== wanted) wrong.push(`${outcome}, and the other slot is ${is}`);
	if (promoted && !('warmUntil' in seen.slots[other]) && !warm(stateFolder, other))
		wrong.push('the old version runs without an end');

	const allowed = new Set([livingKeeper(gatewayPaths(stateFolder).keeper), workerPid(stateFolder)]);
	for (const slot of Object.values(seen.slots)) allowed.add(slot.pid);
	let strays = strangers(root, stateFolder, allowed);
	for (let round = 0; strays.length > 0 && round < 40; round++) {
		await sleep(50);
		strays = strangers(root, stateFolder, allowed);
	}
	for (const pid of strays) wrong.push(`left over: ${pid} ${commandOf(pid)}`);
}

/** Asked of the state on disk: the target's interface does not tell how long a version stays warm. */
function warm(stateFolder: string, slot: string): boolean {
	const state = JSON.parse(readFileSync(gatewayPaths(stateFolder).state, 'utf8')) as {
		slots: Record<string, {warmUntil?: number} | null>;
	}; // `as`: the gateway's own file, whose schema it checks itself
	return state.slots[slot]?.warmUntil !== undefined;
}

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

/** Processes of this project that should not be there: by nonce, by argument, or because they stand in one of its folders. */
function strangers(root: string, stateFolder: string, allowed: ReadonlySet<number | undefined>): number[] {
	const standing = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${root}/`);
			} catch {
				return false;
			}
		});
	return [...new Set([...leftovers(stateFolder), ...standing])].filter((pid) => !allowed.has(pid));
}

function judgeDisk(project: TestProject, {outcome}: Known, before: string, wrong: string[]): void {
	const {root, git} = project;
	if (untouched(project) !== before) wrong.push('the index, the work tree, HEAD or dev changed');
	const promoted = outcome === 'promoted';
	const tags = git('tag', '--list').split('\n').join(' ');
	if (tags !== (promoted ? 'v1.0.0 v1.1.0' : 'v1.0.0')) wrong.push(`${outcome}, and the tags are ${tags}`);
	const moved = git('rev-parse', 'main^{tree}') === git('rev-parse', 'dev^{tree}');
	if (moved !== promoted) wrong.push(`${outcome}, and main ${moved ? 'has moved' : 'was left behind'}`);
	const refs = git('for-each-ref', '--format=%(refname)').split('\n');
	const strange = refs.filter((ref) => !/^refs\/(heads\/(main|dev)|tags\/v1\.[01]\.0)$/.test(ref));
	if (strange.length > 0) wrong.push(`refs left over: ${strange.join(', ')}`);
	for (const folder of ['.orchestra', 'deployment_memory', '.git']) {
		const litter = readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'}).filter((name) =>
			/\.tmp$|\.lock$|(^|\/)lock\.json$|\.corrupt|\.half|tmp_obj/.test(name),
		);
		for (const name of litter) wrong.push(`left on the disk: ${folder}/${name}`);
	}
}
