// Room: stages. What a rollout knows of itself while it goes on, and the report it ends with.

import type {Window} from '../../domain/analysis/window.ts';
import type {SlotName} from '../../domain/ids.ts';
import type {ProductionReport} from '../../domain/release.ts';
import type {Stand} from '../stage.ts';
import type {ProductionPorts} from './ports.ts';

export interface Rollout {
	readonly release: string;
	readonly slot: SlotName;
	/** Undefined for the very first release. */
	readonly stable: SlotName | undefined;
	readonly startedMono: number;
	candidate: Window;
	baseline: Window;
	moved: boolean;
}

export const NOTHING_SEEN: Window = {requests: 0, errors: 0, errorRate: 0};

/** Two windows of different steps, as one total. Quantiles cannot be added and are left out. */
export function addWindows(a: Window, b: Window): Window {
	const requests = a.requests + b.requests;
	const errors = a.errors + b.errors;
	return {requests, errors, errorRate: requests === 0 ? 0 : errors / requests};
}

export function reportOf(
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
