// Room: domain. How sure a rate is: the Wilson score interval, which stays honest for few cases and for 0 and 100 %.

import type {Rate} from '../pattern.ts';

const Z95 = 1.959963984540054;

export interface Interval {
	/** 0–1. */
	readonly low: number;
	/** 0–1. */
	readonly high: number;
}

/** 95 % interval of `good` in `all`. Without a case nothing is known: 0 to 1. */
export function wilson({good, all}: Rate): Interval {
	if (all <= 0) return {low: 0, high: 1};
	const share = good / all;
	const z2 = Z95 * Z95;
	const centre = (share + z2 / (2 * all)) / (1 + z2 / all);
	const half = (Z95 / (1 + z2 / all)) * Math.sqrt((share * (1 - share)) / all + z2 / (4 * all * all));
	return {
		low: good === 0 ? 0 : Math.max(0, centre - half),
		high: good === all ? 1 : Math.min(1, centre + half),
	};
}
