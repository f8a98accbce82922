// Room: adapters. What of a range is on the base already under another id. Four keys, the sure and cheap ones first: the
// trailer of a cherry-pick, then author and date and subject, then the pull request, then the patch for whatever is left.
//
// Patches are dear, so they are compared only where the touched paths are the same on both sides, which the passes over the
// range tell for nothing. That a change is squashed on one side and merged on the other does not matter to them.

import type {Shipped} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {isLockfile} from '../../domain/kind.ts';
import {pairReverts} from '../../domain/reverts.ts';
import {type Fact, readFactsAndFiles} from './facts.ts';
import {isKnownAncestor} from './merge-base.ts';
import {openPatches, type Pair, sameBlobs} from './patch-equality.ts';
import type {RawRecord} from './records.ts';
import type {Shape} from './shape.ts';
import {readTouched, type Touched, touchedBy} from './touched.ts';
import type {View} from './view.ts';

/** The other side: what the base has that the development branch has not. */
export interface There {
	/** Oldest first. */
	readonly facts: readonly Fact[];
	readonly records: ReadonlyMap<Oid, Pick<RawRecord, 'files' | 'blobs'>>;
}

export async function readThere(view: View, base: Oid, dev: Oid, signal?: AbortSignal): Promise<There> {
	const records = new Map<Oid, Pick<RawRecord, 'files' | 'blobs'>>();
	// Nothing parted, nothing to read.
	if (isKnownAncestor(view, base, dev)) return {facts: [], records};
	const note = (oid: Oid, {files, blobs}: RawRecord) => void records.set(oid, {files, blobs});
	return {facts: await readFactsAndFiles(view, dev, base, note, signal), records};
}

export interface ShippedBook {
	/** What is known to be shipped so far. */
	readonly found: ReadonlyMap<Oid, Shipped>;
	/**
	 * Looks at a unit with its files, in branch order. The same blobs before and after settle it at once.
	 * @returns whether only the lines can tell.
	 */
	look(unit: Fact, record: RawRecord): boolean;
	/** Compares the lines of units that only they can tell of; afterwards `found` knows. */
	settle(units: readonly Fact[]): Promise<void>;
}

/** Looks by the keys that cost nothing; lines are compared when it is asked for. */
export function openShipped(view: View, shape: Shape, there: There, signal?: AbortSignal): ShippedBook {
	const found = new Map<Oid, Shipped>();
	if (there.facts.length === 0) return {found, look: () => false, settle: async () => undefined};
	// A pick that the base took back again has not shipped.
	const {cancelled} = pairReverts(there.facts);
	const live = there.facts.filter((fact) => !cancelled.has(fact.oid));
	const here = [...shape.units, ...[...shape.inner.values()].flat()];
	byTrailer(here, live, found);
	byAuthor(here, live, found);
	byPullRequest(shape.units, live, found);
	concludeMerges(shape, found);

	const taken = new Set([...found.values()].map((sign) => sign.as));
	const touched = new Map<Oid, Touched>();
	const paths = new Set<string>();
	for (const [oid, record] of there.records) {
		for (const {path} of record.files) paths.add(path);
		const what = taken.has(oid) ? undefined : touchedBy(record);
		if (what) touched.set(oid, what);
	}
	const theirs = live.filter((fact) => touched.has(fact.oid));
	const byKey = Map.groupBy(theirs, (fact) => touched.get(fact.oid)?.key ?? '');
	const ours = new Map<Oid, Touched>();
	const compare = openPatches(view, signal);
	const used = new Set<Oid>();
	const insideOf = (fact: Fact) => (shape.inner.get(fact.oid) ?? []).filter((one) => !one.isMerge);
	const twinsOf = (fact: Fact, key = ours.get(fact.oid)?.key ?? '') =>
		(byKey.get(key) ?? []).filter((one) => !used.has(one.oid) && isKin(fact, one));
	const blobsOf = (twin: Fact) => touched.get(twin.oid)?.blobs ?? [];
	const kin = kinOf(theirs);
	const mark = (fact: Fact, twin: Fact) => {
		used.add(twin.oid);
		found.set(fact.oid, {as: twin.oid, how: 'patch-id'});
	};
	return {
		found,
		look(unit, record) {
			if (theirs.length === 0 || found.has(unit.oid)) return false;
			// The cheap questions first: somebody there who could be it, and no path that the other side never touched.
			const inside = unit.isMerge && insideOf(unit).some(kin);
			if (!inside && !kin(unit)) return false;
			if (!record.files.every(({path}) => paths.has(path) || isLockfile(path))) return false;
			const what = touchedBy(record);
			if (what === undefined) return false;
			const twins = twinsOf(unit, what.key);
			const same = twins.find((twin) => sameBlobs(blobsOf(twin), what.blobs));
			if (same !== undefined) mark(unit, same);
			const open = same === undefined && (inside || twins.length > 0);
			if (open) ours.set(unit.oid, what);
			return open;
		},
		async settle(units) {
			if (theirs.length === 0 || units.length === 0) return;
			const asked = units.flatMap((unit) => [unit, ...insideOf(unit)]).filter((fact) => !found.has(fact.oid));
			await readTouched(
				view,
				asked.map((fact) => fact.oid),
				ours,
				signal,
			);
			const pairs = asked.flatMap((fact) =>
				twinsOf(fact).map(
					(twin): Pair => [
						{oid: fact.oid, blobs: ours.get(fact.oid)?.blobs ?? []},
						{oid: twin.oid, blobs: blobsOf(twin)},
					],
				),
			);
			const equal = await compare(pairs);
			for (const fact of asked) {
				const twin = twinsOf(fact).find((one) => equal(fact.oid, one.oid));
				if (twin) mark(fact, twin);
			}
			for (const fact of asked) ours.delete(fact.oid);
			concludeMerges(shape, found, units);
		},
	};
}

