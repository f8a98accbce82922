// Room: domain. When: whether now is a good moment for a release, why not, and the next one that is.
//
// A person's own words come first: a freeze, or change windows. Where there are no windows, these hours are advised against,
// by the clock on the project's wall: Friday from noon on, the weekend, and 20:00 to 07:00, when few people look. What was
// learned adds weekdays (UTC) whose deployments did worse than the others', with the whole 95 % interval below.
// How bad the hour is, 0–1, for the factor `timing`: freeze 1, outside a window 0.8, Friday afternoon 0.7, a day that did
// worse here 0.7, weekend 0.5, night 0.4, else 0.1.

import {wilson} from '../learning/wilson.ts';
import type {Patterns, Rate} from '../pattern.ts';
import {type Safe, safe} from '../safe.ts';
import {rateOf} from '../selection/learned.ts';
import {percent} from '../selection/words.ts';
import {type Calendar, nextMoment, obstacleAt} from './calendar.ts';
import {wallAt, wallWords, weekdayOf} from './wall-clock.ts';

const FRIDAY = 5;
const MORNING = {hour: 7, minute: 0};
const NOON = 12;
const EVENING = 20;
/** Cases that a weekday or a quarter of the day needs, and as many outside of it, before it is spoken of. */
const CASES = 3;
const DAYS = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'];

export interface Timing {
	readonly verdict: 'now' | 'later';
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** How bad the moment is, 0–1. */
	readonly score: number;
	/** Why; the first one is what the verdict rests on. Never empty. */
	readonly reasons: readonly Safe[];
	/** What a person configured says no, in words. */
	readonly asks?: Safe;
}

interface Bad {
	readonly score: number;
	readonly text: string;
}

/** By the wall alone, where nobody configured windows. */
function badHour(moment: number, {timeZone, windows}: Calendar): Bad | undefined {
	if (windows.length > 0) return undefined;
	const wall = wallAt(moment, timeZone);
	const weekday = weekdayOf(wall);
	if (weekday === FRIDAY && wall.hour >= NOON)
		return {score: 0.7, text: 'Friday afternoon: what breaks breaks into the weekend'};
	if (weekday === 0 || weekday === 6) return {score: 0.5, text: 'the weekend: few people look'};
	if (wall.hour < MORNING.hour || wall.hour >= EVENING) return {score: 0.4, text: 'at night few people look'};
	return undefined;
}

interface Slot {
	readonly name: string;
	readonly inside: Rate;
	readonly outside: Rate;
}

const add = (a: Rate, b: Rate): Rate => ({good: a.good + b.good, all: a.all + b.all});
const NOTHING: Rate = {good: 0, all: 0};

/** Each group of hours or days beside all the others. */
function slots(
	rates: Patterns['hours'],
	groups: readonly (readonly [name: string, keys: readonly string[]])[],
): Slot[] {
	const summed = groups.map(([name, keys]) => ({
		name,
		inside: keys.map((key) => rateOf(rates, key) ?? NOTHING).reduce(add, NOTHING),
	}));
	const all = summed.reduce((sum, {inside}) => add(sum, inside), NOTHING);
	return summed.map(({name, inside}) => ({
		name,
		inside,
		outside: {good: all.good - inside.good, all: all.all - inside.all},
	}));
}

const enough = ({inside, outside}: Slot) => inside.all >= CASES && outside.all >= CASES;
const words = ({name, inside, outside}: Slot) =>
	`${name} (${inside.good} of ${inside.all} went well, ${percent(outside.good / outside.all)} of the others)`;

const byDay = (patterns: Pick<Patterns, 'weekdays'>) =>
	slots(
		patterns.weekdays,
		DAYS.map((name, day) => [`${name} UTC`, [String(day)]] as const),
	);
const byQuarter = (patterns: Pick<Patterns, 'hours'>) =>
	slots(
		patterns.hours,
		[0, 6, 12, 18].map(
			(from) => [`${from}–${from + 6} h UTC`, Array.from({length: 6}, (_, n) => String(from + n))] as const,
		),
	);

/** Weekdays (UTC, 0–6) that did worse, each with its words. */
function badDays(patterns: Pick<Patterns, 'weekdays'>): ReadonlyMap<number, string> {
	return new Map(
		byDay(patterns).flatMap((slot, day) =>
			enough(slot) && wilson(slot.inside).high < slot.outside.good / slot.outside.all
				? [[day, `a weekday that does worse here: ${words(slot)}`] as const]
				: [],
		),
	);
}

/** The slot that surely did better than the others: its whole interval lies above them. */
function bestSlot(patterns: Pick<Patterns, 'weekdays' | 'hours'>): Safe | undefined {
	const better = [...byDay(patterns), ...byQuarter(patterns)]
		.filter((slot) => enough(slot) && wilson(slot.inside).low > slot.outside.good / slot.outside.all)
		.toSorted((a, b) => wilson(b.inside).low - wilson(a.inside).low)[0];
	return better === undefined ? undefined : safe(`went best so far: ${words(better)}`);
}

/** @param now milliseconds since the epoch. */
export function timingOf(calendar: Calendar, patterns: Pick<Patterns, 'weekdays' | 'hours'>, now: number): Timing {
	const {timeZone} = calendar;
	const days = badDays(patterns);
	const learned = (moment: number) => days.get(new Date(moment).getUTCDay());
	const obstacle = obstacleAt(calendar, now);
	const hour = badHour(now, calendar);
	const day = learned(now);
	const bad: Bad[] = [
		...(obstacle ? [{score: obstacle.kind === 'freeze' ? 1 : 0.8, text: obstacle.text}] : []),
		...(hour ? [hour] : []),
		...(day === undefined ? [] : [{score: 0.7, text: day}]),
	];
	const best = bestSlot(patterns);
	const also = best === undefined ? [] : [best];
	const local = `${wallWords(now, timeZone)} (${timeZone})`;
	if (bad.length === 0) {
		const where = calendar.windows.length > 0 ? 'inside a change window' : 'nothing speaks against it';
		return {verdict: 'now', at: now, score: 0.1, reasons: [safe(`${local}: ${where}`), ...also]};
	}
	const fine = (moment: number) => badHour(moment, calendar) === undefined && learned(moment) === undefined;
	const next = nextMoment(calendar, now, fine, [MORNING, {hour: 0, minute: 0}]) ?? nextMoment(calendar, now) ?? now;
	const [first, ...others] = bad;
	return {
		verdict: 'later',
		at: next,
		score: Math.max(...bad.map(({score}) => score)),
		reasons: [safe(`${local}: ${first?.text}`, 300), ...others.map(({text}) => safe(text, 300)), ...also],
		...(obstacle ? {asks: obstacle.text} : {}),
	};
}
