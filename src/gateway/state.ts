// Room: gateway. What survives a kill: the table of slots, weights and fence, on disk before it is acted on. Knows no socket and no process.

import {closeSync, fsyncSync, openSync, readFileSync, renameSync} from 'node:fs';
import {open, rename} from 'node:fs/promises';
import {dirname} from 'node:path';
import {z} from 'zod';
import type {SlotName} from '../domain/ids.ts';
import {refuse} from './refusal.ts';

const slotName = z.enum(['blue', 'green']);
const weight = z.int().min(0).max(100);

export const specShape = {
	release: z.string().min(1).max(200),
	folder: z.string().startsWith('/').max(4096),
	command: z.string().min(1).max(65_536),
	env: z.record(z.string(), z.string()),
	healthPath: z.string().regex(/^\/[\x21-\x7e]*$/, 'must begin with / and hold no blank'),
	healthyWithin: z.number().positive().max(86_400),
	healthyInARow: z.int().min(1).max(1000),
};

const processSchema = z.object({
	pid: z.int().positive(),
	/** Clock ticks since boot, from /proc; with the boot's id it makes a pid unmistakable. Empty where there is no /proc. */
	startTime: z.string(),
	boot: z.string(),
	port: z.int().min(1).max(65_535),
});

const slotSchema = z.object({
	spec: z.object(specShape),
	/** In the environment of every process of the slot: finds those that left the process group. */
	nonce: z.string(),
	/** Null before it was started, after it died, or while it waits for its restart. */
	process: processSchema.nullable(),
	/** `up` once it was healthy: from then on it is restarted when it dies. */
	phase: z.enum(['starting', 'up', 'failed']),
	failure: z.enum(['died', 'never-healthy']).optional(),
	/** Was the stable one with this release: may take over when the other cannot serve. */
	trusted: z.boolean(),
	/** Milliseconds since the epoch. */
	warmUntil: z.number().optional(),
	lastExit: z.int().optional(),
});

const stateSchema = z.object({
	schemaVersion: z.literal(1),
	fence: z.int().min(0),
	port: z.int().min(0).max(65_535),
	stable: slotName,
	weights: z.object({blue: weight, green: weight}),
	leaseSeconds: z.number().min(0),
	/** Milliseconds since the epoch of the last sign of life; only read after a restart. */
	leaseRenewedAt: z.number(),
	note: z.string().optional(),
	slots: z.object({blue: slotSchema.nullable(), green: slotSchema.nullable()}),
});

export type GatewayState = z.infer<typeof stateSchema>;
export type SlotRecord = z.infer<typeof slotSchema>;
export type ProcessCard = z.infer<typeof processSchema>;

export const EMPTY_STATE: GatewayState = {
	schemaVersion: 1,
	fence: 0,
	port: 0,
	stable: 'blue',
	weights: {blue: 100, green: 0},
	leaseSeconds: 600,
	leaseRenewedAt: 0,
	slots: {blue: null, green: null},
};

/** Undefined when there is none. An unreadable one is set aside and named in `damaged`. */
export function loadState(file: string, now: number): {state: GatewayState; damaged?: string} {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch {
		return {state: EMPTY_STATE};
	}
	try {
		return {state: stateSchema.parse(JSON.parse(text))};
	} catch {
		const damaged = `${file}.corrupt-${now}`;
		renameSync(file, damaged);
		return {state: EMPTY_STATE, damaged};
	}
}

export interface Table {
	get(): GatewayState;
	/**
	 * Computes the next state, writes it durably, then makes it current. One at a time. When `next` throws or the disk
	 * fails, nothing changed. Returning the same object writes nothing.
	 */
	change(next: (state: GatewayState) => GatewayState): Promise<GatewayState>;
	/** The same for what has happened already (a process began or died): memory follows even when the disk does not. */
	record(next: (state: GatewayState) => GatewayState): Promise<GatewayState>;
}

export function createTable(file: string, initial: GatewayState, say: (text: string) => void): Table {
	let current = initial;
	let last: Promise<unknown> = Promise.resolve();
	const apply = async (next: (state: GatewayState) => GatewayState, must: boolean) => {
		const wanted = next(current);
		if (wanted !== current)
			await writeDurably(file, JSON.stringify(wanted, undefined, '\t')).catch((error: Error) => {
				if (must) refuse('DISK', {path: file, reason: error.message});
				say(`writing ${file} failed: ${error.message}`);
			});
		current = wanted;
		return wanted;
	};
	const queue = (next: (state: GatewayState) => GatewayState, must: boolean) => {
		const done = last.then(() => apply(next, must));
		last = done.catch(() => {});
		return done;
	};
	return {
		get: () => current,
		change: (next) => queue(next, true),
		record: (next) => queue(next, false),
	};
}

/** The state with this fence, or the fault that a newer conductor has taken over. */
export function fenced(state: GatewayState, fence: number): GatewayState {
	if (fence < state.fence) refuse('GATEWAY_FENCED', {theirs: state.fence, ours: fence});
	return fence === state.fence ? state : {...state, fence};
}

/** The state with one slot's record changed, or emptied by null. */
export function withSlot(state: GatewayState, slot: SlotName, change: Partial<SlotRecord> | null): GatewayState {
	const record = state.slots[slot];
	if (change === null) return {...state, slots: {...state.slots, [slot]: null}};
	return record === null ? state : {...state, slots: {...state.slots, [slot]: {...record, ...change}}};
}

/** All traffic on the stable slot, and why. */
export function backToStable(state: GatewayState, note: string): GatewayState {
	const weights = state.stable === 'blue' ? {blue: 100, green: 0} : {blue: 0, green: 100};
	return {...state, weights, note};
}

async function writeDurably(file: string, text: string): Promise<void> {
	const temp = `${file}.tmp`;
	const handle = await open(temp, 'w', 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(temp, file);
	const folder = openSync(dirname(file), 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}
