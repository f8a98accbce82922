// Room: tests. A team's own rollout shapes.

import {expect, test} from 'vitest';
import {BUILT_IN_STRATEGIES} from '../../../src/domain/rollout/strategy.ts';
import {parseStrategy} from '../../../src/domain/rollout/strategy-schema.ts';
import fc from '../../kit/check.ts';

const problems = (document: unknown) => {
	const checked = parseStrategy(JSON.stringify(document), 'own');
	return checked.ok ? '' : checked.problems.join('\n');
};
const step = (weight: number) => ({weight, watchSeconds: 1});

test('the built-in strategies pass their own schema and come back unchanged', () => {
	for (const strategy of BUILT_IN_STRATEGIES) {
		expect(parseStrategy(JSON.stringify(strategy), 'file')).toEqual({ok: true, value: strategy, warnings: []});
	}
});

test('only the steps are needed; the file gives the name', () => {
	const checked = parseStrategy('{"steps": [{"weight": 100, "watchSeconds": 5}]}', 'careful');
	expect(checked.ok && checked.value).toMatchObject({name: 'careful', kind: 'canary', thresholds: {errorRate: 0.05}});
});

test('weights ascend and end at 100', () => {
	expect(problems({steps: [step(5), step(5), step(100)]})).toContain('steps[1].weight: found 5 (not higher than 5');
	expect(problems({steps: [step(5), step(50)]})).toContain('the last weight is 50, not 100');
	expect(problems({steps: []})).toContain('steps');
	expect(problems({})).toContain('steps: found nothing');
	fc.assert(
		fc.property(fc.uniqueArray(fc.integer({min: 1, max: 99}), {maxLength: 20}), (weights) => {
			const sorted = [...weights].sort((a, b) => a - b);
			expect(problems({steps: [...sorted, 100].map(step)})).toBe('');
			const ascending = weights.every((w, i) => w === sorted[i]);
			expect(problems({steps: [...weights, 100].map(step)}) === '').toBe(ascending);
		}),
	);
});

test('blue-green is one step', () => {
	expect(problems({kind: 'blue-green', steps: [step(50), step(100)]})).toContain('blue-green has one step');
	expect(problems({kind: 'blue-green', steps: [step(100)]})).toBe('');
});

test('a lease shorter than three looks of the gate is refused: it would end a healthy rollout', () => {
	expect(problems({steps: [step(100)], tickSeconds: 5, leaseSeconds: 14})).toContain('three ticks');
	expect(problems({steps: [step(100)], tickSeconds: 5, leaseSeconds: 15})).toBe('');
});

test('a share is 0 to 1, and a percentage is not taken for one', () => {
	expect(problems({steps: [step(100)], thresholds: {errorRate: 5}})).toContain('a number from 0 to 1');
});

test('a name that is no name is refused, also when it comes from the file', () => {
	const checked = parseStrategy('{"steps": [{"weight": 100, "watchSeconds": 5}]}', '../evil');
	expect(checked.ok).toBe(false);
});
