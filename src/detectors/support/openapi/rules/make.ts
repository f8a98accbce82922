// Room: detectors. How a rule for OpenAPI documents is written down. Knows the shape of a rule and nothing of documents.

import type {Rule} from '../../../../domain/rule.ts';

/** What a rule says: severity, what, why, what to do instead, and the ids of oasdiff that it covers. */
export type Said = readonly [
	severity: Rule['severity'],
	what: string,
	why: string,
	instead: string,
	...like: readonly string[],
];

/** `a-{b,c}-d` as `a-b-d` and `a-c-d`; several groups multiply. */
export function expand(text: string): string[] {
	const group = /\{([^{}]*)\}/.exec(text);
	if (group === null) return [text];
	const [whole, words = ''] = group;
	return words.split(',').flatMap((word) => expand(text.replace(whole, word)));
}

/** The rules of a table, in its order. The ids of oasdiff are separated by spaces and may hold `{a,b}`. */
export function rulesOf(table: Readonly<Record<string, Said>>): Rule[] {
	return Object.entries(table).map(([id, [severity, what, why, instead, ...like]]) => ({
		id: `openapi-${id}`,
		topic: 'api',
		class: 'API',
		severity,
		what,
		why,
		instead,
		like: like.flatMap((ids) => ids.split(' ').flatMap(expand)).map((id) => `oasdiff:${id}`),
	}));
}

export const BESIDE = 'keep the old one, add the new one beside it, deprecate the old one with a date';
export const VERSION = 'offer it under a new version of the path and keep this one until its date';
export const DATE = 'mark it deprecated with x-sunset, wait for the date, then remove it';
export const NOTHING = 'nothing to do: callers that exist are served as before';
