// Room: domain. The class of a change by what it is, whatever its history, from its findings:
//
// high     a danger in any topic but tests (data lost, clients broken, infrastructure that takes things down), or a
//          declared breaking change. The floor of its level is cautious; for a dangerous schema change, high risk.
// medium   any other change of a schema or an API, and infrastructure beyond a note. Floor: standard.
// low      everything else: content, configuration, flags, code that no detector objects to. No floor.
//
// The floors are those of the features' risks (selection/level.ts), so the two never say different things.

import type {Feature} from '../feature.ts';
import {type Safe, safe} from '../safe.ts';
import {dangers, floorOf} from '../selection/level.ts';
import {place} from '../selection/words.ts';
import type {ChangeClass} from './recommendation.ts';

export interface Classed {
	readonly class: ChangeClass;
	readonly because: Safe;
	/** The level is never taken from less than this, 0–1. */
	readonly floor: number;
}

const LEAST: Readonly<Record<ChangeClass, number>> = {low: 0, medium: 0.2, high: 0.6};

function classOf(points: number): ChangeClass {
	if (points >= LEAST.high * 100) return 'high';
	return points >= LEAST.medium * 100 ? 'medium' : 'low';
}

function evidence(feature: Feature): string {
	const [danger] = dangers(feature);
	const found = danger ?? feature.findings.find(({topic, severity}) => topic !== 'tests' && severity !== 'note');
	const other = feature.findings.find(({topic}) => topic === 'schema' || topic === 'api');
	const seen = found ?? (feature.breaking ? undefined : other);
	if (seen) return `${seen.what} (${place(seen)})`;
	return `“${feature.title}” is marked as a breaking change`;
}

/** The class of a batch is that of its worst feature. */
export function classify(features: readonly Feature[]): Classed {
	let worst: {feature: Feature; points: number} | undefined;
	for (const feature of features) {
		const {points} = floorOf(feature);
		if (points > (worst?.points ?? 0)) worst = {feature, points};
	}
	if (worst === undefined)
		return {class: 'low', because: safe('nothing in it changes a schema, an API or infrastructure'), floor: 0};
	return {class: classOf(worst.points), because: safe(evidence(worst.feature), 300), floor: worst.points / 100};
}
