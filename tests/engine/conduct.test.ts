import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {readJournal} from '../../src/adapters/journal/jsonl-journal.ts';
import type {DeploymentEvent} from '../../src/domain/deployment/event.ts';
import {fault, raise} from '../../src/domain/fault/fault.ts';
import {STAGES} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Lock} from '../../src/ports/lock.ts';
import type {Movement, Stand} from '../../src/stages/stage.ts';
import {conductIn, fakeScore, finished} from '../kit/orchestra.ts';
import {tempFolder} from '../kit/temp.ts';

const question = {
	id: 'staging.trust',
	kind: 'trust',
	question: safe('Trust?'),
	details: [],
	options: [{value: 'trust', label: safe('yes')}],
	flag: '--trust h',
} as const;

async function ask(stand: Stand) {
	const answer = await stand.ask(question);
	return answer === undefined
		? ({kind: 'held', request: {...question, stage: 'staging'}} as const)
		: finished({answer});
}

const types = (events: readonly DeploymentEvent[]) => events.map((e) => e.type);
const journalOf = async (folder: string) => (await readJournal(join(folder, 'journal.jsonl'))).events;

test('the six stages play in order, each with the outputs of all before it, and the books are closed once', async () => {
	const folder = tempFolder();
	const archived: (readonly DeploymentEvent[])[] = [];
	const inputs: string[][] = [];
	const plays = Object.fromEntries(
		STAGES.slice(0, 5).map((name) => [
			name,
			async (_stand: Stand, input: Record<string, unknown>) => {
				inputs.push(Object.keys(input));
				return finished(name === 'production' ? {result: 'promoted'} : {});
			},
		]),
	);
	const ending = await (await conductIn({folder, archived}, fakeScore(plays))).ended;
	expect(ending).toMatchObject({exit: 0, state: {status: 'promoted'}});
	expect(inputs.map((keys) => keys.length)).toEqual([0, 1, 2, 3, 4]);
	expect(archived).toHaveLength(1);
	expect(types(archived[0] ?? []).at(-1)).toBe('deployment.closed');
});

test('a red stage closes the deployment as failed, learns, and takes back what was begun', async () => {
	const folder = tempFolder();
	const back = vi.fn(async () => undefined);
	const learned = vi.fn(async () => finished());
	const score = fakeScore(
		{testing: async () => ({kind: 'stopped', fault: fault('TESTS_RED', {with: {failed: 2}})}), learning: learned},
		{production: back, staging: back},
	);
	const ending = await (await conductIn({folder}, score)).ended;
	expect(ending).toMatchObject({exit: 1, fault: {code: 'TESTS_RED', stage: 'testing'}, state: {status: 'failed'}});
	expect(back).toHaveBeenCalledTimes(1);
	expect(learned).toHaveBeenCalledOnce();
});

test('an exception in a stage is a bug of ours, said as a fault', async () => {
	const score = fakeScore({discovery: () => Promise.reject(new Error('boom'))});
	const ending = await (await conductIn({folder: tempFolder()}, score)).ended;
	expect(ending).toMatchObject({exit: 1, fault: {code: 'BUG', kind: 'bug', headline: expect.stringContaining('boom')}});
});

test('a question nobody answers holds the deployment; the resume with the flag goes on where it was', async () => {
	const folder = tempFolder();
	const discovery = vi.fn(async () => finished());
	const score = fakeScore({discovery, staging: ask});
	const held = await (await conductIn({folder}, score)).ended;
	expect(held).toMatchObject({exit: 8, state: {status: 'held', decision: {id: 'staging.trust'}}});
	expect(held.fault?.nextSteps.join(' ')).toContain('--trust h');
	const resumed = await (await conductIn({folder}, score, {flags: {yes: false, trust: 'h', trustHash: 'h'}})).ended;
	expect(resumed).toMatchObject({exit: 0, state: {status: 'promoted', resumed: 1}});
	expect(discovery).toHaveBeenCalledOnce();
});

test('--yes never trusts, and a trust flag for other commands is no answer', async () => {
	const held = await (
		await conductIn({folder: tempFolder()}, fakeScore({staging: ask}), {
			flags: {yes: true, trust: 'other', trustHash: 'h'},
		})
	).ended;
	expect(held.exit).toBe(8);
});

