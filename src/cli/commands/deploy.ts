// Room: cli. `orchestra deploy`: opens or resumes a deployment, puts a face in front of it, and closes up after it.

import {userInfo} from 'node:os';
import {basename, join} from 'node:path';
import {rememberServed} from '../../adapters/files/served.ts';
import {memoryFolder, memoryJournal} from '../../adapters/journal/memory-journal.ts';
import {foldAll} from '../../domain/deployment/fold.ts';
import type {DeploymentState} from '../../domain/deployment/state.ts';
import {raise} from '../../domain/fault/fault.ts';
import type {DeploymentId, StageName} from '../../domain/ids.ts';
import {summarise} from '../../domain/learning/summarise.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {safe} from '../../domain/safe.ts';
import {type Conducting, conduct} from '../../engine/conduct.ts';
import type {Ending, LiveDeployment} from '../../engine/live.ts';
import {clock, composeScore, openWorkplace, pruneReleases, strategyNamed, type Workplace} from '../compose.ts';
import {type Face, faceOf, type Io} from '../io.ts';
import {guardSignals} from '../signals.ts';
import {damageLines} from './damage.ts';

export interface DeployOptions {
	readonly plan?: boolean;
	readonly until?: StageName;
	readonly select?: string;
	readonly strategy?: string;
	readonly base?: string;
	readonly dev?: string;
	readonly yes?: boolean;
	readonly json?: boolean;
	readonly plain?: boolean;
	readonly trust?: string;
	readonly resume?: boolean;
	readonly port?: number;
}

export async function deployCommand(io: Io, options: DeployOptions): Promise<ExitCode> {
	const face = faceOf(io, {json: options.json, plain: options.plain || (options.plan && !io.interactive)});
	const painted = face === 'tui' && (await import('../../tui/first-paint.ts'));
	if (painted) io.write(painted.firstPaint(io.width, basename(io.cwd), io.colour));
	try {
		const place = await openWorkplace(io, {port: options.port, readOnly: options.plan ?? false});
		if (options.plan) return (await perform(io, place, options, face, 'plan')).exit;
		if (!place.configured) raise('CONFIG_MISSING');
		return (await perform(io, place, options, face, 'deploy')).exit;
	} catch (thrown) {
		// What went wrong before the screens began must be read on the normal screen.
		if (painted) io.write(painted.unpaint());
		throw thrown;
	}
}

/** `orchestra abort` when no process conducts the open deployment. */
export async function abortOpen(io: Io, place: Workplace, options: {json?: boolean | undefined}): Promise<Ending> {
	return perform(io, place, {yes: true}, options.json ? 'json' : 'lines', 'abort');
}

export async function perform(
	io: Io,
	place: Workplace,
	options: DeployOptions,
	face: Face,
	purpose: Conducting['purpose'],
	/** Sees the running deployment before its face does: the demo sends traffic from here. */
	onLive?: (live: LiveDeployment) => void,
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
		for (const warning of place.warnings) io.err(`! ${warning}`);
		onLive?.(live);
		const guard = guardSignals(live, io);
		const ending = await show(io, live, face).finally(guard.off);
		for (const line of damageLines(memory.damage)) io.err(line);
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
		await rememberServed(place.stateFolder, {release, folder, deployment: state.id}).catch(() => undefined);
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

/** The faces are loaded only when they are used: none of them is free. */
async function show(io: Io, live: LiveDeployment, face: Face): Promise<Ending> {
	const lines = {out: io.write, err: io.writeErr, width: io.width, colour: io.colour};
	if (face === 'json') return (await import('../../headless/jsonl.ts')).runJson(live, lines);
	if (face === 'lines') return (await import('../../headless/lines.ts')).runLines(live, lines);
	const {exitSummary} = await import('../../headless/summary.ts');
	const {runTui} = await import('../../tui/app.tsx');
	let ended = false;
	void live.ended.then(() => {
		ended = true;
	});
	const ending = await runTui(live, {farewell: exitSummary});
	// The person left while the engine was still on its way to a safe point: nothing may keep the process.
	if (!ended) io.leaveNow(ending.exit);
	return ending;
}
