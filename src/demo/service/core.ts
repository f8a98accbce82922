// Room: demo. The sample service as version 1.0.0 has it: the HTTP core. Plain JavaScript in text, without backticks.

import {source} from '../history/edits.ts';

export const APP = source`
// The HTTP side: finds the route, runs it, answers. Every file in routes/ is one group of routes.

import {readdirSync} from 'node:fs';
import {createServer} from 'node:http';

import {Problem, readBody, send} from './http.js';
import {attachLive} from './live.js';
import {log} from './log.js';

const folder = new URL('./routes/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
const groups = await Promise.all(files.sort().map((name) => import(new URL(name, folder))));
const routes = groups.flatMap((group) => group.routes);

/** What the {names} of a route's path stand for in a real path, or undefined when it is another path. */
function paramsOf(pattern, path) {
	const wanted = pattern.split('/');
	const given = path.split('/');
	if (wanted.length !== given.length) return undefined;
	const params = {};
	for (const [index, part] of wanted.entries()) {
		if (part.startsWith('{')) params[part.slice(1, -1)] = decodeURIComponent(given[index]);
		else if (part !== given[index]) return undefined;
	}
	return params;
}

function find(method, path) {
	for (const route of routes) {
		const params = route.method === method ? paramsOf(route.path, path) : undefined;
		if (params) return {handle: route.handle, params};
	}
	throw new Problem(404, 'there is nothing here');
}

async function handle(context, request, response) {
	const started = performance.now();
	const url = new URL(request.url, 'http://bakery');
	response.setHeader('x-release', context.config.release);
	if (context.stopping) response.setHeader('connection', 'close');

	let status;
	try {
		const route = find(request.method, url.pathname);

		const body = await readBody(request);
		const answer = await route.handle({...context, params: route.params, query: url.searchParams, body});

		status = answer.status ?? 200;
		send(response, status, answer.body, answer.headers);
	} catch (error) {
		if (!(error instanceof Problem)) log('error', {stack: error.stack});

		status = error.status ?? 500;
		send(response, status, {error: status === 500 ? 'something went wrong here' : error.message});
	}

	log('request', {method: request.method, path: url.pathname, status, ms: Math.round(performance.now() - started)});
}

/** The server, not listening yet. stop(done) finishes what has begun and takes nothing new. */
export function makeApp({db, config}) {
	const context = {db, config, stopping: false};
	const server = createServer((request, response) => void handle(context, request, response));
	// Longer than any proxy in front keeps its connections, so that it is never us who hangs up first.
	server.keepAliveTimeout = 65_000;

	context.live = attachLive(server);
	server.stop = (done) => {
		context.stopping = true;
		context.live.close();
		server.close(done);
	};
	return server;
}
`;

export const HTTP = source`
// Reading requests and writing answers. Everything is JSON unless a route says otherwise.

/** A refusal that the caller may read: thrown anywhere, answered as its status. */
export class Problem extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

export async function readBody(request) {
	const chunks = [];
	for await (const chunk of request) {
		chunks.push(chunk);
	}
	if (chunks.length === 0) return undefined;

	try {
		return JSON.parse(Buffer.concat(chunks).toString('utf8'));
	} catch {
		throw new Problem(400, 'the body is not JSON');
	}
}

export function send(response, status, body, headers = {}) {
	const text = typeof body === 'string' ? body : JSON.stringify(body) + '\n';
	const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';

	response.writeHead(status, {'content-type': type, 'content-length': Buffer.byteLength(text), ...headers});
	response.end(text);
}
`;

