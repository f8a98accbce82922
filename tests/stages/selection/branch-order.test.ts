// Room: tests. Changes are applied in the order of their branch, whatever the clocks of those who made them said.

import {expect, test} from 'vitest';
import {rulesOnly} from '../../../src/adapters/ai/rules-only.ts';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {createDiscovery} from '../../../src/stages/discovery/stage.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {tempRepo} from '../../kit/temp.ts';

test('behind a merge from the base, a clock that is slow puts nobody before what it rests on', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: first', {'a.txt': 'first\n'}, {date: '2026-03-05T09:00:00Z'});
	repo.git('checkout', '-q', 'main');
	repo.commit('hotfix', {'b.txt': '1\n'});
	repo.git('checkout', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', "Merge branch 'main' into dev", 'main');
	repo.commit('fix: second', {'a.txt': 'second\n'}, {date: '2026-02-05T09:00:00Z'});

	const repository = await openRepository(repo.root, {clock: systemClock});
	const parts = {repository, detectors: [], base: 'main', dev: 'dev', live: async () => undefined};
	const found = await createDiscovery(parts).perform({}, fakeStand());
	if (found.kind !== 'finished') throw new Error(JSON.stringify(found));
	const discovery = found.output;
	const second = discovery.features.find(({title}) => title === 'Second')?.id ?? '';
	const stage = createSelection({repository, memory: fakeMemory(), ranker: rulesOnly('AI off'), tag: 'v{version}'});
	const chosen = await stage.perform({discovery}, fakeStand({batch: second}));
	expect(chosen).toMatchObject({
		kind: 'finished',
		output: {
			chosen: {length: 2},
			pulledIn: [{because: expect.stringContaining('“Second” needs it')}],
			proof: {equal: true},
		},
	});
});
