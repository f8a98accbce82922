// Room: stages. One generated file made anew in a folder of its own, and looked at before it is believed: it is a plain file,
// nothing beside it moved, it fits its manifest, and no package moved unasked. Knows commands by their port only.

import {createHash} from 'node:crypto';
import {readdir, readFile, realpath, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Maker} from '../../domain/anew/maker.ts';
import {misfits, otherSources} from '../../domain/anew/npm-lock.ts';
import {driftBetween, driftWords, type Packages, packagesIn} from '../../domain/anew/packages.ts';
import {COREPACK, type Recipe, versionIn} from '../../domain/anew/recipes.ts';
import type {Regenerated} from '../../domain/batch.ts';
import {redact} from '../../domain/redact.ts';
import {safe} from '../../domain/safe.ts';
import type {CommandResult, Runner} from '../../ports/process.ts';
import type {Stand} from '../stage.ts';
import {linesWithoutLocalPaths} from '../staging/local-paths.ts';

/** Milliseconds that a package manager may take, and a team's own command. */
const TOOL_TIMEOUT_MS = 120_000;
const TEAM_TIMEOUT_MS = 600_000;
const PROBE_TIMEOUT_MS = 30_000;
const MOST_BYTES = 64_000_000;
const MOST_DRIFT = 20;

/** Why a file was not made anew. */
export class NotMade extends Error {}

export interface Bench {
	readonly runner: Runner;
	/** Absolute, real: the release laid out. */
	readonly tree: string;
	/** Absolute: where tools keep what they fetch. Gone afterwards. */
	readonly cache: string;
	/** Of the release, for the commands. */
	readonly env: Readonly<Record<string, string>>;
	readonly stand: Stand;
}

/** What decides whether a package may have moved. */
export interface Witness {
	/** What the base's lock holds. */
	readonly base: Packages | undefined;
	/** What each chosen change brought into its own. */
	readonly chosen: readonly Packages[];
	/** The manifests that the lock speaks of, by folder; for npm. */
	readonly manifests: ReadonlyMap<string, string>;
}

/** Undefined where no plain file lies, or a link leads to it. */
export async function plain(tree: string, path: string): Promise<Buffer | undefined> {
	const file = join(tree, path);
	try {
		if ((await realpath(file)) !== file) return undefined;
		const seen = await stat(file);
		return seen.isFile() && seen.size <= MOST_BYTES ? await readFile(file) : undefined;
	} catch {
		return undefined; // absent
	}
}

/** Runs one maker for the files that it makes. Throws `NotMade` when that tool cannot run, or failed. */
export async function runMaker(
	maker: Exclude<Maker, {kind: 'none'}>,
	paths: readonly string[],
	bench: Bench,
): Promise<{command: string; tool?: string}> {
	const {stand, tree, env} = bench;
	if (maker.kind === 'team') {
		await ran(bench, maker.command, {cwd: tree, env, timeoutMs: TEAM_TIMEOUT_MS}, 'the command');
		return {command: maker.command};
	}
	const {recipe} = maker;
	const [path = ''] = paths;
	const folder = join(tree, dirname(path));
	const manifest = join(dirname(path), recipe.manifest);
	const [lock, before] = [await plain(tree, path), await plain(tree, manifest)];
	if (lock === undefined) throw new NotMade('it is no plain file of the release');
	if (before === undefined) throw new NotMade(`there is no ${recipe.manifest} beside it`);
	const text = lock.toString('utf8');
	const toolEnv = {...env, ...COREPACK, ...recipe.env(bench.cache, text)};
	const version = await versionOf(recipe, bench, folder, toolEnv);
	const unfit = recipe.unfit(version, text, before.toString('utf8'));
	if (unfit !== undefined) throw new NotMade(unfit);
	const beside = new Set(await readdir(folder));
	const command = recipe.command({version, lock: text, beside});
	stand.signal.throwIfAborted();
	await ran(bench, command, {cwd: folder, env: toolEnv, timeoutMs: TOOL_TIMEOUT_MS}, recipe.tool);
	const after = await plain(tree, manifest);
	if (after === undefined || !after.equals(before))
		throw new NotMade(`${recipe.tool} wanted to change ${recipe.manifest} as well, which is nobody’s wish`);
	return {command, tool: `${recipe.tool} ${version}`};
}

