// Room: tests. What is kept below .orchestra/releases/ when a deployment has ended.

import {mkdirSync, readdirSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {pruneReleases} from '../../src/cli/compose.ts';
import type {DeploymentId} from '../../src/domain/ids.ts';
import {tempFolder} from '../kit/temp.ts';

test('what was left of making files anew goes with its deployment, and takes no release’s place', async () => {
	const stateFolder = tempFolder();
	const folder = join(stateFolder, 'releases');
	const open = '20260109_100000' as DeploymentId;
	for (const [n, id] of ['20260101_100000', '20260102_100000', '20260103_100000', open].entries()) {
		mkdirSync(join(folder, `${id}-regenerate`, 'tree'), {recursive: true});
		writeFileSync(join(folder, `${id}-regenerated.json`), '{}');
		// The newest one that is closed was stopped before it was laid out.
		if (n === 2) continue;
		mkdirSync(join(folder, id));
		writeFileSync(join(folder, `${id}.json`), '{}');
		utimesSync(join(folder, id), 1000 + n, 1000 + n);
	}
	const place = {stateFolder, target: {observe: async () => undefined}, memory: {openDeployment: async () => open}};
	await pruneReleases(place, 3);
	const kept = [open, '20260101_100000', '20260102_100000'];
	const own = [`${open}-regenerate`, `${open}-regenerated.json`];
	expect(readdirSync(folder).sort()).toEqual([...kept.flatMap((id) => [id, `${id}.json`]), ...own].sort());
});
