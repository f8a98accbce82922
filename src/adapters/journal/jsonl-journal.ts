// Room: adapters. The journal: one JSON line per record, appended by one write each, synced at step boundaries. A torn tail
// (crash or power cut in the middle of a write) is dropped and reported; damage in the middle is said and never skipped over.

import {isUtf8} from 'node:buffer';
import type {FileHandle} from 'node:fs/promises';
import {constants, copyFile, open, readFile, truncate} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import type {Body, DeploymentEvent} from '../../domain/deployment/event.ts';
import {raise} from '../../domain/fault/fault.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Journal} from '../../ports/journal.ts';
import {diskFault, syncFolder} from '../files/atomic.ts';
import type {CrashPoint} from './crash-point.ts';
import {decode, encode} from './record.ts';

export interface Reading {
	readonly events: DeploymentEvent[];
	/** Bytes after the last whole record. */
	readonly tornBytes: number;
	/** Bytes that hold the whole records. */
	readonly wholeBytes: number;
	/** Sequence number that should have come where the journal is damaged although whole records follow. */
	readonly damagedAt?: number;
}

/** Reads text that may end anywhere. Whole records in sequence count; the first that is not ends the reading. */
export function readRecords(bytes: Buffer): Reading {
	const events: DeploymentEvent[] = [];
	let at = 0;
	while (at < bytes.length) {
		const end = bytes.indexOf(0x0a, at);
		if (end < 0) break;
		// What is no text would be read as the replacement character, which the record may hold itself.
		const event = isUtf8(bytes.subarray(at, end)) ? decode(bytes.toString('utf8', at, end)) : undefined;
		if (event?.seq !== events.length + 1) break;
		events.push(event);
		at = end + 1;
	}
	const rest = bytes.subarray(at);
	const later = rest
		.toString('utf8')
		.split('\n')
		.slice(1)
		.some((line) => decode(line) !== undefined);
	return {events, tornBytes: rest.length, wholeBytes: at, ...(later ? {damagedAt: events.length + 1} : {})};
}

/** Reads a journal without opening it for writing. A missing file is an empty journal. */
export async function readJournal(file: string): Promise<Reading> {
	try {
		return readRecords(await readFile(file));
	} catch (error) {
		// `as`: node's errors carry a code
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {events: [], tornBytes: 0, wholeBytes: 0};
		throw diskFault(file, error);
	}
}

/**
 * Opens a journal to append to it. Faults: DISK; JOURNAL_DAMAGED when whole records follow a broken one: appending would
 * hide that, so a person must look first. With `cutTo` the damaged file is kept under that name, and what comes before the
 * damage goes on.
 */
export async function openJournal(
	file: string,
	options: {fence: number; clock: Clock; crash?: CrashPoint | undefined; cutTo?: string | undefined},
): Promise<Journal> {
	const {crash} = options;
	const reading = await readJournal(file);
	if (reading.damagedAt !== undefined && options.cutTo === undefined)
		raise('JOURNAL_DAMAGED', {with: {id: basename(dirname(file)), seq: reading.damagedAt}});
	let handle: FileHandle;
	try {
		if (reading.damagedAt !== undefined && options.cutTo !== undefined)
			await copyFile(file, options.cutTo, constants.COPYFILE_EXCL);
		if (reading.tornBytes > 0) await truncate(file, reading.wholeBytes);
		handle = await open(file, 'a', 0o644);
		await handle.datasync();
		await syncFolder(dirname(file));
	} catch (error) {
		throw diskFault(file, error);
	}

	let seq = reading.events.length;
	let whole = reading.wholeBytes;
	let torn = false;
	let queue: Promise<unknown> = Promise.resolve();
	// One queue: records reach the file in the order of their numbers, and a sync covers all before it.
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const turn = queue.then(work);
		queue = turn.catch(() => undefined);
		return turn;
	};

	return {
		past: reading.events,
		tornBytes: reading.tornBytes,
		append: (body: Body, durable: boolean) =>
			inTurn(async () => {
				const event: DeploymentEvent = {
					...body,
					seq: seq + 1,
					fence: options.fence,
					mono: Math.round(options.clock.mono() * 10) / 10,
					utc: new Date(options.clock.now()).toISOString(),
				};
				const line = encode(event);
				crash?.at(event, 'before');
				try {
					// Half a record of a full disk goes first: the next one behind it would be damage in the middle.
					if (torn) await handle.truncate(whole);
					torn = true;
					if (crash?.halves(event)) await handle.appendFile(line.slice(0, line.length / 2));
					crash?.at(event, 'half');
					await handle.appendFile(line);
					if (durable) await handle.datasync();
				} catch (error) {
					throw diskFault(file, error);
				}
				seq += 1;
				whole += Buffer.byteLength(line);
				torn = false;
				crash?.at(event, 'after');
				return event;
			}),
		close: () =>
			inTurn(async () => {
				await handle.datasync().catch(() => undefined);
				await handle.close();
			}),
	};
}
