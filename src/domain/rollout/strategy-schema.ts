// Room: domain. The schema of orchestration/strategies/*.json: a rollout shape as data, with its limits and defaults.

import {z} from 'zod';
import {type Checked, checkText, type Key, type KeyDoc, keyDocs, keysOf} from '../config-keys.ts';
import {safe} from '../safe.ts';
import type {Strategy} from './strategy.ts';

function key<S extends z.ZodType>(schema: S, doc: KeyDoc): S {
	keyDocs.add(schema, doc);
	return schema;
}

const number = (schema: z.ZodNumber, min: number, max: number, fallback: number, doc: {text: string; unit?: string}) =>
	key(schema.min(min).max(max).default(fallback), {
		...doc,
		allowed: `${schema.isInt ? 'a whole number' : 'a number'} from ${min} to ${max}`,
		example: fallback,
	});
const seconds = (min: number, max: number, fallback: number, text: string) =>
	number(z.number(), min, max, fallback, {text, unit: 's'});
const share = (fallback: number, text: string) => number(z.number(), 0, 1, fallback, {text, unit: 'share, 0–1'});

const step = z.object({
	weight: key(z.number().int().min(1).max(100), {
		text: 'Share of the traffic for the new version',
		allowed: 'a whole number from 1 to 100, higher than in the step before',
		example: 25,
		unit: '%',
	}),
	watchSeconds: key(z.number().min(0).max(86_400), {
		text: 'How long the gate watches before it may say yes',
		allowed: 'a number from 0 to 86400',
		example: 300,
		unit: 's',
	}),
});

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

const strategySchema = z
	.object({
		schemaVersion: key(z.literal(1).default(1), {text: 'Version of this file’s format', allowed: '1', example: 1}),
		name: key(z.string().regex(NAME).exactOptional(), {
			text: 'What the strategy is called',
			allowed: 'letters, digits, dot, dash and _, up to 40',
			example: 'careful',
			otherwise: 'the file’s name',
		}),
		kind: key(z.enum(['canary', 'blue-green']).default('canary'), {
			text: 'A growing share of the traffic, or all of it at once',
			allowed: '"canary" or "blue-green"',
			example: 'canary',
		}),
		description: key(z.string().max(300).default(''), {
			text: 'One sentence for the person who chooses',
			allowed: 'a text of up to 300 characters',
			example: 'Slow on purpose, for schema changes.',
		}),
		steps: key(z.array(step).min(1).max(50), {
			text: 'The weights in order; the last one is 100',
			allowed: 'a list of 1 to 50 steps with ascending weights, the last one 100',
			example: [
				{weight: 10, watchSeconds: 300},
				{weight: 100, watchSeconds: 60},
			],
		}),
		thresholds: key(
			z
				.object({
					errorRate: share(0.05, 'Highest share of failed answers of the new version'),
					errorRateOverBaseline: share(0.01, 'How much higher than the old version’s it may be'),
					minRequests: number(z.int(), 0, 1_000_000, 50, {
						text: 'Requests that a step needs before its error rate counts; 0: health alone decides',
						unit: 'requests',
					}),
					unhealthyInARow: number(z.int(), 1, 100, 3, {
						text: 'Failed health probes in a row that stop the rollout',
						unit: 'probes',
					}),
				})
				.prefault({}),
			{text: 'When the gate says stop', allowed: 'an object', example: {errorRate: 0.02}},
		),
		tickSeconds: seconds(0.1, 300, 5, 'How often the gate looks'),
		holdAfterSeconds: seconds(1, 604_800, 600, 'Without enough evidence for this long in a step, a person is asked'),
		warmSeconds: seconds(0, 604_800, 900, 'How long the old version keeps running after the promotion'),
		drainSeconds: seconds(0, 3600, 30, 'How long requests in flight may take before a slot is stopped'),
		leaseSeconds: seconds(
			5,
			86_400,
			600,
			'Without a sign of life for this long, split traffic returns to the old version',
		),
	})
	.superRefine((strategy, context) => {
		const problem = (path: (string | number)[], message: string) => context.addIssue({code: 'custom', path, message});
		for (const [index, {weight}] of strategy.steps.entries()) {
			const before = strategy.steps[index - 1]?.weight;
			if (before !== undefined && weight <= before)
				problem(['steps', index, 'weight'], `not higher than ${before} before it`);
		}
		const last = strategy.steps.at(-1)?.weight;
		if (last !== 100) problem(['steps'], `the last weight is ${last}, not 100`);
		if (strategy.kind === 'blue-green' && strategy.steps.length > 1)
			problem(['steps'], 'blue-green has one step of weight 100; a growing share is kind "canary"');
		// A conductor shows a sign of life once per tick: a lease of less than three ticks would end a healthy rollout.
		if (strategy.leaseSeconds < 3 * strategy.tickSeconds)
			problem(['leaseSeconds'], `shorter than three ticks of ${strategy.tickSeconds} s`);
	});

export const STRATEGY_KEYS: readonly Key[] = keysOf(strategySchema);

/** @param name the file's name without `.json`, for when the file gives none. */
export function parseStrategy(source: string, name: string): Checked<Strategy> {
	const checked = checkText(strategySchema, source);
	if (!checked.ok) return checked;
	const own = checked.value.name ?? name;
	if (!NAME.test(own)) {
		const text = `name: found ${JSON.stringify(own)}; it must be letters, digits, dot, dash and _, up to 40`;
		return {ok: false, problems: [safe(text)], warnings: checked.warnings};
	}
	const description = safe(checked.value.description);
	return {...checked, value: {...checked.value, name: own, description}};
}
