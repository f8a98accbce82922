// Room: adapters. Paths below the repository that may be trusted. A committed link such as `deployment_memory → ../outside`
// would otherwise carry every write out of the repository, so each component is looked at before it is used.

import {constants} from 'node:fs';
import {lstat, mkdir, open} from 'node:fs/promises';
import {dirname, join, relative, sep} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import {diskFault, syncFolder} from '../files/atomic.ts';

export interface Place {
	/** The repository. It is trusted as it is; everything below is looked at. */
	readonly root: string;
	/** `<root>/deployment_memory`. */
	readonly base: string;
	/** The joined path below `base`. Parts are names that Orchestra made or has checked. */
	at(...parts: string[]): string;
	/** Looks at every component down to `path`. False when one is missing. Faults: MEMORY_UNSAFE. */
	check(path: string, leaf: 'file' | 'folder'): Promise<boolean>;
	/** Makes the folder and those above it, durably. Faults: MEMORY_UNSAFE, DISK. */
	ensure(folder: string): Promise<void>;
	/** The bytes of a plain file, at most `maxBytes + 1` of them; undefined when absent. Faults: MEMORY_UNSAFE, DISK. */
	bytes(path: string, maxBytes: number): Promise<Buffer | undefined>;
	/** Appends and syncs. A line that a crash tore off before is closed first, so that it spoils only itself. Faults: DISK, MEMORY_UNSAFE. */
	appendLine(path: string, line: string): Promise<void>;
}

/** `as`: errors of node carry a code. */
export const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;

const OURS = ['deployment_memory', '.orchestra'];

export function placeIn(root: string): Place {
	const base = join(root, 'deployment_memory');
	const own = process.getuid?.();

	const check = async (path: string, leaf: 'file' | 'folder'): Promise<boolean> => {
		const names = relative(root, path).split(sep);
		if (names.includes('..') || !OURS.includes(names[0] ?? '')) raise('MEMORY_UNSAFE', {with: {path}});
		let at = root;
		for (const [index, name] of names.entries()) {
			at = join(at, name);
			const seen = await lstat(at).catch((error: unknown) => {
				if (codeOf(error) === 'ENOENT') return undefined;
				throw diskFault(at, error);
			});
			if (seen === undefined) return false;
			const plain = index === names.length - 1 && leaf === 'file' ? seen.isFile() : seen.isDirectory();
			if (!plain || (own !== undefined && seen.uid !== own && !(await sharedWithRoot(own, seen.uid))))
				raise('MEMORY_UNSAFE', {with: {path: at}});
		}
		return true;
	};

	/** The superuser (a container) works on a repository that belongs to somebody: then that owner is as good as itself. */
	const sharedWithRoot = async (uid: number, owner: number) => uid === 0 && (await lstat(root)).uid === owner;

	return {
		root,
		base,
		at: (...parts) => join(base, ...parts),
		check,
		async ensure(folder) {
			if (await check(folder, 'folder')) return;
			let at = root;
			for (const name of relative(root, folder).split(sep)) {
				const parent = at;
				at = join(at, name);
				try {
					await mkdir(at, 0o755);
					await syncFolder(parent);
				} catch (error) {
					if (codeOf(error) !== 'EEXIST') throw diskFault(at, error);
				}
			}
			await check(folder, 'folder');
		},
		async bytes(path, maxBytes) {
			if (!(await check(path, 'file'))) return undefined;
			try {
				const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
				try {
					const size = Math.min((await handle.stat()).size, maxBytes + 1);
					const buffer = Buffer.alloc(size);
					let read = 0;
					while (read < size) {
						const {bytesRead} = await handle.read(buffer, read, size - read, read);
						if (bytesRead === 0) break;
						read += bytesRead;
					}
					return buffer.subarray(0, read);
				} finally {
					await handle.close();
				}
			} catch (error) {
				if (codeOf(error) === 'ENOENT') return undefined;
				if (codeOf(error) === 'ELOOP') raise('MEMORY_UNSAFE', {with: {path}});
				throw diskFault(path, error);
			}
		},
		async appendLine(path, line) {
			const there = await check(path, 'file');
			const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
			try {
				const handle = await open(path, flags, 0o644);
				try {
					const {size} = await handle.stat();
					const last = Buffer.alloc(1);
					if (size > 0) await handle.read(last, 0, 1, size - 1);
					await handle.appendFile(size > 0 && last[0] !== 0x0a ? `\n${line}\n` : `${line}\n`);
					await handle.datasync();
				} finally {
					await handle.close();
				}
				if (!there) await syncFolder(dirname(path));
			} catch (error) {
				throw diskFault(path, error);
			}
		},
	};
}
