// Room: cli. Opens or resumes a deployment, lets a face show it, and closes up after it: what deploy, abort and demo share.

import {userInfo} from 'node:os';
import {join} from 'node:path';
import {rememberServed} from '../../adapters/files/served.ts';
import {memoryFolder, memoryJournal} from '../../adapters/journal/memory-journal.ts';
import {BY_RISK} from '../../domain/advice/choose-strategy.ts';
import type {Named} from '../../domain/advice/recommend.ts';
import {foldAll, INITIAL} from '../../domain/deployment/fold.ts';
import type {DeploymentState} from '../../domain/deployment/state.ts';
import {raise} from '../../domain/fault/fault.ts';
import {type DeploymentId, otherSlot} from '../../domain/ids.ts';
import {summarise} from '../../domain/learning/summarise.ts';
import {EXIT} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import {type Conducting, conduct} from '../../engine/conduct.ts';
import type {Ending, LiveDeployment} from '../../engine/live.ts';
import type {Ranker} from '../../ports/ranker.ts';
import type {Target} from '../../ports/target.ts';
import {
	clock,
	composeScore,
	openWorkplace,
	pruneReleases,
	rankerFor,
	strategyNamed,
	type Workplace,
} from '../compose.ts';
import type {Face, Io} from '../io.ts';
import {guardSignals} from '../signals.ts';
import {damageLines} from './damage.ts';
import type {DeployOptions} from './deploy.ts';
import {showLines} from './faces.ts';

/** In the journal, when nobody named the development branch. */
const CURRENT = 'the current branch';

const named = ({base, dev}: DeployOptions) => ({
	...(base === undefined ? {} : {base: safe(base)}),
	...(dev === undefined ? {} : {dev: safe(dev)}),
});

/** Puts a face in front of a running deployment and resolves with its end. */
export type Show = (live: LiveDeployment) => Promise<Ending>;

export async function planOrDeploy(io: Io, options: DeployOptions, face: Face, show: Show): Promise<Ending> {
	// The list would be made anew and asked about again: a flag answers once.
	if (options.select?.startsWith('group '))
		raise('USAGE', {with: {message: '--select says which features go; orchestra group says which there are'}});
	const place = await openWorkplace(io, {port: options.port, readOnly: options.plan ?? false});
	if (!options.plan && !place.configured) raise('CONFIG_MISSING');
	if (options.reason !== undefined && options.strategy === undefined)
		raise('USAGE', {with: {message: '--reason says why a strategy is named: it goes with --strategy'}});
	return perform(io, place, options, face, options.plan ? 'plan' : 'deploy', show);
}

/** `orchestra abort` when no process conducts the open deployment. */
export async function abortOpen(io: Io, place: Workplace, options: {json?: boolean | undefined}): Promise<Ending> {
	const face = options.json ? 'json' : 'lines';
	return perform(io, place, {}, face, 'abort', (live) => showLines(io, live, face));
}

export async function perform(
	io: Io,
	place: Workplace,
	options: DeployOptions & {readonly ranker?: Ranker},
	face: Face,
	purpose: Conducting['purpose'],
	show: Show,
): Promise<Ending> {
	const {memory, project, target} = place;
	const lock = purpose === 'plan' ? undefined : await place.locks.acquire(await fenceSeen(target));
	try {
		// A branch that was named and is not there is a slip of the pen, not a wish for the next best.
		if (options.base !== undefined && purpose !== 'abort') await place.repository.resolve(options.base);
		const preferences = await memory.preferences();
		const unshelved = purpose === 'plan' ? undefined : await memory.unshelved();
		// Whoever resumes or aborts hears how it ended; for everybody else its books are closed silently.
		const told = unshelved !== undefined && (options.resume || purpose === 'abort');
		if (unshelved && !told) await remember(place, foldAll((await memory.read(unshelved)) ?? []));
		const open = purpose === 'plan' ? undefined : told ? unshelved : await memory.openDeployment();
		if (open && purpose === 'deploy' && !options.resume) await refuse(place, open);
		if (!open && (options.resume || purpose === 'abort')) raise('NOTHING_OPEN');
		const id = open ?? (await memory.freshId(clock.now()));
		const before = open ? foldAll((await memory.read(open)) ?? []) : INITIAL;
		const wanted = namedStrategy(place, before, options, purpose);
		// What it was opened with, it goes on with: another base now would move another branch in the end.
		const branches = {
			base: options.base ?? (before.base || project.branches.base),
			dev: options.dev ?? (before.dev === CURRENT ? undefined : before.dev || project.branches.dev),
		};
		const {journal, folder} = lock
			? await memory.open(id, lock.fence, {mend: purpose === 'abort'})
			: {journal: memoryJournal(clock), folder: memoryFolder()};
		const mayAsk = face === 'tui' && purpose === 'deploy' && !options.yes && place.configured;
		const ranker = options.ranker ?? rankerFor(place, io.env, {mayAsk, trusted: options.trust});
		const who = safe(userInfo().username, 40);
		const live = conduct({
			score: composeScore(place, {
				...(wanted === undefined ? {} : {named: wanted}),
				preferences,
				...branches,
				ranker,
				tryBuild: purpose === 'deploy' && place.configured,
				regenerate: options.regenerate,
				trust: options.trust,
				env: io.env,
			}),
			journal,
			folder,
			...(lock ? {lock} : {}),
			clock,
			opening: {
				type: 'deployment.opened',
				id,
				project: safe(project.name),
				base: safe(branches.base),
				dev: safe(branches.dev ?? CURRENT),
				target: safe(project.target),
				strategy: wanted?.strategy.name ?? BY_RISK,
				...(wanted === undefined ? {} : openedWith(wanted)),
				face,
				by: who,
				planOnly: purpose === 'plan',
				...(options.base === undefined && options.dev === undefined ? {} : {named: named(options)}),
			},
			interactive: face === 'tui',
			flags: {
				yes: options.yes ?? purpose === 'plan',
				trustHash: place.trustHash,
				...(options.select === undefined ? {} : {select: options.select}),
				...(options.now === undefined ? {} : {now: options.now}),
				...(options.trust === undefined ? {} : {trust: options.trust}),
			},
			purpose,
			...(options.until === undefined ? {} : {until: options.until}),
			who,
			discard: () => memory.discard(id),
			archive: async (recorder) => {
				await remember(place, recorder.state());
				const summary = summarise(recorder.events());
				if (summary) await memory.archive(summary);
			},
		});
		const guard = guardSignals(live, io);
		const ending = await show(live).finally(guard.off);
		// After the face has gone: on its screen they would be lost.
		for (const line of [...place.warnings.map((text) => `! ${text}`), ...damageLines(memory.damage)]) io.err(line);
		if (purpose !== 'plan') await pruneReleases(place).catch(() => undefined);
		const terminated = ending.exit === EXIT.interrupted && guard.terminated();
		return terminated ? {...ending, exit: EXIT.terminated} : ending;
	} finally {
		await lock?.release();
	}
}

