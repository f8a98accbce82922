// Room: tests. The bench of selection: its reading of tables, its figures, and that it looks at nothing that came later.

import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {csvRecords, readRows} from '../../bench/selection/csv.ts';
import {averagePrecision, evaluate} from '../../bench/selection/evaluate.ts';
import {loadReleases} from '../../bench/selection/load.ts';
import fc from '../kit/check.ts';
import {tempRepo} from '../kit/temp.ts';

test('any table that is written by the rules is read back', () => {
	const field = fc.stringMatching(/^[ -~\n]*$/);
	fc.assert(
		fc.property(fc.array(fc.array(field, {minLength: 2, maxLength: 4}), {minLength: 1, maxLength: 6}), (table) => {
			const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
			const text = table.map((fields) => fields.map(quoted).join(',')).join('\r\n');
			expect([...csvRecords(text)]).toEqual(table);
		}),
	);
	expect([...csvRecords('a,b\n1,\n')]).toEqual([
		['a', 'b'],
		['1', ''],
	]);
});

test('average precision is the mean precision at the places of what was chosen', () => {
	expect(averagePrecision([3, 2, 1], [true, false, true])).toBeCloseTo((1 + 2 / 3) / 2);
	expect(averagePrecision([1, 2], [false, false])).toBeUndefined();
});

const HEAD = 'release,branch,previous_release,sha,committed_at,type,scope,subject,selected,picked_as,matched_by';

test('it knows what other lines of releases had by then, and never what the release itself is made of', async () => {
	const {root, git, commit} = tempRepo();
	const base = commit('feat: base', {'a.txt': 'a\n'});
	const [one, two] = [commit('fix: one', {'one.txt': '1\n'}), commit('fix: two', {'two.txt': '2\n3\n'})];
	for (const line of ['1', '2']) {
		git('checkout', '-q', '-b', `line-${line}`, base);
		commit('fix: one (#7)', {'one.txt': '1\n'});
		// The title alone says nothing.
		commit('fix: two', {'other.txt': '1\n'});
		git('tag', `v${line}.1`);
	}
	const row = (release: string, sha: string, subject: string, selected: number) =>
		`${release},line-${release[1]},(branch point ${base.slice(0, 10)}),${sha},2026-01-05T09:02:00Z,fix,,"${subject}",${selected},,`;
	const rows = ['v1.1', 'v2.1'].flatMap((release) => [
		row(release, one, 'fix: one', 1),
		row(release, two, 'fix: two', 0),
	]);
	const file = join(root, 'table.csv');
	writeFileSync(file, [HEAD, ...rows, row('v2.1', 'a'.repeat(40), 'fix: gone', 1)].join('\n'));
	const releases = await loadReleases(file, root);
	const of = (release: string, subject: string) =>
		releases.find(({name}) => name === release)?.candidates.find((some) => some.subject === subject);
	expect(releases.map(({name}) => name)).toEqual(['v1.1', 'v2.1']);
	// What v1.1 is made of is its answer; and of what came later nothing is known yet.
	expect(of('v1.1', 'fix: one')).toMatchObject({conflicts: false});
	expect(of('v1.1', 'fix: one')?.takenElsewhere).toBeUndefined();
	expect(of('v2.1', 'fix: one')).toMatchObject({takenElsewhere: 1});
	expect(of('v2.1', 'fix: two')?.takenElsewhere).toBeUndefined();
	expect(of('v2.1', 'fix: gone')?.author).toBeUndefined();
	expect(evaluate(releases, {}).releases).toBe(2);
	expect(readRows(file)).toHaveLength(5);
});

test('a prediction does not change when later releases do', () => {
	const candidate = (n: number) => ({
		subject: `fix: ${n}`,
		kind: 'fix' as const,
		conventional: true,
		breaking: false,
		at: n,
	});
	const release = (n: number, taken: number) => {
		const rows = [0, 1, 2].map((i) => ({
			release: `v${n}`,
			branch: 'r',
			previous: '',
			sha: `${n}${i}`,
			at: n * 10 + i,
			type: 'fix',
			scope: '',
			subject: `fix: ${i}`,
			selected: i === taken,
			pickedAs: '',
			conflicts: undefined,
			missing: undefined,
		}));
		return {
			name: `v${n}`,
			now: n * 10 + 5,
			rows,
			candidates: rows.map(({at}) => candidate(at)),
			pool: {now: n * 10 + 5, times: rows.map(({at}) => at), share: 0.25},
		};
	};
	const alone = evaluate([release(1, 0)], {});
	// Of the later one nothing is chosen: it counts in no mean, but is learned from.
	const followed = evaluate([release(1, 0), release(2, -1)], {});
	expect(followed.releases).toBe(1);
	expect(followed.map).toBe(alone.map);
	expect(followed.floorMap).toBe(alone.floorMap);
});
