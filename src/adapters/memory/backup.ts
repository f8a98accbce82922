// Room: adapters. A copy of the whole memory before it is deleted.

import {cp, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {diskFault, syncFolder} from '../files/atomic.ts';
import {type Desk, stamp} from './document.ts';

/** A whole copy, complete before it has its name. Links are copied as links. */
export async function backUp({place, clock}: Desk): Promise<string> {
	const folder = join(place.root, '.orchestra', 'backups');
	await place.ensure(folder);
	for (let n = 1; ; n++) {
		const backup = join(folder, `deployment_memory-${stamp(clock.now())}${n === 1 ? '' : `-${n}`}`);
		if (await place.check(backup, 'folder')) continue;
		const half = `${backup}.${process.pid}.part`;
		try {
			await cp(place.base, half, {recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true});
			await rename(half, backup);
			await syncFolder(folder);
			return backup;
		} catch (error) {
			await rm(half, {recursive: true, force: true}).catch(() => undefined);
			throw diskFault(backup, error);
		}
	}
}
