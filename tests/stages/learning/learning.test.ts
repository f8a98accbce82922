// Room: tests. Stage 6 over a real memory, a real journal and a real git repository behind a small stand-in of its port.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import type {Batch} from '../../../src/domain/batch.ts';
import {raise} from '../../../src/domain/fault/fault.ts';
import {asOid, deploymentIdAt} from '../../../src/domain/ids.ts';
import type {Ended} from '../../../src/domain/learning/summarise.ts';
import {safe} from '../../../src/domain/safe.ts';
import {createRecorder} from '../../../src/engine/recorder.ts';
import {standFor} from '../../../src/engine/stand.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {createLearning} from '../../../src/stages/learning/stage.ts';
import type {Before} from '../../../src/stages/score.ts';
import {fakeClock} from '../../kit/clock.ts';
import {line, story} from '../../kit/deployments.ts';
import {type TempRepo, tempRepo} from '../../kit/temp.ts';

/** The four questions of stage 6, answered by git itself. */
function repositoryOf({git, root}: TempRepo, calls: string[]): Repository {
	const resolve = async (name: string) => {
		try {
			return asOid(git('rev-parse', '--verify', '-q', `${name}^{commit}`));
		} catch {
			return raise('REF_NOT_FOUND', {with: {ref: name}});
		}
	};
	const part: Partial<Repository> = {
		root,
		resolve,
		isAncestor: async (a, of) => git('merge-base', a, of) === a,
		publish: async () => void calls.push('publish'),
		moveBranch: async (branch, from, to) => {
			calls.push(`move ${branch}`);
			if (git('symbolic-ref', '--short', 'HEAD') === branch) return 'checked out';
			if ((await resolve(`refs/heads/${branch}`)) === to) return 'already there';
			git('update-ref', `refs/heads/${branch}`, to, from);
			return 'moved';
		},
		tag: async (name, commit, message) => {
			calls.push(`tag ${name}`);
			const at = await resolve(`refs/tags/${name}`).catch(() => undefined);
			if (at === commit) return 'already there';
			if (at !== undefined) raise('REF_MOVED', {with: {ref: name, from: at, to: commit}});
			git('tag', '-a', name, commit, '-m', message);
			return 'made';
		},
	};
	return part as Repository; // `as`: stage 6 asks for nothing else
}

interface Given {
	readonly afterPromotion?: 'ask' | 'always' | 'never';
	readonly yes?: boolean;
	readonly ended?: Ended;
	readonly errors?: number;
	readonly checkedOut?: 'main' | 'dev';
	/** Something that happens in the repository while the deployment runs. */
	readonly meanwhile?: (repo: TempRepo) => void;
	readonly baseBranch?: string;
	/** Built on an earlier release that the base branch never followed. */
	readonly lag?: boolean;
}

async function learn(given: Given = {}) {
	const repo = tempRepo();
	const base = asOid(repo.commit('feat: one', {'a.txt': '1'}));
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: two', {'a.txt': '2'});
	repo.git('checkout', '-q', '--detach', base);
	const builtOn = given.lag ? asOid(repo.commit('feat: earlier release', {'c.txt': '1'})) : base;
	const release = asOid(repo.commit('feat: two as released', {'a.txt': '2'}));
	repo.git('checkout', '-q', given.checkedOut ?? 'dev');
	given.meanwhile?.(repo);

	const clock = fakeClock();
	const memory = openMemory(repo.root, {clock});
	const id = deploymentIdAt(clock.now());
	const {journal, folder} = await memory.open(id, 1);
	onTestFinished(() => journal.close());
	const recorder = createRecorder(journal, folder);
	for (const body of story(id, [line(1), line(2, {chosen: false})], given.errors ?? 0)) {
		clock.advance(1000);
		await recorder.record(body);
	}
	const calls: string[] = [];
	const parts = {
		recorder,
		folder,
		clock,
		fence: 1,
		flags: {yes: given.yes ?? false, trustHash: ''},
		person: undefined,
		begun: () => false,
		judged: () => undefined,
		wishes: () => ({promote: false, paused: false}),
	};
	const stage = createLearning({
		repository: repositoryOf(repo, calls),
		memory,
		afterPromotion: given.afterPromotion ?? 'ask',
		baseBranch: given.baseBranch ?? 'main',
	});
	const batch = {
		release: {version: '1.3.0', tag: 'v1.3.0', commit: release, tree: release, base: builtOn, picks: []},
		risk: {value: 0.2, evidence: 4, reasons: []},
		chosen: [],
		ranked: [],
	} as unknown as Batch; // `as`: what stage 6 reads of a batch
	const perform = () => {
		const ended = given.ended ?? {outcome: 'promoted', trafficMoved: true};
		const input: Before['learning'] = {selection: batch, ended, state: recorder.state()};
		return stage.perform(input, standFor('learning', parts, new AbortController().signal));
	};
	const movement = await perform();
	const notes = () => recorder.events().flatMap((e) => (e.type === 'note' ? [e.text] : []));
	const at = (name: string) => repo.git('rev-parse', `${name}^{commit}`);
	return {repo, base, release, movement, recorder, calls, notes, at, perform, memory, id, folder};
}

