import type {Arbitrary} from 'fast-check';
// Room: tests. What changes rest on, read from real repositories, beside what git's own merges say.

import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {findPlace} from '../../../src/adapters/git/place.ts';
import {openView} from '../../../src/adapters/git/view.ts';
import {openWalk} from '../../../src/adapters/git/walk.ts';
import type {Change} from '../../../src/domain/change.ts';
import type {DependencyGraph} from '../../../src/domain/dependency.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import fc from '../../kit/check.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';
import {changesOf, open} from './kit.ts';

interface Read {
	readonly repository: Repository;
	readonly changes: readonly Change[];
	readonly graph: DependencyGraph;
	/** `kind subject` of what a change needs, nearest first; the strength where it is not hard. */
	needs(subject: string): string[];
}

async function read(root: string, base = 'main', dev = 'dev'): Promise<Read> {
	const repository = await open(root);
	const changes = await changesOf(repository, base, dev);
	const ends = [await repository.resolve(base), await repository.resolve(dev)] as const;
	const graph = await repository.dependencies(...ends, changes);
	const subjects = new Map(changes.map((change) => [change.oid, change.subject]));
	return {
		repository,
		changes,
		graph,
		needs: (subject) =>
			graph
				.needs(changes.find((change) => change.subject === subject)?.oid ?? ('' as never))
				.map(({kind, strength, to}) => `${kind} ${subjects.get(to)}${strength === 'hard' ? '' : ` (${strength})`}`),
	};
}

const lines = (...some: (string | number)[]) => `${some.join('\n')}\n`;
const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const swap = (from: number, to: string, all: readonly (string | number)[] = TEN) =>
	lines(...all.map((line) => (line === from ? to : line)));

function started(files: Record<string, string>): TempRepo {
	const repo = tempRepo();
	repo.commit('base', files);
	repo.git('switch', '-q', '-c', 'dev');
	return repo;
}

test('a change needs whose lines it rewrites and whose lines it works beside, and nobody at a distance of one line', async () => {
	const repo = started({'a.txt': lines(...TEN)});
	repo.commit('third', {'a.txt': swap(3, 'three')});
	const three = TEN.map((line) => (line === 3 ? 'three' : line));
	repo.commit('again', {'a.txt': lines(...three.map((line) => (line === 'three' ? 'drei' : line)))});
	const drei = TEN.map((line) => (line === 3 ? 'drei' : line));
	repo.commit('beside', {'a.txt': swap(4, 'four', drei)});
	const four = drei.map((line) => (line === 4 ? 'four' : line));
	repo.commit('apart', {'a.txt': swap(6, 'six', four)});
	const {needs, graph, changes} = await read(repo.root);
	expect(needs('third')).toEqual([]);
	expect(needs('again')).toEqual(['edit third']);
	expect(needs('beside')).toEqual(['touch again']);
	expect(needs('apart')).toEqual([]);
	const [edge] = graph.needs(changes[1]?.oid ?? ('' as never));
	expect(edge?.why).toEqual({path: 'a.txt', line: 3});
});

test('what was removed still stands between: a later change at that place needs who removed it', async () => {
	const repo = started({'a.txt': lines(...TEN)});
	repo.commit('gone', {'a.txt': lines(...TEN.filter((line) => line !== 5))});
	repo.commit('there', {
		'a.txt': lines(...TEN.filter((line) => line !== 5).flatMap((n) => (n === 4 ? [4, 'new'] : [n]))),
	});
	expect((await read(repo.root)).needs('there')).toEqual(['touch gone']);
});

test('what was taken back binds nobody, unless it is chosen', async () => {
	const repo = started({'a.txt': lines(...TEN)});
	repo.commit('try', {'a.txt': swap(5, 'five')});
	repo.commit('sorry', {'a.txt': lines(...TEN)});
	repo.commit('next', {'a.txt': swap(6, 'six')});
	const {needs, graph, changes} = await read(repo.root);
	expect(needs('sorry')).toEqual([]);
	expect(needs('next')).toEqual([]);
	const next = changes[2]?.oid ?? ('' as never);
	expect(graph.suspects(next).map((edge) => edge.to)).toEqual([changes[1]?.oid, changes[0]?.oid]);
});

