// Room: adapters. The small documents, held by lowdb through an adapter of ours that reads guarded and writes atomically
// (lowdb's own writes without fsync and throws on bad JSON). A file that cannot be read is set aside, never overwritten.

import {rename} from 'node:fs/promises';
import {basename, dirname, relative} from 'node:path';
import {type Adapter, Low} from 'lowdb';
import {raise} from '../../domain/fault/fault.ts';
import {safe} from '../../domain/safe.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Damage} from '../../ports/memory.ts';
import {diskFault, syncFolder, writeAtomic} from '../files/atomic.ts';
import {isObject, type JsonObject, MAX_BYTES, parseGuarded} from './guarded-json.ts';
import {codeOf, type Place} from './place.ts';
import {SCHEMA_VERSION} from './schema.ts';

export interface Desk {
	readonly place: Place;
	readonly clock: Clock;
	readonly readOnly: boolean;
	readonly damage: Damage[];
}

/** Once per file and reason: a screen reads the same file many times. */
export function report(desk: Desk, path: string, keptAs: string, reason: string): void {
	const entry = {
		file: safe(relative(desk.place.root, path)),
		keptAs: safe(relative(desk.place.root, keptAs)),
		reason: safe(reason, 300),
	};
	const known = desk.damage.some((d) => d.file === entry.file && d.reason === entry.reason);
	if (!known) desk.damage.push(entry);
}

/** `20260105T090000Z`: for names of what is set aside or copied. */
export const stamp = (now: number) => new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/**
 * Sets a file or folder aside as `<path>.corrupt-<utc>` and says so. Reading only, or when the move fails, it stays where
 * it is: then it is still said, and still not used.
 */
export async function setAside(desk: Desk, path: string, reason: string): Promise<void> {
	let keptAs = path;
	if (!desk.readOnly) {
		const wished = `${path}.corrupt-${stamp(desk.clock.now())}`;
		try {
			for (let n = 1; ; n++) {
				keptAs = n === 1 ? wished : `${wished}-${n}`;
				if (!(await desk.place.check(keptAs, 'file').catch(() => true))) break;
			}
			await rename(path, keptAs);
			await syncFolder(dirname(path));
		} catch (error) {
			if (codeOf(error) === 'ENOENT') return;
			keptAs = path;
		}
	}
	report(desk, path, keptAs, reason);
}

export interface Document {
	/** The document as an object, `{}` when it is absent or was set aside. Never throws for what is in the file. */
	read(): Promise<JsonObject>;
	/** Reads it afresh, changes it and writes it. Fields that nobody changed stay. Faults: MEMORY_NEWER, MEMORY_UNSAFE, DISK. */
	update(change: (data: JsonObject) => void): Promise<void>;
	/** Sets it aside because its content, though JSON, is not what it must be. */
	reject(reason: string): Promise<void>;
}

export function documentAt(desk: Desk, path: string): Document {
	const {place} = desk;
	const adapter: Adapter<JsonObject> = {
		async read() {
			const bytes = await place.bytes(path, MAX_BYTES);
			if (bytes === undefined) return null;
			const parsed = parseGuarded(bytes);
			const reason = parsed.ok ? wrongShape(parsed.value) : parsed.reason;
			if (reason !== undefined) {
				// Somebody may just have replaced it by a good one: then that one is read at the next call.
				const again = await place.bytes(path, MAX_BYTES);
				if (again?.equals(bytes)) await setAside(desk, path, reason);
				return null;
			}
			return parsed.ok && isObject(parsed.value) ? parsed.value : null;
		},
		async write(data) {
			if (desk.readOnly) raise('BUG', {with: {message: `${basename(path)} was opened for reading only`}});
			await place.ensure(dirname(path));
			await place.check(path, 'file');
			const content = `${JSON.stringify(data, null, '\t')}\n`;
			if (Buffer.byteLength(content) > MAX_BYTES)
				throw diskFault(path, new Error(`it would be larger than ${MAX_BYTES / 1024 / 1024} MB and could not be read`));
			await writeAtomic(path, content, {mode: 0o644});
		},
	};
	const fresh = async () => {
		// A new one each time: lowdb keeps what it had when a later read finds nothing.
		const db = new Low<JsonObject>(adapter, {});
		await db.read();
		return db;
	};
	return {
		read: async () => (await fresh()).data,
		async update(change) {
			const db = await fresh();
			if (isNewer(db.data)) raise('MEMORY_NEWER', {with: {file: relative(place.root, path)}});
			const rest = db.data;
			db.data = {schemaVersion: SCHEMA_VERSION, ...rest};
			change(db.data);
			await db.write();
		},
		reject: (reason) => setAside(desk, path, reason),
	};
}

function wrongShape(value: unknown): string | undefined {
	if (!isObject(value)) return 'it is not a JSON object';
	const version = value.schemaVersion;
	const known = version === undefined || (typeof version === 'number' && Number.isInteger(version) && version >= 1);
	return known ? undefined : 'its schemaVersion is not a whole number from 1 up';
}

/** Written by a newer Orchestra: it may be looked at, never written. */
export function isNewer(data: JsonObject): boolean {
	return typeof data.schemaVersion === 'number' && data.schemaVersion > SCHEMA_VERSION;
}
