// Room: stages. Lock files that a clean merge left behind their manifests: what npm's locks do not say of what the chosen changes
// ask for. Cheap: nothing is read where no manifest was touched. Knows git by its port only.

import {foldersIn, misfits} from '../../domain/anew/npm-lock.ts';
import type {Change} from '../../domain/change.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Repository} from '../../ports/repository.ts';

const LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'];
const MOST_FOLDERS = 60;
/** Bytes: lock files of large monorepos are tens of megabytes. */
const MOST_LOCK = 64_000_000;

const split = (path: string): [folder: string, name: string] => {
	const at = path.lastIndexOf('/');
	return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
};
const inside = (folder: string, name: string) => (folder === '' ? name : name === '' ? folder : `${folder}/${name}`);
const upwards = (folder: string): string[] => [folder, ...(folder === '' ? [] : upwards(split(folder)[0]))];

/** By path of the lock, what it lacks in words; only what the base's own did not lack already. */
export async function staleLocks(
	repository: Repository,
	release: {readonly commit: Oid; readonly base: Oid},
	picks: readonly Change[],
): Promise<ReadonlyMap<string, readonly string[]>> {
	const touched = picks.flatMap(({files}) => files.map(({path}) => split(path)));
	const folders = new Set(
		touched.filter(([, name]) => name === 'package.json' || LOCKS.includes(name)).map(([folder]) => folder),
	);
	const places = new Set(
		[...folders].flatMap(upwards).filter((folder) => !/(?:^|\/)node_modules(?:\/|$)/.test(folder)),
	);
	const found = new Map<string, readonly string[]>();
	for (const place of [...places].sort().slice(0, MOST_FOLDERS)) {
		for (const name of LOCKS) {
			const path = inside(place, name);
			const lock = await repository.file(release.commit, path, MOST_LOCK);
			if (lock === undefined) continue;
			const missing = misfits(lock, await manifestsOf(repository, release.commit, place, lock, folders));
			// npm reads the shrinkwrap alone where there is one.
			if (missing.length === 0) break;
			const before = await repository.file(release.base, path, MOST_LOCK);
			const known =
				before === undefined ? [] : misfits(before, await manifestsOf(repository, release.base, place, before));
			const fresh = missing.filter((one) => !known.includes(one));
			if (fresh.length > 0) found.set(path, fresh);
			break;
		}
	}
	return found;
}

/** The manifests that a lock speaks of, and those of the folders below it that were touched. */
export async function manifestsOf(
	repository: Pick<Repository, 'files'>,
	at: Oid,
	place: string,
	lock: string,
	touched: Iterable<string> = [],
): Promise<ReadonlyMap<string, string>> {
	const below = [...touched].flatMap((folder) => {
		if (place === '') return [folder];
		return folder.startsWith(`${place}/`) ? [folder.slice(place.length + 1)] : [];
	});
	const folders = [...new Set([...foldersIn(lock), ...below])];
	const texts = await repository.files(
		folders.map((folder) => ({at, path: inside(place, inside(folder, 'package.json'))})),
	);
	return new Map(
		folders.flatMap((folder, i) => {
			const text = texts[i];
			return text === undefined ? [] : [[folder, text] as const];
		}),
	);
}
