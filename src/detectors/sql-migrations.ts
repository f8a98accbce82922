// Room: detectors. Database schema: migrations of every common tool, read by the grammars of their databases, and judged by
// rules in the classes S0 to S5. Ways down are left out: they run only when somebody goes back on purpose.

import type {Change} from '../domain/change.ts';
import type {Finding} from '../domain/feature.ts';
import {safe} from '../domain/safe.ts';
import type {Detector, Look} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {batchSigns} from './support/sql/batch.ts';
import {wantsPath} from './support/sql/families.ts';
import {type Sign, SQL_RULES} from './support/sql/judge.ts';
import {LEFT_OUT} from './support/sql/rules-s5.ts';

const MOST_OF_A_RULE = 20;

async function detect(change: Change, patches: readonly Patch[], look: Look | undefined): Promise<Finding[]> {
	const {examine} = await import('./support/sql/examine.ts');
	return findings(change, await examine(change, patches, look));
}

function findings(change: Change, signs: readonly Sign[]): Finding[] {
	const seen = new Set<string>();
	const counts = new Map<string, number>();
	return signs.flatMap((one): Finding[] => {
		const key = JSON.stringify([one.rule.id, one.path, one.line, one.what]);
		const group = JSON.stringify([one.rule.id, one.path]);
		const count = counts.get(group) ?? 0;
		if (seen.has(key) || count >= MOST_OF_A_RULE) return [];
		seen.add(key);
		counts.set(group, count + 1);
		return [
			{
				rule: one.rule.id,
				topic: 'schema',
				severity: one.severity,
				change: change.oid,
				path: safe(one.path),
				...(one.line === undefined ? {} : {line: one.line}),
				what: safe(one.what, 200),
				advice: safe(one.rule.instead),
				class: one.rule.class,
				object: safe(one.object, 200),
				...(one.before === undefined ? {} : {before: safe(one.before, 200)}),
				...(one.after === undefined ? {} : {after: safe(one.after, 200)}),
			},
		];
	});
}

export const detector = {
	name: 'sql-migrations',
	topic: 'schema',
	rules: SQL_RULES,
	leavesOut: LEFT_OUT,
	reads: 'files',
	wants: wantsPath,
	detect,
	detectBatch: (split) => batchSigns(split).flatMap(({change, sign: one}) => findings(change, [one])),
} satisfies Detector;
