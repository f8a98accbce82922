// Room: adapters. Contents that a partial clone has not brought: which blobs of a range they are, and one line each in their place
// in a folder of this process alone, so that a reading of lines goes on around them. Only such a reading is shown that
// folder; no merge and no release ever sees it.

import {mkdir, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {deflateSync} from 'node:zlib';
import {isOid} from '../../domain/ids.ts';
import type {Absent, FilePatch} from '../../domain/provenance/ledger.ts';
import {quoted} from './picks.ts';
import {tokens} from './tokens.ts';
import type {CallOptions, View} from './view.ts';

/** Beyond, next to nothing is here, and a graph of guesses helps nobody. */
const MOST_ABSENT = 100_000;
const LINE_CAP = 65_536;
const AT_ONCE = 64;
const MODULE = '160000';
const ALTERNATES = 'GIT_ALTERNATE_OBJECT_DIRECTORIES';

export interface Reading {
	readonly args: readonly string[];
	readonly input?: string;
	readonly env?: Readonly<Record<string, string>>;
}

export interface AbsentBlobs {
	/** The same reading, to which something stands for what is absent. */
	around(reading: Reading): Reading;
	of(patch: FilePatch): Absent | undefined;
}

/**
 * @param readings what prints `--raw --no-abbrev` entries of all that will be read.
 * @returns undefined where nothing is absent, or too much.
 */
export async function findAbsent(
	view: View,
	readings: readonly Reading[],
	signal?: AbortSignal,
): Promise<AbsentBlobs | undefined> {
	const absent = new Set<string>();
	for (const {args, ...options} of readings) {
		const wanted = new Set<string>();
		for await (const lines of tokens(view.stream(args, {...options, signal}), 10, LINE_CAP))
			for (const line of lines) {
				const [, before, after, old = '', fresh = ''] =
					/^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) /.exec(line.toString('latin1')) ?? [];
				if (before !== MODULE && !/^0*$/.test(old)) wanted.add(old);
				if (after !== MODULE && !/^0*$/.test(fresh)) wanted.add(fresh);
			}
		for (const oid of await absentOf(view, [...wanted], {signal, env: options.env ?? {}})) absent.add(oid);
	}
	if (absent.size === 0 || absent.size > MOST_ABSENT) return undefined;
	const folder = view.scratch('absent');
	await standIn(folder, absent);
	return {
		around({env = {}, ...reading}) {
			const others = env[ALTERNATES];
			const all = others ? `${others}${delimiter}${quoted(folder)}` : quoted(folder);
			return {...reading, env: {...env, [ALTERNATES]: all}};
		},
		of({oldBlob = '', newBlob = ''}) {
			const [before, after] = [absent.has(oldBlob), absent.has(newBlob)];
			return before && after ? 'both' : before ? 'before' : after ? 'after' : undefined;
		},
	};
}

/** Those of some objects that are not here. */
export async function absentOf(
	view: View,
	oids: readonly string[],
	{signal, env = {}}: Pick<CallOptions, 'signal' | 'env'> = {},
): Promise<Set<string>> {
	const absent = new Set<string>();
	if (oids.length === 0) return absent;
	const stream = view.stream(['cat-file', '--batch-check=%(objecttype)', '--buffer'], {
		input: `${oids.join('\n')}\n`,
		signal,
		env,
	});
	for await (const lines of tokens(stream, 10, LINE_CAP))
		for (const line of lines) {
			const [oid = '', missing] = line.toString('latin1').split(' ');
			if (missing === 'missing' && isOid(oid)) absent.add(oid);
		}
	return absent;
}

/**
 * git does not check the contents of blobs against their ids as it reads them. Their own ids are what they hold, for of two
 * that are alike git would say nothing.
 */
async function standIn(folder: string, oids: ReadonlySet<string>): Promise<void> {
	const made = new Map<string, Promise<unknown>>();
	const all = [...oids];
	for (let from = 0; from < all.length; from += AT_ONCE)
		await Promise.all(
			all.slice(from, from + AT_ONCE).map(async (oid) => {
				const home = join(folder, oid.slice(0, 2));
				if (!made.has(home)) made.set(home, mkdir(home, {recursive: true, mode: 0o700}));
				await made.get(home);
				const body = deflateSync(Buffer.from(`blob ${oid.length + 1}\0${oid}\n`));
				await writeFile(join(home, oid.slice(2)), body, {mode: 0o600});
			}),
		);
}
