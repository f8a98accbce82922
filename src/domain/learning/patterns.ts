// Room: domain. Patterns as a fold over closed deployments: whatever the order of the lines, and however often one of
// them is there, the same memory comes out. So it can be rebuilt at any time.

import type {Patterns, Scar} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {choicesOf} from './choices.ts';
import {nullProto, tally} from './rates.ts';
import {rulesOf} from './rules.ts';
import {sizeOf} from './size.ts';
import {causeOf, distinct, verdictOf} from './verdict.ts';

/** Names kept per table, the best supported; the rest would never weigh anything. */
const NAMES_KEPT = 500;
/** Changes that carry a scar, the newest. */
const SCARS_KEPT = 5000;
const WHY_LENGTH = 300;

/**
 * A deployment counts once for each kind, topic and scope in it, not once per feature: twenty features that went down
 * together are one case, and intervals over them must not look like twenty.
 */
export function patternsOf(summaries: Iterable<Summary>): Patterns {
	const all = distinct(summaries);
	const [kinds, topics, scopes] = [tally(), tally(), tally()];
	const [sizes, weekdays, hours] = [tally(), tally(), tally()];
	const scars = new Map<string, Scar>();
	let deployments = 0;

	for (const summary of all) {
		const verdict = verdictOf(summary);
		if (verdict === 'neither') continue;
		deployments++;
		const good = verdict === 'good';
		for (const kind of new Set(summary.features.map((f) => f.kind))) kinds.add(kind, good);
		for (const topic of new Set(summary.features.flatMap((f) => f.topics))) topics.add(topic, good);
		for (const scope of new Set(summary.features.flatMap((f) => f.scope ?? []))) scopes.add(scope, good);
		if (summary.features.length > 0) sizes.add(sizeOf(summary.features.length), good);
		const opened = new Date(summary.openedAt);
		if (!Number.isNaN(opened.getTime())) {
			weekdays.add(String(opened.getUTCDay()), good);
			hours.add(String(opened.getUTCHours()), good);
		}
		for (const change of summary.features.flatMap((f) => f.changes)) {
			// Deleted first, so that the newest are last and the cut below keeps them.
			scars.delete(change);
			if (!good) scars.set(change, scarOf(summary));
		}
	}

	return {
		schemaVersion: 1,
		deployments,
		kinds: kinds.table(NAMES_KEPT),
		topics: topics.table(NAMES_KEPT),
		scopes: scopes.table(NAMES_KEPT),
		sizes: sizes.table(NAMES_KEPT),
		weekdays: weekdays.table(NAMES_KEPT),
		hours: hours.table(NAMES_KEPT),
		scars: nullProto([...scars].slice(-SCARS_KEPT).filter(([change]) => change !== '__proto__')),
		...choicesOf(all, NAMES_KEPT),
		rules: rulesOf(all),
	};
}

function scarOf(summary: Summary): Scar {
	return {
		deployment: summary.id,
		outcome: summary.outcome === 'rolled_back' ? 'rolled_back' : 'failed',
		why: causeOf(summary).slice(0, WHY_LENGTH),
		suspects: summary.features.length,
	};
}
