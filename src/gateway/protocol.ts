// Room: gateway. What the gateway and those who talk to it agree on: paths, verbs, shapes. Knows no socket and no process.

import {createHash} from 'node:crypto';
import {homedir, tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import type {SlotName} from '../domain/ids.ts';

/** Raised whenever an older client or gateway would misread the other. `hello` and `shutdown` never change. */
export const PROTOCOL = 1;
export const PROTOCOL_HEADER = 'x-orchestra-protocol';

/** Exit codes between the gateway worker and its keeper. */
export const WORKER_EXIT = {
	/** Ended on request: the keeper ends too. */
	done: 0,
	/** Another gateway owns this state folder, or the port is not ours: restarting cannot help. */
	refused: 75,
} as const;

/** The kernel's limit for a socket path is 108 bytes on Linux and 104 on macOS. */
const SOCKET_PATH_LIMIT = 100;

/** Short and the same for everyone who means the same folder. Also the first part of every slot's nonce. */
export function folderHash(stateFolder: string): string {
	return createHash('sha256').update(stateFolder).digest('hex').slice(0, 16);
}

/**
 * A place for a unix socket that belongs to a repository: inside its state folder when the path is short enough, else in
 * a 0700 folder of the user's, named by a hash. Never depends on XDG_RUNTIME_DIR: cron and ssh sessions differ in it,
 * and two callers that disagree about the path would not find each other.
 */
function socketPlace(stateFolder: string, name: string): {folder: string; socket: string} {
	const home = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
	const candidates = [
		join(stateFolder, 'gateway'),
		join(home, 'orchestra', folderHash(stateFolder)),
		join(tmpdir(), `orchestra-${userInfo().uid}-${folderHash(stateFolder)}`),
	];
	const fits = candidates.find((folder) => Buffer.byteLength(join(folder, name)) < SOCKET_PATH_LIMIT);
	const folder = fits ?? join('/tmp', `orchestra-${userInfo().uid}-${folderHash(stateFolder)}`);
	return {folder, socket: join(folder, name)};
}

export interface GatewayPaths {
	/** 0700; holds the state, the keeper's card and usually the socket. */
	readonly folder: string;
	readonly state: string;
	/** Who keeps the front door: `{pid, startTime}` of the keeper. */
	readonly keeper: string;
	readonly socketFolder: string;
	readonly socket: string;
	readonly logs: string;
	readonly gatewayLog: string;
	readonly slotLog: (slot: SlotName) => string;
}

/** @param stateFolder absolute path of the repository's `.orchestra`. */
export function gatewayPaths(stateFolder: string): GatewayPaths {
	const folder = join(stateFolder, 'gateway');
	const logs = join(stateFolder, 'logs');
	const place = socketPlace(stateFolder, 'admin.sock');
	return {
		folder,
		state: join(folder, 'state.json'),
		keeper: join(folder, 'keeper.json'),
		socketFolder: place.folder,
		socket: place.socket,
		logs,
		gatewayLog: join(logs, 'gateway.log'),
		slotLog: (slot) => join(logs, `${slot}.log`),
	};
}

/** What may pass from our own environment to the application: enough to run, nothing that is a secret of ours. */
const PASSED_ON =
	/^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TMPDIR|TZ|XDG_[A-Z_]+|SSL_CERT_FILE|SSL_CERT_DIR)$/;

export function allowedEnv(env: NodeJS.ProcessEnv): Record<string, string> {
	const passed = Object.entries(env).filter(
		(entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0]),
	);
	return Object.fromEntries(passed);
}

/** What runs in a slot. */
export interface SlotSpec {
	readonly release: string;
	/** Absolute; the working directory. */
	readonly folder: string;
	readonly command: string;
	readonly env: Readonly<Record<string, string>>;
	readonly healthPath: string;
	/** Seconds. */
	readonly healthyWithin: number;
	readonly healthyInARow: number;
}

export type SlotFailure = 'died' | 'never-healthy';

export interface SlotReport {
	readonly name: SlotName;
	readonly release?: string;
	/** Absolute; where the release lies. */
	readonly folder?: string;
	readonly state: 'empty' | 'starting' | 'healthy' | 'unhealthy' | 'restarting' | 'failed';
	readonly failure?: SlotFailure;
	readonly pid?: number;
	readonly port?: number;
	readonly inFlight: number;
	readonly websockets: number;
	readonly failedProbes: number;
	readonly lastExit?: number;
	/** Milliseconds since the epoch when it will be stopped, if it is only kept warm. */
	readonly warmUntil?: number;
	/** Everybody was on this release once: it may take over without being watched first. */
	readonly trusted?: boolean;
}

export interface GatewayReport {
	readonly protocol: number;
	readonly pid: number;
	readonly host: string;
	readonly port: number;
	readonly fence: number;
	readonly stable: SlotName;
	readonly weights: Readonly<Record<SlotName, number>>;
	readonly slots: Readonly<Record<SlotName, SlotReport>>;
	/** Milliseconds until the dead-man's rule acts; absent while it is not armed. */
	readonly leaseLeftMs?: number;
	/** Why the gateway last changed the weights by itself. */
	readonly note?: string;
}

export interface Hello {
	readonly protocol: number;
	readonly pid: number;
	readonly keeper: number;
	readonly port: number;
}

export const VERBS = [
	'hello',
	'observe',
	'start',
	'route',
	'renew',
	'drain',
	'stop',
	'keepWarm',
	'counts',
	'logs',
	'shutdown',
] as const;
export type Verb = (typeof VERBS)[number];

/** How a refusal travels: a code of the catalogue and the values for its holes. */
export interface Refusal {
	readonly code: string;
	readonly with: Readonly<Record<string, string | number>>;
}
