// Room: stages. What stage 5 needs from outside, and the small facts its files share.

import type {Calendar} from '../../domain/advice/calendar.ts';
import {tickFor} from '../../domain/advice/choose-strategy.ts';
import type {Judge} from '../../domain/analysis/judge.ts';
import type {Batch} from '../../domain/batch.ts';
import {raise} from '../../domain/fault/fault.ts';
import type {Oid, SlotName} from '../../domain/ids.ts';
import {otherSlot} from '../../domain/ids.ts';
import type {Preferences} from '../../domain/memory.ts';
import type {Strategy} from '../../domain/rollout/strategy.ts';
import type {Runner} from '../../ports/process.ts';
import type {Observed, SlotStatus, StartSlot, Target} from '../../ports/target.ts';
import type {Before} from '../score.ts';
import type {Stand} from '../stage.ts';
import type {TrustPorts} from '../staging/trust.ts';

export interface ProductionPorts extends TrustPorts {
	readonly target: Target;
	readonly runner: Runner;
	readonly preferences: Preferences;
	readonly judge: Judge;
	/** The one that was settled with the batch. */
	readonly strategy: Strategy;
	/** When production may begin without asking. Missing: at any time. */
	readonly calendar?: Calendar;
	/** The application's environment: `env` and `envFile`. Values never reach the journal. */
	readonly environment: () => Promise<Readonly<Record<string, string>>>;
	/** Lays out, installs and builds a commit and returns its folder: for the base version, when nothing serves yet. */
	readonly prepare: (commit: Oid, name: string, stand: Stand) => Promise<string>;
}

export type Input = Before['production'];

/** What stage 5 is given: which strategy it is stands in the batch. */
export interface ProductionParts extends Omit<ProductionPorts, 'strategy'> {
	/** @param name of the batch's recommendation; undefined in books of before there was one. Faults: USAGE when it is gone. */
	readonly strategyNamed: (name: string | undefined) => Strategy;
}

/** The ports with the batch's strategy; for a high risk the gate looks twice as often. */
export function portsFor(parts: ProductionParts, batch: Batch | undefined): ProductionPorts {
	const {strategyNamed, ...rest} = parts;
	const recommendation = batch?.recommendation;
	const strategy = strategyNamed(recommendation?.strategy.name);
	if (recommendation === undefined) return {...rest, strategy};
	return {...rest, strategy: {...strategy, tickSeconds: tickFor(strategy, recommendation.risk.level)}};
}

/** How a release is called where it runs: version and commit, so that no two builds share a name. */
export function releaseName(batch: Batch): string {
	return `${batch.release.tag}+${batch.release.commit.slice(0, 8)}`;
}

export function baseName(input: Input): string {
	return `base+${input.discovery.base.oid.slice(0, 8)}`;
}

/** Where the new release goes: where it is already, else the slot that people are not on. */
export function candidateSlot(observed: Observed, release: string): SlotName {
	const already = (['blue', 'green'] as const).find((name) => observed.slots[name].release === release);
	return already ?? otherSlot(observed.stable);
}

export function allOn(slot: SlotName): Record<SlotName, number> {
	return slot === 'blue' ? {blue: 100, green: 0} : {blue: 0, green: 100};
}

export function split(candidate: SlotName, weight: number): Record<SlotName, number> {
	const rest = 100 - weight;
	return candidate === 'blue' ? {blue: weight, green: rest} : {blue: rest, green: weight};
}

export async function startRequest(
	ports: ProductionPorts,
	slot: SlotName,
	release: string,
	folder: string,
	fence: number,
): Promise<StartSlot> {
	const {commands, health} = ports.project;
	return {
		slot,
		release,
		folder,
		command: commands.start ?? '', // check() refused the stage when there is none
		env: await ports.environment(),
		healthPath: health.path,
		healthyWithin: health.withinSeconds,
		healthyInARow: health.inARow,
		fence,
	};
}

export async function observe(ports: ProductionPorts): Promise<Observed> {
	const observed = await ports.target.observe();
	return observed ?? raise('GATEWAY_UNREACHABLE', {with: {socket: ports.target.name}, stage: 'production'});
}

/** Its process answers requests, healthy or not. */
export const canServe = (slot: SlotStatus) => slot.state === 'healthy' || slot.state === 'unhealthy';
