import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/configuration.ts';
import type {Patch} from '../../src/ports/repository.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (...patches: Patch[]) =>
	detector.detect(changeOf(...patches), patches).map((f) => `${f.severity} ${f.rule} ${f.line ?? '-'}: ${f.what}`);

test.each([
	['src/a.ts', 'const key = process.env.MAIL_KEY;'],
	['src/a.ts', "const key = process.env['MAIL_KEY'];"],
	['src/a.py', 'key = os.environ["MAIL_KEY"]'],
	['a.go', 'key := os.Getenv("MAIL_KEY")'],
	['a.rb', "key = ENV.fetch('MAIL_KEY')"],
	['a.rs', 'let key = env::var("MAIL_KEY").unwrap();'],
])('%s: a variable read for the first time, without a default, is a caution', (path, line) => {
	expect(look(patch(path, `\n${line}`))).toEqual([
		'caution config-variable-required 2: reads MAIL_KEY, without a default and not in an .env.example',
	]);
});

test('with a default, or declared in the example of the same change, it is a note', () => {
	expect(look(patch('src/a.ts', "const key = process.env.MAIL_KEY ?? 'none';"))).toEqual([
		'note config-variable-born 1: reads MAIL_KEY',
	]);
	expect(look(patch('src/a.py', "key = os.environ.get('MAIL_KEY', 'none')"))).toEqual([
		'note config-variable-born 1: reads MAIL_KEY',
	]);
	expect(look(patch('src/a.ts', 'x(process.env.MAIL_KEY);'), patch('.env.example', 'MAIL_KEY=secret-value'))).toEqual([
		'note config-variable-born 1: reads MAIL_KEY',
		'note config-variable-declared 1: declares MAIL_KEY',
	]);
});

test('a read that was moved from another file is not born; comments, tests and what the platform sets are not reads', () => {
	expect(look(patch('src/b.ts', 'x(process.env.OLD);'), patch('src/a.ts', '', 'x(process.env.OLD);'))).toEqual([]);
	expect(look(patch('src/a.ts', '// process.env.MAIL_KEY\nlisten(process.env.PORT, process.env.NODE_ENV);'))).toEqual(
		[],
	);
	expect(detector.wants('tests/a.test.ts')).toBe(false);
	expect(detector.wants('README.md')).toBe(false);
});

test('configuration files are notes, a committed environment file is a caution, and no value is ever quoted', () => {
	expect(look(patch('config/app.yaml', 'limit: 5', 'limit: 4', 7))).toEqual([
		'note config-file 7: changes configuration',
	]);
	const found = look(patch('.env', 'API_TOKEN=hunter2'), patch('.env.example', 'A=hunter2', 'B=hunter2'));
	expect(found).toContain('caution config-env-file 1: commits an environment file: it may hold secrets');
	expect(found.join()).not.toContain('hunter2');
});
