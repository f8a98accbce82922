// Room: gateway. What one slot answered, counted since this gateway started. Knows no socket and no clock.

import {bucketOf, LATENCY_BUCKETS, type SlotCounts} from '../domain/analysis/window.ts';

export interface Counter {
	/** The application answered. @param status 100–599. @param ms from the arrival of the request to the end of the answer. */
	answered(status: number, ms: number): void;
	/** The slot refused, reset or broke off, whether or not another slot saved the request. */
	failed(ms: number): void;
	/** The client left before the answer was complete: a request, and of no class. */
	abandoned(ms: number): void;
	read(): SlotCounts;
}

export function createCounter(): Counter {
	let requests = 0;
	let gatewayErrors = 0;
	const classes: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
	const latency = new Array<number>(LATENCY_BUCKETS).fill(0);
	const took = (ms: number) => {
		requests++;
		const bucket = bucketOf(ms);
		latency[bucket] = (latency[bucket] ?? 0) + 1;
	};
	return {
		answered(status, ms) {
			took(ms);
			const which = Math.min(5, Math.max(1, Math.floor(status / 100)));
			classes[which] = (classes[which] ?? 0) + 1;
		},
		failed(ms) {
			took(ms);
			gatewayErrors++;
		},
		abandoned: took,
		read: () => ({requests, classes: [...classes], gatewayErrors, latency: [...latency]}),
	};
}
