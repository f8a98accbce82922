// Room: adapters. Whether a merge may be looked into: only when its inner units, picked one after the other onto its first
// parent, come to exactly its tree. Otherwise somebody resolved something in the merge itself, and it stays one piece.

import {asOid, type Oid} from '../../domain/ids.ts';
import {keep, kept} from './cache.ts';
import type {Fact} from './facts.ts';
import {openPicker} from './picks.ts';
import {integrations, type Shape, shapeOf} from './shape.ts';
import type {View} from './view.ts';

/** Picks that are tried for all merges of a range together: some milliseconds each. */
const MOST_PICKS = 1500;

/** The shape of the range with every merge opened that is an integration and comes out the same. */
export async function openIntegrations(
	view: View,
	facts: readonly Fact[],
	dev: Oid,
	signal?: AbortSignal,
): Promise<Shape> {
	const {open, turn} = integrations(facts, dev);
	let shape = shapeOf(facts, dev, {open, turn});
	if (open.size === 0) return shape;
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	let budget = MOST_PICKS;
	// What is opened within another comes first: if it fails, the outer one is tried with it in one piece.
	const inside = (oid: Oid) => shape.opened.get(oid)?.length ?? 0;
	for (const oid of [...open].sort((a, b) => inside(a) - inside(b))) {
		const merge = byOid.get(oid);
		const units = shape.opened.get(oid);
		if (!merge || !units) continue;
		signal?.throwIfAborted();
		const same = units.length <= budget && (await comesOutTheSame(view, merge, units, byOid));
		budget -= Math.min(budget, units.length);
		if (same) continue;
		open.delete(oid);
		shape = shapeOf(facts, dev, {open, turn});
	}
	return shape;
}

async function comesOutTheSame(
	view: View,
	merge: Fact,
	units: readonly Fact[],
	byOid: ReadonlyMap<Oid, Fact>,
): Promise<boolean> {
	const [onto] = merge.parents;
	if (onto === undefined || units.length === 0) return false;
	if (telescopes(merge, units)) return true;
	const question = `opens ${merge.oid} ${units.map(({oid}) => oid).join(' ')}`;
	const known = await kept(view, question);
	if (known !== undefined) return known === 'yes';
	const treeAt = async (oid: Oid): Promise<string> => {
		const fact = byOid.get(oid);
		if (fact) return fact.tree;
		const {stdout} = await view.run(['rev-parse', '--verify', '--end-of-options', `${oid}^{tree}`]);
		return stdout.toString('latin1').trim();
	};
	const picker = openPicker(view, view.scratch('merged'));
	let same = true;
	try {
		let tree = await treeAt(onto);
		for (const unit of units) {
			const [parent] = unit.parents;
			if (parent === undefined) return false;
			const before = await treeAt(parent);
			if (before === tree) {
				tree = unit.tree;
				continue;
			}
			const only = unit.isMerge ? {} : {onlyParent: parent};
			const theirs = {tree: asOid(unit.tree), commit: unit.oid, ...only};
			const picked = await picker.merge({tree: asOid(before), commit: parent}, asOid(tree), theirs);
			same = picked.clean;
			if (!same) break;
			tree = picked.tree;
		}
		same &&= tree === merge.tree;
	} finally {
		await picker.close();
	}
	await keep(view, question, same ? 'yes' : 'no');
	return same;
}

/** A straight line from the first parent to a second parent with the merge's own tree: there is nothing to try. */
function telescopes(merge: Fact, units: readonly Fact[]): boolean {
	if (units[0]?.parents[0] !== merge.parents[0] || units.at(-1)?.tree !== merge.tree) return false;
	return units.every((unit, i) => i === 0 || unit.parents[0] === units[i - 1]?.oid);
}
