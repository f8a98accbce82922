// Room: adapters. One request to the Messages API, within one deadline for everything: loading, credentials, retries, the
// body's last byte. Says in our own words what went wrong: what a server says is not repeated. Nothing is printed.

import type {MessageCreateParamsNonStreaming} from '@anthropic-ai/sdk/resources/messages';
import {z} from 'zod';
import {answerSchema, MOST_OUTPUT_TOKENS, SYSTEM} from './prompt.ts';

export const DEADLINE_MS = 20_000;
/** Attempts after the first; each may cost. */
export const RETRIES = 2;
const MOST_BYTES = 1024 * 1024;

export interface Asked {
	readonly text: string;
	readonly tokens: {readonly input: number; readonly output: number};
	/** Attempts before the good one that may have been billed without saying so. */
	readonly lost: number;
}

/** Why there is no answer, in words that follow "AI off: ". */
export class NoAnswer extends Error {
	/** Attempts that may have been billed without saying so. */
	lost = 0;
	/** What it cost all the same: known for answers that stopped early. */
	tokens?: Asked['tokens'];
}

export type AiRequest = MessageCreateParamsNonStreaming;

/** The whole request: nothing else of this repository goes along. */
export function requestFor(model: string, words: {readonly text: string; readonly ids: readonly string[]}): AiRequest {
	return {
		model,
		max_tokens: MOST_OUTPUT_TOKENS,
		system: SYSTEM,
		messages: [{role: 'user', content: words.text}],
		output_config: {effort: 'low', format: {type: 'json_schema', schema: answerSchema(words.ids)}},
	};
}

const messageSchema = z.object({
	stop_reason: z.string().nullable(),
	content: z.array(z.looseObject({type: z.string(), text: z.string().optional()})).max(100),
	usage: z.object({
		input_tokens: z.number().int().min(0),
		output_tokens: z.number().int().min(0),
		cache_creation_input_tokens: z.number().int().min(0).nullish(),
		cache_read_input_tokens: z.number().int().min(0).nullish(),
	}),
});

const STOPS: Readonly<Record<string, string>> = {
	refusal: 'the model would not answer',
	max_tokens: 'the answer was cut off',
	model_context_window_exceeded: 'the answer was cut off',
};

function statusWords(status: number): string {
	if (status === 401 || status === 403) return `the credentials were refused (${status})`;
	if (status === 402) return 'there is no credit (402)';
	if (status === 404) return 'the model is not known there (404)';
	if (status === 413) return 'the request was too large (413)';
	if (status === 429) return 'too many requests (429)';
	if (status === 529) return 'the service is overloaded (529)';
	return status >= 500 ? `the service failed (${status})` : `the request was refused (${status})`;
}

/** What happened on the wire, as far as it says what to pay and what to report. */
interface Wire {
	attempts: number;
	/** Attempts that ended without an answer that says what it cost. */
	unpaid: number;
	answered: boolean;
	tooLong: boolean;
}

