// Every rule for OpenAPI documents: a pair of documents that fires it, and one that looks alike and does not.

import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {LEFT_OUT, RULES} from '../../../../src/detectors/support/openapi/rules.ts';
import {CONTRACT_CASES} from './cases/contract.ts';
import {OPERATION_CASES} from './cases/operations.ts';
import {REQUEST_CASES} from './cases/requests.ts';
import {RESPONSE_CASES} from './cases/responses.ts';
import {between, rulesOf} from './documents.ts';

const CASES = [...OPERATION_CASES, ...REQUEST_CASES, ...RESPONSE_CASES, ...CONTRACT_CASES];
/** About what is not read at all, and about two documents: tested with the limits and in `compatible.test.ts`. */
const ELSEWHERE = ['compared-in-part', 'path-in-other-document'];

describe('each rule', () => {
	test.each(CASES)('%s fires, and not for what looks alike', async (rule, fires, quiet) => {
		expect(rulesOf(await between(...fires))).toContain(rule);
		expect(rulesOf(await between(...quiet))).not.toContain(rule);
	});
});

test('every rule has such a pair, and no pair is of a rule that does not exist', () => {
	const tried = new Set([...CASES.map(([rule]) => `openapi-${rule}`), ...ELSEWHERE.map((rule) => `openapi-${rule}`)]);
	const known = new Set(RULES.map(({id}) => id));
	expect([...known].filter((id) => !tried.has(id))).toEqual([]);
	expect([...tried].filter((id) => !known.has(id))).toEqual([]);
	expect(known.size).toBeGreaterThanOrEqual(120);
	expect(known.size).toBe(RULES.length);
});

test('what fires a rule says so in full: class, object, place, before, after and what to do', async () => {
	for (const [, fires] of CASES)
		for (const finding of await between(...fires)) {
			expect(finding.class).toBe('API');
			expect(finding.object).not.toBe('');
			expect(finding.advice).not.toBe('');
			expect([finding.rule, finding.before === undefined, finding.after === undefined]).toEqual([
				finding.rule,
				false,
				false,
			]);
		}
});

test('every breaking check that oasdiff has is covered by a rule or left out with a reason', () => {
	const checks = readFileSync(new URL('./oasdiff-breaking-checks.txt', import.meta.url), 'utf8')
		.trim()
		.split('\n');
	const covered = new Set([...RULES.flatMap(({like}) => like), ...LEFT_OUT.map(({rule}) => rule)]);
	expect(checks.length).toBeGreaterThan(240);
	expect(checks.filter((check) => !covered.has(`oasdiff:${check}`))).toEqual([]);
});
