// Room: domain. What the rule `more-tests` costs a feature that comes without tests: the next run is stricter after releases
// that failed with too little testing.

import type {Patterns} from '../pattern.ts';

const FIRST_CASE = 12;
const EACH_FURTHER = 6;
const MOST = 30;

/** Hundredths of risk to add to a feature that changes behaviour and touches no test, 0–30; 0 while the rule rests. */
export function extraForUntested(rules: Patterns['rules']): number {
	const support = rules.find((rule) => rule.id === 'more-tests')?.support ?? 0;
	return support < 1 ? 0 : Math.min(MOST, FIRST_CASE + EACH_FURTHER * (Math.floor(support) - 1));
}
