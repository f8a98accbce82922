// Room: report. What goes and what waits, as a plain table: what the list to choose from is to those without a screen.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {safe} from '../domain/safe.ts';
import {percent} from '../domain/selection/words.ts';
import {type Column, columnsOf, plainTable} from './plain-table.ts';

/** Columns of a terminal: one title in a wide script must not take the ids of all others away. */
const TITLE = 48;

function short(title: string): string {
	if (columnsOf(title) <= TITLE) return title;
	let out = '';
	for (const char of title) {
		if (columnsOf(out + char) > TITLE - 1) break;
		out += char;
	}
	return `${out}…`;
}

const COLUMNS: readonly Column<FeatureLine>[] = [
	{head: 'Risk', align: 'right', of: ({risk}) => (risk === undefined ? '–' : percent(risk))},
	{head: 'Kind', of: ({kind, breaking}) => `${kind}${breaking ? '!' : ''}`},
	{head: 'Feature', of: ({title, scope}) => short(scope === undefined ? title : `${scope}: ${title}`)},
	{head: 'Id', dropped: 1, of: ({id}) => id},
	{head: 'Why', of: whyOf},
];

function whyOf({why = safe(''), pulledIn, changes}: FeatureLine): string {
	const along = pulledIn ? 'comes along, because a chosen one needs it' : '';
	return [along, why, changes > 1 ? `${changes} changes` : ''].filter((text) => text !== '').join('; ');
}

/** @param all whether what waits is listed too, with its bucket; else it is only counted. */
export function batchTable(features: readonly FeatureLine[], width: number, all: boolean): string[] {
	const going = features.filter(({chosen}) => chosen);
	const waiting = features.filter(({chosen}) => !chosen);
	const group = (title: string, some: readonly FeatureLine[]) =>
		some.length === 0
			? []
			: ['', `${title} (${some.length})`, ...plainTable(some, COLUMNS, width - 2, 'wrap').map((line) => `  ${line}`)];
	const buckets = BUCKETS.flatMap((bucket) =>
		group(
			going.length > 0 ? `Waits, ${bucket}` : capital(bucket),
			waiting.filter((one) => (one.bucket ?? 'optional') === bucket),
		),
	);
	const rest = waiting.length > 0 ? [`  and ${waiting.length} wait: orchestra deploy --plan lists them`] : [];
	return [...group('Goes', going), ...(all ? buckets : rest), ''];
}

const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
