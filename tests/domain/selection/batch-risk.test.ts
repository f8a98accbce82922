import {expect, test} from 'vitest';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {batchRisk, compose} from '../../../src/domain/selection/batch-risk.ts';
import {levelOf} from '../../../src/domain/selection/level.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import fc from '../../kit/check.ts';
import {feature} from '../../kit/features.ts';

const fixes = (n: number) =>
	rankFeatures(
		Array.from({length: n}, (_, i) => feature(`x${i}`)),
		{patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES},
	);

test('a batch is never safer than its riskiest feature, nor safer with one feature more', () => {
	fc.assert(
		fc.property(
			fc.array(fc.double({min: 0, max: 1, noNaN: true})),
			fc.double({min: 0, max: 1, noNaN: true}),
			(risks, more) => {
				const risk = compose(risks);
				expect(risk).toBeLessThanOrEqual(1);
				expect(risk).toBeGreaterThanOrEqual(Math.max(0, ...risks));
				expect(compose([...risks, more])).toBeGreaterThanOrEqual(risk - 1e-12);
			},
		),
	);
});

test('it says how much experience is behind it, and uses that of its own size first', () => {
	const cold = batchRisk(fixes(30), NO_PATTERNS);
	expect(cold.evidence).toBe(0);
	expect(cold.reasons.join()).toContain('a documented guess, not experience');
	const patterns = {...NO_PATTERNS, deployments: 12, sizes: {'21+': {good: 9, all: 9}, '1-5': {good: 0, all: 3}}};
	const warm = batchRisk(fixes(30), patterns);
	expect(warm.evidence).toBe(12);
	expect(warm.value).toBeLessThan(cold.value);
	expect(warm.reasons.join()).toContain('batches of 21+ features went well in 9 of 9 deployments');
	expect(batchRisk(fixes(30), {...patterns, sizes: {'21+': {good: 1, all: 9}}}).value).toBeGreaterThan(cold.value);
});

test('levels begin where the strategy table says', () => {
	expect([0, 0.19, 0.2, 0.49, 0.5, 0.79, 0.8, 1].map(levelOf)).toEqual([
		'fast track',
		'fast track',
		'standard',
		'standard',
		'cautious',
		'cautious',
		'high risk',
		'high risk',
	]);
});
