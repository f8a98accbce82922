// A revert is believed for what it touches: words over other files take nothing back.

import {expect, test} from 'vitest';
import type {Change} from '../../src/domain/change.ts';
import {believedReverts} from '../../src/domain/revert-evidence.ts';
import {change} from '../kit/features.ts';

const pair = (files: readonly string[], by: readonly string[], cancelled = true): readonly [Change, Change] => {
	const target: Change = {...change('target', {files}), cancelled};
	return [target, {...change('revert', {kind: 'revert', files: by}), reverts: target.oid, cancelled}];
};
const seen = (changes: readonly Change[]) => changes.map(({cancelled, reverts}) => [cancelled, reverts !== undefined]);

test.each<[string, readonly string[], readonly string[], boolean, boolean]>([
	['the same files', ['a.ts', 'b.ts'], ['a.ts', 'b.ts'], true, true],
	['more than those', ['a.ts'], ['a.ts', 'b.ts'], true, true],
	['all but what is written anew', ['a.ts', 'package-lock.json', 'CHANGELOG.md'], ['a.ts'], true, true],
	['only some of them: it stands, and belongs to it', ['a.ts', 'b.ts'], ['a.ts'], false, true],
	['other files: it is no revert', ['a.ts'], ['b.ts'], false, false],
	['no files at all', ['a.ts'], [], false, false],
	['a lock file alone', ['package-lock.json'], ['package-lock.json'], true, true],
])('%s', (_, files, by, cancelled, linked) => {
	expect(seen(believedReverts(pair(files, by)))).toEqual([
		[cancelled, false],
		[cancelled, linked],
	]);
});

test('a merge lists no files and is believed; what is far away stays as it is', () => {
	expect(seen(believedReverts(pair([], ['b.ts'])))).toEqual([
		[true, false],
		[true, true],
	]);
	const [, revert] = pair(['a.ts'], ['a.ts'], false);
	expect(believedReverts([revert])).toEqual([revert]);
});

test('a revert of a revert leaves the first change standing, whatever is believed of the others', () => {
	const first = change('first', {files: ['a.ts']});
	const [second, third] = pair(['a.ts'], ['a.ts']);
	expect(believedReverts([first, {...second, reverts: first.oid}, third]).map(({cancelled}) => cancelled)).toEqual([
		false,
		true,
		true,
	]);
});
