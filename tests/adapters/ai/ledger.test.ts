// The budget: paid before it is asked, kept by two processes at once, and never forgotten by a crash or a torn file.

import {fork} from 'node:child_process';
import {appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openLedger, overCap} from '../../../src/adapters/ai/ledger.ts';
import fc from '../../kit/check.ts';
import {fakeAi, nothing, type Step} from '../../kit/fake-ai.ts';
import {tempFolder} from '../../kit/temp.ts';
import {ranker} from './kit.ts';

const CAPS = {perRun: 1, perDay: 2, perMonth: 3, callsPerDay: 4};
const DAY = 86_400_000;
const MORNING = Date.UTC(2026, 10, 10, 9);
const FILE = 'ledger-2026-11.jsonl';

test('a run, a day, a month and a number of calls: each cap holds, and says its key', async () => {
	const ledger = openLedger(join(tempFolder(), 'ai'), CAPS);
	expect(await ledger.reserve('a', 1.01, MORNING)).toMatchObject({
		ok: false,
		why: expect.stringContaining('ai.caps.perRun'),
	});
	const first = await ledger.reserve('b', 1, MORNING);
	expect(first.ok).toBe(true);
	expect((await ledger.reserve('c', 1, MORNING)).ok).toBe(true);
	expect(await ledger.reserve('d', 0.5, MORNING)).toMatchObject({
		ok: false,
		why: expect.stringContaining('perDay ($2.00) is reached'),
	});
	// What was refused, or came cheaper, gives its share back.
	if (first.ok) await first.reservation.settle(0.1);
	expect((await ledger.reserve('e', 0.9, MORNING)).ok).toBe(true);
	expect((await ledger.reserve('f', 0.9, MORNING + DAY)).ok).toBe(true);
	expect(await ledger.reserve('g', 0.9, MORNING + 2 * DAY)).toMatchObject({
		ok: false,
		why: expect.stringContaining('perMonth'),
	});
	expect((await ledger.reserve('h', 0.9, MORNING + 30 * DAY)).ok).toBe(true);
	const calls = openLedger(join(tempFolder(), 'ai'), CAPS);
	for (const id of ['1', '2', '3', '4']) expect((await calls.reserve(id, 0.01, MORNING)).ok).toBe(true);
	expect(await calls.reserve('5', 0.01, MORNING)).toMatchObject({
		ok: false,
		why: expect.stringContaining('callsPerDay (4)'),
	});
});

test('a torn or forged line costs a whole run, and swallows no other', async () => {
	const folder = join(tempFolder(), 'ai');
	const ledger = openLedger(folder, {...CAPS, callsPerDay: 100});
	expect((await ledger.reserve('a', 0.1, MORNING)).ok).toBe(true);
	appendFileSync(join(folder, FILE), '{"id":"x","day":"2026-1');
	expect((await ledger.reserve('b', 0.1, MORNING)).ok).toBe(true);
	appendFileSync(join(folder, FILE), '{"id":"y","day":"2026-11-10","usd":-50}\n');
	expect(await ledger.reserve('c', 0.1, MORNING)).toMatchObject({
		ok: false,
		why: 'ai.caps.perDay ($2.00) is reached (2 lines of the ledger cannot be read and count as full runs)',
	});
	expect(readFileSync(join(folder, FILE), 'utf8')).toContain('"id":"b"');
});

test('a ledger that cannot be written, or leads elsewhere, means that nothing is asked', async () => {
	const folder = tempFolder();
	const elsewhere = join(tempFolder(), 'elsewhere.txt');
	writeFileSync(elsewhere, '');
	mkdirSync(join(folder, 'ai'));
	symlinkSync(elsewhere, join(folder, 'ai', FILE));
	const refused = {ok: false, why: 'what it costs cannot be written down'};
	expect(await openLedger(join(folder, 'ai'), CAPS).reserve('a', 0.1, MORNING)).toEqual(refused);
	expect(readFileSync(elsewhere, 'utf8')).toBe('');
	writeFileSync(join(folder, 'file'), '');
	expect(await openLedger(join(folder, 'file'), CAPS).reserve('a', 0.1, MORNING)).toEqual(refused);
});

