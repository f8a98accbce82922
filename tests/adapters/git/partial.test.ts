// Room: tests. Partial clones: what their missing contents cost, and what they do not.

import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Change} from '../../../src/domain/change.ts';
import {closureOf, type DependencyGraph} from '../../../src/domain/dependency.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';
import {changesOf, fingerprint, open} from './kit.ts';

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const text = (but: Readonly<Record<number, string>> = {}) => `${TEN.map((n) => but[n] ?? `line ${n}`).join('\n')}\n`;

/** `one` to `three` work in the same file at a distance, `code` and `user` in two others; `again` rewrites what `one` wrote. */
function history(): TempRepo {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': text(), 'b.txt': text(), 'code.ts': 'export const oldName = 1;\n', 'user.ts': '\n'});
	repo.git('switch', '-q', '-c', 'dev');
	repo.commit('one', {'a.txt': text({2: 'one'})});
	repo.commit('two', {'a.txt': text({2: 'one', 5: 'two'})});
	repo.commit('beside', {'b.txt': text({2: 'beside'})});
	repo.commit('code', {'code.ts': 'export const oldName = 1;\nexport const freshName = 2;\n'});
	repo.commit('three', {'a.txt': text({2: 'one', 5: 'two', 8: 'three'})});
	repo.commit('apart', {'b.txt': text({2: 'beside', 8: 'apart'})});
	repo.commit('user', {'user.ts': "import {freshName} from './code.ts';\n"});
	repo.commit('again', {'a.txt': text({2: 'again', 5: 'two', 8: 'three'})});
	repo.git('config', 'uploadpack.allowFilter', 'true');
	repo.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
	return repo;
}

const inside = (root: string, ...args: string[]) =>
	execFileSync('git', args, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trimEnd();

/** @param except files at revisions whose contents are not brought; all others are. */
function partialClone(source: TempRepo, except: readonly string[] | 'everything'): string {
	const root = join(tempFolder(), 'clone');
	const clone = ['clone', '-q', '--filter=blob:none', '--no-checkout', `file://${source.root}`, root];
	execFileSync('git', clone, {stdio: ['ignore', 'ignore', 'ignore']});
	inside(root, 'branch', '-f', 'main', 'origin/main');
	if (except === 'everything') return root;
	const lost = new Set(except.map((name) => source.git('rev-parse', name)));
	const blobs = source
		.git(
			'rev-list',
			'--objects',
			'--all',
			'--filter=object:type=blob',
			'--filter-provided-objects',
			'--no-object-names',
		)
		.split('\n')
		.filter((oid) => !lost.has(oid));
	execFileSync('git', ['fetch', '-q', '--filter=blob:none', '--stdin', 'origin'], {
		cwd: root,
		input: blobs.join('\n'),
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	return root;
}

interface Read {
	readonly repository: Repository;
	readonly changes: readonly Change[];
	readonly graph: DependencyGraph;
	needs(subject: string): string[];
	unread(): Record<string, readonly string[]>;
}

async function read(root: string, stateFolder = tempFolder()): Promise<Read> {
	const repository = await open(root, stateFolder);
	const changes = await changesOf(repository);
	const graph = await repository.dependencies(
		await repository.resolve('main'),
		await repository.resolve('dev'),
		changes,
	);
	const subject = new Map<string, string>(changes.map((change) => [change.oid, change.subject]));
	const find = (name: string) => changes.find((change) => change.subject === name)?.oid ?? ('' as never);
	return {
		...{repository, changes, graph},
		needs: (name) => graph.needs(find(name)).map(({kind, to}) => `${kind} ${subject.get(to)}`),
		unread: () => Object.fromEntries([...(graph.unread ?? [])].map(([oid, paths]) => [subject.get(oid), paths])),
	};
}

test('one version that is missing costs what its two neighbours need there, and nothing else, until it is here', async () => {
	const source = history();
	const root = partialClone(source, ['dev~6:a.txt']); // after `two`
	const whole = await read(source.root);
	expect(whole.unread()).toEqual({});
	expect(['two', 'three', 'again'].map(whole.needs)).toEqual([[], [], ['edit one']]);
	const state = tempFolder();
	const {needs, unread, graph, changes, repository} = await read(root, state);
	expect(unread()).toEqual({two: ['a.txt'], three: ['a.txt']});
	expect(needs('two')).toEqual(['edit one']);
	expect(needs('three')).toEqual(['edit two', 'edit one']);
	for (const other of ['one', 'beside', 'code', 'apart', 'user']) expect(needs(other)).toEqual(whole.needs(other));
	expect(needs('user')).toEqual(['birth code']);
	// No line of a version that nobody has seen is evidence.
	const [edge] = graph.needs(changes.find(({subject}) => subject === 'three')?.oid ?? ('' as never));
	expect(edge?.why).toEqual({path: 'a.txt'});
	// `again` rewrites a line that `one` wrote, and what is known of the way there leads over the two.
	expect(needs('again')).toContain('edit three');

	// A merge that lacks contents is a conflict in that file, with who would spare it; all others are merged.
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	const named = (...subjects: string[]) => changes.filter(({subject}) => subjects.includes(subject));
	const picks = named('three', 'apart', 'beside');
	const {applies, conflicts} = await repository.simulate(base, picks, changes);
	const missing = named('one', 'two')
		.map(({oid}) => oid)
		.reverse();
	expect(applies).toBe(false);
	expect(conflicts).toEqual([{change: named('three')[0]?.oid, paths: ['a.txt'], missing}]);
	const proof = await repository.prove(base, dev, picks, changes);
	expect(proof).toMatchObject({equal: false, why: '“three” does not apply: a.txt'});

	inside(root, 'cat-file', '-p', 'dev~6:a.txt'); // fetches it
	const after = await read(root, state);
	expect(after.unread()).toEqual({});
	expect(after.needs('three')).toEqual([]);
});

test('of a clone without contents the files say what needs what, and such a selection applies and is proven', async () => {
	const source = history();
	const root = partialClone(source, 'everything');
	const before = fingerprint(join(root, '.git'));
	const {repository, changes, graph, needs, unread} = await read(root);
	expect(Object.keys(unread())).toHaveLength(8);
	expect(needs('three')).toEqual(['edit two', 'edit one']);
	expect(needs('apart')).toEqual(['edit beside']);
	expect(needs('user')).toEqual([]);
	const [base, dev] = [await repository.resolve('main'), await repository.resolve('dev')];
	const three = changes.find(({subject}) => subject === 'three')?.oid ?? ('' as never);
	const picks = changes.filter(({oid}) => closureOf(graph, [three]).changes.has(oid));
	expect(picks.map(({subject}) => subject)).toEqual(['one', 'two', 'three']);
	const simulated = await repository.simulate(base, picks, changes);
	expect(simulated.applies).toBe(true);
	expect((await repository.prove(base, dev, picks, changes)).equal).toBe(true);
	expect((await repository.build(base, picks, {version: '1', tag: 'v1'})).tree).toBe(simulated.tree);
	expect(fingerprint(join(root, '.git'))).toEqual(before);
});
