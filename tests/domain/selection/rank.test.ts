import type {Arbitrary} from 'fast-check';
import {describe, expect, test} from 'vitest';
import {KINDS, type Kind} from '../../../src/domain/change.ts';
import {BUCKETS, type Feature, type Finding, TOPICS} from '../../../src/domain/feature.ts';
import type {FeatureId} from '../../../src/domain/ids.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS, type Patterns} from '../../../src/domain/pattern.ts';
import {safe} from '../../../src/domain/safe.ts';
import {rankFeatures} from '../../../src/domain/selection/rank.ts';
import type {Situation} from '../../../src/domain/selection/situation.ts';
import fc from '../../kit/check.ts';
import {change, feature, finding, oid} from '../../kit/features.ts';

const rank = (features: readonly Feature[], patterns: Partial<Patterns> = {}, cap = 20) =>
	rankFeatures(features, {
		patterns: {...NO_PATTERNS, ...patterns},
		preferences: {...DEFAULT_PREFERENCES, max_features_per_deployment: cap},
	});
const only = (one: Feature, patterns: Partial<Patterns> = {}) => {
	const [ranked] = rank([one], patterns);
	if (ranked === undefined) throw new Error('nothing ranked');
	return ranked;
};
const bucketOf = (name: string, parts: Parameters<typeof feature>[1]) => only(feature(name, parts)).bucket;
const files = (n: number) => Array.from({length: n}, (_, i) => `src/${i}.ts`);

describe('buckets', () => {
	test.each([
		['fix(auth): session fixation', {kind: 'fix'}, 'must include'],
		['fix: crash when the list is empty', {kind: 'fix'}, 'must include'],
		['fix: orders could lose data on retry', {kind: 'fix'}, 'must include'],
		['hotfix: checkout is down', {kind: 'fix'}, 'must include'],
		['Prevent a deadlock in the pool', {kind: 'other'}, 'must include'],
		['fix: button colour', {kind: 'fix'}, 'recommended'],
		['fix: typo in the crash message', {kind: 'fix'}, 'recommended'],
		['docs: how we handle security', {kind: 'docs'}, 'recommended'],
		['feat: security page', {kind: 'feat'}, 'recommended'],
		['feat: big thing', {kind: 'feat', files: files(12)}, 'optional'],
		['refactor: small', {kind: 'refactor', files: files(2)}, 'recommended'],
		['refactor: medium', {kind: 'refactor', files: files(8)}, 'optional'],
		['refactor: whole', {kind: 'refactor', files: files(80)}, 'optional'],
		['feat!: new API', {kind: 'feat', breaking: true}, 'not recommended'],
	] as const)('“%s” (%o) is %s', (subject, parts, bucket) => {
		expect(bucketOf(subject, {...parts, subject})).toBe(bucket);
	});

	test('a destructive schema change is HIGH RISK, not recommended, and shows its place', () => {
		const drops = finding('schema', 'danger', {what: safe('drops column x')});
		const ranked = only(feature('a', {kind: 'feat', findings: [drops]}));
		expect(ranked.bucket).toBe('not recommended');
		expect(ranked.risk).toBeGreaterThanOrEqual(0.8);
		expect(ranked.reasons[0]?.text).toBe('HIGH RISK: drops column x (migrations/7.sql:3)');
		expect(ranked.reasons.map((r) => r.text)).toContain('touches the schema: drops column x (migrations/7.sql:3)');
	});

	test('a critical fix that drops a table is not slipped in: it waits for a person, and says both', () => {
		const ranked = only(feature('fix: security hole', {findings: [finding('schema', 'danger')]}));
		expect(ranked.bucket).toBe('not recommended');
		expect(ranked.reasons[0]?.text).toContain('it is a security fix, so a person must decide');
	});

	test('a change of no file is taken for nothing, whatever it says', () => {
		for (const subject of ['fix: session fixation (CVE-2026-1)', 'feat: words only']) {
			const {bucket, reasons} = only(feature(subject, {kind: 'fix', files: []}));
			expect([bucket, reasons[0]?.text]).toEqual(['optional', 'changes no file: there is nothing in it to ship']);
		}
	});

	test('size in documents and tests does not make a change risky', () => {
		expect(bucketOf('d', {kind: 'docs', files: Array.from({length: 90}, (_, i) => `docs/${i}.md`)})).toBe(
			'recommended',
		);
	});
});

