// Room: adapters. history/index.jsonl: one compact summary per line, append-only. It is read from its end, so that a screen
// opens at once on a hundred thousand deployments. A bad line costs that line only, and is counted.

import {constants} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import type {Summary} from '../../domain/summary.ts';
import {diskFault, writeAtomic} from '../files/atomic.ts';
import {parseGuarded} from './guarded-json.ts';
import {codeOf, type Place} from './place.ts';
import {parseSummary} from './schema.ts';

const CHUNK = 1024 * 1024;
const TAIL_CHUNK = 64 * 1024;
/** A longer line is nothing Orchestra wrote. */
const MAX_LINE = 4 * 1024 * 1024;

export interface IndexReading {
	/** As they stand in the file, oldest first; an id may be there more than once (corrections). */
	readonly summaries: readonly Summary[];
	readonly bad: number;
	/** False when there is no index file at all. */
	readonly there: boolean;
}

export interface IndexFile {
	all(): Promise<IndexReading>;
	/** The newest `limit` deployments without reading the rest, newest first, each with its last correction. */
	newest(limit: number): Promise<IndexReading>;
	append(summary: Summary): Promise<void>;
	/** Replaces the whole index atomically. */
	rewrite(summaries: readonly Summary[]): Promise<void>;
}

/** Undefined for a line that is not a summary. Never throws. */
function parseLine(line: Uint8Array): Summary | undefined {
	const parsed = parseGuarded(line, MAX_LINE);
	return parsed.ok ? parseSummary(parsed.value) : undefined;
}

export function indexAt(place: Place, path: string): IndexFile {
	const opened = async <T>(work: (handle: FileHandle) => Promise<T>): Promise<T | undefined> => {
		if (!(await place.check(path, 'file'))) return undefined;
		try {
			const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
			try {
				return await work(handle);
			} finally {
				await handle.close();
			}
		} catch (error) {
			if (codeOf(error) === 'ENOENT') return undefined;
			throw diskFault(path, error);
		}
	};

	return {
		async all() {
			const summaries: Summary[] = [];
			let bad = 0;
			const there = await opened(async (handle) => {
				for await (const line of linesForward(handle)) {
					const summary = line === undefined ? undefined : parseLine(line);
					if (summary === undefined) bad++;
					else summaries.push(summary);
				}
				return true;
			});
			return {summaries, bad, there: there === true};
		},
		async newest(limit) {
			const found = new Map<string, Summary>();
			const corrected = new Map<string, Summary>();
			let bad = 0;
			const there = await opened(async (handle) => {
				for await (const line of linesBackward(handle)) {
					const summary = line === undefined ? undefined : parseLine(line);
					if (summary === undefined) bad++;
					// A correction says nothing of how new the deployment is: it waits for the line it belongs to.
					else if (summary.correction !== undefined) {
						if (!corrected.has(summary.id)) corrected.set(summary.id, summary);
					} else if (!found.has(summary.id)) {
						found.set(summary.id, corrected.get(summary.id) ?? summary);
						corrected.delete(summary.id);
						if (found.size >= limit) break;
					}
				}
				return true;
			});
			// At the beginning of the file, what still waits for its line has lost it: the correction holds all of it.
			const orphans = found.size < limit ? [...corrected.values()] : [];
			return {summaries: [...found.values(), ...orphans], bad, there: there === true};
		},
		append: (summary) => place.appendLine(path, JSON.stringify(summary)),
		async rewrite(summaries) {
			await place.check(path, 'file');
			await writeAtomic(path, Buffer.concat(summaries.map((s) => Buffer.from(`${JSON.stringify(s)}\n`))));
		},
	};
}

/** Each line's bytes; undefined for one that is too long. Blank lines are no lines. */
async function* linesForward(handle: FileHandle): AsyncGenerator<Buffer | undefined> {
	const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK, (await handle.stat()).size)));
	let rest: Buffer[] = [];
	let length = 0;
	for (let at = 0; ; ) {
		const {bytesRead} = await handle.read(chunk, 0, chunk.length, at);
		if (bytesRead === 0) break;
		at += bytesRead;
		let start = 0;
		for (;;) {
			const end = chunk.subarray(0, bytesRead).indexOf(0x0a, start);
			if (end < 0) break;
			const part = chunk.subarray(start, end);
			start = end + 1;
			length += part.length;
			if (length > MAX_LINE) yield undefined;
			else if (length > 0) yield rest.length === 0 ? part : Buffer.concat([...rest, part]);
			rest = [];
			length = 0;
		}
		const left = chunk.subarray(start, bytesRead);
		length += left.length;
		// What is too long is counted on, but not kept.
		if (length <= MAX_LINE) rest.push(Buffer.from(left));
		else rest = [];
	}
	if (length > MAX_LINE) yield undefined;
	else if (length > 0) yield Buffer.concat(rest);
}

async function* linesBackward(handle: FileHandle): AsyncGenerator<Buffer | undefined> {
	let {size: at} = await handle.stat();
	let rest: Buffer[] = [];
	let length = 0;
	const flush = () => {
		const line = length > MAX_LINE ? undefined : Buffer.concat(rest);
		rest = [];
		length = 0;
		return line;
	};
	while (at > 0) {
		const size = Math.min(TAIL_CHUNK, at);
		at -= size;
		const chunk = Buffer.allocUnsafe(size);
		await handle.read(chunk, 0, size, at);
		let end = size;
		for (;;) {
			const start = end === 0 ? -1 : chunk.lastIndexOf(0x0a, end - 1);
			const part = chunk.subarray(start + 1, end);
			length += part.length;
			if (length <= MAX_LINE) rest.unshift(part);
			else rest = [];
			if (start < 0) break;
			if (length > 0) yield flush();
			end = start;
		}
	}
	if (length > 0) yield flush();
}
