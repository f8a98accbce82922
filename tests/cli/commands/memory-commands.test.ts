// Room: tests. What the commands about the past print, over a real memory.

import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import {analyzeCommand} from '../../../src/cli/commands/analyze.ts';
import {type HistoryOptions, historyCommand} from '../../../src/cli/commands/history.ts';
import {learnCommand} from '../../../src/cli/commands/learn.ts';
import {outcomeCommand} from '../../../src/cli/commands/outcome.ts';
import {resetCommand} from '../../../src/cli/commands/reset.ts';
import type {Body} from '../../../src/domain/deployment/event.ts';
import {deploymentIdAt} from '../../../src/domain/ids.ts';
import {summarise} from '../../../src/domain/learning/summarise.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Summary} from '../../../src/domain/summary.ts';
import {fakeClock} from '../../kit/clock.ts';
import {closed, feature, line, story} from '../../kit/deployments.ts';
import {tempFolder} from '../../kit/temp.ts';

function remembering(summaries: readonly Summary[]) {
	const root = tempFolder();
	mkdirSync(join(root, 'deployment_memory', 'history'), {recursive: true});
	const lines = summaries.map((s) => `${JSON.stringify(s)}\n`).join('');
	writeFileSync(join(root, 'deployment_memory', 'history', 'index.jsonl'), lines);
	const memory = openMemory(root, {clock: fakeClock()});
	const printed: string[] = [];
	const out = (text: string) => void printed.push(text);
	const history = async (options: HistoryOptions = {}, width = 120) => {
		printed.length = 0;
		await historyCommand({memory, out, width}, options);
		return [...printed];
	};
	return {root, memory, printed, out, history};
}

const PAST = [
	closed(1, {features: [feature(1, {title: safe('add a basket'), scope: safe('shop')})]}),
	closed(2, {outcome: 'rolled_back', why: safe('12 errors in 200 requests'), features: [feature(2, {kind: 'fix'})]}),
	closed(3000, {outcome: 'aborted', features: [feature(3, {title: safe('basket again')})]}),
];
const fault = (code: string) => expect.objectContaining({fault: expect.objectContaining({code})});

test('the table: newest first, everything in words, nothing wider than the terminal', async () => {
	const {history} = remembering(PAST);
	const lines = await history();
	expect(lines[0]).toMatch(/^ID +Outcome +Version +Features +Risk +Took +Strategy +What$/);
	expect(lines.slice(1).map((l) => l.split(/ {2,}/).slice(0, 2))).toEqual([
		[PAST[2]?.id, 'aborted'],
		[PAST[1]?.id, 'rolled back'],
		[PAST[0]?.id, 'promoted'],
	]);
	expect(lines[2]).toContain('12 errors in 200 requests');
	for (const width of [200, 120, 80, 60, 48]) {
		for (const text of await history({}, width)) expect(text.length).toBeLessThanOrEqual(width);
	}
	expect((await history({}, 48))[1]).toContain('aborted');
});

test('status, feature and dates choose; what they do not understand is said', async () => {
	const {history} = remembering(PAST);
	const ids = async (options: HistoryOptions) =>
		(await history({...options, json: true})).map((text) => (JSON.parse(text) as Summary).id);
	const [first, second, third] = PAST.map((s) => s.id);
	expect(await ids({})).toEqual([third, second, first]);
	expect(await ids({status: 'rolled back'})).toEqual([second]);
	expect(await ids({status: 'Rolled-Back'})).toEqual([second]);
	expect(await ids({feature: 'BASKET'})).toEqual([third, first]);
	expect(await ids({feature: 'shop'})).toEqual([first]);
	expect(await ids({since: '2026-01-06'})).toEqual([third]);
	expect(await ids({until: '2026-01-05'})).toEqual([second, first]);
	expect(await ids({until: '2026-01-05T09:01:30Z'})).toEqual([first]);
	expect(await history({status: 'failed'})).toEqual(['None of 3 deployments matches']);
	await expect(history({status: 'great'})).rejects.toEqual(fault('USAGE'));
	await expect(history({since: 'yesterday'})).rejects.toEqual(fault('USAGE'));
	expect(await remembering([]).history()).toEqual(['No deployment yet. Start one: orchestra deploy']);
});

