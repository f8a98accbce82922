// Room: domain. A pattern: a learned regularity with its support. The whole document is a fold over summaries, so that it
// can be rebuilt at any time and nothing is ever counted twice.

export interface Rate {
	/** Cases in which it went well, and all cases. */
	readonly good: number;
	readonly all: number;
}

/** What happened to one change in earlier deployments, by object id. */
export interface Scar {
	readonly deployment: string;
	readonly outcome: 'rolled_back' | 'failed';
	readonly why: string;
	/** How many features shared the blame in that deployment: 1 means it was surely this one. */
	readonly suspects: number;
}

export interface Patterns {
	readonly schemaVersion: 1;
	readonly deployments: number;
	/** By feature kind (`feat`, `fix` …). */
	readonly kinds: Readonly<Record<string, Rate>>;
	/** By finding topic (`schema`, `api` …). */
	readonly topics: Readonly<Record<string, Rate>>;
	/** By conventional-commit scope. */
	readonly scopes: Readonly<Record<string, Rate>>;
	/** By batch size: `1-5`, `6-10`, `11-20`, `21+`. */
	readonly sizes: Readonly<Record<string, Rate>>;
	/** By UTC weekday `0` (Sunday) … `6` and hour `0`…`23`. */
	readonly weekdays: Readonly<Record<string, Rate>>;
	readonly hours: Readonly<Record<string, Rate>>;
	/** By change object id: the lessons that stick to it until it is promoted. */
	readonly scars: Readonly<Record<string, Scar>>;
	/** How often a person took a feature of this bucket, against how often it was offered. */
	readonly taken: Readonly<Record<string, Rate>>;
	/** Choices that a person made among what was on the screen; what `taken` and `choices` rest on. */
	readonly chosen?: number | undefined;
	/** How often features of this kind, `fix`, or kind and scope, `fix(api)`, were taken of those offered. */
	readonly choices?: Readonly<Record<string, Rate>> | undefined;
	/** Weights of the preference model that choices here have moved, by signal; the others are the shipped ones. */
	readonly preference?: Readonly<Record<string, number>> | undefined;
	/** Rules that the next deployment follows, in words, with their support. */
	readonly rules: readonly {readonly id: string; readonly text: string; readonly support: number}[];
}

export const NO_PATTERNS: Patterns = {
	schemaVersion: 1,
	deployments: 0,
	kinds: {},
	topics: {},
	scopes: {},
	sizes: {},
	weekdays: {},
	hours: {},
	scars: {},
	taken: {},
	rules: [],
};

/** What stage 6 hands out: the lesson of one deployment. */
export interface Lesson {
	readonly expected: string;
	readonly happened: string;
	readonly next: readonly string[];
}
