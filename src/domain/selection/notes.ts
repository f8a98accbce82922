// Room: domain. What helps a person to decide and moves no figure: what the base did meanwhile, what other lines of releases
// did, what people here did with such features before.

import type {Evidence} from '../dependency.ts';
import type {Feature, Reason} from '../feature.ts';
import {sortsOf} from '../learning/choices.ts';
import type {Patterns} from '../pattern.ts';
import {rateOf} from './learned.ts';
import type {Situation} from './situation.ts';
import {count, plural, reason} from './words.ts';

/** Where the base changed what the feature changes, since the histories parted. */
export function driftNotes(places: readonly Evidence[]): Reason[] {
	const all = [...new Set(places.map(({path, line}) => (line === undefined ? path : `${path}:${line}`)))];
	const [first, ...others] = all;
	if (first === undefined) return [];
	const what = places.find(({path, line}) => first === (line === undefined ? path : `${path}:${line}`));
	const same = what?.line === undefined ? 'the same file since:' : 'the same lines since at';
	const more = others.length === 0 ? '' : ` and ${count(others.length, 'other place')}`;
	return [reason('drift', `the base changed ${same} ${first}${more}`)];
}

/** Other lines of releases that went first. */
export function elsewhereNotes(known: Situation | undefined): Reason[] {
	const times = known?.elsewhere?.times ?? 0;
	return times === 0 ? [] : [reason('elsewhere', `${count(times, 'other line')} of releases took it already`)];
}

const ENOUGH = 3;

/** What the person did with such features before: the closest sort that was offered often enough. */
export function habitOf(
	{kind, scope}: Feature,
	{choices = {}}: Patterns,
): {readonly left: number; readonly taken: number; readonly note: Reason} | undefined {
	for (const name of sortsOf({kind, ...(scope === undefined ? {} : {scope})})) {
		const rate = rateOf(choices, name);
		if (!rate || rate.all < ENOUGH) continue;
		const such = `${plural(kind)}${name === kind ? '' : ` in ${scope}`}`;
		const left = rate.all - rate.good;
		const did = left > rate.good ? `left ${left}` : `took ${rate.good}`;
		const note = reason('taken', `so far you ${did} of ${rate.all} ${such} that you were offered`);
		return {left, taken: rate.good, note};
	}
	return undefined;
}
