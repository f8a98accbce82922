// Room: stages. A ranked feature as one line for screens, the journal and, later, for learning.

import type {FeatureLine} from '../../domain/deployment/event.ts';
import {type RankedFeature, TOPICS} from '../../domain/feature.ts';

/** `chosen` is left open before the choice. */
export function lineOf(ranked: RankedFeature, choice?: {chosen: boolean; pulledIn: boolean}): FeatureLine {
	const {feature, bucket, risk, reasons} = ranked;
	const why = reasons[0]?.text;
	return {
		id: feature.id,
		title: feature.title,
		kind: feature.kind,
		bucket,
		risk,
		breaking: feature.breaking,
		topics: TOPICS.filter((topic) => feature.findings.some((finding) => finding.topic === topic)),
		changes: feature.changes.length,
		...(why === undefined ? {} : {why}),
		...(feature.scope === undefined ? {} : {scope: feature.scope}),
		changeIds: feature.changes.map((change) => change.oid),
		since: Math.min(...feature.changes.map((change) => change.authoredAt)),
		...(choice === undefined ? {} : {chosen: choice.chosen}),
		...(choice?.pulledIn ? {pulledIn: true} : {}),
	};
}
