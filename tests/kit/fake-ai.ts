// Room: tests. A local double of the Messages API: one scripted step per request, and everything that came is kept. It looks
// at each request as the real one does, so that a test cannot pass with one that would be refused.

import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {afterwards} from './afterwards.ts';

export interface Seen {
	readonly headers: IncomingMessage['headers'];
	readonly body: {
		readonly model: string;
		readonly max_tokens: number;
		readonly system: string;
		readonly messages: readonly {readonly role: string; readonly content: string}[];
		readonly output_config: {
			readonly effort: string;
			readonly format: {readonly type: string; readonly schema: Schema};
		};
	};
	/** The ids of the request, in the order of its features. */
	readonly ids: readonly string[];
}

interface Schema {
	readonly properties: {
		readonly warnings: {readonly items: {readonly properties: {readonly feature: {readonly enum: string[]}}}};
	};
}

export interface Warning {
	readonly feature: string;
	readonly level: string;
	readonly because: string;
}

/** What the model writes, given what it was asked. */
export type Says = (seen: Seen) => unknown;

export type Step =
	| {readonly kind: 'ok'; readonly says: Says; readonly usage?: {readonly input: number; readonly output: number}}
	/** The text as it is: bad JSON, or JSON of another shape. */
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'stop'; readonly reason: 'refusal' | 'max_tokens' | 'model_context_window_exceeded'}
	| {readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string>}
	| {readonly kind: 'hang'}
	/** Half of the headers' promise, then the socket is gone. */
	| {readonly kind: 'cut'}
	/** A good answer, a few bytes at a time, far too slowly. */
	| {readonly kind: 'drip'}
	| {readonly kind: 'endless'}
	| {readonly kind: 'redirect'; readonly to: string}
	| {readonly kind: 'html'};

export interface FakeAi {
	readonly url: string;
	readonly seen: readonly Seen[];
	/** What a request had wrong; empty is what every test wants. */
	readonly wrong: readonly string[];
	/** For the environment of the process that asks. */
	readonly env: {readonly ANTHROPIC_BASE_URL: string; readonly ANTHROPIC_API_KEY: string};
}

export const KEY = 'sk-ant-fake-key-of-the-tests';

/** The last step is repeated. Gone with the test. */
export async function fakeAi(...steps: readonly [Step, ...Step[]]): Promise<FakeAi> {
	const seen: Seen[] = [];
	const wrong: string[] = [];
	let n = 0;
	const server = createServer(async (request, response) => {
		let text = '';
		for await (const chunk of request) text += chunk;
		if (request.method !== 'POST' || request.url !== '/v1/messages') {
			wrong.push(`${request.method} ${request.url}`);
			response.writeHead(404).end();
			return;
		}
		const one = look(request, text, wrong);
		seen.push(one);
		const step = steps[Math.min(n++, steps.length - 1)] ?? steps[0];
		play(step, one, response);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	afterwards(async () => {
		server.closeAllConnections();
		await new Promise((done) => server.close(done));
	});
	const url = `http://127.0.0.1:${port}`;
	return {url, seen, wrong, env: {ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY}};
}

const KEYS = ['max_tokens', 'messages', 'model', 'output_config', 'system'];

function look(request: IncomingMessage, text: string, wrong: string[]): Seen {
	const {headers} = request;
	if (headers.authorization !== `Bearer ${KEY}`) wrong.push(`authorization: ${headers.authorization}`);
	if (headers['anthropic-version'] !== '2026-10-21') wrong.push(`anthropic-version: ${headers['anthropic-version']}`);
	if (!/^application\/json/.test(headers['content-type'] ?? '')) wrong.push('content-type');
	if (text.includes(KEY)) wrong.push('the key is in the body');
	const body = JSON.parse(text) as Seen['body']; // `as`: checked below, where it matters
	const keys = Object.keys(body).sort();
	if (keys.join() !== KEYS.join()) wrong.push(`keys: ${keys.join()}`);
	if (body.messages.length !== 1 || body.messages[0]?.role !== 'user') wrong.push('messages');
	if (body.output_config.format.type !== 'json_schema') wrong.push('format');
	const ids = body.output_config.format.schema.properties.warnings.items.properties.feature.enum;
	const named = [...(body.messages[0]?.content ?? '').matchAll(/^FEATURE (f[0-9a-f]{16})$/gm)].map((found) => found[1]);
	if (named.join() !== ids.join()) wrong.push('the ids of the schema are not those of the text');
	return {headers, body, ids};
}

const message = (text: string, more: object = {}) =>
	JSON.stringify({
		id: 'msg_fake',
		type: 'message',
		role: 'assistant',
		model: 'claude-haiku-5-5',
		content: [
			{type: 'thinking', thinking: '', signature: 'x'},
			{type: 'text', text},
		],
		stop_reason: 'end_turn',
		stop_sequence: null,
		usage: {input_tokens: 1200, output_tokens: 80, cache_creation_input_tokens: 0, cache_read_input_tokens: 0},
		...more,
	});

function play(step: Step, seen: Seen, response: ServerResponse): void {
	const json = (status: number, body: string, headers: Record<string, string> = {}) =>
		response.writeHead(status, {'content-type': 'application/json', 'request-id': 'req_fake', ...headers}).end(body);
	switch (step.kind) {
		case 'ok': {
			const usage = step.usage && {usage: {input_tokens: step.usage.input, output_tokens: step.usage.output}};
			json(200, message(JSON.stringify(step.says(seen)), usage ?? {}));
			return;
		}
		case 'text':
			json(200, message(step.text));
			return;
		case 'stop':
			json(200, message('{"warnings": [{"fea', {stop_reason: step.reason}));
			return;
		case 'status': {
			const error = {type: 'error', error: {type: 'some_error', message: '\u001b[31m<b>words of a server</b>'}};
			json(step.status, JSON.stringify(error), step.headers);
			return;
		}
		case 'hang':
			return;
		case 'cut': {
			const body = message('{}');
			response.writeHead(200, {'content-type': 'application/json', 'content-length': String(body.length)});
			response.write(body.slice(0, 60), () => response.destroy());
			return;
		}
		case 'drip': {
			response.writeHead(200, {'content-type': 'application/json'});
			const timer = setInterval(() => response.write(' '), 20);
			response.once('close', () => clearInterval(timer));
			return;
		}
		case 'endless': {
			response.writeHead(200, {'content-type': 'application/json'});
			const block = ' '.repeat(64 * 1024);
			const more = () => {
				while (!response.destroyed && response.write(block));
				if (!response.destroyed) response.once('drain', more);
			};
			more();
			return;
		}
		case 'redirect':
			response.writeHead(307, {location: step.to}).end();
			return;
		case 'html':
			response.writeHead(200, {'content-type': 'text/html'}).end('<html>log in to the network</html>');
			return;
	}
}

export const says =
	(warnings: (seen: Seen) => readonly Warning[], summary = 'The service answers more quickly.'): Says =>
	(seen) => ({warnings: warnings(seen), summary});

export const nothing: Step = {kind: 'ok', says: says(() => [])};

/** A model that an attacker owns: it attacks with everything the shape of an answer allows. */
export function hijacked(words: string): Step {
	const levels = ['note', 'careful', 'risky', 'stop'];
	return {
		kind: 'ok',
		says: says(
			({ids}) => ids.map((feature, i) => ({feature, level: levels[i % levels.length] ?? 'stop', because: words})),
			words,
		),
	};
}
