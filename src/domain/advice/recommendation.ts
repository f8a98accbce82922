// Room: domain. What Orchestra recommends for one release, in six parts, and the advice that goes with it. Data only; the
// words are made where the parts are worked out.

import type {Safe} from '../safe.ts';

/** How much a change can break by what it is, whatever history says. */
export type ChangeClass = 'low' | 'medium' | 'high';

/** One of seven factors of risk. */
export interface RiskFactor {
	readonly factor: 'history' | 'complexity' | 'magnitude' | 'stability' | 'timing' | 'experience' | 'dependencies';
	/** How bad it is by itself, 0–1. */
	readonly score: number;
	/** Its share in the whole, 0–1; the seven add up to 1. */
	readonly weight: number;
	readonly evidence: Safe;
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

/** The six keys of `orchestra deploy --plan --json`, and the advice. */
export interface Recommendation {
	readonly risk: {
		/** Probability 0–1, as the batch has it. */
		readonly value: number;
		readonly level: 'fast track' | 'standard' | 'cautious' | 'high risk';
		readonly class: ChangeClass;
		readonly factors: readonly RiskFactor[];
	};
	readonly strategy: {readonly name: string; readonly because: Safe; readonly chosenBy: 'person' | 'project' | 'risk'};
	readonly timing: {
		readonly verdict: 'now' | 'later';
		/** ISO 8601, UTC: the next good moment; now when the verdict says so. */
		readonly at: string;
		readonly reasons: readonly Safe[];
	};
	readonly resources: readonly Safe[];
	readonly monitoring: {readonly tickSeconds: number; readonly watch: readonly Safe[]};
	readonly rollback: {readonly steps: readonly Safe[]; readonly seconds?: number};
	readonly advice: readonly Advice[];
}