describe('what was learned', () => {
	test('kinds that went well lower the risk, kinds that went badly raise it, and both show their support', () => {
		const plain = only(feature('a')).risk;
		const good = only(feature('a'), {kinds: {fix: {good: 9, all: 9}}});
		const bad = only(feature('a'), {kinds: {fix: {good: 0, all: 1}}});
		expect(good.risk).toBeLessThan(plain);
		expect(bad.risk).toBeGreaterThan(plain);
		expect(good.reasons.map((r) => r.text)).toContain('fixes went well in 9 of 9 deployments');
	});

	test('a scope called like a property of every object has learned nothing', () => {
		for (const scope of ['constructor', '__proto__', 'toString'])
			expect(only(feature('a', {scope})).risk).toBe(only(feature('a')).risk);
	});

	const scar = (suspects: number) =>
		({deployment: '20261121_101010', outcome: 'rolled_back', why: 'error rate 12 %', suspects}) as const;

	test('a feature that was rolled back alone is not recommended until it changes', () => {
		const one = change('bad');
		const ranked = only(feature('bad', {changes: [one]}), {scars: {[one.oid]: scar(1)}});
		expect(ranked.bucket).toBe('not recommended');
		expect(ranked.reasons.map((r) => r.text)).toContain(
			'was in 20261121_101010, which was rolled back: error rate 12 %',
		);
		const mended = feature('bad', {changes: [one, change('mended', {parent: one.oid})]});
		const after = only(mended, {scars: {[one.oid]: scar(1)}});
		expect(after.bucket).not.toBe('not recommended');
		expect(after.risk).toBeLessThan(ranked.risk);
		expect(after.risk).toBeGreaterThan(only(mended).risk);
	});

	test('of many suspects each carries a smaller share, and at most half of them go again together', () => {
		const features = Array.from({length: 8}, (_, i) => feature(`s${i}`));
		const scars = Object.fromEntries(features.map((f) => [f.changes[0]?.oid ?? '', scar(8)]));
		const ranked = rank(features, {scars});
		expect(ranked.filter((r) => r.bucket === 'recommended')).toHaveLength(4);
		expect(ranked.at(-1)?.reasons[0]?.text).toContain('half of the suspects of 20261121_101010');
		const alone = only(feature('x'), {scars: {[oid('x')]: scar(1)}}).risk;
		expect(ranked[0]?.risk).toBeGreaterThan(only(feature('s0')).risk);
		expect(ranked[0]?.risk).toBeLessThan(alone);
	});

	test('the bar follows what the person took before, and says so', () => {
		const one = feature('a', {kind: 'refactor', files: files(2), findings: [finding('api', 'caution')]});
		expect(only(one).bucket).toBe('optional');
		const eager = only(one, {taken: {optional: {good: 5, all: 6}}});
		expect(eager.bucket).toBe('recommended');
		expect(eager.reasons.map((r) => r.text).join()).toContain('you took 5 of 6 optional ones');
	});
});

