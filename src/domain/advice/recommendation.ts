// Room: domain. What Orchestra recommends for one release, in six parts, and the advice that goes with it. Data only; the
// words are made where the parts are worked out.

import type {Safe} from '../safe.ts';
import type {Level} from '../selection/level.ts';

/** How much a change can break by what it is, whatever history says. */
export type ChangeClass = 'low' | 'medium' | 'high';

export const FACTORS = [
	'history',
	'complexity',
	'magnitude',
	'stability',
	'timing',
	'experience',
	'dependencies',
] as const;
export type Factor = (typeof FACTORS)[number];

/** One of seven factors of risk. */
export interface RiskFactor {
	readonly factor: Factor;
	/** How bad it is by itself, 0–1. */
	readonly score: number;
	/** Its share in the whole, 0–1; the seven add up to 1. */
	readonly weight: number;
	readonly evidence: Safe;
	/** False: nothing is known here yet, the score is the documented prior, and the evidence says so. */
	readonly known: boolean;
}

/** A line of advice: never a gate. */
export interface Advice {
	/** Stable id, as `orchestra guide rules` explains it. */
	readonly rule: string;
	readonly severity: 'note' | 'caution';
	readonly text: Safe;
	/** What to do about it. */
	readonly do: Safe;
}

/** Who said which strategy it is. */
export type ChosenBy = 'person' | 'project' | 'risk';

/** The six keys of `orchestra deploy --plan --json`, and the advice. */
export interface Recommendation {
	readonly risk: {
		/** Probability 0–1 that it ends in a rollback or a fix, as the batch has it: what features are ranked by. */
		readonly value: number;
		/** The seven factors by their weights, 0–1: how careful the circumstances ask to be. No probability. */
		readonly score: number;
		/** By the highest of `score`, `value` and the floor of `class`: none of them talks down another. */
		readonly level: Level;
		/** Which of the three it was, in words with the figures. */
		readonly because: Safe;
		readonly class: ChangeClass;
		readonly classBecause: Safe;
		readonly factors: readonly RiskFactor[];
	};
	readonly strategy: {
		readonly name: string;
		readonly because: Safe;
		readonly chosenBy: ChosenBy;
		/** What the risk asks for: the same, unless somebody said otherwise. */
		readonly advised: string;
	};
	readonly timing: {
		readonly verdict: 'now' | 'later';
		/** ISO 8601, UTC: the next good moment; now when the verdict says so. */
		readonly at: string;
		/** Where the clock on the wall is that the reasons speak of. */
		readonly timeZone: string;
		readonly reasons: readonly Safe[];
		/** A freeze or the change windows, which a person configured, say no: production will ask. */
		readonly asks?: Safe;
	};
	readonly resources: readonly Safe[];
	readonly monitoring: {readonly tickSeconds: number; readonly watch: readonly Safe[]};
	readonly rollback: {
		readonly steps: readonly Safe[];
		/** How long the traffic took to be back, median of those rollbacks here that were measured; none yet: absent. */
		readonly seconds?: number;
	};
	readonly advice: readonly Advice[];
}
