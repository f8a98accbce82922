// Room: domain. Gathers what each change rests on into edges, at most one between two changes, and answers as a dependency
// graph. Pure; told of ties change by change in branch order.

import {
	type DependencyGraph,
	type Edge,
	type EdgeKind,
	type Evidence,
	STRENGTHS,
	type Strength,
} from '../dependency.ts';
import type {Oid} from '../ids.ts';
import type {Tie, Ties} from './ledger.ts';

/** The strongest first: which of two edges of one strength between two changes is kept. */
const RANK: Readonly<Record<EdgeKind, number>> = {
	person: 0,
	file: 1,
	edit: 2,
	touch: 3,
	repair: 4,
	birth: 5,
	local: 6,
	removal: 7,
	package: 8,
	'migration-order': 9,
	env: 10,
	flag: 11,
};

function stronger(a: Edge, b: Edge): boolean {
	const byStrength = STRENGTHS.indexOf(a.strength) - STRENGTHS.indexOf(b.strength);
	return byStrength === 0 ? RANK[a.kind] < RANK[b.kind] : byStrength < 0;
}

/** Changes for which whole closures are kept while reading; beyond, conditions look at direct needs only. */
const MOST_CLOSED = 10_000;

interface Condition {
	readonly present: number;
	readonly needed: number;
	readonly why: Evidence;
}

/** Everything that was found, by change; a change without any may be missing. */
export interface EdgeList {
	readonly edges: ReadonlyMap<Oid, readonly Edge[]>;
	/** What may be asked for as well, where a merge of this very selection conflicts. */
	readonly suspects: ReadonlyMap<Oid, readonly Edge[]>;
	/** Where the base has moved under it: each path once. */
	readonly drifted: ReadonlyMap<Oid, readonly Evidence[]>;
	/** Where contents are not here: each path once. */
	readonly unread: ReadonlyMap<Oid, readonly string[]>;
}

export class EdgeBook implements Ties {
	readonly #ids: readonly Oid[];
	readonly #edges = new Map<Oid, Map<number, Edge>>();
	readonly #suspects = new Map<Oid, Map<number, Edge>>();
	readonly #drifted = new Map<Oid, Evidence[]>();
	readonly #unread = new Map<Oid, string[]>();
	/** By change: bit n is set when the closure of its hard edges holds change n. */
	readonly #closed: Uint32Array[] = [];
	#unit = -1;
	#ties = new Map<number, Edge>();
	#weak = new Map<number, Edge>();
	#conditions: Condition[] = [];
	/** The conditions, as one number each. */
	readonly #said = new Set<number>();

	/** @param ids the changes of the range in branch order. */
	constructor(ids: readonly Oid[]) {
		this.#ids = ids;
	}

	/** What follows belongs to this change. */
	begin(unit: number): void {
		this.#unit = unit;
	}

	tie(to: number, kind: Tie, path: string, line: number | undefined, weak: boolean): void {
		const ties = weak ? this.#weak : this.#ties;
		const known = ties.get(to);
		if (known !== undefined && RANK[known.kind] <= RANK[kind]) return;
		const why = line === undefined ? {path} : {path, line};
		const edge = this.#edge(this.#unit, to, kind, weak ? 'regenerate' : 'hard', why);
		if (edge !== undefined) ties.set(to, edge);
	}