test('a person at a terminal is asked and answers; anything that is no option is refused', async () => {
	const live = await conductIn({folder: tempFolder()}, fakeScore({staging: ask}), {interactive: true});
	await vi.waitFor(() => expect(live.state().decision).toBeDefined());
	expect(live.answer('staging.trust', 'whatever')).toBe(false);
	expect(live.answer('other.id', 'trust')).toBe(false);
	expect(live.answer('staging.trust', 'trust')).toBe(true);
	expect(await live.ended).toMatchObject({exit: 0, state: {answers: {'staging.trust': {by: 'person'}}}});
});

test('a step is on the record before its effect and confirmed after it', async () => {
	const folder = tempFolder();
	let during: string[] = [];
	const score = fakeScore({
		staging: async (stand) => {
			await stand.step({
				key: 'effect',
				title: 'the effect',
				isDone: async () => undefined,
				apply: async () => {
					during = types(await journalOf(folder));
					return {};
				},
			});
			return finished();
		},
	});
	await (await conductIn({folder}, score)).ended;
	expect(during.at(-1)).toBe('step.intended');
	expect(types(await journalOf(folder))).toContain('step.confirmed');
});

test('after a crash reality decides: a step that was done is not done again, one that was not is', async () => {
	for (const really of [true, false]) {
		const folder = tempFolder();
		let effects = 0;
		const step = (stand: Stand) =>
			stand.step({
				key: 'effect',
				title: 'the effect',
				isDone: async () => (really && effects > 0 ? {n: effects} : undefined),
				apply: async () => ({n: ++effects}),
			});
		const score = fakeScore({staging: async (stand) => finished(await step(stand))});
		await (await conductIn({folder}, score)).ended;
		// The crash: everything after the intent is lost.
		const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
		const intent = lines.findIndex((line) => line.includes('"step.intended"'));
		writeFileSync(join(folder, 'journal.jsonl'), `${lines.slice(0, intent + 1).join('\n')}\n{"torn`);
		const resumed = await (await conductIn({folder}, score)).ended;
		expect(resumed.exit).toBe(0);
		expect(effects).toBe(really ? 1 : 2);
		const reconciled = (await journalOf(folder)).find((e) => e.type === 'step.reconciled');
		expect(reconciled).toMatchObject({
			journal: 'intended',
			reality: really ? 'done' : 'not done',
			action: really ? 'skip' : 'apply',
		});
	}
});

