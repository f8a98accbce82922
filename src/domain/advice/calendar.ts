// Room: domain. Change windows and freezes, as a person configured them: whether a moment lies in a window and outside of
// every freeze, and the next one that does.

import {type Safe, safe} from '../safe.ts';
import {dayAfter, momentsAt, type Wall, wallAt, wallWords, weekdayOf} from './wall-clock.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Every week. When `to` is not after `from` it ends on the next day. */
export interface ChangeWindow {
	readonly days: readonly Weekday[];
	/** `HH:MM`, 00:00–23:59. */
	readonly from: string;
	/** `HH:MM`, 00:00–24:00; itself outside. */
	readonly to: string;
}

export interface Freeze {
	/** `YYYY-MM-DD`, or with `THH:MM` behind. */
	readonly from: string;
	/** The same; a day is frozen to its end, a time is itself outside. */
	readonly to: string;
	readonly reason?: string;
}

export interface Calendar {
	/** IANA name; its wall is what all times are written on. */
	readonly timeZone: string;
	/** None: any time. */
	readonly windows: readonly ChangeWindow[];
	readonly freeze: readonly Freeze[];
}

/** From `start` on, `end` itself outside. Milliseconds since the epoch. */
interface Span {
	readonly start: number;
	readonly end: number;
}

type Day = Pick<Wall, 'year' | 'month' | 'day'>;

const TIME = /^(\d\d):(\d\d)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?$/;
/** After the end of a freeze, or from now on, every weekly window opens within so many days, also where a clock jumps over one. */
const LOOK_AHEAD_DAYS = 16;
const DAY_MS = 86_400_000;

function timeOf(text: string): {hour: number; minute: number} | undefined {
	const [, hour, minute] = TIME.exec(text) ?? [];
	if (hour === undefined || minute === undefined) return undefined;
	const time = {hour: Number(hour), minute: Number(minute)};
	return time.minute < 60 && time.hour * 60 + time.minute <= 24 * 60 ? time : undefined;
}

/** @param end whether 24:00 may be said. */
export const isTime = (text: string, end = false): boolean => {
	const time = timeOf(text);
	return time !== undefined && (time.hour < 24 || end);
};

function dateOf(text: string): (Day & {time: {hour: number; minute: number} | undefined}) | undefined {
	const [, year, month, day, time] = DATE.exec(text) ?? [];
	if (year === undefined) return undefined;
	const date = {year: Number(year), month: Number(month), day: Number(day)};
	const real = dayAfter(date, 0);
	if (real.month !== date.month || real.day !== date.day || date.year < 1970) return undefined;
	if (time !== undefined && !isTime(time)) return undefined;
	return {...date, time: time === undefined ? undefined : timeOf(time)};
}

export const isDate = (text: string): boolean => dateOf(text) !== undefined;

/** Written on the same wall, so texts compare; a bare day ends after every time on it. */
export const inOrder = ({from, to}: Freeze): boolean => from < (to.length === 10 ? `${to}T99` : to);

function at(day: Day, time: {hour: number; minute: number}, zone: string) {
	// 24:00 is the next day's midnight.
	const real = time.hour === 24 ? dayAfter(day, 1) : day;
	return momentsAt({...real, hour: time.hour % 24, minute: time.minute}, zone);
}

const MIDNIGHT = {hour: 0, minute: 0};

function frozen(freeze: Freeze, zone: string): Span {
	const [from, to] = [dateOf(freeze.from), dateOf(freeze.to)];
	if (!from || !to) return {start: 0, end: 0};
	return {
		start: at(from, from.time ?? MIDNIGHT, zone).first,
		end: to.time ? at(to, to.time, zone).last : at(dayAfter(to, 1), MIDNIGHT, zone).first,
	};
}

function open(window: ChangeWindow, day: Day, zone: string): Span | undefined {
	const [from, to] = [timeOf(window.from), timeOf(window.to)];
	const name = WEEKDAYS[weekdayOf(day)];
	if (!from || !to || name === undefined || !window.days.includes(name)) return undefined;
	const last = to.hour * 60 + to.minute > from.hour * 60 + from.minute ? day : dayAfter(day, 1);
	return {start: at(day, from, zone).first, end: at(last, to, zone).last};
}

