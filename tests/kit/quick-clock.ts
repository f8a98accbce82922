// Room: tests. A real clock whose waits can be made shorter, so that a rule of seconds is tested in milliseconds.

import {setTimeout as wait} from 'node:timers/promises';
import type {Clock} from '../../src/ports/clock.ts';

/** @param scale how much of each sleep is really slept, 0–1. `sleeps` records what was asked for, milliseconds. */
export function quickClock(scale = 1): Clock & {readonly sleeps: number[]} {
	const sleeps: number[] = [];
	return {
		sleeps,
		now: () => Date.now(),
		mono: () => performance.now(),
		async sleep(ms, signal) {
			sleeps.push(ms);
			await wait(ms * scale, undefined, signal === undefined ? {} : {signal}).catch((error) => {
				throw signal?.reason ?? error;
			});
		},
	};
}
