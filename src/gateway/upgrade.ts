// Room: gateway. WebSockets: the handshake is passed on, then bytes flow both ways untouched, for as long as both ends want.
// A change of weights does not concern a socket that is open; it ends with its slot.

import {request as httpRequest, type IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import type {Chooser} from './choose.ts';
import {requestHeaders, responseHeaders} from './headers.ts';
import type {Lane} from './lane.ts';
import {type OwnStatus, originForm, ownAnswer} from './proxy.ts';

function head(status: number, reason: string, headers: readonly string[]): string {
	let text = `HTTP/1.1 ${status} ${reason}\r\n`;
	for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
	return `${text}\r\n`;
}

/** Only WebSockets are passed on: another protocol on a raw connection would walk past the front door. */
export function isWebSocket(request: IncomingMessage): boolean {
	return request.headers.upgrade?.toLowerCase() === 'websocket' && request.method === 'GET';
}

export function createUpgrade(
	chooser: Chooser,
): (request: IncomingMessage, client: Duplex, first: Buffer, secure: boolean) => void {
	return (request, client, first, secure) => {
		const arrived = performance.now();
		const took = () => performance.now() - arrived;
		client.on('error', () => client.destroy());
		const refuse = (status: OwnStatus) => {
			const {reason, text} = ownAnswer(status);
			client.end(head(status, reason, ['connection', 'close', 'content-length', String(text.length)]) + text, 'latin1');
		};
		const path = originForm(request.url ?? '/');
		if (path === undefined || !isWebSocket(request)) return refuse(400);
		const address = request.socket.remoteAddress ?? '127.0.0.1';
		const headers = [
			...requestHeaders(request.rawHeaders, {address, secure}),
			'connection',
			'Upgrade',
			'upgrade',
			'websocket',
		];

		const attempt = (lane: Lane, attempts: number) => {
			if (lane.port === 0) {
				lane.counter.failed(took());
				return refuse(503);
			}
			lane.inFlight++;
			let settled = false;
			const settle = (count: () => void) => {
				if (settled) return;
				settled = true;
				lane.inFlight--;
				count();
			};
			const ask = httpRequest({host: '127.0.0.1', port: lane.port, path, headers, agent: false});
			client.once('close', () => {
				settle(() => lane.counter.abandoned(took()));
				ask.destroy();
			});
			ask.on('upgrade', (response, server, early) => {
				settle(() => lane.counter.answered(101, took()));
				splice(lane, client, server);
				client.write(
					head(101, response.statusMessage ?? 'Switching Protocols', [
						...responseHeaders(response.rawHeaders, lane.marks),
						'connection',
						'Upgrade',
						'upgrade',
						'websocket',
					]),
					'latin1',
				);
				if (early.length > 0) client.write(early);
				if (first.length > 0) server.write(first);
				server.pipe(client);
				client.pipe(server);
			});
			ask.on('response', (response) => {
				// The application said no in plain HTTP. The connection ends with that answer.
				settle(() => lane.counter.answered(response.statusCode ?? 502, took()));
				const passed = responseHeaders(response.rawHeaders, [...lane.marks, 'connection', 'close']);
				client.write(head(response.statusCode ?? 502, response.statusMessage ?? '', passed), 'latin1');
				response.pipe(client);
				response.on('error', () => client.destroy());
			});
			ask.on('error', (error) => {
				if (settled) return void client.destroy();
				lane.suspect();
				const refused = 'code' in error && error.code === 'ECONNREFUSED';
				const next = refused && attempts === 0 ? chooser.instead(lane) : undefined;
				settle(() => {
					if (next !== lane) lane.counter.failed(took());
				});
				if (next === undefined) refuse(502);
				else attempt(next, attempts + 1);
			});
			ask.end();
		};
		attempt(chooser.choose(), 0);
	};
}

function splice(lane: Lane, client: Duplex, server: Duplex): void {
	lane.sockets.add(client);
	const end = () => {
		lane.sockets.delete(client);
		client.destroy();
		server.destroy();
	};
	server.on('error', end);
	server.on('close', () => {
		// What the application said last is still on its way to the client.
		lane.sockets.delete(client);
		client.end();
	});
	client.on('close', end);
	if ('setNoDelay' in server && typeof server.setNoDelay === 'function') server.setNoDelay(true);
	if ('setNoDelay' in client && typeof client.setNoDelay === 'function') client.setNoDelay(true);
}
