// Room: tests. Opening a real repository, gathering what it streams, and hashing every byte of it.

import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import type {Change} from '../../../src/domain/change.ts';
import {asOid, type Oid} from '../../../src/domain/ids.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {fakeClock} from '../../kit/clock.ts';

export const open = (cwd: string, stateFolder?: string): Promise<Repository> =>
	openRepository(cwd, {clock: fakeClock(), ...(stateFolder ? {stateFolder: () => stateFolder} : {})});

export const oid = (text: string): Oid => asOid(text);

export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];
	for await (const one of source) list.push(one);
	return list;
}

export async function changesOf(repository: Repository, base = 'main', dev = 'dev'): Promise<Change[]> {
	return all(repository.changes(await repository.resolve(base), await repository.resolve(dev)));
}

/** Path → digest of content and mode, of everything below a folder. */
export function fingerprint(folder: string, except: readonly string[] = []): Map<string, string> {
	const found = new Map<string, string>();
	const walk = (path: string, name: string) => {
		if (except.includes(name)) return;
		const status = lstatSync(path);
		if (status.isDirectory())
			for (const child of readdirSync(path)) walk(join(path, child), name ? `${name}/${child}` : child);
		else {
			const bytes = status.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
			found.set(name, `${status.mode} ${createHash('sha256').update(bytes).digest('hex')}`);
		}
	};
	walk(folder, '');
	return found;
}
