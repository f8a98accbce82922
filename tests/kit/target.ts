// Room: tests. A target in memory: slots, weights, counts that follow a plan. For the rollout's logic; the real gateway has tests of its own.

import {NO_COUNTS, type SlotCounts} from '../../src/domain/analysis/window.ts';
import {raise} from '../../src/domain/fault/fault.ts';
import {SLOTS, type SlotName} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Observed, SlotStatus, Target} from '../../src/ports/target.ts';
import type {FakeClock} from './clock.ts';

export interface FakeTarget extends Target {
	readonly calls: string[];
	/** Requests per second through the front door, and the share of 5xx by release. */
	rate: number;
	errorRate: Record<string, number>;
	/** Set to a fault code's effect: the release never gets healthy. */
	sick?: string;
	slots: Record<SlotName, SlotStatus>;
	weights: Record<SlotName, number>;
	stable: SlotName;
	running: boolean;
}

const empty = (name: SlotName): SlotStatus => ({name, state: 'empty', inFlight: 0, websockets: 0, failedProbes: 0});

export function fakeTarget(clock: FakeClock, serving?: string): FakeTarget {
	const counts: Record<SlotName, SlotCounts> = {blue: NO_COUNTS, green: NO_COUNTS};
	let countedAt = 0;
	const advance = () => {
		const seconds = (clock.mono() - countedAt) / 1000;
		countedAt = clock.mono();
		for (const name of SLOTS) {
			const requests = Math.round((target.rate * seconds * target.weights[name]) / 100);
			const bad = Math.round(requests * (target.errorRate[target.slots[name].release ?? ''] ?? 0));
			const was = counts[name];
			const classes = [0, 0, was.classes[2] + requests - bad, 0, 0, was.classes[5] + bad] as const;
			counts[name] = {...was, requests: was.requests + requests, classes};
		}
	};
	const target: FakeTarget = {
		name: 'fake',
		capabilities: {weights: 'request', drain: 'counted', websocketsSurviveSwitch: true, switch: 'atomic'},
		calls: [],
		rate: 50,
		errorRate: {},
		running: true,
		stable: 'blue',
		weights: {blue: 100, green: 0},
		slots: {
			blue:
				serving === undefined
					? empty('blue')
					: {...empty('blue'), release: safe(serving), state: 'healthy', pid: 1, port: 1},
			green: empty('green'),
		},
		ensure: async () => {
			target.running = true;
		},
		observe: async (): Promise<Observed | undefined> =>
			target.running
				? {
						slots: {...target.slots},
						weights: {...target.weights},
						stable: target.stable,
						fence: 1,
						frontDoor: 'http://127.0.0.1:1',
					}
				: undefined,
		async start(request) {
			target.calls.push(`start ${request.slot} ${request.release}`);
			if (target.sick === request.release)
				raise('NEVER_HEALTHY', {with: {release: request.release, seconds: 1, slot: request.slot}});
			target.slots[request.slot] = {
				...empty(request.slot),
				release: safe(request.release),
				state: 'healthy',
				pid: 2,
				port: 2,
			};
			return target.slots[request.slot];
		},
		async route(wish) {
			advance();
			target.calls.push(`route ${wish.weights.blue}/${wish.weights.green} stable ${wish.stable}`);
			target.weights = {...wish.weights};
			target.stable = wish.stable;
		},
		renew: async () => undefined,
		drain: async (slot) => {
			target.calls.push(`drain ${slot}`);
			return {inFlight: 0, websockets: 0};
		},
		async stop(slot) {
			if (target.weights[slot] > 0) throw new Error(`stop ${slot} while it has weight`);
			target.calls.push(`stop ${slot}`);
			target.slots[slot] = empty(slot);
		},
		keepWarm: async (slot) => void target.calls.push(`warm ${slot}`),
		async counts() {
			advance();
			return {epoch: 'e', slots: {...counts}};
		},
		logs: async () => [],
	};
	return target;
}