async function versionOf(
	recipe: Recipe,
	{runner, stand}: Bench,
	cwd: string,
	env: Record<string, string>,
): Promise<string> {
	const {signal} = stand;
	const result = await runner.run({command: recipe.probe, cwd, env, timeoutMs: PROBE_TIMEOUT_MS, signal});
	if (result.exit === 127) throw new NotMade(`${recipe.tool} is not on the PATH here`);
	const version = result.exit === 0 ? versionIn(result.stdout) : undefined;
	if (version === undefined) throw new NotMade(`${recipe.tool} does not say its version here${lastWords(result, cwd)}`);
	return version;
}

async function ran(
	{runner, stand}: Bench,
	command: string,
	how: {cwd: string; env: Readonly<Record<string, string>>; timeoutMs: number},
	who: string,
): Promise<void> {
	const source = safe('regenerate');
	const onLine = (text: Parameters<Stand['log']>[0]['text']) => stand.log({source, text});
	const result = await runner.run({command, ...how, onLine, signal: stand.signal});
	const shown = redact(safe(command));
	await stand.emit({type: 'command.ran', stage: 'selection', command: shown, exit: result.exit, ms: result.ms});
	if (result.timedOut) throw new NotMade(`${who} did not finish within ${how.timeoutMs / 1000} s`);
	if (result.exit !== 0) throw new NotMade(`${who} failed with exit code ${result.exit}${lastWords(result, how.cwd)}`);
}

const OFFLINE =
	/\b(?:ENOTFOUND|SELF_SIGNED_CERT_IN_CHAIN|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT)\b|could not resolve host|network is unreachable/i;

/** The first lines that name an error, or the last ones; and whether nobody could be reached. */
function lastWords({tail}: CommandResult, cwd: string): string {
	const lines = linesWithoutLocalPaths(tail, cwd).filter((line) => line.trim() !== '');
	const errors = lines.filter((line) => /\berr(?:or)?\b/i.test(line));
	const telling = errors.filter((line) => !/\b(?:code|errno|syscall) -?\w+$|complete log of this run/i.test(line));
	const chosen = telling.length > 0 ? telling.slice(0, 2) : errors.length > 0 ? errors.slice(0, 2) : lines.slice(-2);
	const words = chosen.map((line) => safe(line.trim(), 200));
	const offline = lines.some((line) => OFFLINE.test(line)) ? ' (its registry could not be reached)' : '';
	return `${offline}${words.length === 0 ? '' : `: ${words.join(' · ')}`}`;
}

/**
 * The file as its maker left it, and the record of it. Throws `NotMade` where it must not be taken.
 * @param settled as it lay in the release.
 */
export async function takeMade(
	path: string,
	settled: Buffer,
	by: {readonly command: string; readonly tool?: string},
	witness: Witness,
	tree: string,
): Promise<{bytes: Buffer; record: Regenerated}> {
	const bytes = await plain(tree, path);
	if (bytes === undefined) throw new NotMade('no plain file lay there afterwards');
	const text = bytes.toString('utf8');
	if (/^(?:<{7}|>{7})(?: |$)/m.test(text)) throw new NotMade('there were conflict markers in what came out');
	const after = packagesIn(path, text);
	const before = packagesIn(path, settled.toString('utf8'));
	const npm = /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(path);
	if (npm) {
		const [missing, ...more] = misfits(text, witness.manifests);
		const others = more.length > 0 ? `, and ${more.length} more` : '';
		if (missing !== undefined) throw new NotMade(`what came out still does not fit: ${missing}${others}`);
	}
	const moved = before && after ? driftBetween(before, after, witness.chosen, witness.base).map(driftWords) : [];
	const sources = npm ? otherSources(settled.toString('utf8'), text) : [];
	const drift = [...moved, ...sources].map((words) => safe(words, 300));
	return {
		bytes,
		record: {
			path,
			command: redact(safe(by.command)),
			...(by.tool === undefined ? {} : {tool: safe(by.tool, 80)}),
			sha256: createHash('sha256').update(bytes).digest('hex'),
			changed: !bytes.equals(settled),
			drift:
				drift.length > MOST_DRIFT
					? [...drift.slice(0, MOST_DRIFT), safe(`and ${drift.length - MOST_DRIFT} more`)]
					: drift,
		},
	};
}
