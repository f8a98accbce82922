import type {Arbitrary} from 'fast-check';
// Room: tests. The three documents, mutated: cut at bytes, bits flipped, types swapped, nested, poisoned. Whatever is in a
// file: nothing throws, what cannot be read is set aside byte for byte, and the files beside it stay as they are.

import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {deepSafe, parseGuarded, toSafe} from '../../../src/adapters/memory/guarded-json.ts';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {statisticsOf} from '../../../src/domain/learning/statistics.ts';
import {safe} from '../../../src/domain/safe.ts';
import fc from '../../kit/check.ts';
import {fakeClock} from '../../kit/clock.ts';
import {closed, feature} from '../../kit/deployments.ts';
import {tempFolder} from '../../kit/temp.ts';

const PAST = [
	closed(1),
	closed(2, {outcome: 'rolled_back', why: safe('too many errors'), features: [feature(2, {topics: []}), feature(3)]}),
];
const DOCUMENTS = {
	'config.json': {
		schemaVersion: 1,
		user_preferences: {max_features_per_deployment: 20, require_staging: true, auto_rollback_threshold: 0.05},
		statistics: statisticsOf(PAST),
		own: {field: [1, 2, {x: 'kept'}]},
	},
	'patterns/deployment_patterns.json': {...patternsOf(PAST), extra: 'kept'},
	'history/index.jsonl': PAST,
};
type Name = keyof typeof DOCUMENTS;
const NAMES = Object.keys(DOCUMENTS) as Name[]; // `as`: the keys of a literal
const original = (name: Name) =>
	Buffer.from(
		name === 'history/index.jsonl'
			? PAST.map((s) => `${JSON.stringify(s)}\n`).join('')
			: `${JSON.stringify(DOCUMENTS[name], null, '\t')}\n`,
	);

/** A value somewhere in the document replaced by another. */
function swap(bytes: Buffer, seed: number, by: unknown): Buffer {
	const lines = bytes.toString().trimEnd().split('\n');
	const jsonl = lines.every((line) => line.startsWith('{"'));
	const roots = jsonl ? lines.map((line) => JSON.parse(line)) : [JSON.parse(bytes.toString())];
	const places: (() => void)[] = [];
	const walk = (node: unknown) => {
		if (typeof node !== 'object' || node === null) return;
		for (const key of Object.keys(node)) {
			const holder = node as Record<string, unknown>; // `as`: an object has string keys
			places.push(() => {
				holder[key] = by;
			});
			walk(holder[key]);
		}
	};
	for (const root of roots) walk(root);
	places[seed % places.length]?.();
	return Buffer.from(roots.map((root) => JSON.stringify(root, null, jsonl ? undefined : '\t')).join('\n'));
}

const put = (bytes: Buffer, at: number, text: string | Buffer) =>
	Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);

const VALUES: readonly unknown[] = [
	null,
	true,
	-1,
	0.5,
	1e308,
	'',
	'text',
	[],
	{},
	[[]],
	{a: {b: {}}},
	'\u001b[2J\u202e',
	2 ** 53,
	'constructor',
];
const POISON = [
	'"__proto__":{"polluted":true},',
	'"x":1e999,',
	`"deep":${'['.repeat(100)}${']'.repeat(100)},`,
	`"deeper":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)},`,
	'"schemaVersion":99,',
	'"schemaVersion":"1",',
	'"schemaVersion":0.5,',
	'"constructor":{"prototype":{"polluted":1}},',
];
const PREFIXES = ['\uFEFF', '\u0000', '<<<<<<< HEAD\n', '[', 'null', ' \n\t', '{}', '\xff\xfe'];

