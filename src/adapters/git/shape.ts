// Room: adapters. What a range is made of: its first-parent line, what each merge brought, and which merges only brought
// the base in. Pure, over the facts of facts.ts.

import type {Oid} from '../../domain/ids.ts';
import type {Fact} from './facts.ts';

export interface Shape {
	/** First-parent line, oldest first, without syncs: what the range is made of. */
	readonly units: readonly Fact[];
	/** Merges that only brought the base in: they carry nothing that waits. */
	readonly syncs: ReadonlySet<Oid>;
	/** Merge → the commits it brought, oldest first, each counted once. */
	readonly inner: ReadonlyMap<Oid, readonly Fact[]>;
}

/** @param facts of `base..dev`, oldest first: what is not among them is on the base. */
export function shapeOf(facts: readonly Fact[], dev: Oid): Shape {
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	const line: Fact[] = [];
	for (let at = byOid.get(dev); at; at = at.parents[0] === undefined ? undefined : byOid.get(at.parents[0]))
		line.push(at);
	line.reverse();
	const claimed = new Set(line.map((fact) => fact.oid));
	const syncs = new Set<Oid>();
	const inner = new Map<Oid, Fact[]>();
	for (const unit of line.filter((fact) => fact.isMerge)) {
		const waiting = unit.parents.slice(1).filter((oid) => byOid.has(oid));
		if (waiting.length === 0) {
			syncs.add(unit.oid);
			continue;
		}
		const brought: Oid[] = [];
		while (waiting.length > 0) {
			const oid = waiting.pop();
			const fact = oid === undefined ? undefined : byOid.get(oid);
			if (!fact || claimed.has(fact.oid)) continue;
			claimed.add(fact.oid);
			brought.push(fact.oid);
			waiting.push(...fact.parents);
		}
		inner.set(
			unit.oid,
			brought.reverse().flatMap((oid) => byOid.get(oid) ?? []),
		);
	}
	return {units: line.filter((fact) => !syncs.has(fact.oid)), syncs, inner};
}
