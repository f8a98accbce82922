// Room: gateway. A lane: what the running gateway knows of one slot beyond the durable table: its connections, its traffic, its probes.

import type {Duplex} from 'node:stream';
import {Pool} from 'undici';
import type {SlotName} from '../domain/ids.ts';
import {type Counter, createCounter} from './counters.ts';
import {headerText} from './headers.ts';

export interface Lane {
	readonly name: SlotName;
	readonly counter: Counter;
	readonly sockets: Set<Duplex>;
	inFlight: number;
	/** Its process was healthy at least once since it started, and has not died: it may get requests. */
	serving: boolean;
	failedProbes: number;
	pool: Pool | undefined;
	port: number;
	/** The response headers that say who answered. */
	marks: readonly string[];
	/** Rises with each process of the slot, so that what belongs to an earlier one can be told apart. */
	generation: number;
	/** Something is odd (refused, reset): look at once whether the process lives. */
	suspect: () => void;
}

export function createLane(name: SlotName): Lane {
	return {
		name,
		counter: createCounter(),
		sockets: new Set(),
		inFlight: 0,
		serving: false,
		failedProbes: 0,
		pool: undefined,
		port: 0,
		marks: [],
		generation: 0,
		suspect: () => {},
	};
}

/** Points the lane at a new process. Requests under way to the earlier one may finish. */
export function connectLane(lane: Lane, port: number, release: string): void {
	closeLane(lane);
	lane.port = port;
	lane.marks = ['x-orchestra-slot', lane.name, 'x-orchestra-release', headerText(release)];
	lane.pool = new Pool(`http://127.0.0.1:${port}`, {
		// A slow answer is the application's business: nothing of ours cuts a request that is under way.
		headersTimeout: 0,
		bodyTimeout: 0,
		connectTimeout: 5000,
		pipelining: 1,
		// Shorter than any server's idle limit in use (the shortest known is 2 s), so that no request is written to a
		// connection that the application is just closing.
		keepAliveTimeout: 1500,
		keepAliveMaxTimeout: 1500,
	});
}

export function closeLane(lane: Lane): void {
	const old = lane.pool;
	lane.serving = false;
	lane.pool = undefined;
	lane.port = 0;
	old?.close().catch(() => {});
}
