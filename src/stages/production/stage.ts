// Room: stages. Stage 5, production: the live performance. Starts the release beside the old one, moves traffic step by
// step while the gate watches, and takes it back by itself when it hurts. Order that loses nothing: start new, healthy,
// raise new and lower old in one assignment, counted drain, keep warm, stop.

import type {Judgement} from '../../domain/analysis/judge.ts';
import type {Window} from '../../domain/analysis/window.ts';
import {fault, raise} from '../../domain/fault/fault.ts';
import type {SlotName} from '../../domain/ids.ts';
import {otherSlot} from '../../domain/ids.ts';
import type {ProductionReport} from '../../domain/release.ts';
import type {RolloutStep, Strategy} from '../../domain/rollout/strategy.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {count, riskWords} from '../../domain/selection/words.ts';
import type {Observed} from '../../ports/target.ts';
import type {Movement, Stage, Stand} from '../stage.ts';
import {requireTrust} from '../staging/trust.ts';
import {allOn, candidateSlot, type Input, type ProductionPorts, releaseName, split, startRequest} from './ports.ts';
import {ensureStable} from './stable.ts';
import {addWindows, watch} from './watch.ts';

const MIGRATION_TIMEOUT_MS = 30 * 60_000;
const NOTHING: Window = {requests: 0, errors: 0, errorRate: 0};

/** What the rollout knows of itself while it goes on. */
interface Rollout {
	readonly release: string;
	readonly slot: SlotName;
	/** Undefined for the very first release. */
	readonly stable: SlotName | undefined;
	readonly startedMono: number;
	candidate: Window;
	baseline: Window;
	moved: boolean;
}

export function createProduction(ports: ProductionPorts): Stage<Input, ProductionReport> {
	return {
		name: 'production',
		asks: ['trust', 'start-production', 'thin-evidence'],
		check: () => (ports.project.commands.start === undefined ? [fault('NO_START_COMMAND', {stage: 'production'})] : []),
		perform: (input, stand) => perform(ports, input, stand),
		retreat: (input, stand) => retreat(ports, input, stand),
	};
}

async function perform(ports: ProductionPorts, input: Input, stand: Stand): Promise<Movement<ProductionReport>> {
	const {target, strategy} = ports;
	const release = releaseName(input.selection);
	// The commands may have changed since the release was staged: a resume must not run what nobody trusted.
	const untrusted = await requireTrust(ports, 'production', stand);
	if (untrusted) return untrusted;
	const held = await askToStart(ports, input, stand, release);
	if (held) return held;

	await stand.step({
		key: 'gateway',
		title: `Make sure the ${target.name} target runs`,
		isDone: async () => ((await target.observe()) ? {} : undefined),
		apply: async () => {
			await target.ensure();
			return {};
		},
	});
	const before = await observe(ports);
	const stable = await ensureStable(ports, input, before, stand);
	const observed = await observe(ports);
	await stand.emit({type: 'route.changed', weights: observed.weights, stable: observed.stable});

	const slot = stable === undefined ? observed.stable : candidateSlot(observed, release);
	const old = otherSlot(slot);
	// After a crash behind the promotion the release itself is the stable one, and the old version is beside it.
	const promoted = observed.stable === slot && observed.slots[slot].release === release;
	const rollout: Rollout = {
		release,
		slot,
		stable: stable !== undefined && (!promoted || observed.slots[old].state === 'healthy') ? old : undefined,
		startedMono: stand.clock.mono(),
		candidate: NOTHING,
		baseline: NOTHING,
		moved: false,
	};
	if (promoted && rollout.stable !== undefined && stand.begun('promote'))
		return promote(ports, stand, {...rollout, moved: true});
	const earlier = stand.judged();
	if (earlier?.verdict === 'stop') return rollBack(ports, stand, {...rollout, moved: true}, earlier);
	await migrate(ports, input, stand);
	await startCandidate(ports, input, stand, rollout);

	// The first release of all has nobody to share with: it gets everything once it is healthy, and is watched.
	const steps: readonly RolloutStep[] = rollout.stable === undefined ? strategy.steps.slice(-1) : strategy.steps;
	const reached = rollout.stable === undefined ? 0 : observed.weights[slot];
	if (reached > 0) await stand.note(`${release} has ${reached} % of the traffic: the watch goes on there`);
	// Resumed in the middle: what is below the weight it has was watched and passed; people are not moved back and forth.
	for (const step of steps.filter(({weight}) => weight >= reached)) {
		const ended = await climb(ports, stand, rollout, step);
		if (ended) return ended;
	}
	return promote(ports, stand, rollout);
}

