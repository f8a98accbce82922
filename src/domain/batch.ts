// Room: domain. What discovery found, what was chosen from it, and the release built from exactly that.

import type {Change} from './change.ts';
import type {Bucket, Feature, RankedFeature} from './feature.ts';
import type {FeatureId, Oid} from './ids.ts';
import type {Safe} from './safe.ts';

export interface Ref {
	readonly name: Safe;
	readonly oid: Oid;
}

/** Output of stage 1. */
export interface DiscoveryReport {
	/** What is live or what the base branch says, whichever is ahead; `live` tells which. */
	readonly base: Ref;
	readonly dev: Ref;
	readonly live: 'base branch' | 'last promoted release';
	readonly features: readonly Feature[];
	/** Changes on dev that are already on the base under another id. */
	readonly shipped: readonly Change[];
	/** Reverted changes and their reverts: they cancel out. */
	readonly cancelled: readonly Change[];
	readonly counts: {
		readonly changes: number;
		readonly files: number;
		/** New and modified files over all waiting features. */
		readonly added: number;
		readonly modified: number;
		/** Share of changes, 0–1, whose subject follows Conventional Commits. */
		readonly conventional: number;
		readonly authors: number;
	};
	/** Set when there is nothing to deploy: which cause it is, in words, and the commands that mend it. */
	readonly empty?: {
		readonly cause: 'same-commit' | 'behind' | 'all-shipped' | 'unrelated';
		readonly text: Safe;
		readonly mend?: readonly Safe[];
	};
}

export type Choice = 'recommended' | 'critical' | 'custom';

/** Output of stage 2. */
export interface Batch {
	readonly choice: Choice;
	/** All features with their bucket and reasons, chosen or not, in the order they were shown. */
	readonly ranked: readonly RankedFeature[];
	readonly chosen: readonly FeatureId[];
	/** Chosen only because another chosen feature does not apply without them. */
	readonly pulledIn: readonly {readonly feature: FeatureId; readonly because: Safe}[];
	/** Where the person decided otherwise than recommended: what the next ranking learns from. */
	readonly overrides: readonly {readonly feature: FeatureId; readonly bucket: Bucket; readonly chosen: boolean}[];
	/** Probability, 0–1, that this batch ends in a rollback or failure, with the number of cases behind it. */
	readonly risk: {readonly value: number; readonly evidence: number; readonly reasons: readonly Safe[]};
	readonly release: BuiltCommit;
	/** `claude` when the model took part, else why it did not. */
	readonly ranking: {readonly by: 'rules' | 'claude'; readonly note: Safe};
}

/** The release as git has it: one commit and its tree, made of exactly the chosen changes on top of the base. */
export interface BuiltCommit {
	readonly version: string;
	readonly tag: string;
	readonly commit: Oid;
	readonly tree: Oid;
	readonly base: Oid;
	/** The picks, oldest first: which change became which commit. */
	readonly picks: readonly {readonly change: Oid; readonly commit: Oid}[];
}

/** What a simulation of a selection says before anything is written. */
export interface Simulation {
	readonly applies: boolean;
	readonly tree?: Oid;
	/** The changes that do not apply, each with the paths and the unchosen changes that touched them before. */
	readonly conflicts: readonly {
		readonly change: Oid;
		readonly paths: readonly string[];
		readonly missing: readonly Oid[];
	}[];
}
