// Room: bench. Whether a change alone on the base conflicts: what the dependency graph says against what a real merge says.

import type {View} from '../../src/adapters/git/view.ts';
import {openWalk} from '../../src/adapters/git/walk.ts';
import type {Change} from '../../src/domain/change.ts';
import type {DependencyGraph, Edge} from '../../src/domain/dependency.ts';
import {isRegenerable} from '../../src/domain/provenance/regenerable.ts';
import type {Window} from './windows.ts';

export interface Counts {
	hits: number;
	/** Said to conflict, and does not. */
	alarms: number;
	/** Conflicts, and was not said to. */
	misses: number;
	quiet: number;
}

export interface Wrong {
	readonly what: 'alarm' | 'miss';
	readonly change: Change;
	readonly edges: readonly Edge[];
	readonly paths: readonly string[];
	readonly window: Window;
}

export const noCounts = (): Counts => ({hits: 0, alarms: 0, misses: 0, quiet: 0});

const TEXTUAL = new Set(['edit', 'touch', 'file']);

/** Files that a tool makes anew are left out on both sides: a release takes either side of them and makes them again. */
export async function judgeWindow(
	view: View,
	window: Window,
	graph: DependencyGraph,
	counts: Counts,
): Promise<readonly Wrong[]> {
	const walk = openWalk(view, view.scratch('merged'), window.changes);
	const wrong: Wrong[] = [];
	try {
		const tree = await walk.treeOf(window.base);
		for (const change of window.changes) {
			const {conflicts, clean} = await walk.pick(tree, change);
			const paths = clean ? [] : conflicts.filter((path) => !isRegenerable(path));
			const edges = graph.needs(change.oid).filter((edge) => TEXTUAL.has(edge.kind) && edge.strength === 'hard');
			const drifted = graph.drifted(change.oid).length > 0;
			const said = edges.length > 0 || drifted;
			if (said && paths.length > 0) counts.hits++;
			else if (said) counts.alarms++;
			else if (paths.length > 0) counts.misses++;
			else counts.quiet++;
			if (said !== paths.length > 0) wrong.push({what: said ? 'alarm' : 'miss', change, edges, paths, window});
		}
	} finally {
		await walk.close();
	}
	return wrong;
}

/** Shares of 1; 1 where there was nothing to be wrong about. */
export function sharesOf({hits, alarms, misses}: Counts): {precision: number; recall: number} {
	const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
	return {precision: share(hits, hits + alarms), recall: share(hits, hits + misses)};
}