describe('the cap', () => {
	const many = (n: number, kind: Kind = 'fix', files?: readonly string[]) =>
		Array.from({length: n}, (_, i) => feature(`m${i}`, {kind, minute: i, ...(files ? {files} : {})}));
	const large = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `src/${name}.ts`);
	const recommended = (ranked: ReturnType<typeof rank>) => ranked.filter((r) => r.bucket === 'recommended');

	test('what does not fit is optional and says why', () => {
		const ranked = rank(many(30), {}, 12);
		expect(recommended(ranked)).toHaveLength(12);
		const waiting = ranked.slice(12).map((one) => one.reasons[0]?.text ?? '');
		expect(waiting[0]).toMatch(/^src\/m\d+\.ts, no test: next in line; the limit is 12$/);
		expect(waiting.at(-1)).toMatch(/^src\/m\d+\.ts, no test: those that go risk less or are worth more; in 2 batches$/);
		expect(new Set(waiting)).toHaveLength(18);
	});

	test('what waits for a place says what it takes, what goes first and when it could go', () => {
		const waiting = (kind: Kind, known: Situation = {}) => {
			const last = feature('last', {kind, minute: 99});
			const more = feature('more', {kind: 'style', minute: 99});
			const features = [
				...many(3),
				...many(2, 'feat').map((one) => ({...one, id: `${one.id}x` as FeatureId})),
				more,
				last,
			];
			const memory = {patterns: NO_PATTERNS, preferences: {...DEFAULT_PREFERENCES, max_features_per_deployment: 3}};
			const of = new Map(features.map(({id}) => [id, id === last.id ? known : {}]));
			return rankFeatures(features, memory, new Map(), {of}).find((one) => one.feature.id === last.id)?.reasons[0]
				?.text;
		};
		expect(waiting('chore', {conflicts: false})).toMatch(/: goes by itself; 3 fixes go first; next batch$/);
		expect(waiting('chore', {conflicts: true})).toContain('meets what the base has changed since; ');
	});

	test('a change without content is never recommended', () => {
		const empty = feature('e', {files: []});
		expect(only({...empty, files: 0})).toMatchObject({bucket: 'optional', reasons: [{code: 'bucket.empty'}, {}]});
	});

	test('from 50 waiting features on, 10 to 15 are recommended', () => {
		expect(recommended(rank(many(50, 'docs')))).toHaveLength(15);
		const risky = recommended(rank(many(60, 'feat', large)));
		expect(risky.length).toBeGreaterThanOrEqual(10);
		expect(risky.length).toBeLessThan(15);
	});

	test('a batch size that did badly is not recommended again', () => {
		const sizes = {'1-5': {good: 6, all: 6}, '6-10': {good: 1, all: 5}};
		const ranked = rank(many(9), {sizes});
		expect(recommended(ranked)).toHaveLength(5);
		expect(ranked[5]?.reasons[0]?.text).toMatch(
			/^src\/m\d\.ts, no test: next in line; batches of 6-10 features went well in only 1 of 5 deployments$/,
		);
	});

	test('critical fixes are never cut off', () => {
		const must = Array.from({length: 5}, (_, i) => feature(`crash ${i}`, {subject: 'fix: crash'}));
		const ranked = rank([...must, ...many(5)], {}, 3);
		expect(ranked.filter((r) => r.bucket === 'must include')).toHaveLength(5);
		expect(recommended(ranked)).toHaveLength(0);
	});
});

const findings: Arbitrary<Finding> = fc
	.tuple(fc.constantFrom(...TOPICS), fc.constantFrom('note', 'caution', 'danger'))
	.map(([topic, severity]) => finding(topic, severity));
const features: Arbitrary<Feature> = fc
	.record({
		name: fc.string({minLength: 1}),
		title: fc.string(),
		kind: fc.constantFrom(...KINDS),
		scope: fc.constantFrom('api', 'constructor', '__proto__'),
		breaking: fc.boolean(),
		size: fc.integer({min: 0, max: 70}),
		minute: fc.integer({min: 0, max: 500_000}),
		findings: fc.array(findings, {maxLength: 5}),
	})
	.map(({name, title, size, ...parts}) => feature(name, {...parts, files: files(size), subject: safe(title)}));
const rates = fc.dictionary(
	fc.constantFrom(...KINDS, ...TOPICS, 'api', '1-5', '6-10', '11-20', '21+', ...BUCKETS),
	fc.record({good: fc.integer({min: -3, max: 40}), all: fc.integer({min: -3, max: 40})}),
);
const patterns: Arbitrary<Partial<Patterns>> = fc.record({
	kinds: rates,
	topics: rates,
	scopes: rates,
	sizes: rates,
	taken: rates,
});
const list = fc.uniqueArray(features, {selector: (f) => f.id, maxLength: 70});

