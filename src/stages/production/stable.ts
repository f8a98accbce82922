// Room: stages. Something to compare with and to go back to: when nothing serves yet, the base version is started first.

import type {SlotName} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Observed} from '../../ports/target.ts';
import type {Stand} from '../stage.ts';
import {allOn, baseName, type Input, type ProductionPorts, startRequest} from './ports.ts';

/** People are on it, healthy or not: a version in trouble is still the one to compare with and to go back to. */
const serving = (observed: Observed) =>
	['healthy', 'unhealthy', 'restarting'].includes(observed.slots[observed.stable].state);

/**
 * Returns the stable slot, or undefined when there is no earlier version to serve: then the release is the first one.
 * A base that does not start is no reason to refuse its successor; it is said.
 */
export async function ensureStable(
	ports: ProductionPorts,
	input: Input,
	observed: Observed,
	stand: Stand,
): Promise<SlotName | undefined> {
	const slot = observed.stable;
	if (serving(observed)) {
		const {state, release} = observed.slots[slot];
		if (state !== 'healthy') await stand.note(`The version that serves now, ${release}, is ${state}`, 'warning');
		return slot;
	}
	if (observed.slots[slot].release !== undefined) {
		await stand.note(
			`The stable version in slot ${slot} is ${observed.slots[slot].state}; starting the base instead`,
			'warning',
		);
	}
	const release = baseName(input);
	try {
		const folder = await ports.prepare(input.discovery.base.oid, release, stand);
		await stand.step({
			key: 'stable.start',
			title: `Nothing serves yet: start ${release} (${input.discovery.base.name}) in ${slot} first`,
			isDone: async () => {
				const now = await ports.target.observe();
				return now && serving(now) ? {slot: now.stable} : undefined;
			},
			apply: async () => {
				const started = await ports.target.start(
					await startRequest(ports, slot, release, folder, stand.fence),
					stand.signal,
				);
				await ports.target.route({
					weights: allOn(slot),
					stable: slot,
					fence: stand.fence,
					leaseSeconds: ports.strategy.leaseSeconds,
				});
				await stand.emit({
					type: 'slot.changed',
					slot,
					release: safe(release),
					state: 'healthy',
					...(started.port ? {port: started.port} : {}),
				});
				return {slot};
			},
		});
		return slot;
	} catch (thrown) {
		stand.signal.throwIfAborted();
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		await stand.note(`There is no earlier version to compare with or to go back to: ${why}`, 'warning');
		await ports.target.stop(slot, stand.fence).catch(() => undefined);
		return undefined;
	}
}
