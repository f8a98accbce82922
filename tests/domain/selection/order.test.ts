import {expect, test} from 'vitest';
import type {Change} from '../../../src/domain/change.ts';
import {inBranchOrder} from '../../../src/domain/selection/order.ts';
import fc from '../../kit/check.ts';
import {change, oid} from '../../kit/features.ts';

/** A branch of n changes, each on the one before, with clocks that run as the test says. */
const chain = (n: number, minute: (i: number) => number): Change[] =>
	Array.from({length: n}, (_, i) => change(`c${i}`, {minute: minute(i), ...(i > 0 ? {parent: oid(`c${i - 1}`)} : {})}));

test('parents come before children, whatever order they come in and whatever the clocks say', () => {
	fc.assert(
		fc.property(
			fc
				.integer({min: 1, max: 30})
				.chain((n) =>
					fc.tuple(fc.constant(n), fc.array(fc.nat(1000), {minLength: n, maxLength: n}), fc.func(fc.nat())),
				),
			([n, minutes, weight]) => {
				const branch = chain(n, (i) => minutes[i] ?? 0);
				const shuffled = [...branch].sort((a, b) => weight(a.oid) - weight(b.oid));
				expect(inBranchOrder(shuffled)).toEqual(branch);
			},
		),
	);
});

test('pieces between merges from the base come by date, and nothing comes twice', () => {
	const branch = chain(6, (i) => i);
	const withHole = branch.filter((_, i) => i !== 3);
	expect(inBranchOrder([...withHole.slice(3), ...withHole, ...withHole.slice(0, 1)])).toEqual(withHole);
});

test('changes that claim to be each other’s parent end too', () => {
	const loop = [change('a', {parent: oid('b')}), change('b', {parent: oid('a'), minute: 1})];
	expect(inBranchOrder(loop)).toHaveLength(2);
});
