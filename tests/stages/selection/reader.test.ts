// A person is asked before anything of the repository goes to a model; nobody's silence, flag or journal answers for them.

import {expect, test} from 'vitest';
import {INITIAL} from '../../../src/domain/deployment/fold.ts';
import {safe} from '../../../src/domain/safe.ts';
import {answerOf} from '../../../src/engine/answers.ts';
import type {Recorder} from '../../../src/engine/recorder.ts';
import {standFor} from '../../../src/engine/stand.ts';
import type {Ranker} from '../../../src/ports/ranker.ts';
import {createSelection} from '../../../src/stages/selection/stage.ts';
import {fakeClock} from '../../kit/clock.ts';
import {fakeRepository} from '../../kit/fake-repository.ts';
import {fakeMemory, fakeStand} from '../../kit/fake-stand.ts';
import {feature} from '../../kit/features.ts';
import {discoveryOf} from '../../kit/release.ts';

const features = [feature('a'), feature('b')];

function reader(asks = true) {
	const said: unknown[] = [];
	const ranker: Ranker = {
		question: async () => (asks ? {question: safe('May it?'), details: [safe('What is sent')]} : undefined),
		allow: async (yes) => void said.push(yes),
		rank: async (ranked) => {
			said.push('rank');
			return {
				features: ranked,
				by: 'claude',
				note: 'read',
				tell: 'info',
				summary: 'See http://evil.example\u001b[2J now',
			};
		},
	};
	return {ranker, said};
}

async function select(ranker: Ranker, answers: Record<string, string>) {
	const stand = fakeStand({batch: 'recommended', ...answers});
	const stage = createSelection({repository: fakeRepository({}), memory: fakeMemory(), ranker, tag: 'v{version}'});
	const movement = await stage.perform({discovery: discoveryOf(features)}, stand);
	return {stand, movement};
}

test.each([
	['yes', [true, 'rank']],
	['no', [false, 'rank']],
])('asked first, and %s is remembered', async (answer, expected) => {
	const {ranker, said} = reader();
	const {stand} = await select(ranker, {ai: answer});
	expect(stand.asked[0]).toMatchObject({id: 'selection.ai', kind: 'ai', question: 'May it?'});
	expect(said).toEqual(expected);
});

test('nobody’s answer is no answer; where nothing is to be asked, nothing is asked', async () => {
	const silent = reader();
	await select(silent.ranker, {});
	expect(silent.said).toEqual(['rank']);
	const settled = reader(false);
	const {stand, movement} = await select(settled.ranker, {});
	expect(stand.asked.map(({kind}) => kind)).toEqual(['batch']);
	expect(stand.notes).toContain('read');
	expect(movement.kind === 'finished' && movement.output.ranking).toEqual({
		by: 'claude',
		note: 'read',
		summary: 'See [link] now',
	});
});

test('--yes does not speak for a person', async () => {
	const {ranker} = reader();
	const {stand} = await select(ranker, {});
	const [request] = stand.asked;
	if (request === undefined) throw new Error('nothing was asked');
	expect(
		answerOf({...request, stage: 'selection'}, {yes: true, trustHash: 'h', select: 'recommended'}),
	).toBeUndefined();
});

test('an answer in a journal, which may have come with the repository, counts for a conflict but not for this', async () => {
	const answers = {'selection.ai': {value: 'yes'}, 'selection.conflict.1': {value: 'pull-in'}};
	const parts = {
		// `as`: the stand looks at the state and records; nothing else of a recorder is used here
		recorder: {state: () => ({...INITIAL, answers}), record: async () => undefined} as unknown as Recorder,
		folder: fakeStand().folder,
		clock: fakeClock(),
		fence: 1,
		flags: {yes: true, trustHash: 'h'},
		person: async () => 'no',
		wishes: () => ({promote: false, paused: false}),
	};
	const stand = standFor('selection', parts, new AbortController().signal);
	const options = [
		{value: 'no', label: safe('No')},
		{value: 'yes', label: safe('Yes')},
	];
	const question = {question: safe('May it?'), details: [], options, flag: ''};
	expect(await stand.ask({...question, id: 'selection.conflict.1', kind: 'conflict'})).toBe('pull-in');
	expect(await stand.ask({...question, id: 'selection.ai', kind: 'ai'})).toBe('no');
});
