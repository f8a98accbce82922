// Room: domain. What deployment_memory/config.json holds: a person's preferences and the statistics so far.

export interface Preferences {
	/** 1–500. At most so many features are recommended for one deployment. */
	readonly max_features_per_deployment: number;
	/** A staging target, or a recorded waiver, before production. */
	readonly require_staging: boolean;
	/** 0–1: no strategy may tolerate a higher error rate. */
	readonly auto_rollback_threshold: number;
}

export const DEFAULT_PREFERENCES: Preferences = {
	max_features_per_deployment: 20,
	require_staging: true,
	auto_rollback_threshold: 0.05,
};

export interface Statistics {
	readonly deployments: number;
	readonly promoted: number;
	readonly rolled_back: number;
	readonly failed: number;
	readonly aborted: number;
	/** promoted / deployments, 0–1; null before the first. */
	readonly success_rate: number | null;
	/** Median seconds from open to close over promoted deployments; null before the first. */
	readonly median_seconds: number | null;
	readonly features_shipped: number;
	readonly last_deployment: string | null;
}
