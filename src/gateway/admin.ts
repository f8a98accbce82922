// Room: gateway. The admin API: JSON over HTTP over a unix socket that only this user can open.

import {once} from 'node:events';
import {unlinkSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server} from 'node:http';
import {connect} from 'node:net';
import {ZodError} from 'zod';
import type {Control} from './control.ts';
import {PROTOCOL, PROTOCOL_HEADER, type Refusal, VERBS, type Verb} from './protocol.ts';
import {Refused} from './refusal.ts';

const BODY_LIMIT = 1_000_000;

/** Whether somebody listens on the socket. */
function answers(socket: string): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect(socket);
		probe.once('connect', () => {
			probe.destroy();
			resolve(true);
		});
		probe.once('error', () => resolve(false));
	});
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > BODY_LIMIT) throw new Error('the request is too large');
		chunks.push(chunk);
	}
	return size === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function refusalOf(error: unknown): {status: number; refusal: Refusal} {
	if (error instanceof Refused) return {status: 409, refusal: {code: error.code, with: error.values}};
	const message =
		error instanceof ZodError
			? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
			: error instanceof Error
				? error.message
				: String(error);
	return {status: error instanceof ZodError ? 400 : 500, refusal: {code: 'BUG', with: {message}}};
}

const isVerb = (text: string): text is Verb => (VERBS as readonly string[]).includes(text);

/** @returns undefined when a living gateway answers on the socket already. */
export async function listenAdmin(socket: string, control: Control): Promise<Server | undefined> {
	const server = createServer((request, response) => {
		const reply = (status: number, body: unknown) => {
			const text = JSON.stringify(body);
			response.writeHead(status, {'content-type': 'application/json', 'content-length': Buffer.byteLength(text)});
			response.end(text);
		};
		const verb = (request.url ?? '').slice(1);
		if (request.method !== 'POST' || !isVerb(verb)) return reply(404, {code: 'BUG', with: {message: 'no such verb'}});
		// These two are the way out of a mismatch, so they are spoken by every version.
		const timeless = verb === 'hello' || verb === 'shutdown';
		if (!timeless && request.headers[PROTOCOL_HEADER] !== String(PROTOCOL)) return reply(426, {protocol: PROTOCOL});
		bodyOf(request)
			.then((body) => control.perform(verb, body))
			.then((result) => reply(200, result))
			.catch((error: unknown) => {
				const {status, refusal} = refusalOf(error);
				reply(status, refusal);
			});
	});
	server.requestTimeout = 0;
	if (await answers(socket)) return undefined;
	try {
		unlinkSync(socket);
	} catch {}
	// The mode is right from the first moment: the umask is set before the socket file exists.
	const listening = once(server, 'listening');
	const before = process.umask(0o177);
	server.listen(socket);
	process.umask(before);
	await listening;
	return server;
}
