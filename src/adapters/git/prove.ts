// Room: adapters. The proof of a plan: the chosen changes onto the base, and all others out of the development branch, must
// give one tree. Where the base has moved, what waits is taken out whole as well, which leaves the branch's own idea of the
// base; what differs between that and the real base is merged in. Writes only where simulations write.

import type {Proof} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {isGenerated, isManifest} from '../../domain/generated.ts';
import type {Oid} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import {sameJson} from './merge-json.ts';
import type {Entry} from './reader.ts';
import {type Stuck, takeOut} from './take-out.ts';
import type {View} from './view.ts';
import {memoryOf, openWalk, type Walk} from './walk.ts';

/** Changes on the branch, above which the proof is not made: two merges each, at a few milliseconds. */
const MOST_PROVEN = 1000;
const MOST_NAMED = 10;

interface Plan {
	readonly base: Oid;
	readonly dev: Oid;
	/** The chosen, in branch order. */
	readonly picks: readonly Change[];
	/** Everything on the branch, in its order. */
	readonly order: readonly Change[];
}

export async function provePicks(view: View, plan: Plan): Promise<Proof> {
	const walk = openWalk(view, view.scratch('merged'), plan.order, memoryOf(view));
	try {
		return await prove(view, walk, plan);
	} finally {
		await walk.close();
	}
}

async function prove(view: View, walk: Walk, {base, dev, picks, order}: Plan): Promise<Proof> {
	const except = new Set<string>();
	const baseTree = await walk.treeOf(base);
	let picksTree = baseTree;
	const unproven = (why: string): Proof => ({
		picksTree,
		equal: false,
		steps: walk.steps(),
		except: [...except].sort(),
		why: safe(why, 400),
	});
	for (const change of picks) {
		const picked = await walk.pick(picksTree, change);
		if (!picked.clean) return unproven(`“${change.subject}” does not apply: ${some(picked.conflicts)}`);
		picksTree = picked.tree;
	}
	if (order.length > MOST_PROVEN)
		return unproven(`the branch has ${order.length} changes; up to ${MOST_PROVEN} are built both ways`);

	const chosen = new Set(picks.map(({oid}) => oid));
	/** The tree without these, or which of them does not come out. */
	const without = (tree: Oid, changes: readonly Change[]) => takeOut(walk, tree, changes, order);
	const stuck = ({change, paths}: Stuck): Proof => ({
		...unproven(`“${change.subject}” does not come out of the branch alone: ${some(paths)}`),
		entangled: [change.oid],
	});
	const waiting = order.filter((change) => change.shipped === undefined);
	const left = waiting.filter(({oid}) => !chosen.has(oid));
	const tip = await walk.treeOf(dev);
	let reverted = await without(tip, left);
	// A change and what takes it back are nothing together; one of them alone may not come out.
	if (typeof reverted !== 'string' && left.some(({cancelled}) => cancelled)) {
		const again = await without(
			tip,
			left.filter(({cancelled}) => !cancelled),
		);
		if (typeof again === 'string') reverted = again;
	}
	if (typeof reverted !== 'string') return stuck(reverted);
	const compare = async (tree: Oid): Promise<Oid> => {
		if (tree === picksTree) return tree;
		const files = await exceptions(walk, tree, picksTree, await differing(view, walk, picksTree, tree));
		for (const path of files.keys()) except.add(path);
		return files.size === 0 ? tree : walk.reader.exchange(tree, files, walk.objects);
	};
	const proven = (revertsTree: Oid): Proof => ({
		picksTree,
		revertsTree,
		equal: revertsTree === picksTree,
		steps: walk.steps(),
		except: [...except].sort(),
	});
	let revertsTree = await compare(reverted);
	if (revertsTree === picksTree) return proven(revertsTree);

	// The base has gone its own way, or the branch holds something that no change explains.
	const root = await without(
		reverted,
		waiting.filter(({oid}) => chosen.has(oid)),
	);
	if (typeof root !== 'string') return stuck(root);
	if (root !== baseTree) {
		const merged = await walk.merge(root, baseTree, reverted);
		if (!merged.clean) return unproven(`the base has changed ${some(merged.conflicts)} as well`);
		revertsTree = await compare(merged.tree);
		if (revertsTree === picksTree) return proven(revertsTree);
	}
	const paths = await differing(view, walk, picksTree, revertsTree);
	const touches = ({files}: Change) => files.some(({path, from}) => paths.has(path) || paths.has(from ?? path));
	// Most often it is the nearest before the last chosen change there; what came after it is rather its victim.
	const end = waiting.findLastIndex((change) => chosen.has(change.oid) && touches(change));
	const [before, after] = [waiting.slice(0, end), waiting.slice(end + 1)].map((some) =>
		some.filter((change) => !chosen.has(change.oid) && touches(change)),
	);
	const touching = [...(before?.toReversed() ?? []), ...(after ?? [])];
	return {
		...proven(revertsTree),
		differs: [...paths].slice(0, MOST_NAMED),
		entangled: touching.slice(0, MOST_NAMED).map(({oid}) => oid),
	};
}

const some = (paths: readonly string[]) =>
	`${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;

/**
 * What the other tree has in the files that are left out of the comparison: those that a tool makes anew, for no change brings
 * another along for their sake; and manifests that say the same in another order.
 */
async function exceptions(
	walk: Walk,
	tree: Oid,
	other: Oid,
	differing: ReadonlySet<string>,
): Promise<Map<string, Entry | undefined>> {
	const files = new Map<string, Entry | undefined>();
	for (const path of differing) {
		if (!isGenerated(path) && !isManifest(path)) continue;
		const [here, there] = await Promise.all([walk.reader.entry(tree, path), walk.reader.entry(other, path)]);
		if (!isGenerated(path) && !(await sameManifest(walk, here, there))) continue;
		files.set(path, there);
	}
	return files;
}

async function sameManifest(walk: Walk, here: Entry | undefined, there: Entry | undefined): Promise<boolean> {
	if (!here || !there || here.mode !== there.mode) return false;
	const [a, b] = await Promise.all([walk.reader.body(here.oid), walk.reader.body(there.oid)]);
	return a !== undefined && b !== undefined && sameJson(a.toString('utf8'), b.toString('utf8'));
}

async function differing(view: View, walk: Walk, a: Oid, b: Oid): Promise<Set<string>> {
	const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', a, b];
	const {stdout} = await view.run(args, {env: walk.env});
	return new Set(
		stdout
			.toString('utf8')
			.split('\0')
			.filter((path) => path !== ''),
	);
}
