// Room: tests. What is recommended for a batch: factors with their evidence, class and level, strategy, and the six parts.

import {expect, test} from 'vitest';
import {classify} from '../../../src/domain/advice/change-class.ts';
import {advisedStrategy, lessCareful, tickFor} from '../../../src/domain/advice/choose-strategy.ts';
import {compositeOf, DEFAULT_WEIGHTS, factorsOf} from '../../../src/domain/advice/factors.ts';
import {recommend, type Situation} from '../../../src/domain/advice/recommend.ts';
import {FACTORS} from '../../../src/domain/advice/recommendation.ts';
import {timingOf} from '../../../src/domain/advice/timing.ts';
import type {RankedFeature} from '../../../src/domain/feature.ts';
import {NO_PATTERNS, type Patterns} from '../../../src/domain/pattern.ts';
import {BUILT_IN_STRATEGIES} from '../../../src/domain/rollout/strategy.ts';
import {safe} from '../../../src/domain/safe.ts';
import {assess} from '../../../src/domain/selection/risk.ts';
import {recommendationDocument, recommendationLines, waterfall} from '../../../src/report/recommendation.ts';
import fc from '../../kit/check.ts';
import {closed} from '../../kit/deployments.ts';
import {feature, finding, oid} from '../../kit/features.ts';

const calendar = {timeZone: 'UTC', windows: [], freeze: []};
/** A Wednesday morning. */
const NOW = Date.UTC(2026, 10, 18, 10);

function ranked(
	one = feature('tidy', {kind: 'docs', files: ['README.md']}),
	patterns: Patterns = NO_PATTERNS,
): RankedFeature {
	return {feature: one, bucket: 'recommended', reasons: [], needs: [], risk: assess(one, patterns, 0).risk};
}

function situation(parts: Partial<Situation> = {}): Situation {
	const going = parts.going ?? [ranked()];
	return {
		going,
		value: Math.max(0, ...going.map(({risk}) => risk)),
		pulledIn: 0,
		patterns: NO_PATTERNS,
		past: [],
		target: 'local',
		authors: {commits: new Map([['ada@example.com', 90]]), of: 120},
		weights: DEFAULT_WEIGHTS,
		calendar,
		now: NOW,
		strategies: BUILT_IN_STRATEGIES,
		port: 8080,
		migrate: false,
		errorLimit: 0.05,
		disk: {},
		rollbacks: [],
		...parts,
	};
}

const schemaDanger = () =>
	ranked(feature('drop', {findings: [finding('schema', 'danger', {what: safe('drops a table')})]}));
const api = () => ranked(feature('api', {findings: [finding('api', 'note', {what: safe('adds a path')})]}));
const breaking = () => ranked(feature('break', {breaking: true}));

test('where nothing is known each factor says so and stands at the prior', () => {
	const {factors} = recommend(situation({authors: undefined})).risk;
	expect(factors.map(({factor}) => factor)).toEqual(FACTORS);
	const unknown = factors.filter(({known}) => !known);
	expect(unknown.map(({factor, score}) => [factor, score])).toEqual([
		['history', 0.2],
		['stability', 0.2],
		['experience', 0.2],
	]);
	for (const {evidence} of unknown) expect(evidence).toContain('prior');
});

test('each factor says what it rests on', () => {
	const patterns: Patterns = {...NO_PATTERNS, deployments: 9, kinds: {docs: {good: 3, all: 9}}};
	const past = [closed(2, {outcome: 'rolled_back'}), closed(1)];
	const one = feature('tidy', {
		kind: 'docs',
		files: ['README.md'],
		findings: [finding('deps', 'danger', {what: safe('leaps two majors')})],
	});
	const {factors} = recommend(
		situation({patterns, past, going: [ranked(one)], authors: {commits: new Map(), of: 50}}),
	).risk;
	const said = Object.fromEntries(factors.map(({factor, evidence, score}) => [factor, `${score} ${evidence}`]));
	expect(said).toMatchObject({
		history: '0.48 documentation changes went well in 3 of 9 deployments',
		stability: expect.stringContaining(
			'0.5 1 of the last 2 deployments to local went well; the last one, 20260105_090200, did not',
		),
		dependencies: '0.8 leaps two majors (migrations/7.sql:3)',
		experience: '0.8 1 change by one person: 1 by somebody with none of the 50 commits before',
	});
});

