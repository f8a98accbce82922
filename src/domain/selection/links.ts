// Room: domain. What features need of each other: the edges between their changes, lifted to features, in words; what one
// choice brings along, and where a person may cut when that grows out of proportion. Pure.

import type {DependencyGraph, Edge, Strength} from '../dependency.ts';
import type {Feature} from '../feature.ts';
import type {FeatureId} from '../ids.ts';
import {type Safe, safe} from '../safe.ts';

/** One feature's need of another, with the strongest edge that shows it. */
export interface Link {
	readonly needs: FeatureId;
	readonly edge: Edge;
}

export type Links = ReadonlyMap<FeatureId, readonly Link[]>;

const RANK: Readonly<Record<Strength, number>> = {hard: 2, soft: 1, regenerate: 0};

/** Each feature's needs, in the order of its changes. What needs a file that a tool makes anew needs nothing. */
export function linksBetween(features: readonly Feature[], graph: DependencyGraph): Links {
	const owner = new Map(features.flatMap(({id, changes}) => changes.map(({oid}) => [oid, id] as const)));
	const links = new Map<FeatureId, readonly Link[]>();
	for (const {id, changes} of features) {
		const own = new Map<FeatureId, Link>();
		for (const {oid} of changes) {
			for (const edge of graph.needs(oid)) {
				const needs = owner.get(edge.to);
				if (needs === undefined || needs === id || edge.strength === 'regenerate') continue;
				const known = own.get(needs);
				if (known === undefined || RANK[edge.strength] > RANK[known.edge.strength]) own.set(needs, {needs, edge});
			}
		}
		if (own.size > 0) links.set(id, [...own.values()]);
	}
	return links;
}

/** The evidence of an edge for a person: what proves that one needs the other. */
export function wordsOf({kind, why}: Edge): Safe {
	const {path, line, symbol} = why;
	const place = line === undefined ? path : `${path}:${line}`;
	const name = symbol === undefined ? 'a name' : `\`${symbol}\``;
	const words: Readonly<Record<Edge['kind'], string>> = {
		edit: `changes its lines at ${place}`,
		touch: `works beside its lines at ${place}`,
		file: `needs the file ${path} as it leaves it`,
		birth: `uses ${name}, which it introduces (${place})`,
		local: `uses ${name}, which it introduces in ${place}`,
		removal: `removes ${name}, whose last use it removes (${place})`,
		'migration-order': `its migration comes first (${place})`,
		package: `imports ${name}, which it adds (${place})`,
		env: `reads ${name}, which it introduces (${place})`,
		flag: `asks for the flag ${name}, which it introduces (${place})`,
		repair: `does not compile without ${name} (${place})`,
		person: `somebody said so (${place})`,
	};
	return safe(words[kind], 200);
}

/** How something came along. */
export interface Step<L> {
	/** Who needs it. */
	readonly by: string;
	readonly link: L;
	/** How many links away from the choice; 1 is a direct need. */
	readonly depth: number;
}

/** Everything that a choice brings along, the shortest way first. What is chosen itself is not in it. */
export function reach<L extends {readonly needs: string}>(
	chosen: Iterable<string>,
	linksOf: (id: string) => readonly L[],
	follow: (link: L) => boolean = () => true,
): Map<string, Step<L>> {
	const start = new Set(chosen);
	const found = new Map<string, Step<L>>();
	const queue = [...start];
	for (let at = 0; at < queue.length; at++) {
		const by = queue[at] ?? '';
		for (const link of linksOf(by)) {
			if (start.has(link.needs) || found.has(link.needs) || !follow(link)) continue;
			found.set(link.needs, {by, link, depth: (found.get(by)?.depth ?? 0) + 1});
			queue.push(link.needs);
		}
	}
	return found;
}

/** By id, who among `some` needs it directly. */
function neededBy<L extends {readonly needs: string}>(
	some: Iterable<string>,
	linksOf: (id: string) => readonly L[],
	follow: (link: L) => boolean,
): Map<string, string[]> {
	const by = new Map<string, string[]>();
	for (const one of some)
		for (const link of linksOf(one)) {
			if (!follow(link)) continue;
			const known = by.get(link.needs);
			if (known) known.push(one);
			else by.set(link.needs, [one]);
		}
	return by;
}

function lostWithout(id: string, needers: ReadonlyMap<string, readonly string[]>): Set<string> {
	const lost = new Set([id]);
	for (const one of lost) for (const needer of needers.get(one) ?? []) lost.add(needer);
	lost.delete(id);
	return lost;
}

/** Who cannot go without it: everything among `some` that needs it, directly or not. */
export function dependants<L extends {readonly needs: string}>(
	id: string,
	some: ReadonlySet<string>,
	linksOf: (id: string) => readonly L[],
	follow: (link: L) => boolean = () => true,
): Set<string> {
	return lostWithout(id, neededBy(some, linksOf, follow));
}

/** A place to cut a choice short. */
export interface Cut {
	/** The feature that is left out. */
	readonly at: string;
	/** What then need not come along any more, `at` included. */
	readonly frees: readonly string[];
	/** What was chosen and cannot go without it. */
	readonly loses: readonly string[];
}

/** Out of proportion: more than so many times the choice, or deeper than so many links. */
const TOO_MANY_TIMES = 2.5;
const TOO_DEEP = 6;

export function outOfProportion(chosen: number, steps: ReadonlyMap<string, {readonly depth: number}>): boolean {
	const deepest = Math.max(0, ...[...steps.values()].map(({depth}) => depth));
	return chosen + steps.size > TOO_MANY_TIMES * Math.max(1, chosen) || deepest > TOO_DEEP;
}

/**
 * Where cutting helps most: leaves out one feature that came along, what cannot go without it, and what only they brought.
 * A chosen feature that is lost counts twice against what is freed. Undefined when no cut is worth it.
 * @param hard which links cannot be cut without losing who needs them.
 */
export function bestCut<L extends {readonly needs: string}>(
	chosen: ReadonlySet<string>,
	linksOf: (id: string) => readonly L[],
	hard: (link: L) => boolean,
): Cut | undefined {
	const along = reach(chosen, linksOf);
	const all = new Set([...chosen, ...along.keys()]);
	const needers = neededBy(all, linksOf, hard);
	let best: Cut | undefined;
	const worth = ({frees, loses}: Cut) => frees.length - 2 * loses.length;
	for (const at of along.keys()) {
		const lost = lostWithout(at, needers);
		const loses = [...chosen].filter((id) => lost.has(id));
		if (loses.length === chosen.size) continue;
		const stay = new Set([...chosen].filter((id) => !lost.has(id)));
		const rest = reach(stay, linksOf, (link) => link.needs !== at && !lost.has(link.needs));
		const frees = [...along.keys()].filter((id) => !rest.has(id));
		const cut = {at, frees, loses};
		if (worth(cut) > 1 && (best === undefined || worth(cut) > worth(best))) best = cut;
	}
	return best;
}
