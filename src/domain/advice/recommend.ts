// Room: domain. A recommendation, put together from what is known of one release: six parts, and advice. Pure: the clock, the
// disk and the memory were asked before.

import {bestSize, sizeOf} from '../learning/size.ts';
import {secondsOf} from '../learning/statistics.ts';
import {duration, median} from '../learning/words.ts';
import type {Strategy} from '../rollout/strategy.ts';
import {type Safe, safe} from '../safe.ts';
import {type Level, levelOf} from '../selection/level.ts';
import {count, percent} from '../selection/words.ts';
import type {Calendar} from './calendar.ts';
import {type Classed, classify} from './change-class.ts';
import {advisedStrategy, leastSeconds, lessCareful, tickFor} from './choose-strategy.ts';
import {compositeOf, factorsOf, type Known, type Weights} from './factors.ts';
import type {Advice, ChosenBy, Recommendation} from './recommendation.ts';
import {rollbackSteps} from './rollback-steps.ts';
import {timingOf} from './timing.ts';

/** What a strategy was named by, when it was. */
export interface Named {
	readonly strategy: Strategy;
	/** `risk`: an earlier life of this deployment found it, and it stays. */
	readonly chosenBy: ChosenBy;
	/** In the words of whoever named it. */
	readonly reason?: string | undefined;
	/** What was said when it was chosen, in an earlier life. */
	readonly because?: Safe | undefined;
}

export interface Disk {
	/** Bytes of the newest release folder here; `least` when it was too large to count to its end. */
	readonly release?: {readonly bytes: number; readonly least: boolean};
	/** Bytes that are free where releases lie. */
	readonly free?: number;
}

export interface Situation extends Omit<Known, 'timing'> {
	/** The batch's own, 0–1. */
	readonly value: number;
	readonly weights: Weights;
	readonly calendar: Calendar;
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly strategies: readonly Strategy[];
	readonly named?: Named | undefined;
	readonly port: number;
	readonly migrate: boolean;
	/** No strategy may tolerate a higher error rate, 0–1. */
	readonly errorLimit: number;
	readonly disk: Disk;
	/** How long measured rollbacks took, seconds. */
	readonly rollbacks: readonly number[];
	/** What other rules advise. */
	readonly advice?: readonly Advice[];
}

export function recommend(situation: Situation): Recommendation {
	const {going, patterns, strategies, named, calendar, now} = situation;
	const timing = timingOf(calendar, patterns, now);
	const factors = factorsOf({...situation, timing}, situation.weights);
	const classed = classify(going.map(({feature}) => feature));
	const score = compositeOf(factors);
	const {level, because} = leveled(score, situation.value, classed);
	const advised = advisedStrategy(level, strategies);
	const strategy = named?.strategy ?? advised ?? strategies[0];
	if (strategy === undefined) throw new TypeError('there is no strategy at all');
	const less = named && advised ? lessCareful(named.strategy, advised) : undefined;
	const measured = median(situation.rollbacks);
	const schema = going.flatMap(({feature}) => feature.findings).filter(({topic}) => topic === 'schema');
	const {migrate} = situation;
	const steps = rollbackSteps({high: level === 'high risk', migrate, schema, strategy: strategy.name});
	return {
		risk: {
			value: situation.value,
			score,
			level,
			because,
			class: classed.class,
			classBecause: classed.because,
			factors,
		},
		strategy: {
			name: strategy.name,
			chosenBy: named?.chosenBy ?? 'risk',
			because: named
				? (named.because ?? namedWords(named, advised, level))
				: safe(`level ${level}; ${strategy.description}`, 300),
			advised: advised?.name ?? strategy.name,
		},
		timing: {
			verdict: timing.verdict,
			at: new Date(timing.at).toISOString(),
			timeZone: calendar.timeZone,
			reasons: timing.reasons,
			...(timing.asks === undefined ? {} : {asks: timing.asks}),
		},
		resources: resources(situation, strategy),
		monitoring: monitoring(strategy, level, situation.errorLimit),
		rollback: {steps: steps.map((text) => safe(text, 400)), ...(measured === undefined ? {} : {seconds: measured})},
		advice: [...carefulness(less, named, advised), ...size(situation), ...(situation.advice ?? [])],
	};
}

