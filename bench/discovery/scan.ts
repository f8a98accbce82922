// Room: bench. How long the scan and the graph take beside what git alone needs for the same range. Everything is run in
// turns, several rounds in one process, so that what disturbs one disturbs all; node's own start is not in it.

import {execFile} from 'node:child_process';
import {existsSync, rmSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {promisify} from 'node:util';
import {readDependencies} from '../../src/adapters/git/provenance.ts';
import type {Change} from '../../src/domain/change.ts';
import {type Opened, type Span, scanOf} from './windows.ts';

export interface Times {
	/** Milliseconds, the least of all rounds. */
	readonly raw: number;
	/** Until the list is read. */
	readonly scan: number;
	/** Until it is also known what shipped by its lines, with nothing beside it. The product reads the graph meanwhile. */
	readonly settled: number;
	readonly patches: number;
	/** All of it: the list, what shipped by its lines, and the graph. */
	readonly scanAndGraph: number;
	readonly cliff: number | null;
	/** Medians over the rounds of what was measured side by side. */
	readonly scanRatio: number;
	readonly settledRatio: number;
	readonly graphRatio: number;
	readonly changes: readonly Change[];
}

const run = promisify(execFile);
const CLIFF = resolve(import.meta.dirname, '../../node_modules/.bin/git-cliff');

async function timed<T>(what: () => Promise<T>): Promise<{ms: number; value: T}> {
	const from = performance.now();
	const value = await what();
	return {ms: performance.now() - from, value};
}

/** Everything git says, thrown away. */
async function drain({view}: Opened, args: readonly string[]): Promise<void> {
	for await (const _ of view.stream(args));
}

const least = (all: readonly number[]) => Math.min(...all);
const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

export async function timeRange(
	opened: Opened,
	repo: string,
	range: string,
	span: Span,
	rounds: number,
): Promise<Times> {
	const {view} = opened;
	const within = [span.dev, `^${span.base}`];
	const [raw, scan, settled, patches, both]: number[][] = [[], [], [], [], []];
	let changes: readonly Change[] = [];
	// The first round fills the disk cache and lets the compiler of JavaScript warm up; it is not counted.
	// What git said before is kept beside the view: each round asks it afresh, or the cache would be measured.
	const forget = () => rmSync(join(dirname(view.dir), 'cache'), {recursive: true, force: true});
	for (let round = 0; round <= rounds; round++) {
		forget();
		const a = await timed(() => drain(opened, ['log', '--raw', '-M', ...within]));
		const b = await timed(() => scanOf(view, span));
		const e = await timed(b.value.settled);
		changes = e.value;
		const c = await timed(() => drain(opened, ['log', '-p', '-U0', ...within]));
		forget();
		const d = await timed(async () => {
			const {read, settled} = await scanOf(view, span);
			return Promise.all([readDependencies(view, span.base, span.dev, read, {keep: false}), settled()]);
		});
		if (round === 0) continue;
		raw?.push(a.ms);
		scan?.push(b.ms);
		settled?.push(b.ms + e.ms);
		patches?.push(c.ms);
		both?.push(d.ms);
	}
	const ratio = (ours: readonly number[] = [], theirs: readonly number[] = []) =>
		median(ours.map((ms, i) => ms / (theirs[i] ?? Number.NaN)));
	return {
		raw: least(raw ?? []),
		scan: least(scan ?? []),
		settled: least(settled ?? []),
		patches: least(patches ?? []),
		scanAndGraph: least(both ?? []),
		cliff: await cliff(repo, range),
		scanRatio: ratio(scan, raw),
		settledRatio: ratio(settled, raw),
		graphRatio: ratio(both, patches),
		changes,
	};
}

/** A changelog of the range by git-cliff; null where it is not installed or refuses. */
async function cliff(repo: string, range: string): Promise<number | null> {
	if (!existsSync(CLIFF)) return null;
	const folder = existsSync(join(repo, '.git')) || existsSync(join(repo, 'HEAD')) ? repo : undefined;
	if (folder === undefined) return null;
	try {
		const options = {timeout: 120_000, maxBuffer: 1e9, env: {PATH: process.env.PATH ?? '', HOME: '/nonexistent'}};
		return (await timed(() => run(CLIFF, ['--repository', folder, '--offline', range], options))).ms;
	} catch {
		return null;
	}
}
