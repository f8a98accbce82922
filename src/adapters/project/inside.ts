// Room: adapters. Reading files of the repository that must really be in it: a committed link to /etc/passwd or a pipe
// that never ends is not read.

import {constants} from 'node:fs';
import {open, realpath} from 'node:fs/promises';
import {isAbsolute, join, relative} from 'node:path';

export type Inside =
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'absent'}
	| {readonly kind: 'refused'; readonly why: string};

/** `as`: errors of node carry a code. */
export const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;

export function isBelow(root: string, path: string): boolean {
	const way = relative(root, path);
	return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

/** UTF-8 text of a plain file below `root`, links followed but not out of it. Never throws on what it finds. */
export async function readInside(root: string, path: string, maxBytes = 1_000_000): Promise<Inside> {
	try {
		const real = await realpath(join(root, path));
		if (!isBelow(await realpath(root), real)) return {kind: 'refused', why: 'it leads out of the repository'};
		const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const seen = await handle.stat();
			if (!seen.isFile()) return {kind: 'refused', why: 'it is not a plain file'};
			if (seen.size > maxBytes) return {kind: 'refused', why: `it is larger than ${Math.round(maxBytes / 1000)} kB`};
			return {kind: 'text', text: new TextDecoder('utf-8', {fatal: true}).decode(await handle.readFile())};
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return {kind: 'absent'};
		if (error instanceof TypeError) return {kind: 'refused', why: 'it is not UTF-8 text'};
		return {kind: 'refused', why: error instanceof Error ? error.message : String(error)};
	}
}

/** The text, or undefined when it is not there or not to be read. For looking around. */
export async function peek(root: string, path: string, maxBytes = 200_000): Promise<string | undefined> {
	const found = await readInside(root, path, maxBytes);
	return found.kind === 'text' ? found.text : undefined;
}
