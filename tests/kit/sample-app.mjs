// Room: tests. A small real service to be released: health, a version, slow answers, echo, streams, WebSockets, and a
// graceful end. Environment: PORT, ORCHESTRA_RELEASE; HEALTH=never|late answers 503; DIE_AFTER_MS ends it by itself;
// FAIL_EVERY=n, or a file FAIL_EVERY with that number in the working folder, answers 500 to each nth request; ABRUPT=1
// ends at once on SIGTERM; STUBBORN=1 ignores SIGTERM; STRAY=1 starts a grandchild that leaves the process group.
import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import {WebSocketServer} from 'ws';

const {env} = process;
const version = env.ORCHESTRA_RELEASE ?? 'none';
const headerText = version.replace(/[^\x20-\xff]/g, '?');
const born = Date.now();
const failEvery = Number(env.FAIL_EVERY ?? (existsSync('FAIL_EVERY') ? readFileSync('FAIL_EVERY', 'utf8') : 0));
let served = 0;

const server = createServer(async (request, response) => {
	const url = new URL(request.url ?? '/', 'http://app');
	const text = (status, body) => {
		response.writeHead(status, {'content-type': 'text/plain', 'x-version': headerText});
		response.end(body);
	};
	if (url.pathname === '/health') {
		const late = env.HEALTH === 'late' && Date.now() - born < 400;
		return text(env.HEALTH === 'never' || late ? 503 : 200, 'health');
	}
	served++;
	if (failEvery > 0 && served % failEvery === 0) return text(500, 'failed on purpose');
	if (url.pathname === '/slow') {
		await sleep(Number(url.searchParams.get('ms') ?? 500));
		return text(200, version);
	}
	if (url.pathname === '/echo') {
		response.writeHead(200, {'x-version': headerText});
		return request.pipe(response);
	}
	if (url.pathname === '/headers') {
		response.setHeader('connection', 'keep-alive, x-private');
		response.setHeader('x-private', 'one hop only');
		response.setHeader('set-cookie', ['a=1', 'b=2']);
		return text(200, JSON.stringify(request.rawHeaders));
	}
	if (url.pathname === '/status') return text(Number(url.searchParams.get('code')), 'as asked');
	if (url.pathname === '/hints') {
		response.writeEarlyHints({link: '</style.css>; rel=preload'});
		return text(200, version);
	}
	if (url.pathname === '/unread') return setTimeout(() => text(200, 'late'), 1500);
	if (url.pathname === '/early') {
		response.writeHead(200, {'content-type': 'text/event-stream'});
		response.flushHeaders();
		await sleep(300);
		return response.end('data: late\n\n');
	}
	if (url.pathname === '/big') {
		const size = Number(url.searchParams.get('bytes'));
		response.writeHead(200, {'content-length': size});
		for (let sent = 0; sent < size; sent += 65_536)
			if (!response.write(Buffer.alloc(Math.min(65_536, size - sent), 120)))
				await new Promise((resolve) => response.once('drain', resolve));
		return response.end();
	}
	if (url.pathname === '/break') {
		response.writeHead(200, {'content-length': 1000});
		response.write('half');
		await sleep(20);
		return request.socket.destroy();
	}
	if (url.pathname === '/reset') return request.socket.resetAndDestroy();
	if (url.pathname === '/exit') process.exit(Number(url.searchParams.get('code') ?? 1));
	return text(200, version);
});
server.keepAliveTimeout = 5000;

const sockets = new WebSocketServer({server, path: '/ws'});
sockets.on('connection', (socket) => {
	socket.on('error', () => {});
	socket.on('message', (data) => socket.send(`${version}:${data}`));
});

process.stdout.write(`${version} listens on ${env.PORT}\n`);
server.listen(Number(env.PORT), '127.0.0.1');
if (env.DIE_AFTER_MS) setTimeout(() => process.exit(7), Number(env.DIE_AFTER_MS));
if (env.STRAY)
	spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {detached: true, stdio: 'ignore'}).unref();
process.on('SIGTERM', () => {
	if (env.STUBBORN) return;
	if (env.ABRUPT) process.exit(0);
	for (const socket of sockets.clients) socket.close(1012);
	server.close(() => process.exit(0));
	server.closeIdleConnections();
});
