// Room: domain. A decision: a question to a person and the answer to it; both are events.

import type {StageName} from './ids.ts';
import type {Safe} from './safe.ts';

const DECISION_KINDS = [
	'trust',
	'ai',
	'batch',
	'conflict',
	'repair',
	'strategy',
	'waive-staging',
	'timing',
	'start-production',
	'thin-evidence',
	'first-release',
	'advance-base',
] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

export interface Option {
	readonly value: string;
	readonly label: Safe;
	readonly hint?: Safe;
	/** What `--yes` takes. At most one option has it; none has it where a person must say it themselves. */
	readonly recommended?: boolean;
}

export interface DecisionRequest {
	/** Unique within a deployment and the same after a resume: `<stage>.<kind>` or `<stage>.<kind>.<n>`. */
	readonly id: string;
	readonly kind: DecisionKind;
	readonly stage: StageName;
	readonly question: Safe;
	readonly details: readonly Safe[];
	/** What to keep in mind; where a list takes the place of the details, it is shown beside it. */
	readonly advice?: readonly Safe[];
	readonly options: readonly Option[];
	/** For `batch`: the answer is a comma-separated list of feature ids instead of an option's value. */
	readonly free?: 'feature-ids';
	/** For `batch`: at most so many features are recommended (`max_features_per_deployment`); a person may take more. */
	readonly cap?: number;
	/** The flag that answers it without a terminal, for the hint of a held deployment. */
	readonly flag: string;
}

export interface DecisionAnswer {
	readonly id: string;
	readonly value: string;
	readonly by: 'person' | 'flag' | 'policy';
}
