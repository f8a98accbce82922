// Room: targets. Speaks to the gateway over its unix socket. The only one that knows the protocol besides the gateway itself.

import {request as httpRequest} from 'node:http';
import type {Counts} from '../domain/analysis/window.ts';
import {CATALOGUE, type FaultCode} from '../domain/fault/catalogue.ts';
import {raise} from '../domain/fault/fault.ts';
import {
	type GatewayReport,
	gatewayPaths,
	type Hello,
	PROTOCOL,
	PROTOCOL_HEADER,
	type Refusal,
	type SlotReport,
	type Verb,
} from '../gateway/protocol.ts';
import {livingKeeper} from '../gateway/protocol-keeper.ts';
import type {Clock} from '../ports/clock.ts';

/** How long a gateway that is being restarted by its keeper is waited for. */
const RESTART_MS = 10_000;
const ANSWER_LIMIT = 20_000_000;

/** What each verb answers. */
export interface Answers extends Record<Verb, unknown> {
	hello: Hello;
	observe: GatewayReport;
	start: SlotReport;
	route: GatewayReport;
	renew: Record<string, never>;
	drain: {inFlight: number; websockets: number};
	stop: SlotReport;
	keepWarm: SlotReport;
	counts: Counts;
	logs: {lines: string[]};
	shutdown: Record<string, never>;
}

export interface GatewayClient {
	/**
	 * Performs a verb. All verbs set states, so one that was cut off by a restart of the gateway is sent again. `signal`
	 * ends the waiting for a gateway that is not there; what was sent is waited for.
	 * Faults: GATEWAY_UNREACHABLE, GATEWAY_OTHER_VERSION, and what the gateway refuses with.
	 */
	call<V extends Verb>(verb: V, body: object, options?: {signal?: AbortSignal}): Promise<Answers[V]>;
	/** Undefined when no gateway answers and none is being restarted. */
	hello(): Promise<Hello | undefined>;
	readonly socket: string;
}

/** Nobody answers: it is not there, or it died while answering. */
class Silence extends Error {}

export function createGatewayClient(stateFolder: string, clock: Clock): GatewayClient {
	const {socket, keeper} = gatewayPaths(stateFolder);

	async function insist<V extends Verb>(verb: V, body: object, signal?: AbortSignal): Promise<Answers[V] | undefined> {
		const deadline = clock.mono() + RESTART_MS;
		for (;;) {
			try {
				// Never cut off: the gateway would do it all the same, and whoever takes things back would not see it yet.
				return await once(socket, verb, body);
			} catch (error) {
				if (!(error instanceof Silence)) throw error;
				signal?.throwIfAborted();
				if (livingKeeper(keeper) === undefined || clock.mono() > deadline) return undefined;
				await clock.sleep(50, signal);
			}
		}
	}

	return {
		socket,
		async call(verb, body, options = {}) {
			const answer = await insist(verb, body, options.signal);
			return answer ?? raise('GATEWAY_UNREACHABLE', {with: {socket}});
		},
		hello: () => insist('hello', {}),
	};
}

function once<V extends Verb>(socket: string, verb: V, body: object): Promise<Answers[V]> {
	return new Promise((resolve, reject) => {
		const text = JSON.stringify(body);
		const request = httpRequest({
			socketPath: socket,
			path: `/${verb}`,
			method: 'POST',
			agent: false,
			headers: {
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(text),
				[PROTOCOL_HEADER]: String(PROTOCOL),
			},
		});
		request.on('error', (error) => reject(new Silence(error.message)));
		request.on('response', (response) => {
			let answer = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => {
				answer += chunk;
				if (answer.length > ANSWER_LIMIT) request.destroy();
			});
			response.on('error', (error) => reject(new Silence(error.message)));
			response.on('end', () => {
				try {
					const parsed: unknown = JSON.parse(answer);
					// The answer of a gateway of our own protocol version, on a socket that only this user can open.
					if (response.statusCode === 200) return resolve(parsed as Answers[V]);
					raiseRefusal(response.statusCode ?? 0, parsed);
				} catch (error) {
					reject(error);
				}
			});
		});
		request.end(text);
	});
}

const isCode = (code: unknown): code is FaultCode => typeof code === 'string' && Object.hasOwn(CATALOGUE, code);

function raiseRefusal(status: number, answer: unknown): never {
	if (status === 426 && typeof answer === 'object' && answer !== null && 'protocol' in answer)
		raise('GATEWAY_OTHER_VERSION', {with: {theirs: String(answer.protocol), ours: PROTOCOL}});
	// Only a gateway of the same protocol gets here; a code that this Orchestra does not know is a bug of one of them.
	const refusal = answer as Partial<Refusal>;
	if (isCode(refusal.code)) raise(refusal.code, {with: refusal.with ?? {}});
	raise('BUG', {with: {message: `the gateway answered ${status}`}});
}
