// Room: domain. What waits, described for the preference model in the one way that there is: the product asks it of features,
// the bench of rows of a table, and both learn from what it says. Pure; who finds the situation out lives elsewhere.

import {type Preference, shareScores} from './preference.ts';
import {type Candidate, type Pool, signalsOf} from './preference-signals.ts';

/** What is known of one that waits besides its words and files. Fields are left away when nobody knows. */
export interface Situation {
	/** Seconds since the epoch: when its last part came to the branch. */
	readonly at?: number;
	/** The kind was written by the author, not guessed. */
	readonly conventional?: boolean;
	/** Tells authors apart, and says nothing else about them. */
	readonly author?: string;
	/** Whether it conflicts when it goes by itself on what is live. */
	readonly conflicts?: boolean;
	/** How many other changes that wait its lines rest on, directly. */
	readonly needs?: number;
	/** How often other lines of releases took it, and when the first did, in seconds since the epoch. */
	readonly elsewhere?: {readonly times: number; readonly first: number};
	/** It came after the last time somebody chose for this line of releases. */
	readonly fresh?: boolean;
}

/** One that waits: its words and files, and the situation. */
export type Waiting = Pick<Candidate, 'subject' | 'kind' | 'scope' | 'breaking' | 'bot' | 'places' | 'at'> &
	Situation & {readonly at: number; readonly conventional: boolean};

/** When somebody chooses. Times are seconds since the epoch. */
export interface Moment {
	readonly now: number;
	/** Share, 0–1, of what was offered that was taken so far on this line. */
	readonly share: number;
	/** What is older counts as that old. */
	readonly notBefore?: number;
}

export interface Description {
	readonly candidates: readonly Candidate[];
	readonly pool: Pool;
}

/** What came after `now` on another line is not known yet. */
export function described(waiting: readonly Waiting[], {now, share, notBefore = 0}: Moment): Description {
	const ofAuthor = new Map<string | undefined, number>();
	for (const {author} of waiting) ofAuthor.set(author, (ofAuthor.get(author) ?? 0) + 1);
	const candidates = waiting.map(({elsewhere, ...one}): Candidate => {
		const known = elsewhere !== undefined && elsewhere.times > 0 && elsewhere.first < now;
		return {
			...one,
			at: Math.max(one.at, notBefore),
			...(one.author === undefined ? {} : {ofAuthor: ofAuthor.get(one.author) ?? 1}),
			...(known ? {takenElsewhere: elsewhere.times, takenAgo: now - Math.max(notBefore, elsewhere.first)} : {}),
		};
	});
	const times = candidates.map(({at}) => at).sort((a, b) => a - b);
	return {candidates, pool: {now, times, share}};
}

/** For each candidate how much it is wanted, in their order; `chance` reads it as a probability. */
export function scoresOf(model: Pick<Preference, 'score'>, {candidates, pool}: Description): number[] {
	return shareScores(
		candidates,
		candidates.map((one) => model.score(signalsOf(one, pool))),
	);
}