export const LIVE = source`
// A WebSocket at /live that tells how many orders came in, by hand: the service has no dependencies.

import {createHash} from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [TEXT, CLOSE] = [1, 8];

/** A server's frame is not masked, and ours are short. */
function frame(opcode, payload) {
	return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
}

export function attachLive(server) {
	const sockets = new Set();
	let orders = 0;

	const tell = (socket) => socket.write(frame(TEXT, Buffer.from(JSON.stringify({orders}))));

	server.on('upgrade', (request, socket) => {
		const key = request.headers['sec-websocket-key'];
		if (request.url !== '/live' || !key) {
			socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
			return;
		}
		const accept = createHash('sha1').update(key + GUID).digest('base64');
		socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n');
		socket.write('sec-websocket-accept: ' + accept + '\r\n\r\n');

		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('end', () => socket.end());
		socket.on('close', () => sockets.delete(socket));
		socket.on('data', (chunk) => {
			if ((chunk[0] & 0x0f) === CLOSE) socket.end(frame(CLOSE, Buffer.alloc(0)));
		});
		tell(socket);
	});

	return {
		ordered() {
			orders += 1;
			for (const socket of sockets) tell(socket);
		},
		/** 1001 is "going away": clients come back, and find the next version. */
		close() {
			for (const socket of sockets) {
				socket.end(frame(CLOSE, Buffer.from([0x03, 0xe9])));
				setTimeout(() => socket.destroy(), 1000).unref();
			}
		},
	};
}
`;

export const CONFIG = source`
// What the environment says.

import {readFileSync} from 'node:fs';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export function readConfig(env) {
	return {
		host: env.HOST ?? '127.0.0.1',
		port: Number(env.PORT ?? 3000),

		database: env.DATABASE ?? './data.db',

		release: env.ORCHESTRA_RELEASE ?? 'v' + version,
	};
}
`;

export const LOG = source`
// One line per thing that happened, on standard output. LOG=off keeps it quiet.

export function log(what, details) {
	if (process.env.LOG === 'off') return;
	process.stdout.write(new Date().toISOString() + ' ' + what + ' ' + JSON.stringify(details) + '\n');
}
`;

export const SERVER = source`
// Starts the service, and stops it when it is asked to.

import {makeApp} from './app.js';
import {readConfig} from './config.js';
import {openDatabase} from './db.js';
import {log} from './log.js';

const config = readConfig(process.env);
const db = openDatabase(config.database);
const app = makeApp({db, config});

app.listen(config.port, config.host, () => {
	log('listening', {host: config.host, port: app.address().port, release: config.release});
});

function stop(signal) {
	log('stopping', {signal});
	// With nothing open any more, the process ends by itself.
	app.stop(() => db.close());
}

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
`;

export const DB = source`
// The database file, and the migrations that shape it.

import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';

// node:sqlite still announces itself as experimental in some versions of Node: one line less in every log.
const {emitWarning} = process;
process.emitWarning = (warning, ...rest) => {
	if (!String(warning).includes('SQLite')) emitWarning.call(process, warning, ...rest);
};
const {DatabaseSync} = process.getBuiltinModule('node:sqlite');
process.emitWarning = emitWarning;

/** Two versions of the service may have the file open at once: writers wait for each other, readers for nobody. */
export function openDatabase(path) {
	if (path !== ':memory:') mkdirSync(dirname(path), {recursive: true});
	const db = new DatabaseSync(path);
	db.exec('PRAGMA busy_timeout = 5000');
	db.exec('PRAGMA journal_mode = WAL');
	db.exec('PRAGMA synchronous = NORMAL');
	return db;
}

/** Applies each file of migrations/ once, in the order of the names. Returns those applied now. */
export function migrate(db, folder = new URL('../migrations/', import.meta.url)) {
	db.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)');
	const applied = [];
	for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql')).sort()) {
		db.exec('BEGIN IMMEDIATE');
		try {
			if (!db.prepare('SELECT name FROM migrations WHERE name = ?').get(name)) {
				db.exec(readFileSync(new URL(name, folder), 'utf8'));
				db.prepare('INSERT INTO migrations (name) VALUES (?)').run(name);
				applied.push(name);
			}
			db.exec('COMMIT');
		} catch (error) {
			db.exec('ROLLBACK');
			throw new Error(name + ': ' + error.message);
		}
	}
	return applied;
}
`;

export const MIGRATE = source`
// Brings the database up to date: node migrate.js. Doing it twice is the same as once.

import {readConfig} from './src/config.js';
import {migrate, openDatabase} from './src/db.js';

const db = openDatabase(readConfig(process.env).database);
const applied = migrate(db);
process.stdout.write((applied.length === 0 ? 'nothing to migrate' : 'applied ' + applied.join(', ')) + '\n');
db.close();
`;