type Mutate = (bytes: Buffer) => Buffer;
const mutation: Arbitrary<Mutate> = fc.oneof(
	fc.nat(20_000).map((n) => (b: Buffer) => b.subarray(0, n % b.length)),
	fc.tuple(fc.nat(20_000), fc.nat(7)).map(([n, bit]) => (b: Buffer) => {
		const copy = Buffer.from(b);
		copy[n % b.length] = (copy[n % b.length] ?? 0) ^ (1 << bit);
		return copy;
	}),
	fc.tuple(fc.nat(500), fc.constantFrom(...VALUES)).map(
		([n, value]) =>
			(b: Buffer) =>
				swap(b, n, value),
	),
	fc.constantFrom(...POISON).map((text) => (b: Buffer) => put(b, b.indexOf('{') + 1, text)),
	fc.constantFrom(...PREFIXES).map((text) => (b: Buffer) => put(b, 0, text)),
	fc.uint8Array({maxLength: 200}).map((noise) => () => Buffer.from(noise)),
	fc.tuple(fc.nat(20_000), fc.uint8Array({minLength: 1, maxLength: 9})).map(
		([n, noise]) =>
			(b: Buffer) =>
				put(b, n % b.length, Buffer.from(noise)),
	),
	fc.constant((b: Buffer) => Buffer.concat([b, b])),
);

