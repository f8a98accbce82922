// Room: report. The ranked features as plain lines: what a person without a screen reads before saying `--select`.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {type Safe, safe} from '../domain/safe.ts';

const KIND_WIDTH = 9;
const RISK_WIDTH = 5;
/** From so many features on, a reason is said once for all of them. */
const SHARED = 3;

function mark({chosen, pulledIn}: FeatureLine): string {
	if (pulledIn) return '+';
	return chosen ? '✓' : ' ';
}

/** The risk has a column of its own: without its number the same reason is the same words for many features. */
function reasonOf({why = safe(''), risk = 0}: FeatureLine): string {
	const percent = `${Math.round(risk * 100)} %`;
	return why.replace(`risk ${percent}, `, '').replace(`: ${percent}`, '');
}

function lineOf(feature: FeatureLine, why: string): Safe {
	const {id, title, kind, breaking, risk, scope, topics, changes} = feature;
	const facts = [changes > 1 ? `${changes} changes` : '', ...topics].filter((fact) => fact !== '');
	const what = `${scope === undefined ? '' : `${scope}: `}${title}${facts.length > 0 ? ` [${facts.join(', ')}]` : ''}`;
	const percent = risk === undefined ? '' : `${Math.round(risk * 100)} %`;
	const words = `${kind}${breaking ? '!' : ''}`.padEnd(KIND_WIDTH);
	const text = ` ${mark(feature)} ${id}  ${percent.padStart(RISK_WIDTH)}  ${words} ${what}`;
	return safe(`${text}${why === '' ? '' : ` (${why})`}`.trimEnd());
}

/** A reason that many share is said once, above them; the order stays as it was among them. */
function section(bucket: string, own: readonly FeatureLine[]): Safe[] {
	const byReason = Map.groupBy(own, reasonOf);
	const shared = [...byReason].filter(([why, some]) => why !== '' && some.length >= SHARED);
	const single = own.filter((feature) => !shared.some(([, some]) => some.includes(feature)));
	const head = safe(`${bucket[0]?.toUpperCase()}${bucket.slice(1)} (${own.length})`);
	return [
		head,
		...single.map((feature) => lineOf(feature, reasonOf(feature))),
		...shared.flatMap(([why, some]) => [safe(`  ${some.length} · ${why}`), ...some.map((one) => lineOf(one, ''))]),
	];
}

/** One line a feature, under its bucket, in the order given but for shared reasons; with a line that explains the marks when there are any. */
export function featureList(features: readonly FeatureLine[]): Safe[] {
	const groups = BUCKETS.map((bucket) => ({bucket, own: features.filter((f) => (f.bucket ?? 'optional') === bucket)}));
	const lines = groups.filter(({own}) => own.length > 0).flatMap(({bucket, own}) => section(bucket, own));
	const legend = [
		...(features.some((f) => f.chosen && !f.pulledIn) ? ['✓ chosen'] : []),
		...(features.some((f) => f.pulledIn) ? ['+ comes along, because a chosen one needs it'] : []),
		...(features.some((f) => f.breaking) ? ['! breaking'] : []),
	];
	return legend.length > 0 ? [...lines, safe(legend.join(' · '))] : lines;
}
