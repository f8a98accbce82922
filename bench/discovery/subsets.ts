// Room: bench. Random choices of twelve in windows of fifty: whether what the product makes of them applies, and how much
// more it takes along than the lazy build, which starts from the choice and adds only what a real conflict demands.

import {simulatePicks} from '../../src/adapters/git/build.ts';
import type {View} from '../../src/adapters/git/view.ts';
import type {Simulation} from '../../src/domain/batch.ts';
import type {Change} from '../../src/domain/change.ts';
import {closureOf, type DependencyGraph} from '../../src/domain/dependency.ts';
import type {Feature, RankedFeature} from '../../src/domain/feature.ts';
import {featureIdOf, type Oid} from '../../src/domain/ids.ts';
import {linksBetween} from '../../src/domain/selection/links.ts';
import {closeOver} from '../../src/stages/selection/closure.ts';
import type {Window} from './windows.ts';

export const WINDOW = 50;
const CHOSEN = 12;
const MOST_ROUNDS = 80;
const TEXTUAL: ReadonlySet<string> = new Set(['edit', 'touch', 'file']);

export interface SubsetFigures {
	n: number;
	/** Chosen as they are, nothing brought along. */
	naive: number;
	/** The closure of the graph alone, before any simulation. */
	graphOnly: number;
	/** What the product does: the closure, then simulation and repair of what remains. */
	applied: number;
	lazyApplied: number;
	/** Changes picked in all: by the product; and, where both apply, by its code over lines alone and by the lazy build. */
	sizes: {product: number; lines: number; lazy: number; both: number};
}

export const noSubsets = (): SubsetFigures => ({
	...{n: 0, naive: 0, graphOnly: 0, applied: 0, lazyApplied: 0},
	sizes: {product: 0, lines: 0, lazy: 0, both: 0},
});

/** Without what is needed by name: a merge knows nothing of names, so this is what is compared with the lazy build. */
export function linesOnly(graph: DependencyGraph): DependencyGraph {
	return {...graph, needs: (change) => graph.needs(change).filter(({kind}) => TEXTUAL.has(kind))};
}

export interface Built {
	/** What was chosen at random. */
	readonly chosen: ReadonlySet<Oid>;
	/** What the product makes of it, in branch order; undefined where it does not apply. */
	readonly picks: readonly Change[] | undefined;
}

/** Every change a feature of its own, so that what is counted is changes. */
function featuresOf(changes: readonly Change[]): RankedFeature[] {
	return changes.map((change) => {
		const feature: Feature = {
			...{id: featureIdOf(change.oid), title: change.subject, kind: change.kind, breaking: change.breaking},
			...{issues: [], changes: [change], grouping: [], findings: [], files: change.files.length},
		};
		return {feature, bucket: 'optional', risk: 0, reasons: [], needs: []};
	});
}

export function chooseFrom(window: Window, random: () => number): Set<Oid> {
	const chosen = new Set<Oid>();
	const most = Math.min(CHOSEN, window.changes.length);
	while (chosen.size < most) {
		const change = window.changes[Math.floor(random() * window.changes.length)];
		if (change !== undefined) chosen.add(change.oid);
	}
	return chosen;
}

/** Exactly the selection stage's own closure, with nobody asked. */
export async function buildChoice(
	view: View,
	{base, changes}: Window,
	graph: DependencyGraph,
	chosen: ReadonlySet<Oid>,
): Promise<Built> {
	const ranked = featuresOf(changes);
	const closed = await closeOver({
		ranked,
		order: changes,
		choice: 'custom',
		ids: [...chosen].map(featureIdOf),
		links: linksBetween(
			ranked.map((one) => one.feature),
			graph,
		),
		suspects: (change) => graph.suspects(change),
		simulate: (picks) => simulatePicks(view, base, picks, changes),
		askAbout: async () => 'pull-in',
	});
	return {chosen, picks: closed.kind === 'closed' ? closed.picks : undefined};
}

export async function judgeSubsets(
	view: View,
	window: Window,
	graph: DependencyGraph,
	count: number,
	random: () => number,
	figures: SubsetFigures,
): Promise<readonly Built[]> {
	const {base, changes} = window;
	const simulate = (some: ReadonlySet<Oid>) =>
		simulatePicks(
			view,
			base,
			changes.filter((change) => some.has(change.oid)),
			changes,
		);
	const lines = linesOnly(graph);
	const all: Built[] = [];
	for (let i = 0; i < count; i++) {
		const chosen = chooseFrom(window, random);
		figures.n++;
		if ((await simulate(chosen)).applies) figures.naive++;
		const closure = closureOf(graph, chosen).changes;
		if ((await simulate(closure)).applies) figures.graphOnly++;
		const built = await buildChoice(view, window, graph, chosen);
		all.push(built);
		const byLines = await buildChoice(view, window, lines, chosen);
		const lazy = await lazily(chosen, lines, simulate);
		if (built.picks !== undefined) {
			figures.applied++;
			figures.sizes.product += built.picks.length;
		}
		if (lazy !== undefined) figures.lazyApplied++;
		if (byLines.picks === undefined || lazy === undefined) continue;
		figures.sizes.both++;
		figures.sizes.lines += byLines.picks.length;
		figures.sizes.lazy += lazy.size;
	}
	return all;
}

/** Each round the first change that conflicts brings what it needs directly on the conflicting paths, or the nearest there. */
async function lazily(
	chosen: ReadonlySet<Oid>,
	graph: DependencyGraph,
	simulate: (some: ReadonlySet<Oid>) => Promise<Simulation>,
): Promise<ReadonlySet<Oid> | undefined> {
	const taken = new Set(chosen);
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const {applies, conflicts} = await simulate(taken);
		if (applies) return taken;
		const [conflict] = conflicts;
		if (conflict === undefined) return undefined;
		const paths = new Set(conflict.paths);
		const there = (edge: {to: Oid; why: {path: string}}) => !taken.has(edge.to) && paths.has(edge.why.path);
		const needed = graph.needs(conflict.change).filter((edge) => edge.strength === 'hard' && there(edge));
		const [suspect] = graph.suspects(conflict.change).filter(there);
		const add = needed.length > 0 ? needed.map(({to}) => to) : [suspect?.to ?? conflict.missing[0]];
		for (const oid of add) if (oid !== undefined) taken.add(oid);
		if (add.every((oid) => oid === undefined)) return undefined;
	}
	return undefined;
}