const lasting = (s: number) => (s >= 60 && s % 60 === 0 ? `${s / 60} min` : `${s} s`);

/** How long it will take at least, so that nobody starts it at five to six; and what it does for want of traffic. */
function durationWords({steps, holdAfterSeconds, thresholds}: Strategy): string {
	const least = steps.reduce((sum, {watchSeconds}) => sum + watchSeconds, 0);
	const each = steps.map(({weight, watchSeconds}) => `${weight} % for ${lasting(watchSeconds)}`).join(', ');
	const wants = thresholds.minRequests;
	const hold = wants > 0 ? `; fewer than ${wants} requests in a step: it asks after ${lasting(holdAfterSeconds)}` : '';
	return `At least ${lasting(least)}: ${each}${hold}`;
}

async function askToStart(ports: ProductionPorts, input: Input, stand: Stand, release: string) {
	const request = {
		id: 'production.start',
		kind: 'start-production',
		question: safe(`Put ${release} into production?`),
		details: [
			safe(`${count(input.selection.chosen.length, 'feature')}, risk ${riskWords(input.selection.risk.value)}`),
			safe(`Strategy ${ports.strategy.name}: ${ports.strategy.description}`),
			safe(durationWords(ports.strategy)),
			safe(`Tests: ${input.testing.green ? 'green' : 'not green'} (${count(input.testing.suites.length, 'suite')})`),
		],
		options: [
			{value: 'go', label: safe('Start the rollout'), recommended: true},
			{value: 'stop', label: safe('Stop here; nothing was changed')},
		],
		flag: '--yes',
	} as const;
	const answer = await stand.ask(request);
	if (answer === undefined) return {kind: 'held', request: {...request, stage: 'production'}} as const;
	if (answer === 'stop') return {kind: 'stopped', fault: fault('CANCELLED', {stage: 'production'})} as const;
	return undefined;
}

async function observe(ports: ProductionPorts): Promise<Observed> {
	const observed = await ports.target.observe();
	return observed ?? raise('GATEWAY_UNREACHABLE', {with: {socket: ports.target.name}, stage: 'production'});
}

/** A step of its own, before the new slot starts: the old version must be able to live with what it leaves (expand first). */
async function migrate(ports: ProductionPorts, input: Input, stand: Stand): Promise<void> {
	const command = ports.project.commands.migrate;
	if (command === undefined) return;
	await stand.step({
		key: 'migrate',
		title: `Migrate: ${command}`,
		// Only the command itself knows what is applied already, so it has to be safe to run twice; the guide says so.
		isDone: async () => undefined,
		apply: async () => {
			const result = await ports.runner.run({
				command,
				cwd: input.staging.folder,
				env: await ports.environment(),
				timeoutMs: MIGRATION_TIMEOUT_MS,
				onLine: (line) => stand.log({source: safe('migrate'), text: line}),
				signal: stand.signal,
			});
			await stand.emit({
				type: 'command.ran',
				stage: 'production',
				command: safe(command),
				exit: result.exit,
				ms: result.ms,
			});
			if (result.exit !== 0) raise('MIGRATION_FAILED', {with: {exit: result.exit}, details: result.tail.slice(-20)});
			return {ms: result.ms};
		},
	});
}

async function startCandidate(ports: ProductionPorts, input: Input, stand: Stand, rollout: Rollout): Promise<void> {
	const {slot, release} = rollout;
	await stand.step({
		key: 'slot.start',
		title: `Start ${release} in ${slot} and wait until it is healthy`,
		isDone: async () => {
			const now = (await observe(ports)).slots[slot];
			return now.release === release && now.state === 'healthy' ? {port: now.port ?? null} : undefined;
		},
		apply: async () => {
			await stand.emit({type: 'slot.changed', slot, release: safe(release), state: 'starting'});
			const request = await startRequest(ports, slot, release, input.staging.folder, stand.fence);
			const status = await ports.target.start(request, stand.signal);
			const port = status.port === undefined ? {} : {port: status.port};
			await stand.emit({type: 'slot.changed', slot, release: safe(release), state: 'healthy', ...port});
			return {port: status.port ?? null};
		},
	});
}

