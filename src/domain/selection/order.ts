// Room: domain. The order in which changes are applied: the order of their branch. Each change knows its parent, so the
// chain says it exactly; where the chain has holes (merges from the base, what has shipped), dates put the pieces in order.

import type {Change} from '../change.ts';
import type {Oid} from '../ids.ts';

/**
 * Parents before children; pieces without a common chain by date, then by id. Doubles are dropped.
 * @param told the order as git said it, which no wrong clock changes; it counts when it knows every change.
 */
export function inBranchOrder(changes: readonly Change[], told: readonly Oid[] = []): Change[] {
	const byOid = new Map<Oid, Change>(changes.map((change) => [change.oid, change]));
	const known = [...new Set(told)].flatMap((oid) => byOid.get(oid) ?? []);
	if (known.length === byOid.size) return known;
	const next = new Map<Oid, Change[]>();
	const heads: Change[] = [];
	for (const change of byOid.values()) {
		if (change.parent !== change.oid && byOid.has(change.parent))
			next.set(change.parent, [...(next.get(change.parent) ?? []), change]);
		else heads.push(change);
	}
	const older = (a: Change, b: Change) => a.committedAt - b.committedAt || (a.oid < b.oid ? -1 : 1);
	const ordered: Change[] = [];
	const placed = new Set<Oid>();
	const queue = heads.sort(older);
	// A loop is impossible in git, and hostile input is not git: what no head reaches is put last, by date.
	for (const rest = [...byOid.values()].sort(older); queue.length > 0 || rest.length > 0; ) {
		const change = queue.shift() ?? rest.shift();
		if (change === undefined || placed.has(change.oid)) continue;
		placed.add(change.oid);
		ordered.push(change);
		queue.unshift(...(next.get(change.oid) ?? []).sort(older));
	}
	return ordered;
}
