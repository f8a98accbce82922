// Room: cli. The composition root: the only place that knows every adapter, and hands each stage the ports it needs.

import {mkdir, readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {type ClaudeParts, claude} from '../adapters/ai/claude.ts';
import {consentFor} from '../adapters/ai/consent.ts';
import {rulesOnly} from '../adapters/ai/rules-only.ts';
import {systemClock} from '../adapters/clock.ts';
import {diskOf} from '../adapters/files/disk.ts';
import {servedReleases} from '../adapters/files/served.ts';
import {openRepository} from '../adapters/git/repository.ts';
import {crashPointFrom} from '../adapters/journal/crash-point.ts';
import {socketLocks} from '../adapters/lock/socket-lock.ts';
import {openMemory} from '../adapters/memory/memory.ts';
import {createRunner} from '../adapters/process/runner.ts';
import {detectProject} from '../adapters/project/detect.ts';
import {readEnvFile} from '../adapters/project/env-file.ts';
import {type Loaded, loadProject} from '../adapters/project/project.ts';
import {openTrustStore, trustHash} from '../adapters/project/trust.ts';
import type {Calendar} from '../domain/advice/calendar.ts';
import type {Named} from '../domain/advice/recommend.ts';
import {DEFAULT_AI} from '../domain/ai.ts';
import {judge} from '../domain/analysis/judge.ts';
import {NETWORK_NAMES} from '../domain/anew/recipes.ts';
import {FaultError, raise} from '../domain/fault/fault.ts';
import {isOid} from '../domain/ids.ts';
import type {Preferences} from '../domain/memory.ts';
import type {Project} from '../domain/project.ts';
import {BUILT_IN_STRATEGIES, type Strategy} from '../domain/rollout/strategy.ts';
import type {Locks} from '../ports/lock.ts';
import type {MemoryKeeper} from '../ports/memory.ts';
import type {Ranker} from '../ports/ranker.ts';
import type {Repository} from '../ports/repository.ts';
import type {Target} from '../ports/target.ts';
import {createDiscovery} from '../stages/discovery/stage.ts';
import {createLearning} from '../stages/learning/stage.ts';
import {createProduction} from '../stages/production/stage.ts';
import type {Score} from '../stages/score.ts';
import {createSelection} from '../stages/selection/stage.ts';
import {prepareRelease} from '../stages/staging/prepare.ts';
import {createStaging} from '../stages/staging/stage.ts';
import {createTesting} from '../stages/testing/stage.ts';
import {createLocalTarget} from '../targets/local.ts';
import {circumstances} from './circumstances.ts';
import {detectors, suiteReaders} from './extensions.ts';
import type {Io} from './io.ts';
import {PROGRAM} from './program.ts';

export const clock = systemClock;

/** One repository with everything around it. */
export interface Workplace {
	readonly root: string;
	readonly stateFolder: string;
	readonly repository: Repository;
	readonly memory: MemoryKeeper;
	readonly locks: Locks;
	readonly project: Project;
	readonly strategies: readonly Strategy[];
	readonly trustHash: string;
	readonly warnings: readonly string[];
	readonly target: Target;
	/** False when there is no orchestration/orchestra.json and defaults stand in: good enough to look, not to deploy. */
	readonly configured: boolean;
	/** Why it could not be read, when defaults stand in. */
	readonly unread?: FaultError;
}

export interface WorkplaceOptions {
	readonly port?: number | undefined;
	/** For commands that only look: the memory is never written, not even to mend it. */
	readonly readOnly?: boolean;
	/**
	 * For commands that look or take back: a project file that cannot be read must not stand in their way. No command of
	 * it runs then, and no gateway is started on a port that is only guessed.
	 */
	readonly tolerant?: boolean;
}

export async function openWorkplace(io: Io, options: WorkplaceOptions = {}): Promise<Workplace> {
	const repository = await openRepository(io.cwd, {clock});
	const {root} = repository;
	const stateFolder = join(root, '.orchestra');
	const loaded = await loadProject(root).catch(
		async (thrown: unknown): Promise<Omit<Loaded, 'file'> & {unread: FaultError}> => {
			if (!(thrown instanceof FaultError)) throw thrown;
			const {code, headline} = thrown.fault;
			const missing = code === 'CONFIG_MISSING';
			if (!missing && !(options.tolerant && code === 'CONFIG_INVALID')) throw thrown;
			const {project} = await detectProject(root);
			const stand = {strategies: BUILT_IN_STRATEGIES, unread: thrown};
			if (missing) return {...stand, project, warnings: []};
			return {...stand, project: {...project, commands: {test: {}}}, warnings: [headline]};
		},
	);
	const local = createLocalTarget({stateFolder, port: options.port ?? loaded.project.port, program: PROGRAM, clock});
	const ensure = async () => {
		const broken = 'unread' in loaded && loaded.unread?.fault.code === 'CONFIG_INVALID';
		if (broken && (await local.observe()) === undefined) throw loaded.unread;
		// The gateway starts again what its state names: that must not be a file that came with the repository.
		await repository.ready();
		await local.ensure();
	};
	const project = options.port === undefined ? loaded.project : {...loaded.project, port: options.port};
	return {
		root,
		stateFolder,
		repository,
		memory: openMemory(root, {
			clock,
			readOnly: options.readOnly ?? false,
			crash: crashPointFrom(io.env.ORCHESTRA_CRASH, stateFolder),
		}),
		locks: socketLocks({commonDir: repository.commonDir, target: project.target, stateFolder, clock}),
		project,
		strategies: loaded.strategies,
		trustHash: trustHash(root, loaded.project),
		warnings: loaded.warnings,
		target: {...local, ensure},
		configured: !('unread' in loaded),
		...('unread' in loaded ? {unread: loaded.unread} : {}),
	};
}

export function strategyNamed(place: Workplace, name: string): Strategy {
	const found = place.strategies.find((strategy) => strategy.name === name);
	const known = place.strategies.map((strategy) => strategy.name).join(', ');
	return found ?? raise('USAGE', {with: {message: `there is no strategy called ${name}; there are: ${known}`}});
}

function calendarOf({timeZone, windows = [], freeze = []}: Project): Calendar {
	return {timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC', windows, freeze};
}

interface ScoreOptions {
	/** Undefined: chosen by risk. */
	readonly named?: Named;
	readonly preferences: Preferences;
	readonly base?: string | undefined;
	readonly dev?: string | undefined;
	/** Compile what was chosen before it is settled, and make generated files anew, where the commands are trusted already. */
	readonly tryBuild?: boolean;
	/** The hash that was named on the command line: as good as trust given before. */
	readonly trust?: string | undefined;
	/** A person's own environment: of it, how to reach a registry. */
	readonly env?: Io['env'];
	/** False: generated files stay as they were settled. */
	readonly regenerate?: boolean | undefined;
	/** Default: the rules alone. */
	readonly ranker?: Ranker;
}

/**
 * What decides whether Claude takes part here, and with what.
 * @param trusted the hash a person gave on the command line, if any: it allows what the file says, like trust given before.
 */
export function aiParts(
	place: Pick<Workplace, 'root' | 'stateFolder' | 'project' | 'trustHash'>,
	env: Io['env'],
	options: {readonly mayAsk: boolean; readonly trusted?: string | undefined},
): ClaudeParts {
	const {root, stateFolder, project, trustHash} = place;
	const settings = project.ai ?? DEFAULT_AI;
	const store = openTrustStore();
	return {
		settings,
		env,
		stateFolder,
		clock,
		consent: consentFor(root, store, settings),
		allowedByFile: async () =>
			settings.enabled === 'on' && (options.trusted === trustHash || (await store.isTrusted(trustHash))),
		mayAsk: options.mayAsk,
		secrets: async () => Object.values(await readEnvFile(root, project)),
	};
}

export const rankerFor = (...parts: Parameters<typeof aiParts>): Ranker => claude(aiParts(...parts));

export function composeScore(place: Workplace, options: ScoreOptions): Score {
	const {repository, memory, project, target, stateFolder, root} = place;
	const {preferences, named} = options;
	const calendar = calendarOf(project);
	const environment = async () => ({...project.env, ...(await readEnvFile(root, project))});
	const secrets = () => Object.values(knownSecrets);
	let knownSecrets: Record<string, string> = {};
	const withSecrets = async () => {
		const values = await environment();
		// Short values ("1", "true") would blot out half of every log.
		knownSecrets = Object.fromEntries(Object.entries(values).filter(([, value]) => value.length >= 8));
		return values;
	};
	const runner = createRunner({clock, secrets});
	const releasesFolder = join(stateFolder, 'releases');
	const trusting = {trust: openTrustStore(), trustHash: place.trustHash};
	const live = async () => {
		const last = (await memory.history()).find((summary) => summary.outcome === 'promoted');
		return last?.commit !== undefined && isOid(last.commit) ? last.commit : undefined;
	};
	return {
		discovery: createDiscovery({
			repository,
			detectors,
			base: options.base ?? project.branches.base,
			dev: options.dev ?? project.branches.dev,
			live,
			groupEdits: () => memory.groupEdits(),
		}),
		selection: createSelection({
			repository,
			memory,
			ranker: options.ranker ?? rulesOnly('AI off: not asked'),
			tag: project.tag,
			salt: project.name,
			...(options.tryBuild ? {trial: {runner, project, releasesFolder, ...trusting}} : {}),
			anew: {
				runner,
				project,
				releasesFolder,
				trustHash: place.trustHash,
				network: Object.fromEntries(
					NETWORK_NAMES.flatMap((name) => (options.env?.[name] ? [[name, options.env[name]]] : [])),
				),
				trusted: async () => options.trust === place.trustHash || (await trusting.trust.isTrusted(place.trustHash)),
				mode: options.regenerate === false ? 'skip' : options.tryBuild ? 'make' : 'say',
			},
			detectors,
			recommending: {project, calendar, strategies: place.strategies, named, disk: () => diskOf(releasesFolder)},
			// By risk it is not known yet: then as long as the usual one.
			circumstances: () =>
				circumstances(place, named?.strategy ?? strategyNamed(place, 'canary'), clock, calendar.timeZone),
		}),
		staging: createStaging({
			repository,
			runner,
			...trusting,
			project,
			preferences,
			releasesFolder,
			...(named === undefined ? {} : {strategy: named.strategy.name}),
		}),
		testing: createTesting({
			runner,
			readers: suiteReaders,
			project,
			memory,
			...trusting,
			halves: {repository, releasesFolder},
		}),
		production: createProduction({
			...trusting,
			target,
			runner,
			project,
			preferences,
			judge,
			calendar,
			// Books of before strategies were chosen by risk name one from the beginning.
			strategyNamed: (name) => named?.strategy ?? strategyNamed(place, name ?? 'canary'),
			environment: withSecrets,
			prepare: async (commit, name, stand) => {
				const ports = {repository, runner, project, releasesFolder};
				const options = {commit, name, stage: 'production', keyPrefix: 'base.'} as const;
				return (await prepareRelease(ports, options, stand)).folder;
			},
		}),
		learning: createLearning({
			repository,
			memory,
			afterPromotion: project.afterPromotion,
			baseBranch: options.base ?? project.branches.base,
		}),
	};
}

/**
 * Keeps what serves, what served before, and the five newest others (the design's retention); removes the rest, and what
 * deployments that are closed left of making files anew.
 */
export async function pruneReleases(
	place: {readonly stateFolder: string} & {
		readonly target: Pick<Target, 'observe'>;
		readonly memory: Pick<MemoryKeeper, 'openDeployment'>;
	},
	keep = 5,
): Promise<void> {
	const folder = join(place.stateFolder, 'releases');
	await mkdir(folder, {recursive: true});
	const observed = await place.target.observe().catch(() => undefined);
	// Also when no gateway answers now: it will want to start again what served last.
	const last = (await servedReleases(place.stateFolder)).slice(-2).map((served) => served.folder);
	const used = new Set([...last, ...Object.values(observed?.slots ?? {}).map((slot) => slot.folder)]);
	const open = await place.memory.openDeployment();
	for (const name of await readdir(folder)) {
		const [, id] = /^(.+)-regenerated?(?:\.json)?$/.exec(name) ?? [];
		if (id !== undefined && id !== open) await rm(join(folder, name), {recursive: true, force: true});
	}
	const entries = await Promise.all(
		(await readdir(folder, {withFileTypes: true}))
			.filter((entry) => entry.isDirectory() && !entry.isSymbolicLink() && !entry.name.endsWith('-regenerate'))
			.map(async (entry) => ({path: join(folder, entry.name), at: (await stat(join(folder, entry.name))).mtimeMs})),
	);
	const old = entries.filter(({path}) => !used.has(path)).sort((a, b) => b.at - a.at);
	for (const {path} of old.slice(keep)) {
		await rm(path, {recursive: true, force: true});
		await rm(`${path}.json`, {force: true});
	}
}
