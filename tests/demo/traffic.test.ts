// Room: tests. The demo's traffic against real servers, good and bad: bounded, on this machine only, and counted right.

import {once} from 'node:events';
import {createServer, type RequestListener, type Server} from 'node:http';
import {type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer} from 'node:net';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {afterAll, beforeAll, expect, onTestFinished, test, vi} from 'vitest';
import type {DemoRepository} from '../../src/demo/repository.ts';
import {errand} from '../../src/demo/traffic/request.ts';
import {startTraffic, type TrafficOptions} from '../../src/demo/traffic.ts';
import type {Clock} from '../../src/ports/clock.ts';
import {layOut, makeOnce, serve} from './kit.ts';

const repository = makeOnce('orchestra-demo-traffic-');
let demo: DemoRepository;
beforeAll(async () => {
	demo = await repository.made;
});
afterAll(repository.remove);

async function listening<S extends Server | TcpServer>(server: S): Promise<string> {
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
}

async function http(answer: RequestListener) {
	const server = createServer(answer);
	const url = await listening(server);
	onTestFinished(() => server.closeAllConnections());
	return {server, url};
}

/** Time passes only by sleeping: the whole run takes no longer than its requests. */
function quickClock(jumps: number[] = []): Clock {
	let at = 0;
	return {
		now: () => at,
		mono: () => at,
		async sleep(ms) {
			at += jumps.shift() ?? ms;
			await nextTurn();
		},
	};
}

/** A busy machine may take its time. */
const eventually = (check: () => void) => vi.waitFor(check, {timeout: 15_000, interval: 5});

const few = (url: string, more: Partial<TrafficOptions> = {}) =>
	startTraffic({
		url,
		ratePerSecond: 100,
		maxRequests: 20,
		maxSeconds: 60,
		listeners: 0,
		clock: quickClock(),
		...more,
	});

test('it ends after the number of requests it was given, all of them answered and counted by release', async () => {
	let seen = 0;
	const {url, server} = await http((request, response) => {
		seen++;
		request.resume();
		response.setHeader('x-release', seen % 4 === 0 ? 'new' : 'old');
		response.statusCode = seen % 10 === 0 ? 404 : 200;
		response.end('ok');
	});
	let connections = 0;
	server.on('connection', () => {
		connections++;
	});
	const report = await few(url, {maxRequests: 100, ratePerSecond: 200}).done;
	expect(seen).toBe(100);
	expect(report).toMatchObject({sent: 100, ok: 90, clientErrors: 10, serverErrors: 0, lost: 0, open: 0});
	expect(report.byRelease.new).toEqual({ok: 20, clientErrors: 5, serverErrors: 0});
	expect(report.byRelease.old).toEqual({ok: 70, clientErrors: 5, serverErrors: 0});
	// Every fifth on its own connection, and at most sixteen that are kept.
	expect(connections).toBeGreaterThan(20);
	expect(connections).toBeLessThanOrEqual(36);
});

test('it ends after its time, with as many requests as the rate says', async () => {
	const {url} = await http((request, response) => void request.resume().on('end', () => response.end()));
	const report = await few(url, {ratePerSecond: 10, maxSeconds: 3, maxRequests: 1000}).done;
	expect(report.sent).toBe(30);
	expect(report.seconds).toBeCloseTo(3, 1);
});

test('a process that slept does not make up for what it missed', async () => {
	const {url} = await http((request, response) => void request.resume().on('end', () => response.end()));
	const clock = quickClock([100, 60_000]);
	const report = await few(url, {ratePerSecond: 10, maxSeconds: 61, maxRequests: 1000, clock}).done;
	expect(report.sent).toBeLessThanOrEqual(12);
});

