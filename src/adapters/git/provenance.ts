// Room: adapters. What each change of a range rests on, read from one pass of `git log -p -U0` through the clean view. The
// rules live in domain/provenance; here is how git is asked so that its hunks are those of a merge: histogram, and no
// sliding by indentation, which a merge does not do either.

import type {Change} from '../../domain/change.ts';
import type {DependencyGraph} from '../../domain/dependency.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import {isManifest} from '../../domain/generated.ts';
import type {Oid} from '../../domain/ids.ts';
import {Drift} from '../../domain/provenance/drift.ts';
import {EdgeBook, type EdgeList, graphOf} from '../../domain/provenance/edges.ts';
import {type FilePatch, Ledger} from '../../domain/provenance/ledger.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {BASE, LinePool} from '../../domain/provenance/weave.ts';
import {type AbsentBlobs, findAbsent, type Reading} from './absent.ts';
import {mergeBaseOf} from './merge-base.ts';
import {LONGEST, Names} from './provenance-by-name.ts';
import {recall, remember} from './provenance-cache.ts';
import {readBaseNames} from './provenance-names.ts';
import {stepsOf} from './provenance-steps.ts';
import {readPatchStream} from './provenance-stream.ts';
import {readingAhead} from './tokens.ts';
import type {View} from './view.ts';

