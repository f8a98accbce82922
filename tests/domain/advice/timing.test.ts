// Room: tests. When a release is advised to go, on one project's wall.

import {expect, test} from 'vitest';
import type {Calendar} from '../../../src/domain/advice/calendar.ts';
import {timingOf} from '../../../src/domain/advice/timing.ts';
import {wallWords} from '../../../src/domain/advice/wall-clock.ts';

const vienna: Calendar = {timeZone: 'Europe/Vienna', windows: [], freeze: []};
const NOTHING = {weekdays: {}, hours: {}};
/** November 2026, UTC; Vienna is an hour ahead. The 18th is a Wednesday. */
const at = (day: number, hour: number) => Date.UTC(2026, 10, day, hour);
const said = (calendar: Calendar, now: number, patterns = NOTHING) => {
	const {verdict, at: next, reasons, asks} = timingOf(calendar, patterns, now);
	return {verdict, next: wallWords(next, calendar.timeZone), why: reasons.join(' | '), asks};
};

test('a Wednesday morning is as good as any', () => {
	expect(said(vienna, at(18, 9))).toEqual({
		verdict: 'now',
		next: 'Wed 18 Nov 2026, 10:00',
		why: 'Wed 18 Nov 2026, 10:00 (Europe/Vienna): nothing speaks against it',
		asks: undefined,
	});
});

test.each([
	['Friday afternoon begins at noon on the wall, not in UTC', at(20, 11), 'Friday afternoon', 'Mon 23 Nov 2026, 07:00'],
	['the weekend', at(21, 9), 'the weekend', 'Mon 23 Nov 2026, 07:00'],
	['the night', at(18, 3), 'at night', 'Wed 18 Nov 2026, 07:00'],
	['the evening', at(18, 20), 'at night', 'Thu 19 Nov 2026, 07:00'],
])('advised against: %s', (_, now, why, next) => {
	const timing = said(vienna, now);
	expect(timing).toMatchObject({verdict: 'later', next, asks: undefined});
	expect(timing.why).toContain(why);
});

test('just before noon on a Friday nothing is said', () => {
	expect(said(vienna, at(20, 10)).verdict).toBe('now');
});

test('windows that a person configured count instead of what is advised in general', () => {
	const night = {...vienna, windows: [{days: ['fri' as const], from: '22:00', to: '04:00'}]};
	expect(said(night, at(21, 1))).toMatchObject({verdict: 'now', asks: undefined});
	expect(said(night, at(18, 9))).toMatchObject({
		verdict: 'later',
		next: 'Fri 20 Nov 2026, 22:00',
		asks: 'outside the change windows (fri 22:00–04:00)',
	});
});

test('a freeze is said with its reason, and the next moment comes after it', () => {
	const frozen = {...vienna, freeze: [{from: '2026-11-16', to: '2026-11-20', reason: 'big sale'}]};
	expect(said(frozen, at(18, 9))).toMatchObject({
		verdict: 'later',
		asks: 'frozen until Sat 21 Nov 2026, 00:00: big sale',
		next: 'Mon 23 Nov 2026, 07:00',
	});
});

test('a weekday is only called bad or good when its whole interval says so', () => {
	const wednesdays = (good: number, all: number) => ({
		weekdays: {3: {good, all}, 2: {good: 9, all: 10}},
		hours: {},
	});
	expect(said(vienna, at(18, 9), wednesdays(1, 2)).verdict).toBe('now');
	expect(said(vienna, at(18, 9), wednesdays(3, 4)).verdict).toBe('now');
	const bad = said(vienna, at(18, 9), wednesdays(0, 5));
	expect(bad).toMatchObject({verdict: 'later', next: 'Thu 19 Nov 2026, 07:00'});
	expect(bad.why).toContain('Wednesdays UTC (0 of 5 went well, 90 % of the others)');
	expect(bad.why).toContain('went best so far: Tuesdays UTC (9 of 10 went well, 0 % of the others)');
	// One case is no knowledge.
	expect(
		said(vienna, at(18, 9), {weekdays: {3: {good: 1, all: 1}, 2: {good: 0, all: 9}}, hours: {}}).why,
	).not.toContain('best');
});

test('where every window lies on a bad day, the window is better than nothing', () => {
	const calendar = {...vienna, windows: [{days: ['wed' as const], from: '09:00', to: '16:00'}]};
	const patterns = {weekdays: {3: {good: 0, all: 6}, 2: {good: 9, all: 9}}, hours: {}};
	expect(said(calendar, at(16, 9), patterns).next).toBe('Wed 18 Nov 2026, 09:00');
});