	given(present: number, needed: number, path: string, line: number | undefined): void {
		if (present < 0 || needed < 0 || needed === this.#unit || present === this.#unit) return;
		const both = present * this.#ids.length + needed;
		if (this.#said.has(both)) return;
		this.#said.add(both);
		this.#conditions.push({present, needed, why: line === undefined ? {path} : {path, line}});
	}

	drifts(path: string, line: number | undefined): void {
		const id = this.#ids[this.#unit];
		if (id === undefined) return;
		const known = this.#drifted.get(id) ?? [];
		if (!known.some((why) => why.path === path)) known.push(line === undefined ? {path} : {path, line});
		this.#drifted.set(id, known);
	}

	/** The change's part in a file could not be read. */
	unread(path: string): void {
		const id = this.#ids[this.#unit];
		if (id === undefined) return;
		const known = this.#unread.get(id) ?? [];
		if (!known.includes(path)) known.push(path);
		this.#unread.set(id, known);
	}

	/** All has been said about the change. */
	end(): void {
		const unit = this.#unit;
		const id = this.#ids[unit];
		this.#unit = -1;
		if (id === undefined) return;
		const ties = this.#ties;
		const weak = this.#weak;
		const conditions = this.#conditions;
		this.#weak = new Map();
		this.#ties = new Map();
		this.#conditions = [];
		this.#said.clear();
		const closed = this.#closureOf(unit, ties);
		const holds = (other: number) =>
			closed === undefined ? ties.has(other) : ((closed[other >> 5] ?? 0) & (1 << (other & 31))) !== 0;
		for (let more = true; more; ) {
			more = false;
			for (const {present, needed, why} of conditions) {
				if (ties.has(needed) || !holds(present)) continue;
				const edge = this.#edge(unit, needed, 'touch', 'hard', why);
				if (edge === undefined) continue;
				ties.set(needed, edge);
				if (closed !== undefined) this.#include(closed, needed);
				more = true;
			}
		}
		for (const [to, edge] of weak) if (!ties.has(to)) ties.set(to, edge);
		if (ties.size > 0) this.#edges.set(id, ties);
		const suspects = new Map<number, Edge>();
		for (const {present, needed, why} of conditions)
			for (const to of [needed, present]) {
				if (ties.has(to) || suspects.has(to)) continue;
				const edge = this.#edge(unit, to, 'touch', 'soft', why);
				if (edge !== undefined) suspects.set(to, edge);
			}
		if (suspects.size > 0) this.#suspects.set(id, suspects);
	}

	/** An edge found elsewhere; kept when it is stronger than what is known between the two. */
	add(from: number, to: number, kind: EdgeKind, strength: Strength, why: Evidence): void {
		const id = this.#ids[from];
		const edge = this.#edge(from, to, kind, strength, why);
		if (id === undefined || edge === undefined) return;
		const known = this.#edges.get(id) ?? new Map<number, Edge>();
		const other = known.get(to);
		// Of two that bind nothing, the one with a line says more.
		const weaker = other?.strength === 'regenerate' && strength === 'regenerate';
		if (other === undefined || (!weaker && stronger(edge, other))) known.set(to, edge);
		this.#edges.set(id, known);
	}

	list(): EdgeList {
		const flat = (from: ReadonlyMap<Oid, ReadonlyMap<number, Edge>>) =>
			new Map(
				[...from].map(([id, edges]) => [id, [...edges].sort(([a], [b]) => b - a).map(([, edge]) => edge)] as const),
			);
		return {edges: flat(this.#edges), suspects: flat(this.#suspects), drifted: this.#drifted, unread: this.#unread};
	}

	#edge(from: number, to: number, kind: EdgeKind, strength: Strength, why: Evidence): Edge | undefined {
		const a = this.#ids[from];
		const b = this.#ids[to];
		return a === undefined || b === undefined || to >= from ? undefined : {from: a, to: b, kind, strength, why};
	}

	#closureOf(unit: number, ties: ReadonlyMap<number, Edge>): Uint32Array | undefined {
		if (this.#ids.length > MOST_CLOSED) return undefined;
		const bits = new Uint32Array((unit >> 5) + 1);
		for (const to of ties.keys()) this.#include(bits, to);
		this.#closed[unit] = bits;
		return bits;
	}

	#include(bits: Uint32Array, to: number): void {
		bits[to >> 5] = (bits[to >> 5] ?? 0) | (1 << (to & 31));
		const others = this.#closed[to];
		if (others === undefined) return;
		for (let i = 0; i < others.length; i++) bits[i] = (bits[i] ?? 0) | (others[i] ?? 0);
	}
}

export function graphOf({edges, suspects, drifted, unread}: EdgeList): DependencyGraph {
	return {
		needs: (change) => edges.get(change) ?? [],
		suspects: (change) => suspects.get(change) ?? [],
		drifted: (change) => drifted.get(change) ?? [],
		unread,
	};
}
