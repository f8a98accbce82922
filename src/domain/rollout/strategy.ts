// Room: domain. A strategy: a named rollout shape, as data. The built-in ones are here; a team's own are JSON files of the same shape.

export interface RolloutStep {
	/** Percent of traffic for the new slot, 1–100. */
	readonly weight: number;
	/** How long the gate watches at this weight before it may say yes, seconds, ≥ 0. */
	readonly watchSeconds: number;
}

export interface Thresholds {
	/** Highest share of 5xx answers of the new slot, 0–1. */
	readonly errorRate: number;
	/** How much above the baseline's error rate the new slot may be, 0–1 (absolute difference). */
	readonly errorRateOverBaseline: number;
	/** Requests the new slot must have answered in a step before its error rate counts as evidence. 0: health alone decides. */
	readonly minRequests: number;
	/** Health probes in a row that must fail before the gate says stop. */
	readonly unhealthyInARow: number;
}

export interface Strategy {
	readonly schemaVersion: 1;
	readonly name: string;
	readonly kind: 'blue-green' | 'canary';
	readonly description: string;
	/** Ascending weights, the last one 100. */
	readonly steps: readonly RolloutStep[];
	readonly thresholds: Thresholds;
	/** How often the gate looks, seconds. */
	readonly tickSeconds: number;
	/** Without enough evidence after this long in one step, the deployment is held for a person. Seconds. */
	readonly holdAfterSeconds: number;
	/** How long the old version is kept running after promotion, seconds. */
	readonly warmSeconds: number;
	/** How long requests in flight may take to finish before a slot is stopped, seconds. */
	readonly drainSeconds: number;
	/** The dead-man's rule: without a sign of life from a conductor for this long, split traffic returns to stable. Seconds. */
	readonly leaseSeconds: number;
}

const thresholds: Thresholds = {errorRate: 0.05, errorRateOverBaseline: 0.01, minRequests: 50, unhealthyInARow: 3};
const common = {
	schemaVersion: 1,
	thresholds,
	tickSeconds: 5,
	holdAfterSeconds: 600,
	warmSeconds: 900,
	drainSeconds: 30,
	leaseSeconds: 600,
} as const;

export const BUILT_IN_STRATEGIES: readonly Strategy[] = [
	{
		...common,
		name: 'canary',
		kind: 'canary',
		description: 'A growing share of traffic, watched at each step: 5, 25, 50, 100 %.',
		steps: [
			{weight: 5, watchSeconds: 300},
			{weight: 25, watchSeconds: 300},
			{weight: 50, watchSeconds: 300},
			{weight: 100, watchSeconds: 60},
		],
	},
	{
		...common,
		name: 'blue-green',
		kind: 'blue-green',
		description: 'All traffic at once to the healthy new version; the old one stays warm and is watched against.',
		thresholds: {...thresholds, minRequests: 0},
		steps: [{weight: 100, watchSeconds: 60}],
	},
	{
		...common,
		name: 'graduated',
		kind: 'canary',
		description: 'Small shares for long: 1, 5, 25, 75, 100 %, more than two hours in all. For what may hurt.',
		// Stricter than the other two, by the figures of a graduated release: 99 % of the requests have to be fine.
		thresholds: {...thresholds, errorRate: 0.01, errorRateOverBaseline: 0.005},
		steps: [
			{weight: 1, watchSeconds: 300},
			{weight: 5, watchSeconds: 900},
			{weight: 25, watchSeconds: 1800},
			{weight: 75, watchSeconds: 1800},
			{weight: 100, watchSeconds: 3600},
		],
	},
	{
		...common,
		name: 'demo',
		kind: 'canary',
		description: 'The demo only: canary steps of seconds instead of minutes. Too short for a real release.',
		thresholds: {...thresholds, minRequests: 20},
		steps: [
			{weight: 5, watchSeconds: 4},
			{weight: 25, watchSeconds: 4},
			{weight: 50, watchSeconds: 4},
			{weight: 100, watchSeconds: 3},
		],
		tickSeconds: 1,
		holdAfterSeconds: 30,
		warmSeconds: 60,
		drainSeconds: 10,
		leaseSeconds: 30,
	},
];
