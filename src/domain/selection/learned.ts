// Room: domain. What earlier deployments say about a feature. Rates count deployments, and a deployment fails as a whole, so a
// rate is not a feature's own risk: it says how much better or worse deployments with such features in them go than the
// one in five that is assumed to go wrong before anything is known. That assumption counts as six cases, so that one
// failure shows and nine successes show, and neither decides alone.

import type {Feature, Topic} from '../feature.ts';
import type {Patterns, Rate, Scar} from '../pattern.ts';

const ASSUMED = 0.2;
const ASSUMED_CASES = 6;

/** The rate kept under a name; names come from outside, so only own ones count, and only sound ones. */
export function rateOf(rates: Readonly<Record<string, Rate>>, name: string): Rate | undefined {
	const rate = Object.hasOwn(rates, name) ? rates[name] : undefined;
	if (rate === undefined || !(rate.all >= 1) || !(rate.good >= 0) || !Number.isFinite(rate.all)) return undefined;
	return {good: Math.min(rate.good, rate.all), all: rate.all};
}

/** Posterior probability of going wrong, the prior counting as so many cases. @param prior 0–1. */
export function blend(prior: number, rate: Rate | undefined, priorCases: number): number {
	if (rate === undefined) return prior;
	return (rate.all - rate.good + priorCases * prior) / (rate.all + priorCases);
}

/** How much worse (above 1) or better (below 1) than assumed such deployments went; 0.4–2.5. */
export function timesWorse(rate: Rate | undefined): number {
	return Math.min(2.5, Math.max(0.4, blend(ASSUMED, rate, ASSUMED_CASES) / ASSUMED));
}

export interface Blame {
	readonly deployment: string;
	readonly outcome: Scar['outcome'];
	readonly why: string;
	readonly suspects: number;
	/** The feature was worked on after that deployment: a newer change without this scar is part of it. */
	readonly changedSince: boolean;
}

/** At most so many shared the blame: then it is held against each of them until it changes. */
export const SURE_SUSPECTS = 3;

/** One entry per earlier deployment that went wrong with this feature in it, newest first. */
export function blames(feature: Feature, patterns: Patterns): Blame[] {
	const scars = feature.changes.map((change) =>
		Object.hasOwn(patterns.scars, change.oid) ? patterns.scars[change.oid] : undefined,
	);
	const lastScarred = scars.findLastIndex((scar) => scar !== undefined);
	const changedSince = feature.changes.some(
		(change, i) => i > lastScarred && !['docs', 'test', 'style'].includes(change.kind),
	);
	const byDeployment = new Map<string, Blame>();
	for (const scar of scars) {
		if (scar === undefined) continue;
		const suspects = Number.isFinite(scar.suspects) ? Math.max(1, Math.floor(scar.suspects)) : 1;
		const before = byDeployment.get(scar.deployment);
		if (before !== undefined && before.suspects <= suspects) continue;
		byDeployment.set(scar.deployment, {...scar, suspects, changedSince});
	}
	return [...byDeployment.values()].sort((a, b) => (a.deployment < b.deployment ? 1 : -1));
}

/** Hundredths of risk: a full blame weighs 55, a shared one its share of that (at least 5), a third once the feature changed. */
export function blamePoints(blame: Blame): number {
	const share = Math.max(5, Math.round(55 / blame.suspects));
	return blame.changedSince ? Math.max(2, Math.round(share / 3)) : share;
}

/** Topics of a feature that have a learned rate. Tests are no risk of their own. */
export function topicsOf(feature: Feature): Topic[] {
	return [...new Set(feature.findings.map((finding) => finding.topic))].filter((topic) => topic !== 'tests').sort();
}
