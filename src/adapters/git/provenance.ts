// Room: adapters. What each change of a range rests on, read from one pass of `git log -p -U0` through the clean view. The
// rules live in domain/provenance; here is how git is asked so that its hunks are those of a merge: histogram, and no
// sliding by indentation, which a merge does not do either.

import type {Change} from '../../domain/change.ts';
import type {DependencyGraph} from '../../domain/dependency.ts';
import type {Oid} from '../../domain/ids.ts';
import {EdgeBook, graphOf} from '../../domain/provenance/edges.ts';
import {Ledger} from '../../domain/provenance/ledger.ts';
import {isRegenerable, LOCK_NAMES, MADE_ENDS, MADE_FOLDERS} from '../../domain/provenance/regenerable.ts';
import {BASE, LinePool} from '../../domain/provenance/weave.ts';
import {readPatchStream} from './provenance-stream.ts';
import type {View} from './view.ts';

const PASS = [
	...['-c', 'core.bigFileThreshold=1m'],
	...['log', '-p', '-U0', '--full-index', '--first-parent', '-m', '-M', '--reverse', '--topo-order'],
	...['--diff-algorithm=histogram', '--no-indent-heuristic', '--ignore-submodules=none', '--no-decorate', '--no-color'],
	...['--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/', '--format=%x00%H'],
] as const;

/** All paths but those that a tool makes anew: half of all diff time in many repositories, and they bind nothing. */
const LINES_THAT_BIND = [
	':(top)',
	...[...LOCK_NAMES, ...MADE_ENDS.map((end) => `*${end}`)].map((name) => `:(top,exclude,glob)**/${name}`),
	...MADE_FOLDERS.map((folder) => `:(top,exclude,glob)**/${folder}/**`),
];

/** @param changes of `base..dev`, all of them, in branch order. */
export async function readDependencies(
	view: View,
	base: Oid,
	dev: Oid,
	changes: readonly Change[],
	signal?: AbortSignal,
): Promise<DependencyGraph> {
	const ids = changes.map((change) => change.oid);
	const book = new EdgeBook(ids);
	if (base !== dev && changes.length > 0) {
		await readLines(view, {base, dev}, ids, book, signal);
		regenerated(changes, book);
	}
	return graphOf(book.list(), new Map());
}

async function readLines(
	view: View,
	{base, dev}: {base: Oid; dev: Oid},
	ids: readonly Oid[],
	book: EdgeBook,
	signal?: AbortSignal,
): Promise<void> {
	const places = new Map(ids.map((oid, i) => [oid, i]));
	const pool = new LinePool();
	const ledger = new Ledger(pool, book);
	let unit = BASE;
	await readPatchStream(view.stream([...PASS, dev, `^${base}`, '--', ...LINES_THAT_BIND], {signal}), pool, {
		commit(oid) {
			book.end();
			// What is no change only brings the base in.
			unit = places.get(oid) ?? BASE;
			book.begin(unit);
		},
		patch: (patch) => ledger.apply(unit, patch),
	});
	book.end();
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
