// Room: domain. Which changes take which back, with parity: a revert of a revert leaves the first change standing.

import {subjectKey, titleKey} from './conventional.ts';
import type {Oid} from './ids.ts';

/** What pairing needs to know of a change. */
export interface Revertible {
	readonly oid: Oid;
	readonly subject: string;
	readonly pullRequest?: number;
	readonly revertsOids: readonly string[];
	readonly revertsPullRequest?: number;
	readonly revertsSubject?: string;
	/** `subjectKey` of the subject, where it is known already. */
	readonly subjectKey?: string;
}

export interface Pairing {
	/** Revert → what it takes back. */
	readonly reverts: ReadonlyMap<Oid, Oid>;
	/** Both halves of each pair that cancels out. */
	readonly cancelled: ReadonlySet<Oid>;
}

export interface PairingHints {
	/** Other ids of a change (inner commits of a merge of one, ids before a pick). */
	readonly aliases?: ReadonlyMap<string, Oid>;
}

/**
 * Pairs reverts with their targets: by id, by pull request, by the quoted subject, by the title without its type (the
 * nearest earlier one that is not yet taken). Newest first, so that in X, revert X, revert revert X the last
 * two cancel and X stands.
 * @param changes oldest first.
 */
export function pairReverts(changes: readonly Revertible[], {aliases = new Map()}: PairingHints = {}): Pairing {
	const position = new Map(changes.map((change, i) => [change.oid as string, i]));
	const reverts = new Map<Oid, Oid>();
	const cancelled = new Set<Oid>();
	const taken = new Set<number>();
	const bySubject = new Map<string, number[]>();
	const byPull = new Map<number, number[]>();
	const shortened = new Map<string, number[]>();
	const put = <K>(map: Map<K, number[]>, key: K, i: number) => {
		const list = map.get(key);
		if (list) list.push(i);
		else map.set(key, [i]);
	};
	changes.forEach((change, i) => {
		put(bySubject, change.subjectKey ?? subjectKey(change.subject), i);
		if (change.pullRequest !== undefined) put(byPull, change.pullRequest, i);
		put(shortened, change.oid.slice(0, 7), i);
	});
	const nearest = (candidates: readonly number[] | undefined, before: number) =>
		candidates?.findLast((i) => i < before && !taken.has(i));
	const byId = (id: string, before: number): number | undefined => {
		const known = position.get(aliases.get(id) ?? id);
		const at = known ?? shortened.get(id.slice(0, 7))?.find((i) => changes[i]?.oid.startsWith(id));
		return at === undefined || at >= before ? undefined : at;
	};
	// Rarely asked, and dear to make.
	let byTitle: Map<string, number[]> | undefined;
	const titled = (key: string) => {
		if (!byTitle) {
			byTitle = new Map();
			for (const [i, change] of changes.entries()) put(byTitle, titleKey(change.subject), i);
		}
		return byTitle.get(key);
	};

	for (let i = changes.length - 1; i >= 0; i--) {
		const change = changes[i];
		if (!change) continue;
		const named = change.revertsOids.map((id) => byId(id, i)).filter((at) => at !== undefined);
		// One that takes back several at once cancels nothing by itself: it is a change of its own.
		if (change.revertsOids.length > 1) {
			if (named[0] !== undefined) reverts.set(change.oid, changes[named[0]]?.oid ?? change.oid);
			continue;
		}
		const key = change.revertsSubject === undefined ? undefined : subjectKey(change.revertsSubject);
		const at =
			named[0] ??
			(change.revertsPullRequest === undefined ? undefined : nearest(byPull.get(change.revertsPullRequest), i)) ??
			(key === undefined ? undefined : nearest(bySubject.get(key), i)) ??
			(key === undefined ? undefined : nearest(titled(titleKey(key)), i));
		const target = at === undefined ? undefined : changes[at];
		if (at === undefined || !target) continue;
		reverts.set(change.oid, target.oid);
		if (taken.has(i) || taken.has(at)) continue;
		taken.add(i).add(at);
		cancelled.add(change.oid).add(target.oid);
	}
	return {reverts, cancelled};
}
