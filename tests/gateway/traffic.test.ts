// The front door under real requests: who answers, what crosses it, what is counted.

import {readFileSync} from 'node:fs';
import {request as httpRequest} from 'node:http';
import {connect} from 'node:net';
import {expect, test, vi} from 'vitest';
import {killNow, SAMPLE_APP, testGateway} from '../kit/gateway.ts';

async function released(release = 'v1') {
	const gateway = await testGateway();
	await gateway.start('blue', release);
	await gateway.route(100);
	return gateway;
}

test('a release answers through the front door and says which one it is', async () => {
	const {url} = await released('1.2.3 (é)');
	const response = await fetch(url);
	expect(response.status).toBe(200);
	expect(await response.text()).toBe('1.2.3 (é)');
	expect(response.headers.get('x-orchestra-slot')).toBe('blue');
	expect(response.headers.get('x-orchestra-release')).toBe('1.2.3_(_)');
});

test('before the first release the front door says 503 and when to come again', async () => {
	const {url} = await testGateway();
	const response = await fetch(url);
	expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});

test('weights divide requests, also on one connection, and counts say where each one went', async () => {
	const gateway = await released();
	await gateway.start('green', 'v2');
	await gateway.route(75);
	const before = await gateway.target.counts();
	const seen = {v1: 0, v2: 0};
	for (let i = 0; i < 800; i++) {
		const text = await (await fetch(gateway.url)).text();
		if (text === 'v1' || text === 'v2') seen[text]++;
	}
	expect(seen.v1 + seen.v2).toBe(800);
	// 200 expected; five standard deviations are 61.
	expect(Math.abs(seen.v2 - 200)).toBeLessThan(61);
	const after = await gateway.target.counts();
	expect(after.epoch).toBe(before.epoch);
	expect(after.slots.blue.requests - before.slots.blue.requests).toBe(seen.v1);
	expect(after.slots.green.requests - before.slots.green.requests).toBe(seen.v2);
	expect(after.slots.green.classes[2] - before.slots.green.classes[2]).toBe(seen.v2);
	const histogram = after.slots.green.latency.reduce((sum, n) => sum + n, 0);
	expect(histogram).toBe(after.slots.green.requests);
});

test('answers are counted by class, and what the gateway had to answer itself is counted apart', async () => {
	const gateway = await released();
	for (const code of [200, 204, 301, 404, 404, 500, 503])
		await fetch(`${gateway.url}/status?code=${code}`, {redirect: 'manual'});
	const broken = await fetch(`${gateway.url}/reset`, {method: 'POST', body: 'x'});
	expect(broken.status).toBe(502);
	const {blue} = (await gateway.target.counts()).slots;
	expect(blue.classes).toEqual([0, 0, 2, 1, 2, 2]);
	expect(blue.gatewayErrors).toBe(1);
	expect(blue.requests).toBe(8);
});

test('latency is counted until the end of the answer', async () => {
	const gateway = await released();
	await fetch(`${gateway.url}/slow?ms=300`);
	const {latency} = (await gateway.target.counts()).slots.blue;
	const bucket = latency.findIndex((n) => n > 0);
	expect(2 ** (bucket / 4)).toBeGreaterThanOrEqual(300);
	expect(2 ** (bucket / 4)).toBeLessThan(800);
});

test('hop-by-hop headers stop at the gateway in both directions, cookies do not', async () => {
	const {port} = await released();
	const {headers, body} = await new Promise<{headers: Record<string, unknown>; body: string}>((resolve, reject) => {
		const request = httpRequest(
			{
				host: '127.0.0.1',
				port,
				path: '/headers',
				headers: {
					host: 'shop.example',
					connection: 'close, x-secret-hop',
					'x-secret-hop': 'mine',
					te: 'trailers',
					'proxy-authorization': 'Basic Zm9v',
					'x-forwarded-for': '203.0.113.9',
					'x-kept': 'yes',
				},
			},
			(response) => {
				let text = '';
				response.on('data', (chunk) => {
					text += chunk;
				});
				response.on('end', () => resolve({headers: response.headers, body: text}));
			},
		);
		request.on('error', reject);
		request.end();
	});
	const raw = JSON.parse(body) as string[];
	const arrived = Object.fromEntries(raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1]]] : [])));
	expect(arrived).toMatchObject({
		host: 'shop.example',
		'x-kept': 'yes',
		'x-forwarded-for': '203.0.113.9, 127.0.0.1',
		'x-forwarded-proto': 'http',
		'x-forwarded-host': 'shop.example',
	});
	for (const name of ['x-secret-hop', 'te', 'proxy-authorization', 'expect']) expect(arrived).not.toHaveProperty(name);
	expect(arrived.connection).toBe('keep-alive');
	expect(headers).not.toHaveProperty('x-private');
	expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('large bodies stream through both ways, whole', async () => {
	const {url} = await released();
	const bytes = 20_000_000;
	const sent = Buffer.alloc(bytes, 7);
	const echoed = Buffer.from(await (await fetch(`${url}/echo`, {method: 'POST', body: sent})).arrayBuffer());
	expect(echoed.equals(sent)).toBe(true);
	const big = await (await fetch(`${url}/big?bytes=${bytes}`)).arrayBuffer();
	expect(big.byteLength).toBe(bytes);
});