/** Who picks keeps the author or the subject. Robots have one author for everything. */
function isKin(a: Fact, b: Fact): boolean {
	const [mine, other] = [a.author, b.author];
	if (!a.bot && !b.bot && (mine.email === other.email || mine.name === other.name)) return true;
	return a.subjectKey === b.subjectKey;
}

/** Whether anybody is kin, without asking each. */
function kinOf(theirs: readonly Fact[]): (fact: Fact) => boolean {
	const subjects = new Set(theirs.map((fact) => fact.subjectKey));
	const authors = new Set(theirs.flatMap(({bot, author}) => (bot ? [] : [`e ${author.email}`, `n ${author.name}`])));
	return ({bot, author, subjectKey}) =>
		subjects.has(subjectKey) || (!bot && (authors.has(`e ${author.email}`) || authors.has(`n ${author.name}`)));
}

/** A merge whose commits have all shipped has shipped. */
function concludeMerges(shape: Shape, found: Map<Oid, Shipped>, only?: readonly Fact[]): void {
	for (const merge of only?.map((unit) => unit.oid) ?? shape.inner.keys()) {
		const real = (shape.inner.get(merge) ?? []).filter((fact) => !fact.isMerge);
		const last = real.at(-1);
		const sign = last && found.get(last.oid);
		if (sign && !found.has(merge) && real.every((fact) => found.has(fact.oid))) found.set(merge, sign);
	}
}

function byTrailer(here: readonly Fact[], live: readonly Fact[], found: Map<Oid, Shipped>): void {
	const picks = new Map<string, Oid>();
	const ids = new Set<string>();
	for (const fact of live) {
		ids.add(fact.oid);
		for (const from of fact.message.pickedFrom) picks.set(from, fact.oid);
	}
	for (const fact of here) {
		const as = picks.get(fact.oid) ?? fact.message.pickedFrom.find((from) => ids.has(from));
		if (as !== undefined) found.set(fact.oid, {as: asOid(as), how: 'trailer'});
	}
}

function byAuthor(here: readonly Fact[], live: readonly Fact[], found: Map<Oid, Shipped>): void {
	const taken = new Set([...found.values()].map((sign) => sign.as));
	const index = (facts: readonly Fact[]) => Map.groupBy(facts, (fact) => fact.key);
	const theirs = index(live.filter((fact) => !fact.isMerge && !taken.has(fact.oid)));
	const ours = index(here.filter((fact) => !fact.isMerge && !found.has(fact.oid)));
	for (const [key, facts] of ours) {
		const same = theirs.get(key) ?? [];
		// Fewer there than here: nobody can tell which of them it is. The patch decides.
		if (same.length < facts.length) continue;
		facts.forEach((fact, i) => {
			const twin = same[i];
			if (twin) found.set(fact.oid, {as: twin.oid, how: 'author'});
		});
	}
}

/**
 * A pull request is merged once: where both sides have the same number with the same title, one has it squashed or picked
 * and the other merged.
 */
function byPullRequest(units: readonly Fact[], live: readonly Fact[], found: Map<Oid, Shipped>): void {
	const taken = new Set([...found.values()].map((sign) => sign.as));
	const keyOf = (fact: Fact) => `${fact.pullRequest} ${fact.subjectKey}`;
	const index = (facts: readonly Fact[]) =>
		Map.groupBy(
			facts.filter((fact) => fact.pullRequest !== undefined && fact.revertsOids.length === 0),
			keyOf,
		);
	const theirs = index(live.filter((fact) => !taken.has(fact.oid)));
	for (const [key, facts] of index(units.filter((fact) => !found.has(fact.oid)))) {
		const [twin, ...others] = theirs.get(key) ?? [];
		const [only, ...more] = facts;
		if (twin && only && others.length === 0 && more.length === 0)
			found.set(only.oid, {as: twin.oid, how: 'pull-request'});
	}
}
