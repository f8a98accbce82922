// Room: adapters. Reads what the model answered: data of one shape, or nothing. What it may change is decided elsewhere
// (domain/selection/clamp.ts); here its words become features again.

import {z} from 'zod';
import {BUCKETS, type RankedFeature} from '../../domain/feature.ts';
import {readJson} from '../../domain/json.ts';
import {redact} from '../../domain/redact.ts';
import {safe} from '../../domain/safe.ts';
import {LEVELS, type Level} from './prompt.ts';

/** Features by their place in the request: what the cache keeps, because ids are for one request only. */
export interface Answer {
	readonly warnings: readonly {readonly place: number; readonly level: Level; readonly because: string}[];
	readonly summary: string;
}

/** Longer than asked for is cut, not refused; far longer is no answer to this question. */
const text = z.string().max(4000);

export const keptAnswer = z.object({
	warnings: z
		.array(z.object({place: z.number().int().min(0).max(1000), level: z.enum(LEVELS), because: text}))
		.max(1000),
	summary: text,
}) satisfies z.ZodType<Answer>;

const given = z.strictObject({
	warnings: z.array(z.strictObject({feature: z.string(), level: z.enum(LEVELS), because: text})).max(1000),
	summary: text,
});

/** Undefined when it is no JSON of that shape, or names a feature that was not in the request. */
export function readAnswer(source: string, ids: readonly string[]): Answer | undefined {
	const json = readJson(source);
	const parsed = json.ok ? given.safeParse(json.value) : undefined;
	if (!parsed?.success) return undefined;
	const places = new Map(ids.map((id, place) => [id, place]));
	const warnings: Answer['warnings'][number][] = [];
	for (const {feature, level, because} of parsed.data.warnings) {
		const place = places.get(feature);
		if (place === undefined) return undefined;
		warnings.push({place, level, because: redact(because)});
	}
	return {warnings, summary: redact(parsed.data.summary)};
}

const RAISE: Readonly<Record<Level, number>> = {note: 0, careful: 0.1, risky: 0.2, stop: 0.3};
const LEAST: Readonly<Record<Level, RankedFeature['bucket'] | undefined>> = {
	note: undefined,
	careful: undefined,
	risky: 'optional',
	stop: 'not recommended',
};

/** The features with their warnings, as a proposal: only the clamp makes a ranking of it. */
export function proposal(features: readonly RankedFeature[], answer: Answer): RankedFeature[] {
	return features.map((ranked, place) => {
		// Two warnings about one feature: the graver one.
		const [worst] = answer.warnings
			.filter((warning) => warning.place === place)
			.sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
		if (worst === undefined) return ranked;
		const least = LEAST[worst.level];
		const bucket =
			least !== undefined && BUCKETS.indexOf(least) > BUCKETS.indexOf(ranked.bucket) ? least : ranked.bucket;
		const risk = Math.min(0.99, ranked.risk + RAISE[worst.level]);
		return {...ranked, bucket, risk, reasons: [{code: 'claude', text: safe(worst.because, 300), weight: 0}]};
	});
}
