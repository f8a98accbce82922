// Room: tests. Deployments that were never performed: canned events played into a fake LiveDeployment, for both faces, for
// screens to look at, and for every test that needs a story without an engine.

import type {Judgement} from '../../src/domain/analysis/judge.ts';
import type {DecisionRequest} from '../../src/domain/decision.ts';
import type {Body, DeploymentEvent, FeatureLine, LogLine, Published} from '../../src/domain/deployment/event.ts';
import {fold, INITIAL} from '../../src/domain/deployment/fold.ts';
import type {DeploymentState} from '../../src/domain/deployment/state.ts';
import {type Fault, fault} from '../../src/domain/fault/fault.ts';
import {asOid, deploymentIdAt, type StageName} from '../../src/domain/ids.ts';
import {EXIT, type ExitCode} from '../../src/domain/outcome.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Ending, LiveDeployment} from '../../src/engine/live.ts';

const START = Date.UTC(2026, 10, 21, 6, 1, 0);
const SHA = 'a'.repeat(64);
const COMMIT = asOid('c0ffee'.padEnd(40, '0'));

/** What a scenario has in its hand: it plays events and asks. */
export interface Canned {
	play(item: Body | LogLine, ms?: number): Promise<void>;
	/** Undefined: nobody answers. */
	ask(request: DecisionRequest): Promise<string | undefined>;
	wishes(): readonly string[];
	cancelled(): 'stop' | 'abort' | undefined;
	state(): DeploymentState;
}
export type Scenario = (canned: Canned) => Promise<{exit: ExitCode; fault?: Fault}>;

export interface FakeLive extends LiveDeployment {
	readonly published: readonly Published[];
	readonly answers: readonly string[];
	readonly wishes: readonly string[];
	readonly cancels: readonly string[];
}

export interface CannedOptions {
	/** Nobody answers: decisions end held. */
	readonly interactive?: boolean;
	/** Real milliseconds per event; 0 (default): as fast as the loop turns. */
	readonly paceMs?: number;
	/** Journal time starts here; default 2026-11-21 06:01 UTC. */
	readonly from?: number;
}

class Cancelled extends Error {}

export function cannedLive(scenario: Scenario, options: CannedOptions = {}): FakeLive {
	const {interactive = true, paceMs = 0, from = START} = options;
	const listeners = new Set<(event: Published) => void>();
	const published: Published[] = [];
	const [answers, wishes, cancels]: string[][] = [[], [], []] as [string[], string[], string[]];
	let state: DeploymentState = INITIAL;
	let clock = 0;
	let waiting: {request: DecisionRequest; resolve: (value: string) => void; reject: (why: Error) => void} | undefined;
	let cancelled: 'stop' | 'abort' | undefined;

	const publish = (item: Published) => {
		published.push(item);
		for (const listener of listeners) listener(item);
	};
	const play = async (item: Body | LogLine, ms = 400) => {
		await new Promise<void>((resolve) => (paceMs > 0 ? setTimeout(resolve, paceMs) : setImmediate(resolve)));
		if (cancelled !== undefined && !item.type.startsWith('deployment.')) throw new Cancelled();
		if (item.type === 'log') return publish(item);
		clock += ms;
		const utc = new Date(from + clock).toISOString();
		const event: DeploymentEvent = {...item, seq: state.lastSeq + 1, fence: 1, mono: clock, utc};
		state = fold(state, event);
		publish(event);
	};
	const canned: Canned = {
		play,
		async ask(request) {
			await play({type: 'decision.asked', request});
			if (!interactive) return undefined;
			const value = await new Promise<string>((resolve, reject) => {
				waiting = {request, resolve, reject};
			});
			await play({type: 'decision.answered', answer: {id: request.id, value, by: 'person'}});
			return value;
		},
		wishes: () => wishes,
		cancelled: () => cancelled,
		state: () => state,
	};
	const run = async (): Promise<Ending> => {
		try {
			return {...(await scenario(canned)), state};
		} catch (thrown) {
			if (!(thrown instanceof Cancelled)) throw thrown;
			await play({type: 'deployment.left', why: 'interrupted', text: safe('Interrupted: nothing was taken back')});
			return {exit: EXIT.interrupted, state};
		}
	};
	return {
		published,
		answers,
		wishes,
		cancels,
		state: () => state,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		answer(id, value) {
			if (waiting?.request.id !== id) return false;
			const known = waiting.request.options.some((o) => o.value === value) || waiting.request.free !== undefined;
			if (!known) return false;
			answers.push(value);
			waiting.resolve(value);
			waiting = undefined;
			return true;
		},
		wish: (wish) => void wishes.push(wish),
		cancel(how) {
			cancels.push(how);
			cancelled ??= how;
			waiting?.reject(new Cancelled());
			waiting = undefined;
		},
		ended: Promise.resolve().then(run),
	};
}

