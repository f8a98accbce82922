// Room: tests. Graphs that are kept: the same answer again without git, and no harm from whatever lies there instead.

import {readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Change} from '../../../src/domain/change.ts';
import {tempRepo} from '../../kit/temp.ts';
import {changesOf, open} from './kit.ts';

async function edgesOf(root: string) {
	const repository = await open(root);
	const changes = await changesOf(repository);
	const graph = await repository.dependencies(
		await repository.resolve('main'),
		await repository.resolve('dev'),
		changes,
	);
	const all = (change: Change) => [graph.needs(change.oid), graph.suspects(change.oid), graph.drifted(change.oid)];
	return JSON.stringify(changes.map(all));
}

function made() {
	const repo = tempRepo();
	repo.commit('base', {'a.ts': 'a\nb\nc\nd\n'});
	repo.git('switch', '-q', '-c', 'dev');
	repo.commit('one', {'a.ts': 'a\nexport const fresh = 1;\nc\nd\n'});
	repo.commit('two', {'a.ts': 'a\nexport const fresh = 2;\nc\nd\n', 'b.ts': 'import {fresh} from "./a.ts";\n'});
	return repo;
}

test('a kept graph is the graph, and whatever else lies in its place is read anew', async () => {
	const {root} = made();
	const first = await edgesOf(root);
	expect(first).toContain('"kind":"edit"');
	const folder = join(root, '.orchestra/cache');
	const [name = '', ...others] = readdirSync(folder);
	expect(others).toEqual([]);
	const file = join(folder, name);
	const whole = readFileSync(file, 'utf8');
	expect(await edgesOf(root)).toBe(first);
	const elsewhere = join(root, 'elsewhere.json');
	writeFileSync(elsewhere, 'precious');
	const damages: (() => void)[] = [
		() => writeFileSync(file, whole.slice(0, whole.length / 2)),
		() => writeFileSync(file, whole.replace('a.ts', 'z.ts')),
		() => writeFileSync(file, ''),
		() => writeFileSync(file, `\n${'{'.repeat(50)}`),
		() => symlinkSync(elsewhere, file),
	];
	for (const damage of damages) {
		rmSync(file, {force: true});
		damage();
		expect(await edgesOf(root)).toBe(first);
		expect(readFileSync(file, 'utf8')).toBe(whole);
	}
	expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
});

test('where nothing can be kept, the graph is read all the same', async () => {
	const {root} = made();
	const first = await edgesOf(root);
	rmSync(join(root, '.orchestra/cache'), {recursive: true});
	writeFileSync(join(root, '.orchestra/cache'), 'in the way');
	expect(await edgesOf(root)).toBe(first);
});
