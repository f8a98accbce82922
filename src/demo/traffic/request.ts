// Room: demo. One request of the demo's traffic, from its kind to what became of it. It counts nothing.

import {type Agent, type IncomingMessage, request} from 'node:http';
import type {Outcome} from './tally.ts';

export interface Errand {
	readonly method: 'GET' | 'POST';
	readonly path: string;
	readonly body?: string;
	/** Keeps the connection for the next one, or takes a fresh one and closes it. */
	readonly keepAlive: boolean;
	/** Sends the second half of its body so many milliseconds later. 0: at once. */
	readonly dawdle: number;
}

const CUSTOMERS = ['Ada', 'Bo', 'Chidi', 'Dina', 'Eli'];
const PRODUCTS = ['rye', 'roll', 'baguette', 'plum cake', 'pretzel'];
const DAWDLE_MS = 700;

const pick = (list: readonly string[], nth: number) => list[nth % list.length] ?? '';

/**
 * What the nth caller of the bakery wants: of twenty, eleven read prices or orders, four order, two look their order up,
 * two make one ready, one wants the report. Every fifth comes on a connection of their own, and now and then one dawdles.
 * @param known the id of an order that exists, when one is known.
 */
export function errand(nth: number, known: string | undefined): Errand {
	const what = nth % 20;
	const keepAlive = nth % 5 !== 4;
	const get = (path: string): Errand => ({method: 'GET', path, keepAlive, dawdle: 0});
	if (what % 5 === 2) {
		const order = {customer: pick(CUSTOMERS, nth), product: pick(PRODUCTS, nth >> 2), quantity: 1 + (nth % 3)};
		const dawdle = nth % 60 === 42 ? DAWDLE_MS : 0;
		return {method: 'POST', path: '/orders', body: JSON.stringify(order), keepAlive, dawdle};
	}
	if (known !== undefined && (what === 3 || what === 14)) return get(`/orders/${known}`);
	if (known !== undefined && (what === 8 || what === 19))
		return {method: 'POST', path: `/orders/${known}/ready`, keepAlive, dawdle: 0};
	if (what === 10) return get('/report/today');
	if (what % 2 === 0) return get('/products');
	return get(`/orders?customer=${pick(CUSTOMERS, nth)}`);
}

/** What an error of the connection means to a user. */
function outcomeOf(error: NodeJS.ErrnoException): Outcome {
	if (error.name === 'TimeoutError') return {kind: 'timed out'};
	if (error.code === 'ECONNREFUSED') return {kind: 'refused'};
	if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED') return {kind: 'reset'};
	return {kind: 'failed'};
}

export interface Sent {
	readonly outcome: Outcome;
	/** The order that was made, when one was. */
	readonly made?: string;
}

const headerOf = (answer: IncomingMessage, name: string) => {
	const value = answer.headers[name];
	return Array.isArray(value) ? value[0] : value;
};

/** Sends it and waits for the whole answer. Never rejects. @param patience milliseconds until it counts as timed out. */
export function send(door: URL, what: Errand, agent: Agent, patience: number): Promise<Sent> {
	return new Promise((resolve) => {
		const sent = request(new URL(what.path, door), {
			method: what.method,
			agent: what.keepAlive ? agent : false,
			headers: what.body === undefined ? {} : {'content-type': 'application/json'},
		});
		const tooLate = new DOMException('no answer in time', 'TimeoutError');
		const timer = setTimeout(() => sent.destroy(tooLate), patience);
		let rest: NodeJS.Timeout | undefined;
		const settle = (done: Sent) => {
			clearTimeout(timer);
			clearTimeout(rest);
			resolve(done);
		};

		sent.on('error', (error) => settle({outcome: outcomeOf(error)}));
		sent.on('response', (answer) => {
			const status = answer.statusCode ?? 0;
			const made = /^\/orders\/(\d{1,15})$/.exec(headerOf(answer, 'location') ?? '')?.[1];
			const release = headerOf(answer, 'x-release');
			answer.on('error', (error) => settle({outcome: outcomeOf(error)}));
			answer.on('end', () => {
				// 'end' also comes when the other side hung up in the middle of a body without a length.
				if (!answer.complete) settle({outcome: {kind: 'reset'}});
				else settle({outcome: {kind: 'answered', status, release}, ...(made === undefined ? {} : {made})});
			});
			answer.resume();
		});

		const body = what.body ?? '';
		if (what.dawdle === 0) sent.end(body);
		else {
			sent.setHeader('content-length', Buffer.byteLength(body));
			sent.write(body.slice(0, body.length >> 1));
			rest = setTimeout(() => sent.end(body.slice(body.length >> 1)), what.dawdle);
		}
	});
}