test('promoted and agreed: objects, branch and annotated tag, in this order, as steps; nothing pushed, HEAD untouched', async () => {
	const {calls, at, release, recorder, notes, repo, movement} = await learn({yes: true});
	expect(calls).toEqual(['publish', 'move main', 'tag v1.3.0']);
	expect([at('main'), at('v1.3.0')]).toEqual([release, release]);
	expect(repo.git('cat-file', '-t', 'v1.3.0')).toBe('tag');
	expect(repo.git('symbolic-ref', 'HEAD')).toBe('refs/heads/dev');
	expect(repo.git('status', '--porcelain', '--', 'a.txt')).toBe('');
	expect(Object.values(recorder.state().steps).map((s) => [s.step, s.status])).toEqual([
		['publish', 'confirmed'],
		['base', 'confirmed'],
		['tag', 'confirmed'],
	]);
	expect(notes()).toEqual(['main is at 1.3.0 and tagged v1.3.0; nothing was pushed']);
	expect(recorder.state().answers['learning.advance-base']).toMatchObject({value: 'yes', by: 'policy'});
	expect(movement.kind).toBe('finished');
});

test('performed again after a crash, it asks reality and changes nothing', async () => {
	const {perform, calls, at, release, recorder} = await learn({afterPromotion: 'always'});
	calls.length = 0;
	expect((await perform()).kind).toBe('finished');
	expect(calls).toEqual(['publish']);
	expect([at('main'), at('v1.3.0')]).toEqual([release, release]);
	const reconciled = recorder.events().filter((e) => e.type === 'step.reconciled');
	expect(reconciled.map((e) => [e.step, e.action])).toEqual([
		['publish', 'apply'],
		['base', 'skip'],
		['tag', 'skip'],
	]);
});

test('nobody answers: the deployment is not held, and the note holds the command that does it by hand', async () => {
	const {movement, calls, at, base, release, notes, repo} = await learn();
	expect(movement.kind).toBe('finished');
	expect(calls).toEqual(['publish']);
	expect(at('main')).toBe(base);
	const command = /By hand: (.*)$/.exec(notes()[0] ?? '')?.[1] ?? '';
	expect(command).toBe(`git switch main && git merge --ff-only ${release} && git tag v1.3.0 ${release}`);
	for (const part of command.split(' && ')) repo.git(...part.split(' ').slice(1));
	expect([at('main'), at('v1.3.0')]).toEqual([release, release]);
});

test('never, or not promoted: the repository is not asked and not touched', async () => {
	const never = await learn({afterPromotion: 'never', yes: true});
	expect(never.calls).toEqual([]);
	expect(never.notes()[0]).toContain('main was not moved');
	const back = await learn({
		yes: true,
		errors: 9,
		ended: {outcome: 'rolled_back', why: safe('too many errors'), cause: 'error-rate', trafficMoved: true},
	});
	expect([back.calls, back.notes()]).toEqual([[], []]);
	expect(back.at('main')).toBe(back.base);
});

test('a checked-out base is left alone, the tag is made, and the note has the exact command', async () => {
	const {at, base, release, notes, repo} = await learn({yes: true, checkedOut: 'main'});
	expect([at('main'), at('v1.3.0')]).toEqual([base, release]);
	expect(notes()[0]).toBe('main is checked out, so it was left alone. Where it is: git merge --ff-only v1.3.0');
	repo.git('merge', '-q', '--ff-only', 'v1.3.0');
	expect(at('main')).toBe(release);
});

