// Room: adapters. Branch names read from the files of a git directory, for `init`, which runs nothing: not even git.
// Everything that matters later asks git itself.

import {readdir, readFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {isSafeRefName} from '../../domain/project-schema.ts';

export interface Branches {
	readonly local: readonly string[];
	/** Of the checked-out branch; undefined when HEAD is detached. */
	readonly current?: string;
	/** What the remote `origin` calls its default. */
	readonly remoteDefault?: string;
}

const MOST = 2000;
const text = (path: string) => readFile(path, 'utf8').catch(() => '');

async function below(folder: string, prefix = '', depth = 0): Promise<string[]> {
	if (depth > 8) return [];
	const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
	const found: string[] = [];
	for (const entry of entries.slice(0, MOST)) {
		const name = `${prefix}${entry.name}`;
		if (entry.isDirectory()) found.push(...(await below(join(folder, entry.name), `${name}/`, depth + 1)));
		else if (entry.isFile()) found.push(name);
	}
	return found;
}

/** Undefined when `root` is not the top of a git work tree. */
export async function readBranches(root: string): Promise<Branches | undefined> {
	const dotGit = join(root, '.git');
	const pointer = /^gitdir: (.+)$/m.exec(await text(dotGit))?.[1];
	const own = pointer === undefined ? dotGit : resolve(root, pointer.trim());
	const head = (await text(join(own, 'HEAD'))).trim();
	if (head === '') return undefined;
	// A linked work tree keeps its HEAD to itself and the branches in the common folder.
	const shared = (await text(join(own, 'commondir'))).trim();
	const common = shared === '' ? own : resolve(own, shared);
	const packed = (await text(join(common, 'packed-refs'))).matchAll(/^[0-9a-f]{40,64} refs\/heads\/(.+)$/gm);
	const names = new Set([...(await below(join(common, 'refs', 'heads'))), ...[...packed].map((m) => m[1] ?? '')]);
	const current = /^ref: refs\/heads\/(.+)$/.exec(head)?.[1];
	const remote = /^ref: refs\/remotes\/origin\/(.+)$/m.exec(await text(join(common, 'refs/remotes/origin/HEAD')))?.[1];
	return {
		local: [...names].filter(isSafeRefName).sort(),
		...(current !== undefined && isSafeRefName(current) ? {current} : {}),
		...(remote !== undefined && isSafeRefName(remote) ? {remoteDefault: remote} : {}),
	};
}
