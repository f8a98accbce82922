// Room: ports. Where Claude may re-rank within limits. Rules always rank first; this may only add caution and prose.

import type {RankedFeature} from '../domain/feature.ts';

export interface Ranker {
	/** Never lowers a risk, never moves a feature to a safer bucket, never names an unknown id. Falls back to what it got. */
	rank(
		features: readonly RankedFeature[],
		signal: AbortSignal,
	): Promise<{features: readonly RankedFeature[]; by: 'rules' | 'claude'; note: string}>;
}
