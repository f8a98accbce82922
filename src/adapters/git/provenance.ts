// Room: adapters. What each change of a range rests on, read from one pass of `git log -p -U0` through the clean view. The
// rules live in domain/provenance; here is how git is asked so that its hunks are those of a merge: histogram, and no
// sliding by indentation, which a merge does not do either.

import type {Change} from '../../domain/change.ts';
import type {DependencyGraph} from '../../domain/dependency.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import {isManifest} from '../../domain/generated.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {BirthBook, isCode} from '../../domain/provenance/births.ts';
import {Drift} from '../../domain/provenance/drift.ts';
import {EdgeBook, type EdgeList, graphOf} from '../../domain/provenance/edges.ts';
import {type FilePatch, Ledger} from '../../domain/provenance/ledger.ts';
import {ModuleBook} from '../../domain/provenance/modules.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {SignalBook, type SignalKind, signalsInAll} from '../../domain/provenance/signals.ts';
import {hashOf} from '../../domain/provenance/tokens.ts';
import {BASE, LinePool} from '../../domain/provenance/weave.ts';
import {type AbsentBlobs, findAbsent} from './absent.ts';
import {recall, remember} from './provenance-cache.ts';
import {type BaseKnowledge, readBaseNames} from './provenance-names.ts';
import {readPatchStream} from './provenance-stream.ts';
import type {View} from './view.ts';

const SETTINGS = ['-c', 'core.bigFileThreshold=1m'] as const;
const LOOK = [
	...['-p', '-U0', '--full-index', '-M', '--diff-algorithm=histogram', '--no-indent-heuristic', '--no-color'],
	...['--ignore-submodules=none', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'],
] as const;
const PASS = [
	...[...SETTINGS, 'log', ...LOOK, '--first-parent', '-m', '--reverse', '--topo-order', '--no-decorate'],
	'--format=%x00%H',
] as const;

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
	const range = await rangeOf(view, {base, dev}, changes, signal);
	let found: EdgeList;
	try {
		found = await readEdges(view, range, undefined, signal);
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		// A partial clone, perhaps of one file only: what is here is read all the same.
		const absent = await findAbsent(view, rawOf(range), signal);
		if (absent === undefined) throw thrown;
		found = await readEdges(view, range, absent, signal);
	}
	if (keep && ids.length > 0) await remember(view, key, found);
	return graphOf(found);
}

interface Range {
	readonly base: Oid;
	readonly dev: Oid;
	/** The last of the changes: where the tip only merged the branch that they are on, their line ends there. */
	readonly tip: Oid;
	readonly changes: readonly Change[];
	/** Where the histories parted, when the base has gone on since. */
	readonly parted: Oid | undefined;
	readonly paths: readonly string[];
}

async function rangeOf(
	view: View,
	{base, dev}: {base: Oid; dev: Oid},
	changes: readonly Change[],
	signal: AbortSignal | undefined,
): Promise<Range> {
	const range = {base, dev, tip: changes.at(-1)?.oid ?? dev, changes, paths: bindingPaths(changes)};
	// A branch that begins at the base has it as its ancestor.
	if (base === dev || changes.length === 0 || changes[0]?.parent === base) return {...range, parted: undefined};
	const {exit, stdout} = await view.run(['merge-base', base, dev], {answers: [0, 1], signal});
	const parted = stdout.toString('latin1').trim();
	return {...range, parted: exit !== 0 || parted === base ? undefined : asOid(parted)};
}

/** What git is asked to find out which contents a reading of lines needs. */
function rawOf({base, tip, parted, paths}: Range): string[][] {
	const raw = ['--raw', '--no-abbrev', '--no-renames', '--no-color'];
	const log = ['log', ...raw, '--first-parent', '-m', '--no-decorate', '--format=', tip, `^${base}`, '--', ...paths];
	return parted === undefined ? [log] : [log, ['diff', ...raw, parted, base, '--']];
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
	{base, tip, changes, parted, paths}: Range,
	{book, names, absent}: {book: EdgeBook; names: Names; absent: AbsentBlobs | undefined},
	signal?: AbortSignal,
): Promise<void> {
	const seen = (patch: FilePatch): FilePatch => {
		const where = absent?.of(patch);
		return where === undefined ? patch : {...patch, absent: where};
	};
	const places = new Map(changes.map(({oid}, i) => [oid, i]));
	const pool = new LinePool();
	const env = absent?.env ?? {};
	const drift = new Drift(pool);
	if (parted !== undefined) {
		const args = [...SETTINGS, 'diff', ...LOOK, parted, base, '--'];
		await readPatchStream(view.stream(args, {signal, env}), pool, {
			commit: () => undefined,
			patch: (patch) => drift.add(absent?.of(patch) === undefined ? patch : {...patch, binary: true, hunks: []}),
		});
	}
	const ledger = new Ledger(pool, book, drift);
	const entries = new Entries();
	let unit = BASE;
	let readable = true;
	const args = [...PASS, tip, `^${base}`, '--', ...paths];
	await readPatchStream(view.stream(args, {signal, env}), pool, {
		commit(oid) {
			book.end();
			names.end();
			// What is no change only brings the base in.
			unit = places.get(oid) ?? BASE;
			book.begin(unit);
			names.begin(unit);
		},
		patch(said) {
			if (isRegenerable(said.path)) return;
			const patch = seen(said);
			if (patch.absent !== undefined) book.unread(patch.path);
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
	book.end();
	names.end();
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
	readonly #modules = new ModuleBook();

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
		this.#modules.begin(unit);
	}

	end(): void {
		this.#births.end();
		this.#signals.end();
		this.#modules.end();
	}

	patch(patch: FilePatch): void {
		if (this.#on) this.#modules.patch(patch);
	}

	within(path: string, bytes: Buffer, from: number, to: number): void {
		if (this.#kindOf(path).code) this.#births.within(bytes, from, to);
	}

	wants(path: string): boolean {
		const {code, all} = this.#kindOf(path);
		return this.#on && (code || all);
	}

	line(path: string, added: boolean, line: number, bytes: Buffer, from: number, to: number): void {
		if (!this.#on || to - from > LONGEST) return;
		const {code, all} = this.#kindOf(path);
		const signals = code && this.#births.line(path, added, line, bytes, from, to);
		if (!signals && !all) return;
		const text = bytes.toString('utf8', from, to);
		this.#signals.line(path, added, line, text);
		if (added && code) this.#modules.line(path, line, text);
	}

	/** Hard is what a grammar would say as well: an import of what is exported, a package, a table that is created. */
	into(book: EdgeBook, known: BaseKnowledge): void {
		for (const {from, to, kind, sure, path, line, symbol} of [...this.#births.births(), ...this.#modules.births()])
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
