// Room: bench. How well a ranking finds what was chosen, release after release: each is predicted from those before it, then
// learned from. Nothing of a release is known to the model before its own prediction is made.

import {chance, createPreference, type Weights} from '../../src/domain/selection/preference.ts';
import {signalsOf} from '../../src/domain/selection/preference-signals.ts';
import {scoresOf} from '../../src/domain/selection/situation.ts';
import type {Release} from './data.ts';

/** Mean precision at the places of what was chosen (average precision); undefined when nothing was. */
export function averagePrecision(scores: readonly number[], taken: readonly boolean[]): number | undefined {
	const order = scores.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
	let [hits, sum] = [0, 0];
	order.forEach((i, place) => {
		if (taken[i]) sum += ++hits / (place + 1);
	});
	return hits === 0 ? undefined : sum / hits;
}

const mean = (values: readonly number[]) =>
	values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

interface Guess {
	readonly chances: readonly number[];
	readonly taken: readonly boolean[];
}

function f1(guesses: readonly Guess[], bar: (at: number) => number): number {
	let [right, said, there] = [0, 0, 0];
	guesses.forEach(({chances, taken}, at) => {
		const least = bar(at);
		chances.forEach((value, i) => {
			if (value >= least) said++;
			if (taken[i]) there++;
			if (value >= least && taken[i]) right++;
		});
	});
	return said + there === 0 ? 0 : (2 * right) / (said + there);
}

const BARS = Array.from({length: 30}, (_, i) => (i + 1) / 31);
const REMEMBERED = 60;

/** The bar for each release: the one that was best for those before it; a half until there are any. */
function bars(guesses: readonly Guess[]): number[] {
	return guesses.map((_, at) => {
		const past = guesses.slice(Math.max(0, at - REMEMBERED), at);
		if (past.every(({taken}) => !taken.includes(true))) return 0.5;
		const worth = BARS.map((bar) => f1(past, () => bar));
		return BARS[worth.indexOf(Math.max(...worth))] ?? 0.5;
	});
}

/** Small, seeded, good enough to shuffle (Steele, Lea and Flood 2014, as mulberry32). */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export interface Figures {
	/** Over all releases of which anything was chosen. */
	readonly map: number;
	/** Over the later half of them. */
	readonly laterMap: number;
	/** Without learning: the weights that it started from alone. */
	readonly coldMap: number;
	readonly f1: number;
	/** Ordered by how often a change of that type was chosen before. */
	readonly floorMap: number;
	/** `fix` and `perf` are taken. */
	readonly floorF1: number;
	readonly randomMap: number;
	/** Releases that count: those of which anything was chosen. */
	readonly releases: number;
}

const SHUFFLES = 20;

/** @param releases in the order of time. */
export function evaluate(releases: readonly Release[], prior: Weights): Figures {
	const model = createPreference(prior);
	const cold = createPreference(prior);
	const next = random(1);
	const types = new Map<string, {taken: number; all: number}>();
	const of: Record<'model' | 'cold' | 'floor' | 'random', number[]> = {model: [], cold: [], floor: [], random: []};
	const guesses: Guess[] = [];
	const fixes: Guess[] = [];
	for (const {rows, candidates, pool} of releases) {
		const signals = candidates.map((one) => signalsOf(one, pool));
		const taken = rows.map(({selected}) => selected);
		const scores = scoresOf(model, {candidates, pool});
		const keep = (name: keyof typeof of, values: readonly number[]) => {
			const ap = averagePrecision(values, taken);
			if (ap !== undefined) of[name].push(ap);
		};
		keep('model', scores);
		keep('cold', scoresOf(cold, {candidates, pool}));
		keep(
			'floor',
			rows.map(({type}) => ((types.get(type)?.taken ?? 0) + 0.3) / ((types.get(type)?.all ?? 0) + 1)),
		);
		for (let i = 0; i < SHUFFLES; i++)
			keep(
				'random',
				rows.map(() => next()),
			);
		guesses.push({chances: scores.map(chance), taken});
		fixes.push({chances: rows.map(({type}) => (/^(fix|perf)$/i.test(type) ? 1 : 0)), taken});

		model.learn(signals.map((one, i) => ({signals: one, taken: taken[i] ?? false})));
		for (const {type, selected} of rows) {
			const rate = types.get(type) ?? {taken: 0, all: 0};
			types.set(type, {taken: rate.taken + (selected ? 1 : 0), all: rate.all + 1});
		}
	}
	const found = bars(guesses);
	return {
		map: mean(of.model),
		laterMap: mean(of.model.slice(of.model.length >> 1)),
		coldMap: mean(of.cold),
		f1: f1(guesses, (at) => found[at] ?? 0.5),
		floorMap: mean(of.floor),
		floorF1: f1(fixes, () => 0.5),
		randomMap: mean(of.random),
		releases: of.model.length,
	};
}