test('a feature of a deployment that went wrong is the history', () => {
	const one = feature('again', {kind: 'fix'});
	const [change] = one.changes;
	const scar = {deployment: '20261117_100000', outcome: 'rolled_back' as const, why: 'errors', suspects: 1};
	const patterns = {...NO_PATTERNS, deployments: 1, scars: {[change?.oid ?? oid('x')]: scar}};
	const [history] = recommend(situation({patterns, going: [ranked(one, patterns)]})).risk.factors;
	expect(history).toMatchObject({score: 1, known: true});
	expect(history?.evidence).toContain('20261117_100000, which was rolled back');
});

test('weights are scaled, and the composite is their mean', () => {
	const timing = timingOf(calendar, NO_PATTERNS, NOW);
	const weight = fc.integer({min: 0, max: 9});
	fc.assert(
		fc.property(
			fc.record({
				history: weight,
				complexity: weight,
				magnitude: weight,
				stability: weight,
				timing: weight,
				experience: weight,
				dependencies: weight,
			}),
			(weights) => {
				if (Object.values(weights).every((n) => n === 0)) return;
				const factors = factorsOf({...situation(), timing}, weights);
				expect(factors.reduce((sum, one) => sum + one.weight, 0)).toBeCloseTo(1);
				const scores = factors.filter((one) => one.weight > 0).map(({score}) => score);
				const composite = compositeOf(factors);
				expect(composite).toBeGreaterThanOrEqual(Math.min(...scores) - 0.006);
				expect(composite).toBeLessThanOrEqual(Math.max(...scores) + 0.006);
				const bars = waterfall(factors, 12);
				expect(bars.every(({from, length}) => from >= 0 && length >= 0 && from + length <= 12)).toBe(true);
			},
		),
		{numRuns: 40},
	);
});

test('the class of a change by its findings', () => {
	const of = (...some: RankedFeature[]) => classify(some.map((one) => one.feature));
	expect(of(ranked())).toMatchObject({class: 'low', floor: 0});
	expect(of(ranked(), api())).toMatchObject({class: 'medium', floor: 0.2, because: 'adds a path (migrations/7.sql:3)'});
	expect(of(breaking())).toMatchObject({
		class: 'high',
		floor: 0.6,
		because: '“fix: break” is marked as a breaking change',
	});
	expect(of(api(), schemaDanger())).toMatchObject({
		class: 'high',
		floor: 0.8,
		because: 'drops a table (migrations/7.sql:3)',
	});
});

test.each([
	['nothing to fear', () => [ranked()], 'fast track', 'blue-green', 5],
	['an API that grows', () => [api()], 'standard', 'canary', 5],
	['a declared breaking change', () => [breaking()], 'cautious', 'graduated', 5],
	['a schema change that loses data', () => [schemaDanger()], 'high risk', 'graduated', 2.5],
] as const)('level and strategy: %s', (_, going, level, strategy, tickSeconds) => {
	const recommendation = recommend(situation({going: going()}));
	expect(recommendation.risk.level).toBe(level);
	expect(recommendation.strategy).toMatchObject({name: strategy, advised: strategy, chosenBy: 'risk'});
	expect(recommendation.monitoring.tickSeconds).toBe(tickSeconds);
});

test('the level is never below the risk, the class or the factors, whichever is highest', () => {
	const order = ['fast track', 'standard', 'cautious', 'high risk'];
	const at = (parts: Partial<Situation>) => order.indexOf(recommend(situation(parts)).risk.level);
	expect(at({value: 0.55})).toBe(2);
	expect(recommend(situation({value: 0.55})).risk.because).toBe('the predicted risk is 55 %');
	// In a freeze, with nobody who knows the code, after a failure: the factors ask for more than the change itself.
	const grim = {
		calendar: {...calendar, freeze: [{from: '2026-11-01', to: '2026-11-30'}]},
		weights: {...DEFAULT_WEIGHTS, timing: 10},
	};
	expect(recommend(situation(grim)).risk.because).toMatch(/^the seven factors give 0\.\d\d$/);
	expect(at(grim)).toBe(3);
});

