// Room: domain. What people tend to ship: a score for each candidate, the sum of its signals' weights, learned from one
// choice after the other and started from weights that hold in other projects too. `chance` of a score reads as the
// probability that a person takes it now.
//
// Learning: stochastic gradient with a step of its own per weight (AdaGrad, Duchi, Hazan and Singer 2011) and a pull
// back to where the weight started. Two losses are mixed: the logistic one, which makes scores into probabilities, and
// that of a conditional choice (each taken candidate against all that were left beside it), which makes the order right.

import {isGeneral, type Signals} from './preference-signals.ts';

export interface Example {
	readonly signals: Signals;
	readonly taken: boolean;
}
/** One choice: everything that was offered. */
export type Offer = readonly Example[];
export type Weights = Readonly<Record<string, number>>;

const RATE = 0.15;
const LOGISTIC = 0.5;
const PULL = {general: 0.003, local: 0.01} as const;
const STEADY = 1e-6;

export interface Preference {
	score(signals: Signals): number;
	/** @param trust 0–1: how much such a choice says. */
	learn(offer: Offer, trust?: number): void;
	/** Every weight that learning has touched. */
	learned(): ReadonlyMap<string, number>;
}

/** Probability, 0–1. */
export const chance = (score: number): number => 1 / (1 + Math.exp(-score));

/** @param start weights to start from and be pulled back to; names that came from outside may be in it. */
export function createPreference(start: Weights): Preference {
	const from = new Map(Object.entries(start));
	const weights = new Map<string, number>();
	const slopes = new Map<string, number>();
	const weight = (name: string) => weights.get(name) ?? from.get(name) ?? 0;
	const score = (signals: Signals) => {
		let sum = 0;
		for (const [name, value] of signals) sum += value * weight(name);
		return sum;
	};
	return {
		score,
		learned: () => weights,
		learn(offer, trust = 1) {
			const gradient = gradientOf(
				offer,
				offer.map(({signals}) => score(signals)),
				trust,
			);
			for (const [name, value] of gradient) {
				const old = weight(name);
				const pull = isGeneral(name) ? PULL.general : PULL.local;
				const g = value - pull * (old - (from.get(name) ?? 0));
				const slope = (slopes.get(name) ?? 1) + g * g;
				slopes.set(name, slope);
				weights.set(name, old + (RATE * g) / Math.sqrt(slope));
			}
		},
	};
}

/** Uphill, per name. A choice of many counts as the square root of their number: they were not chosen one by one. */
function gradientOf(offer: Offer, scores: readonly number[], trust: number): Map<string, number> {
	const errors = offer.map(({taken}, i) => LOGISTIC * ((taken ? 1 : 0) - chance(scores[i] ?? 0)));
	const takenAt = offer.flatMap(({taken}, i) => (taken ? [i] : []));
	if (takenAt.length > 0 && takenAt.length < offer.length) {
		const top = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
		const odds = scores.map((score) => Math.exp(score - top));
		const left = offer.reduce((sum, {taken}, i) => sum + (taken ? 0 : (odds[i] ?? 0)), 0);
		for (const at of takenAt) {
			const all = (odds[at] ?? 0) + left || 1;
			errors[at] = (errors[at] ?? 0) + (1 - LOGISTIC) * (left / all);
			offer.forEach(({taken}, i) => {
				if (!taken) errors[i] = (errors[i] ?? 0) - (1 - LOGISTIC) * ((odds[i] ?? 0) / all);
			});
		}
	}
	const scale = trust / Math.sqrt(Math.max(1, takenAt.length));
	const gradient = new Map<string, number>();
	offer.forEach(({signals}, i) => {
		const error = (errors[i] ?? 0) * scale;
		if (Math.abs(error) < STEADY) return;
		for (const [name, value] of signals) gradient.set(name, (gradient.get(name) ?? 0) + error * value);
	});
	return gradient;
}

/** Seconds between changes of one author that were merged as one, and up to which they probably were. */
const AS_ONE = 10;
const PROBABLY = 90;

/**
 * What one author merged in one go is taken or left together, so it shares its score: whole within ten seconds, half
 * within a minute and a half.
 */
export function shareScores(
	candidates: readonly {readonly author?: string; readonly at: number}[],
	scores: readonly number[],
): number[] {
	const out = [...scores];
	const order = candidates
		.map((_, i) => i)
		.sort((a, b) => (candidates[a]?.at ?? 0) - (candidates[b]?.at ?? 0) || a - b);
	const pool = (gap: number, share: number) => {
		let group: number[] = [];
		const flush = () => {
			const mean = group.reduce((sum, i) => sum + (out[i] ?? 0), 0) / Math.max(1, group.length);
			for (const i of group) out[i] = (out[i] ?? 0) * (1 - share) + mean * share;
			group = [];
		};
		for (const i of order) {
			const one = candidates[i];
			const last = candidates[group.at(-1) ?? -1];
			if (last && one && (one.author === undefined || last.author !== one.author || one.at - last.at > gap)) flush();
			group.push(i);
		}
		flush();
	};
	pool(AS_ONE, 1);
	pool(PROBABLY, 0.5);
	return out;
}
