// Room: adapters. The ranker that adds nothing: what the rules said stands. Used while no model is allowed or reachable.

import type {Ranker} from '../../ports/ranker.ts';

/** @param note why no model takes part, for a person, e.g. "AI off: no key". */
export function rulesOnly(note: string): Ranker {
	return {
		rank: async (features) => ({features, by: 'rules', note}),
	};
}
