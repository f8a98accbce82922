// Room: domain. One closed deployment in a compact line: what history lists, and all that learning needs.

import type {DeploymentId, StageName} from './ids.ts';
import type {Outcome} from './outcome.ts';
import type {Safe} from './safe.ts';
import type {Situation} from './selection/situation.ts';

export interface SummaryFeature {
	readonly id: string;
	readonly title: Safe;
	readonly kind: string;
	readonly scope?: Safe;
	readonly breaking: boolean;
	readonly topics: readonly string[];
	readonly bucket: string;
	readonly risk: number;
	/** Object ids of its changes: how a later discovery recognises it. */
	readonly changes: readonly string[];
	/** Seconds since the epoch of its oldest change. */
	readonly since?: number;
	/** Came along only because another one needs it. */
	readonly pulledIn?: boolean;
	/** What the preference model looks at besides: names of signals. */
	readonly about?: readonly string[];
	readonly situation?: Situation;
}

/** A feature that was offered and stayed behind, as far as learning compares it with what went. */
export type SummaryLeft = Pick<
	SummaryFeature,
	'title' | 'kind' | 'scope' | 'breaking' | 'since' | 'about' | 'situation'
>;

/** What a person found out after a deployment was closed. The outcome itself never changes. */
export interface Correction {
	readonly outcome: 'failed' | 'ok';
	readonly cause?: Safe;
	/** ISO 8601 UTC. Of two corrections the later one counts. */
	readonly at: string;
}

export interface Summary {
	readonly schemaVersion: 1;
	readonly id: DeploymentId;
	/** ISO 8601 UTC. */
	readonly openedAt: string;
	readonly closedAt: string;
	readonly outcome: Outcome;
	readonly why?: Safe;
	/** The rule of the gate that stopped it, or the fault's code. */
	readonly cause?: string;
	readonly project: Safe;
	readonly target: Safe;
	readonly version?: string;
	readonly commit?: string;
	readonly base?: string;
	readonly strategy: string;
	/** Predicted probability of failure, 0–1, when there was a batch. */
	readonly risk?: number;
	readonly features: readonly SummaryFeature[];
	/** What the person chose otherwise than recommended. */
	readonly overrides: readonly {readonly feature: string; readonly bucket: string; readonly chosen: boolean}[];
	/** How many features of each bucket were offered; with `overrides` this tells how often a person took them. */
	readonly offered?: Readonly<Record<string, number>>;
	/** What was offered and left, the first of a long list. */
	readonly left?: readonly SummaryLeft[];
	/** Who chose the batch. A `policy` (`--yes`) says nothing about what people like. */
	readonly chosenBy?: 'person' | 'flag' | 'policy';
	/** Milliseconds per stage that ran, summed over resumes. */
	readonly stageMs: Partial<Record<StageName, number>>;
	readonly tests?: {readonly suites: number; readonly passed: number; readonly failed: number; readonly green: boolean};
	readonly requests?: {
		readonly candidate: number;
		readonly candidateErrors: number;
		readonly baseline: number;
		readonly baselineErrors: number;
	};
	readonly trafficMoved: boolean;
	readonly resumed: number;
	readonly correction?: Correction;
}
