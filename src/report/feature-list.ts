// Room: report. The ranked features as plain lines: what a person without a screen reads before saying `--select`.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {type Safe, safe} from '../domain/safe.ts';

const KIND_WIDTH = 9;
const RISK_WIDTH = 5;

function mark({chosen, pulledIn}: FeatureLine): string {
	if (pulledIn) return '+';
	return chosen ? '✓' : ' ';
}

function lineOf(feature: FeatureLine): Safe {
	const {id, title, kind, breaking, risk, scope, topics, changes, why} = feature;
	const facts = [changes > 1 ? `${changes} changes` : '', ...topics].filter((fact) => fact !== '');
	const what = `${scope === undefined ? '' : `${scope}: `}${title}${facts.length > 0 ? ` [${facts.join(', ')}]` : ''}`;
	const percent = risk === undefined ? '' : `${Math.round(risk * 100)} %`;
	const words = `${kind}${breaking ? '!' : ''}`.padEnd(KIND_WIDTH);
	return safe(
		` ${mark(feature)} ${id}  ${percent.padStart(RISK_WIDTH)}  ${words} ${what}${why ? ` (${why})` : ''}`.trimEnd(),
	);
}

/** One line a feature, under its bucket, in the order given; with a line that explains the marks when there are any. */
export function featureList(features: readonly FeatureLine[]): Safe[] {
	const groups = BUCKETS.map((bucket) => ({bucket, own: features.filter((f) => (f.bucket ?? 'optional') === bucket)}));
	const lines = groups
		.filter(({own}) => own.length > 0)
		.flatMap(({bucket, own}) => [
			safe(`${bucket[0]?.toUpperCase()}${bucket.slice(1)} (${own.length})`),
			...own.map(lineOf),
		]);
	const legend = [
		...(features.some((f) => f.chosen && !f.pulledIn) ? ['✓ chosen'] : []),
		...(features.some((f) => f.pulledIn) ? ['+ comes along, because a chosen one needs it'] : []),
		...(features.some((f) => f.breaking) ? ['! breaking'] : []),
	];
	return legend.length > 0 ? [...lines, safe(legend.join(' · '))] : lines;
}
