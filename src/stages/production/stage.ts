// Room: stages. Stage 5, production: the live performance. Starts the release beside the old one, moves traffic step by
// step while the gate watches, and takes it back by itself when it hurts. Order that loses nothing: start new, healthy,
// raise new and lower old in one assignment, counted drain, keep warm, stop.

import {fault, raise} from '../../domain/fault/fault.ts';
import {otherSlot} from '../../domain/ids.ts';
import {redact} from '../../domain/redact.ts';
import type {ProductionReport} from '../../domain/release.ts';
import type {Strategy} from '../../domain/rollout/strategy.ts';
import {safe} from '../../domain/safe.ts';
import {count, riskWords} from '../../domain/selection/words.ts';
import type {Movement, Stage, Stand} from '../stage.ts';
import {requireTrust} from '../staging/trust.ts';
import {giveBack, retreat, rollBack} from './back.ts';
import {climb} from './climb.ts';
import {askAboutTime} from './may-begin.ts';
import {
	allOn,
	candidateSlot,
	canServe,
	type Input,
	observe,
	type ProductionParts,
	type ProductionPorts,
	portsFor,
	releaseName,
	startRequest,
} from './ports.ts';
import {NOTHING_SEEN, type Rollout, reportOf} from './rollout.ts';
import {ensureStable} from './stable.ts';

const MIGRATION_TIMEOUT_MS = 30 * 60_000;

export function createProduction(parts: ProductionParts): Stage<Input, ProductionReport> {
	const {start} = parts.project.commands;
	return {
		name: 'production',
		asks: ['trust', 'timing', 'start-production', 'thin-evidence', 'first-release'],
		check: () => (start === undefined ? [fault('NO_START_COMMAND', {stage: 'production'})] : []),
		perform: (input, stand) => perform(portsFor(parts, input.selection), input, stand),
		retreat: (input: Partial<Input>, stand) => retreat(portsFor(parts, input.selection), input, stand),
	};
}

async function perform(ports: ProductionPorts, input: Input, stand: Stand): Promise<Movement<ProductionReport>> {
	const {target} = ports;
	const release = releaseName(input.selection);
	// The commands may have changed since the release was staged: a resume must not run what nobody trusted.
	const untrusted = await requireTrust(ports, 'production', stand);
	if (untrusted) return untrusted;
	const untimely = await askAboutTime(ports, stand, release);
	if (untimely) return untimely;
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
		stable: stable !== undefined && (!promoted || canServe(observed.slots[old])) ? old : undefined,
		startedMono: stand.clock.mono(),
		candidate: NOTHING_SEEN,
		baseline: NOTHING_SEEN,
		moved: false,
	};
	if (promoted && !stand.begun('slot.start')) {
		// Another deployment put exactly this release there: nothing to move, and nothing here to take back.
		const output = reportOf(ports, stand, rollout, 'promoted');
		return {kind: 'finished', output, summary: safe(`${release} serves everyone already; nothing was moved`)};
	}
	if (promoted && stand.begun('promote')) {
		await makeStable(ports, stand, rollout);
		return promote(ports, stand, {...rollout, moved: true});
	}
	const earlier = stand.judged();
	if (earlier?.verdict === 'stop' && rollout.stable !== undefined)
		return rollBack(ports, stand, {...rollout, moved: true}, earlier);
	await migrate(ports, input, stand);
	await startCandidate(ports, input, stand, rollout);
	try {
		const ended = await climbAll(ports, stand, rollout, observed.weights[slot]);
		if (ended) return ended;
		await makeStable(ports, stand, rollout);
	} catch (thrown) {
		// Stopped or broken in the middle: people go back to what was good, the new version stays warm.
		if (rollout.moved && rollout.stable !== undefined)
			await giveBack(ports, stand, rollout, rollout.stable).catch(() => undefined);
		throw thrown;
	}
	return promote(ports, stand, rollout);
}

async function climbAll(ports: ProductionPorts, stand: Stand, rollout: Rollout, weight: number) {
	const {steps} = ports.strategy;
	// The first release of all has nobody to share with: it gets everything once it is healthy, and is watched.
	if (rollout.stable === undefined) {
		const last = steps.at(-1);
		return last && climb(ports, stand, rollout, last);
	}
	if (weight > 0) await stand.note(`${rollout.release} has ${weight} % of the traffic: the watch goes on there`);
	// Resumed in the middle: what is below the weight it has was watched and passed; people are not moved back and forth.
	for (const step of steps.filter((one) => one.weight >= weight)) {
		const ended = await climb(ports, stand, rollout, step);
		if (ended) return ended;
	}
	return undefined;
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
	const level = input.selection.recommendation?.risk;
	const request = {
		id: 'production.start',
		kind: 'start-production',
		question: safe(`Put ${release} into production?`),
		details: [
			...(level?.level === 'high risk' ? [safe(`HIGH RISK: ${level.because}`)] : []),
			safe(`${count(input.selection.chosen.length, 'feature')}, risk ${riskWords(input.selection.risk.value)}`),
			safe(`Strategy ${ports.strategy.name}: ${ports.strategy.description}`),
			safe(durationWords(ports.strategy)),
			...(level?.level === 'high risk'
				? [safe(`The gate looks every ${ports.strategy.tickSeconds} s, twice as often as usual`)]
				: []),
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

/** A step of its own, before the new slot starts: the old version must be able to live with what it leaves (expand first). */
async function migrate(ports: ProductionPorts, input: Input, stand: Stand): Promise<void> {
	const command = ports.project.commands.migrate;
	if (command === undefined) return;
	const shown = redact(safe(command));
	await stand.step({
		key: 'migrate',
		title: `Migrate: ${shown}`,
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
				command: shown,
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

async function makeStable(ports: ProductionPorts, stand: Stand, {slot, release}: Rollout): Promise<void> {
	const {target, strategy} = ports;
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
}

/** From the moment it is the stable version there is no way back in here: what is left is to care for the old one. */
async function promote(ports: ProductionPorts, stand: Stand, rollout: Rollout): Promise<Movement<ProductionReport>> {
	const {target, strategy} = ports;
	const {slot, release, stable} = rollout;
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
