// Room: domain. When and from where a release would go: what rules and advice may know besides the changes themselves.

export interface Circumstances {
	/** Names of the test suites that are configured. */
	readonly suites: readonly string[];
	/** By the wall clock of the project’s time zone: 0 (Sunday) … 6, and the hour 0–23. */
	readonly weekday: number;
	readonly hour: number;
	/** Whole days since the last promotion; undefined before the first one that is on record. */
	readonly daysSinceLast?: number;
	/** Median days between promotions; undefined with fewer than three of them. */
	readonly usualGapDays?: number;
	/** Minutes the rollout watches in all when nothing holds it. */
	readonly rolloutMinutes: number;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** @param weekday 0 (Sunday) … 6; others count on. */
export const dayName = (weekday: number): string => DAYS[((Math.trunc(weekday) % 7) + 7) % 7] ?? 'Sunday';
