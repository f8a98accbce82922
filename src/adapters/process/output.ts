// Room: adapters/process. Turns the bytes of a running command into safe, redacted lines, within limits whatever it prints.

import {StringDecoder} from 'node:string_decoder';
import {lineRedactor, redact} from '../../domain/redact.ts';
import {type Safe, safe} from '../../domain/safe.ts';

/** Bytes kept of stdout, and bytes of both streams that are shown line by line. */
const OUTPUT_CAP = 10 * 1024 * 1024;
const TAIL_LINES = 200;
/** Characters of one line that are looked at. */
const LINE_CAP = 16 * 1024;

/** Colours say nothing that the text does not: they go, so that every other escape sequence is seen for what it is. */
const withoutColour = (line: string) => line.replace(/\x1b\[[\d;:]{0,64}m/g, '');
const cleanLine = (line: string) => withoutColour(line).replaceAll('\t', '    ');

/** Cuts a stream into lines at LF, CR and CRLF, also across chunks. A line's end beyond the cap is dropped. */
function lineCutter(take: (line: string) => void): {add(text: string): void; end(): void} {
	let open = '';
	let afterCr = false;
	return {
		add(text) {
			let rest = afterCr && text.startsWith('\n') ? text.slice(1) : text;
			if (text !== '') afterCr = text.endsWith('\r');
			const lines = rest.split(/\r\n|[\r\n]/);
			rest = lines.pop() ?? '';
			for (const line of lines) {
				take((open + line).slice(0, LINE_CAP));
				open = '';
			}
			open = (open + rest).slice(0, LINE_CAP);
		},
		end() {
			if (open !== '') take(open);
			open = '';
		},
	};
}

export interface Output {
	stdout(chunk: Uint8Array): void;
	stderr(chunk: Uint8Array): void;
	/** Flushes half lines; call once. */
	end(): {readonly tail: readonly Safe[]; readonly stdout: string};
}

/** @param secrets asked while output comes. @param onLine gets lines until the cap, then one line that says so. */
export function collectOutput(secrets: () => readonly string[], onLine?: (line: Safe) => void): Output {
	const kept: Uint8Array[] = [];
	let keptBytes = 0;
	let shownBytes = 0;
	/** Lines past the cap wait raw: only the last of them are worth the work, and only at the end. */
	let tail: {readonly text: string; readonly clean?: (line: string) => string}[] = [];

	function stream() {
		const clean = lineRedactor(secrets);
		const decoder = new StringDecoder('utf8');
		const cutter = lineCutter((raw) => {
			if (tail.length > TAIL_LINES * 4) tail = tail.slice(-TAIL_LINES);
			if (shownBytes > OUTPUT_CAP) {
				tail.push({text: raw, clean});
				return;
			}
			// Redacted as one line of its stream, so that a key that began earlier is still known to be one.
			const text = clean(cleanLine(raw));
			tail.push({text});
			onLine?.(safe(text));
		});
		return {
			add(chunk: Uint8Array) {
				const before = shownBytes;
				cutter.add(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
				shownBytes += chunk.byteLength;
				if (before <= OUTPUT_CAP && shownBytes > OUTPUT_CAP)
					onLine?.(safe('… more than 10 MB of output: the rest is not shown'));
			},
			end() {
				cutter.add(decoder.end());
				cutter.end();
			},
		};
	}
	const [out, err] = [stream(), stream()];

	return {
		stdout(chunk) {
			out.add(chunk);
			kept.push(chunk);
			keptBytes += chunk.byteLength;
			for (let first = kept[0]; first !== undefined && keptBytes - first.byteLength >= OUTPUT_CAP; first = kept[0]) {
				keptBytes -= first.byteLength;
				kept.shift();
			}
		},
		stderr: (chunk) => err.add(chunk),
		end() {
			out.end();
			err.end();
			const bytes = Buffer.concat(kept);
			const text = bytes.subarray(Math.max(0, bytes.byteLength - OUTPUT_CAP)).toString('utf8');
			return {
				tail: tail.slice(-TAIL_LINES).map(({text, clean}) => safe(clean === undefined ? text : clean(cleanLine(text)))),
				stdout: redact(withoutColour(text), secrets()),
			};
		},
	};
}