/** Thousands of syncs on a shared disk take minutes; what is tested here is the reading. */
function inRam(): string {
	if (!existsSync('/dev/shm')) return tempFolder();
	const folder = mkdtempSync('/dev/shm/orchestra-fuzz-');
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

const RUNS = 2000;
const LANES = 8;
const seen = {setAside: 0, stillRead: 0, skippedLines: 0, archived: 0};

/** One mutated memory, read whole and, now and then, written to. */
async function survive(root: string, name: Name, mutate: readonly Mutate[], write: boolean): Promise<void> {
	const base = join(root, 'deployment_memory');
	const at = (document: Name) => join(base, document);
	rmSync(base, {recursive: true, force: true});
	for (const each of NAMES) {
		mkdirSync(dirname(at(each)), {recursive: true});
		writeFileSync(at(each), original(each));
	}
	let broken: Buffer = original(name);
	for (const change of mutate) broken = readable(broken) ? change(broken) : broken;
	writeFileSync(at(name), broken);

	const memory = openMemory(root, {clock: fakeClock()});
	const preferences = await memory.preferences();
	const patterns = await memory.patterns();
	const statistics = await memory.statistics();
	const history = await memory.history();
	expect(preferences.max_features_per_deployment).toBeGreaterThanOrEqual(1);
	expect(preferences.max_features_per_deployment).toBeLessThanOrEqual(500);
	expect(preferences.auto_rollback_threshold).toBeLessThanOrEqual(1);
	expect(typeof preferences.require_staging).toBe('boolean');
	expect(Number.isInteger(statistics.deployments)).toBe(true);
	expect(Array.isArray(patterns.rules)).toBe(true);
	expect(JSON.stringify([preferences, patterns, statistics, history])).not.toMatch(/\\u001b|\u202e/);
	expect('polluted' in {}).toBe(false);

	for (const other of NAMES.filter((n) => n !== name)) expect(readFileSync(at(other))).toEqual(original(other));
	const aside = readdirSync(dirname(at(name))).filter((file) => file.includes('.corrupt-'));
	if (name === 'history/index.jsonl') {
		// Lines, not the file, are what can be bad here: it stays as it is, and what was skipped is counted.
		expect(aside).toEqual([]);
		expect(readFileSync(at(name)).equals(broken)).toBe(true);
		const lines = broken
			.toString('latin1')
			.split('\n')
			.filter((line) => line !== '').length;
		const skipped = Number(/^\d+/.exec(memory.damage[0]?.reason ?? '0')?.[0]);
		expect(new Set(history.map((s) => s.id)).size).toBe(history.length);
		expect(history.length + skipped).toBeLessThanOrEqual(lines);
		if (skipped > 0) seen.skippedLines++;
		else expect(lines === 0 || history.length > 0).toBe(true);
	} else if (aside.length > 0) {
		expect(aside).toHaveLength(1);
		expect(readFileSync(join(dirname(at(name)), aside[0] ?? '')).equals(broken)).toBe(true);
		expect(memory.damage.some((d) => d.keptAs.includes('.corrupt-'))).toBe(true);
		if (name !== 'config.json') expect(patterns).toEqual(patternsOf(PAST));
		seen.setAside++;
	} else {
		// What was not set aside stays untouched, and anybody can read it as JSON.
		expect(readFileSync(at(name)).equals(broken)).toBe(true);
		expect(() => JSON.parse(broken.toString('utf8').replace(/^\uFEFF/, ''))).not.toThrow();
		seen.stillRead++;
	}
	if (!write) return;
	// The next deployment can always be archived, whatever was there before.
	mkdirSync(join(base, 'current', closed(9).id), {recursive: true});
	await memory.archive(closed(9));
	expect((await memory.history()).map((s) => s.id)).toContain(closed(9).id);
	seen.archived++;
}

test('2,000 mutations of the three documents: no throw, nothing lost, nothing polluted', async () => {
	const seed = Date.now() & 0x7fffffff;
	const cases = fc.sample(fc.tuple(fc.constantFrom(...NAMES), fc.array(mutation, {minLength: 1, maxLength: 2})), {
		numRuns: RUNS,
		seed,
	});
	const lane = async (first: number) => {
		const root = inRam();
		for (let i = first; i < RUNS; i += LANES) {
			const [name, mutate] = cases[i] ?? [];
			if (name === undefined || mutate === undefined) continue;
			await survive(root, name, mutate, i % 20 === 0).catch((error: unknown) => {
				throw new Error(`case ${i} of seed ${seed} (${name})`, {cause: error});
			});
		}
	};
	await Promise.all(Array.from({length: LANES}, (_, i) => lane(i)));
	if (process.env.ORCHESTRA_FIGURES) process.stdout.write(`${JSON.stringify(seen)}\n`);
	// Each of the ways out was really taken.
	expect(seen.setAside).toBeGreaterThan(300);
	expect(seen.stillRead).toBeGreaterThan(50);
	expect(seen.skippedLines).toBeGreaterThan(100);
	expect(seen.archived).toBe(RUNS / 20);
}, 120_000);

/** A second mutation needs something to hold on to, and nothing that overflows the mutator itself. */
const readable = (bytes: Buffer) => {
	if (bytes.length > 50_000) return false;
	try {
		const text = bytes.toString();
		for (const line of text.trimEnd().split('\n')) if (text.startsWith('{"')) JSON.parse(line);
		if (!text.startsWith('{"')) JSON.parse(text);
		return true;
	} catch {
		return false;
	}
};

test('the guard: depth, size, prototypes, numbers and encoding', () => {
	const reason = (text: string | Buffer, max?: number) => {
		const parsed = parseGuarded(Buffer.from(text), max);
		return parsed.ok ? 'ok' : parsed.reason;
	};
	const nested = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
	expect(reason(nested(32))).toBe('ok');
	expect(reason(nested(33))).toContain('deeper than 32');
	expect(reason(nested(1_000_000))).toContain('deep');
	expect(reason('{"a":{"__proto__":1}}')).toContain('__proto__');
	expect(reason('{"a":1e400}')).toContain('too large');
	expect(reason('\uFEFF{"a":1}')).toBe('ok');
	expect(reason(Buffer.from([0x7b, 0xff, 0x7d]))).toContain('UTF-8');
	expect(reason('"12345"', 6)).toContain('larger');
	expect(reason('')).toBe('it is empty');
	expect(reason('{')).toContain('not JSON');
});

test('the short cut for plain text is exactly what safe() does', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary', maxLength: 40}), (text) => {
			expect(toSafe(text)).toBe(safe(text));
			expect(deepSafe({[text]: [text]})).toEqual(text === '__proto__' ? {} : {[safe(text)]: [safe(text)]});
		}),
		{numRuns: 3000},
	);
	for (let code = 0; code < 0x10000; code++) {
		const char = String.fromCharCode(code);
		if (toSafe(char) !== safe(char)) expect(`U+${code.toString(16)}`).toBe('the same');
	}
});
