// Room: domain. A release once it is built and tested: what stages 3 to 5 hand on, and the next version number.

import type {Kind} from './change.ts';
import type {SlotName} from './ids.ts';
import type {Safe} from './safe.ts';

/** One line of the deployment checklist. `auto` items are ticked by Orchestra with the evidence beside them. */
export interface ChecklistItem {
	readonly id: string;
	readonly text: Safe;
	readonly done: boolean;
	readonly auto: boolean;
	readonly evidence?: Safe;
}

/** Output of stage 3. Paths are relative to the deployment's folder, except `folder`. */
export interface StagedRelease {
	/** Absolute path of the materialised, built release. */
	readonly folder: string;
	readonly documents: {
		readonly plan: string;
		readonly tests: string;
		readonly checklist: string;
		readonly rollback: string;
		readonly scripts: readonly string[];
	};
	readonly checklist: readonly ChecklistItem[];
	readonly commands: {readonly install?: string; readonly build?: string};
	readonly buildMs: number;
}

export interface TestCase {
	readonly name: Safe;
	readonly status: 'passed' | 'failed' | 'skipped' | 'flaky';
	readonly ms?: number;
	readonly message?: Safe;
}

export interface SuiteResult {
	readonly name: Safe;
	readonly command: Safe;
	readonly required: boolean;
	readonly status: 'passed' | 'failed' | 'timed out' | 'skipped';
	readonly exit?: number;
	readonly ms: number;
	/** Zero when the suite's output has no format we read: then the exit code alone speaks, and the report says so. */
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly cases: readonly TestCase[];
	/** The last lines of output, for the report. */
	readonly tail: readonly Safe[];
	/** Passed only at a later try: never counted among `passed`. */
	readonly flaky?: number;
	/** The format its output was read as; absent when nobody could read it. */
	readonly format?: Safe;
	/** What a person should know about how the result came about. */
	readonly notes?: readonly Safe[];
}

/** Output of stage 4. */
export interface TestReport {
	readonly suites: readonly SuiteResult[];
	readonly green: boolean;
	/** File name in the deployment's folder. */
	readonly report: string;
	/** Set when green means less than it sounds, e.g. that no tests are configured. */
	readonly note?: Safe;
}

/** Output of stage 5. */
export interface ProductionReport {
	readonly result: 'promoted' | 'rolled_back';
	readonly slot: SlotName;
	readonly strategy: string;
	readonly trafficMoved: boolean;
	/** Why it was rolled back, when it was. */
	readonly why?: Safe;
	/** The rule of the gate that said stop. */
	readonly cause?: string;
	/** What the whole rollout saw, over all steps. */
	readonly requests: {
		readonly candidate: number;
		readonly candidateErrors: number;
		readonly baseline: number;
		readonly baselineErrors: number;
	};
	readonly seconds: number;
}

export interface Version {
	readonly major: number;
	readonly minor: number;
	readonly patch: number;
}

export function parseVersion(tag: string): Version | undefined {
	const found = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(tag);
	return found ? {major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3])} : undefined;
}

export function compareVersions(a: Version, b: Version): number {
	return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Semantic versioning from what the batch holds: breaking → major (minor below 1.0.0), feat → minor, else patch. */
export function nextVersion(last: Version | undefined, features: readonly {kind: Kind; breaking: boolean}[]): string {
	const from = last ?? {major: 0, minor: 0, patch: 0};
	const breaking = features.some((f) => f.breaking);
	const feature = features.some((f) => f.kind === 'feat');
	if (breaking && from.major > 0) return `${from.major + 1}.0.0`;
	if (breaking || feature) return `${from.major}.${from.minor + 1}.0`;
	return `${from.major}.${from.minor}.${from.patch + 1}`;
}
