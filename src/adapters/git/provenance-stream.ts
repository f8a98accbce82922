// Room: adapters. `git log -p -U0` read as bytes: commits, file headers and hunks, each line as a hash. Hunk headers say how
// many lines follow, and only so many are read as content, so that no line of a file can pose as a header.

import {asOid, isOid, type Oid} from '../../domain/ids.ts';
import type {FilePatch} from '../../domain/provenance/ledger.ts';
import type {Hunk, LinePool} from '../../domain/provenance/weave.ts';
import {unquotePath} from './patches.ts';

export interface PatchSink {
	commit(oid: Oid): void;
	patch(patch: FilePatch): void;
	/** Whether the lines of a file are wanted as bytes. The patch is known as far as its header says. */
	wants?(patch: FilePatch): boolean;
	/** Of a wanted file: the last line before a hunk that begins at the margin, where there is one. Valid only during the call. */
	within?(path: string, bytes: Buffer, from: number, to: number): void;
	/** A line of a wanted file, without its sign and newline; valid only during the call. */
	line?(path: string, added: boolean, line: number, bytes: Buffer, from: number, to: number): void;
}

/** Of a header line; longer ones are cut. */
const LINE_CAP = 65_536;
const NEWLINE = 10;
const MINUS = 45;
const PLUS = 43;
const BACKSLASH = 92;
const FNV = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

interface Draft {
	op: FilePatch['op'];
	names: string;
	path: string | undefined;
	from: string | undefined;
	oldBlob: string | undefined;
	newBlob: string | undefined;
	binary: boolean;
	hunks: Hunk[];
}

/** Feeds the sink in the stream's order. The pool receives every line's hash. */
export async function readPatchStream(source: AsyncIterable<Buffer>, pool: LinePool, sink: PatchSink): Promise<void> {
	let draft: Draft | undefined;
	let rest: Buffer | undefined;
	// Inside a hunk: lines still to come, and the line numbers that they have.
	let removed = 0;
	let added = 0;
	let oldLine = 0;
	let newLine = 0;
	/** A line longer than the cap goes on: its hash so far, and whether it was added. */
	let long: {hash: number} | undefined;
	let wanted: string | undefined;

	const finish = () => {
		if (draft === undefined) return;
		const patch = patchOf(draft);
		draft = undefined;
		wanted = undefined;
		sink.patch(patch);
	};

	const header = (bytes: Buffer, from: number, to: number) => {
		const first = bytes[from];
		if (first === BACKSLASH) return pool.markLast();
		if (first === 0) {
			finish();
			const text = bytes.toString('latin1', from + 1, to);
			if (isOid(text)) sink.commit(asOid(text));
			return;
		}
		// d: "diff --git".
		if (first === 100 && bytes.toString('latin1', from, from + 11) === 'diff --git ') {
			finish();
			const names = bytes.toString('utf8', from + 11, to);
			draft = {
				...{op: 'modified', names, path: undefined, from: undefined},
				...{oldBlob: undefined, newBlob: undefined, binary: false, hunks: []},
			};
			return;
		}
		if (draft === undefined) return;
		if (first === 64) {
			const numbers = hunkHeader(bytes, from, to);
			if (numbers === undefined) return;
			[oldLine, removed, newLine, added] = numbers;
			const at = added > 0 ? newLine - 1 : newLine;
			// Where nothing is removed, git names the line before.
			const line = removed > 0 ? oldLine : oldLine + 1;
			draft.hunks.push({oldLine: line, at, removed, added, pool: pool.length});
			if (draft.hunks.length === 1 && sink.wants !== undefined) {
				const patch = patchOf(draft);
				wanted = sink.wants(patch) ? patch.path : undefined;
			}
			if (wanted !== undefined && sink.within !== undefined) {
				const end = bytes.indexOf(' @@ ', from + 2, 'latin1');
				sink.within(wanted, bytes, end < 0 || end > to ? to : end + 4, to);
			}
			return;
		}
		headerLine(draft, bytes.toString('utf8', from, to));
	};

	for await (const chunk of source) {
		let at = 0;
		let bytes = chunk;
		if (rest !== undefined) {
			bytes = Buffer.concat([rest, chunk]);
			rest = undefined;
		}
		const end = bytes.length;
		if (long !== undefined) {
			let {hash} = long;
			for (; at < end && bytes[at] !== NEWLINE; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), PRIME);
			if (at === end) {
				long.hash = hash;
				continue;
			}
			at++;
			pool.push(hash);
			long = undefined;
		}
		while (at < end) {
			const start = at;
			if (removed > 0 || added > 0) {
				const sign = bytes[at];
				if (sign === MINUS || sign === PLUS) {
					let hash = FNV;
					let byte = 0;
					at++;
					for (; at < end; at++) {
						byte = bytes[at] ?? 0;
						if (byte === NEWLINE) break;
						hash = Math.imul(hash ^ byte, PRIME);
					}
					if (at === end && end - start < LINE_CAP) {
						rest = Buffer.from(bytes.subarray(start));
						break;
					}
					const plus = sign === PLUS;
					if (wanted !== undefined && sink.line !== undefined)
						sink.line(wanted, plus, plus ? newLine : oldLine, bytes, start + 1, at);
					if (plus) {
						added--;
						newLine++;
					} else {
						removed--;
						oldLine++;
					}
					if (at === end) long = {hash};
					else pool.push(hash);
					at++;
					continue;
				}
				if (sign !== BACKSLASH) {
					// A stream that does not keep its word: nothing after this would be read rightly.
					removed = added = 0;
					continue;
				}
			}
			const newline = bytes.indexOf(NEWLINE, at);
			if (newline < 0) {
				rest = Buffer.from(bytes.subarray(start, Math.min(end, start + LINE_CAP)));
				break;
			}
			header(bytes, start, newline);
			at = newline + 1;
		}
	}
	if (rest !== undefined && removed === 0 && added === 0) header(rest, 0, rest.length);
	finish();
}

