// Room: tests. Ranking with what features cannot go without: the closure is judged, never the change alone.

import {expect, test} from 'vitest';
import type {Feature} from '../../../src/domain/feature.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS, type Patterns} from '../../../src/domain/pattern.ts';
import {safe} from '../../../src/domain/safe.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import {feature, finding} from '../../kit/features.ts';

function rank(
	features: readonly Feature[],
	pulls: readonly (readonly [Feature, readonly Feature[]])[],
	patterns: Partial<Patterns> = {},
) {
	const ranked = rankFeatures(
		features,
		{patterns: {...NO_PATTERNS, ...patterns}, preferences: {...DEFAULT_PREFERENCES, max_features_per_deployment: 20}},
		new Map(pulls.map(([one, others]) => [one.id, others.map(({id}) => id)])),
	);
	return (one: Feature) => {
		const found = ranked.find((item) => item.feature.id === one.id);
		if (found === undefined) throw new Error('lost');
		return {...found, why: found.reasons[0]?.text ?? ''};
	};
}

const drops = feature('drops', {
	kind: 'chore',
	title: 'Drop the old table',
	findings: [finding('schema', 'danger', {what: safe('drops table orders')})],
});

test('a small fix that needs a dropped table is judged by that, and names it', () => {
	const fix = feature('fix: colour');
	const other = feature('other');
	const of = rank([fix, other, drops], [[fix, [other, drops]]]);
	expect(of(fix).bucket).toBe('not recommended');
	expect(of(fix).risk).toBeGreaterThanOrEqual(0.8);
	expect(of(fix).why).toBe(
		'HIGH RISK: comes with 2 others, among them “Drop the old table”: drops table orders (migrations/7.sql:3)',
	);
	const weights = of(fix).reasons.reduce((sum, {weight}) => sum + weight, 0);
	expect(weights).toBeCloseTo(of(fix).risk, 5);
	expect(of(other).bucket).toBe('recommended');
});

test('a critical fix that needs a dropped table keeps its place and is flagged', () => {
	const fix = feature('fix: security hole');
	const {bucket, why} = rank([fix, drops], [[fix, [drops]]])(fix);
	expect(bucket).toBe('must include');
	expect(why).toContain('a security fix');
	expect(why).toContain('but it cannot go without “Drop the old table”: drops table orders');
	expect(why).toContain('a person must decide');
});

test('the size of what comes along counts, and so do its places', () => {
	const small = feature('feat: small', {kind: 'feat'});
	const rest = Array.from({length: 8}, (_, i) => feature(`part ${i}`, {kind: 'fix', minute: i}));
	expect(rank([small, ...rest], [])(small).bucket).toBe('recommended');
	const large = rank([small, ...rest], [[small, rest]])(small);
	expect(large.bucket).toBe('optional');
	expect(large.why).toContain('with the 8 others it needs');
});

test('a critical fix that would fill the whole batch is for a person; by itself it always goes', () => {
	const fixes = Array.from({length: 25}, (_, i) => feature(`fix: crash ${i}`));
	const alone = rank(fixes, []);
	expect(fixes.every((one) => alone(one).bucket === 'must include')).toBe(true);
	const fix = feature('fix: crash at start');
	const others = Array.from({length: 30}, (_, i) => feature(`docs ${i}`, {kind: 'docs', files: [`docs/${i}.md`]}));
	const {bucket, why} = rank([fix, ...others], [[fix, others]])(fix);
	expect(bucket).toBe('optional');
	expect(why).toContain('it brings 30 others along, more than fit: a person must decide');
});

test('of 60 waiting, 10 to 15 go with all they bring along', () => {
	const features = Array.from({length: 60}, (_, i) => feature(`fix: ${i}`, {minute: i}));
	const pulls = features.map((one, i) => [one, features.slice(Math.max(0, i - (i % 5)), i)] as const);
	const of = rank(features, pulls);
	const going = new Set(
		features
			.filter((one) => of(one).bucket === 'recommended')
			.flatMap((one) => [one, ...(pulls.find(([a]) => a === one)?.[1] ?? [])]),
	);
	expect(going.size).toBeGreaterThanOrEqual(10);
	expect(going.size).toBeLessThanOrEqual(15);
});

test('a long list of optional features does not say the same of each', () => {
	const features = Array.from({length: 80}, (_, i) => feature(`f${i}`, {minute: i}));
	const of = rank(features, []);
	const whys = features.map((one) => of(one)).filter(({bucket}) => bucket === 'optional');
	expect(whys.length).toBeGreaterThan(50);
	expect(new Set(whys.map(({why}) => why)).size).toBe(whys.length);
});

test('what needs itself, or something unknown, is ranked as if it needed nothing', () => {
	const one = feature('a');
	expect(rank([one], [[one, [one, feature('not there')]]])(one).risk).toBe(rank([one], [])(one).risk);
});

test('it says what the person did with such features before: the closest sort that was offered often enough', () => {
	const one = feature('a', {kind: 'refactor', scope: 'api'});
	const choices = {'refactor(api)': {good: 1, all: 4}, refactor: {good: 9, all: 12}};
	const texts = rank([one], [], {choices})(one).reasons.map(({text}) => text);
	expect(texts).toContain('so far you left 3 of 4 refactorings in api that you were offered');
	const few = rank([one], [], {choices: {...choices, 'refactor(api)': {good: 0, all: 2}}})(one);
	expect(few.reasons.map(({text}) => text)).toContain('so far you took 9 of 12 refactorings that you were offered');
});