/** By the highest of the three; of equals the one that says most. */
function leveled(score: number, value: number, {class: name, floor, because}: Classed): {level: Level; because: Safe} {
	const three = [
		{n: floor, words: `a change of class ${name} is never less than ${percent(floor)}: ${because}`},
		{n: value, words: `the predicted risk is ${percent(value)}`},
		{n: score, words: `the seven factors give ${score.toFixed(2)}`},
	] as const;
	const highest = Math.max(...three.map(({n}) => n));
	const decides = three.find(({n}) => n === highest);
	return {level: levelOf(highest), because: safe(decides?.words ?? '', 400)};
}

function namedWords({chosenBy, reason}: Named, advised: Strategy | undefined, level: Level): Safe {
	const why = reason ?? (chosenBy === 'project' ? 'orchestration/orchestra.json says so' : 'no reason given');
	return safe(`${why}; level ${level} asks for ${advised?.name ?? 'nothing else'}`, 300);
}

/** Another strategy than the one by risk, with what that costs in carefulness. */
function carefulness(less: Safe | undefined, named: Named | undefined, advised: Strategy | undefined): Advice[] {
	if (less === undefined || named === undefined || advised === undefined) return [];
	return [
		{
			rule: 'strategy-less-careful',
			severity: 'caution',
			text: safe(`Strategy ${named.strategy.name} is less careful than the risk asks for: ${less}`, 300),
			do: safe(`orchestra deploy --strategy ${advised.name}`),
		},
	];
}

function size({going, patterns}: Situation): Advice[] {
	const best = bestSize(patterns);
	if (best === undefined || best.name === sizeOf(Math.max(1, going.length))) return [];
	return [
		{
			rule: 'batch-size',
			severity: 'note',
			text: safe(`${count(going.length, 'feature')} go; ${best.words}`, 300),
			do: safe(`choose ${best.name} features; what waits can go with the next release`),
		},
	];
}

function bytes(n: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	const power = Math.min(units.length - 1, n < 1000 ? 0 : Math.floor(Math.log10(n) / 3));
	return `${Number((n / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

function resources({port, migrate, disk, past}: Situation, strategy: Strategy): Safe[] {
	const size =
		disk.release === undefined
			? 'unknown until a first release is built here'
			: `${disk.release.least ? 'more than ' : 'about '}${bytes(disk.release.bytes)} for its folder, as the last one took; up to 7 are kept`;
	const free = disk.free === undefined ? '' : `; ${bytes(disk.free)} are free`;
	const took = past.filter((one) => one.outcome === 'promoted').flatMap((one) => secondsOf(one) ?? []);
	const usual = median(took);
	const all =
		usual === undefined ? '' : `; a whole deployment usually takes ${duration(usual)} (${count(took.length, 'case')})`;
	return [
		`memory and CPU for two instances at once, the old and the new one, also while the old one stays warm (${duration(strategy.warmSeconds)})`,
		`ports: ${port} as the front door, and a free one for each instance`,
		`disk: ${size}${free}`,
		...(migrate ? ['database: the migrate command runs once, before the new version starts'] : []),
		`time: the rollout takes at least ${duration(leastSeconds(strategy))}${all}`,
	].map((text) => safe(text, 300));
}

function monitoring(strategy: Strategy, level: Level, errorLimit: number): Recommendation['monitoring'] {
	const tickSeconds = tickFor(strategy, level);
	const {thresholds, steps, holdAfterSeconds} = strategy;
	const limit = Math.min(thresholds.errorRate, errorLimit);
	const each = steps.map(({weight, watchSeconds}) => `${weight} % for ${duration(watchSeconds)}`).join(', ');
	const closer = tickSeconds < strategy.tickSeconds ? `, twice as often as usual: ${level}` : '';
	const rate = (share: number) => `${Number((share * 100).toFixed(2))} %`;
	return {
		tickSeconds,
		watch: [
			`looks every ${tickSeconds} s${closer}`,
			each,
			`takes it back over ${rate(limit)} errors, a share ${rate(thresholds.errorRateOverBaseline)} higher than the old version’s, or ${count(thresholds.unhealthyInARow, 'failed health probe')} in a row`,
			...(thresholds.minRequests > 0
				? [
						`asks a person where a step has fewer than ${thresholds.minRequests} requests after ${duration(holdAfterSeconds)}`,
					]
				: []),
		].map((text) => safe(text, 400)),
	};
}
