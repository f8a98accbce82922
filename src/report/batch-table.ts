// Room: report. What goes and what waits, as a plain table: what the list to choose from is to those without a screen.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {percent} from '../domain/selection/words.ts';
import {type Column, plainTable} from './plain-table.ts';

const TITLE = 48;

const short = (title: string) => ([...title].length > TITLE ? `${[...title].slice(0, TITLE - 1).join('')}…` : title);

const COLUMNS: readonly Column<FeatureLine>[] = [
	{head: 'Risk', align: 'right', of: ({risk}) => percent(risk ?? 0)},
	{head: 'Kind', of: ({kind}) => kind},
	{head: 'Feature', of: ({title}) => short(title)},
	{head: 'Id', dropped: 1, of: ({id}) => id},
	{head: 'Why', of: ({why = '', pulledIn}) => (pulledIn ? `pulled in: another one needs it; ${why}` : why)},
];

/** @param all whether what waits is listed too, with its bucket; else it is only counted. */
export function batchTable(features: readonly FeatureLine[], width: number, all: boolean): string[] {
	const going = features.filter(({chosen}) => chosen);
	const waiting = features.filter(({chosen}) => !chosen);
	const group = (title: string, some: readonly FeatureLine[]) =>
		some.length === 0
			? []
			: ['', `${title} (${some.length})`, ...plainTable(some, COLUMNS, width - 2, 'wrap').map((line) => `  ${line}`)];
	return [
		...group('Goes', going),
		...(all
			? BUCKETS.flatMap((bucket) =>
					group(
						`Waits, ${bucket}`,
						waiting.filter((one) => (one.bucket ?? 'optional') === bucket),
					),
				)
			: waiting.length > 0
				? [`  and ${waiting.length} wait: orchestra deploy --plan lists them`]
				: []),
		'',
	];
}
