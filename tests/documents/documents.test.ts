// Room: tests. The documents say what the program does: tables are those it makes, links lead somewhere, no room is missing.

import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {DOCUMENTS, withTables} from '../../scripts/guide-tables.ts';
import {slugOf, topicsOf} from '../../src/cli/commands/guide-text.ts';
import {EXIT} from '../../src/domain/outcome.ts';
import {PROJECT_KEYS} from '../../src/domain/project-schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const ALL = [...DOCUMENTS, 'src/README.md', 'CHANGELOG.md'];

test('every generated table is the one the program makes; if not: node scripts/guide-tables.ts', () => {
	for (const file of DOCUMENTS) expect(read(file)).toBe(withTables(read(file)));
	expect(() => withTables('<!-- table:nope -->\n<!-- /table -->')).toThrow('no table is called nope');
});

test('the tables hold every exit code and every key that has a value', () => {
	const guide = read('ORCHESTRATION_GUIDE.md');
	for (const code of Object.values(EXIT)) {
		expect(guide).toContain(`\n| \`${code}\` | `);
		expect(read('README.md')).toContain(`\n| \`${code}\` | `);
	}
	for (const path of ['commands.start', 'commands.test.*.report', 'health.withinSeconds', 'env.*', 'envFile']) {
		expect(PROJECT_KEYS.some((key) => key.path === path)).toBe(true);
		expect(guide).toContain(`| \`${path}\` |`);
	}
});

test('links lead to files and headings that are there', () => {
	for (const file of ALL) {
		for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^https?:/.test(target)) continue;
			const [path = '', heading] = target.split('#');
			const full = path === '' ? join(ROOT, file) : join(ROOT, dirname(file), path);
			expect(existsSync(full), `${file} → ${target}`).toBe(true);
			if (heading !== undefined)
				expect(topicsOf(readFileSync(full, 'utf8')).map((t) => slugOf(t.title))).toContain(heading);
		}
	}
});

test('the map names every folder and only files that are there', () => {
	const map = read('src/README.md');
	const folders = readdirSync(join(ROOT, 'src'), {withFileTypes: true}).filter((entry) => entry.isDirectory());
	for (const {name} of folders) expect(map, name).toContain(`\`${name}/`);
	for (const room of ['domain', 'adapters']) {
		for (const entry of readdirSync(join(ROOT, 'src', room), {withFileTypes: true}))
			if (entry.isDirectory()) expect(map).toContain(`\`${room}/${entry.name}/\``);
	}
	for (const [, path = ''] of map.matchAll(/`((?:[\w-]+\/)+[\w.-]*\.ts)`/g)) {
		const there = ['src', '.'].some((base) => existsSync(join(ROOT, base, path)));
		expect(there, path).toBe(true);
	}
});

test('every command that the program has is in the guide, and the other way round', () => {
	const source = read('src/cli/run.ts');
	const words = [...source.matchAll(/\bcommand\('([a-z]+)/g)].map((m) => m[1] ?? '');
	const control = [...source.matchAll(/^\t\t\['([a-z]+)', '/gm)].map((m) => m[1] ?? '');
	expect(words.length).toBeGreaterThan(8);
	const table = /## Commands\n([\s\S]*?)\n### /.exec(read('ORCHESTRATION_GUIDE.md'))?.[1] ?? '';
	for (const word of [...words, ...control]) expect(table, word).toMatch(new RegExp(`\`(?:orchestra )?${word}\\b`));
	for (const [, word = ''] of table.matchAll(/^\| `orchestra (\w+)/gm)) expect([...words, ...control]).toContain(word);
});

test('scripts that people run are executable and hold no absolute path', () => {
	for (const file of ['.ci/run', 'orchestration/orchestrate.sh', 'bin/orchestra.js']) {
		expect(statSync(join(ROOT, file)).mode & 0o111, file).not.toBe(0);
		expect(read(file).replaceAll(/^#!.*$|\/dev\/null/gm, ''), file).not.toMatch(/(?:^|[\s"'=])\/(?!bin\b|\/)[a-z]+\//m);
	}
	execFileSync('bash', ['-n', join(ROOT, '.ci/run')]);
	execFileSync('sh', ['-n', join(ROOT, 'orchestration/orchestrate.sh')]);
});