function patchOf({op, names, path = nameOf(names), from, oldBlob, newBlob, binary, hunks}: Draft): FilePatch {
	return {
		...{op, path, binary, hunks},
		...(from === undefined ? {} : {from}),
		...(oldBlob === undefined ? {} : {oldBlob}),
		...(newBlob === undefined ? {} : {newBlob}),
	};
}

/** `@@ -a[,b] +c[,d] @@`; a missing count is 1. */
function hunkHeader(bytes: Buffer, from: number, to: number): [number, number, number, number] | undefined {
	const numbers = [0, 1, 0, 1];
	let slot = -1;
	let digits = 0;
	for (let i = from + 2; i < to; i++) {
		const byte = bytes[i] ?? 0;
		if (byte >= 48 && byte <= 57) {
			if (slot < 0) return undefined;
			numbers[slot] = (digits++ === 0 ? 0 : (numbers[slot] ?? 0)) * 10 + byte - 48;
		} else {
			digits = 0;
			if (byte === MINUS) slot = 0;
			else if (byte === PLUS) slot = 2;
			else if (byte === 44) slot++;
			else if (byte === 64) break;
		}
	}
	const [a = 0, b = 1, c = 0, d = 1] = numbers;
	return slot < 2 ? undefined : [a, b, c, d];
}

function headerLine(draft: Draft, text: string): void {
	if (text.startsWith('--- ') || text.startsWith('+++ ')) {
		// git ends a name that holds a space with a tab.
		const written = unquotePath(text.slice(4).replace(/\t$/, ''));
		if (written !== '/dev/null') draft.path = written.slice(2);
	} else if (text.startsWith('index ')) {
		const [, before, after] = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/.exec(text) ?? [];
		draft.oldBlob = before;
		draft.newBlob = after;
	} else if (text.startsWith('new file mode ')) draft.op = 'added';
	else if (text.startsWith('deleted file mode ')) draft.op = 'deleted';
	else if (text.startsWith('rename from ') || text.startsWith('copy from ')) {
		draft.op = text.startsWith('rename') ? 'renamed' : 'copied';
		draft.from = unquotePath(text.slice(text.indexOf(' from ') + 6));
	} else if (text.startsWith('rename to ') || text.startsWith('copy to ')) {
		draft.path = unquotePath(text.slice(text.indexOf(' to ') + 4));
	} else if (text.startsWith('Binary files ')) draft.binary = true;
}

/** Without a rename both names in `diff --git a/x b/x` are the same, so the middle is known however odd they are. */
function nameOf(names: string): string {
	const half = names.slice(0, (names.length - 1) / 2);
	return unquotePath(half).slice(2);
}
