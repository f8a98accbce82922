// Room: adapters. The real clock. Tests use their own.

import type {Clock} from '../ports/clock.ts';

/** setTimeout turns longer waits into 1 ms: such a sleep is taken in parts. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => Date.now(),
	mono: () => performance.now(),
	sleep: (ms, signal) =>
		new Promise((resolve, reject) => {
			if (signal?.aborted) {
				reject(signal.reason);
				return;
			}
			const until = performance.now() + ms;
			let timer: NodeJS.Timeout;
			const stop = () => {
				clearTimeout(timer);
				reject(signal?.reason);
			};
			const wait = () => {
				const left = until - performance.now();
				if (left > LONGEST_TIMER) timer = setTimeout(wait, LONGEST_TIMER);
				else
					timer = setTimeout(
						() => {
							signal?.removeEventListener('abort', stop);
							resolve();
						},
						Math.max(0, left),
					);
			};
			signal?.addEventListener('abort', stop, {once: true});
			wait();
		}),
};
