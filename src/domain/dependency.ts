// Room: domain. What a change needs of the others: the edges between changes, each with its evidence, and the closure of a
// choice over them. Pure; what finds the edges lives in the git adapter.

import type {Oid} from './ids.ts';

/**
 * What kind of dependency. Textual: `edit` (removes or rewrites a line of it), `touch` (works next to a line of it, which a
 * merge cannot tell apart), `file` (needs a file that it creates or deletes). Semantic: `birth` (uses a name it introduces),
 * `local` (uses a name it introduces in the same file), `removal` (removes a definition whose last use it removes).
 * Others: `migration-order`, `package` (imports a package it adds), `env` and `flag` (reads a variable or flag it
 * introduces), `repair` (the compiler asked for it), `person` (somebody said so).
 */
export const EDGE_KINDS = [
	'edit',
	'touch',
	'file',
	'birth',
	'local',
	'removal',
	'migration-order',
	'package',
	'env',
	'flag',
	'repair',
	'person',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

/** `hard`: it does not apply or compile without. `soft`: probably; a person may cut it. `regenerate`: only in files that a tool makes anew. */
export const STRENGTHS = ['hard', 'soft', 'regenerate'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** The place that proves an edge. */
export interface Evidence {
	readonly path: string;
	/** 1-based, in the needing change's file before it (textual) or after it (semantic). */
	readonly line?: number;
	/** The identifier, table, package, variable or flag. */
	readonly symbol?: string;
}

export interface Edge {
	/** The change that needs. */
	readonly from: Oid;
	/** The earlier change that is needed. */
	readonly to: Oid;
	readonly kind: EdgeKind;
	readonly strength: Strength;
	readonly why: Evidence;
}

export interface DependencyGraph {
	/** What a change needs directly; at most one edge to each other change, the strongest. Empty for unknown ids. */
	needs(change: Oid): readonly Edge[];
	/**
	 * What may be needed besides, by a merge of one selection and not of another: where lines came and went again between two
	 * changes of which only one is chosen. Not part of a closure; asked when a simulation conflicts. Empty for unknown ids.
	 */
	suspects(change: Oid): readonly Edge[];
	/** Paths where the base has moved under a change since the histories parted: it may conflict whatever else is chosen. */
	drifted(change: Oid): readonly Evidence[];
	/** Where a partial clone lacks contents, paths by change: there a change needs all others that worked in the file. */
	readonly unread?: ReadonlyMap<Oid, readonly string[]>;
}

export interface DependencyClosure {
	/** The chosen and everything they need. */
	readonly changes: ReadonlySet<Oid>;
	/** For what was not chosen: the first edge that brought it. */
	readonly because: ReadonlyMap<Oid, Edge>;
	/** For what was not chosen: how many edges away from the choice; 1 is a direct need. */
	readonly depth: ReadonlyMap<Oid, number>;
}

export interface ClosureOptions {
	/** Changes that a person cut off: never brought in by an edge. */
	readonly without?: ReadonlySet<Oid>;
	/** Which edges to follow. Default: every one that is not `regenerate`. */
	readonly follow?: (edge: Edge) => boolean;
}

/** Breadth first, so that `because` is the shortest way and `depth` the smallest. */
export function closureOf(
	graph: DependencyGraph,
	chosen: Iterable<Oid>,
	{without = new Set(), follow = ({strength}) => strength !== 'regenerate'}: ClosureOptions = {},
): DependencyClosure {
	const changes = new Set(chosen);
	const because = new Map<Oid, Edge>();
	const depth = new Map<Oid, number>();
	const queue = [...changes];
	for (let at = 0; at < queue.length; at++) {
		const change = queue[at];
		if (change === undefined) break;
		for (const edge of graph.needs(change)) {
			if (changes.has(edge.to) || without.has(edge.to) || !follow(edge)) continue;
			changes.add(edge.to);
			because.set(edge.to, edge);
			depth.set(edge.to, (depth.get(change) ?? 0) + 1);
			queue.push(edge.to);
		}
	}
	return {changes, because, depth};
}
