// Room: bench. Weights that hold in several projects: each project is learned once by itself, in the order of time, and what
// they agree on is kept. A weight is the mean over the projects, shrunk by how far they are apart: m · m² / (m² + v + 0.01),
// with v their sample variance. Names that mean something in one project only are left out.

import {createPreference, type Weights} from '../../src/domain/selection/preference.ts';
import {isGeneral, signalsOf} from '../../src/domain/selection/preference-signals.ts';
import type {Release} from './data.ts';

/** Smaller ones change no order worth speaking of. */
const LEAST = 0.02;
/** The mean overstates what holds in a project that was not among them. */
const TRUST = 0.8;

export function learnGeneral(releases: readonly Release[]): ReadonlyMap<string, number> {
	const model = createPreference({});
	for (const {rows, candidates, pool} of releases)
		model.learn(
			candidates.map((one, i) => ({
				signals: signalsOf(one, pool).filter(([name]) => isGeneral(name)),
				taken: rows[i]?.selected ?? false,
			})),
		);
	return model.learned();
}

export function agreement(projects: readonly ReadonlyMap<string, number>[]): Weights {
	const names = [...new Set(projects.flatMap((one) => [...one.keys()]))].sort();
	return Object.fromEntries(
		names.flatMap((name): [string, number][] => {
			const values = projects.map((one) => one.get(name) ?? 0);
			const m = values.reduce((sum, value) => sum + value, 0) / values.length;
			const v = values.reduce((sum, value) => sum + (value - m) ** 2, 0) / Math.max(1, values.length - 1);
			const weight = Math.round(((TRUST * m ** 3) / (m ** 2 + v + 0.01)) * 1000) / 1000;
			return Math.abs(weight) < LEAST ? [] : [[name, weight]];
		}),
	);
}