/** @param from the first day is the one before this moment: a window may have begun yesterday. */
function windowsFrom({windows, timeZone}: Calendar, from: number, days: number): Span[] {
	const today = wallAt(from, timeZone);
	return Array.from({length: days + 2}, (_, n) => dayAfter(today, n - 1)).flatMap((day) =>
		windows.flatMap((window) => open(window, day, timeZone) ?? []),
	);
}

const within = (moment: number, {start, end}: Span) => start <= moment && moment < end;

/** The freeze that lasts longest of those a moment lies in. */
function freezeAt(calendar: Calendar, moment: number): {freeze: Freeze; span: Span} | undefined {
	return calendar.freeze
		.map((freeze) => ({freeze, span: frozen(freeze, calendar.timeZone)}))
		.filter(({span}) => within(moment, span))
		.toSorted((a, b) => b.span.end - a.span.end)[0];
}

const isOpen = (calendar: Calendar, moment: number) =>
	calendar.windows.length === 0 || windowsFrom(calendar, moment, 0).some((span) => within(moment, span));

/** What a person configured says about a moment: undefined when nothing is in the way. */
export function obstacleAt(
	calendar: Calendar,
	moment: number,
): {readonly kind: 'freeze' | 'window'; readonly text: Safe} | undefined {
	const found = freezeAt(calendar, moment);
	if (found) {
		const {reason} = found.freeze;
		const until = wallWords(found.span.end, calendar.timeZone);
		return {kind: 'freeze', text: safe(`frozen until ${until}${reason ? `: ${reason}` : ''}`, 300)};
	}
	if (isOpen(calendar, moment)) return undefined;
	return {kind: 'window', text: safe(`outside the change windows (${windowWords(calendar)})`, 300)};
}

function windowWords({windows}: Calendar): string {
	const words = windows.slice(0, 3).map(({days, from, to}) => `${days.join(' ')} ${from}–${to}`);
	return windows.length > 3 ? `${words.join('; ')} and ${windows.length - 3} more` : words.join('; ');
}

/**
 * The first moment, `now` included, that lies in a window and outside of every freeze; undefined when none does. Of those, with
 * `good`, the first that is good too: tried are now, what begins, and the given times of each day.
 */
export function nextMoment(
	calendar: Calendar,
	now: number,
	good: (moment: number) => boolean = () => true,
	times: readonly {hour: number; minute: number}[] = [],
): number | undefined {
	const {timeZone, windows} = calendar;
	const freezes = calendar.freeze.map((freeze) => frozen(freeze, timeZone));
	const anchors = [...new Set([now, ...freezes.map(({end}) => end).filter((end) => end > now)])].sort((a, b) => a - b);
	// From one anchor to the next, so that many freezes cost no more than the days they lie on.
	for (const [index, from] of anchors.entries()) {
		const until = anchors[index + 1];
		const ahead = until === undefined ? LOOK_AHEAD_DAYS : Math.ceil((until - from) / DAY_MS) + 1;
		const days = Math.min(LOOK_AHEAD_DAYS, ahead);
		const spans = windowsFrom(calendar, from, days);
		const today = wallAt(from, timeZone);
		const daily = Array.from({length: days}, (_, n) => dayAfter(today, n)).flatMap((day) =>
			times.map((time) => at(day, time, timeZone).first),
		);
		const found = [from, ...spans.map(({start}) => start), ...daily]
			.filter((moment) => moment >= from && (until === undefined || moment <= until))
			.sort((a, b) => a - b)
			.find(
				(moment) =>
					!freezes.some((span) => within(moment, span)) &&
					(windows.length === 0 || spans.some((span) => within(moment, span))) &&
					good(moment),
			);
		if (found !== undefined) return found;
	}
	return undefined;
}
