// The life of the slots: started, healthy or not, drained, warm, stopped; fences, leases, WebSockets.

import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as createRawServer} from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, onTestFinished, test, vi} from 'vitest';
import {FaultError} from '../../src/domain/fault/fault.ts';
import {gatewayPaths, PROTOCOL} from '../../src/gateway/protocol.ts';
import {createGatewayClient} from '../../src/targets/gateway-client.ts';
import {stopGateway} from '../../src/targets/gateway-service.ts';
import {leftovers, realClock, SAMPLE_APP, testGateway} from '../kit/gateway.ts';
import {tempFolder} from '../kit/temp.ts';

async function faultOf(work: Promise<unknown>) {
	try {
		await work;
	} catch (error) {
		if (error instanceof FaultError) return error.fault;
		throw error;
	}
	throw new Error('no fault came');
}

/** Opens a WebSocket that answers questions in order. */
async function webSocket(url: string) {
	const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
	onTestFinished(() => socket.close());
	await new Promise((resolve, reject) => {
		socket.addEventListener('open', resolve);
		socket.addEventListener('error', reject);
	});
	const closed = new Promise<number>((resolve) => {
		socket.addEventListener('close', ({code}) => resolve(code));
	});
	return {
		closed,
		ask: (text: string) =>
			new Promise<string>((resolve) => {
				socket.addEventListener('message', ({data}) => resolve(String(data)), {once: true});
				socket.send(text);
			}),
	};
}

test('starting what runs already is no new start, also when asked twice at once', async () => {
	const gateway = await testGateway();
	await Promise.all([gateway.start('green', 'v1'), gateway.start('green', 'v1')]);
	const {pid} = (await gateway.observed()).slots.green;
	await gateway.start('green', 'v1');
	expect((await gateway.observed()).slots.green).toMatchObject({pid, state: 'healthy', release: 'v1'});
	await gateway.start('green', 'v2');
	expect((await gateway.observed()).slots.green).toMatchObject({release: 'v2'});
	await vi.waitFor(() => expect(leftovers(gateway.stateFolder)).not.toContain(pid));
});

test('a start that is called off at once has reached the gateway, so that whoever takes it back sees it', async () => {
	const gateway = await testGateway();
	const off = new AbortController();
	const begun = gateway.start('green', 'v1', {}, off.signal);
	setImmediate(() => off.abort(new Error('called off')));
	await expect(begun).rejects.toThrow('called off');
	expect((await gateway.observed()).slots.green).toMatchObject({release: 'v1'});
	await gateway.target.stop('green', 1);
	expect((await gateway.observed()).slots.green.state).toBe('empty');
});

test('a service gets its port, its release and the environment it was given, and nothing of ours', async () => {
	vi.stubEnv('ANTHROPIC_API_KEY', 'not for you');
	vi.stubEnv('GIT_DIR', '/somewhere');
	onTestFinished(() => void vi.unstubAllEnvs());
	const folder = tempFolder();
	const gateway = await testGateway();
	await gateway.start('blue', 'v1', {
		folder,
		command: `env > env.txt; umask >> env.txt; ${SAMPLE_APP}`,
		env: {GIVEN: 'a b=c'},
	});
	const lines = readFileSync(join(folder, 'env.txt'), 'utf8').trim().split('\n');
	const {port} = (await gateway.observed()).slots.blue;
	for (const line of [`PORT=${port}`, 'HOST=127.0.0.1', 'ORCHESTRA_RELEASE=v1', 'GIVEN=a b=c', '0022'])
		expect(lines).toContain(line);
	expect(lines.some((line) => line.startsWith('PATH='))).toBe(true);
	expect(lines.filter((line) => /^(ANTHROPIC|GIT_|VITEST|NODE_)/.test(line))).toEqual([]);
});

