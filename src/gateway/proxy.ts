// Room: gateway. The front door's plain requests: choose a slot, pass on, count, and save what can be saved safely.

import type {IncomingMessage, ServerResponse} from 'node:http';
import {Readable} from 'node:stream';
import type {Dispatcher} from 'undici';
import type {Chooser} from './choose.ts';
import {requestHeaders, responseHeaders} from './headers.ts';
import type {Lane} from './lane.ts';

/** Attempts that wrote nothing (refused) may be repeated this often; a restart of ours or theirs can cause two in a row. */
const MOST_ATTEMPTS = 3;

/** Answers by the gateway itself, when no application did. */
const OWN_ANSWERS = {
	400: 'Bad Request',
	502: 'Bad Gateway',
	503: 'Service Unavailable',
	504: 'Gateway Timeout',
} as const;
export type OwnStatus = keyof typeof OWN_ANSWERS;

export function ownAnswer(status: OwnStatus): {reason: string; text: string} {
	return {reason: OWN_ANSWERS[status], text: `${status} ${OWN_ANSWERS[status]}\n`};
}

/** The path as an origin server wants it; undefined when it is none (`OPTIONS *`, `CONNECT`). */
export function originForm(url: string): string | undefined {
	if (url.startsWith('/')) return url;
	const absolute = /^https?:\/\/[^/?#]*(.*)$/i.exec(url);
	if (absolute === null) return undefined;
	const rest = absolute[1] ?? '';
	return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Whether the request announces a body; without one it can be sent twice. */
function hasBody(request: IncomingMessage): boolean {
	const length = request.headers['content-length'];
	return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * The client's body, not touched before the application's connection asks for it: an attempt that was refused has
 * read nothing, so the next one finds it whole. Pauses the client while the application is slow.
 */
function lazyBody(request: IncomingMessage): {stream: () => Readable; touched: () => boolean} {
	let touched = false;
	return {
		touched: () => touched,
		stream() {
			const body = new Readable({
				read() {
					if (!touched) {
						touched = true;
						request.on('data', (chunk: Buffer) => {
							// Whoever reads no further (an early answer) must not leave the client's connection stuck.
							if (!body.destroyed && !body.push(chunk)) request.pause();
						});
						request.on('end', () => body.push(null));
						request.on('error', (error) => body.destroy(error));
						request.on('close', () => {
							if (!request.complete) body.destroy(new Error('the client left'));
						});
					}
					request.resume();
				},
			});
			body.on('error', () => {});
			return body;
		},
	};
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function createProxy(chooser: Chooser): Handler {
	return (request, response) => {
		const arrived = performance.now();
		const method = request.method ?? 'GET';
		const body = hasBody(request) ? lazyBody(request) : undefined;
		const repeatable = body === undefined && (method === 'GET' || method === 'HEAD');
		const path = originForm(request.url ?? '/');
		const headers = requestHeaders(request.rawHeaders, {
			address: request.socket.remoteAddress ?? '127.0.0.1',
			secure: 'encrypted' in request.socket,
		});
		let attempts = 0;
		let resends = 0;
		let controller: Dispatcher.DispatchController | undefined;
		let current: Lane | undefined;
		let over = false;
		let left = false;
		const took = () => performance.now() - arrived;

		const finish = (count: (lane: Lane) => void) => {
			if (over) return;
			over = true;
			if (current === undefined) return;
			current.inFlight--;
			count(current);
		};
		const answer = (status: OwnStatus) => {
			const {text} = ownAnswer(status);
			if (response.headersSent || response.destroyed) return void response.destroy();
			response.writeHead(status, {
				'content-type': 'text/plain; charset=utf-8',
				'content-length': Buffer.byteLength(text),
				...(status === 503 ? {'retry-after': '1'} : {}),
				// The rest of an unread body cannot be told from a next request.
				...(body !== undefined && !request.complete ? {connection: 'close'} : {}),
			});
			response.end(text);
		};
		response.on('close', () => {
			if (over) return;
			left = true;
			finish((lane) => lane.counter.abandoned(took()));
			controller?.abort(new Error('the client left'));
		});
		if (path === undefined) {
			over = true;
			answer(400);
			return;
		}

		const attempt = (lane: Lane) => {
			attempts++;
			current = lane;
			lane.inFlight++;
			if (lane.pool === undefined) {
				finish((dead) => dead.counter.failed(took()));
				answer(503);
				return;
			}
			let connected = false;
			let status = 0;
			let wrote = false;
			const onFailure = (error: Error) => {
				if (over || left) return;
				lane.suspect();
				if (status === 0 && attempts < MOST_ATTEMPTS) {
					const nothingSent = !connected && body?.touched() !== true;
					const resend = connected && repeatable && resends === 0;
					const next = nothingSent ? chooser.instead(lane) : chooser.again(lane);
					if ((nothingSent || resend) && next !== undefined) {
						if (resend) resends++;
						lane.inFlight--;
						// What another slot has to save is this slot's failure all the same.
						if (next !== lane) lane.counter.failed(took());
						current = undefined;
						// In the next turn: by then the pool knows which other idle connections were closed.
						setImmediate(() => {
							if (!over) attempt(next);
						});
						return;
					}
				}
				finish((failed) => failed.counter.failed(took()));
				answer('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT' ? 504 : 502);
			};
			try {
				lane.pool.dispatch(
					{method, path, headers, body: body?.stream() ?? null},
					{
						onRequestStart(started) {
							connected = true;
							controller = started;
							if (left) started.abort(new Error('the client left'));
						},
						onResponseStart(started, code, _headers, reason) {
							if (code < 200 || over) return;
							status = code;
							response.writeHead(code, reason ?? '', responseHeaders(latin1(started.rawHeaders), lane.marks));
							process.nextTick(() => {
								if (!wrote && !over) response.flushHeaders();
							});
						},
						onResponseData(started, chunk) {
							wrote = true;
							if (response.write(chunk) || over) return;
							started.pause();
							response.once('drain', () => started.resume());
						},
						onResponseEnd() {
							if (over) return;
							finish((done) => done.counter.answered(status, took()));
							response.end();
							if (!request.complete) request.resume();
						},
						onResponseError(_controller, error) {
							onFailure(error);
						},
					},
				);
			} catch (error) {
				onFailure(error instanceof Error ? error : new Error(String(error)));
			}
		};
		const first = chooser.choose();
		attempt(first);
	};
}

/** undici hands raw headers as buffers or strings. */
function latin1(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
	if (!Array.isArray(raw)) return [];
	return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
}