test('wherever the journal ends, resuming ends in the same outcome with one closing record', async () => {
	const origin = tempFolder();
	const effects = new Set<string>();
	const play = (key: string) => async (stand: Stand) => {
		await stand.step({
			key,
			title: key,
			isDone: async () => (effects.has(key) ? {} : undefined),
			apply: async () => ({n: effects.add(key).size}),
		});
		return finished(key === 'production' ? {result: 'promoted'} : {});
	};
	const score = fakeScore({staging: play('staging'), production: play('production')});
	await (await conductIn({folder: origin}, score)).ended;
	const lines = readFileSync(join(origin, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
	for (let kept = 0; kept <= lines.length; kept++) {
		for (const purpose of ['deploy', 'abort'] as const) {
			const folder = tempFolder();
			for (const name of STAGES) {
				const text = (() => {
					try {
						return readFileSync(join(origin, `${name}.json`), 'utf8');
					} catch {
						return undefined;
					}
				})();
				if (text !== undefined) writeFileSync(join(folder, `${name}.json`), text);
			}
			writeFileSync(
				join(folder, 'journal.jsonl'),
				lines
					.slice(0, kept)
					.map((line) => `${line}\n`)
					.join(''),
			);
			const archived: (readonly DeploymentEvent[])[] = [];
			const ending = await (await conductIn({folder, archived}, score, {purpose})).ended;
			const closed = (await journalOf(folder)).filter((e) => e.type === 'deployment.closed');
			expect(closed).toHaveLength(1);
			expect(archived).toHaveLength(1);
			expect(ending.state.status).toMatch(purpose === 'deploy' ? /^promoted$/ : /^(promoted|aborted)$/);
		}
	}
});

test('a crash after the end was decided: learning and taking back still know what the stages had put out', async () => {
	for (const result of ['promoted', 'rolled_back'] as const) {
		const folder = tempFolder();
		const inputs: unknown[] = [];
		const score = fakeScore({
			production: async () => finished({result}),
			learning: async (_stand, input) => {
				inputs.push(input);
				return finished();
			},
		});
		const retreat = vi.fn(async (input: unknown) => void inputs.push(input));
		const withRetreat = {...score, staging: {...score.staging, retreat}};
		await (await conductIn({folder}, withRetreat)).ended;
		const file = join(folder, 'journal.jsonl');
		const lines = readFileSync(file, 'utf8').split('\n');
		const decided = lines.findIndex((line) => line.includes('"deployment.ending"'));
		writeFileSync(file, `${lines.slice(0, decided + 1).join('\n')}\n`);
		inputs.length = 0;
		await (await conductIn({folder}, withRetreat)).ended;
		expect(inputs).toHaveLength(result === 'promoted' ? 1 : 2);
		for (const input of inputs)
			expect(input).toMatchObject({selection: {from: 'selection'}, staging: {from: 'staging'}, production: {result}});
	}
});

test('a deployment that is closed but not archived is archived by the resume, and nothing else happens to it', async () => {
	const folder = tempFolder();
	const learning = vi.fn(() => Promise.reject(new Error('no lesson')));
	const back = vi.fn(async () => undefined);
	const score = fakeScore(
		{learning, testing: async () => ({kind: 'stopped', fault: fault('TESTS_RED', {with: {failed: 1}})})},
		{staging: back},
	);
	const archived: (readonly DeploymentEvent[])[] = [];
	await (await conductIn({folder, archived}, score)).ended;
	const again = await (await conductIn({folder, archived}, score)).ended;
	expect(again).toMatchObject({exit: 1, state: {status: 'failed'}});
	expect([learning, back].map((one) => one.mock.calls.length)).toEqual([1, 1]);
	expect(archived[1]).toEqual(archived[0]);
});

test('Ctrl-C stops at a safe point and leaves the deployment open; abort takes it back and closes it', async () => {
	for (const how of ['stop', 'abort'] as const) {
		const folder = tempFolder();
		const back = vi.fn(async () => undefined);
		const production = (stand: Stand) =>
			new Promise<never>((_, reject) => stand.signal.addEventListener('abort', () => reject(stand.signal.reason)));
		const live = await conductIn({folder}, fakeScore({production}, {production: back}));
		await vi.waitFor(() => expect(live.state().stages.production.status).toBe('running'));
		live.cancel(how);
		const ending = await live.ended;
		expect(ending).toMatchObject(
			how === 'stop' ? {exit: 130, state: {status: 'interrupted'}} : {exit: 1, state: {status: 'aborted'}},
		);
		expect(back).toHaveBeenCalledTimes(how === 'stop' ? 0 : 1);
	}
});

test('when taking back fails the deployment stays open and a person is called', async () => {
	const score = fakeScore(
		{production: async () => raise('NEVER_HEALTHY', {with: {release: 'v2', seconds: 30, slot: 'green'}})},
		{production: async () => raise('ROLLBACK_FAILED', {with: {why: 'the router is gone'}})},
	);
	const ending = await (await conductIn({folder: tempFolder()}, score)).ended;
	expect(ending).toMatchObject({exit: 4, fault: {code: 'ROLLBACK_FAILED'}, state: {status: 'running'}});
});

test('an artefact that was changed on disk is not believed: its stage is done again', async () => {
	const folder = tempFolder();
	const discovery = vi.fn(async () => finished({n: 1}));
	const score = fakeScore({discovery, staging: ask});
	await (await conductIn({folder}, score)).ended;
	writeFileSync(join(folder, 'discovery.json'), '{"n": 2}');
	await (await conductIn({folder}, score)).ended;
	expect(discovery).toHaveBeenCalledTimes(2);
});

test('when there is nothing to deploy nothing is recorded, and that is no failure', async () => {
	const discarded = vi.fn();
	const selection = async () =>
		({kind: 'stopped', fault: fault('NOTHING_TO_DEPLOY', {with: {dev: 'dev', base: 'main'}})}) as const;
	const ending = await (await conductIn({folder: tempFolder(), discarded}, fakeScore({selection}))).ended;
	expect(ending).toMatchObject({exit: 0, fault: {code: 'NOTHING_TO_DEPLOY'}});
	expect(discarded).toHaveBeenCalledOnce();
});

test('--until leaves after that stage; a plan records nothing after selection', async () => {
	const staging = vi.fn(async () => finished());
	const until = await (await conductIn({folder: tempFolder()}, fakeScore({staging}), {until: 'discovery'})).ended;
	expect(until).toMatchObject({exit: 0, state: {status: 'held'}});
	const plan = await (await conductIn({folder: tempFolder()}, fakeScore({staging}), {purpose: 'plan'})).ended;
	expect(plan.exit).toBe(0);
	expect(staging).not.toHaveBeenCalled();
});

test('--until is kept by whoever resumes, also where that stage, or one behind it, is done already', async () => {
	const folder = tempFolder();
	const production = vi.fn(async () => finished());
	const score = fakeScore({production});
	await (await conductIn({folder}, score, {until: 'testing'})).ended;
	for (const until of ['testing', 'staging', 'discovery'] as const) {
		const again = await (await conductIn({folder}, score, {until})).ended;
		expect(again).toMatchObject({exit: 0, state: {status: 'held'}});
	}
	expect(production).not.toHaveBeenCalled();
});

const choice = {
	id: 'learning.advance-base',
	kind: 'advance-base',
	question: safe('Move?'),
	details: [],
	options: [{value: 'yes', label: safe('yes'), recommended: true}],
	flag: '--yes',
} as const;
const nobody = {flags: {yes: false, trustHash: 'h'}};

test('a trust that a journal brings along is no trust: it is asked again', async () => {
	const folder = tempFolder();
	const score = fakeScore({staging: ask, testing: () => new Promise(() => undefined)});
	const first = await conductIn({folder}, score, {flags: {yes: false, trust: 'h', trustHash: 'h'}});
	await vi.waitFor(() => expect(first.state().stages.testing.status).toBe('running'));
	const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
	const answered = lines.findIndex((line) => line.includes('"decision.answered"'));
	writeFileSync(join(folder, 'journal.jsonl'), `${lines.slice(0, answered + 1).join('\n')}\n`);
	const resumed = await (await conductIn({folder}, score, nobody)).ended;
	expect(resumed).toMatchObject({exit: 8, state: {decision: {id: 'staging.trust'}}});
});

test('Ctrl-C at the question after a promotion leaves it open for the resume; abort answers it for nobody and closes', async () => {
	for (const how of ['stop', 'abort'] as const) {
		const folder = tempFolder();
		const answers: (string | undefined)[] = [];
		const learning = async (stand: Stand) => {
			answers.push(await stand.ask(choice));
			return finished();
		};
		const live = await conductIn({folder}, fakeScore({learning}), {...nobody, interactive: true});
		await vi.waitFor(() => expect(live.state().decision?.id).toBe(choice.id));
		live.cancel(how);
		if (how === 'abort') {
			expect(await live.ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
			expect(answers).toEqual([undefined]);
			continue;
		}
		expect(await live.ended).toMatchObject({exit: 130, state: {status: 'interrupted', ending: {outcome: 'promoted'}}});
		const resumed = await conductIn({folder}, fakeScore({learning}), {...nobody, interactive: true});
		await vi.waitFor(() => expect(resumed.answer(choice.id, 'yes')).toBe(true));
		expect(await resumed.ended).toMatchObject({exit: 0, state: {status: 'promoted'}});
	}
});

test('a wrong word is said with exit code 2, and no deployment is remembered for it', async () => {
	const selection = async () =>
		({kind: 'stopped', fault: fault('USAGE', {with: {message: 'no such feature'}})}) as const;
	const discarded = vi.fn();
	const archived: (readonly DeploymentEvent[])[] = [];
	const ending = await (await conductIn({folder: tempFolder(), discarded, archived}, fakeScore({selection}))).ended;
	expect(ending).toMatchObject({exit: 2, fault: {code: 'USAGE'}});
	expect([discarded.mock.calls.length, archived.length]).toEqual([1, 0]);

	const folder = tempFolder();
	await (await conductIn({folder}, fakeScore({}), {until: 'discovery'})).ended;
	const later = await (await conductIn({folder, discarded, archived}, fakeScore({selection}))).ended;
	expect(later).toMatchObject({exit: 2, state: {status: 'held'}});
	expect([discarded.mock.calls.length, archived.length]).toEqual([1, 0]);
});

test('what a stage says while it is being interrupted is no verdict', async () => {
	const discovery = (stand: Stand) =>
		new Promise<Movement<never>>((done) => {
			stand.signal.addEventListener('abort', () => done({kind: 'stopped', fault: fault('GIT_FAILED')}));
		});
	const live = await conductIn({folder: tempFolder()}, fakeScore({discovery}));
	await vi.waitFor(() => expect(live.state().stages.discovery.status).toBe('running'));
	live.cancel('stop');
	expect(await live.ended).toMatchObject({exit: 130, state: {status: 'interrupted'}});
});

test('a question of an earlier life is not open in the next until it is asked again', async () => {
	const folder = tempFolder();
	await (await conductIn({folder}, fakeScore({staging: ask}), nobody)).ended;
	const live = await conductIn({folder}, fakeScore({staging: () => new Promise(() => undefined)}), nobody);
	await vi.waitFor(() => expect(live.state().stages.staging.status).toBe('running'));
	expect(live.state().decision).toBeUndefined();
});

test('an answer that comes by itself while a person thinks is taken as the policy’s, and the person’s comes too late', async () => {
	let decide: (value: string) => void = () => undefined;
	const staging = async (stand: Stand) => {
		const answer = await stand.ask({...choice, id: 'x'}, () => new Promise((done) => (decide = done)));
		return finished({answer});
	};
	const live = await conductIn({folder: tempFolder()}, fakeScore({staging}), {...nobody, interactive: true});
	await vi.waitFor(() => expect(live.state().decision?.id).toBe('x'));
	decide('other');
	await vi.waitFor(() => expect(live.answer('x', 'yes')).toBe(false));
	expect(await live.ended).toMatchObject({exit: 0, state: {answers: {x: {value: 'other', by: 'policy'}}}});
});

test('a face that breaks stops hearing, and the deployment goes on', async () => {
	const live = await conductIn({folder: tempFolder()}, fakeScore({}));
	const heard = vi.fn(() => {
		throw new Error('the terminal is gone');
	});
	live.subscribe(heard);
	expect(await live.ended).toMatchObject({exit: 0});
	expect(heard).toHaveBeenCalledOnce();
});

test('books that cannot be put on the shelf do not change how it ended', async () => {
	const archive = () => raise('DISK', {with: {path: 'history', reason: 'no space left'}});
	const ending = await (await conductIn({folder: tempFolder()}, fakeScore({}), {archive})).ended;
	expect(ending).toMatchObject({exit: 0, fault: {code: 'DISK'}, state: {status: 'promoted'}});
});

test('a wish to go on that comes before the rollout is refused', async () => {
	let ready: (value: undefined) => void = () => undefined;
	let request: Parameters<Lock['onRequest']>[0] = () => ({accepted: false, text: ''});
	const lock: Lock = {
		fence: 1,
		describe: () => undefined,
		onRequest: (listener) => {
			request = listener;
		},
		release: async () => undefined,
	};
	const wished: boolean[] = [];
	const score = fakeScore({
		testing: async () => finished(await new Promise<undefined>((done) => (ready = done))),
		production: async (stand) => {
			wished.push(stand.wishes().promote);
			return finished({result: 'promoted'});
		},
	});
	const live = await conductIn({folder: tempFolder()}, score, {lock});
	await vi.waitFor(() => expect(live.state().stages.testing.status).toBe('running'));
	expect(request('promote')).toMatchObject({accepted: false});
	live.wish('promote');
	ready(undefined);
	await live.ended;
	expect(wished).toEqual([false]);
});
