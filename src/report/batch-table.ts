// Room: report. What goes and what waits, as a plain table: what the list to choose from is to those without a screen.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {safe} from '../domain/safe.ts';
import {percent} from '../domain/selection/words.ts';
import {type Column, columnsOf, plainTable} from './plain-table.ts';

/** What the other columns take, and the blanks between them. */
const OTHERS = 36;

/** How many characters stand in so many columns: a title in a wide script must not take the ids of all others away. */
function fitting(chars: readonly string[], columns: number): number {
	let used = 0;
	const end = chars.findIndex((char) => {
		used += columnsOf(char);
		return used > columns;
	});
	return end < 0 ? chars.length : end;
}

/** On one line, or on two; what is longer than that is cut. */
function folded(title: string, most: number): string {
	const chars = [...title];
	const room = fitting(chars, most);
	if (room === chars.length) return title;
	const blank = chars.lastIndexOf(' ', room);
	const end = blank > room / 3 ? blank : room;
	const rest = [...chars.slice(end).join('').trimStart()];
	const more = fitting(rest, most) < rest.length ? [...rest.slice(0, fitting(rest, most - 1)), '…'] : rest;
	return `${chars.slice(0, end).join('').trimEnd()}\n${more.join('')}`;
}

/** The title and the reason share the room evenly: a reason in a narrow column is a tower of words. */
const columns = (width: number): readonly Column<FeatureLine>[] => [
	{head: 'Risk', align: 'right', of: ({risk}) => (risk === undefined ? '–' : percent(risk))},
	{head: 'Kind', of: ({kind, breaking}) => `${kind}${breaking ? '!' : ''}`},
	{
		head: 'Feature',
		of: ({title, scope}) =>
			folded(scope === undefined ? title : `${scope}: ${title}`, Math.min(48, Math.max(24, (width - OTHERS) >> 1))),
	},
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
			: [
					'',
					`${title} (${some.length})`,
					...plainTable(some, columns(width), width - 2, 'wrap').map((line) => `  ${line}`),
				];
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
