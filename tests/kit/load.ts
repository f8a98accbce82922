// Room: tests. A bounded load generator that loses nothing by itself: keep-alive and not, GET and POST, slow requests and
// WebSockets, each answer checked, each loss named. What it counts is what a client would have seen.

import {Agent, request as httpRequest} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

export interface LoadResult {
	ok: number;
	/** 5xx that the application itself gave (it names itself in `x-version`). */
	appErrors: number;
	/** 5xx without the application's mark: the gateway's own. */
	ownErrors: number;
	refused: number;
	reset: number;
	/** A 200 whose body was not what was asked for. */
	wrong: number;
	/** WebSockets that were cut, or could not be opened, while the load was still running. */
	wsDropped: number;
	/**
	 * WebSockets whose own application told them to come again (1012 or 1001) because it was asked to end. Their clients do
	 * so at once. No loss of a switch, as long as it happens later than the switch: the version and the moment are here.
	 */
	readonly wsRetired: {readonly version: string; readonly at: number}[];
	wsMessages: number;
	readonly byVersion: Map<string, number>;
	/** Which versions gave the application's own 5xx. */
	readonly appErrorsBy: Map<string, number>;
	readonly errors: Map<string, number>;
}

export interface Load {
	/** Stops asking, waits for what is under way, closes the WebSockets. */
	stop(): Promise<LoadResult>;
	readonly result: LoadResult;
}

export interface LoadOptions {
	/** Clients that ask one request after the other; half of them keep their connection. Default 8. */
	readonly clients?: number;
	/** Milliseconds between a client's answer and its next request. Default 5. */
	readonly pauseMs?: number;
	readonly slow?: number;
	readonly slowMs?: number;
	readonly sockets?: number;
}

interface Answer {
	readonly status: number;
	readonly version: string | undefined;
	readonly body: string;
}

function ask(url: string, agent: Agent | false, body: string | undefined): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const request = httpRequest(url, {agent, method: body === undefined ? 'GET' : 'POST'}, (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => {
				text += chunk;
			});
			response.on('error', reject);
			response.on('end', () => {
				const version = response.headers['x-version'];
				resolve({
					status: response.statusCode ?? 0,
					version: typeof version === 'string' ? version : undefined,
					body: text,
				});
			});
		});
		request.on('error', reject);
		request.end(body);
	});
}

const LOST: LoadResult = {
	ok: 0,
	appErrors: 0,
	ownErrors: 0,
	refused: 0,
	reset: 0,
	wrong: 0,
	wsDropped: 0,
	wsRetired: [],
	wsMessages: 0,
	byVersion: new Map(),
	appErrorsBy: new Map(),
	errors: new Map(),
};

/** Requests that were lost, and sockets that were cut. */
export function losses(result: LoadResult): number {
	return result.ownErrors + result.refused + result.reset + result.wrong + result.wsDropped;
}

export function startLoad(url: string, options: LoadOptions = {}): Load {
	const {clients = 8, pauseMs = 5, slow = 2, slowMs = 400, sockets = 3} = options;
	const result: LoadResult = {
		...LOST,
		wsRetired: [],
		byVersion: new Map(),
		appErrorsBy: new Map(),
		errors: new Map(),
	};
	let running = true;
	const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);

	const judge = async (answer: Promise<Answer>, wanted: (body: string) => boolean) => {
		try {
			const {status, version, body} = await answer;
			if (version !== undefined) count(result.byVersion, version);
			if (status >= 500 && version === undefined) {
				result.ownErrors++;
				count(result.errors, `${status} ${body.trim()}`);
			} else if (status >= 500) {
				result.appErrors++;
				count(result.appErrorsBy, version ?? '');
			} else if (status === 200 && wanted(body)) result.ok++;
			else {
				result.wrong++;
				count(result.errors, `wrong: ${status} ${body.slice(0, 40)}`);
			}
		} catch (error) {
			const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
			if (code === 'ECONNREFUSED') result.refused++;
			else result.reset++;
			count(result.errors, code);
		}
	};

	const client = async (nth: number) => {
		const agent = nth % 2 === 0 ? new Agent({keepAlive: true, maxSockets: 1}) : false;
		for (let i = 0; running; i++) {
			const body = (nth + i) % 3 === 0 ? `order ${nth}/${i} ${'x'.repeat((i * 37) % 5000)}` : undefined;
			await judge(ask(body === undefined ? `${url}/` : `${url}/echo`, agent, body), (text) =>
				body === undefined ? text.length > 0 : text === body,
			);
			await sleep(pauseMs);
		}
		if (agent) agent.destroy();
	};
	const slowClient = async () => {
		while (running) await judge(ask(`${url}/slow?ms=${slowMs}`, false, undefined), (text) => text.length > 0);
	};
	/** One socket from its opening to its end. The sample service answers each message with `release:message`. */
	const oneSocket = async (): Promise<'come again' | 'over'> => {
		const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
		let version = 'unknown';
		let opened = false;
		socket.addEventListener('open', () => {
			opened = true;
			socket.send('hello');
		});
		socket.addEventListener('message', ({data}) => {
			result.wsMessages++;
			version = String(data).replace(/:[^:]*$/, '');
		});
		const closed = new Promise<number>((resolve) => {
			socket.addEventListener('close', ({code}) => resolve(code));
		});
		let code: number | undefined;
		void closed.then((with_) => {
			code = with_;
		});
		while (running && code === undefined) {
			if (socket.readyState === WebSocket.OPEN) socket.send('ping');
			await Promise.race([sleep(50), closed]);
		}
		if (code === undefined) {
			socket.close();
			await closed;
			return 'over';
		}
		if (!running) return 'over';
		if (opened && (code === 1012 || code === 1001)) {
			result.wsRetired.push({version, at: performance.now()});
			return 'come again';
		}
		result.wsDropped++;
		count(result.errors, `WebSocket closed with ${code}`);
		return 'over';
	};
	const socketClient = async () => {
		while ((await oneSocket()) === 'come again');
	};

	const work = [
		...Array.from({length: clients}, (_, i) => client(i)),
		...Array.from({length: slow}, slowClient),
		...Array.from({length: sockets}, socketClient),
	];
	return {
		result,
		async stop() {
			running = false;
			await Promise.all(work);
			return result;
		},
	};
}
