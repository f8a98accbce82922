// Room: stages. Lays a commit out in a folder of its own, installs and builds it there: three steps that each know, from a
// marker beside the folder, whether they have been done. Stage 3 uses it for the release, stage 5 for the base version.

import {createHash, randomUUID} from 'node:crypto';
import {lstat, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';
import type {Oid, StageName} from '../../domain/ids.ts';
import type {Project} from '../../domain/project.ts';
import {redact} from '../../domain/redact.ts';
import {safe} from '../../domain/safe.ts';
import type {Runner} from '../../ports/process.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Stand} from '../stage.ts';
import {linesWithoutLocalPaths} from './local-paths.ts';

const COMMAND_TIMEOUT_MS = 20 * 60_000;
const NAME = /^[0-9A-Za-z][0-9A-Za-z._+-]{0,63}$/;

export interface PreparePorts {
	readonly repository: Repository;
	readonly runner: Runner;
	readonly project: Project;
	/** Absolute: `<repository>/.orchestra/releases`. */
	readonly releasesFolder: string;
}

export interface Prepared {
	readonly folder: string;
	/** Install and build together, milliseconds; of earlier runs when a resume found them done. */
	readonly buildMs: number;
}

/** What has been done to a release's folder. Lies beside it, so that the release stays exactly what git has. */
interface Marker {
	readonly commit: string;
	/** What the machine was running when it was written: after a power loss the folder's files may be incomplete. */
	readonly boot: string;
	/** By step, the hash of what was run and how long it took. */
	readonly done: Readonly<Record<string, {readonly hash: string; readonly ms: number}>>;
}

const hashOf = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

async function bootId(): Promise<string> {
	return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** The folder and its parent must be real folders: a link planted in the repository would lead the release elsewhere. */
export async function ownFolder(path: string): Promise<void> {
	for (const part of [dirname(path), path]) {
		await mkdir(part, {recursive: true, mode: 0o700}).catch((error) => {
			raise('DISK', {with: {path: part, reason: String(error.code ?? error.message)}}, error);
		});
		const seen = await lstat(part);
		if (!seen.isDirectory()) raise('MEMORY_UNSAFE', {with: {path: part}});
	}
}

function isMarker(value: unknown): value is Marker {
	if (typeof value !== 'object' || value === null) return false;
	const {commit, boot, done} = value as Partial<Record<keyof Marker, unknown>>; // any field may be missing: looked at next
	return typeof commit === 'string' && typeof boot === 'string' && typeof done === 'object' && done !== null;
}

async function readMarker(file: string): Promise<Marker | undefined> {
	try {
		const value: unknown = JSON.parse(await readFile(file, 'utf8'));
		return isMarker(value) ? value : undefined;
	} catch {
		return undefined; // no marker, or a broken one: the step is simply done again
	}
}

async function writeMarker(file: string, marker: Marker): Promise<void> {
	const half = `${file}.${randomUUID()}.tmp`;
	await writeFile(half, JSON.stringify(marker), {mode: 0o600, flag: 'wx'});
	await rename(half, file);
}

/**
 * Faults: BUILD_FAILED (with the last lines), COMMAND_TIMED_OUT, DISK, MEMORY_UNSAFE, and those of the repository.
 * @param options.name the folder's name: the deployment's id, or one made from the commit.
 */
export async function prepareRelease(
	ports: PreparePorts,
	options: {commit: Oid; name: string; stage: StageName; version?: string; keyPrefix?: string},
	stand: Stand,
): Promise<Prepared> {
	const {repository, runner, project, releasesFolder} = ports;
	const {commit, name, stage, version, keyPrefix = ''} = options;
	if (!NAME.test(name)) throw new TypeError(`not a release's folder name: ${JSON.stringify(name.slice(0, 80))}`);
	await ownFolder(releasesFolder);
	const folder = join(releasesFolder, name);
	const file = join(releasesFolder, `${name}.json`);
	const boot = await bootId();

	async function seen(step: string, hash: string): Promise<{ms: number} | undefined> {
		const marker = await readMarker(file);
		const done = marker?.done[step];
		if (marker?.commit !== commit || marker.boot !== boot || done?.hash !== hash) return undefined;
		const there = await lstat(folder).catch(() => undefined);
		return there?.isDirectory() === true && Number.isFinite(done.ms) ? {ms: done.ms} : undefined;
	}
	async function remember(step: string, hash: string, ms: number): Promise<void> {
		const old = await readMarker(file);
		const earlier = old?.commit === commit && old.boot === boot ? old.done : {};
		await writeMarker(file, {commit, boot, done: {...earlier, [step]: {hash, ms}}});
	}

	await stand.step({
		key: `${keyPrefix}materialise`,
		title: `Lay out ${commit.slice(0, 12)} in .orchestra/releases/${name}`,
		isDone: () => seen('materialise', hashOf(commit)),
		apply: async () => {
			const started = stand.clock.mono();
			// An earlier stage may have tried this very commit in this folder.
			const tried = await seen('materialise', hashOf(commit));
			if (tried !== undefined) return tried;
			// Half a layout of a crashed try goes first, and what was known about it.
			await rm(file, {force: true});
			await rm(folder, {recursive: true, force: true});
			await repository.materialise(commit, folder);
			const ms = stand.clock.mono() - started;
			await remember('materialise', hashOf(commit), ms);
			return {ms};
		},
	});

	async function command(step: 'install' | 'build', line: string | undefined, before: string): Promise<number> {
		if (line === undefined) return 0;
		const shown = redact(safe(line));
		const hash = hashOf(commit, before, line);
		const {ms} = await stand.step({
			key: `${keyPrefix}${step}`,
			title: `${step === 'install' ? 'Install' : 'Build'}: ${shown}`,
			isDone: () => seen(step, hash),
			apply: async () => {
				const tried = await seen(step, hash);
				if (tried !== undefined) return tried;
				const result = await runner.run({
					command: line,
					cwd: folder,
					env: {ORCHESTRA_COMMIT: commit, ...(version === undefined ? {} : {ORCHESTRA_VERSION: version})},
					timeoutMs: COMMAND_TIMEOUT_MS,
					onLine: (text) => stand.log({source: safe(step), text}),
					signal: stand.signal,
				});
				await stand.emit({type: 'command.ran', stage, command: shown, exit: result.exit, ms: result.ms});
				const details = linesWithoutLocalPaths(result.tail.slice(-20), folder);
				if (result.timedOut) {
					const seconds = COMMAND_TIMEOUT_MS / 1000;
					raise('COMMAND_TIMED_OUT', {with: {command: shown, seconds}, details, stage, step});
				}
				if (result.exit !== 0) raise('BUILD_FAILED', {with: {command: shown, exit: result.exit}, details, stage, step});
				await remember(step, hash, result.ms);
				return {ms: result.ms};
			},
		});
		return ms;
	}

	const {install, build} = project.commands;
	const installMs = await command('install', install, '');
	const buildMs = await command('build', build, install ?? '');
	return {folder, buildMs: installMs + buildMs};
}