/** One weight: route, watch, judge. Undefined: go on with the next. */
async function climb(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	step: RolloutStep,
): Promise<Movement<ProductionReport> | undefined> {
	const {target, strategy} = ports;
	const {slot} = rollout;
	const stable = rollout.stable ?? slot;
	const weights = rollout.stable === undefined ? allOn(slot) : split(slot, step.weight);
	const wish = {weights, stable, fence: stand.fence, leaseSeconds: strategy.leaseSeconds};
	await stand.step({
		key: `route.${step.weight}`,
		title: `Route ${step.weight} % to ${rollout.release} (${slot})`,
		isDone: async () => ((await observe(ports)).weights[slot] === step.weight ? {weights} : undefined),
		apply: async () => {
			await target.route(wish);
			return {weights};
		},
	});
	rollout.moved = true;
	await stand.emit({type: 'route.changed', weights, stable});

	for (let round = 1; ; round++) {
		const seen = await watch(ports, stand, slot, step, round > 1).catch(async (thrown) => {
			// Stopped or broken in the middle of a canary: people go back to what was good, the new version stays warm.
			if (rollout.stable !== undefined) await giveBack(ports, stand, rollout).catch(() => undefined);
			throw thrown;
		});
		rollout.candidate = addWindows(rollout.candidate, seen.candidate);
		rollout.baseline = addWindows(rollout.baseline, seen.baseline);
		const gate = safe(`${step.weight} %`);
		if (!seen.thin) {
			await stand.emit({type: 'gate.judged', gate, judgement: seen.judgement});
			return seen.judgement.verdict === 'stop' ? rollBack(ports, stand, rollout, seen.judgement) : undefined;
		}
		const request = {
			id: `production.thin-evidence.${step.weight}.${round}`,
			kind: 'thin-evidence',
			question: safe(`Not enough evidence at ${step.weight} %: ${seen.judgement.why}. What now?`),
			details: [],
			options: [
				{value: 'wait', label: safe('Watch longer')},
				{value: 'go on', label: safe('Go on without it')},
				{value: 'roll back', label: safe('Take the traffic back')},
			],
			flag: '',
		} as const;
		const answer = await stand.ask(request);
		if (answer === undefined) {
			if (rollout.stable !== undefined) await giveBack(ports, stand, rollout);
			return {kind: 'held', request: {...request, stage: 'production'}};
		}
		if (answer === 'go on') return undefined;
		if (answer === 'roll back') {
			const judgement: Judgement = {...seen.judgement, verdict: 'stop', why: safe('a person took it back')};
			await stand.emit({type: 'gate.judged', gate, judgement});
			return rollBack(ports, stand, rollout, judgement);
		}
	}
}

/** All traffic on the stable version; the new one keeps running for a while, so that a resume finds it. */
async function giveBack(ports: ProductionPorts, stand: Stand, rollout: Rollout): Promise<void> {
	const stable = rollout.stable ?? otherSlot(rollout.slot);
	const {target, strategy} = ports;
	await target.route({weights: allOn(stable), stable, fence: stand.fence, leaseSeconds: strategy.leaseSeconds});
	await target.keepWarm(rollout.slot, strategy.warmSeconds, stand.fence);
	await stand.emit({type: 'route.changed', weights: allOn(stable), stable});
}

async function promote(ports: ProductionPorts, stand: Stand, rollout: Rollout): Promise<Movement<ProductionReport>> {
	const {target, strategy} = ports;
	const {slot, release, stable} = rollout;
	await stand.step({
		key: 'promote',
		title: `Make ${release} the stable version`,
		isDone: async () => {
			const now = await observe(ports);
			return now.stable === slot && now.weights[slot] === 100 ? {stable: slot} : undefined;
		},
		apply: async () => {
			await target.route({weights: allOn(slot), stable: slot, fence: stand.fence, leaseSeconds: strategy.leaseSeconds});
			return {stable: slot};
		},
	});
	await stand.emit({type: 'route.changed', weights: allOn(slot), stable: slot});
	if (stable !== undefined) {
		const left = await target.drain(stable, strategy.drainSeconds);
		await target.keepWarm(stable, strategy.warmSeconds, stand.fence);
		const old = (await observe(ports)).slots[stable].release ?? safe('the old version');
		await stand.emit({type: 'slot.changed', slot: stable, release: old, state: 'warm'});
		if (left.inFlight > 0) await stand.note(`${left.inFlight} requests still run on ${old}; it stays warm`, 'warning');
	}
	const output = reportOf(ports, stand, rollout, 'promoted');
	return {
		kind: 'finished',
		output,
		summary: safe(`${release} serves everyone; the old version stays warm for ${strategy.warmSeconds} s`),
	};
}

