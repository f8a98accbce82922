import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import {type GroupOptions, groupCommand} from '../../../src/cli/commands/group.ts';
import type {Change} from '../../../src/domain/change.ts';
import {groupWaiting} from '../../../src/stages/discovery/group.ts';
import {fakeClock} from '../../kit/clock.ts';
import {tempRepo} from '../../kit/temp.ts';

async function place() {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const one = repo.commit('feat: the cart', {'cart.txt': '1\n'});
	const two = repo.commit('feat: the till', {'till.txt': '1\n'});
	const clock = fakeClock();
	const run = async (words: readonly string[], options: GroupOptions = {}) => {
		const repository = await openRepository(repo.root, {clock});
		const ends = {base: await repository.resolve('main'), dev: await repository.resolve('dev')};
		const all: Change[] = [];
		for await (const change of repository.changes(ends.base, ends.dev)) all.push(change);
		const memory = openMemory(repo.root, {clock});
		const said: string[] = [];
		await groupCommand(
			{memory, features: (edits) => groupWaiting(repository, ends, all, edits), out: (line) => said.push(line)},
			words,
			options,
		);
		return said;
	};
	return {repo, one, two, run, file: join(repo.root, 'deployment_memory', 'groups.json')};
}

const id = (oid: string) => `f-${oid.slice(0, 8)}`;

test('groups made by hand hold in the next process and when new changes arrive', async () => {
	const {repo, one, two, run} = await place();
	expect(await run(['list'])).toEqual([`${id(one)}  feat      The cart`, `${id(two)}  feat      The till`]);
	const joined = await run(['join', id(one), two.slice(0, 7)], {title: 'The shop'});
	expect(joined[0]).toBe(`${id(one)}  feat      The shop  (by hand)`);
	repo.commit('feat: the window', {'window.txt': '1\n'});
	const rows = JSON.parse((await run(['list'], {json: true}))[0] ?? '');
	expect(rows).toMatchObject([
		{title: 'The shop', byHand: true, pinned: false, changes: [{oid: one}, {oid: two}]},
		{title: 'The window', byHand: false, changes: [{subject: 'feat: the window'}]},
	]);
	await run(['split', id(one), two], {title: 'Apart'});
	expect((await run(['list'])).filter((line) => line.startsWith('f-'))).toHaveLength(3);
	await run(['rename', id(two), 'Till', 'roll']);
	expect((await run(['list', id(two)]))[0]).toContain('Till roll  (pinned by hand)');
	await run(['forget'], {all: true});
	expect((await run([]))[1]).toBe(`${id(two)}  feat      The till`);
});

test('what is misspelt is a usage fault and changes nothing', async () => {
	const {one, run} = await place();
	for (const words of [
		['glue', 'x'],
		['join', id(one)],
		['join'],
		['split', id(one)],
		['rename', id(one)],
		['pin', 'f-0000'],
		['pin', '../x'],
	])
		await expect(run(words), words.join(' ')).rejects.toMatchObject({fault: {code: 'USAGE'}});
	expect(await run(['list'])).toHaveLength(2);
});

test('a damaged file is set aside and said, and the rules group', async () => {
	const {one, run, file} = await place();
	await run(['rename', id(one), 'Basket']);
	expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({schemaVersion: 1, groups: [{title: 'Basket'}]});
	for (const content of ['{', '{"groups": [{"changes": ["HEAD"], "pinned": true}]}', '[]']) {
		writeFileSync(file, content);
		const said = await run(['list']);
		expect(said[0]).toContain('The cart');
		expect(said.join('\n')).toContain('groups.json');
	}
});
