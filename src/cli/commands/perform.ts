// Room: cli. Opens or resumes a deployment, lets a face show it, and closes up after it: what deploy, abort and demo share.

import {stat} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {rememberServed, servedReleases} from '../../adapters/files/served.ts';
import {memoryFolder, memoryJournal} from '../../adapters/journal/memory-journal.ts';
import {foldAll} from '../../domain/deployment/fold.ts';
import type {DeploymentState} from '../../domain/deployment/state.ts';
import {raise} from '../../domain/fault/fault.ts';
import type {DeploymentId} from '../../domain/ids.ts';
import {summarise} from '../../domain/learning/summarise.ts';
import {EXIT} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import {type Conducting, conduct} from '../../engine/conduct.ts';
import type {Ending, LiveDeployment} from '../../engine/live.ts';
import {clock, composeScore, openWorkplace, pruneReleases, strategyNamed, type Workplace} from '../compose.ts';
import type {Face, Io} from '../io.ts';
import {guardSignals} from '../signals.ts';
import {damageLines} from './damage.ts';
import type {DeployOptions} from './deploy.ts';
import {showLines} from './faces.ts';

/** Puts a face in front of a running deployment and resolves with its end. */
export type Show = (live: LiveDeployment) => Promise<Ending>;

export async function planOrDeploy(io: Io, options: DeployOptions, face: Face, show: Show): Promise<Ending> {
	const place = await openWorkplace(io, {port: options.port, readOnly: options.plan ?? false});
	if (!options.plan && !place.configured) raise('CONFIG_MISSING');
	return perform(io, place, options, face, options.plan ? 'plan' : 'deploy', show);
}

/** `orchestra abort` when no process conducts the open deployment. */
export async function abortOpen(io: Io, place: Workplace, options: {json?: boolean | undefined}): Promise<Ending> {
	const face = options.json ? 'json' : 'lines';
	return perform(io, place, {yes: true}, face, 'abort', (live) => showLines(io, live, face));
}

export async function perform(
	io: Io,
	place: Workplace,
	options: DeployOptions,
	face: Face,
	purpose: Conducting['purpose'],
	show: Show,
): Promise<Ending> {
	const {memory, project} = place;
	const lock = purpose === 'plan' ? undefined : await place.locks.acquire();
	try {
		const preferences = await memory.preferences();
		const unshelved = purpose === 'plan' ? undefined : await memory.unshelved();
		// Whoever resumes or aborts hears how it ended; for everybody else its books are closed silently.
		const told = unshelved !== undefined && (options.resume || purpose === 'abort');
		if (unshelved && !told) await remember(place, foldAll((await memory.read(unshelved)) ?? []));
		const open = purpose === 'plan' ? undefined : told ? unshelved : await memory.openDeployment();
		if (open && purpose === 'deploy' && !options.resume) await refuse(place, open);
		if (!open && (options.resume || purpose === 'abort')) raise('NOTHING_OPEN');
		const id = open ?? (await memory.freshId(clock.now()));
		const before = open
			? ((await memory.read(open)) ?? []).find((event) => event.type === 'deployment.opened')
			: undefined;
		const strategy = strategyNamed(place, before?.type === 'deployment.opened' ? before.strategy : options.strategy);
		const {journal, folder} = lock
			? await memory.open(id, lock.fence)
			: {journal: memoryJournal(clock), folder: memoryFolder()};
		const who = safe(userInfo().username, 40);
		const live = conduct({
			score: composeScore(place, {strategy, preferences, base: options.base, dev: options.dev}),
			journal,
			folder,
			...(lock ? {lock} : {}),
			clock,
			opening: {
				type: 'deployment.opened',
				id,
				project: safe(project.name),
				base: safe(options.base ?? project.branches.base),
				dev: safe(options.dev ?? project.branches.dev ?? 'the current branch'),
				target: safe(project.target),
				strategy: strategy.name,
				steps: strategy.steps,
				face,
				by: who,
				planOnly: purpose === 'plan',
			},
			interactive: face === 'tui',
			flags: {
				yes: options.yes ?? purpose === 'plan',
				trustHash: place.trustHash,
				...(options.select === undefined ? {} : {select: options.select}),
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

/** Machine-local book-keeping, for a rollback without memory: what served. It must not keep the books from being closed. */
async function remember(place: Workplace, state: DeploymentState): Promise<void> {
	if (state.status === 'promoted' && state.id && state.version && state.commit) {
		const release = `${place.project.tag.replace('{version}', state.version)}+${state.commit.slice(0, 8)}`;
		const folder = join(place.stateFolder, 'releases', state.id);
		await rememberOld(place, state, release);
		await rememberServed(place.stateFolder, {release, folder, deployment: state.id}).catch(() => undefined);
	}
}

/** What this release took over from: of the very first deployment nothing else would know it when it is not warm any more. */
async function rememberOld(place: Workplace, state: DeploymentState, release: string): Promise<void> {
	const known = await servedReleases(place.stateFolder);
	for (const slot of Object.values(state.slots)) {
		if (slot === undefined || slot.release === release || known.some((one) => one.release === slot.release)) continue;
		const folder = join(place.stateFolder, 'releases', slot.release);
		const there = await stat(folder).catch(() => undefined);
		if (!there?.isDirectory()) continue;
		await rememberServed(place.stateFolder, {release: slot.release, folder, deployment: ''}).catch(() => undefined);
	}
}

async function refuse(place: Workplace, open: DeploymentId): Promise<never> {
	const state = foldAll((await place.memory.read(open)) ?? []);
	const stage = Object.entries(state.stages).findLast(([, s]) => s.status !== 'waiting')?.[0] ?? 'the start';
	const details = state.traffic
		? [`Traffic at its last word: blue ${state.traffic.weights.blue} %, green ${state.traffic.weights.green} %`]
		: [];
	return raise('OPEN_DEPLOYMENT', {with: {id: open, stage}, details});
}
