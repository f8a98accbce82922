import {chmod, mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {calledAs, spoken} from '../../src/cli/called.ts';
import {tempFolder} from '../kit/temp.ts';

async function clone() {
	const folder = await tempFolder();
	const launcher = join(folder, 'bin', 'orchestra.js');
	await mkdir(join(folder, 'bin'), {recursive: true});
	await writeFile(launcher, '');
	await chmod(launcher, 0o755);
	return {folder, launcher};
}

test('who has it on the PATH is told `orchestra`', async () => {
	const {folder, launcher} = await clone();
	const tools = join(folder, 'tools');
	await mkdir(tools);
	await symlink(launcher, join(tools, 'orchestra'));
	expect(calledAs({launcher, path: `/nowhere:${tools}`, cwd: '/'})).toBe('orchestra');
});

test('what npm put on the PATH of a script does not count, nor does another orchestra', async () => {
	const {folder, launcher} = await clone();
	const bin = join(folder, 'node_modules', '.bin');
	await mkdir(bin, {recursive: true});
	await symlink(launcher, join(bin, 'orchestra'));
	const other = join(folder, 'other');
	await mkdir(other);
	await writeFile(join(other, 'orchestra'), '');
	expect(calledAs({launcher, path: `${bin}:${other}`, cwd: '/'})).toBe(launcher);
});

test('as a dependency of the project at hand it is called through npx', () => {
	const launcher = '/home/me/shop/node_modules/orchestra-release/bin/orchestra.js';
	expect(calledAs({launcher, path: '', cwd: '/home/me/shop'})).toBe('npx orchestra');
});

test('commands in a text take that form; usage lines, other words and data do not', () => {
	const called = '/my/clone/bin/orchestra.js';
	expect(spoken('  next       orchestra deploy --resume', called)).toBe(`  next       ${called} deploy --resume`);
	expect(spoken('Start one: orchestra deploy', called)).toBe(`Start one: ${called} deploy`);
	expect(spoken('Usage: orchestra deploy [options]', called)).toBe('Usage: orchestra deploy [options]');
	expect(spoken('orchestra deploys; in orchestra/orchestra.json', called)).toBe(
		'orchestra deploys; in orchestra/orchestra.json',
	);
	expect(spoken('{"next":["orchestra deploy"]}', called)).toBe('{"next":["orchestra deploy"]}');
	expect(spoken('orchestra status', 'orchestra')).toBe('orchestra status');
});
