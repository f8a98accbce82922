// Room: adapters. Cutting a byte stream into tokens at one byte, with a cap per token, so that a message of 50 MB or a
// file of one endless line costs a bounded amount of memory. Knows nothing of git.

import {StringDecoder} from 'node:string_decoder';

const EMPTY = Buffer.alloc(0);

/**
 * Yields arrays of tokens (one array per chunk: a generator step per token would cost more than the cutting). What a
 * token has beyond `cap` bytes is dropped. A last token without its separator is yielded too, unless it is empty.
 */
export async function* tokens(source: AsyncIterable<Buffer>, separator: number, cap: number): AsyncGenerator<Buffer[]> {
	let parts: Buffer[] = [];
	let held = 0;
	const take = (part: Buffer) => {
		const room = cap - held;
		if (room > 0 && part.length > 0) parts.push(part.length > room ? part.subarray(0, room) : part);
		held += part.length;
	};
	const finish = (): Buffer => {
		const whole = parts.length === 0 ? EMPTY : parts.length === 1 ? (parts[0] ?? EMPTY) : Buffer.concat(parts);
		parts = [];
		held = 0;
		return whole;
	};
	for await (const chunk of source) {
		const found: Buffer[] = [];
		let from = 0;
		for (let at = chunk.indexOf(separator); at >= 0; at = chunk.indexOf(separator, from)) {
			take(chunk.subarray(from, at));
			found.push(finish());
			from = at + 1;
		}
		take(chunk.subarray(from));
		if (found.length > 0) yield found;
	}
	if (held > 0) yield [finish()];
}

/**
 * The same as text, parted by NUL: decoded and cut a chunk at a time, which for many small tokens is several times quicker.
 * `cap` counts characters. Bytes that are no UTF-8 become U+FFFD.
 */
export async function* texts(source: AsyncIterable<Buffer>, cap: number): AsyncGenerator<string[]> {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	for await (const chunk of source) {
		const found = decoder.write(chunk).split('\0');
		const last = found.pop() ?? '';
		if (found.length === 0) {
			if (rest.length < cap) rest += last.slice(0, cap - rest.length);
			continue;
		}
		found[0] = rest + found[0];
		rest = last;
		yield found.map((token) => (token.length > cap ? token.slice(0, cap) : token));
	}
	rest += decoder.end();
	if (rest !== '') yield [rest];
}

/** Reads on while nobody takes, up to `most` bytes, so that the process behind does not stand still meanwhile. */
export async function* readAhead(source: AsyncGenerator<Buffer>, most: number): AsyncGenerator<Buffer> {
	const held: Buffer[] = [];
	let bytes = 0;
	let ended = false;
	let left = false;
	let problem: {readonly thrown: unknown} | undefined;
	let wakeReader = () => {};
	let wakePump = () => {};
	const pump = async () => {
		try {
			for await (const chunk of source) {
				held.push(chunk);
				bytes += chunk.length;
				wakeReader();
				while (bytes > most && !left) {
					await new Promise<void>((resolve) => {
						wakePump = resolve;
					});
				}
				if (left) return;
			}
		} catch (thrown) {
			problem = {thrown};
		} finally {
			ended = true;
			wakeReader();
		}
	};
	const pumping = pump();
	try {
		for (;;) {
			const chunk = held.shift();
			if (chunk) {
				bytes -= chunk.length;
				wakePump();
				yield chunk;
			} else if (problem) {
				throw problem.thrown;
			} else if (ended) {
				return;
			} else {
				await new Promise<void>((resolve) => {
					wakeReader = resolve;
				});
			}
		}
	} finally {
		left = true;
		wakePump();
		// It waits for the process, which dies with its stream.
		await Promise.allSettled([source.return(undefined), pumping]);
	}
}

/** The same, begun at once and not when somebody first takes. It must be read or ended. */
export function readingAhead(source: AsyncGenerator<Buffer>, most: number): AsyncGenerator<Buffer> {
	const ahead = readAhead(source, most);
	const first = ahead.next();
	// Whoever reads hears of a failure; until then nobody does.
	first.catch(() => undefined);
	return (async function* () {
		try {
			const next = await first;
			if (next.done) return;
			yield next.value;
			yield* ahead;
		} finally {
			await ahead.return(undefined);
		}
	})();
}