test('a release that never gets healthy is ended, and the fault quotes its last lines', async () => {
	const gateway = await testGateway();
	const fault = await faultOf(gateway.start('green', 'bad', {env: {HEALTH: 'never'}, healthyWithin: 0.6}));
	expect([fault.code, fault.kind]).toEqual(['NEVER_HEALTHY', 'user']);
	expect(fault.details.join()).toMatch(/bad listens on \d+/);
	await vi.waitFor(() => expect(leftovers(gateway.stateFolder)).toHaveLength(2));
	expect((await gateway.observed()).slots.green.state).toBe('failed');
});

test('a release that dies before it was healthy is not started again', async () => {
	const gateway = await testGateway();
	const folder = tempFolder();
	const command = 'echo started >> count.txt; echo "cannot find the \u001b[31mdatabase"; exit 7';
	const fault = await faultOf(gateway.start('green', 'bad', {folder, command}));
	expect(fault.code).toBe('SLOT_DIED');
	expect(fault.headline).toContain('exit 7');
	expect(fault.details).toEqual(['cannot find the ␛[31mdatabase']);
	await sleep(500);
	expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('started\n');
	expect((await gateway.observed()).slots.green).toMatchObject({state: 'failed', lastExit: 7});
});

test('a command whose folder is gone is a death, not a hang', async () => {
	const gateway = await testGateway();
	const fault = await faultOf(gateway.start('green', 'bad', {folder: '/nowhere/at/all'}));
	expect(fault.code).toBe('SLOT_DIED');
});

test('a slow starter is waited for', async () => {
	const gateway = await testGateway();
	await gateway.start('green', 'v1', {env: {HEALTH: 'late'}});
	expect((await gateway.observed()).slots.green.state).toBe('healthy');
});

test('a slot that comes up is asked often, however seldom a healthy one is', async () => {
	const {start, observed} = await testGateway({probeMs: 60_000});
	await start('blue', 'r1', {healthyInARow: 3});
	expect((await observed()).slots.blue.state).toBe('healthy');
});

test('a start can be given up, and the slot stopped', async () => {
	const gateway = await testGateway();
	const giveUp = new AbortController();
	const wish = {slot: 'green', release: 'v1', folder: '/', command: SAMPLE_APP, env: {HEALTH: 'never'}} as const;
	const limits = {healthPath: '/health', healthyWithin: 30, healthyInARow: 1, fence: 1};
	const start = gateway.target.start({...wish, ...limits}, giveUp.signal);
	setTimeout(() => giveUp.abort(new Error('changed my mind')), 200);
	await expect(start).rejects.toThrow('changed my mind');
	await gateway.target.stop('green', 1);
	expect((await gateway.observed()).slots.green.state).toBe('empty');
	expect(leftovers(gateway.stateFolder)).toHaveLength(2);
});

test('a service that was healthy is started again when it dies, and its traffic waits with the other slot', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(50);
	const {pid} = (await gateway.observed()).slots.green;
	process.kill(pid ?? 0, 'SIGKILL');
	const statuses = await Promise.all(Array.from({length: 20}, () => fetch(gateway.url).then((r) => r.status)));
	expect(new Set(statuses)).toEqual(new Set([200]));
	await vi.waitFor(async () => {
		const {green} = (await gateway.observed()).slots;
		expect(green).toMatchObject({state: 'healthy', lastExit: 137});
		expect(green.pid).not.toBe(pid);
	}, 30_000);
});

test('an unproven release without weight never stands in for the stable one', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1', {env: {ABRUPT: '1'}});
	await gateway.route(100);
	await gateway.start('green', 'v2');
	const {pid} = (await gateway.observed()).slots.blue;
	process.kill(pid ?? 0, 'SIGKILL');
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.state).toBe('restarting'));
	const seen = await Promise.all(Array.from({length: 5}, () => fetch(gateway.url).then((r) => r.text())));
	expect(seen).not.toContain('v2');
	await vi.waitFor(async () => expect(await (await fetch(gateway.url)).text()).toBe('v1'), 30_000);
});

