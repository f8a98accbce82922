// Room: detectors. All rules for OpenAPI documents, and the checks of oasdiff that are left out on purpose.

import type {LeftOut, Rule} from '../../../domain/rule.ts';
import {CONTRACT_RULES} from './rules/contract.ts';
import {expand, rulesOf} from './rules/make.ts';
import {OPERATION_RULES} from './rules/operations.ts';
import {REQUEST_RULES} from './rules/requests.ts';
import {RESPONSE_RULES} from './rules/responses.ts';

const TABLE = {...OPERATION_RULES, ...REQUEST_RULES, ...RESPONSE_RULES, ...CONTRACT_RULES};

/** The id of a rule without its `openapi-`. */
export type RuleName = keyof typeof TABLE;

export const RULES: readonly Rule[] = rulesOf(TABLE);

const BY_ID = new Map(RULES.map((rule) => [rule.id, rule]));

export function ruleOf(name: RuleName): Rule {
	const rule = BY_ID.get(`openapi-${name}`);
	if (rule === undefined) throw new Error(`no rule is called ${name}`);
	return rule;
}

const leave = (ids: string, why: string): LeftOut[] =>
	ids.split(' ').flatMap((id) => expand(id).map((rule) => ({rule: `oasdiff:${rule}`, why})));

export const LEFT_OUT: readonly LeftOut[] = [
	...leave(
		'request-{body,property}-all-of-{added,removed}',
		'allOf is merged before comparing: what a part of it really changes is reported by the rule for that change, and a mere split into parts by none',
	),
];
