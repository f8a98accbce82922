// Room: adapters. What asking has cost in this repository on this machine, and whether one more question may be asked.
//
// A question is paid before it is asked: its highest price is written down first, and mended once the real one is known. A
// crash in between leaves the highest. One file per month (UTC), lines are only ever appended: two processes see each other's
// reservations, and the one that stands first in the file goes first. A line that cannot be read counts as a whole run.

import {constants} from 'node:fs';
import {lstat, mkdir, open} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {type AiCaps, dollars} from '../../domain/ai.ts';

export interface Reservation {
	/** @param usd what it did cost. */
	settle(usd: number): Promise<void>;
}

export type Reserved =
	| {readonly ok: true; readonly reservation: Reservation}
	| {readonly ok: false; readonly why: string};

export interface Ledger {
	/** @param usd the most it can cost. @param at milliseconds since the epoch. @param id unique, letters and digits. */
	reserve(id: string, usd: number, at: number): Promise<Reserved>;
}

const lineSchema = z.object({
	id: z.string().min(1).max(100),
	/** UTC day, `2026-11-21`. */
	day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
	usd: z.number().min(0).max(1_000_000),
	/** Absent: the reservation. */
	settled: z.literal(true).optional(),
});
type Line = z.infer<typeof lineSchema>;

const MOST_BYTES = 4 * 1024 * 1024;

export async function plainFolder(path: string): Promise<void> {
	await mkdir(path, {recursive: true, mode: 0o700});
	if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
}

function read(text: string): {lines: Line[]; unreadable: number} {
	const lines: Line[] = [];
	let unreadable = 0;
	for (const line of text.split('\n')) {
		if (line.trim() === '') continue;
		try {
			lines.push(lineSchema.parse(JSON.parse(line)));
		} catch {
			unreadable++;
		}
	}
	return {lines, unreadable};
}

/** Why the reservation `id` goes over a cap; undefined when it may stand. Only what stands before it counts. Pure. */
export function overCap(text: string, id: string, caps: AiCaps): string | undefined {
	const {lines, unreadable} = read(text);
	const own = lines.findIndex((line) => line.id === id);
	const mine = lines[own];
	if (mine === undefined) return 'the ledger cannot be read back';
	const ahead = new Map<string, Line>();
	for (const line of lines.slice(0, own)) if (!line.settled) ahead.set(line.id, line);
	// A settlement may stand anywhere: the price is known, whoever came first.
	for (const line of lines) if (line.settled && ahead.has(line.id)) ahead.set(line.id, line);
	const all = [...ahead.values()];
	const today = all.filter(({day}) => day === mine.day);
	const sum = (some: readonly Line[]) => some.reduce((total, {usd}) => total + usd, unreadable * caps.perRun);
	const broken = unreadable > 0 ? ` (${unreadable} lines of the ledger cannot be read and count as full runs)` : '';
	// A hair of tolerance: sums of cents in floating point.
	const over = (spent: number, cap: number) => spent + mine.usd > cap + 1e-9;
	if (over(0, caps.perRun))
		return `this could cost ${dollars(mine.usd)}, more than ai.caps.perRun (${dollars(caps.perRun)})`;
	if (today.filter(({usd}) => usd > 0).length + unreadable + 1 > caps.callsPerDay)
		return `ai.caps.callsPerDay (${caps.callsPerDay}) is reached${broken}`;
	if (over(sum(today), caps.perDay)) return `ai.caps.perDay (${dollars(caps.perDay)}) is reached${broken}`;
	if (over(sum(all), caps.perMonth)) return `ai.caps.perMonth (${dollars(caps.perMonth)}) is reached${broken}`;
	return undefined;
}

/** @param folder made when it is missing; its parents belong to Orchestra. */
export function openLedger(folder: string, caps: AiCaps): Ledger {
	const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

	/** Appends one line, whole and on disk, and returns the file as it is then. */
	const append = async (file: string, line: Line): Promise<string> => {
		const handle = await open(file, flags, 0o600);
		try {
			// A newline in front: a line that a crash cut off must not swallow this one.
			await handle.writeFile(`\n${JSON.stringify(line)}\n`);
			await handle.datasync();
			const {size} = await handle.stat();
			if (size > MOST_BYTES) throw new Error('the ledger is too long');
			const bytes = Buffer.alloc(size);
			const {bytesRead} = await handle.read(bytes, 0, size, 0);
			return bytes.subarray(0, bytesRead).toString('utf8');
		} finally {
			await handle.close();
		}
	};

	return {
		async reserve(id, usd, at) {
			const day = new Date(at).toISOString().slice(0, 10);
			const file = join(folder, `ledger-${day.slice(0, 7)}.jsonl`);
			let text: string;
			try {
				await plainFolder(folder);
				text = await append(file, {id, day, usd});
			} catch {
				return {ok: false, why: 'what it costs cannot be written down'};
			}
			const settle = async (spent: number) => {
				await append(file, {id, day, usd: Math.max(0, spent), settled: true}).catch(() => undefined);
			};
			const why = overCap(text, id, caps);
			if (why === undefined) return {ok: true, reservation: {settle}};
			await settle(0);
			return {ok: false, why};
		},
	};
}