test('exports hold no formula, no markup and no second line', async () => {
	const evil = [
		'=cmd|" /C calc"!A0',
		'@SUM(A1)',
		'<img src=x onerror=alert(1)> [a](http://b) @team **x** | y',
		'＝1+1',
	];
	const {history} = remembering(
		evil.map((title, i) =>
			closed(i, {why: safe(title), outcome: 'failed', features: [feature(i, {title: safe(title)})]}),
		),
	);
	const csv = await history({export: 'csv'});
	expect(csv).toHaveLength(5);
	expect(csv[0]).toMatch(/^"id","opened_at"/);
	for (const row of csv.slice(1)) {
		const cells = [...row.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((m) => m[1] ?? '');
		expect(cells).toHaveLength(20);
		for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
	}
	expect(csv.join('\n')).toContain(`"'=cmd|"" /C calc""!A0"`);
	const markdown = (await history({export: 'md'})).join('\n');
	expect(markdown).not.toMatch(/(?<!\\)(<img|\[a\]|\*\*x)|@team|http:\/\//);
	expect(markdown).toContain('\\<img');
	expect(markdown.split('\n').filter((l) => l.startsWith('| '))).toHaveLength(6);
	const json = JSON.parse((await history({export: 'json'})).join('\n'));
	expect(json).toHaveLength(4);
});

test('one deployment in detail: features, rollout, times, lesson and files, from its journal', async () => {
	const {root, memory, history} = remembering([]);
	const id = deploymentIdAt(Date.UTC(2026, 0, 5, 9));
	const {journal, folder} = await memory.open(id, 1);
	for (const body of story(id, [line(1, {title: safe('add a basket')}), line(2, {chosen: false})], 7))
		await journal.append(body, false);
	expect(await history({id})).toEqual([`Deployment ${id} is still open (running)`, 'See it: orchestra status']);
	const ending: Body[] = [
		{type: 'lesson.learned', expected: safe('little'), happened: safe('much'), next: [safe('first'), safe('then')]},
		{type: 'deployment.closed', outcome: 'rolled_back', why: safe('too many errors'), trafficMoved: true},
	];
	for (const body of ending) await journal.append(body, true);
	await folder.write('release-plan.md', '# Plan\n');
	await journal.close();
	const summary = summarise((await memory.read(id)) ?? []);
	if (summary === undefined) throw new Error('no summary');
	await memory.archive(summary);
	const text = (await history({id}, 100)).join('\n');
	for (const part of [
		'Outcome     rolled back',
		'Why         too many errors',
		'Cause       error-rate',
		'14 of 140 requests to the new version failed',
		'Tests       green: 1 suite, 7 passed, 0 failed',
		'recommended  10 %  feat  tests    add a basket',
		'1 recommended feature left out on purpose',
		'25    7/100',
		'Expected    little',
		'Next        first\n              then',
		'release-plan.md',
		join(root, 'deployment_memory', 'history', id),
	])
		expect(text).toContain(part);
	const [data] = await history({id, json: true});
	expect(JSON.parse(data ?? '')).toMatchObject({
		id,
		lesson: {next: ['first', 'then']},
		files: expect.arrayContaining(['journal.jsonl']),
	});
	await expect(history({id: '20200101_000000'})).rejects.toEqual(fault('NO_SUCH_DEPLOYMENT'));
	await expect(history({id: '../../etc/passwd'})).rejects.toEqual(fault('NO_SUCH_DEPLOYMENT'));
});

test('analyze says "no data" where there is none, and every rate with its cases and interval', async () => {
	const now = Date.UTC(2026, 0, 20);
	const empty = remembering([]);
	await analyzeCommand({memory: empty.memory, out: empty.out, width: 80, now});
	expect(empty.printed[0]).toContain('nothing to analyse');

	const few = remembering(PAST);
	await analyzeCommand({memory: few.memory, out: few.out, width: 80, now});
	const text = few.printed.join('\n');
	for (const part of [
		'3 deployments: 1 promoted, 1 rolled back, 1 aborted',
		'Success  50 %: 1 of 2 (95 % interval 9.5 % to 91 %)',
		'The memory is cold (2 deployments)',
		'Lead time       no data yet',
		'[?] At least 70 % succeed: no verdict yet: 8 more deployments needed',
		'Brier score',
		'Monday',
	])
		expect(text).toContain(part);
	for (const printed of few.printed.slice(0, 40)) expect(printed.length).toBeLessThanOrEqual(200);

	few.printed.length = 0;
	await analyzeCommand({memory: few.memory, out: few.out, width: 80, now}, {json: true});
	expect(few.printed).toHaveLength(1);
	expect(JSON.parse(few.printed[0] ?? '')).toMatchObject({
		deployments: 3,
		success: {good: 1, all: 2},
		confidence: 'cold',
	});
});

test('analyze after many deployments: trend, delivery and goals from the figures', async () => {
	const start = Date.UTC(2026, 0, 5, 9) / 1000;
	const past = Array.from({length: 20}, (_, i) =>
		closed(i * 1440, {
			outcome: i < 8 && i % 2 === 0 ? 'rolled_back' : 'promoted',
			features: [feature(i, {since: start + i * 86_400 - 7200})],
		}),
	);
	const many = remembering(past);
	await analyzeCommand({memory: many.memory, out: many.out, width: 80, now: Date.UTC(2026, 0, 25, 9)});
	const text = many.printed.join('\n');
	for (const part of [
		'+ + + + + + + + + +   (oldest to newest',
		'last 10: 100 %: 10 of 10',
		'the 10 before: 60 %: 6 of 10',
		'16 promoted in 20 days, 5.6 a week',
		'Change failures 20 %: 4 of 20',
		'Lead time       median 2 h 1 min over 16 features',
		'Recovery        median 1 d over 4 failures',
		'[x] At least 70 % succeed: 10 of the last 10 (100 %)',
		'[x] Fewer failures: failures: 0 in the last 5, 3 in the first 5',
	])
		expect(text).toContain(part);
});

test('outcome records what was found later, and the next selection has the mark and the cause', async () => {
	const {memory, printed, out, history} = remembering(PAST);
	const id = PAST[0]?.id ?? '';
	const context = {memory, out, now: Date.UTC(2026, 0, 7)};
	await outcomeCommand(context, {id, outcome: 'failed', cause: 'lost \u001b[31morders'});
	expect(printed[0]).toBe(`${id} was promoted; recorded that it was a failure`);
	expect(printed[1]).toBe('1 of its 1 changes are marked now');
	const {scars} = await memory.patterns();
	expect(Object.values(scars).map((s) => s.why)).toContain('lost ␛[31morders');
	expect((await history())[3]).toContain('promoted, later found failed');
	await expect(outcomeCommand(context, {id, outcome: 'bad'})).rejects.toEqual(fault('USAGE'));
	await expect(outcomeCommand(context, {id, outcome: 'failed'})).rejects.toEqual(fault('USAGE'));
	await expect(outcomeCommand(context, {id: '../x', outcome: 'ok'})).rejects.toEqual(fault('NO_SUCH_DEPLOYMENT'));
});

test('reset wants the name of the project, keeps a copy and forgets; learn brings nothing back that is gone', async () => {
	const {root, memory, printed, out} = remembering(PAST);
	await expect(resetCommand({memory, out, project: 'shop'}, 'yes')).rejects.toEqual(fault('USAGE'));
	expect(await memory.history()).toHaveLength(3);
	await resetCommand({memory, out, project: 'shop'}, 'shop');
	expect(await memory.history()).toEqual([]);
	expect(readdirSync(join(root, '.orchestra', 'backups'))).toHaveLength(1);
	expect(printed[1]).toContain('.orchestra/backups/deployment_memory-');
	printed.length = 0;
	await learnCommand({memory, out});
	expect(printed[0]).toBe('Learned anew from 0 deployments, 0 rules');
});

test('learn builds patterns and statistics anew', async () => {
	const {memory, printed, out} = remembering(PAST);
	await learnCommand({memory, out});
	expect(printed[0]).toBe('Learned anew from 3 deployments, 0 rules');
	expect(await memory.statistics()).toMatchObject({deployments: 3, promoted: 1});
	expect((await memory.patterns()).deployments).toBe(2);
});
