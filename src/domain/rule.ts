// Room: domain. A rule of a detector, as data: what it looks for, why that hurts, what to do instead, and which rules of
// other tools say the same. The guide's table is generated from these.

import type {Finding, Topic} from './feature.ts';

/**
 * How a finding hurts. S0 loses data · S1 breaks the code that runs now · S2 locks or rewrites a table · S3 changes data
 * · S4 only adds, but the order matters · S5 order, gaps and edited history, often caused by the selection itself
 * · API breaks who calls · OPS changes how it runs.
 */
const DANGER_CLASSES = ['S0', 'S1', 'S2', 'S3', 'S4', 'S5', 'API', 'OPS'] as const;
export type DangerClass = (typeof DANGER_CLASSES)[number];

export interface Rule {
	/** Lower-case words joined by hyphens, unique over all detectors, e.g. `drop-column`, `openapi-path-removed`. */
	readonly id: string;
	readonly topic: Topic;
	readonly class: DangerClass;
	readonly severity: Finding['severity'];
	/** What it looks for, in a few words without a full stop. */
	readonly what: string;
	/** Why that hurts: one sentence. */
	readonly why: string;
	/** What to do instead, or before: one sentence. */
	readonly instead: string;
	/** Rules of other tools that it covers, as `tool:id`, e.g. `squawk:ban-drop-column`, `oasdiff:api-removed-without-deprecation`. */
	readonly like: readonly string[];
}

/** A rule of another tool that is left out on purpose. */
export interface LeftOut {
	/** `tool:id`. */
	readonly rule: string;
	readonly why: string;
}
