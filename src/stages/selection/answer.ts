// Room: stages. The question which batch to take, and what the answer names. Pure.

import type {Choice} from '../../domain/batch.ts';
import type {DecisionRequest} from '../../domain/decision.ts';
import {type Fault, fault} from '../../domain/fault/fault.ts';
import type {Bucket, RankedFeature} from '../../domain/feature.ts';
import type {FeatureId} from '../../domain/ids.ts';
import {bestSize} from '../../domain/learning/size.ts';
import type {Patterns} from '../../domain/pattern.ts';
import {safe} from '../../domain/safe.ts';
import {batchRisk} from '../../domain/selection/batch-risk.ts';
import {levelOf} from '../../domain/selection/level.ts';
import {count, percent} from '../../domain/selection/words.ts';

export interface Wish {
	readonly choice: Choice;
	readonly ids: readonly FeatureId[];
	/** What must not come along, said as `!ID`. */
	readonly without: readonly FeatureId[];
}

const inBuckets = (ranked: readonly RankedFeature[], ...buckets: Bucket[]) =>
	ranked.filter(({bucket}) => buckets.includes(bucket));
const advised = (ranked: readonly RankedFeature[]) => inBuckets(ranked, 'must include', 'recommended');

/** @param most the cap that holds. */
export function batchQuestion(
	ranked: readonly RankedFeature[],
	patterns: Patterns,
	most: number,
): Omit<DecisionRequest, 'stage'> {
	const all = advised(ranked);
	const must = inBuckets(ranked, 'must include');
	const hint = (some: readonly RankedFeature[]) => {
		if (some.length === 0) return safe('nothing to take');
		const {value, evidence} = batchRisk(some, patterns);
		return safe(`risk ${percent(value)} (${levelOf(value)}), ${count(evidence, 'deployment')} of experience`);
	};
	const waits = ranked.length - all.length;
	const details = [
		`${count(must.length, 'must include', 'must include')}, ${all.length - must.length} recommended, ` +
			`${inBuckets(ranked, 'optional').length} optional, ${inBuckets(ranked, 'not recommended').length} not recommended`,
		`${all.length}/${most} of the largest batch you allow`,
	];
	const best = bestSize(patterns);
	const advice = [
		...(best ? [`Small, regular batches: ${best.words}`] : []),
		...(!best && waits > 0 && all.length > 0
			? ['Small, regular batches go better: what waits now can go with the next one.']
			: []),
	];
	return {
		id: 'selection.batch',
		kind: 'batch',
		cap: most,
		question: safe(`Which of the ${count(ranked.length, 'feature')} shall go?`),
		details: details.map((text) => safe(text)),
		advice: advice.map((text) => safe(text)),
		options: [
			{value: 'recommended', label: safe(`All recommended (${all.length})`), hint: hint(all), recommended: true},
			{value: 'critical', label: safe(`Critical only (${must.length})`), hint: hint(must)},
		],
		free: 'feature-ids',
		flag: '--select recommended',
	};
}

/**
 * What an answer names. Ids may be shortened as long as they name one feature; `!` before one says that it must not come
 * along. Faults: USAGE, EMPTY_BATCH.
 */
export function readAnswer(answer: string, ranked: readonly RankedFeature[]): Wish | Fault {
	const choice = answer.trim();
	if (choice === 'recommended' || choice === 'critical') {
		const taken = choice === 'critical' ? inBuckets(ranked, 'must include') : advised(ranked);
		const ids = taken.map(({feature}) => feature.id);
		return ids.length > 0 ? {choice, ids, without: []} : nothingIn(choice, ranked);
	}
	const asked = choice
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '');
	const ids = new Set<FeatureId>();
	const without = new Set<FeatureId>();
	const wrong: string[] = [];
	for (const word of asked) {
		const text = word.replace(/^!\s*/, '');
		const exact = ranked.filter(({feature}) => feature.id === text);
		const found = exact.length > 0 ? exact : ranked.filter(({feature}) => startsWith(feature.id, text));
		const [only] = found;
		if (only !== undefined && found.length === 1) (word === text ? ids : without).add(only.feature.id);
		else if (found.length === 0) wrong.push(`no feature is called ${text}`);
		else wrong.push(`${text} could be ${found.map(({feature}) => feature.id).join(' or ')}`);
	}
	for (const id of without) if (ids.has(id)) wrong.push(`${id} is both wanted and unwanted`);
	if (wrong.length > 0) {
		const list = ranked.slice(0, 100).map(({feature}) => `${feature.id}  ${feature.title}`);
		return fault('USAGE', {
			with: {message: wrong.slice(0, 5).join('; ')},
			details: list,
			nextSteps: ['orchestra deploy --select recommended|critical|ID,ID,!ID…'],
		});
	}
	return ids.size > 0 ? {choice: 'custom', ids: [...ids], without: [...without]} : fault('EMPTY_BATCH');
}

function startsWith(id: string, text: string): boolean {
	const short = text.toLowerCase();
	return short.length > 0 && short !== 'f' && short !== 'f-' && (id.startsWith(short) || id.startsWith(`f-${short}`));
}

function nothingIn(choice: Choice, ranked: readonly RankedFeature[]): Fault {
	const what = choice === 'critical' ? 'No feature must be included at once' : 'No feature is safe enough to recommend';
	const example = ranked.slice(0, 2).map(({feature}) => feature.id);
	const why = ranked.slice(0, 3).flatMap(({feature, reasons}) => {
		const text = reasons[0]?.text;
		return choice === 'critical' || text === undefined ? [] : [`“${feature.title}”: ${text}`];
	});
	return fault('EMPTY_BATCH', {
		details: [`${what}; ${count(ranked.length, 'feature waits', 'features wait')}`, ...why],
		nextSteps: [`orchestra deploy --select ${example.join(',')}`],
	});
}
