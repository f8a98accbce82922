// Room: adapters. What git said about object ids, kept: objects never change, so the answer stays true for ever. Kept are
// git's own bytes and not what was concluded from them, so that a newer Orchestra reads the same commits with newer eyes.
// Whatever is wrong with a kept answer (cut off, altered, unreadable), git is asked again. Never fatal.

import {createHash, randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {type FileHandle, lstat, mkdir, open, readdir, readFile, rename, stat, unlink, utimes} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {crc32} from 'node:zlib';
import type {View} from './view.ts';

/** Raise it when the arguments no longer say everything that an answer depends on. */
const FORMAT = 1;
/** Bytes of one answer beyond which it is not kept, and of all of them together. */
const MOST_BYTES = 48_000_000;
const MOST_TOGETHER = 200_000_000;
const MOST_FILES = 60;
const PIECE = 262_144;
/** Below this git is as quick as the cache. */
const LEAST_BYTES = 16_384;

const trailerOf = (bytes: number, sum: number) => `\norchestra ${FORMAT} ${bytes} ${sum.toString(16)}\n`;
const TRAILER = /\norchestra \d+ (\d{1,9}) ([0-9a-f]{1,8})\n$/;

const folderOf = (view: View) => join(dirname(view.dir), 'cache');

/** Answers that are on their way to the disk. */
const WRITING = new Map<string, Promise<void>>();

/** Until all that was read so far lies on the disk, as far as it is kept. Nobody needs to wait for it but who looks there. */
export async function allKept(): Promise<void> {
	await Promise.all(WRITING.values());
}

/** Git's answer to arguments that name only full object ids, from the cache or from git. Faults: as `view.stream`. */
export async function* cachedStream(
	view: View,
	args: readonly string[],
	signal?: AbortSignal,
	input?: string,
): AsyncGenerator<Buffer> {
	const key = createHash('sha256')
		.update(JSON.stringify([FORMAT, args, input ?? '']))
		.digest('hex')
		.slice(0, 40);
	const file = join(folderOf(view), `git-${key}`);
	await WRITING.get(file);
	const known = existsSync(file) ? await read(file) : undefined;
	if (known) {
		signal?.throwIfAborted();
		for (let at = 0; at < known.length; at += PIECE) yield known.subarray(at, at + PIECE);
		return;
	}
	const keeping = keeper(file);
	let whole = false;
	try {
		for await (const part of view.stream(args, {signal, ...(input === undefined ? {} : {input})})) {
			keeping.add(part);
			yield part;
		}
		whole = true;
	} finally {
		// Nobody waits for the disk; who asks the same again meanwhile does.
		const writing = keeping.close(whole).finally(() => WRITING.delete(file));
		WRITING.set(file, writing);
	}
}

async function read(file: string): Promise<Buffer | undefined> {
	try {
		const status = await lstat(file);
		if (!status.isFile() || status.size > MOST_BYTES + 100) return undefined;
		const bytes = await readFile(file);
		const found = TRAILER.exec(bytes.toString('latin1', Math.max(0, bytes.length - 64)));
		if (!found) return undefined;
		const body = bytes.subarray(0, bytes.length - found[0].length);
		if (body.length !== Number(found[1]) || crc32(body) !== Number.parseInt(found[2] ?? '', 16)) return undefined;
		// The one that is used stays when others are thrown away.
		await utimes(file, new Date(), new Date()).catch(() => undefined);
		return body;
	} catch {
		return undefined;
	}
}

const answerFile = (view: View, question: string) =>
	join(folderOf(view), `git-${createHash('sha256').update(`${FORMAT} ${question}`).digest('hex').slice(0, 40)}`);

/** A short answer that was found out about object ids before. */
export async function kept(view: View, question: string): Promise<string | undefined> {
	return (await read(answerFile(view, question)))?.toString('utf8');
}

/** @param question names full object ids and what is asked of them, and nothing else decides the answer. */
export async function keep(view: View, question: string, answer: string): Promise<void> {
	const keeping = keeper(answerFile(view, question), 1);
	keeping.add(Buffer.from(answer));
	await keeping.close(true);
}

interface Keeper {
	add(part: Buffer): void;
	/** @param whole whether everything was added; otherwise nothing is kept. */
	close(whole: boolean): Promise<void>;
}

/** Writes beside the reading, in few large pieces, so that the scan does not wait for the disk. */
function keeper(file: string, least = LEAST_BYTES): Keeper {
	let bytes = 0;
	let sum = 0;
	let parts: Buffer[] = [];
	let held = 0;
	let handle: Promise<FileHandle | undefined> | undefined;
	let last: Promise<unknown> = Promise.resolve();
	let failed = false;
	const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
	const flush = () => {
		const piece = parts;
		parts = [];
		held = 0;
		handle ??= openPlain(temporary);
		const opened = handle;
		last = last
			.then(async () => (await opened)?.writev(piece))
			.catch(() => {
				failed = true;
			});
	};
	return {
		add(part) {
			bytes += part.length;
			if (bytes > MOST_BYTES) {
				failed = true;
				parts = [];
				return;
			}
			sum = crc32(part, sum);
			parts.push(part);
			held += part.length;
			if (held >= 4 * PIECE) flush();
		},
		async close(whole) {
			const good = whole && !failed && bytes >= least;
			if (!good && !handle) return;
			if (good) {
				parts.push(Buffer.from(trailerOf(bytes, sum)));
				flush();
			}
			await last;
			const opened = await handle;
			if (!opened) return;
			await opened.close().catch(() => undefined);
			try {
				if (good && !failed) {
					await rename(temporary, file);
					await sweep(dirname(file));
				} else await unlink(temporary);
			} catch {
				// A cache that cannot be written is no reason to stop.
			}
		},
	};
}

/** Undefined when the folder is not a real one of ours, or cannot be written. */
async function openPlain(file: string): Promise<FileHandle | undefined> {
	try {
		const folder = dirname(file);
		await mkdir(folder, {recursive: true, mode: 0o700});
		const status = await lstat(folder);
		if (!status.isDirectory() || (process.getuid !== undefined && status.uid !== process.getuid())) return undefined;
		return await open(file, 'wx', 0o600);
	} catch {
		return undefined;
	}
}

const HOUR = 3_600_000;

/** The oldest go when it is too much; so does what a killed process left half-written. */
async function sweep(folder: string): Promise<void> {
	const names = (await readdir(folder)).filter((name) => name.startsWith('git-'));
	const files = await Promise.all(
		names.map(async (name) => {
			const path = join(folder, name);
			const status = await stat(path).catch(() => undefined);
			return {path, size: status?.size ?? 0, at: status?.mtimeMs ?? 0, half: name.endsWith('.tmp')};
		}),
	);
	let together = 0;
	let count = 0;
	for (const {path, size, at, half} of files.sort((a, b) => b.at - a.at)) {
		if (half) {
			if (Date.now() - at > HOUR) await unlink(path).catch(() => undefined);
			continue;
		}
		together += size;
		count++;
		if (together > MOST_TOGETHER || count > MOST_FILES) await unlink(path).catch(() => undefined);
	}
}
