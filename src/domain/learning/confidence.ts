// Room: domain. How much the memory may claim to know, by the number of deployments it learned from.

export type Confidence = 'cold' | 'warming' | 'learned';

const WARMING_FROM = 3;
const LEARNED_FROM = 10;

/** @param deployments those that taught something (good or bad), ≥ 0. */
export function confidenceOf(deployments: number): Confidence {
	if (deployments < WARMING_FROM) return 'cold';
	return deployments < LEARNED_FROM ? 'warming' : 'learned';
}

/** One sentence that says so with its figures. */
export function confidenceText(deployments: number): string {
	const n = `${deployments} deployment${deployments === 1 ? '' : 's'}`;
	switch (confidenceOf(deployments)) {
		case 'cold':
			return `The memory is cold (${n}): its figures are hints, ${WARMING_FROM - deployments} more until it is warming up`;
		case 'warming':
			return `The memory is warming up (${n}): ${LEARNED_FROM - deployments} more until its figures count as learned`;
		case 'learned':
			return `The memory has learned from ${n}`;
	}
}
