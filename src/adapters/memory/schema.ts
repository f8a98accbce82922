// Room: adapters. What the memory's documents must look like at the door. Unknown fields pass, so that a newer or a
// hand-written one survives a round trip; every text that a screen may show is made safe here.

import {z} from 'zod';
import {isDeploymentId, STAGES} from '../../domain/ids.ts';
import {nullProto} from '../../domain/learning/rates.ts';
import type {Preferences, Statistics} from '../../domain/memory.ts';
import {OUTCOMES} from '../../domain/outcome.ts';
import type {Patterns} from '../../domain/pattern.ts';
import type {Correction, Summary} from '../../domain/summary.ts';
import {toSafe} from './guarded-json.ts';

export const SCHEMA_VERSION = 1;

const text = z.string().transform(toSafe);
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const time = z
	.string()
	.max(40)
	.refine((s) => !Number.isNaN(Date.parse(s)), 'not a time');

/** One by one, because one wrong value must not cost a person the others. */
export const PREFERENCES = {
	max_features_per_deployment: z
		.number('must be a number')
		.int('must be a whole number')
		.min(1, 'must be 1–500')
		.max(500, 'must be 1–500'),
	require_staging: z.boolean('must be true or false'),
	auto_rollback_threshold: z.number('must be a number').min(0, 'must be 0–1').max(1, 'must be 0–1, e.g. 0.05 for 5 %'),
} satisfies {[K in keyof Preferences]: z.ZodType<Preferences[K]>};

export const statisticsSchema: z.ZodType<Statistics> = z.object({
	deployments: count,
	promoted: count,
	rolled_back: count,
	failed: count,
	aborted: count,
	success_rate: share.nullable(),
	median_seconds: z.number().nonnegative().nullable(),
	features_shipped: count,
	last_deployment: z.string().refine(isDeploymentId).nullable(),
});

/** config.json as a whole: for deployment_memory/schema.json. Reading checks its parts one by one. */
export const configShape = z.looseObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	user_preferences: z.looseObject(PREFERENCES).partial(),
	statistics: statisticsSchema,
});

const rate = z.object({good: count, all: count}).refine((r) => r.good <= r.all, 'more good cases than cases');

/** Names come from commits and may be those of Object.prototype: tables have no prototype. */
const table = <T>(value: z.ZodType<T>) =>
	z.record(z.string(), value).transform((r) => nullProto(Object.entries(r).map(([k, v]) => [toSafe(k), v] as const)));

export const patternsShape = z.object({
	schemaVersion: z.literal(SCHEMA_VERSION),
	deployments: count,
	kinds: table(rate),
	topics: table(rate),
	scopes: table(rate),
	sizes: table(rate),
	weekdays: table(rate),
	hours: table(rate),
	scars: table(z.object({deployment: text, outcome: z.enum(['rolled_back', 'failed']), why: text, suspects: count})),
	taken: table(rate),
	chosen: count.optional(),
	choices: table(rate).optional(),
	preference: table(z.number().min(-50).max(50)).optional(),
	rules: z.array(z.object({id: text, text, support: count})),
});
export const patternsSchema: z.ZodType<Patterns> = patternsShape;

export const correctionShape = z.looseObject({outcome: z.enum(['failed', 'ok']), cause: text.optional(), at: time});

const seconds = z.number().min(0).max(253_402_300_799);
const situation = z.object({
	at: seconds.optional(),
	conventional: z.boolean().optional(),
	author: z
		.string()
		.regex(/^[0-9a-f]{1,64}$/)
		.optional(),
	conflicts: z.boolean().optional(),
	needs: count.optional(),
	elsewhere: z.object({times: count, first: seconds}).optional(),
	fresh: z.boolean().optional(),
});

const feature = z.looseObject({
	id: text,
	title: text,
	kind: text,
	scope: text.optional(),
	breaking: z.boolean(),
	topics: z.array(text),
	bucket: text,
	risk: share,
	changes: z.array(text),
	since: z.number().optional(),
	pulledIn: z.boolean().optional(),
	about: z.array(text).max(40).optional(),
	// What the model cannot use must not cost the deployment its place in the history.
	situation: situation.optional().catch(undefined),
});
const left = feature.pick({
	...{title: true, kind: true, scope: true, breaking: true, since: true, about: true},
	situation: true,
});

export const summaryShape = z.looseObject({
	schemaVersion: z.literal(SCHEMA_VERSION),
	id: z.string().refine(isDeploymentId),
	openedAt: time,
	closedAt: time,
	outcome: z.enum(OUTCOMES),
	why: text.optional(),
	cause: text.optional(),
	project: text,
	target: text,
	version: text.optional(),
	commit: text.optional(),
	base: text.optional(),
	strategy: text,
	risk: share.optional(),
	features: z.array(feature),
	overrides: z.array(z.looseObject({feature: text, bucket: text, chosen: z.boolean()})),
	offered: table(count).optional(),
	left: z.array(left).optional(),
	chosenBy: z.enum(['person', 'flag', 'policy']).optional(),
	stageMs: z.partialRecord(z.enum(STAGES), z.number().nonnegative()),
	tests: z.looseObject({suites: count, passed: count, failed: count, green: z.boolean()}).optional(),
	requests: z
		.looseObject({candidate: count, candidateErrors: count, baseline: count, baselineErrors: count})
		.optional(),
	trafficMoved: z.boolean(),
	resumed: count,
	correction: correctionShape.optional(),
});

/** Undefined when it is not a summary. */
export function parseSummary(value: unknown): Summary | undefined {
	const parsed = summaryShape.safeParse(value);
	// `as`: the schema says the same as the type, except that an optional field may not be there as undefined; JSON has none.
	return parsed.success ? (parsed.data as Summary) : undefined;
}

export function parseCorrection(value: unknown): Correction | undefined {
	const parsed = correctionShape.safeParse(value);
	return parsed.success ? (parsed.data as Correction) : undefined; // `as`: see parseSummary
}
