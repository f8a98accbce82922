// Room: domain. What a risk means for how carefully one goes, and the classes of change that no history may talk down.
//
// Level:  < 0.2 fast track · < 0.5 standard · < 0.8 cautious · else high risk.
// Class:  high: destructive schema change (at least 0.8), breaking API or infrastructure, or a declared breaking change
//         (at least 0.6). medium: any other schema or API change, and infrastructure beyond a
//         note, such as a CI workflow (at least 0.2). low: everything else.

import type {Feature, Finding} from '../feature.ts';

const LEVELS = ['fast track', 'standard', 'cautious', 'high risk'] as const;
export type Level = (typeof LEVELS)[number];

/** @param risk 0–1. */
export function levelOf(risk: number): Level {
	if (risk < 0.2) return 'fast track';
	if (risk < 0.5) return 'standard';
	return risk < 0.8 ? 'cautious' : 'high risk';
}

/** Findings that can lose data or break running clients. Dangerous-looking tests cannot. */
export function dangers(feature: Feature): readonly Finding[] {
	return feature.findings.filter((finding) => finding.severity === 'danger' && finding.topic !== 'tests');
}

/** The lowest risk, in hundredths, that a feature of this class may show, and the words for it. */
export function floorOf(feature: Feature): {readonly points: number; readonly words: string} {
	const danger = dangers(feature);
	if (danger.some((finding) => finding.topic === 'schema'))
		return {
			points: 80,
			words: 'HIGH RISK: a schema change that loses data or breaks what runs is never less than 80 %',
		};
	if (danger.length > 0 || feature.breaking)
		return {points: 60, words: 'a change that breaks what runs now is never less than 60 %'};
	if (
		feature.findings.some(
			({topic, severity}) => topic === 'schema' || topic === 'api' || (topic === 'infra' && severity !== 'note'),
		)
	)
		return {points: 20, words: 'schema, API and infrastructure changes are never less than 20 %'};
	return {points: 0, words: ''};
}
