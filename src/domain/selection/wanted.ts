// Room: domain. How likely it is that a person takes what waits: the preference model asked about features, started from the
// shipped weights and moved by what was chosen here. It orders; it is never a reason by itself, and no screen names an author.

import type {Kind} from '../change.ts';
import {KINDS} from '../change.ts';
import type {Feature} from '../feature.ts';
import type {FeatureId} from '../ids.ts';
import type {Patterns} from '../pattern.ts';
import {chance, createPreference, type Weights} from './preference.ts';
import {PRIOR} from './preference-prior.ts';
import {placesOf} from './preference-signals.ts';
import {type Description, described, type Situation, scoresOf, type Waiting} from './situation.ts';

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
	readonly situation?: Situation;
}

function waitingOf({situation = {}, ...one}: Offered, otherwise: number): Waiting {
	const kind: Kind = KINDS.find((known) => known === one.kind) ?? 'other';
	const about = one.about ?? [];
	const written = /^\w+(\([^)]*\))?!?:/.test(one.title);
	const conventional = situation.conventional ?? written;
	// A feature's title has lost what a subject begins with.
	const head = conventional && !written ? `${kind}${one.scope === undefined ? '' : `(${one.scope})`}: ` : '';
	return {
		subject: `${head}${one.title}`,
		kind,
		...(one.scope === undefined ? {} : {scope: one.scope}),
		breaking: one.breaking,
		bot: about.includes('bot'),
		places: about.filter((name) => name !== 'bot'),
		...situation,
		conventional,
		at: situation.at ?? one.since ?? otherwise,
	};
}

/** What is offered together, as the model sees it. @param now seconds since the epoch. @param share 0–1, see START. */
export function offerOf(offered: readonly Offered[], now: number, share: number): Description {
	// Clocks differ: nothing that waits is from the future.
	const newest = offered.reduce((last, {since, situation}) => Math.max(last, situation?.at ?? since ?? 0), 0);
	const moment = {now: Math.max(now, newest), share};
	return described(
		offered.map((one) => waitingOf(one, newest)),
		moment,
	);
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

/** What is known of features besides what they say of themselves. */
export interface Surroundings {
	/** Seconds since the epoch; default: when the newest of them came. */
	readonly now?: number;
	readonly of?: ReadonlyMap<FeatureId, Situation>;
}

/** For each feature the probability, 0–1, that a person takes it now, in the order they came. */
export function wanted(features: readonly Feature[], patterns: Patterns, around: Surroundings = {}): number[] {
	const offered = features.map((feature): Offered => {
		const since = Math.min(...feature.changes.map((change) => change.authoredAt));
		const situation = around.of?.get(feature.id);
		return {
			...feature,
			about: aboutOf(feature),
			...(Number.isFinite(since) ? {since} : {}),
			...(situation === undefined ? {} : {situation}),
		};
	});
	const model = createPreference(weightsOf(patterns));
	return scoresOf(model, offerOf(offered, around.now ?? 0, shareOf(patterns))).map(chance);
}
