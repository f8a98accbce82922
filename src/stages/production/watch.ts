// Room: stages. Watching one step of a rollout: reads the counts at each tick, lets the judge speak, and keeps the lease.

import type {Judgement} from '../../domain/analysis/judge.ts';
import {type Counts, NO_COUNTS, type Window, windowBetween} from '../../domain/analysis/window.ts';
import type {SlotName} from '../../domain/ids.ts';
import {otherSlot} from '../../domain/ids.ts';
import type {RolloutStep, Strategy, Thresholds} from '../../domain/rollout/strategy.ts';
import {safe} from '../../domain/safe.ts';
import type {Stand} from '../stage.ts';
import type {ProductionPorts} from './ports.ts';

export interface Watched {
	readonly judgement: Judgement;
	readonly candidate: Window;
	readonly baseline: Window;
	/** The hold time passed without enough evidence. */
	readonly thin: boolean;
}

/** A strategy may be stricter than the person's outer limit, never laxer. */
function limits(strategy: Strategy, outer: number): Thresholds {
	return {...strategy.thresholds, errorRate: Math.min(strategy.thresholds.errorRate, outer)};
}

/** From where the counts of a step are compared. */
export interface Since {
	counts: Counts;
}

/** Where a step begins to be watched. A wish to go on that came earlier was about another step. */
export async function beginWatch({target}: ProductionPorts, stand: Stand): Promise<Since> {
	stand.wishes();
	return {counts: await target.counts()};
}

export interface Watching {
	readonly slot: SlotName;
	readonly step: RolloutStep;
	readonly since: Since;
	/** Seconds after which the evidence counts as thin; time that was paused is not counted. */
	readonly limitSeconds: number;
}

/**
 * Watches until the judge says stop or go on, a person promotes, or the time is over. Counts from before a restart of
 * the gateway are not compared with those after it: the window starts again, the time does not.
 */
export async function watch(
	ports: ProductionPorts,
	stand: Stand,
	{slot: candidateSlot, step, since, limitSeconds}: Watching,
): Promise<Watched> {
	const {target, strategy, judge, preferences} = ports;
	const {clock, fence, signal} = stand;
	const key = `route.${step.weight}`;
	const thresholds = limits(strategy, preferences.auto_rollback_threshold);
	const started = clock.mono();
	let pausedMs = 0;

	for (;;) {
		const tickAt = clock.mono();
		await clock.sleep(strategy.tickSeconds * 1000, signal);
		const {promote, paused} = stand.wishes();
		if (paused) pausedMs += clock.mono() - tickAt;
		await target.renew(fence);
		const [now, observed] = await Promise.all([target.counts(), target.observe()]);
		if (now.epoch !== since.counts.epoch) since.counts = {epoch: now.epoch, slots: {blue: NO_COUNTS, green: NO_COUNTS}};
		const window = (slot: SlotName) => windowBetween(since.counts.slots[slot], now.slots[slot]);
		const candidate = window(candidateSlot);
		const baseline = window(otherSlot(candidateSlot));
		const watchedSeconds = (clock.mono() - started - pausedMs) / 1000;
		const slot = observed?.slots[candidateSlot];
		// A slot that died while it was watched is past probing, also when the target is starting it again.
		const gone = slot === undefined || ['failed', 'empty', 'restarting'].includes(slot.state);
		const judgement: Judgement = gone
			? {
					verdict: 'stop',
					rule: 'health',
					why: safe(`the new version stopped by itself (exit ${slot?.lastExit ?? '?'})`),
				}
			: judge({
					candidate,
					baseline,
					failedProbes: slot.failedProbes,
					watchedSeconds,
					watchSeconds: step.watchSeconds,
					thresholds,
				});
		await stand.emit({type: 'traffic.observed', step: key, candidateSlot, candidate, baseline, judgement});
		const watched = {judgement, candidate, baseline, thin: false};
		if (judgement.verdict === 'stop') return watched;
		const left = observed?.weights[candidateSlot] !== step.weight;
		if (left) {
			const why = `the router took the traffic back by itself (${JSON.stringify(observed?.weights)})`;
			return {...watched, judgement: {verdict: 'stop', rule: 'health', why: safe(why)}};
		}
		if (promote) {
			const why = safe('a person went on before the watch was over');
			return {...watched, judgement: {verdict: 'go on', rule: 'passed', why}};
		}
		if (paused) continue;
		if (judgement.verdict === 'go on') return watched;
		if (watchedSeconds > limitSeconds) return {...watched, thin: true};
	}
}
