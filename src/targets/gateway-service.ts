// Room: targets. The gateway as a service: start it, stop it, ask how it is, and have the system start it after a reboot.

import {spawn} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync} from 'node:fs';
import {raise} from '../domain/fault/fault.ts';
import {type Safe, safe, safeLines} from '../domain/safe.ts';
import {
	allowedEnv,
	type GatewayReport,
	gatewayPaths,
	PROTOCOL,
	type SlotReport,
	WORKER_EXIT,
} from '../gateway/protocol.ts';
import {livingKeeper} from '../gateway/protocol-keeper.ts';
import type {Clock} from '../ports/clock.ts';
import {createGatewayClient} from './gateway-client.ts';
import {portOwner} from './port-owner.ts';

const START_MS = 15_000;
/** The keeper goes before the last of its gateway does. */
const LINGER_MS = 1500;
const LOG_LIMIT = 5_000_000;

export interface GatewayOptions {
	/** Absolute path of the repository's `.orchestra`. */
	readonly stateFolder: string;
	/** The front door, 0–65535; 0 takes a free one (for tests and previews). */
	readonly port: number;
	/** Default 127.0.0.1. */
	readonly host?: string;
	/** Absolute paths of the two programs. */
	readonly program: {readonly keeper: string; readonly gateway: string};
	/** The Node that runs them; default this one. */
	readonly execPath?: string;
	/** Milliseconds between health probes; default 1000. */
	readonly probeMs?: number;
	readonly clock: Clock;
}

/** Makes sure that a gateway answers. Faults: PORT_TAKEN, GATEWAY_UNREACHABLE, GATEWAY_OTHER_VERSION. */
export async function ensureGateway(options: GatewayOptions): Promise<void> {
	const {stateFolder, clock} = options;
	const host = options.host ?? '127.0.0.1';
	const client = createGatewayClient(stateFolder, clock);
	const card = gatewayPaths(stateFolder).keeper;
	const asked = clock.mono();
	for (;;) {
		const there = await client.hello();
		if (there !== undefined) {
			if (there.protocol !== PROTOCOL) raise('GATEWAY_OTHER_VERSION', {with: {theirs: there.protocol, ours: PROTOCOL}});
			return;
		}
		if (options.port === 0) break;
		const owner = await portOwner(host, options.port);
		if (owner === undefined) break;
		// A gateway of ours that is just being stopped, or started anew by its keeper, still holds the door for a moment.
		const patience = livingKeeper(card) === undefined ? LINGER_MS : START_MS;
		if (clock.mono() - asked > patience) raise('PORT_TAKEN', {with: {port: options.port, owner}});
		await clock.sleep(30);
	}
	const exited = startKeeper(options, host);
	const deadline = clock.mono() + START_MS;
	for (;;) {
		if ((await client.hello()) !== undefined) {
			// After a reboot the gateway is bringing the stable version back: it is waited for, so that nobody takes the
			// slot for empty.
			const {slots, stable} = await client.call('observe', {});
			if (slots[stable].state !== 'restarting' || clock.mono() > deadline) return;
		}
		if (exited.code !== undefined || clock.mono() > deadline)
			raise('GATEWAY_UNREACHABLE', {with: {socket: client.socket}, details: gatewayLog(stateFolder, 20)});
		await clock.sleep(30);
	}
}

function startKeeper(options: GatewayOptions, host: string): {code: number | undefined} {
	const paths = gatewayPaths(options.stateFolder);
	mkdirSync(paths.logs, {recursive: true, mode: 0o700});
	try {
		if (statSync(paths.gatewayLog).size > LOG_LIMIT) renameSync(paths.gatewayLog, `${paths.gatewayLog}.1`);
	} catch {}
	const log = openSync(paths.gatewayLog, 'a', 0o600);
	const exited: {code: number | undefined} = {code: undefined};
	try {
		const child = spawn(options.execPath ?? process.execPath, keeperArguments(options, host), {
			cwd: '/',
			detached: true,
			stdio: ['ignore', log, log],
			env: allowedEnv(process.env),
		});
		child.once('error', () => {
			exited.code = 127;
		});
		child.once('exit', (code) => {
			exited.code = code ?? 1;
		});
		child.unref();
	} finally {
		closeSync(log);
	}
	return exited;
}

