// Room: report. The one data model that every release document is built from, and what follows from it. Pure.

import type {Batch, DiscoveryReport} from '../domain/batch.ts';
import type {Finding, RankedFeature} from '../domain/feature.ts';
import type {SuiteCommand} from '../domain/project.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {riskWords} from '../domain/selection/words.ts';

/** From this predicted risk on a release is high risk, whatever is in it. */
const HIGH_RISK = 0.8;

export interface ReleaseFacts {
	readonly deployment: string;
	readonly project: Safe;
	readonly target: Safe;
	/** A strategy's name, or that it is chosen by risk. */
	readonly strategy: Safe;
	/** ISO 8601, UTC. */
	readonly preparedAt: string;
	readonly discovery: Pick<DiscoveryReport, 'base' | 'dev' | 'live'>;
	readonly batch: Batch;
	readonly commands: {
		readonly install?: string;
		readonly build?: string;
		readonly start?: string;
		readonly migrate?: string;
	};
	readonly suites: Readonly<Record<string, SuiteCommand>>;
	readonly healthPath: string;
	readonly port: number;
	readonly errorLimit: number;
	readonly buildMs: number;
	/** How staging was dealt with, when no staging target is configured. */
	readonly staging: 'waived' | 'not required';
	/** Added lines that have the shape of a credential, as `path:line`; and how many were looked at. */
	readonly credentials: {readonly found: readonly Safe[]; readonly lines: number};
}

export function chosenFeatures(batch: Batch): readonly RankedFeature[] {
	const chosen = new Set<string>(batch.chosen);
	return batch.ranked.filter((ranked) => chosen.has(ranked.feature.id));
}

export function leftOut(batch: Batch): readonly RankedFeature[] {
	const chosen = new Set<string>(batch.chosen);
	return batch.ranked.filter((ranked) => !chosen.has(ranked.feature.id));
}

export function findingsOf(batch: Batch, topic?: Finding['topic']): readonly Finding[] {
	const all = chosenFeatures(batch).flatMap((ranked) => ranked.feature.findings);
	return topic === undefined ? all : all.filter((finding) => finding.topic === topic);
}

/** Why this release is high risk, in words; empty when it is not. */
export function highRisk(batch: Batch): readonly Safe[] {
	const schema = findingsOf(batch, 'schema').filter((finding) => finding.severity === 'danger');
	const reasons: Safe[] = [];
	if (batch.risk.value >= HIGH_RISK) reasons.push(safe(`predicted risk ${riskWords(batch.risk.value)}`));
	const recommended = batch.recommendation?.risk;
	// By the factors alone: what was predicted and what was found says it in its own words.
	if (recommended?.level === 'high risk' && reasons.length === 0 && schema.length === 0)
		reasons.push(recommended.because);
	for (const finding of schema) reasons.push(safe(`database: ${finding.what} (${placeOf(finding)})`));
	return reasons;
}

export function placeOf(finding: Finding): string {
	return finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
}

/** `2026-11-21 06:58 UTC`. @param iso ISO 8601 UTC. */
export const minuteOf = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

export function percent(share: number): string {
	return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

/** `1 feature`, `3 features`. */
export function count(n: number, noun: string): string {
	return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** How the version before this one is called in every document. */
export function previousRelease(facts: ReleaseFacts): string {
	const {base, live} = facts.discovery;
	const commit = base.oid.slice(0, 12);
	return live === 'last promoted release' ? `the last promoted release (${commit})` : `${base.name} at ${commit}`;
}
