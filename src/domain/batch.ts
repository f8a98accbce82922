// Room: domain. What discovery found, what was chosen from it, and the release built from exactly that.

import type {Advice, Recommendation} from './advice/recommendation.ts';
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
	/** All of them in the order of the branch. Absent in reports of earlier versions: then parents and dates have to say it. */
	readonly order?: readonly Oid[];
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
	/** The four lists by name: paths that are new or modified (at most 5,000 each), and the features by what they are. */
	readonly lists?: {
		readonly newFiles: readonly string[];
		readonly modifiedFiles: readonly string[];
		readonly features: readonly FeatureId[];
		readonly fixes: readonly FeatureId[];
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
	/** With the strategy that was chosen in the end. Missing in books of before there was one. */
	readonly recommendation?: Recommendation;
	/** The plan built both ways. Missing in books of before there was one. */
	readonly proof?: Proof;
	/** What is not a gate but worth knowing, the most useful first. Missing in books of before there was any. */
	readonly advice?: readonly Advice[];
	/** `claude` when the model took part, else why it did not. */
	readonly ranking: {
		readonly by: 'rules' | 'claude';
		readonly note: Safe;
		/** Two or three sentences about the release, in the model's words: shown as such, never as ours. */
		readonly summary?: Safe;
	};
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
	/** Generated files that took one side, or no longer fit their manifest, and want making anew: those that were not. */
	readonly regenerate?: readonly string[];
	/** Why each of them was not made anew, where that was tried or not allowed. */
	readonly notRegenerated?: readonly {readonly path: string; readonly why: Safe}[];
	/** Those that were: the release's own last commit holds them, after the picks. */
	readonly regenerated?: readonly Regenerated[];
}

/** A generated file that was made anew for a release. */
export interface Regenerated {
	readonly path: string;
	/** As it ran. */
	readonly command: Safe;
	/** With its version, e.g. `npm 11.2.0`; missing for a team's own command. */
	readonly tool?: Safe;
	/** SHA-256 of the file, hex. */
	readonly sha256: string;
	/** False: it came out as it was. */
	readonly changed: boolean;
	/** Packages at versions that neither the base nor a chosen change had, in words; at most 20. */
	readonly drift: readonly Safe[];
}

/** The plan built both ways: what was chosen onto the base, and everything else out of the development branch. */
export interface Proof {
	readonly picksTree: Oid;
	/** Without the files of `except`, which stand as in the other tree. Missing when it could not be built. */
	readonly revertsTree?: Oid;
	readonly equal: boolean;
	/** Merges it took, both ways together. */
	readonly steps: number;
	/** Files that a tool makes anew, or whose keys came out in another order: the same by meaning or left out of the comparison. */
	readonly except: readonly string[];
	/** Why there is nothing to compare. The trees then prove nothing, and nothing against. */
	readonly why?: Safe;
	/** Where the trees differ: the first few paths. */
	readonly differs?: readonly string[];
	/** What was not chosen and cannot be told apart from what was: with one of these (or all) the plan may be whole. Likeliest first. */
	readonly entangled?: readonly Oid[];
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
	/** Generated files in which the changes contradict each other, which is settled by making them anew. */
	readonly regenerate?: readonly string[];
}
