// Advice: each principle speaks where its fact is wrong and is silent beside it; a good plan hears nothing.

import {describe, expect, test} from 'vitest';
import {PRINCIPLES} from '../../src/domain/advice/principle-rules.ts';
import {adviceLine, type Plan, principles} from '../../src/domain/advice/principles.ts';
import type {Finding, RankedFeature} from '../../src/domain/feature.ts';
import {safe} from '../../src/domain/safe.ts';
import fc from '../kit/check.ts';
import {type ChangeParts, change, feature, finding} from '../kit/features.ts';

const NOON = {suites: ['smoke'], weekday: 2, hour: 10, rolloutMinutes: 16, daysSinceLast: 2};
const NOW = change('now').committedAt * 1000 + 86_400_000;

function going(
	name: string,
	{risk = 0.1, findings = [], ...parts}: ChangeParts & {risk?: number; findings?: readonly Finding[]} = {},
): RankedFeature {
	return {feature: feature(name, {...parts, findings}), bucket: 'recommended', risk, reasons: [], needs: []};
}
const plan = (parts: Partial<Plan> = {}): Plan => ({
	going: [going('one')],
	waiting: 5,
	risk: 0.1,
	around: NOON,
	now: NOW,
	...parts,
});
const drop = (n = 7) =>
	finding('schema', 'danger', {class: 'S0', path: `db/${n}.sql`, what: safe('drops column a'), rule: 'drop-column'});
const bold = going('bold', {kind: 'feat', risk: 0.6});
const api = going('api', {findings: [finding('api', 'danger')]});
const data = going('data', {findings: [drop()]});

const CASES: Readonly<Record<string, {fires: Plan; quiet: Plan}>> = {
	'principle-explain-rollback': {
		fires: plan({going: [data, going('other')]}),
		quiet: plan({going: [going('other', {findings: [finding('schema', 'caution', {class: 'S2'})]})], rollbackSteps: 5}),
	},
	'principle-3-am': {
		fires: plan({risk: 0.3, around: {...NOON, hour: 21}}),
		quiet: plan({risk: 0.1, around: {...NOON, hour: 21}}),
	},
	'principle-boring-deploys': {
		fires: plan({going: [data, api]}),
		quiet: plan({going: [going('both', {findings: [drop(), finding('api', 'danger')]}), going('other')]}),
	},
	'principle-flag-first': {
		fires: plan({going: [bold]}),
		quiet: plan({
			going: [going('flagged', {kind: 'feat', risk: 0.6, findings: [finding('config', 'note', {rule: 'flag-born'})]})],
		}),
	},
	'principle-small-and-often': {
		fires: plan({waiting: 60, around: {...NOON, daysSinceLast: 20}}),
		quiet: plan({waiting: 60, around: {...NOON, daysSinceLast: 20, usualGapDays: 14}}),
	},
	'principle-see-more': {
		fires: plan({risk: 0.6, around: {...NOON, suites: ['unit']}}),
		quiet: plan({risk: 0.6}),
	},
};
const rules = (one: Plan) => principles(one).map(({rule}) => rule);

describe('each principle', () => {
	test('has a case', () => {
		expect(Object.keys(CASES).sort()).toEqual(PRINCIPLES.map(({id}) => id).sort());
	});
	test.each(Object.entries(CASES))('%s speaks, and beside it is silent', (rule, {fires, quiet}) => {
		expect(rules(fires)).toContain(rule);
		expect(rules(quiet)).not.toContain(rule);
	});
	test('fits the table of the guide', () => {
		for (const {what, why, instead} of PRINCIPLES)
			for (const text of [what, why, instead]) expect(text).toMatch(/^[^\n|]{10,200}$/);
	});
});

test('a plan with nothing against it hears nothing', () => {
	expect(principles(plan())).toEqual([]);
	expect(principles(plan({going: []}))).toEqual([]);
});

test('the words have the figures: how many steps, what by hand, without what it would be one command', () => {
	const many = going('many', {findings: Array.from({length: 13}, (_, i) => drop(i))});
	const [first] = principles(plan({going: [many, going('other')], risk: 0.8}));
	expect(first?.text).toBe(
		'The way back has 13 steps by hand in the database: drops column a (db/0.sql:3) and 12 more',
	);
	expect(first?.do).toContain('Without “fix: many” the way back is one command.');
	expect(rules(plan({rollbackSteps: 6}))).toEqual(['principle-explain-rollback']);
});

test('what a lesson has said already is not said again', () => {
	const lesson = finding('schema', 'caution', {rule: 'lesson-rollback-untested'});
	expect(rules(plan({going: [going('data', {findings: [drop(), lesson]})]}))).toEqual([]);
	const unproven = finding('infra', 'caution', {rule: 'lesson-success-unproven'});
	const risky = plan({going: [going('x', {findings: [unproven]})], risk: 0.6, around: {...NOON, suites: []}});
	expect(rules(risky)).toEqual([]);
});

test('when nobody is at work: weekend, night, Friday afternoon, and a rollout that ends at night', () => {
	const at = (weekday: number, hour: number, rolloutMinutes = 16) =>
		rules(plan({risk: 0.3, around: {...NOON, weekday, hour, rolloutMinutes}})).includes('principle-3-am');
	expect([at(6, 11), at(0, 11), at(3, 3), at(3, 20), at(5, 15), at(3, 18, 300)]).toEqual(Array(6).fill(true));
	expect([at(1, 7), at(3, 19), at(5, 14), at(3, 18, 120)]).toEqual(Array(4).fill(false));
});

test('before the first deployment the age of the oldest change stands for the days since the last', () => {
	const {daysSinceLast: _, ...unknown} = NOON;
	const late = plan({waiting: 60, around: unknown, now: NOW + 40 * 86_400_000});
	expect(principles(late)).toMatchObject([{rule: 'principle-small-and-often', severity: 'caution'}]);
	expect(principles(late)[0]?.text).toBe('The oldest of these changes has waited 41 days, and 60 changes are piled up');
	expect(rules({...late, now: NOW})).toEqual([]);
});

test('at most four, cautions first, each of a known principle, and drawable on one line', () => {
	const worst = plan({
		going: [data, api, bold],
		waiting: 80,
		risk: 0.9,
		around: {suites: [], weekday: 6, hour: 3, rolloutMinutes: 16, daysSinceLast: 40},
	});
	expect(rules(worst)).toEqual([
		'principle-explain-rollback',
		'principle-3-am',
		'principle-boring-deploys',
		'principle-flag-first',
	]);
	const known = new Set(PRINCIPLES.map(({id}) => id));
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(data, api, bold, going('calm')), {maxLength: 6}),
			fc.record({
				weekday: fc.nat(6),
				hour: fc.nat(23),
				rolloutMinutes: fc.nat(2000),
				suites: fc.subarray(['smoke', 'unit']),
				daysSinceLast: fc.nat(4000),
			}),
			fc.double({min: 0, max: 1, noNaN: true}),
			fc.nat(10_000),
			(some, around, risk, waiting) => {
				const said = principles({going: some, around, risk, waiting, now: NOW});
				expect(said.length).toBeLessThanOrEqual(4);
				expect(said.map(({severity}) => severity)).toEqual(said.map(({severity}) => severity).sort());
				for (const one of said) {
					expect(known).toContain(one.rule);
					expect(adviceLine(one)).toMatch(/^Advice: [^\n]+[.?!] [^\n]+ \[principle-[\w-]+\]$/);
				}
			},
		),
	);
});