async function rollBack(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	judgement: Judgement,
): Promise<Movement<ProductionReport>> {
	const {target, strategy} = ports;
	const {slot, stable, release} = rollout;
	if (stable === undefined) {
		const why = judgement.why;
		return {
			kind: 'stopped',
			fault: fault('GATE_STOPPED', {
				with: {gate: 'first release', why},
				details: ['There is no earlier version to go back to'],
			}),
		};
	}
	await stand.step({
		key: 'rollback',
		title: `Roll back: all traffic to ${stable}`,
		isDone: async () => ((await observe(ports)).weights[slot] === 0 ? {stable} : undefined),
		apply: async () => {
			await target.route({weights: allOn(stable), stable, fence: stand.fence, leaseSeconds: strategy.leaseSeconds});
			return {stable};
		},
	});
	await stand.emit({type: 'route.changed', weights: allOn(stable), stable});
	await stopSlot(ports, stand, slot, release);
	const output = {...reportOf(ports, stand, rollout, 'rolled_back'), why: judgement.why, cause: judgement.rule};
	return {kind: 'finished', output, summary: safe(`Rolled back to ${stable}: ${judgement.why}`)};
}

async function stopSlot(ports: ProductionPorts, stand: Stand, slot: SlotName, release: string): Promise<void> {
	await ports.target.drain(slot, ports.strategy.drainSeconds);
	await ports.target.stop(slot, stand.fence);
	await stand.emit({type: 'slot.changed', slot, release: safe(release), state: 'stopped'});
}

function reportOf(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	result: ProductionReport['result'],
): ProductionReport {
	const {candidate, baseline} = rollout;
	return {
		result,
		slot: rollout.slot,
		strategy: ports.strategy.name,
		trafficMoved: rollout.moved,
		requests: {
			candidate: candidate.requests,
			candidateErrors: candidate.errors,
			baseline: baseline.requests,
			baselineErrors: baseline.errors,
		},
		seconds: Math.round((stand.clock.mono() - rollout.startedMono) / 1000),
	};
}

/** Asks reality what of this release is out there, and takes it back: first the traffic, then the process. */
async function retreat(ports: ProductionPorts, input: Partial<Input>, stand: Stand): Promise<void> {
	// Nothing was started, so nothing is out there; a gateway that does not run need not be started to say so.
	if (input.selection === undefined || !stand.begun('slot.start')) return;
	const release: string = releaseName(input.selection);
	let observed = await ports.target.observe();
	if (observed === undefined) {
		await ports.target.ensure();
		observed = await observe(ports);
	}
	const ours = (['blue', 'green'] as const).find((name) => observed.slots[name].release === release);
	if (ours === undefined) {
		// A start that an earlier life sent may still be on its way: our fence refuses it from now on.
		const idle = otherSlot(observed.stable);
		if (observed.slots[idle].state === 'empty') await ports.target.stop(idle, stand.fence);
		return;
	}
	if (observed.stable === ours) {
		// It is what people are on and nothing else can serve them: taking it away would leave nobody.
		if (observed.slots[otherSlot(ours)].state !== 'healthy') return;
	}
	const stable: SlotName = otherSlot(ours);
	const title: Safe = safe(`${release} in ${ours}`);
	const healthy = observed.slots[stable].state === 'healthy';
	if (observed.weights[ours] > 0 && !healthy) {
		raise('ROLLBACK_FAILED', {with: {why: `the old version in ${stable} is ${observed.slots[stable].state}`}});
	}
	if (observed.weights[ours] > 0 || observed.stable === ours) {
		const {leaseSeconds} = ports.strategy;
		await ports.target.route({weights: allOn(stable), stable, fence: stand.fence, leaseSeconds});
		await stand.emit({type: 'route.changed', weights: allOn(stable), stable});
	}
	await stopSlot(ports, stand, ours, release);
	await stand.emit({type: 'step.undone', stage: 'production', step: 'slot.start', title});
}
