// Room: adapters. What of a range is on the base already under another id. Three keys, the sure and cheap ones first:
// the trailer of a cherry-pick, then author and date and subject, then the patch itself for whatever is left.

import {createHash} from 'node:crypto';
import type {Shipped} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {pairReverts} from '../../domain/reverts.ts';
import type {Fact, Shape} from './facts.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** Above this many commits on both sides together the patches are not compared: it would take longer than it helps. */
const MOST_PATCHES = 12_000;

/** Generated files that differ between two equal changes, and cost most of a diff. */
export const LOCKFILES = [
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'Cargo.lock',
	'Gemfile.lock',
	'poetry.lock',
	'composer.lock',
	'go.sum',
] as const;
const LOCKFILE_PATHSPECS = LOCKFILES.map((name) => `:(top,exclude,glob)**/${name}`);

/** @param there facts of `dev..base`, oldest first. */
export async function findShipped(
	view: View,
	shape: Shape,
	there: readonly Fact[],
	ends: {base: Oid; dev: Oid},
	signal?: AbortSignal,
): Promise<ReadonlyMap<Oid, Shipped>> {
	const shipped = new Map<Oid, Shipped>();
	if (there.length === 0) return shipped;
	// A pick that the base took back again has not shipped.
	const {cancelled} = pairReverts(there);
	const live = there.filter((fact) => !cancelled.has(fact.oid));
	const here = [...shape.units, ...[...shape.inner.values()].flat()];
	byTrailer(here, live, shipped);
	byAuthor(here, live, shipped);
	await byPatch(view, here, live, ends, shipped, signal);
	for (const [merge, brought] of shape.inner) {
		const real = brought.filter((fact) => !fact.isMerge);
		const last = real.at(-1);
		const sign = last && shipped.get(last.oid);
		if (sign && !shipped.has(merge) && real.every((fact) => shipped.has(fact.oid))) shipped.set(merge, sign);
	}
	return shipped;
}

function byTrailer(here: readonly Fact[], live: readonly Fact[], shipped: Map<Oid, Shipped>): void {
	const picks = new Map<string, Oid>();
	const ids = new Set<string>();
	for (const fact of live) {
		ids.add(fact.oid);
		for (const from of fact.pickedFrom) picks.set(from, fact.oid);
	}
	for (const fact of here) {
		const as = picks.get(fact.oid) ?? fact.pickedFrom.find((from) => ids.has(from));
		if (as !== undefined) shipped.set(fact.oid, {as: asOid(as), how: 'trailer'});
	}
}

function byAuthor(here: readonly Fact[], live: readonly Fact[], shipped: Map<Oid, Shipped>): void {
	const taken = new Set([...shipped.values()].map((sign) => sign.as));
	const index = (facts: readonly Fact[]) => Map.groupBy(facts, (fact) => fact.key);
	const theirs = index(live.filter((fact) => !fact.isMerge && !taken.has(fact.oid)));
	const ours = index(here.filter((fact) => !fact.isMerge && !shipped.has(fact.oid)));
	for (const [key, facts] of ours) {
		const same = theirs.get(key) ?? [];
		// Fewer there than here: nobody can tell which of them it is. The patch decides.
		if (same.length < facts.length) continue;
		facts.forEach((fact, i) => {
			const twin = same[i];
			if (twin) shipped.set(fact.oid, {as: twin.oid, how: 'author'});
		});
	}
}

async function byPatch(
	view: View,
	here: readonly Fact[],
	live: readonly Fact[],
	ends: {base: Oid; dev: Oid},
	shipped: Map<Oid, Shipped>,
	signal: AbortSignal | undefined,
): Promise<void> {
	const taken = new Set([...shipped.values()].map((sign) => sign.as));
	const ours = new Set(here.filter((fact) => !fact.isMerge && !shipped.has(fact.oid)).map((fact) => fact.oid));
	const theirs = new Set(live.filter((fact) => !fact.isMerge && !taken.has(fact.oid)).map((fact) => fact.oid));
	if (ours.size === 0 || theirs.size === 0 || here.length + live.length > MOST_PATCHES) return;
	const range = ['--cherry-mark', '--full-history', '--no-merges', `${ends.dev}...${ends.base}`];
	const {stdout} = await view.run(['rev-list', ...range, '--', ':(top)', ...LOCKFILE_PATHSPECS], {signal});
	const equal = stdout
		.toString('latin1')
		.split('\n')
		.filter((line) => line.startsWith('='))
		.map((line) => asOid(line.slice(1)))
		.filter((oid) => ours.has(oid) || theirs.has(oid));
	if (equal.length === 0) return;
	const prints = await fingerprints(view, equal, signal);
	const byPrint = new Map([...prints].filter(([oid]) => theirs.has(oid)).map(([oid, print]) => [print, oid]));
	for (const [oid, print] of prints) {
		const as = ours.has(oid) ? byPrint.get(print) : undefined;
		if (as !== undefined) shipped.set(oid, {as, how: 'patch-id'});
	}
}

/** Which of the changes that git calls equal are equal to each other: a digest over paths and changed lines. */
async function fingerprints(view: View, oids: readonly Oid[], signal?: AbortSignal): Promise<Map<Oid, string>> {
	const args = ['log', '--no-walk=unsorted', '--stdin', '-p', '-U0', '--no-renames', '--no-color', '--format=%x00%H'];
	const stream = view.stream([...args, '--', ':(top)', ...LOCKFILE_PATHSPECS], {input: `${oids.join('\n')}\n`, signal});
	const prints = new Map<Oid, string>();
	let current: Oid | undefined;
	let hash = createHash('sha1');
	const close = () => {
		if (current !== undefined) prints.set(current, hash.digest('hex'));
		hash = createHash('sha1');
	};
	for await (const lines of tokens(stream, 10, 65_536)) {
		for (const line of lines) {
			// Diff lines start with a sign of their own, so only the format can put a NUL first.
			if (line[0] === 0) {
				close();
				current = asOid(line.subarray(1).toString('latin1'));
			} else if (/^[-+]/.test(line.subarray(0, 1).toString('latin1'))) {
				hash.update(line.toString('latin1').replace(/\s+/g, ''));
			}
		}
	}
	close();
	return prints;
}
