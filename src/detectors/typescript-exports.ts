// Room: detectors. The exported TypeScript of packages that others install: what their programs import, call and implement.
// The exports of an application are nobody's interface: of private packages only what is gone is told, as a note.

import type {Detector, Look} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {findingsOf, type Sign, tableOf} from './support/rules.ts';
import {compareExports, type Sides} from './support/typescript/exports.ts';
import {compareManifests} from './support/typescript/manifests.ts';
import type {Module} from './support/typescript/model.ts';
import {type Manifest, readManifest} from './support/typescript/package.ts';
import {readModule} from './support/typescript/read.ts';
import {RULES} from './support/typescript/rules.ts';
import type {Side} from './support/typescript/surface.ts';
import {wholly} from './support/whole.ts';

const TABLE = tableOf(RULES);
const PROGRAM = /\.[cm]?tsx?$/;
const MANIFEST = /(^|\/)package\.json$/;
const ELSEWHERE =
	/(^|\/)(node_modules|vendor|third_party|examples?|samples?|docs?|website|bench(marks?)?|scripts|templates?|schematics\/[^/]+\/files)\//;
/** Packages of one change that are looked at. */
const MOST_PACKAGES = 12;

/** Modules by their text: barrels do not change from commit to commit. */
const CACHE = new Map<string, Promise<Module | undefined>>();
const MOST_CACHED = 400;

function moduleOf(path: string, text: string): Promise<Module | undefined> {
	const key = `${path}\0${text}`;
	const known = CACHE.get(key);
	if (known !== undefined) return known;
	const read = readModule(path, text);
	CACHE.set(key, read);
	if (CACHE.size > MOST_CACHED) for (const [oldest] of CACHE) if (CACHE.size > MOST_CACHED / 2) CACHE.delete(oldest);
	return read;
}

interface Pack {
	readonly path: string;
	readonly before: Manifest | undefined;
	readonly after: Manifest | undefined;
}

/** The package.json above each of the paths, nearest with a name first. */
async function packagesOf(patches: readonly Patch[], look: Look): Promise<Pack[]> {
	const folders = new Set<string>();
	for (const {path, from} of patches)
		for (const one of [path, from ?? path]) {
			const parts = one.split('/').slice(0, -1);
			for (let depth = parts.length; depth >= 0; depth -= 1) folders.add(parts.slice(0, depth).join('/'));
		}
	const changed = new Map(patches.filter(({path}) => MANIFEST.test(path)).map((patch) => [patch.path, patch]));
	const packs = new Map<string, Pack>();
	await Promise.all(
		[...folders].map(async (folder) => {
			const path = folder === '' ? 'package.json' : `${folder}/package.json`;
			const patch = changed.get(path);
			const text = patch ? patch.after : await look.after(path);
			const old = patch ? patch.before : text;
			const [before, after] = [old, text].map((source) =>
				source === undefined ? undefined : readManifest(path, source),
			);
			if (before?.name || after?.name) packs.set(folder, {path, before, after});
		}),
	);
	const near = new Set<Pack>();
	for (const {path} of patches) {
		const parts = path.split('/').slice(0, -1);
		for (let depth = parts.length; depth >= 0; depth -= 1) {
			const found = packs.get(parts.slice(0, depth).join('/'));
			if (found === undefined) continue;
			near.add(found);
			break;
		}
	}
	return [...near].slice(0, MOST_PACKAGES);
}

function sidesOf(
	patches: readonly Patch[],
	files: readonly {path: string; from?: string; status: string}[],
	look: Look,
	listed: readonly string[],
): Sides {
	const touched = new Map(
		patches.flatMap((patch) => [
			[patch.path, patch] as const,
			...(patch.from === undefined ? [] : [[patch.from, patch] as const]),
		]),
	);
	const now = new Set(listed);
	const then = new Set(listed);
	for (const {path, from, status} of files) {
		if (status === 'added' || status === 'renamed' || status === 'copied') then.delete(path);
		if (status === 'deleted') then.add(path);
		if (from !== undefined) then.add(from);
	}
	const side = (paths: ReadonlySet<string>, text: (path: string) => Promise<string | undefined>): Side => {
		const known = new Map<string, Promise<Module | undefined>>();
		return {
			exists: (path) => paths.has(path),
			module(path) {
				const found =
					known.get(path) ?? text(path).then((source) => (source === undefined ? undefined : moduleOf(path, source)));
				known.set(path, found);
				return found;
			},
		};
	};
	return {
		touched: new Set(touched.keys()),
		after: side(now, async (path) => {
			const patch = touched.get(path);
			return patch?.path === path ? patch.after : look.after(path);
		}),
		before: side(then, async (path) => {
			const patch = touched.get(path);
			return patch !== undefined && (patch.from ?? patch.path) === path ? patch.before : look.before(path);
		}),
	};
}

export const detector = {
	name: 'typescript-exports',
	topic: 'api',
	rules: RULES,
	reads: 'files',
	wants: (path: string) => (PROGRAM.test(path) || MANIFEST.test(path)) && !isTestPath(path) && !ELSEWHERE.test(path),
	async detect(change, patches, look) {
		const touched = wholly(change, patches);
		const signs: Sign[] = [];
		for (const {path, before, after} of await packagesOf(touched, look)) {
			if (before === undefined) continue;
			if (touched.some((patch) => patch.path === path)) signs.push(...compareManifests(path, before, after));
			if (after === undefined || before.entries.size === 0 || after.entries.size === 0) continue;
			const {folder} = after;
			const inside = touched.some(
				(patch) =>
					PROGRAM.test(patch.path) &&
					[patch.path, patch.from].some((one) => folder === '' || one?.startsWith(`${folder}/`)),
			);
			if (!inside || !(before.library || before.private)) continue;
			const listed = await look.list(folder);
			signs.push(...(await compareExports(before, after, sidesOf(touched, change.files, look, listed))));
		}
		return findingsOf(change, TABLE, signs);
	},
} satisfies Detector;
