// Room: domain. Which strategy a level asks for, and whether one that somebody named is less careful than that.
//
// fast track  blue-green   all at once, watched for a minute
// standard    canary       5, 25, 50, 100 %
// cautious    graduated    1, 5, 25, 75, 100 %
// high risk   graduated, and the gate looks twice as often: with every strategy, also a named one

import {duration} from '../learning/words.ts';
import type {Strategy} from '../rollout/strategy.ts';
import {type Safe, safe} from '../safe.ts';
import type {Level} from '../selection/level.ts';

const ADVISED: Readonly<Record<Level, string>> = {
	'fast track': 'blue-green',
	standard: 'canary',
	cautious: 'graduated',
	'high risk': 'graduated',
};

/** In the journal and on screens, while nobody has named a strategy and the risk is not known yet. No strategy can be called that. */
export const BY_RISK = 'by risk';

/** @param strategies holds all built-in ones, or a team's own in their place. */
export function advisedStrategy(level: Level, strategies: readonly Strategy[]): Strategy | undefined {
	return strategies.find(({name}) => name === ADVISED[level]);
}

/** Least time that a rollout takes, seconds. */
export const leastSeconds = ({steps}: Pick<Strategy, 'steps'>): number =>
	steps.reduce((sum, {watchSeconds}) => sum + watchSeconds, 0);

/** In what it is less careful, in words; undefined when it is not. */
export function lessCareful(strategy: Strategy, advised: Strategy): Safe | undefined {
	if (strategy.name === advised.name) return undefined;
	const first = (one: Strategy) => one.steps[0]?.weight ?? 100;
	const parts = [
		...(first(strategy) > first(advised)
			? [`${first(strategy)} % of the traffic at the first step, not ${first(advised)} %`]
			: []),
		...(leastSeconds(strategy) * 2 < leastSeconds(advised)
			? [`${duration(leastSeconds(strategy))} of watching, not ${duration(leastSeconds(advised))}`]
			: []),
	];
	return parts.length === 0 ? undefined : safe(parts.join(', '), 300);
}

/** How often the gate looks, seconds: half the strategy's own for a high risk, at least a tenth. */
export function tickFor({tickSeconds}: Pick<Strategy, 'tickSeconds'>, level: Level): number {
	return level === 'high risk' ? Math.max(0.1, tickSeconds / 2) : tickSeconds;
}