/** Plays a scenario to its end without a face and returns every event and the last state. */
export async function playThrough(scenario: Scenario): Promise<{ending: Ending; published: readonly Published[]}> {
	const live = cannedLive(scenario, {interactive: false});
	return {ending: await live.ended, published: live.published};
}

const TITLES: readonly [string, string, FeatureLine['bucket'], number, readonly string[], string][] = [
	['fix', 'Refuse an expired session cookie', 'must include', 0.04, [], 'a security fix, two lines, covered by a test'],
	['fix', 'Close the database pool on SIGTERM', 'must include', 0.06, [], 'fixes a leak reported in #218'],
	[
		'feat',
		'Search orders by customer name',
		'recommended',
		0.11,
		['api', 'tests'],
		'small, tested, nobody else touches it',
	],
	['feat', 'Show delivery dates in the basket', 'recommended', 0.14, ['tests'], 'two changes by the same author'],
	[
		'perf',
		'Cache the price list for a minute',
		'recommended',
		0.17,
		['config'],
		'perf changes went well 9 of 10 times',
	],
	['refactor', 'Move the mailer behind a port', 'optional', 0.23, ['tests'], 'no user sees it; can wait'],
	['chore', 'Update undici to 8.12.4', 'optional', 0.21, ['deps'], 'a dependency moves two minor versions'],
	[
		'feat',
		'Split the address into street and city',
		'optional',
		0.44,
		['schema', 'api'],
		'alters a table that is written all the time',
	],
	['feat', 'Drop the legacy order endpoint', 'not recommended', 0.71, ['api'], 'breaking: clients still call it'],
	[
		'feat',
		'Recommend products by similarity',
		'not recommended',
		0.63,
		['deps', 'config'],
		'rolled back on 2026-11-14, unchanged since',
	],
];

/** @param count features; above ten the titles repeat with a number. */
export function cannedFeatures(count = 10): FeatureLine[] {
	return Array.from({length: count}, (_, index) => {
		const [kind, title, bucket, risk, topics, why] = TITLES[index % TITLES.length] as (typeof TITLES)[number]; // `as`: the index is within
		const round = Math.floor(index / TITLES.length);
		const id = `f-${(0xabc000 + index).toString(16).padStart(8, '0')}`;
		return {
			id,
			title: safe(round === 0 ? title : `${title} (${round + 1})`),
			kind,
			bucket: bucket ?? 'optional',
			risk,
			breaking: title.startsWith('Drop'),
			topics,
			changes: 1 + (index % 4),
			chosen: bucket === 'must include' || bucket === 'recommended',
			why: safe(why),
			...(title.startsWith('Show') ? {needs: ['f-00abc002']} : {}),
		};
	});
}

const log = (stage: StageName, source: string, text: string): LogLine => ({
	type: 'log',
	stage,
	source: safe(source),
	text: safe(text),
});

async function finished(canned: Canned, stage: StageName, summary: string): Promise<void> {
	await canned.play({type: 'stage.finished', stage, artefact: `${stage}.json`, sha256: SHA, summary: safe(summary)});
}

export interface Story {
	readonly features?: readonly FeatureLine[];
	/** Ask about the batch and the start of production; else it goes on by policy. */
	readonly ask?: boolean;
}

export async function opened(canned: Canned): Promise<void> {
	await canned.play({
		type: 'deployment.opened',
		id: deploymentIdAt(START),
		project: safe('shop'),
		base: safe('main'),
		dev: safe('dev'),
		target: safe('local'),
		strategy: 'canary',
		face: 'tui',
		by: safe('ada@example'),
		planOnly: false,
	});
}

