// Room: tests. A merge whose answer does not come: stuck in a buffer or merely slow, no result is lost and none is another.

import {expect, test} from 'vitest';
import {abilitiesOf, openPicker} from '../../../src/adapters/git/picks.ts';
import {findPlace} from '../../../src/adapters/git/place.ts';
import {openView} from '../../../src/adapters/git/view.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';
import {oid} from './kit.ts';

async function merges(stuckMs: number, flushes: boolean | undefined) {
	const repo = tempRepo();
	const base = repo.commit('base', {'a.txt': '1\n2\n3\n4\n5\n'});
	const theirs = repo.commit('theirs', {'a.txt': '1\n2\n3\n4\nfive\n'});
	repo.git('checkout', '-q', base);
	const ours = repo.commit('ours', {'a.txt': 'one\n2\n3\n4\n5\n', 'b.txt': 'b\n'});
	repo.git('checkout', '-q', base);
	const against = repo.commit('against', {'a.txt': '1\n2\n3\n4\nfünf\n'});
	repo.git('checkout', '-q', theirs);
	const wanted = oid(repo.git('merge-tree', '--write-tree', ours, theirs));
	const treeOf = (commit: string) => oid(repo.git('rev-parse', `${commit}^{tree}`));
	const side = (commit: string) => ({tree: treeOf(commit), commit: oid(commit)});
	const view = await openView(await findPlace(repo.root), tempFolder());
	const can = abilitiesOf(view.version);
	const picker = openPicker(view, view.scratch('merged'), {...can, flushes: flushes ?? can.flushes}, stuckMs);
	try {
		for (let i = 0; i < 5; i++) {
			expect(await picker.merge(side(base), treeOf(ours), side(theirs))).toEqual({
				tree: wanted,
				clean: true,
				conflicts: [],
			});
			const refused = await picker.merge(side(base), treeOf(against), side(theirs));
			expect([refused.clean, refused.conflicts]).toEqual([false, ['a.txt']]);
		}
	} finally {
		await picker.close();
	}
}

// A git before 2.49 that is believed to answer at once keeps the answer in its buffer.
test('an answer that is stuck in a buffer is asked for again, one process per merge', () => merges(20, true));

test('a slow answer is waited for, however early it is doubted', () => merges(0, undefined));
