// Room: domain. Classes of batch size: the finest that a team's few deployments can still fill.

export const SIZES = ['1-5', '6-10', '11-20', '21+'] as const;

/** @param features ≥ 1. */
export function sizeOf(features: number): (typeof SIZES)[number] {
	if (features <= 5) return '1-5';
	if (features <= 10) return '6-10';
	return features <= 20 ? '11-20' : '21+';
}
