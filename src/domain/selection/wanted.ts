// Room: domain. How likely it is that a person takes what waits: the preference model asked about features, started from the
// shipped weights and moved by what was chosen here. No author is looked at: who wrote it is no reason to leave it out.

import type {Kind} from '../change.ts';
import {KINDS} from '../change.ts';
import type {Feature} from '../feature.ts';
import type {Patterns} from '../pattern.ts';
import {chance, createPreference, type Weights} from './preference.ts';
import {PRIOR} from './preference-prior.ts';
import {type Candidate, type Pool, placesOf, signalsOf} from './preference-signals.ts';

/** What learning keeps of a feature besides its title, kind and scope: few names, from paths and from who made it. */
export function aboutOf(feature: Feature): string[] {
	const paths = [...new Set(feature.changes.flatMap((change) => change.files.map((file) => file.path)))];
	const only = feature.changes.length > 0 && feature.changes.every((change) => change.bot);
	return [...placesOf(paths), ...(only ? ['bot'] : [])];
}

/** A feature as it is offered: the same fields whether it waits now or was journaled long ago. */
export interface Offered {
	readonly title: string;
	readonly kind: string;
	readonly scope?: string;
	readonly breaking: boolean;
	readonly about?: readonly string[];
	/** Seconds since the epoch of its oldest change. */
	readonly since?: number;
}

/** @param otherwise the time of a feature that has none. */
export function candidateOf(one: Offered, otherwise: number): Candidate {
	const kind: Kind = KINDS.find((known) => known === one.kind) ?? 'other';
	const about = one.about ?? [];
	return {
		subject: one.title,
		kind,
		conventional: /^\w+(\([^)]*\))?!?:/.test(one.title),
		...(one.scope === undefined ? {} : {scope: one.scope}),
		breaking: one.breaking,
		bot: about.includes('bot'),
		places: about.filter((name) => name !== 'bot'),
		at: one.since ?? otherwise,
	};
}

/** @param share 0–1, of what was offered that was taken so far. */
export function poolOf(offered: readonly Offered[], share: number): Pool {
	const times = offered.flatMap(({since}) => since ?? []).sort((a, b) => a - b);
	return {now: times.at(-1) ?? 0, times, share};
}

/** As if one of four had been taken before anything was. */
export const START = {taken: 1, all: 4} as const;

function shareOf({taken}: Patterns): number {
	const rates = Object.values(taken);
	const sum = (of: 'good' | 'all') => rates.reduce((total, rate) => total + Math.max(0, rate[of]), 0);
	return Math.min(1, (START.taken + sum('good')) / (START.all + sum('all')));
}

/** What is known here replaces what was shipped. */
const weightsOf = ({preference}: Patterns): Weights => ({...PRIOR, ...preference});

/** For each feature the probability, 0–1, that a person takes it now, in the order they came. */
export function wanted(features: readonly Feature[], patterns: Patterns): number[] {
	const model = createPreference(weightsOf(patterns));
	const offered = features.map((feature): Offered => {
		const since = Math.min(...feature.changes.map((change) => change.authoredAt));
		return {...feature, about: aboutOf(feature), ...(Number.isFinite(since) ? {since} : {})};
	});
	const pool = poolOf(offered, shareOf(patterns));
	return offered.map((one) => chance(model.score(signalsOf(candidateOf(one, pool.now), pool))));
}
