// Room: tests. A real gateway in a temporary folder, with the sample service to put into its slots; nothing is left running.

import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {get} from 'node:http';
import {join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {SlotName} from '../../src/domain/ids.ts';
import {folderHash, gatewayPaths} from '../../src/gateway/protocol.ts';
import {livingKeeper, startTimeOf} from '../../src/gateway/protocol-keeper.ts';
import type {Clock} from '../../src/ports/clock.ts';
import type {Observed, StartSlot, Target} from '../../src/ports/target.ts';
import type {GatewayOptions} from '../../src/targets/gateway-service.ts';
import {createLocalTarget} from '../../src/targets/local.ts';
import {afterwards} from './afterwards.ts';
import {tempFolder} from './temp.ts';

// The built programs: what users run, and what starts fast enough to be killed and timed. `npm test` builds first.
const DIST = resolve(import.meta.dirname, '../../dist');
export const SAMPLE_APP = `exec "${process.execPath}" "${resolve(import.meta.dirname, 'sample-app.mjs')}"`;
export const PROGRAM = {keeper: join(DIST, 'keeper.js'), gateway: join(DIST, 'gateway.js')};

export const realClock: Clock = {
	now: () => Date.now(),
	mono: () => performance.now(),
	sleep: (ms, signal) =>
		sleep(ms, undefined, signal === undefined ? {} : {signal}).catch((error: unknown) => {
			throw signal?.aborted ? signal.reason : error;
		}),
};

/** Every living process that carries a nonce of this state folder, or runs a gateway or keeper for it. */
export function leftovers(stateFolder: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return false;
				const env = readFileSync(`/proc/${pid}/environ`, 'latin1');
				const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
				return env.includes(`ORCHESTRA_SLOT=${folderHash(stateFolder)}.`) || command.includes(stateFolder);
			} catch {
				return false;
			}
		});
}

/** Ends everything of a state folder, the keeper first so that nothing is started again. */
export async function sweep(stateFolder: string): Promise<void> {
	for (let round = 0; round < 50; round++) {
		const keeper = livingKeeper(gatewayPaths(stateFolder).keeper);
		const left = leftovers(stateFolder);
		if (left.length === 0) return;
		for (const pid of [...(keeper === undefined ? [] : [keeper]), ...left]) {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {}
		}
		await sleep(20);
	}
}

export interface TestGateway {
	readonly target: Target;
	readonly stateFolder: string;
	readonly url: string;
	readonly port: number;
	/** The gateway worker's pid. */
	worker(): number;
	observed(): Promise<Observed>;
	/** Starts the sample service. */
	start(slot: SlotName, release: string, wish?: Partial<StartSlot>, signal?: AbortSignal): Promise<void>;
	route(blue: number, stable?: SlotName, wish?: {fence?: number; leaseSeconds?: number}): Promise<void>;
}

export function workerPid(stateFolder: string): number {
	const keeper = livingKeeper(gatewayPaths(stateFolder).keeper);
	const worker = leftovers(stateFolder).find(
		(pid) => pid !== keeper && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`${PROGRAM.gateway}\0--state`),
	);
	if (worker === undefined) throw new Error('no gateway runs');
	return worker;
}

/** @param options `port` 0 takes a free one. */
export async function testGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
	const stateFolder = options.stateFolder ?? join(tempFolder(), '.orchestra');
	afterwards(() => sweep(stateFolder));
	const target = createLocalTarget({port: 0, probeMs: 50, program: PROGRAM, clock: realClock, ...options, stateFolder});
	await target.ensure();
	const observed = async () => {
		const seen = await target.observe();
		if (seen === undefined) throw new Error('the gateway does not answer');
		return seen;
	};
	const {frontDoor} = await observed();
	return {
		target,
		stateFolder,
		url: frontDoor,
		port: Number(new URL(frontDoor).port),
		worker: () => workerPid(stateFolder),
		observed,
		async start(slot, release, wish = {}, signal) {
			const whole = {
				slot,
				release,
				folder: '/',
				command: SAMPLE_APP,
				env: {},
				healthPath: '/health',
				healthyWithin: 10,
				healthyInARow: 2,
				fence: 1,
				...wish,
			};
			await target.start(whole, signal);
		},
		route: (blue, stable = blue >= 50 ? 'blue' : 'green', wish = {}) =>
			target.route({weights: {blue, green: 100 - blue}, stable, fence: 1, leaseSeconds: 60, ...wish}),
	};
}

export const modeOf = (path: string) =>
	existsSync(path) ? execFileSync('stat', ['-c', '%a', path], {encoding: 'utf8'}).trim() : 'absent';

/** kill -9, and back when the kernel has done it: what is asked from then on is not under way at that instant. */
export function killNow(pid: number): void {
	process.kill(pid, 'SIGKILL');
	while (startTimeOf(pid) !== '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

/** GET on a connection of its own. */
export function freshGet(url: string): Promise<{status: number; text: string}> {
	return new Promise((resolve, reject) => {
		get(url, {agent: false}, (response) => {
			let text = '';
			response.on('data', (chunk) => {
				text += chunk;
			});
			response.on('end', () => resolve({status: response.statusCode ?? 0, text}));
		}).on('error', reject);
	});
}
