// Room: bench. Whether a change alone on the base conflicts: what the dependency graph says against what a real merge says.

import {openPicker, pick} from '../../src/adapters/git/picks.ts';
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

export interface Judged {
	/** Against the merge as the product makes it, which settles generated files and manifests. */
	readonly product: Counts;
	/** Against git's bare merge, lock files left out on both sides. */
	readonly bare: Counts;
}

export async function judgeWindow(
	view: View,
	window: Window,
	graph: DependencyGraph,
	counts: Judged,
): Promise<readonly Wrong[]> {
	const walk = openWalk(view, view.scratch('merged'), window.changes);
	const picker = openPicker(view, view.scratch('merged'));
	const wrong: Wrong[] = [];
	try {
		const tree = await walk.treeOf(window.base);
		for (const change of window.changes) {
			const edges = graph.needs(change.oid).filter((edge) => TEXTUAL.has(edge.kind));
			const hard = edges.filter((edge) => edge.strength === 'hard');
			const drifted = graph.drifted(change.oid).length > 0;
			const {conflicts, clean} = await walk.pick(tree, change);
			const said = hard.length > 0 || drifted;
			count(counts.product, said, !clean);
			if (said === clean) wrong.push({what: said ? 'alarm' : 'miss', change, edges: hard, paths: conflicts, window});

			const bare = await pick(picker, view, tree, change, await walk.treeOf(change.parent));
			const binding = edges.some((edge) => !isRegenerable(edge.why.path));
			const real = !bare.clean && bare.conflicts.some((path) => !isRegenerable(path));
			count(counts.bare, binding || drifted, real);
		}
	} finally {
		await Promise.all([walk.close(), picker.close()]);
	}
	return wrong;
}

function count(counts: Counts, said: boolean, real: boolean): void {
	if (said && real) counts.hits++;
	else if (said) counts.alarms++;
	else if (real) counts.misses++;
	else counts.quiet++;
}

/** Shares of 1; 1 where there was nothing to be wrong about. */
export function sharesOf({hits, alarms, misses}: Counts): {precision: number; recall: number} {
	const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
	return {precision: share(hits, hits + alarms), recall: share(hits, hits + misses)};
}
