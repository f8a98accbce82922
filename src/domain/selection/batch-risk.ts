// Room: domain. The risk of a batch, composed from its features' risks.
//
// A feature's risk is the chance that it needs a fix or a rollback one day; of such changes only a part hurts at deploy
// time. So the batch fails with 1 − Π(1 − s·r), where s is that part: 0.1, the mean of a Beta(1,9) prior, until rollbacks
// of one's own can teach it. Never less than the riskiest feature. Then the record of earlier deployments of that size (else of all) moves it; the composed figure
// counts as ten cases, and the riskiest feature stays the least.

import type {RankedFeature} from '../feature.ts';
import type {Patterns, Rate} from '../pattern.ts';
import type {Safe} from '../safe.ts';
import {safe} from '../safe.ts';
import {blend, rateOf} from './learned.ts';
import {levelOf} from './level.ts';
import {count, percent} from './words.ts';

const CASES = 10;
const HURTS_AT_DEPLOY = 0.1;

export const SIZE_CLASSES = [
	{name: '1-5', most: 5},
	{name: '6-10', most: 10},
	{name: '11-20', most: 20},
	{name: '21+', most: Number.POSITIVE_INFINITY},
] as const;

/** The name under which patterns keep batches of so many features. */
function sizeClass(features: number): (typeof SIZE_CLASSES)[number]['name'] {
	return SIZE_CLASSES.find(({most}) => features <= most)?.name ?? '21+';
}

/** @param risks each 0–1. */
export function compose(risks: readonly number[]): number {
	const none = risks.reduce((product, risk) => product * (1 - HURTS_AT_DEPLOY * Math.min(1, Math.max(0, risk))), 1);
	return Math.min(1, Math.max(0, ...risks, 1 - none));
}

function recordOf(patterns: Patterns, size: number): {rate: Rate; words: string} | undefined {
	const name = sizeClass(size);
	const same = rateOf(patterns.sizes, name);
	if (same)
		return {rate: same, words: `batches of ${name} features went well in ${same.good} of ${same.all} deployments`};
	const all = SIZE_CLASSES.flatMap((one) => rateOf(patterns.sizes, one.name) ?? []);
	const rate = all.reduce((sum, one) => ({good: sum.good + one.good, all: sum.all + one.all}), {good: 0, all: 0});
	if (rate.all === 0) return undefined;
	return {rate, words: `earlier batches, none of this size, went well in ${rate.good} of ${rate.all} deployments`};
}

export interface BatchRisk {
	readonly value: number;
	readonly evidence: number;
	readonly reasons: readonly Safe[];
}

/** @param chosen everything that goes, pulled-in features too. */
export function batchRisk(chosen: readonly RankedFeature[], patterns: Patterns): BatchRisk {
	const risks = chosen.map(({risk}) => risk);
	const composed = compose(risks);
	const highest = Math.max(0, ...risks);
	const record = recordOf(patterns, chosen.length);
	const value = Math.round(Math.max(highest, blend(composed, record?.rate, CASES)) * 100) / 100;
	const riskiest = chosen.find(({risk}) => risk === highest);
	const reasons = [
		`${count(chosen.length, 'feature')} together: ${percent(composed)} from their own risks`,
		...(riskiest && chosen.length > 1 ? [`the riskiest is “${riskiest.feature.title}” with ${percent(highest)}`] : []),
		record?.words ?? 'no earlier deployment to compare with: this is a documented guess, not experience',
		`${percent(value)}: ${levelOf(value)}`,
	];
	return {value, evidence: Math.max(0, patterns.deployments), reasons: reasons.map((text) => safe(text, 300))};
}