test('new traffic is refused to a slot where nothing answers; going back to stable never is', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	expect((await faultOf(gateway.route(50, 'blue'))).code).toBe('ROUTE_NOT_CONFIRMED');
	expect((await gateway.observed()).weights).toEqual({blue: 100, green: 0});
	await gateway.route(0, 'green');
	expect((await gateway.observed()).weights).toEqual({blue: 0, green: 100});
});

test('effects of an older fence are refused, and change nothing', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1', {fence: 5});
	await gateway.route(100, 'blue', {fence: 6});
	const {target} = gateway;
	const spec = {slot: 'green', release: 'v2', folder: '/', command: SAMPLE_APP, env: {}} as const;
	const old = [
		target.start({...spec, healthPath: '/health', healthyWithin: 5, healthyInARow: 1, fence: 5}),
		gateway.route(0, 'green', {fence: 5}),
		target.renew(5),
		target.stop('green', 5),
		target.keepWarm('green', 5, 5),
	];
	for (const effect of old) {
		const fault = await faultOf(effect);
		expect(fault.code).toBe('GATEWAY_FENCED');
		expect(fault.headline).toContain('fence 6, ours 5');
	}
	const seen = await gateway.observed();
	expect([seen.weights.blue, seen.fence, seen.slots.green.state]).toEqual([100, 6, 'empty']);
});

test('weights that do not add up are refused', async () => {
	const gateway = await testGateway();
	const wish = {weights: {blue: 60, green: 60}, stable: 'blue', fence: 1, leaseSeconds: 5} as const;
	await expect(gateway.target.route(wish)).rejects.toThrow();
	await expect(gateway.target.route({...wish, weights: {blue: 33.5, green: 66.5}})).rejects.toThrow();
});

test('split traffic that nobody conducts returns to the stable slot, and says why; a sign of life keeps it', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(50, 'blue', {leaseSeconds: 1});
	for (let i = 0; i < 8; i++) {
		await sleep(200);
		await gateway.target.renew(1);
	}
	expect((await gateway.observed()).weights).toEqual({blue: 50, green: 50});
	const seen = await vi.waitFor(async () => {
		const now = await gateway.observed();
		expect(now.weights).toEqual({blue: 100, green: 0});
		return now;
	}, 5000);
	expect(seen.note).toBe('no conductor for 1 s: green lost its traffic');
	expect(seen.slots.green.state).toBe('healthy');
	expect(readFileSync(gatewayPaths(gateway.stateFolder).gatewayLog, 'utf8')).toContain(
		'all traffic to blue: no conductor',
	);
	await gateway.route(50, 'blue');
	expect((await gateway.observed()).note).toBeUndefined();
});

test('a version at 100 % that is not stable yet is guarded by the lease as well', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(0, 'blue', {leaseSeconds: 0.3});
	expect((await gateway.observed()).weights).toEqual({blue: 0, green: 100});
	await vi.waitFor(async () => expect((await gateway.observed()).weights).toEqual({blue: 100, green: 0}), 5000);
	await gateway.route(0, 'green', {leaseSeconds: 0.3});
	await sleep(700);
	expect((await gateway.observed()).weights).toEqual({blue: 0, green: 100});
});

test('the lease runs out also when the gateway was restarted meanwhile', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(50, 'blue', {leaseSeconds: 1});
	process.kill(gateway.worker(), 'SIGKILL');
	await vi.waitFor(async () => expect((await gateway.observed()).weights).toEqual({blue: 100, green: 0}), 5000);
});

test('drain waits for slow requests, no longer than it may, and tells what is left', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(100);
	const slow = fetch(`${gateway.url}/slow?ms=700`).then((response) => response.text());
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.inFlight).toBe(1));
	await gateway.route(0, 'green');
	expect(await gateway.target.drain('blue', 0.1)).toMatchObject({inFlight: 1});
	expect(await gateway.target.drain('blue', 10)).toEqual({inFlight: 0, websockets: 0});
	expect(await slow).toBe('v1');
	await gateway.target.stop('blue', 1);
	await gateway.target.stop('blue', 1);
	expect((await gateway.observed()).slots.blue.state).toBe('empty');
});

