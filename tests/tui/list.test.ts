import {expect, test} from 'vitest';
import {
	byBucket,
	critical,
	filterFeatures,
	matches,
	proposed,
	scrollTail,
	tailOf,
	windowStart,
} from '../../src/tui/list.ts';
import {cannedFeatures} from '../kit/canned.ts';
import fc from '../kit/check.ts';

test('the cursor is always inside the window, and the window inside the list', () => {
	fc.assert(
		fc.property(fc.nat(200), fc.integer({min: 1, max: 60}), fc.nat(200), (length, height, at) => {
			const cursor = Math.min(at, Math.max(0, length - 1));
			const start = windowStart(length, height, cursor);

			expect(start).toBeGreaterThanOrEqual(0);
			if (length > 0) expect(cursor).toBeGreaterThanOrEqual(start);
			expect(cursor).toBeLessThan(start + height);
			expect(start).toBeLessThanOrEqual(Math.max(0, length - height));
		}),
	);
});

test('a filter takes rows that have every word, whatever the case; ! inverts it', () => {
	expect(matches('Fix the Login page', 'login fix')).toBe(true);
	expect(matches('Fix the Login page', 'login crash')).toBe(false);
	expect(matches('Fix the Login page', '!login')).toBe(false);
	expect(matches('Fix the Login page', '!crash')).toBe(true);
	expect(matches('anything', '')).toBe(true);
	expect(matches('anything', '!')).toBe(true);
});

test('features are found by title, kind, topic, bucket and reason', () => {
	const features = cannedFeatures();
	const titles = (filter: string) => filterFeatures(features, filter).map(({title}) => title);

	expect(titles('schema')).toEqual(['Split the address into street and city']);
	expect(titles('breaking')).toEqual(['Drop the legacy order endpoint']);
	expect(titles('must include')).toHaveLength(2);
	expect(titles('#218')).toEqual(['Close the database pool on SIGTERM']);
});

test('groups come in the order of the buckets, and each keeps its own order', () => {
	const shuffled = cannedFeatures(30).toReversed();
	const order = byBucket(shuffled).map(({bucket}) => bucket);

	expect([...new Set(order)]).toEqual(['must include', 'recommended', 'optional', 'not recommended']);
	const musts = byBucket(shuffled).filter((f) => f.bucket === 'must include');
	expect(musts).toEqual(shuffled.filter((f) => f.bucket === 'must include'));
});

test('the proposal is what selection chose, or the two upper buckets when it chose nothing', () => {
	const features = cannedFeatures();
	const bare = features.map(({chosen: _chosen, ...rest}) => rest);

	expect(proposed(bare)).toEqual(proposed(features));
	expect(proposed(features.map((f, i) => ({...f, chosen: i === 9}))).size).toBe(1);
	expect(critical(features).size).toBe(2);
});

const numbered = (count: number, first = 0) => Array.from({length: count}, (_, i) => ({n: first + i}));

test('a tail follows, pauses when scrolled, counts what is new, and follows again at the end', () => {
	const before = numbered(20);
	const paused = scrollTail(before, undefined, -5, 10);

	expect(tailOf(before, undefined, 10).visible.at(-1)).toEqual({n: 19});
	expect(tailOf(before, paused, 10)).toEqual({visible: before.slice(5, 15), behind: 5});
	// New lines come: what is shown stays, and the count grows.
	expect(tailOf(numbered(54), paused, 10)).toEqual({visible: before.slice(5, 15), behind: 39});
	expect(scrollTail(before, paused, 1e9, 10)).toBeUndefined();
});

test('lines that were dropped at the front do not move a paused tail', () => {
	const end = scrollTail(numbered(100), undefined, -30, 10);

	expect(tailOf(numbered(70, 40), end, 10).visible.map(({n}) => n)).toEqual(numbered(10, 60).map(({n}) => n));
});

test('scrolling never leaves the list, however far one goes', () => {
	fc.assert(
		fc.property(
			fc.nat(100),
			fc.integer({min: 1, max: 30}),
			fc.array(fc.integer({min: -200, max: 200}), {maxLength: 20}),
			(count, height, deltas) => {
				const lines = numbered(count, 7);
				let end: number | undefined;
				for (const delta of deltas) {
					end = scrollTail(lines, end, delta, height);
					const {visible, behind} = tailOf(lines, end, height);
					expect(visible).toHaveLength(Math.min(height, count));
					expect(behind).toBeLessThanOrEqual(Math.max(0, count - height));
				}
			},
		),
	);
});
