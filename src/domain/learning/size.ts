// Room: domain. Classes of batch size: the finest that a team's few deployments can still fill, and the one that went best.

import type {Patterns, Rate} from '../pattern.ts';
import {wilson} from './wilson.ts';
import {percent} from './words.ts';

export const SIZES = ['1-5', '6-10', '11-20', '21+'] as const;

/** @param features ≥ 1. */
export function sizeOf(features: number): (typeof SIZES)[number] {
	if (features <= 5) return '1-5';
	if (features <= 10) return '6-10';
	return features <= 20 ? '11-20' : '21+';
}

/** Deployments that a class needs, and as many outside of it, before it is called the best. */
const CASES = 3;

export interface BestSize {
	readonly name: (typeof SIZES)[number];
	/** `batches of 1-5 features went best so far: 9 of 9 went well, 62 % of the others`. */
	readonly words: string;
}

/**
 * The class whose rate is surely better than the others': its whole 95 % interval lies above how they went. Undefined
 * while none is: two sizes that do equally well have no best.
 */
export function bestSize({sizes}: Pick<Patterns, 'sizes'>): BestSize | undefined {
	const rates = SIZES.map((name) => ({name, rate: ownRate(sizes, name)}));
	const all = rates.reduce((sum, {rate}) => ({good: sum.good + rate.good, all: sum.all + rate.all}), NOTHING);
	const surely = rates.flatMap(({name, rate}) => {
		const others = {good: all.good - rate.good, all: all.all - rate.all};
		if (rate.all < CASES || others.all < CASES) return [];
		const {low} = wilson(rate);
		const share = others.good / others.all;
		const words = `batches of ${name} features went best so far: ${rate.good} of ${rate.all} went well, ${percent(share)} of the others`;
		return low > share ? [{name, low, words}] : [];
	});
	const [best] = surely.toSorted((a, b) => b.low - a.low);
	return best && {name: best.name, words: best.words};
}

const NOTHING: Rate = {good: 0, all: 0};

function ownRate(sizes: Patterns['sizes'], name: string): Rate {
	const rate = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
	return rate !== undefined && rate.all >= 1 && rate.good >= 0
		? {...rate, good: Math.min(rate.good, rate.all)}
		: NOTHING;
}