function keeperArguments(options: Omit<GatewayOptions, 'clock'>, host: string): string[] {
	const {program, stateFolder, port, probeMs} = options;
	const flags = ['--gateway', program.gateway, '--state', stateFolder, '--host', host, '--port', String(port)];
	return [program.keeper, ...flags, ...(probeMs === undefined ? [] : ['--probe-ms', String(probeMs)])];
}

/** What `orchestra gateway status` shows, safe to draw. Undefined when none runs. Faults: GATEWAY_OTHER_VERSION. */
export async function gatewayStatus(stateFolder: string, clock: Clock): Promise<GatewayReport | undefined> {
	const client = createGatewayClient(stateFolder, clock);
	if ((await client.hello()) === undefined) return undefined;
	const {slots, note, ...seen} = await client.call('observe', {});
	const drawable = ({release, folder, ...slot}: SlotReport): SlotReport => ({
		...slot,
		...(release === undefined ? {} : {release: safe(release)}),
		...(folder === undefined ? {} : {folder: safe(folder)}),
	});
	return {
		...seen,
		slots: {blue: drawable(slots.blue), green: drawable(slots.green)},
		...(note === undefined ? {} : {note: safe(note)}),
	};
}

/**
 * Ends the gateway and its keeper; the slots are stopped, or keep running to be adopted by the next gateway.
 * False when none was running. Faults: GATEWAY_UNREACHABLE when it does not end.
 */
export async function stopGateway(stateFolder: string, keepSlots: boolean, clock: Clock): Promise<boolean> {
	const client = createGatewayClient(stateFolder, clock);
	const card = gatewayPaths(stateFolder).keeper;
	const there = await client.hello();
	if (there === undefined) return false;
	// It may end before its answer arrives; whether it ended is seen below.
	await client.call('shutdown', {slots: keepSlots ? 'keep' : 'stop'}).catch(() => undefined);
	const deadline = clock.mono() + 30_000;
	while (livingKeeper(card) !== undefined || isAlive(there.pid) || isAlive(there.keeper)) {
		if (clock.mono() > deadline) raise('GATEWAY_UNREACHABLE', {with: {socket: client.socket}});
		await clock.sleep(50);
	}
	return true;
}

function isAlive(pid: number): boolean {
	if (pid <= 1) return false;
	try {
		process.kill(pid, 0);
		return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
	} catch (error) {
		// Without /proc the signal's answer is all there is.
		return error instanceof Error && 'code' in error && error.code === 'ENOENT';
	}
}

/** The last lines of the gateway's own log. */
export function gatewayLog(stateFolder: string, lines: number): Safe[] {
	try {
		const text = readFileSync(gatewayPaths(stateFolder).gatewayLog, 'utf8').slice(-65_536).trimEnd();
		return text === '' ? [] : safeLines(text).slice(-lines);
	} catch {
		return [];
	}
}

/**
 * One word of a unit file: quoted, and with systemd's own `%` disarmed, and `$` where it has a meaning (commands).
 * Throws on control characters.
 */
function unitWord(text: string, kind: 'command' | 'value'): string {
	if (/\p{Cc}/u.test(text)) throw new TypeError(`cannot stand in a unit file: ${safe(text)}`);
	const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
	return `"${kind === 'command' ? escaped.replaceAll('$', '$$$$') : escaped}"`;
}

/**
 * The text of a systemd unit that keeps the gateway running across reboots. Pure.
 * @param options `path`: the PATH on which the applications' start commands find their programs.
 */
export function systemdUnit(
	options: Omit<GatewayOptions, 'clock'> & {readonly name: string; readonly path?: string},
): string {
	const words = [options.execPath ?? process.execPath, ...keeperArguments(options, options.host ?? '127.0.0.1')].map(
		(word) => unitWord(word, 'command'),
	);
	return `[Unit]
Description=Orchestra gateway of ${safe(options.name, 80).replaceAll('%', '%%')}
After=network.target

[Service]
Type=simple
ExecStart=${words.join(' ')}
${options.path === undefined ? '' : `Environment=${unitWord(`PATH=${options.path}`, 'value')}\n`}WorkingDirectory=/
UMask=0077
# Not after a stop on request (0), and not while another gateway serves this folder (${WORKER_EXIT.refused}).
Restart=on-failure
RestartPreventExitStatus=${WORKER_EXIT.refused}
RestartSec=1
# The applications' processes live on when only the gateway is restarted.
KillMode=process

[Install]
WantedBy=default.target
`;
}