test('a named strategy is kept, with what it lacks; one that is more careful gets no such line', () => {
	const byName = (name: string) => BUILT_IN_STRATEGIES.find((one) => one.name === name) ?? BUILT_IN_STRATEGIES[0];
	const named = (name: string) => {
		const strategy = byName(name);
		if (!strategy) throw new Error('none');
		return recommend(situation({going: [api()], named: {strategy, chosenBy: 'person', reason: 'no traffic'}}));
	};
	const less = named('blue-green');
	expect(less.strategy).toMatchObject({name: 'blue-green', advised: 'canary', chosenBy: 'person'});
	expect(less.strategy.because).toBe('no traffic; level standard asks for canary');
	expect(less.advice).toEqual([
		expect.objectContaining({
			rule: 'strategy-less-careful',
			severity: 'caution',
			text: expect.stringContaining('100 % of the traffic at the first step, not 5 %'),
		}),
	]);
	expect(named('graduated').advice).toEqual([]);
	const [canary, graduated] = [byName('canary'), byName('graduated')];
	if (canary && graduated)
		expect(lessCareful(canary, graduated)).toContain('5 % of the traffic at the first step, not 1 %');
	expect(tickFor({tickSeconds: 0.1}, 'high risk')).toBe(0.1);
	expect(advisedStrategy('standard', [])).toBeUndefined();
});

test('what is measured is told with its figure, what is not is said to be unknown', () => {
	const bare = recommend(situation());
	expect(bare.rollback).not.toHaveProperty('seconds');
	expect(bare.resources.join('\n')).toContain('unknown until a first release is built here');
	const known = recommend(
		situation({
			rollbacks: [1.2, 0.8, 5],
			disk: {release: {bytes: 84_000_000, least: false}, free: 12e9},
			migrate: true,
		}),
	);
	expect(known.rollback.seconds).toBe(1.2);
	expect(known.resources.join('\n')).toMatch(/about 84 MB[^\n]*; 12 GB are free[\s\S]*migrate command/);
	expect(known.rollback.steps.join(' ')).toContain('does not undo a migration');
	// Also in the detailed plan: going back does not bring back what a migration removed.
	const gone = recommend(situation({going: [schemaDanger()]})).rollback.steps.join(' ');
	expect(gone).toMatch(/orchestra rollback.* comes back only from a backup/);
	expect(recommend(situation({going: [schemaDanger()]})).rollback.steps.length).toBeGreaterThan(
		bare.rollback.steps.length,
	);
});

test('the size of batches that went best is a note, and only when it is known', () => {
	const going = Array.from({length: 7}, (_, n) => ranked(feature(`f${n}`, {kind: 'docs', files: ['a.md']})));
	const patterns = {...NO_PATTERNS, deployments: 18, sizes: {'1-5': {good: 9, all: 9}, '6-10': {good: 3, all: 9}}};
	expect(recommend(situation({going, patterns})).advice).toEqual([
		expect.objectContaining({
			rule: 'batch-size',
			severity: 'note',
			text: expect.stringContaining('batches of 1-5 features went best so far: 9 of 9'),
		}),
	]);
	expect(recommend(situation({going: going.slice(0, 3), patterns})).advice).toEqual([]);
	expect(
		recommend(situation({going, patterns: {...patterns, sizes: {'1-5': {good: 2, all: 2}, '6-10': {good: 1, all: 9}}}}))
			.advice,
	).toEqual([]);
});

test('in words it holds all six parts, at any width, and hostile titles stay text', () => {
	const hostile = ranked(
		feature('x', {
			title: '<b>|`$(id)`\u001b[31m',
			breaking: true,
			findings: [finding('deps', 'caution', {what: safe('| a | `b` <script>')})],
		}),
	);
	const recommendation = recommend(
		situation({
			going: [hostile, schemaDanger()],
			calendar: {...calendar, freeze: [{from: '2026-11-01', to: '2026-11-30', reason: 'sale'}]},
		}),
	);
	for (const width of [40, 48, 80, 120]) {
		const lines = recommendationLines(recommendation, width);
		expect(lines[0]).toBe('HIGH RISK');
		for (const word of [
			'Risk',
			'Strategy',
			'When',
			'Needs',
			'Watch',
			'Back',
			'together',
			'production will ask: frozen until',
		])
			expect(lines.join('\n').replaceAll(/\s+/g, ' ')).toContain(word);
		if (width >= 80) expect(lines.filter((line) => [...line].length > width)).toEqual([]);
		expect(lines.join('\n')).not.toContain('\u001b');
	}
	const page = recommendationDocument(recommendation);
	expect(page).not.toContain('<script>');
	for (const factor of FACTORS) expect(page).toContain(`| ${factor} |`);
});