/** Seconds or milliseconds to wait as the server asks; undefined when it does not say. */
function waitMs(headers: Headers): number | undefined {
	const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
	if (Number.isFinite(ms)) return ms;
	const seconds = Number.parseFloat(headers.get('retry-after') ?? '');
	return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** `fetch` with what the SDK leaves open: no redirects, a bounded body, no waiting beyond the deadline, a count of attempts. */
function watched(wire: Wire, remaining: () => number): typeof fetch {
	return async (input, init) => {
		const counts = /\/v1\/messages(?:$|\?)/.test(input instanceof Request ? input.url : String(input));
		if (counts) wire.attempts++;
		if (counts) wire.unpaid++;
		const response = await fetch(input, {...init, redirect: 'error'});
		wire.answered = true;
		// An error status is not billed; what breaks off, or hangs, may be.
		if (counts && response.status >= 400) wire.unpaid--;
		const headers = new Headers(response.headers);
		const wait = waitMs(headers);
		if (wait !== undefined && wait > remaining()) headers.set('x-should-retry', 'false');
		let bytes = 0;
		const bounded = response.body?.pipeThrough(
			new TransformStream<Uint8Array, Uint8Array>({
				transform(chunk, controller) {
					bytes += chunk.byteLength;
					if (bytes <= MOST_BYTES) controller.enqueue(chunk);
					else {
						wire.tooLong = true;
						controller.error(new Error('too long'));
					}
				},
			}),
		);
		// The body is decoded already.
		headers.delete('content-encoding');
		headers.delete('content-length');
		return new Response(bounded ?? null, {status: response.status, statusText: response.statusText, headers});
	};
}

const silent = () => undefined;

/**
 * Faults: NoAnswer; the signal's reason when the signal was raised.
 * @param deadlineMs for everything together.
 */
export async function ask(request: AiRequest, signal: AbortSignal, deadlineMs = DEADLINE_MS): Promise<Asked> {
	signal.throwIfAborted();
	const wire: Wire = {attempts: 0, unpaid: 0, answered: false, tooLong: false};
	const started = performance.now();
	const over = new AbortController();
	const either = AbortSignal.any([signal, over.signal]);
	// A timer that keeps the process alive: with an unreferenced one it could end in the middle of a wait, without a word.
	const timer = setTimeout(() => over.abort(), deadlineMs);
	try {
		const late = new Promise<never>((_, reject) => {
			either.addEventListener('abort', () => reject(new NoAnswer('deadline')), {once: true});
		});
		late.catch(silent);
		return await Promise.race([late, send(request, either, wire, () => deadlineMs - (performance.now() - started))]);
	} catch (error) {
		signal.throwIfAborted();
		const answer = over.signal.aborted
			? new NoAnswer(`no answer within ${deadlineMs / 1000} s`)
			: wordsFor(error, wire);
		answer.lost = wire.unpaid;
		throw answer;
	} finally {
		clearTimeout(timer);
		// Whatever still runs is told to stop.
		over.abort();
	}
}

async function send(request: AiRequest, signal: AbortSignal, wire: Wire, remaining: () => number): Promise<Asked> {
	const {Anthropic} = await import('@anthropic-ai/sdk');
	const logger = {error: silent, warn: silent, info: silent, debug: silent};
	const client = new Anthropic({
		logger,
		logLevel: 'off',
		openTelemetry: false,
		maxRetries: RETRIES,
		timeout: Math.max(1, Math.ceil(remaining())),
		fetch: watched(wire, remaining),
	});
	// Not `messages.create`, which is this call and a console.warn for some models: on a screen, or in JSON, nobody may print.
	const data = await client.post<unknown>('/v1/messages', {body: request, signal});
	const message = messageSchema.safeParse(data);
	if (!message.success) throw new NoAnswer('the answer is not one of the Messages API');
	const {stop_reason, content, usage} = message.data;
	wire.unpaid--;
	const tokens = {
		input: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
		output: usage.output_tokens,
	};
	const stopped = stop_reason === null ? undefined : STOPS[stop_reason];
	if (stopped !== undefined) {
		const cause = new NoAnswer(stopped);
		cause.tokens = tokens;
		throw cause;
	}
	const text = content.flatMap((block) => (block.type === 'text' ? (block.text ?? '') : [])).join('');
	return {text, tokens, lost: wire.unpaid};
}

function wordsFor(error: unknown, wire: Wire): NoAnswer {
	if (error instanceof NoAnswer) return error;
	if (wire.tooLong) return new NoAnswer('the answer is too long');
	// The SDK's errors are told apart by their status: their words, and those of the server, may change.
	const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
	if (typeof status === 'number') return new NoAnswer(statusWords(status));
	if (wire.attempts === 0) return new NoAnswer('no usable credentials');
	if (error instanceof SyntaxError) return new NoAnswer('the answer is not JSON');
	return new NoAnswer(wire.answered ? 'the answer broke off' : 'the service cannot be reached');
}
