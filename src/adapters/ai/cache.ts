// Room: adapters. Answers by the content of their question: asking the same again costs nothing and says the same. The folder
// is a cache: deleting it costs money, never correctness, and whatever lies in it is clamped like any answer.

import {createHash} from 'node:crypto';
import {lstat, open, readdir, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {z} from 'zod';
import {writeAtomic} from '../files/atomic.ts';
import {type Answer, keptAnswer} from './answer.ts';
import {plainFolder} from './ledger.ts';
import type {Payload} from './payload.ts';
import {MOST_OUTPUT_TOKENS, PROMPT_VERSION, SYSTEM} from './prompt.ts';

const MOST_FILES = 200;
const MOST_BYTES = 1024 * 1024;
const fileSchema = z.object({schemaVersion: z.literal(1), model: z.string(), answer: keptAnswer});

/** SHA-256, hex, over everything that decides the answer; ids and fences are left out, they are new each time. */
export function keyOf(payload: Payload, model: string): string {
	const content = {version: PROMPT_VERSION, system: SYSTEM, model, most: MOST_OUTPUT_TOKENS, sent: payload.sent};
	return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

export interface AnswerCache {
	get(key: string): Promise<Answer | undefined>;
	put(key: string, model: string, answer: Answer): Promise<void>;
}

export function openCache(folder: string): AnswerCache {
	const at = (key: string) => join(folder, `${key}.json`);
	return {
		async get(key) {
			try {
				if (!(await lstat(folder)).isDirectory()) return undefined;
				const seen = await lstat(at(key));
				if (!seen.isFile() || seen.size > MOST_BYTES) return undefined;
				const handle = await open(at(key), 'r');
				try {
					return fileSchema.parse(JSON.parse(await handle.readFile('utf8'))).answer;
				} finally {
					await handle.close();
				}
			} catch {
				return undefined;
			}
		},
		async put(key, model, answer) {
			try {
				await plainFolder(dirname(folder));
				await plainFolder(folder);
				await writeAtomic(at(key), `${JSON.stringify({schemaVersion: 1, model, answer})}\n`, {mode: 0o600});
				await prune(folder);
			} catch {
				// No cache is a dearer next time, nothing else.
			}
		},
	};
}

async function prune(folder: string): Promise<void> {
	const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
	if (names.length <= MOST_FILES) return;
	const dated = await Promise.all(names.map(async (name) => ({name, at: (await stat(join(folder, name))).mtimeMs})));
	dated.sort((a, b) => b.at - a.at || (a.name < b.name ? -1 : 1));
	for (const {name} of dated.slice(MOST_FILES)) await rm(join(folder, name), {force: true});
}
