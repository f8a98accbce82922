// Room: gateway. One health question to one slot.

import {get} from 'node:http';

const PROBE_TIMEOUT_MS = 5000;

/** True when the application answers 2xx in time. A connection of its own each time, so that a dead listener shows. */
export function probe(port: number, path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const request = get(
			{
				host: '127.0.0.1',
				port,
				path,
				agent: false,
				signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
				headers: {'user-agent': 'orchestra-health'},
			},
			(response) => {
				const status = response.statusCode ?? 0;
				response.on('error', () => {});
				response.resume();
				response.destroy();
				resolve(status >= 200 && status < 300);
			},
		);
		request.on('error', () => resolve(false));
	});
}
