// Room: tests. Settings by the command line: typed, checked as a whole, unknown fields kept, refused changes without a trace.

import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import {type ConfigContext, configCommand} from '../../../src/cli/commands/config.ts';
import {valueAt, withValue} from '../../../src/cli/commands/config-document.ts';
import {FaultError} from '../../../src/domain/fault/fault.ts';
import fc from '../../kit/check.ts';
import {tempFolder} from '../../kit/temp.ts';

const FILE = 'orchestration/orchestra.json';

function place(text = '{}') {
	const root = tempFolder();
	mkdirSync(join(root, 'orchestration'));
	writeFileSync(join(root, FILE), text);
	return root;
}
async function config(root: string, words: readonly string[], extra: Partial<ConfigContext> & {json?: boolean} = {}) {
	const lines: string[] = [];
	const memory = openMemory(root, {clock: systemClock});
	const {json, ...rest} = extra;
	const exit = await configCommand(
		{
			root,
			out: (line) => lines.push(line),
			interactive: false,
			env: {},
			preferences: {load: () => memory.preferences(), save: (change) => memory.savePreferences(change)},
			...rest,
		},
		words,
		json ? {json} : {},
	);
	return {exit, lines};
}
async function refused(root: string, ...words: string[]) {
	const error = await config(root, words).catch((thrown: unknown) => thrown);
	if (!(error instanceof FaultError)) throw new Error(`not refused: ${words.join(' ')}`);
	return `${error.fault.code} ${error.fault.headline} ${error.fault.details.join(' | ')}`;
}
const read = (root: string) => JSON.parse(readFileSync(join(root, FILE), 'utf8'));

test('a value becomes what its key holds', async () => {
	const root = place();
	await config(root, ['set', 'port', '9000']);
	await config(root, ['set', 'name', '42']);
	await config(root, ['set', 'commands.start', 'node server.js']);
	await config(root, ['set', 'commands.test.unit', 'npm test']);
	await config(root, ['set', 'commands.test.load', '{"command": "k6", "required": false}']);
	await config(root, ['set', 'env.LEVEL', '3']);
	expect(read(root)).toEqual({
		port: 9000,
		name: '42',
		commands: {start: 'node server.js', test: {unit: 'npm test', load: {command: 'k6', required: false}}},
		env: {LEVEL: '3'},
	});
	await config(root, ['set', 'commands.test.unit.required', 'false']);
	expect(read(root).commands.test.unit).toEqual({command: 'npm test', required: false});
});

test('unknown fields, their order and the indentation survive', async () => {
	const root = place('{\n  "zebra": {"a": [1]},\n  "port": 1,\n  "name": "x"\n}\n');
	await config(root, ['set', 'port', '2']);
	expect(readFileSync(join(root, FILE), 'utf8')).toBe(
		'{\n  "zebra": {\n    "a": [\n      1\n    ]\n  },\n  "port": 2,\n  "name": "x"\n}\n',
	);
});

test('a refused change says why and leaves no trace', async () => {
	const root = place('{"port": 1}');
	expect(await refused(root, 'set', 'port', '70000')).toContain('from 1 to 65535');
	expect(await refused(root, 'set', 'port', 'many')).toContain('port: found "many"');
	expect(await refused(root, 'set', 'tag', 'latest')).toContain('{version}');
	expect(await refused(root, 'set', 'prot', '1')).toContain('did you mean port?');
	expect(await refused(root, 'set', 'build', 'x')).toContain('did you mean commands.build?');
	expect(await refused(root, 'set', 'port')).toContain('one value');
	expect(await refused(root, 'st', 'port', '1')).toContain('did you mean set?');
	expect(await refused(root, 'set', '__proto__.x', '1')).toContain('no setting');
	expect(readFileSync(join(root, FILE), 'utf8')).toBe('{"port": 1}');
});

test('one mistake in the file does not stand in the way of mending another', async () => {
	const root = place('{"port": 0, "tag": "x"}');
	const {lines} = await config(root, ['set', 'port', '80']);
	expect(lines[0]).toContain('Still to mend: tag');
	expect(read(root)).toEqual({port: 80, tag: 'x'});
	expect(await refused(root, 'set', 'port', '0')).toContain('port');
});

test('get gives the value alone, with the default where nothing is set', async () => {
	const root = place('{"commands": {"test": {"unit": "npm test"}}}');
	expect((await config(root, ['get', 'port'])).lines).toEqual(['8080']);
	expect((await config(root, ['get', 'commands.test.unit.command'])).lines).toEqual(['npm test']);
	expect((await config(root, ['get', 'auto_rollback_threshold'])).lines).toEqual(['0.05']);
	expect(await config(root, ['get', 'commands.start'])).toEqual({exit: 1, lines: []});
	expect((await config(root, ['get', 'health'], {json: true})).lines).toEqual([
		'{"path":"/health","withinSeconds":60,"inARow":2}',
	]);
	expect(await refused(root, 'get', 'helth.path')).toContain('did you mean health.path?');
});

