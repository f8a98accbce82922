import {chmodSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {allKept, cachedStream} from '../../../src/adapters/git/cache.ts';
import type {View} from '../../../src/adapters/git/view.ts';
import {tempFolder} from '../../kit/temp.ts';

const ANSWER = Buffer.from('commit\0'.repeat(20_000));

/** A view whose git is counted: only what the cache needs of it. */
function counted(answer = ANSWER) {
	const root = tempFolder();
	const asked: string[][] = [];
	const view = {
		dir: join(root, 'git'),
		async *stream(args: readonly string[]) {
			asked.push([...args]);
			for (let at = 0; at < answer.length; at += 5000) yield answer.subarray(at, at + 5000);
		},
	};
	// `as`: the cache uses nothing else.
	return {view: view as unknown as View, asked, folder: join(root, 'cache')};
}

async function read(view: View, args = ['log', 'a'.repeat(40)], input?: string): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const part of cachedStream(view, args, undefined, input)) parts.push(part);
	await allKept();
	return Buffer.concat(parts);
}

test('the second time git is not asked, and other arguments or input are another answer', async () => {
	const {view, asked, folder} = counted();
	expect((await read(view)).equals(ANSWER)).toBe(true);
	expect((await read(view)).equals(ANSWER)).toBe(true);
	expect(asked).toHaveLength(1);
	await read(view, ['log', 'b'.repeat(40)]);
	await read(view, ['log', 'a'.repeat(40)], 'input');
	expect(asked).toHaveLength(3);
	expect(readdirSync(folder)).toHaveLength(3);
});

test.each<[string, (file: string) => void]>([
	['cut off', (file) => truncateSync(file, 1000)],
	['empty', (file) => truncateSync(file, 0)],
	['altered', (file) => writeFileSync(file, readFileSync(file).fill('X', 50, 60))],
	['something else', (file) => writeFileSync(file, '{}')],
	[
		'a link',
		(file) => {
			rmSync(file);
			symlinkSync('/dev/zero', file);
		},
	],
])('a kept answer that is %s is not believed, and mended', async (_, spoil) => {
	const {view, asked, folder} = counted();
	await read(view);
	const [name = ''] = readdirSync(folder);
	spoil(join(folder, name));
	expect((await read(view)).equals(ANSWER)).toBe(true);
	expect((await read(view)).equals(ANSWER)).toBe(true);
	expect(asked).toHaveLength(2);
});

test('whoever leaves early keeps nothing, and a folder that cannot be written stops nobody', async () => {
	const {view, folder} = counted(Buffer.concat(Array.from({length: 20}, () => ANSWER)));
	for await (const part of cachedStream(view, ['log'])) {
		expect(part.length).toBeGreaterThan(0);
		break;
	}
	expect(readdirSync(join(folder, '..'))).toEqual([]);
	const locked = counted();
	writeFileSync(locked.folder, 'a file where the folder should be');
	chmodSync(locked.folder, 0o400);
	expect((await read(locked.view)).equals(ANSWER)).toBe(true);
});
