// Room: domain. What a ranker outside the rules may change: it may add caution and words, nothing else. Its answer is
// hostile text until it has passed here.
//
// Risk: the higher of both, at most 30 % more than the rules say. Bucket: the more careful of both, except that a
// must-include stays one (a critical fix is not argued away) and nothing is moved up. Where both are two buckets or more
// apart, both opinions are said. Unknown ids are dropped, missing ones stay as they were. The feature itself, what it needs,
// and every reason of the rules are the rules' own. Words say whose they are, and lead nowhere: links are taken out.

import {BUCKETS, type Bucket, type RankedFeature, type Reason} from '../feature.ts';
import {type Safe, safe} from '../safe.ts';
import {TOO_RISKY} from './rank.ts';

const MOST_REASONS = 3;
/** A reader that is fooled, or foolish, can make a release more careful, not impossible to judge by its figures. */
export const MOST_RAISE = 0.3;
const FAR = 2;

/** What a terminal or a viewer makes a link of by itself. */
const LINK = /\b(?:[a-z][a-z0-9+.-]{1,15}:\/\/|www\.|mailto:)\S*/gi;

/** A model's words as they are shown: one line, no link, and at most `limit` characters. */
export function wordsOfModel(text: string, limit = 300): Safe {
	return safe(
		text
			.slice(0, 4 * limit)
			.replace(/\s+/g, ' ')
			.replace(LINK, '[link]')
			.trim(),
		limit,
	);
}

const said = (text: string): Safe => safe(`Claude: ${text}`, 320);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const KNOWN: readonly unknown[] = BUCKETS;
/** Higher is more careful; −1 for what is no bucket. */
const careful = (bucket: unknown): number => KNOWN.indexOf(bucket);

function reasonsOf(answer: Record<string, unknown>, known: readonly Reason[], raise: number): Reason[] {
	const old = new Set<string>(known.map(({text}) => text));
	const given = Array.isArray(answer.reasons) ? answer.reasons.slice(0, 200) : [];
	const texts = given.flatMap((item: unknown) => {
		const text = isRecord(item) && typeof item.text === 'string' ? wordsOfModel(item.text) : '';
		return text === '' || old.has(text) ? [] : [said(text)];
	});
	const added = texts.slice(0, MOST_REASONS).map((text) => ({code: 'claude', text, weight: 0}));
	if (raise <= 0) return added;
	const [first, ...rest] = added;
	return [{code: 'claude', text: first?.text ?? said('judged riskier on reading it'), weight: raise}, ...rest];
}

function clampOne(rules: RankedFeature, answer: Record<string, unknown>): RankedFeature {
	const asked = typeof answer.risk === 'number' && Number.isFinite(answer.risk) ? answer.risk : rules.risk;
	const risk = Math.max(rules.risk, Math.min(0.99, rules.risk + MOST_RAISE, asked));
	let bucket: Bucket = rules.bucket;
	if (bucket !== 'must include') {
		const most = Math.max(
			careful(bucket),
			careful(answer.bucket),
			risk > rules.risk && risk >= TOO_RISKY ? BUCKETS.length - 1 : 0,
		);
		bucket = BUCKETS[most] ?? bucket;
	}
	const [why, ...rest] = rules.reasons;
	const added = reasonsOf(answer, rules.reasons, risk - rules.risk);
	const apart = careful(answer.bucket) - careful(rules.bucket) >= FAR;
	const both: Reason[] = apart
		? [
				{
					code: 'claude.apart',
					text: said(`${String(answer.bucket)}; the rules: ${rules.bucket}. Decide yourself`),
					weight: 0,
				},
			]
		: [];
	// A moved feature is explained by who moved it; one that stayed keeps its own words first.
	const moved = bucket !== rules.bucket;
	const words: Reason[] =
		moved && added.length === 0 ? [{code: 'claude', text: said('called riskier on reading it'), weight: 0}] : added;
	const own = why ? [why] : [];
	const reasons = moved ? [...words, ...both, ...own, ...rest] : [...own, ...both, ...words, ...rest];
	return {feature: rules.feature, bucket, risk, reasons, needs: rules.needs};
}

/** @param answer whatever came back: it need not even be a list. Same features, same order within a bucket. */
export function clampRanking(rules: readonly RankedFeature[], answer: unknown): RankedFeature[] {
	const byId = new Map<string, Record<string, unknown>>();
	for (const item of Array.isArray(answer) ? answer.slice(0, 10_000) : []) {
		if (!isRecord(item) || !isRecord(item.feature) || typeof item.feature.id !== 'string') continue;
		if (!byId.has(item.feature.id)) byId.set(item.feature.id, item);
	}
	return rules
		.map((ranked) => {
			const item = byId.get(ranked.feature.id);
			return item === undefined ? ranked : clampOne(ranked, item);
		})
		.sort((a, b) => BUCKETS.indexOf(a.bucket) - BUCKETS.indexOf(b.bucket));
}
