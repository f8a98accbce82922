// Room: detectors. How a detector writes down what it saw. All words pass safe() here: paths and names come from outside.

import type {Change} from '../../domain/change.ts';
import type {Finding, Topic} from '../../domain/feature.ts';
import {safe} from '../../domain/safe.ts';

export interface Sighting {
	readonly rule: string;
	readonly severity: Finding['severity'];
	readonly path: string;
	readonly line?: number | undefined;
	readonly what: string;
	readonly advice?: string;
}

/** More than this of one rule in one file tells a person nothing new. */
const MOST_OF_A_RULE = 20;

/** Sightings as findings, in order, without doubles, at most 20 of one rule in one file. */
export function findings(change: Change, topic: Topic, sightings: Iterable<Sighting>): Finding[] {
	const found: Finding[] = [];
	const seen = new Set<string>();
	const counts = new Map<string, number>();
	for (const {rule, severity, path, line, what, advice} of sightings) {
		const text = safe(what, 200);
		const key = JSON.stringify([rule, path, line, text]);
		const group = JSON.stringify([rule, path]);
		const count = counts.get(group) ?? 0;
		if (seen.has(key) || count >= MOST_OF_A_RULE) continue;
		seen.add(key);
		counts.set(group, count + 1);
		found.push({
			rule,
			topic,
			severity,
			change: change.oid,
			path: safe(path),
			...(line === undefined ? {} : {line}),
			what: text,
			...(advice === undefined ? {} : {advice: safe(advice)}),
		});
	}
	return found;
}