/** The highest fence the target knows: the file that counts them may have been lost. */
async function fenceSeen(target: Target): Promise<number> {
	return (await target.observe().catch(() => undefined))?.fence ?? 0;
}

/**
 * What somebody named: an earlier life of this deployment first, then the command line, then the project. Undefined: nobody
 * did, and it is chosen by risk. To take something back any strategy will do: one that is gone must not keep a deployment open.
 */
function namedStrategy(
	place: Workplace,
	before: DeploymentState,
	options: DeployOptions,
	purpose: Conducting['purpose'],
): Named | undefined {
	const find = (name: string) => {
		const known = purpose !== 'abort' || place.strategies.some((strategy) => strategy.name === name);
		return strategyNamed(place, known ? name : 'canary');
	};
	const {strategy, strategyNamed: by, chosen} = before;
	const own = place.project.strategy;
	const settled = chosen !== undefined || (strategy !== '' && strategy !== BY_RISK);
	if (settled && options.strategy !== undefined && options.strategy !== strategy)
		raise('USAGE', {with: {message: `the open deployment goes on with ${strategy}, not with ${options.strategy}`}});
	if (chosen) return {strategy: find(strategy), chosenBy: chosen.by, because: chosen.because};
	if (settled && by) return {strategy: find(strategy), chosenBy: by.by, ...(by.reason ? {reason: by.reason} : {})};
	if (settled)
		return {
			strategy: find(strategy),
			chosenBy: 'project',
			because: safe('it was opened with it by an earlier version of Orchestra, which chose none by risk'),
		};
	if (options.strategy !== undefined)
		return {
			strategy: find(options.strategy),
			chosenBy: 'person',
			...(options.reason === undefined ? {} : {reason: safe(options.reason, 200)}),
		};
	return own === undefined ? undefined : {strategy: find(own), chosenBy: 'project'};
}

/** What the books say of a strategy that was named. */
function openedWith({strategy, chosenBy, reason}: Named) {
	const said = reason === undefined ? {} : {reason: safe(reason, 200)};
	return {
		steps: strategy.steps,
		...(chosenBy === 'risk' ? {} : {strategyNamed: {by: chosenBy, ...said}}),
	} as const;
}

/** Machine-local book-keeping, for a rollback without memory: what served. It must not keep the books from being closed. */
async function remember(place: Workplace, state: DeploymentState): Promise<void> {
	const {id, version, commit, slots, traffic, status} = state;
	if (status !== 'promoted' || !id || !version || !commit) return;
	const {stateFolder, project} = place;
	const releases = join(stateFolder, 'releases');
	const kept = async (release: string, folder: string, deployment: string) =>
		rememberServed(stateFolder, {release, folder, deployment}).catch(() => undefined);
	const old = traffic && slots[otherSlot(traffic.stable)];
	// The base that was started to have something to go back to is in no other book.
	if (old?.state === 'warm' && old.release.startsWith('base+'))
		await kept(old.release, join(releases, old.release), '');
	const named = `${project.tag.replaceAll('{version}', () => version)}+${commit.slice(0, 8)}`;
	await kept((traffic && slots[traffic.stable]?.release) ?? named, join(releases, id), id);
}

async function refuse(place: Workplace, open: DeploymentId): Promise<never> {
	const state = foldAll((await place.memory.read(open)) ?? []);
	const stage = Object.entries(state.stages).findLast(([, s]) => s.status !== 'waiting')?.[0] ?? 'the start';
	const details = state.traffic
		? [`Traffic at its last word: blue ${state.traffic.weights.blue} %, green ${state.traffic.weights.green} %`]
		: [];
	return raise('OPEN_DEPLOYMENT', {with: {id: open, stage}, details});
}
