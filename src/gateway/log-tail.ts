// Room: gateway. The last lines of a log file, whatever its size.

import {open} from 'node:fs/promises';

const BYTES_PER_LINE = 400;

/** At most `lines` lines, oldest first; none when there is no file. Text as it was written: not safe to draw. */
export async function logTail(file: string, lines: number): Promise<string[]> {
	if (lines === 0) return [];
	try {
		const handle = await open(file, 'r');
		try {
			const {size} = await handle.stat();
			const length = Math.min(size, Math.max(65_536, lines * BYTES_PER_LINE));
			const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, size - length);
			const text = buffer.toString('utf8', 0, bytesRead).split('\n');
			if (length < size) text.shift();
			if (text.at(-1) === '') text.pop();
			return text.slice(-lines);
		} finally {
			await handle.close();
		}
	} catch {
		return [];
	}
}
