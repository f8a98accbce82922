// Room: tests. Change windows and freezes on walls of many zones, judged by the wall itself and not by how spans are computed.

import {expect, test} from 'vitest';
import {type Calendar, nextMoment, obstacleAt, WEEKDAYS} from '../../../src/domain/advice/calendar.ts';
import {isTimeZone, momentsAt, wallAt, wallWords, weekdayOf} from '../../../src/domain/advice/wall-clock.ts';
import fc from '../../kit/check.ts';

const ZONES = [
	'UTC',
	'Europe/Vienna',
	'America/New_York',
	'America/Santiago',
	'Asia/Kolkata',
	'Asia/Beirut',
	'Australia/Lord_Howe',
	'Pacific/Kiritimati',
];
const HOUR = 3_600_000;
const two = (n: number) => String(n).padStart(2, '0');
const dateOf = (at: number, zone: string) => {
	const {year, month, day} = wallAt(at, zone);
	return `${year}-${two(month)}-${two(day)}`;
};

/** By the wall: windows begin after any clock jumps, so a time on it is there once. */
function allowed({timeZone, windows, freeze}: Calendar, at: number): boolean {
	const date = dateOf(at, timeZone);
	if (freeze.some(({from, to}) => from <= date && date <= to)) return false;
	const wall = wallAt(at, timeZone);
	const time = `${two(wall.hour)}:${two(wall.minute)}`;
	const today = WEEKDAYS[weekdayOf(wall)] ?? 'sun';
	const yesterday = WEEKDAYS[(weekdayOf(wall) + 6) % 7] ?? 'sun';
	return (
		windows.length === 0 ||
		windows.some(({days, from, to}) =>
			from < to
				? days.includes(today) && from <= time && time < to
				: (days.includes(today) && from <= time) || (days.includes(yesterday) && time < to),
		)
	);
}

const moment = fc.integer({min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1)});
const day = fc
	.integer({min: 0, max: 2000})
	.map((n) => new Date(Date.UTC(2024, 6, 1) + n * 24 * HOUR).toISOString().slice(0, 10));
const calendars = fc.record({
	timeZone: fc.constantFrom(...ZONES),
	windows: fc.array(
		fc.record({
			days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), {minLength: 1}),
			from: fc.integer({min: 5, max: 23}).map((h) => `${two(h)}:30`),
			to: fc.constantFrom('04:00', '04:45', '09:15', '16:00', '24:00'),
		}),
		{maxLength: 3},
	),
	freeze: fc.array(
		fc.tuple(day, fc.integer({min: 0, max: 40})).map(([from, days]) => ({
			from,
			to: new Date(Date.parse(from) + days * 24 * HOUR).toISOString().slice(0, 10),
			reason: 'because',
		})),
		{maxLength: 4},
	),
});

test('the next good moment lies in a window, outside of freezes, not before now, and nothing before it does', () => {
	fc.assert(
		fc.property(
			calendars,
			moment,
			fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 12}),
			(calendar, now, shares) => {
				const next = nextMoment(calendar, now);
				if (next === undefined) throw new Error('there always is one');
				expect(next).toBeGreaterThanOrEqual(now);
				expect(allowed(calendar, next)).toBe(true);
				for (const share of shares) {
					const before = Math.floor(now + share * (next - now));
					if (before < next) expect(allowed(calendar, before)).toBe(false);
				}
			},
		),
		{numRuns: 150},
	);
});

test('what is in the way is said for exactly the moments that the wall does not allow', () => {
	fc.assert(
		fc.property(calendars, moment, (calendar, at) => {
			expect(obstacleAt(calendar, at) === undefined).toBe(allowed(calendar, at));
		}),
		{numRuns: 150},
	);
});

test('a time on a wall is the moment at which it is shown; one that is jumped over is the jump', () => {
	const wall = fc.record({
		year: fc.integer({min: 2024, max: 2030}),
		month: fc.integer({min: 1, max: 12}),
		day: fc.integer({min: 1, max: 28}),
		hour: fc.integer({min: 0, max: 23}),
		minute: fc.constantFrom(0, 15, 30, 59),
	});
	const number = (w: {month: number; day: number; hour: number; minute: number; year: number}) =>
		Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute);
	fc.assert(
		fc.property(wall, fc.constantFrom(...ZONES), (written, zone) => {
			const {first, last} = momentsAt(written, zone);
			expect(first).toBeLessThanOrEqual(last);
			expect(number(wallAt(first, zone))).toBeGreaterThanOrEqual(number(written));
			expect(number(wallAt(first - 60_000, zone))).toBeLessThan(number(written));
			expect(last - first).toBeLessThanOrEqual(HOUR);
		}),
		{numRuns: 300},
	);
});

test('both clock changes of a year', () => {
	const vienna = (month: number, day: number, hour: number) =>
		momentsAt({year: 2026, month, day, hour, minute: 30}, 'Europe/Vienna');
	const iso = (at: number) => new Date(at).toISOString();
	// 02:30 is jumped over: the jump is at 01:00 UTC.
	expect(iso(vienna(3, 29, 2).first)).toBe('2026-03-29T01:00:00.000Z');
	// 02:30 is there twice.
	expect([vienna(10, 25, 2).first, vienna(10, 25, 2).last].map(iso)).toEqual([
		'2026-10-25T00:30:00.000Z',
		'2026-10-25T01:30:00.000Z',
	]);
	expect(wallWords(Date.UTC(2026, 10, 23, 8), 'Europe/Vienna')).toBe('Mon 23 Nov 2026, 09:00');
});

test('what is no zone is not taken for one', () => {
	for (const name of ['', 'Europe/Wien', 'UTC; x', '../etc', '+01:00', 'a'.repeat(200)])
		expect(isTimeZone(name)).toBe(false);
	expect(ZONES.every(isTimeZone)).toBe(true);
});

test('the longest lists that a project file may hold are gone through at once', () => {
	const windows = Array.from({length: 50}, (_, n) => ({
		days: ['sat' as const],
		from: `${two(n % 24)}:${two(n)}`,
		to: '24:00',
	}));
	const freeze = Array.from({length: 100}, (_, n) => {
		const from = new Date(Date.UTC(2026, 10, 16) + n * 5 * 24 * HOUR);
		return {
			from: from.toISOString().slice(0, 10),
			to: new Date(from.getTime() + 3 * 24 * HOUR).toISOString().slice(0, 10),
		};
	});
	let looked = 0;
	const next = nextMoment(
		{timeZone: 'Europe/Vienna', windows, freeze},
		Date.UTC(2026, 10, 16),
		() => ++looked > 0 && false,
	);
	expect(next).toBeUndefined();
	expect(looked).toBeGreaterThan(0);
	expect(looked).toBeLessThan(5000);
});
