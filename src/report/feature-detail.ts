// Room: report. Everything that is known of one waiting feature, in words: why it is where it is, what its risk is made of,
// what it needs and who needs it.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {count, percent} from '../domain/selection/words.ts';
import {block} from './recommendation.ts';

const nameOf = (all: readonly FeatureLine[], id: string) => {
	const found = all.find((one) => one.id === id);
	return found === undefined ? id : `“${found.title}” (${id})`;
};

/** @param all the features of the same plan. @param width columns; at least 40 are used. */
export function featureDetail(feature: FeatureLine, all: readonly FeatureLine[], width: number): Safe[] {
	const {id, title, kind, scope, bucket, risk, chosen, pulledIn, why, because, notes, links, topics} = feature;
	const goes = pulledIn ? 'comes along' : chosen ? 'goes' : 'waits';
	const said = new Set((links ?? []).map(({needs}) => needs));
	const needs = [
		...(links ?? []).map((link) => `${nameOf(all, link.needs)}${link.soft ? ', probably' : ''}: ${link.why}`),
		...(feature.needs ?? []).filter((other) => !said.has(other)).map((other) => nameOf(all, other)),
	];
	const neededBy = all
		.filter((one) => one.needs?.includes(id) || one.links?.some((link) => link.needs === id))
		.map((one) => nameOf(all, one.id));
	const part = (label: string, texts: readonly string[]) => (texts.length === 0 ? [] : block(label, texts, width));
	return [
		`${scope === undefined ? '' : `${scope}: `}${title}`,
		...part('Id', [
			`${id}, ${count(feature.changes, 'change')} of kind ${kind}${feature.breaking ? ', breaking' : ''}`,
		]),
		...part('Bucket', [`${bucket ?? 'not ranked'}; in the recommended batch it ${goes}`]),
		...part('Why', why === undefined ? [] : [why]),
		...part('Risk', [percent(risk ?? 0)]),
		...part('', because ?? []),
		...part('Touches', topics),
		...part('Also', notes ?? []),
		...part('Needs', needs),
		...part('Needed by', neededBy),
		...part(
			'Changes',
			(feature.changeIds ?? []).map((oid) => oid.slice(0, 12)),
		),
	].map((line) => safe(line));
}
