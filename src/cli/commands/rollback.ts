// Room: cli. `orchestra rollback`: back to the version before the one that serves. Needs the gateway and a built release,
// nothing else: no git, no network, no memory. What it learned is recorded as a correction of the deployment it takes back.

import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {type Served, servedReleases} from '../../adapters/files/served.ts';
import {readEnvFile} from '../../adapters/project/env-file.ts';
import {raise} from '../../domain/fault/fault.ts';
import {isDeploymentId, otherSlot, type SlotName} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import type {Observed} from '../../ports/target.ts';
import {clock, openWorkplace, type Workplace} from '../compose.ts';
import type {Io} from '../io.ts';

export interface RollbackOptions {
	readonly reason?: string;
	readonly json?: boolean;
}

const LEASE_SECONDS = 600;
const WARM_SECONDS = 900;
const DRAIN_SECONDS = 30;

export async function rollbackCommand(io: Io, options: RollbackOptions): Promise<ExitCode> {
	const place = await openWorkplace(io);
	const lock = await place.locks.acquire();
	try {
		const {target} = place;
		const running = await target.observe();
		const earlier = await earlierRelease(place, running);
		const before = running ?? (await observe(place));
		const bad = before.stable;
		const good = otherSlot(bad);
		const started = clock.mono();
		const warm = earlier === undefined;
		const release = warm ? before.slots[good].release : await start(place, earlier, good, lock.fence);
		const weights: Record<SlotName, number> = good === 'blue' ? {blue: 100, green: 0} : {blue: 0, green: 100};
		await target.route({weights, stable: good, fence: lock.fence, leaseSeconds: LEASE_SECONDS});
		const seconds = (clock.mono() - started) / 1000;
		// The bad one is kept for a look at its logs; it has no traffic any more.
		if (before.slots[bad].release !== undefined) {
			await target.drain(bad, DRAIN_SECONDS);
			await target.keepWarm(bad, WARM_SECONDS, lock.fence);
		}
		const taken = await servingNow(place, before);
		const recorded = await record(place, taken, options.reason ?? 'rolled back by hand');
		const text = `${release} serves everyone again after ${seconds.toFixed(1)} s (${warm ? 'it was warm' : 'started anew'}); ${taken ?? 'what served'} has no traffic`;
		if (options.json)
			io.out(JSON.stringify({schemaVersion: 1, type: 'rollback', from: taken, to: release, seconds, warm, recorded}));
		else {
			io.out(text);
			io.out(
				recorded
					? `Recorded with deployment ${recorded}`
					: 'No deployment of this release is in the memory, so nothing was recorded',
			);
			io.err('The base branch still holds the release: fix forward, or revert it there before the next deployment.');
		}
		return EXIT.rolledBack;
	} finally {
		await lock.release();
	}
}

async function observe(place: Workplace): Promise<Observed> {
	await place.target.ensure();
	const observed = await place.target.observe();
	if (!observed) raise('GATEWAY_UNREACHABLE', {with: {socket: place.stateFolder}});
	return observed;
}

/** What people are on; with a gateway that does not run, what they were on last. */
async function servingNow(place: Workplace, observed: Observed | undefined): Promise<string | undefined> {
	return observed?.slots[observed.stable].release ?? (await servedReleases(place.stateFolder)).at(-1)?.release;
}

/**
 * What has to be started again: the newest earlier release whose folder is still there. Undefined when the other slot is
 * warm. Asked before a gateway is started, so that a refusal leaves nothing behind. Faults: NO_ROLLBACK.
 */
async function earlierRelease(place: Workplace, observed: Observed | undefined): Promise<Served | undefined> {
	if (observed && observed.slots[otherSlot(observed.stable)].state === 'healthy') return undefined;
	const serving = await servingNow(place, observed);
	const served = await servedReleases(place.stateFolder);
	const at = served.findLastIndex((s) => s.release === serving);
	const earlier = (at < 0 ? served : served.slice(0, at)).toReversed().filter((s) => s.release !== serving);
	return (await firstThatIsThere(earlier)) ?? raise('NO_ROLLBACK');
}

async function start(place: Workplace, found: Served, slot: SlotName, fence: number): Promise<string> {
	const {commands, health, env} = place.project;
	if (commands.start === undefined) raise('NO_ROLLBACK');
	await place.target.start({
		slot,
		release: found.release,
		folder: found.folder,
		command: commands.start,
		env: {...env, ...(await readEnvFile(place.root, place.project))},
		healthPath: health.path,
		healthyWithin: health.withinSeconds,
		healthyInARow: health.inARow,
		fence,
	});
	return found.release;
}

async function firstThatIsThere(candidates: readonly Served[]): Promise<Served | undefined> {
	for (const served of candidates) {
		const there = await access(join(served.folder, '.')).then(
			() => true,
			() => false,
		);
		if (there) return served;
	}
	return undefined;
}

/** A memory that cannot be written must not stand in the way of a rollback. Returns the deployment it was recorded with. */
async function record(place: Workplace, release: string | undefined, reason: string): Promise<string | undefined> {
	const served = (await servedReleases(place.stateFolder)).findLast((s) => s.release === release);
	const id = served?.deployment;
	if (id === undefined || !isDeploymentId(id)) return undefined;
	try {
		await place.memory.correct(id, {
			outcome: 'failed',
			cause: safe(reason, 200),
			at: new Date(clock.now()).toISOString(),
		});
		return id;
	} catch {
		return undefined;
	}
}
