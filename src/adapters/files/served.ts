// Room: adapters. Which releases served here, newest last: machine-local, so that a rollback needs no git, no memory and no
// network. A damaged file is an empty one: it only helps to start an older version again when none is warm.

import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {writeAtomic} from './atomic.ts';

const schema = z.array(
	z.object({release: z.string().max(200), folder: z.string().max(4096), deployment: z.string().max(40)}),
);
export type Served = z.infer<typeof schema>[number];

const KEPT = 20;

export async function servedReleases(stateFolder: string): Promise<readonly Served[]> {
	try {
		return schema.parse(JSON.parse(await readFile(join(stateFolder, 'served.json'), 'utf8')));
	} catch {
		return [];
	}
}

/** A release that was taken back is none to go back to. Faults: DISK. */
export async function forgetServed(stateFolder: string, release: string): Promise<void> {
	await write(
		stateFolder,
		(await servedReleases(stateFolder)).filter((other) => other.release !== release),
	);
}

/** Faults: DISK. The same release again moves to the end. */
export async function rememberServed(stateFolder: string, served: Served): Promise<void> {
	const before = (await servedReleases(stateFolder)).filter((other) => other.release !== served.release);
	await write(stateFolder, [...before, served]);
}

async function write(stateFolder: string, served: readonly Served[]): Promise<void> {
	const text = JSON.stringify(served.slice(-KEPT), undefined, '\t');
	await writeAtomic(join(stateFolder, 'served.json'), text, {mode: 0o600});
}
