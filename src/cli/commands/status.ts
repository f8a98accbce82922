// Room: cli. `orchestra status`: the active deployment, or the last one, read from its journal by any terminal at any time.
// It holds no write port: looking changes nothing.

import {type FSWatcher, watch} from 'node:fs';
import {join} from 'node:path';
import {readJournal} from '../../adapters/journal/jsonl-journal.ts';
import {fold, foldAll, INITIAL} from '../../domain/deployment/fold.ts';
import type {DeploymentState} from '../../domain/deployment/state.ts';
import {type DeploymentId, SLOTS} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import {jsonLine, statusRecord} from '../../headless/jsonl.ts';
import {statusLines} from '../../headless/status.ts';
import type {Holder} from '../../ports/lock.ts';
import type {Observed} from '../../ports/target.ts';
import {isClosed} from '../../report/plain-words.ts';
import {clock, openWorkplace, type Workplace} from '../compose.ts';
import type {Io} from '../io.ts';

export interface StatusOptions {
	readonly monitor?: boolean;
	/** Seconds between looks when the file system does not tell; 1–3600. */
	readonly interval?: number;
	readonly json?: boolean;
}

interface Seen {
	/** The fold; of a closed deployment with the traffic as the target says it is now. */
	readonly state: DeploymentState;
	readonly holder: Holder | undefined;
}

async function newest(place: Workplace): Promise<DeploymentId | undefined> {
	const {memory} = place;
	return (await memory.openDeployment()) ?? (await memory.unshelved()) ?? (await memory.history())[0]?.id;
}

async function look(place: Workplace): Promise<Seen> {
	const id = await newest(place);
	const state = id ? foldAll((await place.memory.read(id)) ?? []) : INITIAL;
	const observed = isClosed(state) ? await place.target.observe().catch(() => undefined) : undefined;
	return {state: observed ? withTraffic(state, observed) : state, holder: await place.locks.holder()};
}

/** A closed log does not know of a rollback by hand: whoever asks for the status means now. */
function withTraffic(state: DeploymentState, {weights, stable, slots}: Observed): DeploymentState {
	const seen = SLOTS.flatMap((slot) => {
		const {release, state: now} = slots[slot];
		return release === undefined ? [] : [[slot, {release, state: now}] as const];
	});
	return {...state, slots: Object.fromEntries(seen), traffic: {...state.traffic, weights, stable}};
}

export async function statusCommand(io: Io, options: StatusOptions): Promise<ExitCode> {
	const place = await openWorkplace(io, {readOnly: true, tolerant: true});
	if (options.monitor && io.interactive && !options.json) return monitor(place, (options.interval ?? 5) * 1000);
	const seen = await look(place);
	const observed = await place.target.observe().catch(() => undefined);
	if (options.json) {
		const running = seen.holder !== undefined;
		io.write(jsonLine({...statusRecord(seen.state, running, seen.holder), serving: observed ?? null}));
	} else
		for (const line of statusLines(seen.state, {
			running: seen.holder !== undefined,
			holder: seen.holder,
			...(isClosed(seen.state) && seen.state.traffic ? {serving: observed !== undefined} : {}),
		}))
			io.out(line);
	const folder = seen.state.id && (await place.memory.folderOf(seen.state.id));
	const {damagedAt} = folder ? await readJournal(join(folder, 'journal.jsonl')) : {damagedAt: undefined};
	if (damagedAt !== undefined) {
		io.err(
			`! The journal is damaged in the middle: nothing is known from record ${damagedAt} on. Close it with: orchestra abort`,
		);
	}
	if (options.monitor) await follow(io, place, options, seen);
	return EXIT.ok;
}

/** Without a terminal: one line (or one JSON Line) per new record, until the deployment closes. */
async function follow(io: Io, place: Workplace, options: StatusOptions, first: Seen): Promise<void> {
	const {describe} = await import('../../domain/deployment/describe.ts');
	let {id, lastSeq: seq} = first.state;
	for (let running = true; running; ) {
		running = (await place.locks.holder()) !== undefined;
		if (running) await clock.sleep(Math.min(1000, (options.interval ?? 5) * 1000));
		// Looked at once more after the end: the last records are what one waits for.
		const now = await newest(place);
		if (now !== id) [id, seq] = [now, 0];
		for (const event of (id && (await place.memory.read(id))) || []) {
			if (event.seq <= seq) continue;
			seq = event.seq;
			const line = describe(event);
			if (options.json) io.write(jsonLine(event));
			else if (line) io.out(`${event.utc} ${line.text}`);
		}
	}
}

async function monitor(place: Workplace, intervalMs: number): Promise<ExitCode> {
	const {runMonitor} = await import('../../tui/monitor.tsx');
	let seen = await look(place);
	const listeners = new Set<() => void>();
	let busy = false;
	const refresh = async () => {
		if (busy) return;
		busy = true;
		try {
			seen = await update(place, seen);
			for (const listener of listeners) listener();
		} finally {
			busy = false;
		}
	};
	const timer = setInterval(() => void refresh(), intervalMs);
	// The journal tells at once; the interval is for what has no file to watch (a process that died, another file system).
	const watcher = watched(join(place.root, 'deployment_memory'), () => void refresh());
	try {
		await runMonitor({
			state: () => seen.state,
			holder: () => seen.holder,
			subscribe: (listener) => {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
		});
	} finally {
		clearInterval(timer);
		watcher?.close();
	}
	return EXIT.ok;
}

/** Undefined where there is no memory yet: then the interval alone has to do. */
function watched(folder: string, changed: () => void): FSWatcher | undefined {
	try {
		return watch(folder, {recursive: true}, changed).on('error', () => undefined);
	} catch {
		return undefined;
	}
}

/** Folds only what is new while the same deployment is followed. */
async function update(place: Workplace, seen: Seen): Promise<Seen> {
	const id = await newest(place);
	const holder = await place.locks.holder();
	if (!id) return {state: INITIAL, holder};
	const folder = await place.memory.folderOf(id);
	if (folder === undefined || id !== seen.state.id) return look(place);
	const {events} = await readJournal(join(folder, 'journal.jsonl'));
	const fresh = events.slice(seen.state.lastSeq);
	return {state: fresh.reduce(fold, seen.state), holder};
}
