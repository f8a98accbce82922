// Room: gateway. The worker: wires the front door, the slots and the admin API. Started by the keeper, which hands it the
// listening socket as file descriptor 3 and starts it again when it dies.

import {spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createServer as createHttpServer} from 'node:http';
import {flushCompileCache} from 'node:module';
import {createServer as createLock} from 'node:net';
import {parseArgs} from 'node:util';
import {listenAdmin} from './admin.ts';
import {createChooser} from './choose.ts';
import {createControl} from './control.ts';
import {createLane} from './lane.ts';
import {privateFolder} from './private-folder.ts';
import {processesWithNonce, signal} from './process-table.ts';
import {allowedEnv, folderHash, gatewayPaths, WORKER_EXIT} from './protocol.ts';
import {createProxy} from './proxy.ts';
import {createSlots} from './slots.ts';
import {createTable, loadState} from './state.ts';
import {createUpgrade, isWebSocket} from './upgrade.ts';

const FRONT_DOOR_FD = 3;
/** How long requests under way may take when the gateway itself is asked to end. */
const GOODBYE_MS = 10_000;

process.umask(0o077);
const {values: args} = parseArgs({
	options: {
		state: {type: 'string'},
		host: {type: 'string', default: '127.0.0.1'},
		keeper: {type: 'string', default: ''},
		'probe-ms': {type: 'string', default: '1000'},
	},
});
const stateFolder = args.state ?? '/';
const paths = gatewayPaths(stateFolder);
const hash = folderHash(stateFolder);
const say = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);

function refused(why: string): never {
	say(`not starting: ${why}`);
	process.exit(WORKER_EXIT.refused);
}

process.on('uncaughtException', (error) => {
	// State is on disk and the keeper starts us again at once: better than going on in a state nobody thought of.
	say(`died of ${error.stack ?? error.message}`);
	process.exit(1);
});

/** One gateway per state folder, owned by the kernel (Linux): two keepers started at once cannot both serve it. */
async function lockFolder(): Promise<void> {
	if (process.platform !== 'linux') return;
	const lock = createLock((socket) => socket.destroy()).listen(`\0orchestra-gateway-${process.getuid?.()}-${hash}`);
	lock.unref();
	await once(lock, 'listening').catch(() => refused('another gateway owns this folder'));
}

for (const folder of [paths.folder, paths.logs, paths.socketFolder]) privateFolder(folder);
await lockFolder();

const lanes = {blue: createLane('blue'), green: createLane('green')};
const server = createHttpServer({
	keepAliveTimeout: 65_000,
	headersTimeout: 60_000,
	// A slow upload is under way as much as a slow answer is.
	requestTimeout: 0,
	insecureHTTPParser: false,
	requireHostHeader: true,
	// Other upgrades (h2c) are answered as if they had not been asked for, as HTTP allows.
	shouldUpgradeCallback: isWebSocket,
});
server.listen({fd: FRONT_DOOR_FD});
await once(server, 'listening').catch((error: Error) => refused(error.message));
// Everything up to the first `await` below runs before the first connection is accepted.
const address = server.address();
const {state: found, damaged} = loadState(paths.state, Date.now());
if (damaged !== undefined) say(`the state could not be read and was set aside as ${damaged}`);
const port = typeof address === 'object' && address !== null ? address.port : found.port;
const table = createTable(paths.state, {...found, port}, say);
const slots = createSlots({
	table,
	lanes,
	logFile: paths.slotLog,
	hash,
	probeMs: Number(args['probe-ms']),
	say,
});
const chooser = createChooser(table.get, lanes, Math.random);
const upgrade = createUpgrade(chooser);
server.on('request', createProxy(chooser));
server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, false));
server.on('clientError', (_error, socket) => {
	if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
});
slots.recover();

// Processes of this folder that no record knows: left by a kill between two writes.
const known = new Set(Object.values(table.get().slots).map((record) => record?.nonce));
for (const stray of processesWithNonce((nonce) => nonce.startsWith(`${hash}.`) && !known.has(nonce))) {
	say(`ending a stray process: ${stray}`);
	signal(stray, 'SIGKILL');
}

const firstKeeper = process.ppid;
let keeperPid = firstKeeper;
let adopted = false;
let ending = false;
const control = createControl({
	table,
	lanes,
	slots,
	epoch: randomUUID(),
	host: args.host,
	keeper: () => keeperPid,
	logFile: paths.slotLog,
	say,
	end: () => leave(),
});
const admin = await listenAdmin(paths.socket, control);
if (admin === undefined) refused('a gateway answers on the admin socket');
say(`serving port ${port}`);
// Written now, because whoever is killed later cannot.
flushCompileCache();

/** Ends on request: no new connections, requests under way finish, slots keep running. */
function leave(): void {
	if (ending) return;
	ending = true;
	clearInterval(ticking);
	slots.release();
	server.close();
	server.closeIdleConnections();
	admin?.close();
	// A keeper that is not our parent cannot see how we end.
	if (adopted) signal(keeperPid, 'SIGTERM');
	const deadline = performance.now() + GOODBYE_MS;
	setInterval(() => {
		const underWay = lanes.blue.inFlight + lanes.green.inFlight;
		if (underWay === 0 || performance.now() > deadline) process.exit(WORKER_EXIT.done);
	}, 50);
}
process.on('SIGTERM', leave);
process.on('SIGINT', leave);
process.on('SIGHUP', () => {});

/** The keeper was killed. We still hold the front door: hand it to a new keeper, which watches us from then on. */
function startKeeper(): void {
	if (ending || args.keeper === '') return;
	adopted = true;
	say('the keeper is gone: starting another');
	const flags = ['--gateway', process.argv[1] ?? '', '--state', stateFolder, '--host', args.host];
	const child = spawn(
		process.execPath,
		[args.keeper, ...flags, '--port', String(port), '--probe-ms', args['probe-ms'], '--adopt', String(process.pid)],
		{
			cwd: '/',
			detached: true,
			stdio: ['ignore', 'inherit', 'inherit', FRONT_DOOR_FD],
			env: allowedEnv(process.env),
		},
	);
	keeperPid = child.pid ?? 0;
	child.once('error', (error) => say(`no keeper: ${error.message}`));
	child.once('exit', () => setTimeout(startKeeper, 200));
	child.unref();
}

const ticking = setInterval(() => {
	control.tick();
	if (!adopted && process.ppid !== firstKeeper) startKeeper();
}, 200);
