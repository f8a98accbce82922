// Room: stages. The release's generated files made anew, before the release is settled: in a folder of its own, by tools that a
// person trusted here, as one last commit of the release's own. What cannot be made stays as it was settled, with the reason.
// Writes below `.orchestra/` only. Knows git and commands by their ports only.

import {mkdir, readFile, realpath, rename, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {type Maker, makerOf} from '../../domain/anew/maker.ts';
import {broughtBy, type Packages, packagesIn} from '../../domain/anew/packages.ts';
import type {BuiltCommit, Regenerated} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import {isLockFile} from '../../domain/generated.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Project} from '../../domain/project.ts';
import {redact} from '../../domain/redact.ts';
import {safe} from '../../domain/safe.ts';
import {count} from '../../domain/selection/words.ts';
import type {Runner} from '../../ports/process.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Stand} from '../stage.ts';
import {ownFolder} from '../staging/prepare.ts';
import {type Bench, NotMade, plain, runMaker, takeMade, type Witness} from './remake.ts';
import {manifestsOf, staleLocks} from './stale.ts';

export interface AnewPorts {
	readonly runner: Runner;
	readonly project: Project;
	/** Absolute: `<repository>/.orchestra/releases`. */
	readonly releasesFolder: string;
	/** Whether a person trusted the project's commands here: before, or by naming their hash just now. */
	readonly trusted: () => Promise<boolean>;
	/** Of a person's own environment: how package managers get out to a registry. */
	readonly network?: Readonly<Record<string, string>>;
	/** What was made under other commands is made again. */
	readonly trustHash: string;
	/** `say`: nothing runs, as in a plan. `skip`: a person wants it so. */
	readonly mode: 'make' | 'say' | 'skip';
}

type NotRegenerated = NonNullable<BuiltCommit['notRegenerated']>[number];
type Team = Exclude<Maker, {kind: 'none'}>;

const MOST_LOCK = 64_000_000;
/** Chosen changes whose own lock is looked into for what they brought. */
const MOST_WITNESSES = 40;

/**
 * The release with what could be made anew, and the reasons for the rest.
 * @param key of the step: unique within the stage.
 */
export async function makeAnew(
	ports: AnewPorts & {readonly repository: Repository},
	{release, picks, key}: {release: BuiltCommit; picks: readonly Change[]; key: string},
	stand: Stand,
): Promise<BuiltCommit> {
	const {repository, project, trustHash, mode} = ports;
	const stale = await staleLocks(repository, release, picks);
	const wanted = [...new Set([...(release.regenerate ?? []), ...stale.keys()])].sort();
	if (wanted.length === 0) return release;
	for (const [path, missing] of stale) {
		const more = missing.length > 2 ? ` and ${missing.length - 2} more` : '';
		await stand.note(`${path} no longer fits what it locks: ${missing.slice(0, 2).join('; ')}${more}`);
	}
	const trusted = await ports.trusted();
	const no: NotRegenerated[] = [];
	const makers = new Map<string, {maker: Team; paths: string[]}>();
	for (const path of wanted) {
		const maker = makerOf(path, project.regenerate);
		const why = await refusal(repository, release.commit, path, maker, mode === 'skip' ? 'skip' : trusted);
		if (why !== undefined) no.push({path, why: safe(why, 500)});
		else if (maker.kind !== 'none') {
			// One command of a team's makes all its files at once; a lock is made where it lies.
			const by = maker.kind === 'team' ? maker.command : `${maker.recipe.tool} ${path}`;
			const group = makers.get(by) ?? {maker, paths: []};
			group.paths.push(path);
			makers.set(by, group);
		}
	}
	if (mode !== 'make' || makers.size === 0) return outcome(release, {wanted, no, made: []});
	// What lock files say comes first: a team's command may install by them.
	const groups = [...makers.values()].sort((a, b) => Number(a.maker.kind === 'team') - Number(b.maker.kind === 'team'));
	const paths = groups.flatMap((group) => group.paths);
	const marker = join(ports.releasesFolder, `${basename(stand.folder.path)}-regenerated.json`);
	const known = () => readMarker(marker, release.commit, trustHash, repository);
	return stand.step({
		key,
		title: `Make ${some(paths)} anew${groups.length === 1 ? ` by ${makerWords(groups[0]?.maker)}` : ''}`,
		isDone: known,
		apply: async () => {
			const before = await known();
			if (before !== undefined) return before;
			const {files, made, failed} = await makeAll(ports, {release, picks, groups}, stand);
			const [first] = files.keys();
			const top = first === undefined ? {} : await repository.append(release.commit, files, message(made, release));
			const result = outcome({...release, ...top}, {wanted, no: [...no, ...failed], made});
			await writeMarker(marker, {from: release.commit, trustHash, release: result});
			return result;
		},
	});
}

async function refusal(
	repository: Repository,
	commit: Oid,
	path: string,
	maker: Maker,
	allowed: boolean | 'skip',
): Promise<string | undefined> {
	if (maker.kind === 'none') return maker.why;
	if (path.includes('\uFFFD')) return 'its name is no text';
	if ((await repository.file(commit, path, MOST_LOCK)) === undefined)
		return 'the release has no such file, or it is a link';
	if (allowed === 'skip') return 'it was asked to be left as it is (--no-regenerate)';
	return allowed ? undefined : 'nobody has trusted the commands of orchestration/orchestra.json here yet';
}

function outcome(
	release: BuiltCommit,
	{wanted, no, made}: {wanted: readonly string[]; no: readonly NotRegenerated[]; made: readonly Regenerated[]},
): BuiltCommit {
	const {regenerate: _before, ...rest} = release;
	const left = wanted.filter((path) => !made.some((one) => one.path === path));
	return {
		...rest,
		...(left.length === 0 ? {} : {regenerate: left}),
		...(no.length === 0 ? {} : {notRegenerated: no}),
		...(made.length === 0 ? {} : {regenerated: made}),
	};
}

interface Work {
	readonly release: BuiltCommit;
	readonly picks: readonly Change[];
	readonly groups: readonly {readonly maker: Team; readonly paths: readonly string[]}[];
}

async function makeAll(ports: AnewPorts & {readonly repository: Repository}, work: Work, stand: Stand) {
	const {repository, runner, releasesFolder} = ports;
	const {release, picks, groups} = work;
	const files = new Map<string, Buffer>();
	const made: Regenerated[] = [];
	const failed: NotRegenerated[] = [];
	const own = join(releasesFolder, `${basename(stand.folder.path)}-regenerate`);
	try {
		await ownFolder(releasesFolder);
		await rm(own, {recursive: true, force: true});
		await mkdir(join(own, 'cache'), {recursive: true, mode: 0o700});
		await repository.materialise(release.commit, join(own, 'tree'));
		const env = {...ports.network, ORCHESTRA_COMMIT: release.commit, ORCHESTRA_VERSION: release.version};
		const top = await realpath(own);
		const bench: Bench = {runner, tree: join(top, 'tree'), cache: join(top, 'cache'), env, stand};
		for (const {maker, paths} of groups) {
			const settled = new Map<string, Buffer>();
			for (const path of paths) settled.set(path, (await plain(bench.tree, path)) ?? Buffer.alloc(0));
			try {
				const by = await runMaker(maker, paths, bench);
				for (const path of paths) {
					try {
						const witness = await witnesses(repository, path, release, picks);
						const was = settled.get(path) ?? Buffer.alloc(0);
						const {bytes, record} = await takeMade(path, was, by, witness, bench.tree);
						if (record.changed) files.set(path, bytes);
						made.push(record);
					} catch (thrown) {
						failed.push(failure(path, thrown));
					}
				}
			} catch (thrown) {
				failed.push(...paths.map((path) => failure(path, thrown)));
			}
		}
	} catch (thrown) {
		// What cannot be laid out is said here, and stops whoever cannot do without: the next stage.
		if (!(thrown instanceof FaultError)) throw thrown;
		const done = new Set([...made, ...failed].map(({path}) => path));
		const why = safe(thrown.fault.headline);
		const rest = groups.flatMap((group) => group.paths).filter((path) => !done.has(path));
		failed.push(...rest.map((path) => ({path, why})));
	} finally {
		// Litter that the next try clears as well: not worth a fault.
		await rm(own, {recursive: true, force: true}).catch(() => undefined);
	}
	return {files, made, failed};
}

function failure(path: string, thrown: unknown): NotRegenerated {
	if (!(thrown instanceof NotMade)) throw thrown;
	return {path, why: redact(safe(thrown.message, 500))};
}

async function witnesses(
	repository: Repository,
	path: string,
	release: BuiltCommit,
	picks: readonly Change[],
): Promise<Witness> {
	const read = async (at: Oid): Promise<Packages | undefined> => {
		if (/^0+$/.test(at)) return undefined;
		const text = await repository.file(at, path, MOST_LOCK);
		return text === undefined ? undefined : packagesIn(path, text);
	};
	const touching = isLockFile(path) ? picks.filter(({files}) => files.some((file) => file.path === path)) : [];
	const chosen: Packages[] = [];
	for (const change of touching.slice(-MOST_WITNESSES)) {
		const [after, before] = [await read(change.oid), await read(change.parent)];
		if (after !== undefined) chosen.push(broughtBy(after, before ?? new Map()));
	}
	const place = dirname(path) === '.' ? '' : dirname(path);
	const settled = /\.json$/.test(path) ? await repository.file(release.commit, path, MOST_LOCK) : undefined;
	return {
		base: await read(release.base),
		chosen,
		manifests: settled === undefined ? new Map() : await manifestsOf(repository, release.commit, place, settled),
	};
}

interface Marker {
	readonly from: string;
	readonly trustHash: string;
	readonly release: BuiltCommit;
}

/** What an earlier life made of the same release, when it made all of it and the commit is still there. */
async function readMarker(
	file: string,
	from: Oid,
	trustHash: string,
	repository: Repository,
): Promise<BuiltCommit | undefined> {
	try {
		// `as`: written by this file, in a folder that no repository brings along; anything missing reads as undefined.
		const marker = JSON.parse(await readFile(file, 'utf8')) as Partial<Marker>;
		const {release} = marker;
		if (marker.from !== from || marker.trustHash !== trustHash || release === undefined) return undefined;
		const [made] = release.regenerated ?? [];
		if (made === undefined || release.notRegenerated !== undefined) return undefined;
		return (await repository.file(release.commit, made.path, MOST_LOCK)) === undefined ? undefined : release;
	} catch {
		return undefined; // none, or a broken one: it is simply made again
	}
}

async function writeMarker(file: string, marker: Marker): Promise<void> {
	await writeFile(`${file}.tmp`, JSON.stringify(marker), {mode: 0o600});
	await rename(`${file}.tmp`, file);
}

const some = (paths: readonly string[]) =>
	paths.length <= 3 ? paths.join(', ') : `${paths.slice(0, 2).join(', ')} and ${count(paths.length - 2, 'other file')}`;

function makerWords(maker: Maker | undefined): string {
	if (maker?.kind === 'team') return redact(safe(maker.command, 200));
	return maker?.kind === 'tool' ? maker.recipe.tool : 'several tools';
}

/** The commit's message: what, and a trailer for each tool that says which and how. */
function message(made: readonly Regenerated[], {version}: BuiltCommit): string {
	const changed = made.filter((one) => one.changed);
	const [first] = changed;
	const one = changed.length === 1 && first !== undefined;
	const subject = one ? `Regenerate ${safe(first.path, 200)}` : `Regenerate ${count(changed.length, 'file')}`;
	const list = one ? [] : [changed.map(({path}) => `- ${safe(path, 500)}`).join('\n')];
	const why = `The changes of ${version} were put together from a branch; this file is made anew from what they say together.`;
	const by = new Set(changed.map(({tool, command}) => `${tool === undefined ? '' : `${tool}: `}${command}`));
	const trailers = [...by].map((text) => `Regenerated-With: ${text}`).join('\n');
	return [subject, one ? why : why.replace('this file is', 'these files are'), ...list, trailers].join('\n\n');
}
