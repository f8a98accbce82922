// Room: gateway. The keeper: holds the listening socket of the front door without ever accepting, starts the gateway with
// it, and starts it again when it dies. While there is no gateway the kernel queues connections: nobody is refused.

import {spawn} from 'node:child_process';
import net from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {privateFolder} from './private-folder.ts';
import {gatewayPaths, WORKER_EXIT} from './protocol.ts';
import {removeKeeperCard, startTimeOf, writeKeeperCard} from './protocol-keeper.ts';

/** How long the gateway may take to say goodbye. */
const GOODBYE_MS = 15_000;
/** A gateway that lives shorter than this, several times in a row, is started again after a pause. */
const QUICK_MS = 1000;
const PAUSE_MS = 500;

process.umask(0o077);
const {values: args} = parseArgs({
	options: {
		gateway: {type: 'string', default: ''},
		state: {type: 'string', default: '/'},
		host: {type: 'string', default: '127.0.0.1'},
		port: {type: 'string', default: '0'},
		'probe-ms': {type: 'string', default: '1000'},
		/** A gateway that lost its keeper started this one: its pid, and the front door is file descriptor 3. */
		adopt: {type: 'string'},
	},
});
const say = (text: string) => process.stderr.write(`${new Date().toISOString()} keeper: ${text}\n`);

/** Binds and does not listen: the gateway listens, on the same socket, which stays open here when the gateway dies. */
function bindFrontDoor(): number {
	interface Handle {
		readonly fd: number;
		getsockname(out: {port?: number}): number;
	}
	// What node:cluster uses to share a socket. It is not in the type declarations, so its shape is written down here.
	const create = Reflect.get(net, '_createServerHandle') as (
		host: string,
		port: number,
		family: 4 | 6,
	) => Handle | number;
	const handle = create(args.host, Number(args.port), net.isIPv6(args.host) ? 6 : 4);
	const name: {port?: number} = {};
	if (typeof handle === 'number' || handle.getsockname(name) !== 0 || !name.port) {
		say(`port ${args.port} on ${args.host} cannot be bound`);
		process.exit(WORKER_EXIT.refused);
	}
	// A handle that nobody refers to is closed by the garbage collector.
	Reflect.set(globalThis, Symbol.for('orchestra.front-door'), handle);
	return handle.fd;
}

const frontDoor = args.adopt === undefined ? bindFrontDoor() : 3;
const {folder, keeper: card} = gatewayPaths(args.state);
privateFolder(folder);
writeKeeperCard(card);

let worker = Number(args.adopt ?? 0);
let leaving = false;
process.on('SIGHUP', () => {});
for (const name of ['SIGTERM', 'SIGINT'] as const)
	process.on(name, () => {
		leaving = true;
		tell('SIGTERM');
		setTimeout(() => tell('SIGKILL'), GOODBYE_MS).unref();
	});
function tell(name: NodeJS.Signals): void {
	try {
		if (worker > 0) process.kill(worker, name);
	} catch {}
}

/** Resolves with the exit code when the gateway has ended. */
function runGateway(): Promise<number> {
	const flags = ['--state', args.state, '--host', args.host, '--probe-ms', args['probe-ms']];
	const child = spawn(process.execPath, [args.gateway, ...flags, '--keeper', process.argv[1] ?? ''], {
		cwd: '/',
		stdio: ['ignore', 'inherit', 'inherit', frontDoor],
		// Compiled once, so that each start after the first costs half: that is the time nobody is served.
		env: {...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled')},
	});
	worker = child.pid ?? 0;
	return new Promise((resolve) => {
		child.once('error', () => resolve(1));
		child.once('exit', (code) => resolve(code ?? 1));
	});
}

if (args.adopt !== undefined) {
	say(`watching the gateway ${worker}`);
	const born = startTimeOf(worker);
	while (startTimeOf(worker) === born && born !== '') await sleep(100);
}
let exit: number = leaving ? WORKER_EXIT.done : 1;
for (let quick = 0; !leaving; ) {
	const began = performance.now();
	exit = await runGateway();
	if (exit === WORKER_EXIT.done || exit === WORKER_EXIT.refused) break;
	say(`the gateway died (${exit})`);
	quick = performance.now() - began < QUICK_MS ? quick + 1 : 0;
	// At once, unless it dies of its own start; and never so late that people notice.
	if (quick > 3 && !leaving) await sleep(PAUSE_MS);
}
removeKeeperCard(card);
process.exit(leaving ? WORKER_EXIT.done : exit);
