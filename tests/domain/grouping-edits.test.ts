import {expect, test} from 'vitest';
import type {Change} from '../../src/domain/change.ts';
import {groupChanges} from '../../src/domain/grouping.ts';
import {
	applyEdits,
	forgetGroups,
	type GroupEdits,
	joinGroups,
	NO_GROUP_EDITS,
	parseGroupEdits,
	pinGroup,
	renameGroup,
	splitGroup,
	tidy,
} from '../../src/domain/grouping-edits.ts';
import {asOid} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import fc from '../kit/check.ts';

const id = (n: number) => asOid(n.toString(16).padStart(8, '0').padEnd(40, 'e'));

function change(n: number, subject: string, more: Partial<Change> = {}): Change {
	return {
		oid: id(n),
		parent: id(0),
		tree: id(0),
		form: 'commit',
		subject: safe(subject),
		body: '',
		author: {name: safe('Ann'), email: 'ann@x'},
		authoredAt: n * 1_000_000,
		committedAt: n * 1_000_000,
		kind: 'feat',
		conventional: true,
		breaking: false,
		issues: [],
		files: [{path: `${n}.ts`, status: 'modified'}],
		bot: false,
		cancelled: false,
		...more,
	};
}

const list = [1, 2, 3, 4].map((n) => change(n, `feat: number ${n}`));

function grouped(edits: GroupEdits, changes: readonly Change[] = list) {
	return applyEdits(groupChanges(changes), changes, edits);
}
const shape = (edits: GroupEdits, changes: readonly Change[] = list) =>
	grouped(edits, changes).map((feature) => [
		feature.title,
		feature.changes.map(({oid}) => Number.parseInt(oid.slice(0, 8), 16)),
	]);

function at(edits: GroupEdits, n: number, changes: readonly Change[] = list) {
	const feature = grouped(edits, changes)[n];
	if (!feature) throw new Error(`there is no feature ${n}`);
	return feature;
}

test('joined, named, split again, pinned and forgotten', () => {
	const joined = joinGroups(NO_GROUP_EDITS, [at(NO_GROUP_EDITS, 0), at(NO_GROUP_EDITS, 2)], 'Dark mode');
	expect(shape(joined)).toEqual([
		['Dark mode', [1, 3]],
		['Number 2', [2]],
		['Number 4', [4]],
	]);
	expect(at(joined, 0).grouping).toEqual(['Put together by hand']);
	expect(at(joined, 0).id).toBe(at(NO_GROUP_EDITS, 0).id);
	const renamed = renameGroup(joined, at(joined, 0), 'Night mode');
	expect(shape(renamed)[0]).toEqual(['Night mode', [1, 3]]);
	const split = splitGroup(renamed, at(renamed, 0), [id(3)], 'Only three');
	expect(shape(split).map(([title]) => title)).toEqual(['Night mode', 'Number 2', 'Only three', 'Number 4']);
	expect(shape(renameGroup(split, at(split, 0), ' '))[0]).toEqual(['Number 1', [1]]);
	expect(forgetGroups(split, [at(split, 0), at(split, 2)]).groups).toEqual([]);
	expect(shape(forgetGroups(split))).toEqual(shape(NO_GROUP_EDITS));
});

test('what comes later follows a joined group, and not a pinned one', () => {
	const first = [change(1, 'feat: cart (#1)', {pullRequest: 1}), change(2, 'feat: price (#2)', {pullRequest: 2})];
	const later = [...first, change(3, 'fix: cart again (#1)', {pullRequest: 1, kind: 'fix'})];
	const joined = joinGroups(NO_GROUP_EDITS, [at(NO_GROUP_EDITS, 0, first), at(NO_GROUP_EDITS, 1, first)], 'Shop');
	expect(shape(joined, later)).toEqual([['Shop', [1, 2, 3]]]);
	const pinned = pinGroup(joined, at(joined, 0, first));
	expect(shape(pinned, later)).toEqual([
		['Shop', [1, 2]],
		['Cart again', [3]],
	]);
});

test('what was put elsewhere is not pulled back by a rule, and what has shipped is passed over', () => {
	const both = [change(1, 'feat: a (#1)', {pullRequest: 1}), change(2, 'fix: a (#1)', {pullRequest: 1, kind: 'fix'})];
	const split = splitGroup(NO_GROUP_EDITS, at(NO_GROUP_EDITS, 0, both), []);
	expect(shape(split, both)).toEqual([
		['A', [1]],
		['A', [2]],
	]);
	expect(shape(split, both.slice(1))).toEqual([['A', [2]]]);
	expect(shape(joinGroups(NO_GROUP_EDITS, grouped(NO_GROUP_EDITS), 'All'), list.slice(3))).toEqual([['All', [4]]]);
});