test('without a key everything is listed, and what is a default says so', async () => {
	const {lines} = await config(place('{"port": 81}'), ['get']);
	expect(lines.find((line) => line.startsWith('port '))).toMatch(/^port +81$/);
	expect(lines.find((line) => line.startsWith('tag '))).toMatch(/v\{version\} +\(default\)$/);
	expect(lines.find((line) => line.startsWith('user_preferences.require_staging'))).toMatch(/true$/);
});

test('preferences go to the memory, with and without their prefix', async () => {
	const root = place();
	await config(root, ['set', 'max_features_per_deployment', '12']);
	await config(root, ['set', 'user_preferences.require_staging', 'false']);
	expect(JSON.parse(readFileSync(join(root, 'deployment_memory/config.json'), 'utf8')).user_preferences).toEqual({
		max_features_per_deployment: 12,
		require_staging: false,
		auto_rollback_threshold: 0.05,
	});
	expect(await refused(root, 'set', 'auto_rollback_threshold', '5')).toContain('from 0 to 1');
	await config(root, ['unset', 'max_features_per_deployment']);
	expect((await config(root, ['get', 'max_features_per_deployment'])).lines).toEqual(['20']);
	expect(read(root)).toEqual({});
});

test('unset takes a key out and keeps the rest', async () => {
	const root = place('{"strategy": "canary", "commands": {"build": "make", "start": "x"}}');
	await config(root, ['unset', 'strategy']);
	await config(root, ['unset', 'commands.build']);
	await config(root, ['unset', 'commands.migrate']);
	expect(read(root)).toEqual({commands: {start: 'x'}});
});

test('a change of what runs says that trust is asked for again', async () => {
	const root = place();
	expect((await config(root, ['set', 'commands.build', 'make'])).lines.join()).toContain('asks you to trust');
	expect((await config(root, ['set', 'port', '81'])).lines.join()).not.toContain('trust');
});

test('validate says what is valid, warns of typing mistakes, and refuses broken files with their place', async () => {
	const {exit, lines} = await config(place('{"helth": {}}'), ['validate']);
	expect(exit).toBe(0);
	expect(lines.join('\n')).toContain('did you mean health?');
	expect(await refused(place('{"port": 1,}'), 'validate')).toContain('Line 1, column 12');
	expect(await refused(tempFolder(), 'validate')).toContain('CONFIG_MISSING');
});

test('edit replaces the file only by what is valid', async () => {
	const root = place('{"port": 1}');
	const editing = (text: string) => ({edit: async (file: string) => writeFileSync(file, text)});
	expect((await config(root, ['edit'], editing('{"port": 2}'))).lines).toEqual([`${FILE} is saved.`]);
	expect(read(root)).toEqual({port: 2});
	await expect(config(root, ['edit'], editing('{"port": 0}'))).rejects.toThrow('is not valid');
	await expect(config(root, ['edit'], editing('{'))).rejects.toThrow('is not valid');
	expect(read(root)).toEqual({port: 2});
});

test('in a terminal a mistake can be mended in the same draft', async () => {
	const root = place('{"port": 1}');
	const drafts: string[] = [];
	const edit = async (file: string) => {
		drafts.push(readFileSync(file, 'utf8'));
		writeFileSync(file, drafts.length === 1 ? '{"port": 0}' : '{"port": 3}');
	};
	const ask = {text: async () => undefined, confirm: async () => true};
	const {lines} = await config(root, ['edit'], {edit, ask, interactive: true});
	expect(drafts).toEqual(['{"port": 1}', '{"port": 0}']);
	expect(lines[0]).toContain('port: found 0');
	expect(read(root)).toEqual({port: 3});
});

test('the real editor is started with its own flags, and without a shell', async () => {
	const root = place('{"port": 1}');
	const editor = join(tempFolder(), 'editor');
	writeFileSync(editor, '#!/bin/sh\n[ "$1" = --wait ] || exit 3\nprintf \'{"port": 7}\' > "$2"\n');
	chmodSync(editor, 0o755);
	await config(root, ['edit'], {env: {EDITOR: `${editor} --wait`}});
	expect(read(root)).toEqual({port: 7});
	await expect(config(root, ['edit'], {env: {EDITOR: `${editor} --other`}})).rejects.toThrow('ended with 3');
	await expect(config(root, ['edit'], {env: {EDITOR: '/no/such;touch x'}})).rejects.toThrow('could not be started');
});

test('what is put at a path is found there, and nothing else changes', () => {
	const name = fc.stringMatching(/^[a-z]{1,3}$/);
	const path = fc.array(name, {minLength: 1, maxLength: 3}).map((names) => names.join('.'));
	const document = fc.dictionary(name, fc.oneof(fc.integer(), fc.dictionary(name, fc.integer())));
	fc.assert(
		fc.property(document, path, fc.integer(), (before, at, value) => {
			const after = withValue(before, at, value);
			expect(valueAt(after, at)).toBe(value);
			for (const other of Object.keys(before)) if (other !== at.split('.')[0]) expect(after[other]).toBe(before[other]);
			expect(valueAt(withValue(after, at, undefined), at)).toBeUndefined();
		}),
	);
});