export async function discovery(canned: Canned, features: readonly FeatureLine[]): Promise<void> {
	await canned.play({type: 'stage.started', stage: 'discovery'});
	await canned.play({
		type: 'command.ran',
		stage: 'discovery',
		command: safe('git log --raw main..dev'),
		exit: 0,
		ms: 41,
	});
	const bare = features.map(({bucket: _b, risk: _r, chosen: _c, why: _w, ...rest}) => rest);
	const files = {
		added: [safe('src/basket/total.ts')],
		modified: ['src/basket/index.ts', 'package.json'].map((path) => safe(path)),
		allAdded: 1,
		allModified: 240,
	};
	await canned.play({type: 'features.found', features: bare, shipped: 2, cancelled: 2, files});
	await finished(canned, 'discovery', `${features.length * 2} changes in ${features.length} features`);
}

export async function selection(canned: Canned, {features = cannedFeatures(), ask = false}: Story): Promise<boolean> {
	await canned.play({type: 'stage.started', stage: 'selection'});
	await canned.play({type: 'features.found', features, shipped: 2, cancelled: 2});
	let chosen = new Set(features.filter((f) => f.chosen).map((f) => f.id));
	if (ask) {
		const answer = await canned.ask({
			id: 'selection.batch',
			kind: 'batch',
			stage: 'selection',
			question: safe('Which features go together?'),
			details: [],
			options: [
				{value: 'recommended', label: safe('All recommended'), recommended: true},
				{value: 'critical', label: safe('Critical only')},
			],
			free: 'feature-ids',
			cap: 20,
			flag: '--select recommended|critical|ID,ID…',
		});
		if (answer === undefined) return false;
		if (answer === 'critical') chosen = new Set(features.filter((f) => f.bucket === 'must include').map((f) => f.id));
		else if (answer !== 'recommended') chosen = new Set(answer.split(','));
	}
	const ranked = features.map((f) => ({...f, chosen: chosen.has(f.id)}));
	await canned.play({
		type: 'batch.chosen',
		version: '1.5.0',
		commit: COMMIT,
		features: ranked,
		risk: 0.18,
		evidence: 14,
	});
	await finished(canned, 'selection', `1.5.0 of ${chosen.size} features, risk 18 %`);
	return true;
}

export async function staging(canned: Canned, broken = false): Promise<Fault | undefined> {
	await canned.play({type: 'stage.started', stage: 'staging'});
	await canned.play({type: 'step.intended', stage: 'staging', step: 'build', title: safe('Build the release')});
	for (let n = 1; n <= 12; n++) await canned.play(log('staging', 'build', `compiled src/part-${n}.js`));
	const exit = broken ? 2 : 0;
	await canned.play({type: 'command.ran', stage: 'staging', command: safe('npm run build'), exit, ms: 5400}, 5400);
	if (broken) {
		const stopped = fault('BUILD_FAILED', {
			with: {command: 'npm run build', exit: 2},
			details: ['src/basket.ts(41,7): error TS2322: Type string is not assignable to type Date.'],
			now: 'no traffic was touched: everybody is on 1.4.1',
			stage: 'staging',
		});
		await canned.play({type: 'stage.stopped', stage: 'staging', fault: stopped});
		return stopped;
	}
	await canned.play({type: 'step.confirmed', stage: 'staging', step: 'build', result: {}});
	for (const [file, title] of [
		['release-plan.md', 'Release plan'],
		['test-plan.md', 'Test plan'],
		['checklist.md', 'Deployment checklist'],
		['rollback.md', 'Rollback procedure'],
		['scripts/rollback.sh', 'Rollback script'],
	] as const)
		await canned.play({type: 'document.written', stage: 'staging', file, title: safe(title)});
	await finished(canned, 'staging', 'built in 5.4 s, 5 documents');
	return undefined;
}

export async function testing(canned: Canned): Promise<void> {
	await canned.play({type: 'stage.started', stage: 'testing'});
	for (const [name, passed, skipped, ms] of [
		['unit', 214, 2, 3800],
		['integration', 31, 0, 9100],
		['smoke', 6, 0, 900],
	] as const) {
		const command = safe(`npm run test:${name}`);
		await canned.play({type: 'suite.started', suite: safe(name), command});
		for (let n = 1; n <= 6; n++) await canned.play(log('testing', name, `✓ case ${n} of ${name}`));
		await canned.play(
			{
				type: 'suite.finished',
				result: {name: safe(name), command, required: true, status: 'passed', exit: 0, ms, passed, failed: 0, skipped},
			},
			ms,
		);
	}
	await canned.play({type: 'document.written', stage: 'testing', file: 'report.html', title: safe('Test report')});
	await finished(canned, 'testing', '251 tests in 3 suites, green');
}

