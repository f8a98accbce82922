// Room: detectors. Rules written as a table, one line each: a hundred of them fit on a page and can be compared at a glance.

import type {Finding} from '../../domain/feature.ts';
import type {Rule} from '../../domain/rule.ts';

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