test('whatever two or more write in whatever order, what was let through stays under the caps', () => {
	const one = fc.record({
		usd: fc.double({min: 0, max: 1.2, noNaN: true}),
		settled: fc.option(fc.double({min: 0, max: 1, noNaN: true})),
	});
	fc.assert(
		fc.property(fc.array(one, {maxLength: 12}), (wishes) => {
			// All reserve before anybody reads: the worst that several processes can do.
			const reserved = wishes.map(({usd}, i) => JSON.stringify({id: `r${i}`, day: '2026-11-10', usd}));
			const text = reserved.join('\n');
			const through = wishes.filter((_, i) => overCap(text, `r${i}`, CAPS) === undefined);
			expect(through.reduce((sum, {usd}) => sum + usd, 0)).toBeLessThanOrEqual(CAPS.perDay + 1e-6);
			expect(through.filter(({usd}) => usd > 0).length).toBeLessThanOrEqual(CAPS.callsPerDay);
		}),
		{numRuns: 200},
	);
});

test('several processes at once share one budget', async () => {
	const folder = join(tempFolder(), 'ai');
	const source = `
		const {openLedger} = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/ai/ledger.ts'))});
		const ledger = openLedger(${JSON.stringify(folder)}, ${JSON.stringify({...CAPS, perDay: 1, callsPerDay: 100})});
		let won = 0;
		for (let i = 0; i < 10; i++) if ((await ledger.reserve(process.pid + '-' + i, 0.1, ${MORNING})).ok) won++;
		process.send(won);
	`;
	const script = join(tempFolder(), 'child.mjs');
	writeFileSync(script, source);
	const runs = [1, 2, 3].map(
		() =>
			new Promise<number>((done, fail) => {
				const child = fork(script);
				child.once('message', (won) => done(Number(won)));
				child.once('error', fail);
			}),
	);
	const won = await Promise.all(runs);
	const total = won.reduce((sum, n) => sum + n, 0);
	expect(total).toBeLessThanOrEqual(10);
	expect(total).toBeGreaterThan(0);
});

test.each<[string, Step | readonly [Step, ...Step[]], (usd: number) => boolean]>([
	['a good answer costs what it says', nothing, (usd) => Math.abs(usd - 0.00016) < 1e-9],
	['a refused request costs nothing', {kind: 'status', status: 400}, (usd) => usd === 0],
	['one that hangs may have cost: it is counted in full', {kind: 'hang'}, (usd) => usd > 0.002],
	['a cut answer says what it cost', {kind: 'stop', reason: 'max_tokens'}, (usd) => Math.abs(usd - 0.00016) < 1e-9],
])('%s', async (name, step, right) => {
	const ai = await fakeAi(...('kind' in step ? ([step] as const) : step));
	// Loading is part of the deadline: without it here, a busy machine would be late before it has asked.
	await import('@anthropic-ai/sdk');
	const {rank, stateFolder} = await ranker(ai, {parts: {deadlineMs: name.includes('hangs') ? 1000 : 20_000}});
	await rank();
	const lines = readFileSync(join(stateFolder, 'ai', FILE), 'utf8')
		.trim()
		.split(/\n+/)
		.map((line) => JSON.parse(line));
	expect(lines).toHaveLength(2);
	expect(lines[0].usd).toBeGreaterThan(0.006);
	expect(lines[1]).toMatchObject({id: lines[0].id, settled: true});
	expect(right(lines[1].usd)).toBe(true);
});

test('where the budget is spent nothing is sent', async () => {
	const ai = await fakeAi(nothing);
	const caps = {perRun: 1, perDay: 0.001, perMonth: 20, callsPerDay: 50};
	const {rank} = await ranker(ai, {settings: {caps}});
	expect(await rank()).toMatchObject({
		by: 'rules',
		tell: 'warning',
		note: 'AI off: ai.caps.perDay ($0.0010) is reached',
	});
	expect(ai.seen).toEqual([]);
});
