import {expect, test} from 'vitest';
import {parseMessage} from '../../src/domain/conventional.ts';
import {asOid, type Oid} from '../../src/domain/ids.ts';
import {pairReverts, type Revertible} from '../../src/domain/reverts.ts';

const id = (n: number) => asOid(n.toString(16).padStart(2, '0').repeat(20));

/** Changes from messages, oldest first; the n-th has the id `id(n)`. */
function said(...messages: readonly string[]): Revertible[] {
	return messages.map((text, n) => ({oid: id(n), ...parseMessage(text)}));
}

/** Which are cancelled, and what takes back what, by position. */
function pairs(messages: readonly string[]) {
	const {reverts, cancelled} = pairReverts(said(...messages));
	const at = (oid: Oid) => Number.parseInt(oid.slice(0, 2), 16);
	return {
		reverts: [...reverts].map(([a, b]) => [at(a), at(b)]).sort(([a = 0], [b = 0]) => a - b),
		cancelled: [...cancelled].map(at).sort((a, b) => a - b),
	};
}

test.each<[string, readonly string[]]>([
	['full id', ['feat: x', `Revert "something"\n\nThis reverts commit ${id(0)}.`]],
	['short id', ['feat: x', `Revert "something"\n\nThis reverts commit ${id(0).slice(0, 8)}.`]],
	['id in the subject', ['feat: x', `revert ${id(0).slice(0, 9)}`]],
	['quoted subject behind a squash', ['feat: x (#10)', 'Revert "feat: x" (#11)']],
	['quoted subject with its number', ['Update phrases (#10)', 'Revert "Update phrases (#10)" (#11)']],
	['conventional', ['fix(core): close the socket', 'revert: fix(core): close the socket']],
	['conventional, without the type', ['feat(skills): promote skills (#3)', 'revert: promote skills (#3) (#4)']],
	['worded, without the type', ['refactor: Mouse event routing (#3)', 'fix: revert mouse event routing (#4)']],
	['typed and quoted', ['build: bigger machines (#3)', 'ci: Revert "build: bigger machines (#3)" (#4)']],
	['pull request in the body', ['A thing (#7)', 'Take it out again (#8)\n\nReverts owner/repo#7']],
	['nothing but a number', ['A thing (#7)', 'Reverts #7 (#8)']],
	[
		'the branch that GitHub makes',
		[
			'Merge pull request #7 from me/a\n\nA thing',
			'Merge pull request #8 from me/revert-7-a\n\nA thing should not have been',
		],
	],
	[
		'a quoted merge',
		['Merge pull request #7 from me/a\n\nA thing', 'Revert "Merge pull request #7 from me/a"\n\nreversing changes'],
	],
])('a pair is found by %s', (_, messages) => {
	expect(pairs(messages)).toEqual({reverts: [[1, 0]], cancelled: [0, 1]});
});

test('a revert of a revert leaves the first standing, and a third takes all back again', () => {
	const twice = ['feat: x', 'Revert "feat: x"', 'Revert "Revert "feat: x""'];
	expect(pairs(twice).cancelled).toEqual([1, 2]);
	expect(pairs(['feat: x', 'Revert "feat: x" (#2)', 'Reapply "feat: x" (#2) (#3)']).cancelled).toEqual([1, 2]);
	const thrice = [...twice, 'Revert "Revert "Revert "feat: x"""'];
	expect(pairs(thrice).cancelled).toEqual([0, 1, 2, 3]);
});

test('the same thing done, undone and done again stands once', () => {
	expect(pairs(['feat: x', 'Revert "feat: x"', 'feat: x']).cancelled).toEqual([0, 1]);
	expect(pairs(['feat: x', 'Revert "feat: x"', 'feat: x', 'Revert "feat: x"']).cancelled).toEqual([0, 1, 2, 3]);
});

test('one that takes back several cancels nothing by itself, and nothing takes back what comes after it', () => {
	const several = ['a', 'b', `Revert two\n\nThis reverts commit ${id(0)}.\nThis reverts commit ${id(1)}.`];
	expect(pairs(several).cancelled).toEqual([]);
	expect(pairs(['Revert "later"', 'later'])).toEqual({reverts: [], cancelled: []});
	expect(pairs(['fix: handle undo', 'chore: revert', 'docs: how to revert a release'])).toEqual({
		reverts: [],
		cancelled: [],
	});
});
