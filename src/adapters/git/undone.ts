// Room: adapters. What a revert takes back when it does not say so: the earlier change whose lines it undoes, in whole or in
// part. Asked only for changes that are worded as a revert and name nothing.

import {FaultError} from '../../domain/fault/fault.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {isLockfile} from '../../domain/kind.ts';
import {cachedStream} from './cache.ts';
import type {Fact} from './facts.ts';
import {readPatches} from './patches.ts';
import {rawRecords} from './records.ts';
import {readTouched, type Touched} from './touched.ts';
import type {View} from './view.ts';

/** Reverts without a name that are looked into, the paths of all of them together, and the earlier changes for each. */
const MOST_REVERTS = 60;
const MOST_PATHS = 300;
const MOST_CANDIDATES = 12;
/** Lines of a change beyond which it is not looked into. */
const MOST_LINES = 20_000;
/** Share of lines: a hand that resolved a conflict leaves a few that differ. */
const WHOLE = 0.9;
const PART = 0.8;

export type Undone = ReadonlyMap<Oid, {readonly target: Oid; readonly whole: boolean}>;

/**
 * @param units the range's first-parent line, oldest first. @param named reverts that say what they take back.
 * Where contents are missing (a partial clone), nothing is found.
 */
export async function findUndone(
	view: View,
	units: readonly Fact[],
	named: ReadonlyMap<Oid, unknown>,
	{base, dev}: {readonly base: Oid; readonly dev: Oid},
	signal?: AbortSignal,
): Promise<Undone> {
	const loose = units
		// One that names an id takes back what is not in the range.
		.filter(({oid, message}) => message.revertsSomething && message.revertsOids.length === 0 && !named.has(oid))
		.slice(-MOST_REVERTS)
		.map(({oid}) => oid);
	if (loose.length === 0) return new Map();
	const touched = new Map<Oid, Touched>();
	await readTouched(view, loose, touched, signal);
	const paths = [...new Set(loose.flatMap((oid) => touched.get(oid)?.paths ?? []))];
	if (paths.length === 0 || paths.length > MOST_PATHS) return new Map();
	const place = new Map(units.map(({oid}, i) => [oid, i]));
	const at = (oid: Oid) => place.get(oid) ?? -1;
	const on = await whoTouches(view, paths, {base, dev}, signal);
	const pairs = loose.map((oid) => {
		const needed = touched.get(oid)?.paths ?? [];
		const before = [...on].filter(([other, its]) => at(other) < at(oid) && needed.every((path) => its.has(path)));
		const near = before.map(([other]) => other).sort((a, b) => at(b) - at(a));
		return {revert: oid, candidates: needed.length === 0 ? [] : near.slice(0, MOST_CANDIDATES)};
	});
	try {
		return await decide(view, pairs, signal);
	} catch (thrown) {
		if (thrown instanceof FaultError && thrown.fault.code === 'HISTORY_CUT') return new Map();
		throw thrown;
	}
}

/** Which of the paths each change of the range touches. */
async function whoTouches(
	view: View,
	paths: readonly string[],
	{base, dev}: {readonly base: Oid; readonly dev: Oid},
	signal: AbortSignal | undefined,
): Promise<Map<Oid, ReadonlySet<string>>> {
	const args = [
		...['log', '-z', '--raw', '--no-abbrev', '--no-renames', '--first-parent', '--diff-merges=first-parent'],
		...['--no-ext-diff', '--ignore-submodules=none', '--no-decorate', '--format=%H'],
		...[dev, `^${base}`, '--', ...paths.map((path) => `:(top,literal)${path}`)],
	];
	const found = new Map<Oid, ReadonlySet<string>>();
	for await (const records of rawRecords(cachedStream(view, args, signal), 1))
		for (const {fields, files} of records) found.set(asOid(fields[0] ?? ''), new Set(files.map(({path}) => path)));
	return found;
}

/** How often each line was removed and added, by path. */
interface Lines {
	readonly removed: Map<string, number>;
	readonly added: Map<string, number>;
	count: number;
}

async function decide(
	view: View,
	pairs: readonly {readonly revert: Oid; readonly candidates: readonly Oid[]}[],
	signal: AbortSignal | undefined,
): Promise<Undone> {
	const asked = new Set(
		pairs.filter(({candidates}) => candidates.length > 0).flatMap((one) => [one.revert, ...one.candidates]),
	);
	const lines = new Map<Oid, Lines>();
	for await (const patch of readPatches(view, [...asked], (path) => !isLockfile(path), signal)) {
		const of = lines.get(patch.change) ?? {removed: new Map(), added: new Map(), count: 0};
		lines.set(patch.change, of);
		if (of.count > MOST_LINES) continue;
		for (const side of ['removed', 'added'] as const) {
			for (const {text} of patch[side]) {
				if (text.trim() === '') continue;
				const key = `${patch.path}\0${text.trim()}`;
				of[side].set(key, (of[side].get(key) ?? 0) + 1);
				of.count++;
			}
		}
	}
	const undone = new Map<Oid, {target: Oid; whole: boolean}>();
	for (const {revert, candidates} of pairs) {
		const mine = lines.get(revert);
		if (!mine || mine.count === 0) continue;
		let best: {target: Oid; whole: boolean; share: number} | undefined;
		for (const target of candidates) {
			const its = lines.get(target);
			if (!its || its.count === 0) continue;
			const both = common(mine.removed, its.added) + common(mine.added, its.removed);
			const share = both / mine.count;
			const whole = share >= WHOLE && both / its.count >= WHOLE;
			// Nearest first, so that of equals the later one is taken back.
			if (share >= PART && (!best || (whole && !best.whole) || (whole === best.whole && share > best.share)))
				best = {target, whole, share};
		}
		if (best) undone.set(revert, {target: best.target, whole: best.whole});
	}
	return undone;
}

function common(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
	let both = 0;
	for (const [line, times] of a) both += Math.min(times, b.get(line) ?? 0);
	return both;
}
