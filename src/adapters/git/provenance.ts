// Room: adapters. What each change of a range rests on, read from one pass of `git log -p -U0` through the clean view. The
// rules live in domain/provenance; here is how git is asked so that its hunks are those of a merge: histogram, and no
// sliding by indentation, which a merge does not do either.

import type {Change} from '../../domain/change.ts';
import type {DependencyGraph} from '../../domain/dependency.ts';
import {isManifest} from '../../domain/generated.ts';
import type {Oid} from '../../domain/ids.ts';
import {BirthBook, isCode} from '../../domain/provenance/births.ts';
import {Drift} from '../../domain/provenance/drift.ts';
import {EdgeBook, graphOf} from '../../domain/provenance/edges.ts';
import {type FilePatch, Ledger} from '../../domain/provenance/ledger.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {SignalBook, type SignalKind, signalsInAll} from '../../domain/provenance/signals.ts';
import {hashOf} from '../../domain/provenance/tokens.ts';
import {BASE, LinePool} from '../../domain/provenance/weave.ts';
import {mergeBaseOf} from './merge-base.ts';
import {recall, remember} from './provenance-cache.ts';
import {type BaseKnowledge, readBaseNames} from './provenance-names.ts';
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
const PASS = [
	...[...SETTINGS, 'log', ...LOOK, '--first-parent', '-m', '--reverse', '--topo-order', '--no-decorate'],
	EACH,
] as const;
const BY_STEPS = [...SETTINGS, 'diff-tree', '--stdin', '--root', '-r', ...LOOK, EACH] as const;

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
	const book = new EdgeBook(ids);
	if (base !== dev && changes.length > 0) {
		const named = changes.length <= MOST_NAMED;
		const names = new Names(named);
		const touched = new Set(changes.flatMap(({files}) => files.map(({path}) => path)));
		const [known] = await Promise.all([
			named ? readBaseNames(view, base, touched, signal).then((found) => names.know(found)) : undefined,
			readLines(view, {base, dev}, changes, {book, names}, signal),
		]);
		if (known !== undefined) names.into(book, known);
		regenerated(changes, book);
	}
	const found = book.list();
	if (keep && ids.length > 0) await remember(view, key, found);
	return graphOf(found);
}

async function readLines(
	view: View,
	{base, dev}: {base: Oid; dev: Oid},
	changes: readonly Change[],
	{book, names}: {book: EdgeBook; names: Names},
	signal?: AbortSignal,
): Promise<void> {
	const steps = await stepsOf(view, {base, dev}, changes, signal);
	const places = steps?.units ?? new Map(changes.map(({oid}, i) => [oid, i]));
	const pool = new LinePool();
	// Where the tip only merged the branch that the changes are on, their line begins at the last of them.
	const tip = changes.at(-1)?.oid ?? dev;
	const paths = ['--', ...bindingPaths(changes)];
	const stream =
		steps === undefined
			? view.stream([...PASS, tip, `^${base}`, ...paths], {signal})
			: view.stream([...BY_STEPS, ...paths], {signal, input: steps.input, env: steps.env});
	// git begins with it while the base's own side is read.
	const lines = readingAhead(stream, MOST_AHEAD);
	try {
		// A branch that begins at the base has it as its ancestor.
		const moved = changes[0]?.parent !== base;
		const drift = moved ? await readDrift(view, {base, dev}, changes, pool, signal) : new Drift(pool);
		const ledger = new Ledger(pool, book, drift);
		const entries = new Entries();
		let unit = BASE;
		await readPatchStream(lines, pool, {
			commit(oid) {
				book.end();
				names.end();
				// What is no change only brings the base in.
				unit = places.get(oid) ?? BASE;
				book.begin(unit);
				names.begin(unit);
			},
			patch(patch) {
				if (isRegenerable(patch.path)) return;
				ledger.apply(unit, isManifest(patch.path) ? entries.mark(patch) : patch);
			},
			wants: (path) => names.wants(path) || isManifest(path),
			line(path, added, line, bytes, from, to) {
				if (isManifest(path)) entries.line(added, line, bytes, from, to);
				names.line(path, added, line, bytes, from, to);
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
	{base, dev}: {base: Oid; dev: Oid},
	changes: readonly Change[],
	pool: LinePool,
	signal: AbortSignal | undefined,
): Promise<Drift> {
	const drift = new Drift(pool);
	const parted = forkOf(changes, dev) ?? (await mergeBaseOf(view, base, dev, signal));
	if (parted === undefined || parted === base) return drift;
	const args = [...SETTINGS, 'diff', ...LOOK, parted, base, '--', ...bindingPaths(changes)];
	await readPatchStream(view.stream(args, {signal}), pool, {
		commit: () => undefined,
		patch: (patch) => drift.add(patch),
	});
	return drift;
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
/** Of a line that is read for names; what is longer was not written by a person. */
const LONGEST = 2000;

/** What is needed by name: identifiers, packages, variables, flags, tables. */
class Names {
	readonly #on: boolean;
	readonly #births = new BirthBook();
	readonly #signals = new SignalBook();

	readonly #kinds = new Map<string, {code: boolean; all: boolean}>();

	/** @param on whether lines are looked at for names at all. */
	constructor(on: boolean) {
		this.#on = on;
	}

	know(base: BaseKnowledge): BaseKnowledge {
		this.#births.know(base);
		return base;
	}

	#kindOf(path: string): {code: boolean; all: boolean} {
		const known = this.#kinds.get(path);
		if (known !== undefined) return known;
		const binding = !isRegenerable(path);
		const kind = {code: binding && isCode(path), all: binding && signalsInAll(path)};
		this.#kinds.set(path, kind);
		return kind;
	}

	begin(unit: number): void {
		this.#births.begin(unit);
		this.#signals.begin(unit);
	}

	end(): void {
		this.#births.end();
		this.#signals.end();
	}

	wants(path: string): boolean {
		const {code, all} = this.#kindOf(path);
		return this.#on && (code || all);
	}

	line(path: string, added: boolean, line: number, bytes: Buffer, from: number, to: number): void {
		if (!this.#on || to - from > LONGEST) return;
		const {code, all} = this.#kindOf(path);
		const signals = code && this.#births.line(path, added, line, bytes, from, to);
		if (signals || all) this.#signals.line(path, added, line, bytes.toString('utf8', from, to));
	}

	/** Hard is what a grammar would say as well: an import of what is exported, a package, a table that is created. */
	into(book: EdgeBook, known: BaseKnowledge): void {
		for (const {from, to, kind, sure, path, line, symbol} of this.#births.births())
			book.add(from, to, kind, sure ? 'hard' : 'soft', {path, line, symbol});
		const has = (kind: SignalKind, symbol: string) => {
			if (kind === 'package') return known.packages.has(symbol);
			if (kind === 'env') return known.all.has(hashOf(symbol));
			// A flag of several words is found only as those, which say nothing.
			return kind === 'flag' && (!/^[\w$]+$/.test(symbol) || known.all.has(hashOf(symbol)));
		};
		for (const {from, to, kind, sure, path, line, symbol} of this.#signals.signals(has))
			book.add(from, to, kind, sure ? 'hard' : 'soft', {path, line, symbol});
	}
}

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
