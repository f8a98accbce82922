// After a red suite: shorter releases of a real repository are laid out and tried, and the feature is named.

import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import {suiteReaders} from '../../../src/cli/extensions.ts';
import type {Batch} from '../../../src/domain/batch.ts';
import type {RankedFeature} from '../../../src/domain/feature.ts';
import {withoutThem} from '../../../src/stages/testing/culprit.ts';
import {createTesting} from '../../../src/stages/testing/stage.ts';
import {changesOf, open} from '../../adapters/git/kit.ts';
import {quickClock} from '../../kit/quick-clock.ts';
import {batchOf, discoveryOf, projectOf, standIn} from '../../kit/release.ts';
import {tempFolder, tempRepo} from '../../kit/temp.ts';

const ID = '20261121_101500';
/** Fails at the case that the content of `state.txt` names; does not get as far where `broken.txt` is. */
const SUITE = `echo "TAP version 13"; case "$(cat state.txt)" in bad) echo "not ok 1 - sums"; exit 1;; other) echo "not ok 1 - rounds"; exit 1;; *) echo "ok 1 - sums";; esac`;

/** One change per state, oldest first; the base says `good`. */
async function release(states: readonly string[], base = 'good', needs: Record<number, number> = {}) {
	const repo = tempRepo();
	repo.commit('base', {'state.txt': `${base}\n`});
	repo.git('checkout', '-q', '-b', 'dev');
	for (const [i, state] of states.entries())
		repo.commit(`feat: number ${i}`, {'state.txt': `${state}\n`, [`${i}.txt`]: `${i}\n`});
	const repository = await open(repo.root, join(tempFolder(), 'state'));
	const changes = await changesOf(repository);
	const built = await repository.build(await repository.resolve('main'), changes, {version: '1.0.0', tag: 'v1.0.0'});
	const ranked = changes.map((change): RankedFeature => {
		const id = `f-${change.oid.slice(0, 8)}` as RankedFeature['feature']['id']; // as ids are made
		const feature = {
			id,
			title: change.subject,
			kind: change.kind,
			breaking: false,
			issues: [],
			changes: [change],
			grouping: [],
			findings: [],
			files: 1,
		};
		return {feature, bucket: 'recommended', risk: 0.1, reasons: [], needs: []};
	});
	const id = (i: number) => ranked[i]?.feature.id ?? ('f-none' as never);
	const linked = ranked.map((one, i) => (needs[i] === undefined ? one : {...one, needs: [id(needs[i] ?? 0)]}));
	const batch: Batch = {...batchOf(linked), chosen: linked.map(({feature}) => feature.id), release: built};
	return {repository, batch, ranked: linked, id};
}

async function run({repository, batch, ranked}: Awaited<ReturnType<typeof release>>, command = SUITE, buildMs = 1) {
	const root = tempFolder();
	const releasesFolder = join(root, 'releases');
	const folder = join(releasesFolder, ID);
	await repository.materialise(batch.release.commit, folder);
	const project = projectOf({test: {unit: {command, required: true, timeoutSeconds: 60}}});
	const stage = createTesting({
		runner: createRunner({clock: quickClock(1)}),
		readers: suiteReaders,
		project,
		memory: {history: async () => []},
		halves: {repository, releasesFolder},
	});
	const documents = {plan: 'p.md', tests: 't.md', checklist: 'checklist.md', rollback: 'r.md', scripts: []};
	const staging = {folder, documents, checklist: [], commands: {}, buildMs};
	const stand = standIn(join(root, ID));
	const input = {discovery: discoveryOf(ranked.map((one) => one.feature)), selection: batch, staging};
	const movement = await stage.perform(input, stand);
	if (movement.kind !== 'stopped') throw new Error(movement.kind);
	return {fault: movement.fault, left: readdirSync(releasesFolder)};
}

test('the feature that turned a suite red is named, with the command that goes on without it and what needs it', async () => {
	const made = await release(['good', 'fine', 'bad', 'bad', 'bad', 'bad'], 'good', {4: 2});
	const {fault, left} = await run(made);
	expect(fault.code).toBe('TESTS_RED');
	expect(fault.details[0]).toMatch(
		new RegExp(`unit turned red with “feat: number 2” \\(${made.id(2)}\\), found in \\d tries`),
	);
	const rest = [0, 1, 3, 5].map(made.id).join(',');
	expect(fault.nextSteps[0]).toBe(`orchestra deploy --select ${rest}`);
	expect(left).toEqual([ID]);
});

test('a base that is red itself accuses nobody', async () => {
	const {fault} = await run(await release(['bad', 'bad'], 'bad'));
	expect(fault.details[0]).toBe('unit is red on the base as well: none of the chosen changes turned it');
	expect(fault.nextSteps[0]).toMatch(/^orchestra history/);
});

test('what fails at something else on the way is gone around', async () => {
	const {fault} = await run(await release(['fine', 'other', 'other', 'bad']));
	expect(fault.details[0]).toContain('unit turned red with one of');
	expect(fault.details[0]).not.toContain('number 0');
});

test('a search that would take long is not begun, and says so', async () => {
	const {fault} = await run(await release(['fine', 'bad']), SUITE, 10 * 60_000);
	expect(fault.details[0]).toMatch(/by halves would take about \d+ min.*: not tried/);
});

test('what only came along is not asked for again, and goes with what it came for', async () => {
	const {batch, ranked, id} = await release(['fine', 'good', 'bad'], 'good', {1: 0});
	const along: Batch = {...batch, pulledIn: [{feature: id(0), because: 'needed' as never}]};
	expect(withoutThem(along, ranked.slice(2))).toEqual([id(1)]);
	expect(withoutThem(along, ranked.slice(0, 1))).toEqual([id(2)]);
});
