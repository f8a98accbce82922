// Room: adapters. Whether two changes are the same patch, whatever they are called and wherever their lines stand. Cheap
// questions first: the same blobs before and after, then the same growth in bytes of every file, and only then the lines.

import {createHash} from 'node:crypto';
import {FaultError} from '../../domain/fault/fault.ts';
import {isOid, type Oid} from '../../domain/ids.ts';
import {isLockfile} from '../../domain/kind.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

/** The generated files that cost most of a diff: git need not read them. */
export const LOCKFILES = [
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'Cargo.lock',
	'Gemfile.lock',
	'poetry.lock',
	'composer.lock',
	'go.sum',
] as const;
const LOCKFILE_PATHSPECS = LOCKFILES.map((name) => `:(top,exclude,glob)**/${name}`);

/** Patches that are read for one range; beyond them changes count as different, which is the careful side. */
const MOST_PATCHES = 6000;

/** Lines of one patch that are compared: of 200,000 lines the first say enough. */
const MOST_LINES = 20_000;

/** A change with its blobs, `<before> <after>` for each path that counts, in the same order on both sides of a pair. */
export interface Candidate {
	readonly oid: Oid;
	readonly blobs: readonly string[];
}

/**
 * Compares pairs that touch the same paths in the same ways. The answer knows the pairs that it was asked.
 * Where contents are missing (a partial clone), only the same blobs are equal.
 */
export function openPatches(view: View, signal?: AbortSignal) {
	const prints = new Map<Oid, string>();
	let budget = MOST_PATCHES;
	return async (pairs: readonly (readonly Candidate[])[]): Promise<(a: Oid, b: Oid) => boolean> => {
		const same = new Set<string>();
		const unsure: (readonly Candidate[])[] = [];
		for (const pair of pairs) {
			const [a, b] = pair;
			if (!a || !b) continue;
			if (a.blobs.every((blobs, i) => blobs === b.blobs[i])) same.add(`${a.oid} ${b.oid}`);
			else unsure.push(pair);
		}
		if (unsure.length > 0) {
			try {
				const growth = await growths(view, unsure.flat(), signal);
				const likely = unsure.filter(([a, b]) => a && b && growth(a) === growth(b)).flat();
				const lacking = [...new Set(likely.map(({oid}) => oid))].filter((oid) => !prints.has(oid)).slice(0, budget);
				budget -= lacking.length;
				for (const [oid, print] of await fingerprints(view, lacking, signal)) prints.set(oid, print);
			} catch (thrown) {
				if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
			}
		}
		return (a, b) => same.has(`${a} ${b}`) || (prints.has(a) && prints.get(a) === prints.get(b));
	};
}

const NO_BLOB = /^0+$/;

/** By how many bytes each file grew; equal patches make equal growth. Sizes come without reading the contents. */
async function growths(view: View, candidates: readonly Candidate[], signal?: AbortSignal) {
	const wanted = new Set<string>();
	for (const {blobs} of candidates)
		for (const pair of blobs) for (const blob of pair.split(' ')) if (!NO_BLOB.test(blob)) wanted.add(blob);
	const oids = [...wanted].filter(isOid);
	const input = `${oids.join('\n')}\n`;
	const {stdout} = await view.run(['cat-file', '--batch-check=%(objectsize)', '--buffer'], {input, signal});
	const lines = stdout.toString('latin1').split('\n');
	// What is no blob (a submodule's commit) or missing has no size: its id stands for it.
	const sizes = new Map(oids.map((oid, i) => [oid as string, Number(lines[i] ?? Number.NaN)]));
	return ({blobs}: Candidate): string =>
		blobs
			.map((pair) => {
				const [before = '', after = ''] = pair.split(' ');
				const [old, now] = [sizes.get(before), sizes.get(after)];
				const added = (now ?? 0) - (old ?? 0);
				return Number.isNaN(added) ? pair : String(added);
			})
			.join(' ');
}

/** What a change does: a digest over paths, changed lines and context, white space left out. None where it has no lines. */
async function fingerprints(view: View, oids: readonly Oid[], signal?: AbortSignal): Promise<Map<Oid, string>> {
	const prints = new Map<Oid, string>();
	if (oids.length === 0) return prints;
	const args = [
		...['log', '--no-walk=unsorted', '--stdin', '-p', '-U3', '--no-renames', '--diff-merges=first-parent'],
		...['--no-ext-diff', '--no-textconv', '--no-color', '--no-decorate', '--src-prefix=a/', '--dst-prefix=b/'],
		...['--format=%x00%H', '--', ':(top)', ...LOCKFILE_PATHSPECS],
	];
	let current: Oid | undefined;
	let whole: string[] = [];
	let passed = false;
	const close = () => {
		if (current !== undefined && whole.length > 0)
			prints.set(current, createHash('sha1').update(whole.join('\n')).digest('base64'));
		whole = [];
	};
	for await (const found of tokens(view.stream(args, {input: `${oids.join('\n')}\n`, signal}), 10, 65_536)) {
		for (const line of found) {
			const sign = line[0];
			// Diff lines start with a sign of their own, so only the format can put a NUL first.
			if (sign === 0) {
				close();
				const text = line.toString('latin1', 1);
				current = isOid(text) ? text : undefined;
			} else if (sign === 0x64) {
				// "diff --git a/x b/x": what is equal or not is decided without lock files (touched.ts), also those that are small.
				passed = isLockfile(line.toString('latin1').replace(/"?\s*$/, ''));
			} else if (!passed && (sign === 0x2b || sign === 0x2d || sign === 0x20)) {
				if (whole.length < MOST_LINES) whole.push(line.toString('latin1').replace(/\s+/g, ''));
			}
		}
	}
	close();
	return prints;
}
