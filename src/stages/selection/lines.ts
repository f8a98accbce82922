// Room: stages. A ranked feature as one line for screens, the journal and, later, for learning.

import type {FeatureLine} from '../../domain/deployment/event.ts';
import {type RankedFeature, TOPICS} from '../../domain/feature.ts';
import {safe} from '../../domain/safe.ts';
import {type Links, wordsOf} from '../../domain/selection/links.ts';
import type {Situation} from '../../domain/selection/situation.ts';
import {aboutOf} from '../../domain/selection/wanted.ts';

/** The journal keeps every line of every deployment. */
const MOST_REASONS = 4;
const MOST_LINKS = 30;
/** Reasons that move no figure and help to decide all the same. */
const NOTES = ['taken', 'drift', 'elsewhere'];

/** `chosen` is left open before the choice. */
export function lineOf(
	ranked: RankedFeature,
	choice?: {chosen: boolean; pulledIn: boolean},
	links: Links = new Map(),
	situation?: Situation,
): FeatureLine {
	const {feature, bucket, risk, reasons, needs} = ranked;
	const shown = (links.get(feature.id) ?? []).slice(0, MOST_LINKS);
	const why = reasons[0]?.text;
	const because = reasons
		.slice(1)
		.filter(({weight}) => Math.round(weight * 100) !== 0)
		.slice(0, MOST_REASONS)
		.map(({text, weight}) => safe(`${weight > 0 ? '+' : '−'}${Math.abs(Math.round(weight * 100))} ${text}`, 200));
	const notes = reasons.slice(1).flatMap(({code, text}) => (NOTES.includes(code) ? [text] : []));
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
		...(because.length === 0 ? {} : {because}),
		...(notes.length === 0 ? {} : {notes}),
		...(needs.length === 0 ? {} : {needs}),
		...(shown.length === 0
			? {}
			: {
					links: shown.map(({needs: id, edge}) => ({
						needs: id,
						why: wordsOf(edge),
						...(edge.strength === 'soft' ? {soft: true} : {}),
					})),
				}),
		...(feature.scope === undefined ? {} : {scope: feature.scope}),
		changeIds: feature.changes.map((change) => change.oid),
		since: Math.min(...feature.changes.map((change) => change.authoredAt)),
		...aboutIn(feature),
		...(situation === undefined ? {} : {situation}),
		...(choice === undefined ? {} : {chosen: choice.chosen}),
		...(choice?.pulledIn ? {pulledIn: true} : {}),
	};
}

function aboutIn(feature: RankedFeature['feature']): Pick<FeatureLine, 'about'> {
	const about = aboutOf(feature).map((name) => safe(name, 120));
	return about.length === 0 ? {} : {about};
}