test('whatever was edited in whatever order, every change is in exactly one feature', () => {
	const step = fc.record({
		verb: fc.constantFrom('join', 'split', 'rename', 'pin', 'forget'),
		a: fc.nat(5),
		b: fc.nat(5),
		title: fc.string({maxLength: 30}),
	});
	const many = Array.from({length: 6}, (_, n) => change(n + 1, `feat: n${n} (#${n % 3})`, {pullRequest: n % 3}));
	fc.assert(
		fc.property(fc.array(step, {maxLength: 12}), fc.integer({min: 1, max: 6}), (steps, waiting) => {
			let edits = NO_GROUP_EDITS;
			for (const {verb, a, b, title} of steps) {
				const features = grouped(edits, many);
				const [one, other] = [features[a % features.length], features[b % features.length]];
				if (!one || !other) continue;
				if (verb === 'join')
					edits = joinGroups(edits, one === other ? [one] : [one, other], title === '' ? undefined : title);
				if (verb === 'split')
					edits = splitGroup(
						edits,
						one,
						one.changes.slice(1).map(({oid}) => oid),
					);
				if (verb === 'rename') edits = renameGroup(edits, one, title);
				if (verb === 'pin') edits = pinGroup(edits, one);
				if (verb === 'forget') edits = forgetGroups(edits, [one]);
			}
			expect(parseGroupEdits(JSON.parse(JSON.stringify(edits)))).toBeDefined();
			const left = many.slice(-waiting);
			const features = grouped(edits, left);
			expect(features.flatMap(({changes}) => changes.map(({oid}) => oid)).sort()).toEqual(
				left.map(({oid}) => oid).sort(),
			);
			expect(new Set(features.map((feature) => feature.id)).size).toBe(features.length);
		}),
		{numRuns: 150},
	);
});

test('what is kept is looked at: nothing but groups of object ids, and each change once', () => {
	for (const bad of [
		undefined,
		[],
		{},
		{groups: {}},
		{groups: [{changes: [], pinned: true}]},
		{groups: [{changes: ['main'], pinned: true}]},
	])
		expect(parseGroupEdits(bad)).toBeUndefined();
	const twice = {
		groups: [
			{changes: [id(1), id(2)], pinned: false},
			{changes: [id(2)], title: 'b\u001b[31m', pinned: true, more: 1},
		],
	};
	expect(parseGroupEdits(twice)).toEqual({
		groups: [
			{changes: [id(1)], pinned: false},
			{changes: [id(2)], title: safe('b\u001b[31m'), pinned: true},
		],
	});
});

test('whatever is said, what is kept of it can be read again', () => {
	const many = Array.from({length: 2100}, (_, i) => change(i + 1, `docs: page ${i}`, {kind: 'docs', files: []}));
	const [fold] = grouped(NO_GROUP_EDITS, many);
	if (fold === undefined) throw new Error('no feature');
	const [one, two] = [at(NO_GROUP_EDITS, 0), at(NO_GROUP_EDITS, 1)];
	const long = 'x'.repeat(300);
	const said: readonly GroupEdits[] = [
		joinGroups(NO_GROUP_EDITS, [one, two], long),
		joinGroups(NO_GROUP_EDITS, [one, two], ' '),
		splitGroup(NO_GROUP_EDITS, fold, [id(1)], long),
		splitGroup(NO_GROUP_EDITS, fold, [id(1)], ''),
		renameGroup(NO_GROUP_EDITS, one, long),
		renameGroup(NO_GROUP_EDITS, fold, 'All the pages'),
		splitGroup(NO_GROUP_EDITS, fold, []),
	];
	for (const edits of said) {
		const kept = tidy(edits);
		expect(parseGroupEdits(kept)).toEqual(kept);
	}
	// What was said before a large group is taken apart stands all the same.
	const before = renameGroup(NO_GROUP_EDITS, one, 'Named');
	const other = many.slice(4);
	const [pages] = grouped(before, other);
	expect(pages && tidy(splitGroup(before, pages, [])).groups).toContainEqual(before.groups[0]);
	expect(grouped(tidy(renameGroup(NO_GROUP_EDITS, fold, 'All the pages')), many)).toMatchObject([
		{title: 'All the pages', changes: {length: 2100}},
	]);
});
