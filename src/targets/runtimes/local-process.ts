// Room: targets. Runtime: releases as processes of this machine, owned by the gateway.

import {raise} from '../../domain/fault/fault.ts';
import {type Safe, safe, safeLines} from '../../domain/safe.ts';
import type {SlotReport} from '../../gateway/protocol.ts';
import type {Clock} from '../../ports/clock.ts';
import type {SlotStatus, Target} from '../../ports/target.ts';
import type {GatewayClient} from '../gateway-client.ts';

const POLL_MS = 50;
/** Lines of the application's output that go into a fault. */
const LAST_LINES = 20;

export function slotStatus(report: SlotReport): SlotStatus {
	const {release, failure: _failure, warmUntil: _warm, ...rest} = report;
	return {...rest, ...(release === undefined ? {} : {release: safe(release)})};
}

export function localProcesses(
	client: GatewayClient,
	clock: Clock,
): Pick<Target, 'start' | 'stop' | 'keepWarm' | 'logs'> {
	const logs: Target['logs'] = async (slot, lines) => {
		const {lines: raw} = await client.call('logs', {slot, lines});
		return raw.flatMap((line): Safe[] => safeLines(line)).slice(-lines);
	};
	return {
		async start(wish, signal) {
			const {slot, release, healthyWithin} = wish;
			signal?.throwIfAborted();
			let seen = await client.call('start', wish, signal === undefined ? {} : {signal});
			// The gateway keeps the time limit; ours is only there in case it cannot.
			const deadline = clock.mono() + healthyWithin * 1000 + 30_000;
			for (;;) {
				if (seen.release !== release)
					raise('ROUTE_NOT_CONFIRMED', {with: {wanted: release, seen: seen.release ?? 'nothing'}});
				if (seen.state === 'healthy' || seen.state === 'unhealthy') return slotStatus(seen);
				if (seen.state === 'failed' && seen.failure !== 'never-healthy')
					raise('SLOT_DIED', {
						with: {release, exit: seen.lastExit ?? 'unknown', slot},
						details: await logs(slot, LAST_LINES),
					});
				if (seen.state === 'failed' || clock.mono() > deadline)
					raise('NEVER_HEALTHY', {
						with: {release, seconds: healthyWithin, slot},
						details: await logs(slot, LAST_LINES),
					});
				await clock.sleep(POLL_MS, signal);
				seen = (await client.call('observe', {})).slots[slot];
			}
		},
		async stop(slot, fence) {
			await client.call('stop', {slot, fence});
		},
		async keepWarm(slot, seconds, fence) {
			await client.call('keepWarm', {slot, seconds, fence});
		},
		logs,
	};
}
