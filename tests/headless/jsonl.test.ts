import {expect, test} from 'vitest';
import {jsonLine, runJson, statusRecord} from '../../src/headless/jsonl.ts';
import {brokenStaging, cannedLive, heldAtProduction, promoted, rolledBack, type Scenario} from '../kit/canned.ts';
import fc from '../kit/check.ts';
import {collect} from '../kit/collect.ts';

async function run(scenario: Scenario) {
	const {io, out, err} = collect();
	const live = cannedLive(scenario, {interactive: false});
	await runJson(live, io);
	const records: Record<string, unknown>[] = out()
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line));
	return {records, err: err(), live};
}

test('stdout is JSON Lines only: hello first, every event as it is, the outcome last', async () => {
	const {records, err, live} = await run(promoted());

	expect(records[0]).toMatchObject({schemaVersion: 1, type: 'hello'});
	expect(records.slice(1, -1)).toEqual(JSON.parse(JSON.stringify(live.published)));
	expect(records.at(-1)).toMatchObject({type: 'outcome', outcome: 'promoted', exit: 0, version: '1.5.0', fault: null});
	expect(records.some(({type}) => type === 'log')).toBe(true);
	expect(err).toBe('');
});

test.each([
	['rolled_back', rolledBack, 3],
	['failed', brokenStaging, 1],
	['held', heldAtProduction, 8],
] as const)('the outcome record of a %s deployment carries its exit code', async (outcome, scenario, exit) => {
	const {records} = await run(scenario);

	expect(records.at(-1)).toMatchObject({type: 'outcome', outcome, exit, id: '20261121_060100'});
});

test('the outcome of a broken build carries the fault whole', async () => {
	const {records} = await run(brokenStaging);

	expect(records.at(-1)).toMatchObject({
		fault: {code: 'BUILD_FAILED', kind: 'user', stage: 'staging'},
		trafficMoved: false,
	});
});

test('any text survives the way through a line, and no byte of the line could be obeyed by a terminal', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), (text) => {
			const line = jsonLine({text});

			expect(JSON.parse(line)).toEqual({text});
			expect(line.indexOf('\n')).toBe(line.length - 1);
			expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
		}),
	);
});

test('status as JSON names the holder and leaves the long lists out', async () => {
	const {live} = await run(promoted());

	const record = statusRecord(live.state(), false, undefined);
	expect(record).toMatchObject({schemaVersion: 1, type: 'status', running: false, holder: null, status: 'promoted'});
	expect(record).not.toHaveProperty('activity');
});
