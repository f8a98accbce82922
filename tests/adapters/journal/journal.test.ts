import {execFile} from 'node:child_process';
import {appendFileSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import {openJournal, readJournal, readRecords} from '../../../src/adapters/journal/jsonl-journal.ts';
import {decode, encode} from '../../../src/adapters/journal/record.ts';
import type {Body, DeploymentEvent} from '../../../src/domain/deployment/event.ts';
import {safe} from '../../../src/domain/safe.ts';
import fc from '../../kit/check.ts';
import {fakeClock} from '../../kit/clock.ts';
import {tempFolder} from '../../kit/temp.ts';

const note = (text: string): Body => ({type: 'note', level: 'info', text: safe(text)});

async function written(count: number): Promise<string> {
	const file = join(tempFolder(), 'journal.jsonl');
	const journal = await openJournal(file, {fence: 3, clock: fakeClock()});
	for (let i = 1; i <= count; i++) await journal.append(note(`record ${i}`), i % 2 === 0);
	await journal.close();
	return file;
}

test('records come back as they were written, numbered without gaps and stamped', async () => {
	const {events, tornBytes} = await readJournal(await written(5));
	expect(events.map((e) => e.seq)).toEqual([1, 2, 3, 4, 5]);
	expect(events.map((e) => e.fence)).toEqual([3, 3, 3, 3, 3]);
	expect(events[4]).toMatchObject({type: 'note', text: 'record 5', utc: '2026-11-21T10:00:00.000Z'});
	expect(tornBytes).toBe(0);
});

test('appends that overlap keep their order', async () => {
	const file = join(tempFolder(), 'journal.jsonl');
	const journal = await openJournal(file, {fence: 1, clock: fakeClock()});
	await Promise.all(Array.from({length: 50}, (_, i) => journal.append(note(`${i}`), i % 7 === 0)));
	await journal.close();
	const {events} = await readJournal(file);
	expect(events.map((e) => (e.type === 'note' ? e.text : ''))).toEqual(Array.from({length: 50}, (_, i) => `${i}`));
});

test('a tail torn at any byte is dropped, counted, and written over by the next record', async () => {
	const file = await written(3);
	const whole = readFileSync(file);
	const two = whole.subarray(0, whole.lastIndexOf(0x0a, whole.length - 2) + 1).length;
	for (let cut = two + 1; cut < whole.length; cut++) {
		writeFileSync(file, whole);
		truncateSync(file, cut);
		const journal = await openJournal(file, {fence: 4, clock: fakeClock()});
		expect([journal.past.length, journal.tornBytes]).toEqual([2, cut - two]);
		await journal.append(note('after the crash'), true);
		await journal.close();
		const {events, tornBytes} = await readJournal(file);
		expect([events.length, tornBytes, events[2]?.seq]).toEqual([3, 0, 3]);
	}
});

test('damage in the middle is never skipped over: opening refuses, reading says where', async () => {
	const file = await written(4);
	const lines = readFileSync(file, 'utf8').split('\n');
	lines[1] = (lines[1] ?? '').replace('record 2', 'record X');
	writeFileSync(file, lines.join('\n'));
	expect(await readJournal(file)).toMatchObject({events: [{seq: 1}], damagedAt: 2});
	await expect(openJournal(file, {fence: 1, clock: fakeClock()})).rejects.toMatchObject({
		fault: {code: 'JOURNAL_DAMAGED'},
	});
});

test('a missing journal is an empty one', async () => {
	expect(await readJournal(join(tempFolder(), 'none.jsonl'))).toMatchObject({events: [], tornBytes: 0});
});

test('any text survives the record format, and no flipped byte goes unnoticed', () => {
	const stamp = {seq: 1, fence: 1, mono: 1.5, utc: '2026-11-21T10:00:00.000Z'};
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.nat(), fc.integer({min: 1, max: 255}), (text, position, flip) => {
			const event: DeploymentEvent = {type: 'note', level: 'info', text: safe(text), ...stamp};
			const line = encode(event);
			expect(decode(line.trimEnd())).toEqual(event);
			const bytes = Buffer.from(line);
			const at = position % (bytes.length - 1);
			bytes[at] = (bytes[at] ?? 0) ^ flip;
			expect(readRecords(bytes).events).toEqual([]);
		}),
		{numRuns: 2000},
	);
});

test('a byte that became no text at all is noticed, also where a reader would put the very same sign in its place', () => {
	const stamp = {seq: 1, fence: 1, mono: 1.5, utc: '2026-11-21T10:00:00.000Z'};
	const bytes = Buffer.from(encode({type: 'note', level: 'info', text: safe('lost: \ufffd'), ...stamp}));
	expect(readRecords(bytes).events).toHaveLength(1);
	bytes[bytes.indexOf(0xef)] = 0xf0;
	expect(readRecords(bytes).events).toEqual([]);
});

test('garbage of any kind never throws and never counts as a record', () => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 400}), (bytes) => {
			expect(readRecords(Buffer.from(bytes)).events).toEqual([]);
		}),
		{numRuns: 2000},
	);
});

test('a record with a skipped number ends the reading', async () => {
	const file = await written(2);
	const {events} = await readJournal(file);
	const last = events[1];
	if (!last) throw new Error('two records were written');
	appendFileSync(file, encode({...last, seq: 9}));
	expect(await readJournal(file)).toMatchObject({
		events: [{seq: 1}, {seq: 2}],
		tornBytes: encode({...last, seq: 9}).length,
	});
});

test('a disk that fills up in the middle of a record leaves no half of it in front of the next one', async () => {
	const file = join(tempFolder(), 'journal.jsonl');
	const source = (path: string) => JSON.stringify(resolve(import.meta.dirname, '../../..', path));
	const script = `
		import {openJournal} from ${source('src/adapters/journal/jsonl-journal.ts')};
		const note = (text) => ({type: 'note', level: 'info', text});
		const journal = await openJournal(${JSON.stringify(file)}, {fence: 1, clock: {now: Date.now, mono: () => 1}});
		await journal.append(note('fits'), true);
		const failed = await journal.append(note('x'.repeat(5000)), true).catch((error) => error.fault.code);
		const after = await journal.append(note('fits again'), true);
		console.log(failed, after.seq);
	`;
	// 4 blocks of 512 or 1024 bytes: the second record is cut off by the kernel as a full disk would.
	const shell = `trap '' XFSZ; ulimit -f 4; exec "${process.execPath}" --input-type=module -e "$SCRIPT"`;
	const {stdout} = await promisify(execFile)('sh', ['-c', shell], {env: {...process.env, SCRIPT: script}});
	expect(stdout.trim()).toBe('DISK 2');
	const {events, tornBytes, damagedAt} = await readJournal(file);
	expect(events.map((e) => (e.type === 'note' ? e.text : ''))).toEqual(['fits', 'fits again']);
	expect([tornBytes, damagedAt]).toEqual([0, undefined]);
});

test('a journal that is damaged in the middle can be cut there when that is asked for, and the damaged one is kept', async () => {
	const file = await written(4);
	const lines = readFileSync(file, 'utf8').split('\n');
	writeFileSync(file, [lines[0], 'rubbish', ...lines.slice(2)].join('\n'));
	const damaged = readFileSync(file);
	const cutTo = `${file}.corrupt-1`;
	const journal = await openJournal(file, {fence: 1, clock: fakeClock(), cutTo});
	await journal.append(note('goes on'), true);
	await journal.close();
	expect((await readJournal(file)).events.map((e) => e.seq)).toEqual([1, 2]);
	expect(readFileSync(cutTo)).toEqual(damaged);
});
