// Room: adapters. What a range is made of: its first-parent line, what each merge brought, which merges only brought the
// base in, and which are an integration (a whole development branch in one merge) that is better looked into. Pure, over the
// facts of facts.ts.

import type {Oid} from '../../domain/ids.ts';
import type {Fact} from './facts.ts';

export interface Shape {
	/** What the range is made of, oldest first: its first-parent line without syncs, and instead of a merge that is looked into, the line that it brought. */
	readonly units: readonly Fact[];
	/** Merge → the commits it brought, oldest first, each counted once. */
	readonly inner: ReadonlyMap<Oid, readonly Fact[]>;
	/** Merge that is looked into → the units that stand in its place; merges within merges included. */
	readonly opened: ReadonlyMap<Oid, readonly Fact[]>;
	/** Whether the units are just the first-parent line of the range. */
	readonly plain: boolean;
}

/** Merges that are no piece of work by themselves. */
export interface Integrations {
	/** To look into: their second parent's first-parent line stands in their place. */
	readonly open: ReadonlySet<Oid>;
	/**
	 * They only say that the branch of the second parent is now the state of things (the same tree): the line goes on there,
	 * where every unit rests on the one before, and what the first parent has comes in where that branch merged it.
	 */
	readonly turn: ReadonlySet<Oid>;
}
const NONE: Integrations = {open: new Set(), turn: new Set()};

/** @param facts of `base..dev`, oldest first: what is not among them is on the base. */
export function shapeOf(facts: readonly Fact[], dev: Oid, {open, turn}: Integrations = NONE): Shape {
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	const claimed = new Set<Oid>();
	const inner = new Map<Oid, Fact[]>();
	const opened = new Map<Oid, Fact[]>();
	const lineOf = (tip: Oid): Fact[] => {
		const line: Fact[] = [];
		let at = byOid.get(tip);
		while (at && !claimed.has(at.oid)) {
			const turns = turn.has(at.oid);
			if (!turns) line.push(at);
			claimed.add(at.oid);
			const next = at.parents[turns ? 1 : 0];
			at = next === undefined ? undefined : byOid.get(next);
		}
		return line.reverse();
	};
	const expand = (tip: Oid, top: boolean): Fact[] =>
		lineOf(tip).flatMap((unit) => {
			if (!unit.isMerge) return [unit];
			const brings = unit.parents.slice(1).filter((oid) => byOid.has(oid) && (top || !claimed.has(oid)));
			// Only the base, or what is in the range already: nothing of its own waits in it.
			if (brings.length === 0) return [];
			if (open.has(unit.oid)) {
				const units = brings.flatMap((oid) => expand(oid, false));
				opened.set(unit.oid, units);
				return units;
			}
			inner.set(unit.oid, broughtBy(brings, byOid, claimed));
			return [unit];
		});
	return {units: expand(dev, true), inner, opened, plain: open.size + turn.size === 0};
}

function broughtBy(tips: readonly Oid[], byOid: ReadonlyMap<Oid, Fact>, claimed: Set<Oid>): Fact[] {
	const waiting = [...tips];
	const brought: Fact[] = [];
	while (waiting.length > 0) {
		const oid = waiting.pop();
		const fact = oid === undefined ? undefined : byOid.get(oid);
		if (!fact || claimed.has(fact.oid)) continue;
		claimed.add(fact.oid);
		brought.push(fact);
		waiting.push(...fact.parents);
	}
	return brought.reverse();
}

export const LONG_LIVED =
	/^(?:dev|devel|develop|development|main|master|trunk|next|staging|integration|release|canary|nightly|beta|alpha)(?:[/-].{0,60})?$/i;

/** Commits that a pull request of one person still has; a feature holds no more changes. */
const ONE_PIECE = 15;
/** Beyond this it is nobody's one piece, whatever the branch is called. */
const SURELY_MANY = 60;
/** Turns, and merges within merges, that are followed. */
const DEEPEST = 12;

/** Merges that bring a development branch rather than a feature: many commits, and a name or contents that say so. */
export function integrations(facts: readonly Fact[], dev: Oid): {open: Set<Oid>; turn: Set<Oid>} {
	const open = new Set<Oid>();
	const turn = new Set<Oid>();
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	for (let depth = 0; depth < DEEPEST; depth++) {
		const before = open.size + turn.size;
		for (const [oid, brought] of shapeOf(facts, dev, {open, turn}).inner) {
			const real = brought.filter((fact) => !fact.isMerge);
			if (real.length <= ONE_PIECE) continue;
			const pulls = new Set(brought.map(({pullRequest}) => pullRequest).filter((one) => one !== undefined));
			const merge = byOid.get(oid);
			if (!merge || !(real.length > SURELY_MANY || pulls.size >= 3 || LONG_LIVED.test(merge.message.branch ?? '')))
				continue;
			const [, second, ...more] = merge.parents;
			const same = second !== undefined && more.length === 0 && byOid.get(second)?.tree === merge.tree;
			(same ? turn : open).add(oid);
			// What is on the line changes with a turn: the others are looked at anew.
			if (same) break;
		}
		if (open.size + turn.size === before) break;
	}
	return {open, turn};
}