test('files: made, removed, renamed', async () => {
	const repo = started({'old.txt': lines(...TEN), 'gone.txt': 'x\n', 'both.txt': lines('a', 'b', 'c', 'd', 'e')});
	repo.commit('make', {'new.txt': 'one\ntwo\nthree\n'});
	repo.commit('use', {'new.txt': 'one\ntwo\nthree\nfour\nfive\n'});
	repo.commit('drop', {'gone.txt': null});
	repo.commit('return', {'gone.txt': 'y\n'});
	repo.git('mv', 'old.txt', 'moved.txt');
	repo.git('commit', '-qm', 'move');
	repo.commit('edit moved', {'moved.txt': swap(5, 'five')});
	repo.git('mv', 'moved.txt', 'again.txt');
	repo.git('commit', '-qm', 'move again');
	repo.commit('unmake', {'new.txt': null});
	const {needs} = await read(repo.root);
	expect(needs('use')).toEqual(['file make']);
	expect(needs('return')).toEqual(['file drop']);
	// Renames are followed by a merge, so the edit applies under the old name.
	expect(needs('edit moved')).toEqual([]);
	expect(needs('move again')).toEqual(['file move']);
	expect(needs('unmake')).toEqual([]);
});

test('odd paths, contents that look like headers, and files without a last newline', async () => {
	const odd = 'dir with space/ä "quoted"\tname.txt';
	const forged = lines('x', 'diff --git a/evil b/evil', '@@ -1,9 +1,9 @@', '--- a/evil', '+++ b/evil', 'y');
	const repo = started({[odd]: forged, 'tail.txt': 'a\nb'});
	repo.commit('first', {[odd]: forged.replace('x\n', 'x\n++ b/evil\n-- a/evil\n')});
	repo.commit('second', {[odd]: forged.replace('x\n', 'x\n++ b/evil\n-- a/other\n')});
	repo.commit('tail', {'tail.txt': 'a\nb\n'});
	repo.commit('more', {'tail.txt': 'a\nb\nc\n'});
	const {needs, graph, changes} = await read(repo.root);
	expect(needs('second')).toEqual(['edit first']);
	expect(graph.needs(changes[1]?.oid ?? ('' as never))[0]?.why.path).toBe(odd);
	expect(needs('more')).toEqual(['touch tail']);
});

