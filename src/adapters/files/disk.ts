// Room: adapters. How much room releases take on the disk: the newest one's folder, and what is free. Only looks.

import {lstat, readdir, statfs} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Disk} from '../../domain/advice/recommend.ts';
import {isDeploymentId} from '../../domain/ids.ts';

/** Files that are counted; a release with more of them is said to be larger than what was counted. */
const MOST_FILES = 20_000;
/** Bytes that `blocks` counts in, whatever the file system's own are. */
const BLOCK = 512;

/** @param folder of the releases; it need not exist. Links are counted, not followed. */
export async function diskOf(folder: string, most = MOST_FILES): Promise<Disk> {
	const names = await readdir(folder, {withFileTypes: true}).catch(() => []);
	const folders = await Promise.all(
		names
			// Beside releases lie the base that was started to go back to, and what a killed process left of its work.
			.filter((entry) => entry.isDirectory() && isDeploymentId(entry.name))
			.map(async ({name}) => ({path: join(folder, name), at: (await lstat(join(folder, name))).mtimeMs})),
	);
	const newest = folders.toSorted((a, b) => b.at - a.at)[0];
	const free = await freeAt(folder);
	return {
		...(newest === undefined ? {} : {release: await sizeOf(newest.path, most)}),
		...(free === undefined ? {} : {free}),
	};
}

async function sizeOf(top: string, most: number): Promise<{bytes: number; least: boolean}> {
	const waiting = [top];
	let [bytes, files] = [0, 0];
	for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
		for (const entry of await readdir(path, {withFileTypes: true}).catch(() => [])) {
			const inside = join(path, entry.name);
			if (entry.isDirectory()) waiting.push(inside);
			else if (++files > most) return {bytes, least: true};
			// Blocks, not sizes: it stands beside what is free, and a thousand small files take a thousand blocks.
			bytes += ((await lstat(inside).catch(() => undefined))?.blocks ?? 0) * BLOCK;
		}
	}
	return {bytes, least: false};
}

/** Of the nearest folder that exists. */
async function freeAt(folder: string): Promise<number | undefined> {
	for (let path = folder; ; path = dirname(path)) {
		const found = await statfs(path).catch(() => undefined);
		if (found) return found.bavail * found.bsize;
		if (path === dirname(path)) return undefined;
	}
}