test('a base with commits of its own, a tag that is elsewhere, a base that is not there: notes, never a failure', async () => {
	const apart = await learn({
		yes: true,
		meanwhile: ({git, commit}) => {
			git('checkout', '-q', 'main');
			commit('fix: hot', {'b.txt': '1'});
			git('checkout', '-q', 'dev');
		},
	});
	expect(apart.movement.kind).toBe('finished');
	expect(apart.calls).toEqual(['publish', 'tag v1.3.0']);
	expect(apart.notes().join('\n')).toContain('main has commits that 1.3.0 was not built on');
	expect(apart.at('v1.3.0')).toBe(apart.release);

	const taken = await learn({yes: true, meanwhile: ({git}) => git('tag', 'v1.3.0', 'main')});
	expect(taken.movement.kind).toBe('finished');
	expect(taken.at('main')).toBe(taken.release);
	expect(taken.at('v1.3.0')).toBe(taken.base);
	expect(taken.notes()).toEqual([
		expect.stringMatching(/^v1\.3\.0 moved from .* The release is live all the same$/),
		'main is at 1.3.0; nothing was pushed',
	]);

	const gone = await learn({yes: true, baseBranch: '$(touch pwned)'});
	expect(gone.movement.kind).toBe('finished');
	expect(gone.notes()[0]).toContain('There is no branch or revision called refs/heads/$(touch pwned)');
	const byHand = await learn({baseBranch: "it's $(touch pwned)"});
	expect(byHand.notes()[0]).toContain("git switch 'it'\\''s $(touch pwned)'");
});

test('a base that lags behind since an earlier move was declined still follows, forward only', async () => {
	const {at, release, notes} = await learn({yes: true, lag: true});
	expect(at('main')).toBe(release);
	expect(notes()).toHaveLength(1);
});

test('the lesson is journalled and learning_report.json says the same as data', async () => {
	const {recorder, folder, movement, id, memory} = await learn({
		errors: 9,
		ended: {outcome: 'rolled_back', why: safe('too many errors'), cause: 'error-rate', trafficMoved: true},
	});
	if (movement.kind !== 'finished') throw new Error('not finished');
	const report = JSON.parse(readFileSync(join(folder.path, 'learning_report.json'), 'utf8'));
	expect(report).toMatchObject({
		schemaVersion: 1,
		id,
		outcome: 'rolled_back',
		verdict: 'bad',
		lesson: movement.output,
		confidence: {level: 'cold', deployments: 1},
		prediction: {risk: 0.2, evidence: 4, brier: 0.64},
		features: [{kind: 'feat', result: 'suspect', kindRate: {good: 0, all: 1, low: 0}}],
		changes: {marked: [expect.any(String)], healed: [], rulesAdded: []},
	});
	expect(recorder.state().lesson).toEqual(movement.output);
	expect(movement.output.expected).toBe('A 20 % chance of failure was expected, from 4 cases');
	expect(movement.output.happened).toContain('too many errors');
	// Nothing is archived yet: that is the engine's turn, after the end is in the journal.
	expect(await memory.history()).toEqual([]);
	expect(await memory.openDeployment()).toBe(id);
	await recorder.record({type: 'deployment.closed', outcome: 'rolled_back', trafficMoved: true}, true);
	expect(await memory.openDeployment()).toBeUndefined();
	expect((await memory.history())[0]).toMatchObject({id, outcome: 'rolled_back', cause: 'error-rate'});
	expect(Object.keys((await memory.patterns()).scars)).toHaveLength(1);
});

test('an abort says nothing about the features, and the lesson says so', async () => {
	const {movement, folder} = await learn({ended: {outcome: 'aborted', why: safe('on request'), trafficMoved: false}});
	expect(movement).toMatchObject({
		kind: 'finished',
		output: {next: [expect.stringContaining('Nothing was learned'), expect.stringContaining('cold')]},
	});
	expect(JSON.parse(readFileSync(join(folder.path, 'learning_report.json'), 'utf8')).verdict).toBe('neither');
});
