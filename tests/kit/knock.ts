// Room: tests. People at the front door: a request every few milliseconds on a fresh connection, from the first answer on.
// Everything that is not an answer counts as lost; the application's own 5xx do not.

import {Agent, request} from 'node:http';

export interface Visitors {
	/** Waits for what is under way. */
	stop(): Promise<void>;
	/** What people would have seen as broken since the door first answered. */
	lost(): readonly string[];
	/** The same with its times: when the visitor came, and when it was over. */
	readonly losses: readonly Loss[];
	readonly answers: readonly Answer[];
}

/** Times as `performance.now()` gives them. */
interface Visit {
	readonly begun: number;
	readonly at: number;
}
export interface Loss extends Visit {
	readonly why: string;
}
export interface Answer extends Visit {
	readonly status: number;
	readonly version: string;
	/** How often the process that answered had been asked for its health and said yes. */
	readonly healthPasses: number;
}

export function knock(url: string, everyMs = 10): Visitors {
	const agent = new Agent({keepAlive: false});
	const losses: Loss[] = [];
	const answers: Answer[] = [];
	const pending = new Set<Promise<void>>();
	let opened = false;

	function visit(): Promise<void> {
		return new Promise((done) => {
			const begun = performance.now();
			const lose = (why: string) => losses.push({begun, at: performance.now(), why});
			const fail = (why: string) => {
				if (opened) lose(why);
				done();
			};
			const call = request(url, {agent, timeout: 10_000}, (response) => {
				let text = '';
				response.setEncoding('utf8');
				response.on('data', (chunk) => {
					text += chunk;
				});
				response.on('error', (error) => fail(error.message));
				response.on('end', () => {
					const status = response.statusCode ?? 0;
					const byGateway = response.headers['x-version'] === undefined;
					if (byGateway && status >= 500) {
						if (opened && answers.length > 0) lose(`${status} by the gateway: ${text.slice(0, 80)}`);
					} else {
						opened = true;
						const version = text.split(' ').at(-1) ?? '';
						const healthPasses = Number(response.headers['x-health-passes'] ?? 0);
						answers.push({begun, at: performance.now(), status, version, healthPasses});
					}
					done();
				});
			});
			call.on('timeout', () => call.destroy(new Error('timed out')));
			call.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
			call.end();
		});
	}

	const timer = setInterval(() => {
		if (pending.size > 200) return;
		const one = visit().finally(() => pending.delete(one));
		pending.add(one);
	}, everyMs);

	return {
		answers,
		losses,
		lost: () => losses.map(({why}) => why),
		async stop() {
			clearInterval(timer);
			await Promise.all(pending);
			agent.destroy();
		},
	};
}
