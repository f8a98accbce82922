// Room: detectors. Rules written as rows or as a table, and sightings of them as findings: class, severity and advice are the
// rule's, so that the words exist once. All words pass safe() here: paths, names and values come from outside.

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

/**
 * `id | severity | what | why | instead | like …` per line, each `like` separated by spaces; a name without `tool:` is of
 * `tool`. A capital word alone as why or instead stands for a sentence of `phrases`. Lines without `|` are headings.
 * All are API rules with `prefix` before their ids. Throws on a line that is not of this form: the table is our own.
 */
export function apiRules(
	prefix: string,
	tool: string,
	phrases: Readonly<Record<string, string>>,
	table: string,
): Rule[] {
	return table.split('\n').flatMap((line) => {
		if (!line.includes('|')) return [];
		const [id, level, what, why, instead, like = ''] = line.split('|').map((cell) => cell.trim());
		const severity = (['note', 'caution', 'danger'] as const satisfies readonly Finding['severity'][]).find(
			(s) => s === level,
		);
		if (!id || !severity || !what || !why || !instead) throw new Error(`not a rule: ${line}`);
		return {
			id: `${prefix}-${id}`,
			topic: 'api',
			class: 'API',
			severity,
			what,
			why: phrase(why, phrases),
			instead: phrase(instead, phrases),
			like: like
				.split(/\s+/)
				.filter((name) => name !== '')
				.map((name) => (name.includes(':') ? name : `${tool}:${name}`)),
		};
	});
}

function phrase(cell: string, phrases: Readonly<Record<string, string>>): string {
	if (!/^[A-Z_]+$/.test(cell)) return cell;
	const found = phrases[cell];
	if (found === undefined) throw new Error(`no phrase ${cell}`);
	return found;
}

/** One thing noticed. */
export interface Sighting {
	/** The id of one of the detector's rules. */
	readonly rule: string;
	readonly path: string;
	/** 1-based, in the file after the change. */
	readonly line?: number | undefined;
	/** What it is about, e.g. `Order.total`. */
	readonly object?: string | undefined;
	/** What happened, in a few words. */
	readonly what: string;
	readonly before?: string | undefined;
	readonly after?: string | undefined;
	/** At most this severe, whatever the rule says. */
	readonly atMost?: Finding['severity'] | undefined;
}

/** One thing noticed about something that has a name. */
export interface Sign extends Sighting {
	readonly object: string;
}

/** Of one rule in one file: as many are told one by one, the rest in one finding with their names. */
const TOLD = {danger: 8, caution: 5, note: 2} as const;
const FRAGMENT = 200;
const LEVELS = ['note', 'caution', 'danger'] as const;

const lower = (a: Finding['severity'], b: Finding['severity'] | undefined) =>
	b === undefined || LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b;

/** Rules by id. */
export function tableOf(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
	return new Map(rules.map((rule) => [rule.id, rule]));
}

/** More than this of one rule in one file tells a person nothing new. */
const MOST_OF_A_RULE = 20;

/** In order, without doubles; a sighting of an unknown rule is a mistake of ours: it throws. */
export function seenAs(change: Pick<Change, 'oid'>, rules: readonly Rule[], sightings: Iterable<Sighting>): Finding[] {
	const table = tableOf(rules);
	const found: Finding[] = [];
	const seen = new Set<string>();
	const counts = new Map<string, number>();
	for (const sighting of sightings) {
		const {rule: id, path, line, what} = sighting;
		const rule = table.get(id);
		if (rule === undefined) throw new Error(`no rule is called ${id}`);
		const key = JSON.stringify([id, path, line, safe(what, FRAGMENT)]);
		const group = JSON.stringify([id, path]);
		const count = counts.get(group) ?? 0;
		if (seen.has(key) || count >= MOST_OF_A_RULE) continue;
		seen.add(key);
		counts.set(group, count + 1);
		found.push(finding(change, rule, lower(rule.severity, sighting.atMost), sighting));
	}
	return found;
}

/** Findings, the severe first, without doubles; many of one kind in one file are folded. Signs of unknown rules are dropped. */
export function findingsOf(change: Change, table: ReadonlyMap<string, Rule>, signs: Iterable<Sign>): Finding[] {
	const groups = new Map<string, {rule: Rule; severity: Finding['severity']; signs: Sign[]}>();
	const seen = new Set<string>();
	for (const sign of signs) {
		const rule = table.get(sign.rule);
		const same = JSON.stringify([sign.rule, sign.object, sign.what, sign.before, sign.after]);
		if (rule === undefined || seen.has(same)) continue;
		seen.add(same);
		const severity = lower(rule.severity, sign.atMost);
		const key = JSON.stringify([sign.rule, sign.path, severity]);
		const group = groups.get(key) ?? {rule, severity, signs: []};
		group.signs.push(sign);
		groups.set(key, group);
	}
	const found = [...groups.values()].flatMap(({rule, severity, signs: all}) => {
		const told = TOLD[severity];
		// One more than the limit is told as well: a fold of one says less than the thing itself.
		if (all.length <= told + 1) return all.map((sign) => finding(change, rule, severity, sign));
		const rest = all.slice(told);
		const names = rest.map(({object}) => object).join(', ');
		const [first] = rest;
		const folded = first && {
			rule: first.rule,
			path: first.path,
			line: first.line,
			object: first.object,
			what: `${rest.length} more: ${names}`,
		};
		return [...all.slice(0, told), ...(folded ? [folded] : [])].map((sign) => finding(change, rule, severity, sign));
	});
	return found.sort((a, b) => LEVELS.indexOf(b.severity) - LEVELS.indexOf(a.severity));
}

function finding(change: Pick<Change, 'oid'>, rule: Rule, severity: Finding['severity'], sighting: Sighting): Finding {
	return {
		rule: rule.id,
		topic: rule.topic,
		severity,
		change: change.oid,
		path: safe(sighting.path),
		...(sighting.line === undefined ? {} : {line: sighting.line}),
		what: safe(sighting.what, FRAGMENT),
		advice: safe(rule.instead),
		class: rule.class,
		...(sighting.object === undefined ? {} : {object: safe(sighting.object, FRAGMENT)}),
		...(sighting.before === undefined ? {} : {before: safe(sighting.before, FRAGMENT)}),
		...(sighting.after === undefined ? {} : {after: safe(sighting.after, FRAGMENT)}),
	};
}
