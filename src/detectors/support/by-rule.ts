// Room: detectors. From what a detector noticed to findings, by its table of rules: class, severity and advice come from the
// table, so that the words exist once. All text passes safe() here: paths and names come from outside.

import type {Change} from '../../domain/change.ts';
import type {Finding} from '../../domain/feature.ts';
import type {Rule} from '../../domain/rule.ts';
import {safe} from '../../domain/safe.ts';

/** One thing noticed. */
export interface Sign {
	/** An id of the table. */
	readonly rule: string;
	readonly path: string;
	/** 1-based, in the file after the change. */
	readonly line?: number | undefined;
	/** What it is about, e.g. `Order.total`. */
	readonly object: string;
	readonly what: string;
	readonly before?: string | undefined;
	readonly after?: string | undefined;
	/** At most this severe, whatever the rule says. */
	readonly atMost?: Finding['severity'] | undefined;
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

function finding(change: Change, rule: Rule, severity: Finding['severity'], sign: Sign): Finding {
	return {
		rule: rule.id,
		topic: rule.topic,
		severity,
		change: change.oid,
		path: safe(sign.path),
		...(sign.line === undefined ? {} : {line: sign.line}),
		what: safe(sign.what, FRAGMENT),
		advice: safe(rule.instead),
		class: rule.class,
		object: safe(sign.object, FRAGMENT),
		...(sign.before === undefined ? {} : {before: safe(sign.before, FRAGMENT)}),
		...(sign.after === undefined ? {} : {after: safe(sign.after, FRAGMENT)}),
	};
}
