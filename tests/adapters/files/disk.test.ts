// Room: tests. How much room releases take, in real folders.

import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {diskOf} from '../../../src/adapters/files/disk.ts';
import {tempFolder} from '../../kit/temp.ts';

test('the newest release is measured, links are not followed, and a large one is cut short', async () => {
	const folder = tempFolder();
	for (const [name, size, seconds] of [
		['20260101_100000', 500_000, 1000],
		['20260102_100000', 300, 2000],
		['base+d95ae5ed', 500_000, 3000],
		['20260102_100000-regenerate', 500_000, 3000],
	] as const) {
		mkdirSync(join(folder, name, 'inside'), {recursive: true});
		writeFileSync(join(folder, name, 'inside', 'file'), 'x'.repeat(size));
		writeFileSync(join(folder, name, 'other'), 'x'.repeat(size));
		utimesSync(join(folder, name), seconds, seconds);
	}
	const newest = join(folder, '20260102_100000');
	symlinkSync('/', join(newest, 'inside', 'world'));
	for (let n = 0; n < 20; n++) writeFileSync(join(newest, 'inside', `small${n}`), 'x');
	utimesSync(newest, 2000, 2000);
	const {release, free} = await diskOf(folder);
	expect(release?.least).toBe(false);
	// Each small file takes a block at least.
	expect(release?.bytes).toBeGreaterThanOrEqual(22 * 512);
	expect(release?.bytes).toBeLessThan(400_000);
	expect(free).toBeGreaterThan(0);
	expect((await diskOf(folder, 1)).release?.least).toBe(true);
});

test('where nothing was released yet only what is free is known', async () => {
	const found = await diskOf(join(tempFolder(), 'not', 'there'));
	expect(found.release).toBeUndefined();
	expect(found.free).toBeGreaterThan(0);
});