describe('whatever comes', () => {
	test('risks stay within 0 and 1, the reasons add up to them, every feature is there once, no bucket is invented', () => {
		fc.assert(
			fc.property(list, patterns, (all, learned) => {
				const ranked = rank(all, learned);
				expect(ranked.map((r) => r.feature.id).sort()).toEqual(all.map((f) => f.id).sort());
				for (const {risk, reasons, bucket} of ranked) {
					expect(risk > 0 && risk < 1).toBe(true);
					expect(reasons.reduce((sum, r) => sum + r.weight, 0)).toBeCloseTo(risk, 9);
					expect(BUCKETS).toContain(bucket);
				}
			}),
			{numRuns: 60},
		);
	});

	test('the order of the input does not matter', () => {
		fc.assert(
			fc.property(list, patterns, (all, learned) => {
				expect(rank([...all].reverse(), learned)).toEqual(rank(all, learned));
			}),
			{numRuns: 40},
		);
	});

	test('one finding more never lowers the risk, unless it is a touched test; one danger more never makes it safer', () => {
		fc.assert(
			fc.property(features, findings, patterns, (one, more, learned) => {
				fc.pre(more.topic !== 'tests' || more.severity === 'danger');
				const before = only(one, learned);
				const after = only({...one, findings: [...one.findings, more]}, learned);
				expect(after.risk).toBeGreaterThanOrEqual(before.risk);
				if (more.severity === 'danger' && more.topic === 'schema') expect(after.risk).toBeGreaterThanOrEqual(0.8);
				if (more.severity === 'danger' && more.topic !== 'tests') expect(after.bucket).toBe('not recommended');
			}),
			{numRuns: 300},
		);
	});

	test('must include and recommended never exceed the cap together, critical fixes apart', () => {
		fc.assert(
			fc.property(list, patterns, fc.integer({min: 1, max: 40}), (all, learned, cap) => {
				const ranked = rank(all, learned, cap);
				const must = ranked.filter((r) => r.bucket === 'must include').length;
				const both = must + ranked.filter((r) => r.bucket === 'recommended').length;
				expect(both).toBeLessThanOrEqual(Math.max(cap, must));
				if (all.length >= 50) expect(both).toBeLessThanOrEqual(Math.max(15, must));
			}),
			{numRuns: 60},
		);
	});

	test('a scar raises the risk, and the more so the fewer shared the blame', () => {
		fc.assert(
			fc.property(features, fc.integer({min: 2, max: 30}), (one, suspects) => {
				const scarred = (n: number) =>
					only(one, {
						scars: {
							[one.changes[0]?.oid ?? '']: {deployment: '20260101_000000', outcome: 'failed', why: 'x', suspects: n},
						},
					}).risk;
				const plain = only(one).risk;
				expect(scarred(suspects)).toBeGreaterThanOrEqual(plain);
				if (plain < 0.9) expect(scarred(suspects)).toBeGreaterThan(plain);
				expect(scarred(1)).toBeGreaterThanOrEqual(scarred(suspects));
			}),
		);
	});

	test('hostile titles, paths and causes come out safe', () => {
		const hostile = fc.string({unit: 'binary', minLength: 1});
		fc.assert(
			fc.property(hostile, hostile, (text, why) => {
				const one = feature(`x${text}`, {
					findings: [finding('schema', 'danger', {path: text, what: safe(text)})],
					scope: text,
				});
				const scars = {[one.changes[0]?.oid ?? '']: {deployment: why, outcome: 'failed' as const, why, suspects: 1}};
				const scopes = Object.fromEntries([[safe(text), {good: 1, all: 2}]]);
				for (const {text: said} of only(one, {scars, scopes}).reasons)
					expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
			}),
		);
	});
});
