// Room: domain. A feature: changes that a person would name together, with what the detectors found in them.

import type {Change, Kind} from './change.ts';
import type {FeatureId, Oid} from './ids.ts';
import type {DangerClass} from './rule.ts';
import type {Safe} from './safe.ts';

/** What a finding is about. The screens show each as a chip. */
export const TOPICS = ['schema', 'api', 'deps', 'config', 'infra', 'tests'] as const;
export type Topic = (typeof TOPICS)[number];

/** Something a detector saw, with the place that proves it. */
export interface Finding {
	readonly rule: string;
	readonly topic: Topic;
	/** How much it hurts if it goes wrong: `danger` can lose data or break running clients. */
	readonly severity: 'note' | 'caution' | 'danger';
	readonly change: Oid;
	readonly path: string;
	/** 1-based, in the file after the change; absent when the file as a whole is the evidence. */
	readonly line?: number;
	readonly what: Safe;
	/** What to do about it. */
	readonly advice?: Safe;
	/** How it hurts; absent when it only informs. */
	readonly class?: DangerClass;
	/** What it is about: `public.users.email`, `GET /orders/{id}`, `Order.total`. */
	readonly object?: Safe;
	/** Short fragments, at most 200 characters: how it was, how it is. */
	readonly before?: Safe;
	readonly after?: Safe;
}

export interface Feature {
	readonly id: FeatureId;
	readonly title: Safe;
	readonly kind: Kind;
	readonly scope?: Safe;
	readonly breaking: boolean;
	readonly issues: readonly string[];
	/** Oldest first. Never empty. */
	readonly changes: readonly Change[];
	/** Why these changes are one feature, in words; empty for a single change. */
	readonly grouping: readonly Safe[];
	readonly findings: readonly Finding[];
	readonly files: number;
}

export const BUCKETS = ['must include', 'recommended', 'optional', 'not recommended'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** A sentence for a person, and how much it moved the risk (−1…1; 0 when it only explains). */
export interface Reason {
	readonly code: string;
	readonly text: Safe;
	readonly weight: number;
}

/** A feature with what selection thinks of it. */
export interface RankedFeature {
	readonly feature: Feature;
	readonly bucket: Bucket;
	/** Estimated probability, 0–1, that shipping it ends in a rollback or a fix. */
	readonly risk: number;
	readonly reasons: readonly Reason[];
	/** Features that this one does not apply without, found by its lines and names or by simulation. */
	readonly needs: readonly FeatureId[];
}