test('a merge is one change, and what only brings the base in is none', async () => {
	const repo = started({'a.txt': lines(...TEN), 'b.txt': 'b\n'});
	repo.git('switch', '-q', '-c', 'topic');
	repo.commit('inner one', {'a.txt': swap(2, 'two')});
	repo.commit('inner two', {'b.txt': 'bb\n'});
	repo.git('switch', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic');
	repo.git('switch', '-q', 'main');
	repo.commit('on base', {'a.txt': swap(9, 'nine')});
	repo.git('switch', '-q', 'dev');
	repo.git('merge', '-q', '--no-ff', '-m', 'sync', 'main');
	const two = TEN.map((line) => (line === 2 ? 'two' : line === 9 ? 'nine' : line));
	repo.commit('after', {'a.txt': swap(3, 'three', two), 'b.txt': 'bbb\n'});
	repo.commit('beside base', {
		'a.txt': swap(
			8,
			'eight',
			two.map((line) => (line === 3 ? 'three' : line)),
		),
	});
	const {needs, changes} = await read(repo.root);
	expect(changes.map((change) => change.subject)).not.toContain('sync');
	const [merge] = changes;
	expect(needs('after')).toEqual([`edit ${merge?.subject}`]);
	expect(needs('beside base')).toEqual([]);
});

test('files that a tool makes anew and neighbours in a manifest tie weakly', async () => {
	const manifest = (...names: string[]) =>
		`${JSON.stringify({name: 'x', dependencies: Object.fromEntries(names.map((name) => [name, '^1.0.0']))}, null, 2)}\n`;
	const repo = started({'package.json': manifest('aa', 'zz'), 'package-lock.json': 'a\n', 'x.txt': 'x\n'});
	repo.commit('add mm', {'package.json': manifest('aa', 'mm', 'zz'), 'package-lock.json': 'b\n'});
	repo.commit('add nn', {'package.json': manifest('aa', 'mm', 'nn', 'zz'), 'package-lock.json': 'c\n'});
	repo.commit('bump mm', {'package.json': manifest('aa', 'mm', 'nn', 'zz').replace('"mm": "^1', '"mm": "^2')});
	const {needs} = await read(repo.root);
	expect(needs('add nn')).toEqual(['touch add mm (regenerate)']);
	expect(needs('bump mm')).toEqual(['touch add nn (regenerate)', 'edit add mm']);
});

test('names: births, packages, variables, flags, tables, and the last use of what goes', async () => {
	const repo = started({
		'src/old.ts': 'export function oldHelper() {\n\treturn 1;\n}\n',
		'src/user.ts': 'import {oldHelper} from "./old.ts";\n\nexport const value = oldHelper();\n',
		'package.json': '{\n  "dependencies": {\n    "known": "^1.0.0"\n  }\n}\n',
	});
	repo.commit('helper', {'src/fresh.ts': 'export function freshHelper(config: string) {\n\treturn config;\n}\n'});
	repo.commit('unrelated', {'src/other.ts': 'export const somethingElse = 4;\n'});
	repo.commit('import it', {'src/a.ts': 'import {freshHelper} from "./fresh.ts";\n\nfreshHelper("x");\n'});
	repo.commit('add package', {
		'package.json': '{\n  "dependencies": {\n    "known": "^1.0.0",\n    "left-pad": "^1.3.0"\n  }\n}\n',
	});
	repo.commit('use package', {'src/pad.ts': 'import pad from "left-pad";\nimport known from "known";\n'});
	repo.commit('declare', {'.env.example': 'SHOP_TOKEN=\n'});
	repo.commit('read', {'src/env.ts': 'export const token = process.env.SHOP_TOKEN;\n'});
	repo.commit('table', {'migrations/001_orders.sql': 'CREATE TABLE orders (id int);\n'});
	repo.commit('column', {'migrations/002_total.sql': 'ALTER TABLE orders ADD COLUMN total int;\n'});
	repo.commit('last use', {'src/user.ts': 'export const value = 1;\n'});
	repo.commit('remove it', {'src/old.ts': 'export const nothing = 0;\n'});
	const {needs, graph, changes} = await read(repo.root);
	expect(needs('import it')).toEqual(['birth helper']);
	expect(needs('use package')).toEqual(['package add package']);
	expect(needs('read')).toEqual(['env declare (soft)']);
	expect(needs('column')).toEqual(['migration-order table']);
	expect(needs('remove it')).toEqual(['removal last use (soft)']);
	expect(needs('unrelated')).toEqual([]);
	const [birth] = graph.needs(changes[2]?.oid ?? ('' as never));
	expect(birth?.why).toEqual({path: 'src/a.ts', line: 1, symbol: 'freshHelper'});
});

test('where the base has moved: the same place, its neighbours, whole files; not where both did the same', async () => {
	const repo = started({'a.txt': lines(...TEN), 'gone.txt': 'x\n', 'both.txt': 'b\n'});
	const changed: (string | number)[] = [...TEN];
	const put = (at: number, text: string) => {
		changed[at - 1] = text;
		return lines(...changed);
	};
	repo.commit('same', {'a.txt': put(2, 'two')});
	repo.commit('disputed', {'a.txt': put(6, 'six')});
	repo.commit('beside', {'a.txt': put(7, 'seven')});
	repo.commit('apart', {'a.txt': put(10, 'ten')});
	repo.commit('after same', {'a.txt': put(2, 'zwei')});
	repo.commit('edit gone', {'gone.txt': 'y\n'});
	repo.commit('make', {'made.txt': 'mine\n'});
	repo.git('switch', '-q', 'main');
	const base = TEN.map((line) => (line === 2 ? 'two' : line === 6 ? 'SIX' : line));
	repo.commit('on base', {'a.txt': lines(...base), 'gone.txt': null, 'made.txt': 'theirs\n'});
	const {graph, changes} = await read(repo.root);
	const moved = new Map(changes.map((change) => [change.subject, graph.drifted(change.oid)]));
	expect(Object.fromEntries(moved)).toEqual({
		same: [],
		disputed: [{path: 'a.txt', line: 6}],
		beside: [{path: 'a.txt', line: 7}],
		apart: [],
		'after same': [],
		'edit gone': [{path: 'gone.txt'}],
		make: [{path: 'made.txt'}],
	});
});

test('an empty range, and ids nobody knows', async () => {
	const repo = started({'a.txt': 'a\n'});
	const {graph, changes} = await read(repo.root);
	expect(changes).toEqual([]);
	const unknown = 'f'.repeat(40) as never;
	expect([graph.needs(unknown), graph.suspects(unknown), graph.drifted(unknown)]).toEqual([[], [], []]);
});

/** One edit of one file; lines are never the same twice, so that git has no choice of how to align them. */
const edit = fc.record({
	file: fc.constantFrom('a', 'b'),
	op: fc.constantFrom('lines', 'lines', 'lines', 'lines', 'delete', 'undo'),
	at: fc.integer({min: 0, max: 14}),
	removed: fc.integer({min: 0, max: 2}),
	added: fc.integer({min: 0, max: 2}),
});

/** All commits of a random history in one process of git. */
function grow(edits: readonly (typeof edit extends Arbitrary<infer T> ? T : never)[]): string {
	const root = tempFolder();
	execFileSync('git', ['init', '-q', '-b', 'main', root]);
	const files = new Map(['a', 'b'].map((name) => [name, Array.from({length: 12}, (_, i) => `${name}${i}`)]));
	const before = new Map([...files].map(([name, content]) => [name, [content]]));
	let stream = '';
	let next = 0;
	const commit = (branch: string, message: string) => {
		stream += `commit refs/heads/${branch}\ncommitter T <t@example.com> ${1_700_000_000 + next++} +0000\ndata ${message.length}\n${message}\n`;
		if (branch === 'dev' && next === 2) stream += 'from refs/heads/main\n';
		stream += 'deleteall\n';
		for (const [name, content] of files) {
			const text = content.map((line) => `${line}\n`).join('');
			stream += `M 100644 inline ${name}.txt\ndata ${text.length}\n${text}\n`;
		}
	};
	commit('main', 'base');
	for (const [i, {file, op, at, removed, added}] of edits.entries()) {
		const old = files.get(file);
		const history = before.get(file) ?? [];
		if (op === 'delete' && old) files.delete(file);
		else if (op === 'undo' || old === undefined) files.set(file, history[at % Math.max(1, history.length)] ?? []);
		else {
			const changed = [...old];
			changed.splice(Math.min(at, old.length), removed, ...Array.from({length: added}, (_, n) => `new${i}.${n}`));
			files.set(file, changed);
			history.push(changed);
		}
		commit('dev', `c${i}`);
	}
	execFileSync('git', ['fast-import', '--quiet'], {cwd: root, input: stream});
	writeFileSync(join(root, '.git/HEAD'), 'ref: refs/heads/main\n');
	return root;
}

test('each change alone on the base conflicts exactly where the graph says so', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(edit, {minLength: 3, maxLength: 9}), async (edits) => {
			const {repository, changes, graph} = await read(grow(edits));
			const base = await repository.resolve('main');
			const view = await openView(await findPlace(repository.root), join(repository.root, '.orchestra'));
			const walk = openWalk(view, view.scratch('merged'), changes);
			try {
				const tree = await walk.treeOf(base);
				for (const change of changes) {
					const {clean} = await walk.pick(tree, change);
					const said = graph.needs(change.oid).filter(({kind}) => ['edit', 'touch', 'file'].includes(kind));
					expect([change.subject, said.length === 0]).toEqual([change.subject, clean]);
				}
			} finally {
				await walk.close();
			}
		}),
		{numRuns: Number(process.env.RUNS ?? 6), endOnFailure: true},
	);
}, 60_000);