test('a slot with weight is not stopped and not put aside', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	expect((await faultOf(gateway.target.stop('blue', 1))).code).toBe('SLOT_HAS_TRAFFIC');
	expect((await faultOf(gateway.target.keepWarm('blue', 0, 1))).code).toBe('SLOT_HAS_TRAFFIC');
	expect((await faultOf(gateway.start('blue', 'v2'))).code).toBe('SLOT_HAS_TRAFFIC');
	expect(await (await fetch(gateway.url)).text()).toBe('v1');
});

test('a warm slot is stopped when its time is over, unless it got traffic again', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(0, 'green');
	await gateway.target.keepWarm('blue', 0.5, 1);
	await gateway.route(100);
	await sleep(900);
	expect((await gateway.observed()).slots.blue.state).toBe('healthy');
	await gateway.target.keepWarm('green', 0.3, 1);
	expect((await gateway.observed()).slots.green.state).toBe('healthy');
	await vi.waitFor(async () => expect((await gateway.observed()).slots.green.state).toBe('empty'), 5000);
	expect(await (await fetch(gateway.url)).text()).toBe('v1');
});

test('WebSockets survive a change of weights and end with their slot, told by the service itself', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(100);
	const old = await webSocket(gateway.url);
	expect(await old.ask('a')).toBe('v1:a');
	await gateway.route(0, 'green');
	const fresh = await webSocket(gateway.url);
	expect([await old.ask('b'), await fresh.ask('b')]).toEqual(['v1:b', 'v2:b']);
	expect(await gateway.target.drain('blue', 1)).toEqual({inFlight: 0, websockets: 1});
	expect((await gateway.target.counts()).slots.green.classes[1]).toBe(1);
	await gateway.target.stop('blue', 1);
	expect(await old.closed).toBe(1012);
	expect(await fresh.ask('c')).toBe('v2:c');
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.websockets).toBe(0));
});

test('a handshake that the service refuses is its answer, and only WebSockets may leave HTTP', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.route(100);
	const upgrade = (protocol: string, path: string) =>
		new Promise<string>((resolve, reject) => {
			import('node:net').then(({connect}) => {
				let text = '';
				const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n';
				const socket = connect(gateway.port, '127.0.0.1', () =>
					socket.write(
						`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, close\r\nupgrade: ${protocol}\r\n${key}\r\n`,
					),
				);
				socket.on('data', (chunk) => {
					text += chunk.toString();
				});
				socket.on('error', reject);
				socket.on('close', () => resolve(text));
			}, reject);
		});
	const refused = await upgrade('websocket', '/not-there');
	expect(refused).toMatch(/^HTTP\/1\.1 400/);
	expect(refused).toContain('x-orchestra-slot: blue');
	const h2c = await upgrade('h2c', '/');
	expect(h2c).toMatch(/^HTTP\/1\.1 200 OK/);
	expect(h2c).toContain('v1');
});

test('after a shutdown no process is left, not even one that left its group', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1', {env: {STRAY: '1'}});
	await gateway.start('green', 'v2', {command: `${SAMPLE_APP.replace('exec ', '')} & wait`, env: {ABRUPT: '1'}});
	await gateway.route(100);
	// Keeper, gateway, v1 and its stray, the shell and v2.
	expect(leftovers(gateway.stateFolder)).toHaveLength(6);
	expect(await stopGateway(gateway.stateFolder, false, realClock)).toBe(true);
	expect(leftovers(gateway.stateFolder)).toEqual([]);
	expect(await gateway.target.observe()).toBeUndefined();
	expect(await stopGateway(gateway.stateFolder, false, realClock)).toBe(false);
});

