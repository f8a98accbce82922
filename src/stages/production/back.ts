// Room: stages. Taking traffic and processes back. Reality is asked each time, and nobody is sent to a version that is not there.

import type {Judgement} from '../../domain/analysis/judge.ts';
import {raise} from '../../domain/fault/fault.ts';
import type {SlotName} from '../../domain/ids.ts';
import {otherSlot} from '../../domain/ids.ts';
import type {ProductionReport} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import type {Observed} from '../../ports/target.ts';
import type {Movement, Stand} from '../stage.ts';
import {allOn, canServe, type Input, observe, type ProductionPorts, releaseName} from './ports.ts';
import {type Rollout, reportOf} from './rollout.ts';

/** How long an old version that is just being restarted is waited for before a person is called. */
const REVIVES_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;

async function everyoneOn(ports: ProductionPorts, stand: Stand, slot: SlotName): Promise<void> {
	const {target, strategy} = ports;
	await target.route({
		weights: allOn(slot),
		stable: slot,
		fence: stand.fence,
		leaseSeconds: strategy.leaseSeconds,
	});
	await stand.emit({type: 'route.changed', weights: allOn(slot), stable: slot});
}

/** All traffic on the stable version; the new one keeps running for a while, so that a resume finds it. */
export async function giveBack(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	stable: SlotName,
): Promise<void> {
	await oldCanTakeAll(ports, stand, rollout.slot);
	await everyoneOn(ports, stand, stable);
	await ports.target.keepWarm(rollout.slot, ports.strategy.warmSeconds, stand.fence);
}

/** Faults: ROLLBACK_FAILED when the old version cannot serve and the new one can: then whoever is served stays served. */
async function oldCanTakeAll(ports: ProductionPorts, stand: Stand, ours: SlotName): Promise<void> {
	const old = otherSlot(ours);
	const until = stand.clock.mono() + REVIVES_WITHIN_MS;
	for (;;) {
		const {slots} = await observe(ports);
		if (canServe(slots[old]) || !canServe(slots[ours])) return;
		if (slots[old].state !== 'restarting' || stand.clock.mono() > until)
			raise('ROLLBACK_FAILED', {with: {why: `the old version in ${old} is ${slots[old].state}`}});
		await stand.clock.sleep(LOOK_EVERY_MS);
	}
}

export async function rollBack(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	judgement: Judgement,
): Promise<Movement<ProductionReport>> {
	const {slot, release} = rollout;
	const stable = otherSlot(slot);
	await stand.step({
		key: 'rollback',
		title: `Roll back: all traffic to ${stable}`,
		isDone: async () => ((await observe(ports)).weights[slot] === 0 ? {stable} : undefined),
		apply: async () => {
			await oldCanTakeAll(ports, stand, slot);
			await everyoneOn(ports, stand, stable);
			return {stable};
		},
	});
	await stopSlot(ports, stand, slot, release);
	const output = {...reportOf(ports, stand, rollout, 'rolled_back'), why: judgement.why, cause: judgement.rule};
	return {kind: 'finished', output, summary: safe(`Rolled back to ${stable}: ${judgement.why}`)};
}

/** A person's wish for a first release that fails: as before it, nobody is served. */
export async function takeDown(
	ports: ProductionPorts,
	stand: Stand,
	rollout: Rollout,
	judgement: Judgement,
): Promise<Movement<ProductionReport>> {
	const {slot, release} = rollout;
	await everyoneOn(ports, stand, otherSlot(slot));
	await stopSlot(ports, stand, slot, release);
	const output = {...reportOf(ports, stand, rollout, 'rolled_back'), why: judgement.why, cause: judgement.rule};
	return {kind: 'finished', output, summary: safe(`Taken down, as before nobody is served: ${judgement.why}`)};
}

async function stopSlot(ports: ProductionPorts, stand: Stand, slot: SlotName, release: string): Promise<void> {
	await ports.target.drain(slot, ports.strategy.drainSeconds);
	await ports.target.stop(slot, stand.fence);
	await stand.emit({type: 'slot.changed', slot, release: safe(release), state: 'stopped'});
}

/** Asks reality what of this release is out there, and takes it back: first the traffic, then the process. */
export async function retreat(ports: ProductionPorts, input: Partial<Input>, stand: Stand): Promise<void> {
	// Nothing was started, so nothing is out there; a gateway that does not run need not be started to say so.
	if (input.selection === undefined || !stand.begun('slot.start')) return;
	const release: string = releaseName(input.selection);
	const observed = await running(ports);
	const ours = (['blue', 'green'] as const).find((name) => observed.slots[name].release === release);
	if (ours === undefined) {
		// A start that an earlier life sent may still be on its way: our fence refuses it from now on.
		const idle = otherSlot(observed.stable);
		if (observed.slots[idle].state === 'empty') await ports.target.stop(idle, stand.fence);
		return;
	}
	const old = otherSlot(ours);
	// A crash may have come between the routing and its record: that people were there is said before they are not.
	const {weights, stable} = observed;
	if (weights[ours] > 0) await stand.emit({type: 'route.changed', weights, stable});
	if (stable === ours && !canServe(observed.slots[old])) {
		if (stand.begun('promote'))
			return stand.note(`${release} passed every gate and nothing else can serve now: it goes on serving`, 'warning');
		// It became the stable one without a promotion, so it is the first of all: abort means as before it.
		await stand.note(
			`${release} is taken down. There is no earlier version: as before it, nobody is served`,
			'warning',
		);
		await everyoneOn(ports, stand, old);
	} else if (observed.weights[ours] > 0 || observed.stable === ours) {
		await oldCanTakeAll(ports, stand, ours);
		await everyoneOn(ports, stand, old);
	}
	await stopSlot(ports, stand, ours, release);
	const title = safe(`${release} in ${ours}`);
	await stand.emit({type: 'step.undone', stage: 'production', step: 'slot.start', title});
}

async function running(ports: ProductionPorts): Promise<Observed> {
	const observed = await ports.target.observe();
	if (observed !== undefined) return observed;
	await ports.target.ensure();
	return observe(ports);
}
