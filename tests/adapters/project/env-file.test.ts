// Room: tests. NAME=value files: read as text, never expanded, never shown.

import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {parseEnvLines, readEnvFile} from '../../../src/adapters/project/env-file.ts';
import {FaultError} from '../../../src/domain/fault/fault.ts';
import fc from '../../kit/check.ts';
import {tempFolder} from '../../kit/temp.ts';

const values = (text: string) => parseEnvLines(text).values;

test('quotes, comments, export and blank lines are understood', () => {
	expect(
		values(
			[
				'\ufeff# a comment',
				'',
				'PLAIN=one two  # said after',
				'HASH=a#b',
				'export EXPORTED=yes',
				"SINGLE='as $IT \\n is' # ok",
				'DOUBLE="line\\nnext \\"quoted\\" \\q"',
				'EMPTY=',
				'SPACED = value ',
				'URL=postgres://u:p@h/db?x=1',
			].join('\r\n'),
		),
	).toEqual({
		PLAIN: 'one two',
		HASH: 'a#b',
		EXPORTED: 'yes',
		SINGLE: 'as $IT \\n is',
		DOUBLE: 'line\nnext "quoted" \\q',
		EMPTY: '',
		SPACED: 'value',
		URL: 'postgres://u:p@h/db?x=1',
	});
});

test('nothing is expanded or run', () => {
	expect(values('A=$(touch /tmp/x)\nB=`id`\nC="$A $B"')).toEqual({A: '$(touch /tmp/x)', B: '`id`', C: '$A $B'});
});

test('what Orchestra sets itself is left out', () => {
	expect(values('PORT=1\nGIT_DIR=x\nORCHESTRA_A=x\n__proto__=x\nOK=1')).toEqual({OK: '1'});
});

test('bad lines are named by number and never quoted', () => {
	const {problems} = parseEnvLines("OK=1\nsecret-token-123\nA=\"open secret\nB='x' secret");
	expect(problems).toEqual([
		'line 2: not NAME=value',
		'line 3: the quote is not closed on the same line',
		'line 4: text follows the closing quote',
	]);
});

test('every value survives being written in double quotes', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), (wanted) => {
			fc.pre(!wanted.includes('\0'));
			const written = wanted
				.replaceAll(/["\\$]/g, '\\$&')
				.replaceAll('\n', '\\n')
				.replaceAll('\r', '\\r');
			expect(values(`A="${written}"`)).toEqual({A: wanted});
		}),
	);
});

test('no text makes it throw or hang', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), (text) => {
			parseEnvLines(text);
		}),
	);
	expect(parseEnvLines(`A=${' '.repeat(500_000)}x`).values.A).toBe('x');
});

async function faultOf(promise: Promise<unknown>) {
	const error = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof FaultError)) throw new Error('no fault');
	return error.fault;
}

test('the file is read from inside the repository only', async () => {
	const root = tempFolder();
	const outside = tempFolder();
	writeFileSync(join(outside, 'passwd'), 'ROOT=secret');
	symlinkSync(join(outside, 'passwd'), join(root, 'link'));
	mkdirSync(join(root, 'folder'));
	writeFileSync(join(root, '.env'), 'A=1');
	writeFileSync(join(root, 'bad'), 'A=1\nhunter2');
	expect(await readEnvFile(root, {})).toEqual({});
	expect(await readEnvFile(root, {envFile: '.env'})).toEqual({A: '1'});
	expect((await faultOf(readEnvFile(root, {envFile: 'link'}))).details[0]).toContain('leads out of the repository');
	expect((await faultOf(readEnvFile(root, {envFile: 'folder'}))).details[0]).toContain('not a plain file');
	expect((await faultOf(readEnvFile(root, {envFile: 'none'}))).details[0]).toContain('not there');
	expect(JSON.stringify(await faultOf(readEnvFile(root, {envFile: 'bad'})))).not.toContain('hunter2');
});
