import {expect, test} from 'vitest';
import {BUCKETS, type RankedFeature} from '../../../src/domain/feature.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {clampRanking} from '../../../src/domain/selection/clamp.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import fc from '../../kit/check.ts';
import {feature, finding} from '../../kit/features.ts';

const rules = rankFeatures(
	[
		feature('a', {subject: 'fix: crash'}),
		feature('b'),
		feature('c', {kind: 'feat'}),
		feature('d', {kind: 'refactor', files: Array.from({length: 9}, (_, i) => `src/${i}.ts`)}),
		feature('e', {findings: [finding('schema', 'danger')]}),
	],
	{patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES},
);
const byId = (list: readonly RankedFeature[]) => new Map(list.map((r) => [r.feature.id, r]));

test('caution is taken: a higher risk and a more careful bucket, with the words first', () => {
	const [, b] = rules;
	if (b === undefined) throw new Error('no b');
	const answer = [
		{feature: {id: b.feature.id}, risk: 0.3, bucket: 'optional', reasons: [{text: 'touches\u001b[31m payments'}]},
	];
	const clamped = byId(clampRanking(rules, answer)).get(b.feature.id);
	expect(clamped).toMatchObject({risk: 0.3, bucket: 'optional'});
	expect(clamped?.reasons[0]).toMatchObject({code: 'claude', text: 'Claude: touches␛[31m payments'});
	expect(clamped?.reasons.reduce((sum, r) => sum + r.weight, 0)).toBeCloseTo(0.3, 9);
});

test('a must-include is not argued away', () => {
	const id = rules[0]?.feature.id;
	const [first] = clampRanking(rules, [{feature: {id}, bucket: 'not recommended', risk: 0.9}]);
	expect(first).toMatchObject({feature: {id}, bucket: 'must include'});
	// Two buckets apart and more: both opinions are on the screen.
	expect(first?.reasons.map(({text}) => text)).toContain(
		'Claude: not recommended; the rules: must include. Decide yourself',
	);
});

test('a reader that cries wolf raises the risk by 30 % at most, and its words lead nowhere', () => {
	const [, b] = rules;
	if (b === undefined) throw new Error('no b');
	const text = 'see https://evil.example/x?y=1 or www.evil.example, mailto:a@b';
	const [after] = clampRanking([b], [{feature: {id: b.feature.id}, risk: 5, bucket: 'optional', reasons: [{text}]}]);
	expect(after?.risk).toBeCloseTo(b.risk + 0.3, 9);
	expect(after?.reasons[0]?.text).toBe('Claude: see [link] or [link] [link]');
});

const anything = fc.oneof(
	fc.anything(),
	fc.array(
		fc.record(
			{
				feature: fc.oneof(
					fc.anything(),
					fc.record({id: fc.constantFrom(...rules.map((r) => r.feature.id as string), 'f-unknown')}),
				),
				risk: fc.oneof(fc.double(), fc.anything()),
				bucket: fc.oneof(fc.constantFrom(...BUCKETS), fc.anything()),
				reasons: fc.oneof(
					fc.anything(),
					fc.array(fc.record({code: fc.string(), text: fc.string({unit: 'binary'}), weight: fc.double()})),
				),
				needs: fc.anything(),
			},
			{requiredKeys: []},
		),
	),
);

test('whatever a model answers: the same features, never a lower risk, never a safer bucket, safe words, sums that hold', () => {
	fc.assert(
		fc.property(anything, (answer) => {
			const clamped = clampRanking(rules, answer);
			expect(clamped.map((r) => r.feature.id).sort()).toEqual(rules.map((r) => r.feature.id).sort());
			const before = byId(rules);
			for (const {feature: one, risk, bucket, reasons, needs} of clamped) {
				const was = before.get(one.id);
				if (was === undefined) throw new Error('an unknown feature');
				expect(one).toBe(was.feature);
				expect(needs).toBe(was.needs);
				expect(risk).toBeGreaterThanOrEqual(was.risk);
				expect(risk).toBeLessThan(1);
				expect(BUCKETS.indexOf(bucket)).toBeGreaterThanOrEqual(BUCKETS.indexOf(was.bucket));
				if (was.bucket === 'must include') expect(bucket).toBe('must include');
				for (const reason of was.reasons) expect(reasons).toContain(reason);
				expect(reasons.reduce((sum, r) => sum + r.weight, 0)).toBeCloseTo(risk, 9);
				expect(reasons.map((r) => r.text).join('')).not.toMatch(
					/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
				);
			}
		}),
		{numRuns: 300},
	);
});
