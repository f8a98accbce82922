// Room: domain. The keys of the project file that say when and how carefully: time zone, change windows, freezes, and the
// weights of the seven factors. The schema of the whole file takes them in.

import {z} from 'zod';
import {type KeyDoc, keyDocs} from '../config-keys.ts';
import {safe} from '../safe.ts';
import {inOrder, isDate, isTime, WEEKDAYS} from './calendar.ts';
import {DEFAULT_WEIGHTS} from './factors.ts';
import type {Factor} from './recommendation.ts';
import {isTimeZone} from './wall-clock.ts';

function key<S extends z.ZodType>(schema: S, doc: KeyDoc): S {
	keyDocs.add(schema, doc);
	return schema;
}

const text = (limit: number) =>
	z
		.string()
		.min(1)
		.max(limit)
		.refine((words) => words === safe(words, limit), 'it has an invisible or control character');

const day = 'a day as YYYY-MM-DD, or a time as YYYY-MM-DDTHH:MM';
const weight = (factor: Factor, what: string) =>
	key(z.number().min(0).max(100).default(DEFAULT_WEIGHTS[factor]), {
		text: `How much it counts ${what}`,
		allowed: 'a number from 0 to 100; the seven are scaled to add up to 1',
		example: DEFAULT_WEIGHTS[factor],
	});

const weekday = key(z.enum(WEEKDAYS), {
	text: 'A weekday',
	allowed: 'one of sun, mon, tue, wed, thu, fri, sat',
	example: 'mon',
});

const changeWindow = z
	.object({
		days: key(z.array(weekday).min(1).max(7), {
			text: 'The weekdays it begins on',
			allowed: 'a list of sun, mon, tue, wed, thu, fri, sat',
			example: ['mon', 'tue', 'wed', 'thu'],
		}),
		from: key(
			z.string().refine((time) => isTime(time), 'no time of day'),
			{text: 'When it opens', allowed: 'a time of day as HH:MM', example: '09:00'},
		),
		to: key(
			z.string().refine((time) => isTime(time, true), 'no time of day'),
			{
				text: 'When it closes; not after `from`: on the next day',
				allowed: 'a time of day as HH:MM, 24:00 included',
				example: '16:00',
			},
		),
	})
	.refine(({from, to}) => from !== to, {path: ['to'], error: 'it closes when it opens'});

const freeze = z
	.object({
		from: key(z.string().refine(isDate, 'no such day'), {text: 'When it begins', allowed: day, example: '2026-12-20'}),
		to: key(z.string().refine(isDate, 'no such day'), {
			text: 'The last day, to its end; or the time it ends',
			allowed: `${day}, not before from`,
			example: '2027-01-06',
		}),
		reason: key(text(200).exactOptional(), {
			text: 'Why, for whoever is asked',
			allowed: 'a text of 1 to 200 characters',
			example: 'Christmas business',
			otherwise: 'none',
		}),
	})
	.refine((one) => !isDate(one.from) || !isDate(one.to) || inOrder(one), {
		path: ['to'],
		error: 'it ends before it begins',
	});

export const settings = {
	timeZone: key(z.string().refine(isTimeZone, 'not a time zone that is known here').exactOptional(), {
		text: 'The wall clock that windows, freezes and advice about hours go by',
		allowed: 'the name of a time zone',
		example: 'Europe/Vienna',
		otherwise: 'the machine’s',
	}),
	windows: key(z.array(changeWindow).max(50).default([]), {
		text: 'When production may begin without asking, every week; none: at any time',
		allowed: 'a list of at most 50 windows with days, from and to',
		example: [{days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '16:00'}],
	}),
	freeze: key(z.array(freeze).max(100).default([]), {
		text: 'When production may not begin without asking',
		allowed: 'a list of at most 100 freezes with from, to and reason',
		example: [{from: '2026-12-20', to: '2027-01-06', reason: 'Christmas business'}],
	}),
	risk: key(
		z
			.object({
				weights: key(
					z
						.object({
							history: weight('history', 'how such changes went so far'),
							complexity: weight('complexity', 'how many areas it touches'),
							magnitude: weight('magnitude', 'how much changes'),
							stability: weight('stability', 'how the last deployments to the target went'),
							timing: weight('timing', 'what time it is'),
							experience: weight('experience', 'how well its authors know the code'),
							dependencies: weight('dependencies', 'what its dependencies do'),
						})
						.refine((weights) => Object.values(weights).some((n) => n > 0), 'all seven are 0')
						.prefault({}),
					{
						text: 'How much each of the seven factors counts',
						allowed: 'an object of numbers, not all of them 0',
						example: {history: 0.3},
					},
				),
			})
			.prefault({}),
		{text: 'How careful to be', allowed: 'an object', example: {weights: {history: 0.3}}},
	),
};