test('a stream begins to arrive before it ends', async () => {
	const {url} = await released();
	const began = performance.now();
	const response = await fetch(`${url}/early`);
	const head = performance.now() - began;
	expect(await response.text()).toBe('data: late\n\n');
	expect(performance.now() - began - head).toBeGreaterThan(150);
});

test('an answer that breaks off is broken for the client too, and counts against the slot', async () => {
	const gateway = await released();
	await expect(fetch(`${gateway.url}/break`).then((response) => response.text())).rejects.toThrow();
	await vi.waitFor(async () => expect((await gateway.target.counts()).slots.blue.gatewayErrors).toBe(1));
});

test('a client that leaves frees the slot at once', async () => {
	const gateway = await released();
	const leaving = new AbortController();
	const request = fetch(`${gateway.url}/slow?ms=20000`, {signal: leaving.signal}).catch(() => undefined);
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.inFlight).toBe(1));
	leaving.abort();
	await request;
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.inFlight).toBe(0));
	expect((await gateway.target.counts()).slots.blue).toMatchObject({requests: 1, gatewayErrors: 0});
});

test('an early answer to a half-sent upload does not leave the connection stuck', async () => {
	const {port} = await released();
	const answers = await new Promise<string>((resolve, reject) => {
		let text = '';
		const socket = connect(port, '127.0.0.1', () => {
			socket.write(`POST /status?code=413 HTTP/1.1\r\nhost: a\r\ncontent-length: 3000000\r\n\r\n${'x'.repeat(1000)}`);
			setTimeout(() => {
				socket.write('x'.repeat(2_999_000));
				socket.write('GET /again HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
			}, 100);
		});
		socket.on('data', (chunk) => {
			text += chunk.toString();
		});
		socket.on('close', () => resolve(text));
		socket.on('error', reject);
	});
	expect(answers).toContain('HTTP/1.1 413');
	expect(answers).toContain('HTTP/1.1 200');
});

test('what is not strict HTTP is refused before any slot sees it', async () => {
	const gateway = await released();
	const send = (text: string) =>
		new Promise<string>((resolve) => {
			let answer = '';
			const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
			socket.on('data', (chunk) => {
				answer += chunk.toString();
			});
			socket.on('error', () => {});
			socket.on('close', () => resolve(answer));
		});
	const smuggled = await send(
		'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nhost: a\r\n\r\n',
	);
	expect(smuggled).toMatch(/^HTTP\/1\.1 400/);
	expect(await send('GET / HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
	expect(await send('OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
	expect((await gateway.target.counts()).slots.blue.requests).toBe(0);
});

test('a request whose slot died is saved by the other slot, and counts against the dead one', async () => {
	const gateway = await released();
	await gateway.start('green', 'v2', {command: SAMPLE_APP});
	await gateway.route(1, 'blue');
	const victim = (await gateway.observed()).slots.green.pid;
	if (victim === undefined) throw new Error('green has no process');
	killNow(victim);
	const answers = await Promise.all(
		Array.from({length: 30}, () => fetch(gateway.url, {method: 'POST', body: 'x'}).then((r) => r.text())),
	);
	expect(new Set(answers)).toEqual(new Set(['v1']));
});

test('answers without a body, and hints before the answer, pass as they are', async () => {
	const {url} = await released();
	const head = await fetch(`${url}/big?bytes=1000`, {method: 'HEAD'});
	expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '1000', '']);
	for (const code of [204, 304]) {
		const response = await fetch(`${url}/status?code=${code}`);
		expect([response.status, await response.text()]).toEqual([code, '']);
	}
	expect(await (await fetch(`${url}/hints`)).text()).toBe('v1');
	expect(await (await fetch(url)).text()).toBe('v1');
});

/** Megabytes of memory that a process holds. */
const rss = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('a reader or a service that is slow slows the other end down, and does not fill the memory', async () => {
	const gateway = await released();
	const before = rss(gateway.worker());
	const ends = ['GET /big?bytes=300000000', 'POST /unread'].map((line) => {
		const socket = connect(gateway.port, '127.0.0.1');
		socket.on('error', () => {});
		socket.write(
			`${line} HTTP/1.1\r\nhost: a\r\n${line.startsWith('POST') ? 'content-length: 300000000\r\n' : ''}\r\n`,
		);
		socket.pause();
		return socket;
	});
	const chunk = Buffer.alloc(1_000_000);
	let sent = 0;
	while (sent < 300 && ends[1]?.write(chunk)) sent++;
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.inFlight).toBe(2));
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(rss(gateway.worker()) - before).toBeLessThan(80);
	for (const socket of ends) socket.destroy();
	await vi.waitFor(async () => expect((await gateway.observed()).slots.blue.inFlight).toBe(0));
});