const SETTINGS = ['-c', 'core.bigFileThreshold=1m'] as const;
const LOOK = [
	...['-p', '-U0', '--full-index', '-M', '--diff-algorithm=histogram', '--no-indent-heuristic', '--no-color'],
	...['--ignore-submodules=none', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'],
] as const;
const EACH = '--format=%x00%H';
const RAW = ['--raw', '--no-abbrev', '--no-renames', '--no-color', '--ignore-submodules=none'] as const;

/** Bytes of patches that are read before they can be used. */
const MOST_AHEAD = 16_000_000;

/** Pathspecs are asked about each entry of each tree: many of them, or ones with stars, cost more than they save. */
const MOST_PATHSPECS = 40;

/**
 * All paths but those that a tool makes anew: half of all diff time in many repositories, and they bind nothing. The ones
 * that changed most often are named; the few others are read and passed over.
 */
function bindingPaths(changes: readonly Change[]): string[] {
	const often = new Map<string, number>();
	for (const {files} of changes)
		for (const {path} of files) if (isRegenerable(path)) often.set(path, (often.get(path) ?? 0) + 1);
	const excluded = [...often].sort(([, a], [, b]) => b - a).slice(0, MOST_PATHSPECS);
	return excluded.length === 0 ? [] : [':(top)', ...excluded.map(([path]) => `:(top,exclude,literal)${path}`)];
}

/**
 * @param changes of `base..dev`, all of them, in branch order.
 * @param keep whether what was read before may answer, and what is read now is kept. Default true.
 */
export async function readDependencies(
	view: View,
	base: Oid,
	dev: Oid,
	changes: readonly Change[],
	{signal, keep = true}: {readonly signal?: AbortSignal | undefined; readonly keep?: boolean} = {},
): Promise<DependencyGraph> {
	const ids = changes.map((change) => change.oid);
	const key = {base, dev, ids};
	const known = keep ? await recall(view, key) : undefined;
	if (known !== undefined) return graphOf(known);
	const range = {base, dev, changes};
	let found: EdgeList;
	try {
		found = await readEdges(view, range, undefined, signal);
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		// A partial clone, perhaps of one file only: what is here is read all the same.
		const absent = await findAbsent(view, await readingsOf(view, range, signal), signal);
		if (absent === undefined) throw thrown;
		found = await readEdges(view, range, absent, signal);
	}
	if (keep && ids.length > 0) await remember(view, key, found);
	return graphOf(found);
}

interface Range {
	readonly base: Oid;
	readonly dev: Oid;
	readonly changes: readonly Change[];
}

/** How git is asked for the whole range, patches or whatever else. */
async function onTheLine(
	view: View,
	range: Range,
	look: readonly string[],
	signal: AbortSignal | undefined,
): Promise<{ask: Reading; units: ReadonlyMap<Oid, number>}> {
	const {base, dev, changes} = range;
	const steps = await stepsOf(view, range, changes, signal);
	const paths = ['--', ...bindingPaths(changes)];
	if (steps !== undefined) {
		const {input, env, units} = steps;
		const args = [...SETTINGS, 'diff-tree', '--stdin', '--root', '-r', ...look, EACH, ...paths];
		return {ask: {args, input, env}, units};
	}
	// Where the tip only merged the branch that the changes are on, their line begins at the last of them.
	const tip = changes.at(-1)?.oid ?? dev;
	const line = ['--first-parent', '-m', '--reverse', '--topo-order', '--no-decorate'];
	const args = [...SETTINGS, 'log', ...look, ...line, EACH, tip, `^${base}`, ...paths];
	return {ask: {args}, units: new Map(changes.map(({oid}, i) => [oid, i]))};
}

/** What is asked to find out which contents a reading of lines needs. */
async function readingsOf(view: View, range: Range, signal: AbortSignal | undefined): Promise<Reading[]> {
	const {ask} = await onTheLine(view, range, RAW, signal);
	const parted = await partedAt(view, range, signal);
	return parted === undefined ? [ask] : [ask, driftFrom(range, parted, RAW)];
}

async function readEdges(
	view: View,
	range: Range,
	absent: AbsentBlobs | undefined,
	signal: AbortSignal | undefined,
): Promise<EdgeList> {
	const {base, dev, changes} = range;
	const book = new EdgeBook(changes.map(({oid}) => oid));
	if (base !== dev && changes.length > 0) {
		const named = changes.length <= MOST_NAMED;
		const names = new Names(named);
		const touched = new Set(changes.flatMap(({files}) => files.map(({path}) => path)));
		const [known] = await Promise.all([
			named ? readBaseNames(view, base, touched, signal).then((found) => names.know(found)) : undefined,
			readLines(view, range, {book, names, absent}, signal),
		]);
		if (known !== undefined) names.into(book, known);
		regenerated(changes, book);
	}
	return book.list();
}

async function readLines(
	view: View,
	range: Range,
	{book, names, absent}: {book: EdgeBook; names: Names; absent: AbsentBlobs | undefined},
	signal?: AbortSignal,
): Promise<void> {
	const pool = new LinePool();
	const {ask, units} = await onTheLine(view, range, LOOK, signal);
	const {args, ...options} = absent?.around(ask) ?? ask;
	// git begins with it while the base's own side is read.
	const lines = readingAhead(view.stream(args, {...options, signal}), MOST_AHEAD);
	try {
		const drift = await readDrift(view, range, absent, pool, signal);
		const ledger = new Ledger(pool, book, drift);
		const entries = new Entries();
		let unit = BASE;
		let readable = true;
		await readPatchStream(lines, pool, {
			commit(oid) {
				book.end();
				names.end();
				// What is no change only brings the base in.
				unit = units.get(oid) ?? BASE;
				book.begin(unit);
				names.begin(unit);
			},
			patch(said) {
				if (isRegenerable(said.path)) return;
				const where = absent?.of(said);
				const patch = where === undefined ? said : {...said, absent: where};
				if (where !== undefined) book.unread(patch.path);
				names.patch(patch);
				ledger.apply(unit, isManifest(patch.path) ? entries.mark(patch) : patch);
			},
			wants(patch) {
				readable = absent?.of(patch) === undefined;
				return (readable && names.wants(patch.path)) || isManifest(patch.path);
			},
			within(path, bytes, from, to) {
				if (readable) names.within(path, bytes, from, to);
			},
			line(path, added, line, bytes, from, to) {
				if (isManifest(path)) entries.line(added, line, bytes, from, to);
				if (readable) names.line(path, added, line, bytes, from, to);
			},
		});
	} finally {
		await lines.return(undefined);
	}
	book.end();
	names.end();
}

/** What the base did since the histories parted. */
async function readDrift(
	view: View,
	range: Range,
	absent: AbsentBlobs | undefined,
	pool: LinePool,
	signal: AbortSignal | undefined,
): Promise<Drift> {
	const drift = new Drift(pool);
	const parted = await partedAt(view, range, signal);
	if (parted === undefined) return drift;
	const ask = driftFrom(range, parted, LOOK);
	const {args, ...options} = absent?.around(ask) ?? ask;
	await readPatchStream(view.stream(args, {...options, signal}), pool, {
		commit: () => undefined,
		patch: (patch) => drift.add(absent?.of(patch) === undefined ? patch : {...patch, binary: true, hunks: []}),
	});
	return drift;
}

const driftFrom = ({base, changes}: Range, parted: Oid, look: readonly string[]): Reading => ({
	args: [...SETTINGS, 'diff', ...look, parted, base, '--', ...bindingPaths(changes)],
});

/** Where the histories parted, when the base has gone on since. */
async function partedAt(
	view: View,
	{base, dev, changes}: Range,
	signal: AbortSignal | undefined,
): Promise<Oid | undefined> {
	// A branch that begins at the base has it as its ancestor.
	if (changes[0]?.parent === base) return undefined;
	const parted = forkOf(changes, dev) ?? (await mergeBaseOf(view, base, dev, signal));
	return parted === base ? undefined : parted;
}

/** Where the histories parted, if the changes alone show it: a line without any merge, up to the tip, has one way down. */
function forkOf(changes: readonly Change[], dev: Oid): Oid | undefined {
	if (changes.at(-1)?.oid !== dev) return undefined;
	const straight = changes.every(
		({form, parent}, i) => form === 'commit' && (i === 0 || parent === changes[i - 1]?.oid),
	);
	const parent = changes[0]?.parent;
	return straight && parent !== undefined && !/^0+$/.test(parent) ? parent : undefined;
}

/** Hunks of manifests that only put entries in: the last entry's missing comma makes git see a change of that line. */
class Entries {
	#lines: {added: boolean; line: number; text: string}[] = [];

	line(added: boolean, line: number, bytes: Buffer, from: number, to: number): void {
		this.#lines.push({
			added,
			line,
			text: bytes.toString('latin1', from, Math.min(to, from + LONGEST)).replace(/,?\s*$/, ''),
		});
	}

	mark(patch: FilePatch): FilePatch {
		const lines = this.#lines;
		this.#lines = [];
		const hunks = patch.hunks.map((hunk) => {
			const within = (of: boolean, from: number, count: number) =>
				lines.filter(({added, line}) => added === of && line >= from && line < from + count).map(({text}) => text);
			const put = new Set(within(true, hunk.at + 1, hunk.added));
			return {...hunk, inserts: within(false, hunk.oldLine, hunk.removed).every((text) => put.has(text))};
		});
		return {...patch, hunks};
	}
}

/** Changes, above which names are not looked at: a range like that wants a narrower question, and lines alone bind. */
const MOST_NAMED = 10_000;

/** Files that a tool makes anew tie a change to the one before that wrote them, and nothing follows from it. */
function regenerated(changes: readonly Change[], book: EdgeBook): void {
	const last = new Map<string, number>();
	for (const [unit, {files}] of changes.entries())
		for (const {path, from} of files) {
			if (!isRegenerable(path)) continue;
			const before = last.get(from ?? path);
			if (before !== undefined) book.add(unit, before, 'edit', 'regenerate', {path});
			last.set(path, unit);
		}
}
