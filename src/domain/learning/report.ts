// Room: domain. learning_report.json: what one deployment taught, as data. The schema is told in deployment_memory/README.md.

import type {StageName} from '../ids.ts';
import type {Lesson, Patterns} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {type Confidence, confidenceOf} from './confidence.ts';
import {opportunitiesOf, usualMs} from './opportunities.ts';
import {rateOf} from './rates.ts';
import {verdictOf} from './verdict.ts';
import {type Interval, wilson} from './wilson.ts';

export interface LearningReport {
	readonly schemaVersion: 1;
	readonly id: string;
	readonly outcome: string;
	readonly verdict: 'good' | 'bad' | 'neither';
	readonly lesson: Lesson;
	readonly confidence: {readonly level: Confidence; readonly deployments: number};
	/** `brier`: squared distance between the predicted risk and what happened, 0 (right) – 1; only for good and bad ones. */
	readonly prediction?: {readonly risk: number; readonly evidence: number; readonly brier?: number};
	readonly features: readonly {
		readonly id: string;
		readonly title: string;
		readonly kind: string;
		readonly bucket: string;
		readonly risk: number;
		readonly result: 'shipped' | 'suspect' | 'no evidence';
		/** How its kind does, this deployment included, with the 95 % interval. */
		readonly kindRate: {readonly good: number; readonly all: number} & Interval;
	}[];
	readonly changes: {
		readonly marked: readonly string[];
		readonly healed: readonly string[];
		readonly rulesAdded: readonly string[];
		readonly rulesWithdrawn: readonly string[];
	};
	readonly timings: readonly {readonly stage: StageName; readonly ms: number; readonly usualMs?: number}[];
	readonly opportunities: readonly string[];
}

export function learningReport(input: {
	readonly summary: Summary;
	readonly lesson: Lesson;
	readonly past: readonly Summary[];
	readonly before: Patterns;
	readonly after: Patterns;
	readonly expectedRisk?: number;
	readonly evidence: number;
}): LearningReport {
	const {summary, lesson, past, before, after, expectedRisk, evidence} = input;
	const verdict = verdictOf(summary);
	const changes = [...new Set(summary.features.flatMap((f) => f.changes))];
	const ids = (patterns: Patterns) => patterns.rules.map((rule) => rule.id);
	const brier = verdict === 'neither' ? {} : {brier: round(((expectedRisk ?? 0) - (verdict === 'bad' ? 1 : 0)) ** 2)};
	return {
		schemaVersion: 1,
		id: summary.id,
		outcome: summary.outcome,
		verdict,
		lesson,
		confidence: {level: confidenceOf(after.deployments), deployments: after.deployments},
		...(expectedRisk === undefined ? {} : {prediction: {risk: expectedRisk, evidence, ...brier}}),
		features: summary.features.map(({id, title, kind, bucket, risk}) => {
			const rate = rateOf(after.kinds, kind);
			const {low, high} = wilson(rate);
			const result = {good: 'shipped', bad: 'suspect', neither: 'no evidence'} as const;
			const kindRate = {...rate, low: round(low), high: round(high)};
			return {id, title, kind, bucket, risk, result: result[verdict], kindRate};
		}),
		changes: {
			marked: changes.filter((c) => Object.hasOwn(after.scars, c)),
			healed: changes.filter((c) => Object.hasOwn(before.scars, c) && !Object.hasOwn(after.scars, c)),
			rulesAdded: ids(after).filter((id) => !ids(before).includes(id)),
			rulesWithdrawn: ids(before).filter((id) => !ids(after).includes(id)),
		},
		timings: timingsOf(summary, past),
		opportunities: opportunitiesOf(summary, past, after),
	};
}

function timingsOf(summary: Summary, past: readonly Summary[]): LearningReport['timings'] {
	// `as`: stageMs has stage names as keys by its type
	const times = Object.entries(summary.stageMs) as [StageName, number][];
	return times.map(([stage, ms]) => {
		const usual = usualMs(stage, past);
		return {stage, ms, ...(usual === undefined ? {} : {usualMs: Math.round(usual)})};
	});
}

const round = (n: number) => Math.round(n * 10_000) / 10_000;
