// Room: gateway. The life of the slots' processes: start, probe, restart with backoff, adopt after a restart of ours, stop.
// Knows no HTTP of the front door.

import {randomBytes} from 'node:crypto';
import {constants} from 'node:os';
import {setTimeout as sleep} from 'node:timers/promises';
import type {SlotName} from '../domain/ids.ts';
import {closeLane, connectLane, type Lane} from './lane.ts';
import {endProcesses, freePort, launch} from './launch.ts';
import {probe} from './probe.ts';
import {bootId, isSameProcess} from './process-table.ts';
import type {SlotFailure, SlotReport, SlotSpec} from './protocol.ts';
import {startTimeOf} from './protocol-keeper.ts';
import {refuse} from './refusal.ts';
import {backToStable, fenced, type ProcessCard, type SlotRecord, type Table, withSlot} from './state.ts';

/** SIGTERM to SIGKILL. */
const GRACE_MS = 10_000;
const BACKOFF_MS = [200, 500, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A process that lived this long starts the backoff from its beginning. */
const STEADY_MS = 60_000;
/** While a slot comes up somebody waits for it: it is asked this often, in milliseconds, until it is healthy or has failed. */
const STARTING_PROBE_MS = 250;
/** As long as nothing has answered yet, an answer costs next to nothing to ask for. */
const SILENT_PROBE_MS = 100;
/** Failed probes in a row from which a slot calls itself unhealthy. It keeps its traffic: the conductor decides. */
const UNHEALTHY_FROM = 3;

export interface Slots {
	start(slot: SlotName, spec: SlotSpec, fence: number): Promise<void>;
	stop(slot: SlotName, fence: number): Promise<void>;
	/** Ends the processes and keeps the record, for a gateway that is going to be stopped. */
	end(slot: SlotName): Promise<void>;
	report(slot: SlotName): SlotReport;
	/** Takes over what an earlier gateway left. Call once, before the first request. */
	recover(): void;
	/** Stops watching; the processes stay. */
	release(): void;
}

export interface SlotsOptions {
	readonly table: Table;
	readonly lanes: Readonly<Record<SlotName, Lane>>;
	readonly logFile: (slot: SlotName) => string;
	/** First part of every nonce. */
	readonly hash: string;
	readonly probeMs: number;
	readonly say: (text: string) => void;
}

function sameSpec(a: SlotSpec, b: SlotSpec): boolean {
	const text = (spec: SlotSpec) =>
		JSON.stringify([spec.release, spec.folder, spec.command, spec.healthPath, Object.entries(spec.env).sort()]);
	return text(a) === text(b);
}

export function createSlots({table, lanes, logFile, hash, probeMs, say}: SlotsOptions): Slots {
	const busy: Record<SlotName, Promise<unknown>> = {blue: Promise.resolve(), green: Promise.resolve()};
	const crashes: Record<SlotName, number> = {blue: 0, green: 0};
	let released = false;

	/** One effect at a time per slot: a stop waits for a start that is being written, and the other way round. */
	const inTurn = <T>(slot: SlotName, work: () => Promise<T>): Promise<T> => {
		const done = busy[slot].then(work);
		busy[slot] = done.catch(() => {});
		return done;
	};
	const background = (work: Promise<unknown>) => {
		work.catch((error: unknown) => say(`could not go on: ${error instanceof Error ? error.message : String(error)}`));
	};
	const lives = (record: SlotRecord | null): record is SlotRecord & {process: ProcessCard} =>
		record?.process != null && isSameProcess(record.process, record.nonce);

	/** Starts the process of a record that has none. */
	async function run(slot: SlotName): Promise<void> {
		const record = table.get().slots[slot];
		if (record === null || released) return;
		const lane = lanes[slot];
		const generation = ++lane.generation;
		const port = await freePort();
		const nonce = `${hash}.${randomBytes(8).toString('hex')}`;
		// The nonce is on disk before the process exists, so that a kill in between leaves nothing that cannot be found.
		await table.record((state) => withSlot(state, slot, {nonce, process: null}));
		const child = launch(record.spec, {port, nonce, log: logFile(slot)});
		const died = (exit: number) => background(inTurn(slot, () => onDeath(slot, generation, exit)));
		child.once('error', (error) => {
			say(`${slot}: ${error.message}`);
			died(127);
		});
		if (child.pid === undefined) return;
		child.once('exit', (code, name) => died(code ?? 128 + (name === null ? 0 : constants.signals[name])));
		const card = {pid: child.pid, startTime: startTimeOf(child.pid), boot: bootId, port};
		child.unref();
		connectLane(lane, port, record.spec.release);
		await table.record((state) => withSlot(state, slot, {process: card}));
		say(`${slot}: started ${record.spec.release} (pid ${child.pid}, port ${port})`);
		background(watch(slot, generation, true));
	}

	/** Probes until this process is replaced or gone. `ours`: our own child, whose end and exit code the kernel tells us. */
	async function watch(slot: SlotName, generation: number, ours: boolean): Promise<void> {
		const lane = lanes[slot];
		const began = performance.now();
		let passes = 0;
		let wake = () => {};
		lane.suspect = () => wake();
		const current = () => lane.generation === generation && !released;
		while (current()) {
			const record = table.get().slots[slot];
			if (record?.process == null) return;
			const passed = await probe(record.process.port, record.spec.healthPath);
			if (!current()) return;
			passes = passed ? passes + 1 : 0;
			lane.failedProbes = passed ? 0 : lane.failedProbes + 1;
			if (!passed && !ours && !isSameProcess(record.process, record.nonce)) {
				await inTurn(slot, () => onDeath(slot, generation, undefined));
				return;
			}
			if (record.phase === 'starting') {
				if (passes >= record.spec.healthyInARow) {
					await table.record((state) => withSlot(state, slot, {phase: 'up'}));
					say(`${slot}: healthy`);
					if (current()) lane.serving = true;
				} else if (performance.now() - began > record.spec.healthyWithin * 1000) {
					say(`${slot}: not healthy within ${record.spec.healthyWithin} s`);
					await inTurn(slot, () => fail(slot, generation, 'never-healthy', undefined));
					return;
				}
			} else if (passed && !lane.serving) {
				lane.serving = true;
				say(`${slot}: healthy again`);
			}
			if (performance.now() - began > STEADY_MS) crashes[slot] = 0;
			const pause = lane.serving ? probeMs : Math.min(probeMs, passed ? STARTING_PROBE_MS : SILENT_PROBE_MS);
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, pause);
				wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	async function onDeath(slot: SlotName, generation: number, exit: number | undefined): Promise<void> {
		const lane = lanes[slot];
		if (lane.generation !== generation || released) return;
		const record = table.get().slots[slot];
		if (record === null) return;
		say(`${slot}: ${record.spec.release} ended by itself (exit ${exit ?? 'unknown'})`);
		if (record.phase !== 'up') return fail(slot, generation, 'died', exit);
		lane.generation++;
		lane.failedProbes++;
		closeLane(lane);
		await endProcesses(record.process, record.nonce, 0);
		await table.record((state) =>
			withSlot(state, slot, {process: null, ...(exit === undefined ? {} : {lastExit: exit})}),
		);
		const pause = BACKOFF_MS[Math.min(crashes[slot]++, BACKOFF_MS.length - 1)] ?? 0;
		const waiting = lane.generation;
		background(
			sleep(pause).then(() =>
				inTurn(slot, async () => {
					if (lane.generation === waiting) await run(slot);
				}),
			),
		);
	}

	/** A slot that never got healthy: its processes are ended, its record stays to say why. */
	async function fail(slot: SlotName, generation: number, failure: SlotFailure, exit: number | undefined) {
		const lane = lanes[slot];
		if (lane.generation !== generation) return;
		lane.generation++;
		closeLane(lane);
		const record = table.get().slots[slot];
		const lastExit = exit === undefined ? {} : {lastExit: exit};
		// Said first: whoever waits for the slot need not wait for its processes to end.
		await table.record((state) => withSlot(state, slot, {phase: 'failed', failure, ...lastExit}));
		await endProcesses(record?.process ?? null, record?.nonce ?? '', failure === 'died' ? 0 : GRACE_MS);
		await table.record((state) => withSlot(state, slot, {process: null}));
	}

	async function end(slot: SlotName): Promise<void> {
		const lane = lanes[slot];
		const record = table.get().slots[slot];
		lane.generation++;
		lane.serving = false;
		if (record !== null) await endProcesses(record.process, record.nonce, GRACE_MS);
		closeLane(lane);
		// The application closed its WebSockets when it was asked to end; what is left leads nowhere.
		for (const socket of lane.sockets) socket.destroy();
	}

	return {
		start: (slot, spec, fence) =>
			inTurn(slot, async () => {
				const before = await table.change((state) => fenced(state, fence));
				const old = before.slots[slot];
				const same = old !== null && sameSpec(old.spec, spec) && old.phase !== 'failed';
				if (!same && lanes[slot].serving && before.weights[slot] > 0)
					refuse('SLOT_HAS_TRAFFIC', {slot, weight: before.weights[slot]});
				if (same && lives(old)) return;
				await end(slot);
				crashes[slot] = 0;
				lanes[slot].failedProbes = 0;
				await table.change((state) => ({
					...fenced(state, fence),
					slots: {...state.slots, [slot]: {spec, nonce: '', process: null, phase: 'starting', trusted: false}},
				}));
				await run(slot);
			}),
		stop: (slot, fence) =>
			inTurn(slot, async () => {
				const state = await table.change((now) => fenced(now, fence));
				if (state.slots[slot] === null) return;
				if (state.weights[slot] > 0 && state.slots[slot].phase === 'up')
					refuse('SLOT_HAS_TRAFFIC', {slot, weight: state.weights[slot]});
				await end(slot);
				await table.record((now) => withSlot(now, slot, null));
				say(`${slot}: stopped`);
			}),
		end: (slot) =>
			inTurn(slot, async () => {
				await end(slot);
				await table.record((now) => withSlot(now, slot, now.slots[slot]?.phase === 'up' ? {process: null} : null));
			}),
		report(slot) {
			const state = table.get();
			const record = state.slots[slot];
			const lane = lanes[slot];
			const traffic = {
				name: slot,
				inFlight: lane.inFlight,
				websockets: lane.sockets.size,
				failedProbes: lane.failedProbes,
			};
			if (record === null) return {...traffic, state: 'empty'};
			const settled =
				record.phase !== 'up'
					? record.phase
					: !lane.serving
						? 'restarting'
						: lane.failedProbes >= UNHEALTHY_FROM
							? 'unhealthy'
							: 'healthy';
			return {
				...traffic,
				state: settled,
				release: record.spec.release,
				folder: record.spec.folder,
				...(record.failure === undefined ? {} : {failure: record.failure}),
				...(record.process === null ? {} : {pid: record.process.pid, port: record.process.port}),
				...(record.lastExit === undefined ? {} : {lastExit: record.lastExit}),
				...(record.trusted ? {trusted: true} : {}),
				...(record.warmUntil === undefined ? {} : {warmUntil: record.warmUntil}),
			};
		},
		recover() {
			const found = table.get();
			let next = found;
			const afterwards: (() => Promise<void>)[] = [];
			for (const slot of ['blue', 'green'] as const) {
				const record = found.slots[slot];
				if (record === null) continue;
				const lane = lanes[slot];
				if (record.process !== null && isSameProcess(record.process, record.nonce)) {
					connectLane(lane, record.process.port, record.spec.release);
					// What was healthy is believed until a probe says otherwise: nobody is refused meanwhile.
					lane.serving = record.phase === 'up';
					const generation = ++lane.generation;
					say(`${slot}: adopted ${record.spec.release} (pid ${record.process.pid})`);
					afterwards.push(() => watch(slot, generation, false));
					continue;
				}
				const sweep = () => endProcesses(record.process, record.nonce, 0);
				if (slot === found.stable && record.phase === 'up') {
					next = withSlot(next, slot, {process: null});
					afterwards.push(() =>
						inTurn(slot, async () => {
							await sweep();
							await run(slot);
						}),
					);
				} else if (record.warmUntil !== undefined) {
					next = withSlot(next, slot, null);
					afterwards.push(sweep);
				} else {
					// A canary whose process died with nobody watching is not trusted a second time.
					next = withSlot(next, slot, {process: null, phase: 'failed', failure: record.failure ?? 'died'});
					if (found.weights[slot] > 0 && slot !== found.stable)
						next = backToStable(next, `${slot} was dead when the gateway came back`);
					afterwards.push(sweep);
				}
			}
			if (next.note !== found.note && next.note !== undefined) say(`all traffic to ${next.stable}: ${next.note}`);
			background(table.record(() => next).then(() => Promise.all(afterwards.map((work) => work()))));
		},
		release() {
			released = true;
		},
	};
}