const window = (requests: number, errors: number, p95: number) => ({
	requests,
	errors,
	errorRate: requests === 0 ? 0 : errors / requests,
	p50: p95 / 3,
	p95,
	p99: p95 * 2,
});

export async function slots(canned: Canned): Promise<void> {
	await canned.play({type: 'stage.started', stage: 'production'});
	await canned.play({
		type: 'slot.changed',
		slot: 'blue',
		release: safe('v1.4.1+0ld0ld00'),
		state: 'healthy',
		port: 4101,
	});
	await canned.play({type: 'route.changed', weights: {blue: 100, green: 0}, stable: 'blue'});
	await canned.play({type: 'slot.changed', slot: 'green', release: safe('v1.5.0+c0ffee00'), state: 'starting'});
	await canned.play({
		type: 'slot.changed',
		slot: 'green',
		release: safe('v1.5.0+c0ffee00'),
		state: 'healthy',
		port: 4102,
	});
}

/** One step of the canary; false when the gate said stop. */
export async function climb(canned: Canned, weight: number, bad = false): Promise<boolean> {
	const step = `route.${weight}`;
	await canned.play({
		type: 'step.intended',
		stage: 'production',
		step,
		title: safe(`Route ${weight} % to v1.5.0 (green)`),
	});
	await canned.play({type: 'route.changed', weights: {blue: 100 - weight, green: weight}, stable: 'blue'});
	await canned.play({type: 'step.confirmed', stage: 'production', step, result: {}});
	let judgement: Judgement = {verdict: 'not enough evidence', rule: 'watch-time', why: safe('')};
	for (let tick = 1; tick <= 4; tick++) {
		const requests = weight * tick * 3;
		const errors = bad ? Math.ceil(requests / 6) : 0;
		const figures = `${errors} errors in ${requests} requests`;
		if (bad && tick === 3) judgement = {verdict: 'stop', rule: 'error-rate', why: safe(`${figures}: more than 5 %`)};
		else if (tick === 4) judgement = {verdict: 'go on', rule: 'passed', why: safe(`${figures}, within 5 %`)};
		else judgement = {...judgement, why: safe(`${figures}; ${(4 - tick) * 75} s of this step left`)};
		await canned.play(
			{
				type: 'traffic.observed',
				step,
				candidateSlot: 'green',
				candidate: window(requests, errors, 41),
				baseline: window((100 - weight) * tick * 3, 1, 38),
				judgement,
			},
			5000,
		);
		if (judgement.verdict === 'stop') break;
	}
	await canned.play({type: 'gate.judged', gate: safe(`${weight} %`), judgement});
	return judgement.verdict !== 'stop';
}

async function closed(canned: Canned, outcome: 'promoted' | 'rolled_back' | 'failed' | 'aborted', why?: string) {
	const because = why === undefined ? {} : {why: safe(why)};
	await canned.play({type: 'deployment.ending', outcome, ...because});
	await canned.play({type: 'stage.started', stage: 'learning'});
	await canned.play({
		type: 'lesson.learned',
		expected: safe('18 of 100 such batches fail'),
		happened: safe(outcome === 'promoted' ? 'promoted; nothing hurt' : `${outcome.replace('_', ' ')}: ${why}`),
		next: [safe('perf changes now count 10 good of 11'), safe('batches of 1-5 features stay the safest size')],
	});
	await finished(canned, 'learning', 'learned from 1 more deployment');
	const {trafficMoved} = canned.state();
	await canned.play({type: 'deployment.closed', outcome, trafficMoved, ...because});
}

