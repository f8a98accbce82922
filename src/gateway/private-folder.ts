// Room: gateway. Folders that only this user can enter.

import {chmodSync, lstatSync, mkdirSync} from 'node:fs';
import {userInfo} from 'node:os';

/** Makes the folder with mode 0700. A looser mode is tightened; a link or somebody else's folder is refused. */
export function privateFolder(folder: string): void {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	const found = lstatSync(folder);
	if (!found.isDirectory() || found.uid !== userInfo().uid) throw new Error(`${folder} is not a folder of ours`);
	if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
