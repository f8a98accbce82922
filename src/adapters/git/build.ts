// Room: adapters. The chosen changes on top of the base: first as a simulation that names what is missing, then as real
// commits. Both walk the same picks with the same settings, so the simulated tree is the built tree.

import type {BuiltCommit, Simulation} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {FaultError, fault, raise} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import {readObjects, writeObject} from './objects.ts';
import {type Mended, refuseMarkers} from './regenerate.ts';
import type {View} from './view.ts';
import {memoryOf, openWalk, type Walk} from './walk.ts';

/** Applies the picks one after the other, in memory. A pick that conflicts is left out and the others go on. */
async function applyAll(
	walk: Walk,
	base: Oid,
	picks: readonly Change[],
	each: (change: Change, picked: Mended, before: Oid) => Promise<void> | void,
): Promise<Oid> {
	let tree = await walk.treeOf(base);
	for (const change of picks) {
		const picked = await walk.pick(tree, change);
		await each(change, picked, tree);
		if (picked.clean) tree = picked.tree;
	}
	return tree;
}

export async function simulatePicks(
	view: View,
	base: Oid,
	picks: readonly Change[],
	context: readonly Change[],
): Promise<Simulation> {
	const chosen = new Set(picks.map((change) => change.oid));
	const conflicts: Simulation['conflicts'][number][] = [];
	const regenerate = new Set<string>();
	const walk = openWalk(view, view.scratch('merged'), picks, memoryOf(view));
	try {
		const tree = await applyAll(walk, base, picks, (change, picked) => {
			for (const path of picked.regenerate) regenerate.add(path);
			if (picked.clean) return;
			const missing = missingFor(change, picked.conflicts, chosen, context);
			conflicts.push({change: change.oid, paths: picked.conflicts, missing});
		});
		const again = regenerate.size === 0 ? {} : {regenerate: [...regenerate].sort()};
		return conflicts.length === 0 ? {applies: true, tree, conflicts, ...again} : {applies: false, conflicts, ...again};
	} finally {
		await walk.close();
	}
}

/** The earlier changes, nearest first, that touched a conflicting path (under any name it had) and were not chosen. */
function missingFor(
	change: Change,
	paths: readonly string[],
	chosen: ReadonlySet<Oid>,
	context: readonly Change[],
): Oid[] {
	const names = new Set(paths);
	for (const file of change.files) if (file.from !== undefined && names.has(file.path)) names.add(file.from);
	const at = context.findIndex((other) => other.oid === change.oid);
	const missing: Oid[] = [];
	for (const other of context.slice(0, at < 0 ? context.length : at).reverse()) {
		let touches = false;
		for (const file of other.files) {
			if (!names.has(file.path) && (file.from === undefined || !names.has(file.from))) continue;
			touches = true;
			if (file.from !== undefined) names.add(file.from);
		}
		if (touches && !chosen.has(other.oid) && other.shipped === undefined) missing.push(other.oid);
	}
	return missing;
}

/**
 * Makes the release's commits in the kept object folder. Author, author date, encoding and message stay as they were;
 * the committer is Orchestra at the change's own committer date, or the parent's when that is later, so that dates
 * never run backwards and the same picks on the same base always give the same commit. A change that is there already
 * (an empty result) makes no commit. Faults: CONFLICT, EMPTY_BATCH.
 */
export async function buildPicks(
	view: View,
	base: Oid,
	picks: readonly Change[],
	release: {version: string; tag: string},
): Promise<BuiltCommit> {
	if (picks.length === 0) raise('EMPTY_BATCH');
	const originals = await readObjects(view, [base, ...picks.map((change) => change.oid)]);
	const bodies = new Map(originals.map(({oid, body}) => [oid, body]));
	const made: {change: Oid; commit: Oid}[] = [];
	let parent = base;
	let date = committerDate(bodies.get(base));
	const regenerate = new Set<string>();
	const walk = openWalk(view, view.objects, picks);
	try {
		const mended = new Set<string>();
		const sources = [await walk.treeOf(base)];
		const tree = await applyAll(walk, base, picks, async (change, picked, before) => {
			if (!picked.clean) throw conflictFault(change, picked);
			sources.push(change.tree);
			for (const path of picked.regenerate) regenerate.add(path);
			for (const path of [...picked.regenerate, ...picked.byKey]) mended.add(path);
			if (picked.tree === before) return;
			if (mended.size > 0) await refuseMarkers(walk.reader, picked.tree, mended, sources);
			const original = bodies.get(change.oid) ?? Buffer.alloc(0);
			date = Math.max(date, committerDate(original));
			const body = copyCommit(original, {tree: picked.tree, parent, date, from: change.oid});
			parent = await writeObject(view.objects, change.oid, 'commit', body);
			made.push({change: change.oid, commit: parent});
		});
		if (made.length === 0) raise('EMPTY_BATCH', {details: ['Everything that was chosen is on the base already']});
		const again = regenerate.size === 0 ? {} : {regenerate: [...regenerate].sort()};
		return {version: release.version, tag: release.tag, commit: parent, tree, base, picks: made, ...again};
	} finally {
		await walk.close();
	}
}

function conflictFault(change: Change, picked: Mended): FaultError {
	const details = [`${change.oid.slice(0, 12)} ${change.subject}`, ...picked.conflicts.slice(0, 10)];
	return new FaultError(fault('CONFLICT', {details}));
}

/** Header and message of a raw commit, as bytes: a message may be in any encoding. */
function parts(raw: Buffer): {header: string[]; message: Buffer} {
	const end = raw.indexOf('\n\n');
	const header = raw.toString('latin1', 0, end < 0 ? raw.length : end).split('\n');
	return {header, message: end < 0 ? Buffer.alloc(0) : raw.subarray(end + 2)};
}

export function committerDate(raw: Buffer | undefined): number {
	const line = raw && parts(raw).header.find((text) => text.startsWith('committer '));
	const seconds = Number(/> (\d{1,12}) [+-]\d{4}$/.exec(line ?? '')?.[1] ?? 0);
	return Math.min(seconds, 253_402_300_799);
}

const TRAILER = /^(?:[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+: \S|\(cherry picked from commit [0-9a-f]+\))/;

function copyCommit(original: Buffer, to: {tree: Oid; parent: Oid; date: number; from: Oid}): Buffer {
	const {header, message} = parts(original);
	const author = header.find((line) => line.startsWith('author ')) ?? 'author nobody <nobody@localhost> 0 +0000';
	const encoding = header.find((line) => line.startsWith('encoding '));
	const lines = [
		`tree ${to.tree}`,
		`parent ${to.parent}`,
		author,
		`committer Orchestra <orchestra@localhost> ${to.date} +0000`,
		...(encoding === undefined ? [] : [encoding]),
	];
	const text = message.toString('latin1').replace(/\n+$/, '');
	const last = text.slice(text.lastIndexOf('\n\n') + 2);
	const trailers = text.includes('\n\n') && last.split('\n').every((line) => TRAILER.test(line));
	const joined = `${text}${trailers ? '\n' : '\n\n'}(cherry picked from commit ${to.from})\n`;
	return Buffer.from(`${lines.join('\n')}\n\n${joined}`, 'latin1');
}
