// Room: tests. A clock that only moves when told to, or by exactly what is slept.

import type {Clock} from '../../src/ports/clock.ts';

export interface FakeClock extends Clock {
	advance(ms: number): void;
	readonly slept: number[];
}

export function fakeClock(start = Date.UTC(2026, 10, 21, 10, 0, 0)): FakeClock {
	let elapsed = 0;
	const slept: number[] = [];
	return {
		slept,
		now: () => start + elapsed,
		mono: () => elapsed,
		advance: (ms) => {
			elapsed += ms;
		},
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			slept.push(ms);
			elapsed += ms;
			await Promise.resolve();
		},
	};
}
