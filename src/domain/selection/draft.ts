// Room: domain. A feature on its way into a bucket, with what it cannot go without: what the rules look at is always both.

import type {Kind} from '../change.ts';
import type {Bucket, Feature, Reason} from '../feature.ts';
import type {Situation} from './situation.ts';

export interface Draft {
	readonly feature: Feature;
	/** Its own risk composed with that of all that comes along. */
	readonly risk: number;
	/** They add up to `risk`. */
	readonly reasons: readonly Reason[];
	/** Probability, 0–1, that a person takes it now. */
	readonly wanted: number;
	/** Everything it cannot go without, directly or not. */
	readonly along: readonly Draft[];
	/** What else is known of it. */
	readonly known?: Situation | undefined;
	/** How much the choices made here say against the table below, 0–1. */
	readonly experience: number;
	bucket: Bucket;
	/** A must that a person has to decide about: it takes no place, and nothing comes along for it. */
	held: boolean;
	/** Shown first: why it stands where it stands. */
	why: Reason;
}

/** How much a person would miss it, 0–1. */
const USE: Readonly<Record<Kind, number>> = {
	fix: 1,
	perf: 0.8,
	revert: 0.7,
	feat: 0.6,
	other: 0.4,
	build: 0.3,
	refactor: 0.3,
	docs: 0.2,
	ci: 0.15,
	chore: 0.15,
	test: 0.1,
	style: 0.1,
};

/** Whether a person would rather miss the one than the other, all else equal. */
export const isOfMoreUse = (one: Kind, other: Kind): boolean => USE[one] > USE[other];

/** What each thing that comes along costs: one more that can go wrong, and one place less for others. */
const EACH_ALONG = 0.02;
const ELSEWHERE = 0.35;
const HERE = 0.9;

/**
 * What is gained less twice what is risked. A third of the gain is what people elsewhere tend to ship: no more, for most of
 * them made patch releases, which hold features back. With choices made here it is what people here do, up to nine tenths.
 */
const worth = ({feature, risk, wanted, experience, along}: Draft) => {
	const learned = ELSEWHERE + (HERE - ELSEWHERE) * experience;
	return (1 - learned) * USE[feature.kind] + learned * wanted - 2 * risk - EACH_ALONG * along.length;
};

/** The most useful and least risky first; without any tie, whatever order they come in. */
export const mostUseful = (a: Draft, b: Draft): number =>
	worth(b) - worth(a) || a.risk - b.risk || (a.feature.id < b.feature.id ? -1 : a.feature.id > b.feature.id ? 1 : 0);