test.each([
	'http://example.com',
	'http://0.0.0.0:80',
	'http://10.0.0.1',
	'http://127.0.0.1.example.com',
	'http://localhost.example.com',
	'http://[::2]',
	'http://[::ffff:10.0.0.1]',
	'https://127.0.0.1',
	'not a url',
])('it refuses to send anything to %s', (url) => {
	expect(() => few(url)).toThrow(/this machine only/);
});

test.each([
	{ratePerSecond: 201},
	{ratePerSecond: 0},
	{ratePerSecond: Number.NaN},
	{maxRequests: 0},
	{maxRequests: Number.POSITIVE_INFINITY},
	{maxSeconds: 3601},
	{listeners: 11},
])('it refuses bounds out of range: %o', (bound) => {
	expect(() => few('http://127.0.0.1:1', bound)).toThrow(/is a number from/);
});

test('where nobody listens, every request counts as refused', async () => {
	const {url, server} = await http(() => {});
	server.close();
	await once(server, 'close');
	const report = await few(url).done;
	expect(report).toMatchObject({sent: 20, refused: 20, lost: 20, ok: 0});
});

async function tcp(answer: (socket: Socket) => void) {
	return listening(
		createTcpServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => answer(socket));
		}),
	);
}

test.each<[string, (socket: Socket) => void]>([
	['torn down', (socket) => socket.resetAndDestroy()],
	['closed without an answer', (socket) => socket.end()],
	[
		'closed in the middle of an answer',
		(socket) => socket.end('HTTP/1.1 200 OK\r\nx-release: a\r\ncontent-length: 9\r\n\r\nhalf'),
	],
	[
		'closed in the middle of a chunk',
		(socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf'),
	],
])('a connection %s counts as reset', async (_, answer) => {
	const report = await few(await tcp(answer)).done;
	expect(report).toMatchObject({sent: 20, reset: 20, lost: 20, ok: 0, byRelease: {}});
});

test('an answer that is not HTTP counts as failed', async () => {
	const report = await few(await tcp((socket) => socket.end('hello\r\n\r\n'))).done;
	expect(report).toMatchObject({sent: 20, failed: 20, lost: 20});
});

test('without an answer, requests time out and do not pile up', async () => {
	const {url} = await http(() => {});
	const traffic = few(url, {patience: 300, ratePerSecond: 200, maxSeconds: 1, maxRequests: 1000});
	await eventually(() => expect(traffic.report().skipped).toBeGreaterThan(0));
	expect(traffic.report().open).toBeLessThanOrEqual(100);
	const report = await traffic.done;
	expect(report.timedOut).toBe(report.sent);
	expect(report.sent + report.skipped).toBe(200);
});

test("the service's own errors are told apart from those of the front door", async () => {
	let seen = 0;
	const {url} = await http((request, response) => {
		request.resume();
		response.statusCode = seen++ % 2 === 0 ? 503 : 500;
		if (response.statusCode === 500) response.setHeader('x-release', 'v2');
		response.end();
	});
	const report = await few(url).done;
	expect(report).toMatchObject({frontDoorErrors: 10, serverErrors: 10, lost: 10});
	expect(report.byRelease).toEqual({v2: {ok: 0, clientErrors: 0, serverErrors: 10}});
});

test('a hostile release header is made safe, and there is no end of room for them', async () => {
	let seen = 0;
	const {url} = await http((request, response) => {
		request.resume();
		response.setHeader('x-release', `\x9b31m${'r'.repeat(500)}`.slice(0, 70 - (seen++ % 60)));
		response.end();
	});
	const report = await few(url, {maxRequests: 100, ratePerSecond: 200}).done;
	const names = Object.keys(report.byRelease);
	expect(names.length).toBeLessThanOrEqual(21);
	expect(names.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
	expect(names.every((name) => name.length <= 61)).toBe(true);
});

test('stopping waits for what is open, begins nothing new, and is the same twice', async () => {
	const held: (() => void)[] = [];
	const {url} = await http((request, response) => {
		request.resume();
		held.push(() => response.end());
	});
	const traffic = startTraffic({url, ratePerSecond: 100, maxRequests: 5, maxSeconds: 60, listeners: 0});
	await eventually(() => expect(held.length).toBeGreaterThanOrEqual(2));
	const stopped = traffic.stop();
	await nextTurn();
	const {sent} = traffic.report();
	await eventually(() => expect(held).toHaveLength(sent));
	for (const release of held) release();
	expect(await stopped).toMatchObject({sent, ok: sent, open: 0, lost: 0});
	expect(await traffic.stop()).toEqual(await stopped);
	expect(await traffic.done).toEqual(await stopped);
});

test('the callers read and write, keep connections and do not, and a few dawdle', () => {
	const errands = Array.from({length: 600}, (_, nth) => errand(nth, '7'));
	const share = (wanted: (one: (typeof errands)[number]) => boolean) => errands.filter(wanted).length / 600;
	expect(share(({method}) => method === 'POST')).toBeCloseTo(0.3);
	expect(share(({keepAlive}) => !keepAlive)).toBeCloseTo(0.2);
	expect(share(({dawdle}) => dawdle > 0)).toBeCloseTo(1 / 60);
	expect(new Set(errands.map(({path}) => path.split('?')[0]))).toEqual(
		new Set(['/products', '/orders', '/orders/7', '/orders/7/ready', '/report/today']),
	);
	expect(Array.from({length: 60}, (_, nth) => errand(nth, undefined).path).join()).not.toContain('undefined');
});

test('the released version and the rest of dev serve 200 requests without an error', {timeout: 30_000}, async () => {
	for (const revision of ['main', `${demo.bad.oid}~`]) {
		const service = await serve(layOut(demo.folder, revision), 'v1');
		const report = await startTraffic({url: service.url, ratePerSecond: 200, maxRequests: 200, maxSeconds: 20}).done;
		expect(report).toMatchObject({ok: 200, lost: 0, listeners: {opened: 1, failed: 0, closed: 0}});
		expect(report.listeners.messages).toBeGreaterThan(10);
		expect(Object.keys(report.byRelease)).toEqual(['v1']);
		expect(await service.stop()).toEqual([0, null]);
		expect(service.complaints()).toBe('');
	}
});

test('the bad change stays well for thirty requests, then fails one in six, and its health check sees nothing', {
	timeout: 30_000,
}, async () => {
	const service = await serve(layOut(demo.folder, demo.bad.oid), 'bad');
	const first = await startTraffic({url: service.url, ratePerSecond: 200, maxRequests: 30, maxSeconds: 20}).done;
	expect(first).toMatchObject({ok: 30, serverErrors: 0});
	const rest = await startTraffic({url: service.url, ratePerSecond: 200, maxRequests: 170, maxSeconds: 20}).done;
	expect(rest.serverErrors / rest.sent).toBeGreaterThan(0.1);
	expect(rest.serverErrors / rest.sent).toBeLessThan(0.25);
	expect(rest).toMatchObject({lost: 0, clientErrors: 0});
	for (let probe = 0; probe < 12; probe++) expect((await fetch(`${service.url}/health`)).status).toBe(200);
});

test('a service that stops finishes what it has begun, and sends its listeners away', {timeout: 30_000}, async () => {
	const service = await serve(layOut(demo.folder, 'main'), 'v1');
	const traffic = startTraffic({url: service.url, ratePerSecond: 50, maxRequests: 2000, maxSeconds: 30, listeners: 2});
	await eventually(() => expect(traffic.report().listeners.opened).toBe(2));
	await eventually(() => expect(traffic.report().ok).toBeGreaterThan(20));
	expect(await service.stop()).toEqual([0, null]);
	const report = await traffic.stop();
	expect(report.listeners.closed).toBe(2);
	expect(report).toMatchObject({timedOut: 0, failed: 0, serverErrors: 0});
	expect(report.ok + report.refused + report.reset).toBe(report.sent);
});
