// Room: adapters. The records of `git log -z --raw`: a fixed number of fields parted by NUL, which no message, name or path
// can contain, and then the files. Nothing written in a commit can forge a record. Knows git's format, nothing of ranges.

import type {FileDelta} from '../../domain/change.ts';
import {isOid} from '../../domain/ids.ts';
import {texts} from './tokens.ts';

/** Characters of a message that are looked at; what stands behind them is not read. */
const MESSAGE_CAP = 32_768;

export interface RawRecord {
	readonly fields: readonly string[];
	readonly files: FileDelta[];
	/** For each file the blob before and after, `<old> <new>`; zeros where there is none. */
	readonly blobs: string[];
}

const STATUS: Readonly<Record<string, FileDelta['status']>> = {
	A: 'added',
	M: 'modified',
	D: 'deleted',
	R: 'renamed',
	C: 'copied',
	T: 'type-changed',
};

/** Where the colon of a raw entry stands, behind the line break that ends the message; -1 when this is none. */
function entryAt(token: string): number {
	let at = 0;
	while (token.charCodeAt(at) === 0x0a) at++;
	return token.charCodeAt(at) === 0x3a ? at : -1;
}

/** The letter of a raw entry; renames and copies have a score of up to three digits behind it. */
function statusOf(token: string): FileDelta['status'] {
	let at = token.length - 1;
	while (at > 0 && token.charCodeAt(at) >= 0x30 && token.charCodeAt(at) <= 0x39) at--;
	return STATUS[token.charAt(at)] ?? 'modified';
}

/** `:<mode> <mode> <old> <new> <letter>` */
const MODES = 15;

/**
 * A machine of three states: the fields, then raw entries with one or two paths each, then the next record's id.
 * Yields arrays (one per chunk of bytes).
 * @param source of `--raw --no-abbrev`, or without files. @param count how many fields the format has; the first must be
 * the commit's full id.
 */
export async function* rawRecords(source: AsyncIterable<Buffer>, count: number): AsyncGenerator<RawRecord[]> {
	let fields: string[] = [];
	let files: FileDelta[] = [];
	let blobs: string[] = [];
	let status: FileDelta['status'] | undefined;
	let from: string | undefined;
	for await (const found of texts(source, MESSAGE_CAP)) {
		const whole: RawRecord[] = [];
		for (const token of found) {
			if (fields.length < count) {
				fields.push(token);
				continue;
			}
			if (status !== undefined) {
				if ((status === 'renamed' || status === 'copied') && from === undefined) from = token;
				else {
					files.push(from === undefined ? {path: token, status} : {path: token, status, from});
					status = from = undefined;
				}
				continue;
			}
			const colon = entryAt(token);
			if (colon >= 0) {
				status = statusOf(token);
				const ids = colon + MODES;
				blobs.push(token.slice(ids, ids + 2 * (fields[0]?.length ?? 40) + 1));
			} else if (isOid(token)) {
				whole.push({fields, files, blobs});
				fields = [token];
				files = [];
				blobs = [];
			}
		}
		if (whole.length > 0) yield whole;
	}
	// An empty last message leaves no last token.
	if (fields.length > 0 && fields.length >= count - 1) yield [{fields, files, blobs}];
}
