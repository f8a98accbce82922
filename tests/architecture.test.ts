// The import table of the design, executed: who may import whom, which package lives where, and the house limits.

import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {expect, test} from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Folder → folders it may import from (besides itself). `src/main.ts` is `main`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
	domain: [],
	ports: ['domain'],
	stages: ['domain', 'ports', 'report'],
	engine: ['domain', 'ports', 'stages'],
	report: ['domain'],
	headless: ['domain', 'ports', 'stages', 'engine', 'report'],
	tui: ['domain', 'ports', 'stages', 'engine', 'report'],
	adapters: ['domain', 'ports'],
	// The gateway is a program of its own; its client in targets/ is the only one who knows its protocol.
	gateway: ['domain'],
	targets: ['domain', 'ports', 'gateway'],
	suites: ['domain', 'ports'],
	detectors: ['domain', 'ports'],
	demo: ['domain', 'ports'],
	cli: [
		'domain',
		'ports',
		'stages',
		'engine',
		'report',
		'headless',
		'tui',
		'adapters',
		'targets',
		'suites',
		'detectors',
		'demo',
	],
	main: ['cli', 'domain'],
};

/** Package → the only places that may import it. */
const HOMES: Record<string, readonly string[]> = {
	'simple-git': ['adapters/git'],
	execa: ['adapters/process'],
	lowdb: ['adapters/memory'],
	'@anthropic-ai/sdk': ['adapters/ai'],
	'@secretlint/core': ['adapters/ai'],
	'@secretlint/secretlint-rule-preset-recommend': ['adapters/ai'],
	undici: ['gateway', 'targets'],
	ink: ['tui'],
	react: ['tui'],
	'ink-select-input': ['tui'],
	'cli-table3': ['report', 'headless'],
	'@inquirer/prompts': ['cli/commands'],
	commander: ['cli', 'main.ts'],
	yaml: ['detectors'],
	graphql: ['detectors'],
	'oxc-parser': ['detectors'],
	'libpg-query': ['detectors'],
	'node-sql-parser': ['detectors'],
	'@mrleebo/prisma-ast': ['detectors'],
	zod: ['domain', 'adapters', 'gateway', 'cli'],
};

function files(folder: string): string[] {
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => join(folder, name));
}

const all = files(SRC);
const roomOf = (file: string) => {
	const path = relative(SRC, file);
	return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'main';
};

function importsOf(file: string): string[] {
	const source = readFileSync(file, 'utf8');
	const found = source.matchAll(
		/^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
	);
	return [...found].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

test('every room imports only from the rooms the table allows', () => {
	const breaches: string[] = [];
	for (const file of all) {
		const room = roomOf(file);
		for (const spec of importsOf(file).filter((s) => s.startsWith('.'))) {
			const target = resolve(dirname(file), spec);
			const other = roomOf(target);
			// Only the composition root may reach the extension families and adapters.
			const allowed = other === room || MAY_IMPORT[room]?.includes(other);
			if (!allowed) breaches.push(`${relative(SRC, file)} → ${relative(SRC, target)}`);
			if (room === 'targets' && other === 'gateway' && !/protocol|client/.test(target))
				breaches.push(`${relative(SRC, file)} → ${relative(SRC, target)} (only the protocol)`);
		}
	}
	expect(breaches).toEqual([]);
});

test('each outside package has exactly one home', () => {
	const breaches: string[] = [];
	for (const file of all) {
		for (const spec of importsOf(file).filter((s) => !s.startsWith('.') && !s.startsWith('node:'))) {
			const name = spec.startsWith('@') ? spec.split('/').slice(0, 2).join('/') : (spec.split('/')[0] ?? spec);
			const path = relative(SRC, file);
			if (!HOMES[name]?.some((home) => path === home || path.startsWith(`${home}/`)))
				breaches.push(`${path} → ${name}`);
		}
	}
	expect(breaches).toEqual([]);
});

test('domain and ports know no node, no clock and no chance', () => {
	const breaches: string[] = [];
	for (const file of all.filter((f) => ['domain', 'ports'].includes(roomOf(f)))) {
		const source = readFileSync(file, 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
		if (importsOf(file).some((s) => s.startsWith('node:'))) breaches.push(`${relative(SRC, file)} imports node`);
		if (/\bDate\.now|new Date\(\)|Math\.random|performance\.now|process\./.test(source))
			breaches.push(`${relative(SRC, file)} reads the world`);
	}
	expect(breaches).toEqual([]);
});

test('only main sets the exit code, and nobody prints behind the faces', () => {
	const breaches: string[] = [];
	for (const file of all) {
		const source = readFileSync(file, 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
		const path = relative(SRC, file);
		if (/process\.exit\b|process\.exitCode/.test(source) && !['main', 'gateway'].includes(roomOf(file)))
			breaches.push(`${path} exits`);
		if (/\bconsole\./.test(source)) breaches.push(`${path} prints by console`);
		if (/shell:\s*true|\bexecSync\(/.test(source)) breaches.push(`${path} uses a shell`);
	}
	expect(breaches).toEqual([]);
});

test('files say what room they are and stay under the wall of 400 lines', () => {
	const breaches: string[] = [];
	for (const file of all) {
		const source = readFileSync(file, 'utf8');
		const path = relative(SRC, file);
		if (source.split('\n').length > 401) breaches.push(`${path} is too long`);
		if (path !== 'cli/extensions.ts' && !/^\/\/ Room: [a-z]+/.test(source))
			breaches.push(`${path} does not say its room`);
	}
	expect(breaches).toEqual([]);
});

test('the list of extensions is the one the build writes', async () => {
	const {extensionsSource} = (await import(resolve(SRC, '../scripts/list-extensions.mjs'))) as {
		extensionsSource(root: string): string;
	};
	expect(readFileSync(join(SRC, 'cli/extensions.ts'), 'utf8')).toBe(extensionsSource(resolve(SRC, '..')));
});
