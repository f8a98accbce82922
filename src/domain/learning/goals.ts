// Room: domain. Four goals that are judged after ten deployments: the last five against the first five.

import type {Summary} from '../summary.ts';
import {secondsOf} from './statistics.ts';
import {verdictOf} from './verdict.ts';
import {count, duration, median, percent} from './words.ts';

export interface Goal {
	readonly name: string;
	/** Undefined while there is too little to judge by. */
	readonly met?: boolean;
	/** The figures, or what is missing. */
	readonly text: string;
}

const NEEDED = 10;
const PART = 5;
const SUCCESS = 0.7;

/** @param all each deployment once, oldest first. */
export function goalsOf(all: readonly Summary[]): Goal[] {
	const judged = all.filter((s) => verdictOf(s) !== 'neither');
	const names = [
		'At least 70 % succeed',
		'Deployments get shorter',
		'Selection needs less correction',
		'Fewer failures',
	];
	if (judged.length < NEEDED) {
		const text = `no verdict yet: ${count(NEEDED - judged.length, 'more deployment')} needed`;
		return names.map((name) => ({name, text}));
	}
	const [first, last] = [judged.slice(0, PART), judged.slice(-PART)];
	const recent = judged.slice(-NEEDED);
	const good = recent.filter((s) => verdictOf(s) === 'good').length;
	const seconds = (part: readonly Summary[]) =>
		median(part.filter((s) => verdictOf(s) === 'good').flatMap((s) => secondsOf(s) ?? []));
	const overrides = (part: readonly Summary[]) => part.reduce((sum, s) => sum + s.overrides.length, 0);
	const bad = (part: readonly Summary[]) => part.filter((s) => verdictOf(s) === 'bad').length;
	const [was, is] = [seconds(first), seconds(last)];
	const compared = (before: number, now: number, what: string) => ({
		met: now < before || (now === 0 && before === 0),
		text: `${what}: ${now} in the last ${PART}, ${before} in the first ${PART}`,
	});
	return [
		{
			name: names[0] ?? '',
			met: good / NEEDED >= SUCCESS,
			text: `${good} of the last ${NEEDED} (${percent(good / NEEDED)})`,
		},
		was === undefined || is === undefined
			? {name: names[1] ?? '', text: 'no verdict: nothing was promoted in the first or the last five'}
			: {
					name: names[1] ?? '',
					met: is < was,
					text: `median ${duration(is)} in the last ${PART}, ${duration(was)} in the first ${PART}`,
				},
		{name: names[2] ?? '', ...compared(overrides(first), overrides(last), 'overrides')},
		{name: names[3] ?? '', ...compared(bad(first), bad(last), 'failures')},
	];
}
