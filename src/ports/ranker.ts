// Room: ports. Where Claude may re-rank within limits. Rules always rank first; this may only add caution and prose.

import type {RankedFeature} from '../domain/feature.ts';
import type {Safe} from '../domain/safe.ts';

export interface Ranked {
	readonly features: readonly RankedFeature[];
	readonly by: 'rules' | 'claude';
	/** Who ranked, what it cost, or why no model took part: one line. */
	readonly note: string;
	/** Set when the person should hear the note: a model that was to take part did not, or what it said and cost. */
	readonly tell?: 'info' | 'warning';
	/** Two or three sentences about the release, in a model's words. */
	readonly summary?: string;
}

export interface Ranker {
	/**
	 * What a person has to allow before text of the repository leaves this machine; undefined when nothing is to be asked:
	 * it was answered, nobody is there, or nothing would leave.
	 */
	question?(): Promise<{readonly question: Safe; readonly details: readonly Safe[]} | undefined>;
	/** The person's answer, remembered for this repository. */
	allow?(yes: boolean): Promise<void>;
	/**
	 * Never lowers a risk, never moves a feature to a safer bucket, never names an unknown id. Falls back to what it got.
	 * @param say one line for the person, before something that takes long.
	 */
	rank(features: readonly RankedFeature[], signal: AbortSignal, say?: (text: string) => Promise<void>): Promise<Ranked>;
}
