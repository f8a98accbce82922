// Room: adapters. Objects by hand: reading some by id in one process, writing loose ones without a process each.

import {createHash, randomBytes} from 'node:crypto';
import {access, mkdir, rename, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {deflateSync} from 'node:zlib';
import {raise} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import type {View} from './view.ts';

export type ObjectKind = 'commit' | 'tree' | 'blob' | 'tag';

/** Writes a loose object into an object folder and returns its id. Idempotent; the file appears whole or not at all. */
export async function writeObject(objects: string, like: Oid, kind: ObjectKind, body: Buffer): Promise<Oid> {
	const raw = Buffer.concat([Buffer.from(`${kind} ${body.length}\0`), body]);
	const oid = asOid(
		createHash(like.length === 64 ? 'sha256' : 'sha1')
			.update(raw)
			.digest('hex'),
	);
	const file = join(objects, oid.slice(0, 2), oid.slice(2));
	// One that a machine lost with its power is there and empty: git could read it neither now nor later.
	if ((await stat(file).catch(() => undefined))?.size) return oid;
	await mkdir(dirname(file), {recursive: true, mode: 0o700});
	const temporary = join(dirname(file), `tmp_obj_${randomBytes(8).toString('hex')}`);
	await writeFile(temporary, deflateSync(raw, {level: 1}), {mode: 0o444, flag: 'wx'});
	await rename(temporary, file);
	return oid;
}

export async function exists(file: string): Promise<boolean> {
	return access(file).then(
		() => true,
		() => false,
	);
}

export interface ReadObject {
	readonly oid: Oid;
	readonly kind: ObjectKind;
	readonly body: Buffer;
}

/**
 * Reads objects by id, in the order asked, in one process. Whole answers are held: ask for commits and link targets,
 * not for big files. Faults: HISTORY_CUT when one is missing.
 */
export async function readObjects(view: View, oids: readonly Oid[], maxBytes = 64_000_000): Promise<ReadObject[]> {
	if (oids.length === 0) return [];
	const input = `${oids.join('\n')}\n`;
	const {stdout} = await view.run(['cat-file', '--batch'], {input, maxBytes});
	const found: ReadObject[] = [];
	let at = 0;
	for (const oid of oids) {
		const end = stdout.indexOf(10, at);
		const [, kind, size] = stdout.subarray(at, end).toString('latin1').split(' ');
		if (size === undefined)
			raise('HISTORY_CUT', {with: {how: `object ${oid.slice(0, 12)} is missing`, fix: 'git fetch --refetch'}});
		const from = end + 1;
		// `as`: git knows no other kinds than these four.
		found.push({oid, kind: kind as ObjectKind, body: stdout.subarray(from, from + Number(size))});
		at = from + Number(size) + 1;
	}
	return found;
}