/** Everything goes well. */
export const promoted =
	(story: Story = {}): Scenario =>
	async (canned) => {
		const features = story.features ?? cannedFeatures();
		await opened(canned);
		await discovery(canned, features);
		if (!(await selection(canned, {...story, features}))) return held(canned);
		await staging(canned);
		await testing(canned);
		if (story.ask) {
			const answer = await canned.ask(startQuestion());
			if (answer === undefined) return held(canned);
			if (answer === 'stop') {
				await closed(canned, 'failed', 'stopped on request');
				return {exit: EXIT.failed, fault: fault('CANCELLED', {stage: 'production'})};
			}
		}
		await slots(canned);
		for (const weight of [5, 25, 50, 100]) await climb(canned, weight);
		await canned.play({type: 'route.changed', weights: {blue: 0, green: 100}, stable: 'green'});
		await canned.play({type: 'slot.changed', slot: 'blue', release: safe('v1.4.1+0ld0ld00'), state: 'warm'});
		await finished(canned, 'production', '1.5.0 serves everybody');
		await closed(canned, 'promoted');
		return {exit: EXIT.ok};
	};

/** The new version answers with errors at 25 %. */
export const rolledBack: Scenario = async (canned) => {
	const features = cannedFeatures();
	await opened(canned);
	await discovery(canned, features);
	await selection(canned, {features});
	await staging(canned);
	await testing(canned);
	await slots(canned);
	await climb(canned, 5);
	await climb(canned, 25, true);
	await canned.play({type: 'route.changed', weights: {blue: 100, green: 0}, stable: 'blue'});
	await finished(canned, 'production', 'rolled back at 25 %');
	await closed(canned, 'rolled_back', '38 errors in 225 requests: more than 5 %');
	return {exit: EXIT.rolledBack};
};

/** The build breaks before any traffic moves. */
export const brokenStaging: Scenario = async (canned) => {
	const features = cannedFeatures();
	await opened(canned);
	await discovery(canned, features);
	await selection(canned, {features});
	const stopped = await staging(canned, true);
	await closed(canned, 'failed', stopped?.headline);
	return {exit: EXIT.failed, ...(stopped ? {fault: stopped} : {})};
};

/** Nobody answers the question before production. */
export const heldAtProduction: Scenario = async (canned) => {
	const features = cannedFeatures();
	await opened(canned);
	await discovery(canned, features);
	await selection(canned, {features});
	await staging(canned);
	await testing(canned);
	await canned.play({type: 'stage.started', stage: 'production'});
	await canned.play({type: 'decision.asked', request: startQuestion()});
	return held(canned);
};

async function held(canned: Canned): Promise<{exit: ExitCode; fault: Fault}> {
	const {decision} = canned.state();
	const question = decision?.question ?? safe('');
	await canned.play({type: 'deployment.left', why: 'held', text: safe(`Waiting for a decision: ${question}`)});
	return {exit: EXIT.held, fault: fault('HELD', {with: {question, flag: decision?.flag ?? ''}})};
}

export function startQuestion(): DecisionRequest {
	return {
		id: 'production.start',
		kind: 'start-production',
		stage: 'production',
		question: safe('Put v1.5.0+c0ffee00 into production?'),
		details: [
			safe('5 features, risk 18 % low'),
			safe('Strategy canary: 5, 25, 50, 100 %'),
			safe('Tests: green (3 suites)'),
		],
		options: [
			{value: 'go', label: safe('Start the rollout'), recommended: true},
			{value: 'stop', label: safe('Stop here; nothing was changed')},
		],
		flag: '--yes',
	};
}

/** A state in the middle of a story: the scenario up to `seq`, for frames. */
export async function stateAfter(
	scenario: Scenario,
	until: (event: DeploymentEvent) => boolean,
): Promise<DeploymentState> {
	const {published} = await playThrough(scenario);
	let state = INITIAL;
	for (const event of published) {
		if (event.type === 'log') continue;
		state = fold(state, event);
		if (until(event)) break;
	}
	return state;
}

export const HOSTILE =
	'pwn \u001b[2J\u001b]0;owned\u0007 \u009b31m \u202egnp.exe\u202c \u001b[?1049l <script>alert(1)</script>';

/** Names for the player script. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
	promoted: promoted({ask: true}),
	overload: promoted({ask: true, features: cannedFeatures(55)}),
	rolledBack,
	brokenStaging,
	heldAtProduction,
	hostile: promoted({
		ask: true,
		// `as`: what a bug upstream would let through; the face must hold on its own
		features: cannedFeatures().map((f) => ({...f, title: HOSTILE as typeof f.title, kind: HOSTILE, topics: [HOSTILE]})),
	}),
};
