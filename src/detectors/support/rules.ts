// Room: detectors. Rules written as rows, and sightings of them as findings. All words pass safe() here: paths, names and
// values come from outside.

import type {Change} from '../../domain/change.ts';
import type {Finding, Topic} from '../../domain/feature.ts';
import type {DangerClass, Rule} from '../../domain/rule.ts';
import {safe} from '../../domain/safe.ts';

/** id, severity, what it looks for, why that hurts, what to do instead, and rules of other tools that it covers. */
export type RuleRow = readonly [
	id: string,
	severity: Finding['severity'],
	what: string,
	why: string,
	instead: string,
	like?: readonly string[],
];

export function rulesOf(topic: Topic, kind: DangerClass, rows: readonly RuleRow[]): Rule[] {
	return rows.map(([id, severity, what, why, instead, like = []]) => ({
		id,
		topic,
		class: kind,
		severity,
		what,
		why,
		instead,
		like,
	}));
}

export interface RuleSighting {
	/** The id of one of the detector's rules. */
	readonly rule: string;
	readonly path: string;
	readonly line?: number | undefined;
	/** What happened, in a few words. */
	readonly what: string;
	readonly object?: string | undefined;
	readonly before?: string | undefined;
	readonly after?: string | undefined;
}

/** More than this of one rule in one file tells a person nothing new. */
const MOST_OF_A_RULE = 20;
const FRAGMENT = 200;

/** In order, without doubles; severity, class and advice are the rule's. A sighting of an unknown rule is a mistake of ours: it throws. */
export function seenAs(change: Change, rules: readonly Rule[], sightings: Iterable<RuleSighting>): Finding[] {
	const byId = new Map(rules.map((rule) => [rule.id, rule]));
	const found: Finding[] = [];
	const seen = new Set<string>();
	const counts = new Map<string, number>();
	for (const {rule: id, path, line, what, object, before, after} of sightings) {
		const rule = byId.get(id);
		if (rule === undefined) throw new Error(`no rule is called ${id}`);
		const text = safe(what, FRAGMENT);
		const key = JSON.stringify([id, path, line, text]);
		const group = JSON.stringify([id, path]);
		const count = counts.get(group) ?? 0;
		if (seen.has(key) || count >= MOST_OF_A_RULE) continue;
		seen.add(key);
		counts.set(group, count + 1);
		found.push({
			rule: id,
			topic: rule.topic,
			severity: rule.severity,
			class: rule.class,
			change: change.oid,
			path: safe(path),
			...(line === undefined ? {} : {line}),
			what: text,
			advice: safe(rule.instead, FRAGMENT),
			...(object === undefined ? {} : {object: safe(object, FRAGMENT)}),
			...(before === undefined ? {} : {before: safe(before, FRAGMENT)}),
			...(after === undefined ? {} : {after: safe(after, FRAGMENT)}),
		});
	}
	return found;
}