test('a port that somebody has is a fault that names them, before anything is started', async () => {
	const squatter = createServer().listen(0, '127.0.0.1');
	onTestFinished(() => void squatter.close());
	await vi.waitFor(() => expect(squatter.listening).toBe(true));
	const address = squatter.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const stateFolder = join(tempFolder(), '.orchestra');
	const fault = await faultOf(testGateway({port, stateFolder}));
	expect(fault.code).toBe('PORT_TAKEN');
	expect(fault.headline).toContain(`Port ${port} is taken by`);
	expect(fault.headline).toContain(`(pid ${process.pid})`);
	expect(leftovers(stateFolder)).toEqual([]);
	expect(existsSync(gatewayPaths(stateFolder).logs)).toBe(false);
});

test('a gateway of another protocol is not commanded, and can still be stopped', async () => {
	const gateway = await testGateway();
	const {request} = await import('node:http');
	const status = await new Promise((resolve) => {
		const options = {socketPath: gatewayPaths(gateway.stateFolder).socket, path: '/observe', method: 'POST'};
		request({...options, headers: {'x-orchestra-protocol': String(PROTOCOL + 1)}}, (response) => {
			response.resume();
			resolve(response.statusCode);
		}).end('{}');
	});
	expect(status).toBe(426);
	expect(await stopGateway(gateway.stateFolder, false, realClock)).toBe(true);
});

test('a stale socket file is replaced, and one where somebody answers is left alone', async () => {
	const gateway = await testGateway();
	const {socket} = gatewayPaths(gateway.stateFolder);
	await stopGateway(gateway.stateFolder, false, realClock);
	rmSync(socket, {force: true});
	writeFileSync(socket, '');
	expect(await createGatewayClient(gateway.stateFolder, realClock).hello()).toBeUndefined();
	const next = await testGateway({stateFolder: gateway.stateFolder});
	await stopGateway(next.stateFolder, false, realClock);
	const stranger = createRawServer((connection) => connection.destroy()).listen(socket);
	onTestFinished(() => void stranger.close());
	await vi.waitFor(() => expect(stranger.listening).toBe(true));
	const fault = await faultOf(testGateway({stateFolder: gateway.stateFolder}));
	expect(fault.code).toBe('GATEWAY_UNREACHABLE');
	expect(fault.details.join()).toContain('answers on the admin socket');
	expect(existsSync(socket)).toBe(true);
});

test('the last lines of a service are given, safe to draw and no more than asked for', async () => {
	const gateway = await testGateway();
	const command = `for i in 1 2 3 4 5; do echo line $i; done; printf '\\033]0;title\\007\\n'; ${SAMPLE_APP}`;
	await gateway.start('blue', 'v1', {command});
	const lines = await gateway.target.logs('blue', 3);
	expect(lines).toHaveLength(3);
	expect(lines[1]).toBe('␛]0;title␇');
	expect(await gateway.target.logs('green', 3)).toEqual([]);
});

test('on a disk that takes nothing a wish is refused and changes nothing, and a dead service is still started again', async () => {
	const gateway = await testGateway();
	await gateway.start('blue', 'v1');
	await gateway.start('green', 'v2');
	await gateway.route(100);
	// In the way of every write of the state.
	mkdirSync(`${gatewayPaths(gateway.stateFolder).state}.tmp`);
	expect((await faultOf(gateway.route(50))).code).toBe('DISK');
	expect((await gateway.observed()).weights).toEqual({blue: 100, green: 0});
	const {pid} = (await gateway.observed()).slots.blue;
	process.kill(pid ?? 0, 'SIGKILL');
	await vi.waitFor(async () => {
		const {blue} = (await gateway.observed()).slots;
		expect(blue.state).toBe('healthy');
		expect(blue.pid).not.toBe(pid);
	}, 5000);
	rmSync(`${gatewayPaths(gateway.stateFolder).state}.tmp`, {recursive: true});
	await gateway.route(50);
	expect((await gateway.observed()).weights).toEqual({blue: 50, green: 50});
});
