// Room: cli. `orchestra rollback`: back to the version before the one that serves. Needs the gateway and a built release,
// nothing else: no git, no network, no memory. What it learned is recorded as a correction of the deployment it takes back.

import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {forgetServed, type Served, servedReleases} from '../../adapters/files/served.ts';
import {readEnvFile} from '../../adapters/project/env-file.ts';
import {openTrustStore} from '../../adapters/project/trust.ts';
import {FaultError, fault, faultOf, raise} from '../../domain/fault/fault.ts';
import {isDeploymentId, otherSlot, type SlotName} from '../../domain/ids.ts';
import {EXIT, type ExitCode, OUTCOMES} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import type {Observed} from '../../ports/target.ts';
import {clock, openWorkplace, type Workplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {abortOpen} from './perform.ts';

export interface RollbackOptions {
	readonly reason?: string;
	readonly json?: boolean;
	readonly trust?: string;
}

const LEASE_SECONDS = 600;
const DRAIN_SECONDS = 30;

/** @param to a past deployment whose release is to serve again; undefined: the version before the one that serves. */
export async function rollbackCommand(io: Io, to: string | undefined, options: RollbackOptions): Promise<ExitCode> {
	const place = await openWorkplace(io, {tolerant: true});
	for (const warning of place.warnings) io.err(`! ${warning}`);
	const taken = await takeBackOpen(io, place, options);
	if (taken !== undefined) return taken;
	const seen = await place.target.observe();
	const lock = await place.locks.acquire(seen?.fence);
	try {
		const before = await observe(place);
		const bad = before.stable;
		const started = clock.mono();
		const {slot, release, warm} = await goodVersion(place, before, {...options, to, fence: lock.fence});
		const weights: Record<SlotName, number> = slot === 'blue' ? {blue: 100, green: 0} : {blue: 0, green: 100};
		await place.target.route({weights, stable: slot, fence: lock.fence, leaseSeconds: LEASE_SECONDS});
		const seconds = (clock.mono() - started) / 1000;
		const from = before.slots[bad].release;
		const recorded = await close(io, place, {bad, from, fence: lock.fence}, options.reason ?? 'rolled back by hand');
		const text = `${release} serves everyone again after ${seconds.toFixed(1)} s (${warm ? 'it was warm' : 'started anew'}); ${from ?? 'the other slot'} has no traffic`;
		if (options.json)
			io.out(JSON.stringify({schemaVersion: 1, type: 'rollback', from, to: release, seconds, warm, recorded}));
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

/**
 * While a deployment is open the way back is to take that one back: the other slot may hold its canary. Undefined: there
 * is none, or it turned out to have been promoted before; then the rollback goes on. A memory that cannot be read does not
 * stand in the way: only what was trusted with everybody before is gone back to.
 */
async function takeBackOpen(io: Io, place: Workplace, options: RollbackOptions): Promise<ExitCode | undefined> {
	const {memory} = await openWorkplace(io, {tolerant: true, readOnly: true});
	const open = await memory.openDeployment().catch(() => undefined);
	if (open === undefined || (await place.locks.holder())) return undefined;
	io.err(`Deployment ${open} is open: it is taken back first`);
	try {
		const {exit, state} = await abortOpen(io, place, options);
		if (state.status === 'promoted') return undefined;
		return OUTCOMES.some((outcome) => outcome === state.status) ? EXIT.rolledBack : exit;
	} catch (thrown) {
		const {code, headline} = faultOf(thrown);
		if (code === 'LOCKED' || code === 'LOCKED_ELSEWHERE') throw thrown;
		io.err(`! ${headline}`);
		return undefined;
	}
}

/** What comes after the traffic has moved: whatever fails here is said, and changes nothing for users. */
async function close(
	io: Io,
	place: Workplace,
	{bad, from, fence}: {bad: SlotName; from: string | undefined; fence: number},
	reason: string,
): Promise<string | undefined> {
	const {target, stateFolder} = place;
	const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await work();
		} catch (thrown) {
			io.err(`! ${faultOf(thrown).headline}`);
			return undefined;
		}
	};
	// Stopped, not kept warm: a second rollback must not find it and go back to it. Its log stays.
	await attempt(async () => {
		await target.drain(bad, DRAIN_SECONDS);
		await target.stop(bad, fence);
	});
	const recorded = await attempt(() => record(place, from, reason));
	if (from !== undefined) await attempt(() => forgetServed(stateFolder, from));
	return recorded;
}

/** Asks first whether there is anything: a gateway that does not run is not started only to say that there is nothing. */
async function observe(place: Workplace): Promise<Observed> {
	const {target, stateFolder} = place;
	const seen = await target.observe();
	if (seen !== undefined) return seen;
	if ((await servedReleases(stateFolder)).length === 0) raise('NO_ROLLBACK');
	await target.ensure();
	return (await target.observe()) ?? raise('GATEWAY_UNREACHABLE', {with: {socket: stateFolder}});
}

type Wanted = RollbackOptions & {readonly to: string | undefined; readonly fence: number};

/** A warm version that everybody was on before; else the newest earlier one whose folder is still there, started again. */
async function goodVersion(place: Workplace, before: Observed, wanted: Wanted) {
	const slot = otherSlot(before.stable);
	const {state, release, trusted} = before.slots[slot];
	const named = wanted.to === undefined ? undefined : await releaseOf(place, before, wanted.to);
	const warm = state === 'healthy' && trusted === true && (named === undefined || named.release === release);
	if (warm && release !== undefined) return {slot, release, warm};
	const found = named ?? (await earlierThan(place, before)) ?? raise('NO_ROLLBACK');
	await start(place, slot, found, wanted);
	return {slot, release: found.release, warm: false};
}

async function releaseOf({stateFolder}: Workplace, before: Observed, id: string): Promise<Served> {
	const found = await firstThatIsThere((await servedReleases(stateFolder)).filter((s) => s.deployment === id));
	if (found === undefined) raise('NO_ROLLBACK', {details: [`Nothing that deployment ${id} released is kept here`]});
	const serving: string | undefined = before.slots[before.stable].release;
	if (found.release === serving) raise('USAGE', {with: {message: `${serving} of deployment ${id} serves already`}});
	return found;
}

async function earlierThan({stateFolder}: Workplace, before: Observed): Promise<Served | undefined> {
	const serving: string | undefined = before.slots[before.stable].release;
	const served = await servedReleases(stateFolder);
	const at = served.findLastIndex((s) => s.release === serving);
	return firstThatIsThere((at < 0 ? served : served.slice(0, at)).toReversed().filter((s) => s.release !== serving));
}

async function start(place: Workplace, slot: SlotName, found: Served, {trust, fence}: Wanted): Promise<void> {
	const {commands, health, env} = place.project;
	// There may be one in a file that cannot be read: then that is what has to be mended.
	if (commands.start === undefined) throw place.unread ?? new FaultError(fault('NO_START_COMMAND'));
	await requireTrust(place, trust);
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
}

/** The start command is the repository's: as everywhere, a person has trusted exactly these bytes before it runs. */
async function requireTrust({trustHash}: Workplace, given: string | undefined): Promise<void> {
	const store = openTrustStore();
	if (await store.isTrusted(trustHash)) return;
	if (given !== trustHash)
		raise('NOT_TRUSTED', {with: {hash: trustHash}, nextSteps: [`orchestra rollback --trust ${trustHash}`]});
	await store.trust(trustHash);
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

async function record(place: Workplace, release: string | undefined, reason: string): Promise<string | undefined> {
	const served = (await servedReleases(place.stateFolder)).findLast((s) => s.release === release);
	const id = served?.deployment;
	if (id === undefined || !isDeploymentId(id)) return undefined;
	const at = new Date(clock.now()).toISOString();
	await place.memory.correct(id, {outcome: 'failed', cause: safe(reason, 200), at});
	return id;
}
