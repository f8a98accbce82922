// Room: tests. The real clock: it waits at least as long as asked, and an abort leaves nothing behind.

import {getEventListeners} from 'node:events';
import {expect, test} from 'vitest';
import {systemClock} from '../../src/adapters/clock.ts';

test('it sleeps as long as it was asked to, by the monotonic clock', async () => {
	const before = systemClock.mono();
	await systemClock.sleep(15);
	expect(systemClock.mono() - before).toBeGreaterThanOrEqual(12);
});

test('an abort ends the sleep with the reason of the signal', async () => {
	const stop = new AbortController();
	const sleeping = systemClock.sleep(60_000, stop.signal);
	stop.abort(new Error('enough'));
	await expect(sleeping).rejects.toThrow('enough');
	await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
});

test('a thousand sleeps on one signal leave no listener on it', async () => {
	const {signal} = new AbortController();
	await Promise.all(Array.from({length: 1000}, () => systemClock.sleep(0, signal)));
	expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a sleep longer than a timer can hold is not over at once', async () => {
	const stop = new AbortController();
	let over = false;
	const sleeping = systemClock.sleep(2 ** 33, stop.signal).then(
		() => {
			over = true;
		},
		() => undefined,
	);
	await systemClock.sleep(5);
	expect(over).toBe(false);
	stop.abort();
	await sleeping;
});
