import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {FaultError, fault} from '../../../src/domain/fault/fault.ts';
import type {Detector} from '../../../src/ports/detector.ts';
import type {Patch} from '../../../src/ports/repository.ts';
import {inspect} from '../../../src/stages/discovery/inspect.ts';
import {fakeClock} from '../../kit/clock.ts';
import {tempRepo} from '../../kit/temp.ts';

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const one of source) found.push(one);
	return found;
}

test('a detector that reads files gets them whole, before and after, also a renamed one without a changed line', async () => {
	const repo = tempRepo();
	repo.commit('base', {'api/a.yaml': 'one: 1\ntwo: 2\nthree: 3\n', 'api/b.yaml': 'b: 1\n', 'notes.md': 'x\n'});
	repo.git('switch', '-c', 'dev');
	repo.git('mv', 'api/a.yaml', 'api/c.yaml');
	repo.commit('fix: rename and add', {'api/b.yaml': 'b: 2\n', 'api/d.yaml': 'd: 1\n', 'notes.md': 'y\n'});
	const repository = await openRepository(repo.root, {
		clock: fakeClock(),
		stateFolder: () => join(repo.root, '.orchestra'),
	});
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	const changes = await all(repository.changes(base, dev));
	const seen: Patch[] = [];
	let around: (string | undefined)[] = [];
	let listed: readonly string[] = [];
	const detector: Detector = {
		name: 'whole',
		topic: 'api',
		reads: 'files',
		wants: (path) => path.endsWith('.yaml'),
		async detect(_change, patches, look) {
			seen.push(...patches);
			around = [await look.before('notes.md'), await look.after('notes.md'), await look.after('absent')];
			listed = await look.list('api');
			return [];
		},
	};
	const {failures} = await inspect(repository, [detector], changes);
	expect(failures).toEqual([]);
	expect(seen.map(({path, from, before, after}) => [path, from, before, after])).toEqual([
		['api/b.yaml', undefined, 'b: 1\n', 'b: 2\n'],
		['api/c.yaml', 'api/a.yaml', 'one: 1\ntwo: 2\nthree: 3\n', 'one: 1\ntwo: 2\nthree: 3\n'],
		['api/d.yaml', undefined, undefined, 'd: 1\n'],
	]);
	expect(around).toEqual(['x\n', 'y\n', undefined]);
	expect(listed).toEqual(['api/b.yaml', 'api/c.yaml', 'api/d.yaml']);
});

test('a detector that fails is left out and named, and stops nobody', async () => {
	const repo = tempRepo();
	repo.commit('base', {a: '1\n'});
	repo.git('switch', '-c', 'dev');
	repo.commit('fix: a', {a: '2\n'});
	repo.commit('fix: b', {a: '3\n'});
	const repository = await openRepository(repo.root, {
		clock: fakeClock(),
		stateFolder: () => join(repo.root, '.orchestra'),
	});
	const changes = await all(repository.changes(await repository.resolve('main'), await repository.resolve('dev')));
	let asked = 0;
	const broken: Detector = {
		name: 'broken',
		topic: 'api',
		wants: () => true,
		detect: async () => {
			asked++;
			throw new Error('no parser');
		},
	};
	expect((await inspect(repository, [broken], changes)).failures).toEqual(['broken: no parser']);
	expect(asked).toBe(1);
});

test('what a partial clone lacks costs only the changes that need it, and they are named', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.sql': '1\n'});
	repo.git('switch', '-c', 'dev');
	for (let n = 0; n < 9; n++) repo.commit(`fix: ${n}`, {[`${n}.sql`]: `${n}\n`});
	const repository = await openRepository(repo.root, {
		clock: fakeClock(),
		stateFolder: () => join(repo.root, '.orchestra'),
	});
	const changes = await all(repository.changes(await repository.resolve('main'), await repository.resolve('dev')));
	const lacking = [2, 3, 8].flatMap((n) => changes[n]?.oid ?? []);
	const unasked = changes[5]?.oid;
	const seen: string[] = [];
	const detector: Detector = {
		name: 'sql',
		topic: 'schema',
		wants: (path) => path.endsWith('.sql'),
		detect: async (change) => {
			if (change.oid === unasked) throw new FaultError(fault('HISTORY_CUT'));
			seen.push(change.subject);
			return [];
		},
	};
	const partial: typeof repository = {
		...repository,
		async *patches(oids, wanted) {
			for await (const patch of repository.patches(oids, wanted)) {
				if (lacking.includes(patch.change)) throw new FaultError(fault('HISTORY_CUT'));
				yield patch;
			}
		},
	};
	const {unread, failures, findings} = await inspect(partial, [detector], changes);
	// What nobody could read is not taken for harmless.
	for (const oid of unread) expect(findings.get(oid)).toMatchObject([{topic: 'schema', severity: 'danger'}]);
	expect(unread.toSorted()).toEqual([...lacking, unasked].toSorted());
	expect(failures).toEqual([]);
	expect(seen.toSorted()).toEqual(['fix: 0', 'fix: 1', 'fix: 4', 'fix: 6', 'fix: 7']);
});
