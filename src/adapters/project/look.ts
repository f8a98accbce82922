// Room: adapters. A bounded look around a repository: which files are there and what the small ones say. Runs nothing.

import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {readJson} from '../../domain/json.ts';
import {peek} from './inside.ts';

export interface Look {
	has(path: string): Promise<boolean>;
	/** Empty when it is absent, no plain file of the repository, or over 200 kB. */
	text(path: string): Promise<string>;
	/** Undefined when it is not there or no JSON. */
	json(path: string): Promise<unknown>;
	/** Names in a folder, sorted; empty when it is absent. */
	list(folder: string): Promise<readonly string[]>;
	first(paths: readonly string[]): Promise<string | undefined>;
	/** Paths of files below the root, at most `most`, vendored and generated folders left out. */
	walk(wanted: (path: string) => boolean, most: number): Promise<readonly string[]>;
}

const SKIPPED = new Set([
	...['node_modules', 'vendor', 'dist', 'build', 'target', 'coverage', 'venv', 'env', '__pycache__', 'third_party'],
	...['orchestration', 'deployment_memory'],
]);
/** Folders that one walk opens at most: enough for any service, and a bound for a monorepo. */
const MOST_FOLDERS = 2000;

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function lookAround(root: string): Look {
	const look: Look = {
		has: (path) =>
			stat(join(root, path)).then(
				() => true,
				() => false,
			),
		text: async (path) => (await peek(root, path)) ?? '',
		async json(path) {
			const read = readJson(await look.text(path));
			return read.ok ? read.value : undefined;
		},
		list: async (folder) => (await readdir(join(root, folder)).catch(() => [])).sort(),
		async first(paths) {
			for (const path of paths) if (await look.has(path)) return path;
			return undefined;
		},
		async walk(wanted, most) {
			const found: string[] = [];
			const waiting = [''];
			for (let opened = 0; opened < MOST_FOLDERS && found.length < most; opened++) {
				const folder = waiting.shift();
				if (folder === undefined) break;
				const entries = await readdir(join(root, folder), {withFileTypes: true}).catch(() => []);
				for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
					const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
					if (entry.isDirectory()) {
						if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) waiting.push(path);
					} else if (entry.isFile() && wanted(path) && found.length < most) found.push(path);
				}
			}
			return found;
		},
	};
	return look;
}
