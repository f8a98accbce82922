// Room: stages. What a revert takes back when it does not say so: the earlier change whose lines it undoes, in whole or in
// part. Asked only for changes that are worded as a revert and name nothing that is in the range.

import type {Change} from '../../domain/change.ts';
import {parseMessage} from '../../domain/conventional.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import {isLockfile} from '../../domain/kind.ts';
import type {Repository} from '../../ports/repository.ts';

/** Reverts without a name that are looked into, their files, and the earlier changes that are compared with each. */
const MOST_REVERTS = 40;
const MOST_FILES = 40;
const MOST_CANDIDATES = 6;
/** Share of lines: a hand that resolved a conflict leaves a few that differ. */
const WHOLE = 0.9;
const PART = 0.8;

const WORDED = /revert|back\w* ?out|undo|roll\w* ?back|reappl/i;

/** The same changes, with such reverts paired. Where contents are missing (a partial clone), they stay as they are. */
export async function pairUnnamed(
	repository: Pick<Repository, 'patches'>,
	changes: readonly Change[],
): Promise<readonly Change[]> {
	const asked = changes
		.flatMap((change, at) => (isUnnamed(change) ? [{change, at}] : []))
		.slice(-MOST_REVERTS)
		.map(({change, at}) => ({change, candidates: candidatesFor(change, changes.slice(0, at))}))
		.filter(({candidates}) => candidates.length > 0);
	if (asked.length === 0) return changes;
	const lines = await readLines(
		repository,
		asked.flatMap(({change, candidates}) => [change.oid, ...candidates]),
	);
	const reverts = new Map<Oid, Oid>();
	const cancelled = new Set<Oid>();
	for (const {change, candidates} of asked.toReversed()) {
		const best = bestOf(change.oid, candidates, lines);
		if (!best || cancelled.has(best.target)) continue;
		reverts.set(change.oid, best.target);
		if (best.whole && !cancelled.has(change.oid)) cancelled.add(change.oid).add(best.target);
	}
	if (reverts.size === 0) return changes;
	return changes.map((change) => {
		const target = reverts.get(change.oid);
		return {
			...change,
			...(target === undefined ? {} : {reverts: target}),
			cancelled: change.cancelled || cancelled.has(change.oid),
		};
	});
}

function isUnnamed(change: Change): boolean {
	if (change.reverts !== undefined || change.cancelled || change.shipped !== undefined) return false;
	if (!WORDED.test(change.subject)) return false;
	const message = parseMessage(`${change.subject}\n\n${change.body}`);
	// One that names an id takes back what is not in the range.
	return message.revertsSomething && message.revertsOids.length === 0;
}

/** Earlier ones that touch every file of it, nearest first. */
function candidatesFor(revert: Change, earlier: readonly Change[]): Oid[] {
	const needed = revert.files.map((file) => file.path).filter((path) => !isLockfile(path));
	if (needed.length === 0 || needed.length > MOST_FILES) return [];
	const found: Oid[] = [];
	for (let at = earlier.length - 1; at >= 0 && found.length < MOST_CANDIDATES; at--) {
		const change = earlier[at];
		if (!change || change.cancelled || change.shipped !== undefined || change.files.length < needed.length) continue;
		const paths = new Set(change.files.flatMap(({path, from}) => (from === undefined ? [path] : [path, from])));
		if (needed.every((path) => paths.has(path))) found.push(change.oid);
	}
	return found;
}

/** How often each line was removed and added, by path. */
interface Lines {
	readonly removed: Map<string, number>;
	readonly added: Map<string, number>;
	count: number;
}

async function readLines(repository: Pick<Repository, 'patches'>, oids: readonly Oid[]): Promise<Map<Oid, Lines>> {
	const lines = new Map<Oid, Lines>();
	try {
		for await (const patch of repository.patches([...new Set(oids)], (path) => !isLockfile(path))) {
			const of = lines.get(patch.change) ?? {removed: new Map(), added: new Map(), count: 0};
			lines.set(patch.change, of);
			for (const side of ['removed', 'added'] as const) {
				for (const {text} of patch[side]) {
					if (text.trim() === '') continue;
					const key = `${patch.path}\0${text.trim()}`;
					of[side].set(key, (of[side].get(key) ?? 0) + 1);
					of.count++;
				}
			}
		}
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
	}
	return lines;
}

function bestOf(revert: Oid, candidates: readonly Oid[], lines: ReadonlyMap<Oid, Lines>) {
	const mine = lines.get(revert);
	let best: {target: Oid; whole: boolean; share: number} | undefined;
	for (const target of candidates) {
		const its = lines.get(target);
		if (!mine || !its || mine.count === 0 || its.count === 0) continue;
		const both = common(mine.removed, its.added) + common(mine.added, its.removed);
		const share = both / mine.count;
		const whole = share >= WHOLE && both / its.count >= WHOLE;
		// Nearest first, so that of equals the later one is taken back.
		if (share >= PART && (!best || (whole && !best.whole) || (whole === best.whole && share > best.share)))
			best = {target, whole, share};
	}
	return best;
}

function common(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
	let both = 0;
	for (const [line, times] of a) both += Math.min(times, b.get(line) ?? 0);
	return both;
}
