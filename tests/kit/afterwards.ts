// Room: tests. What is to be cleared away: at the end of the test, or earlier, at the end of the part of it that made the
// mess. Outside vitest (the long scripts) there are only parts.

import {AsyncLocalStorage} from 'node:async_hooks';
import {onTestFinished} from 'vitest';

type Work = () => unknown;
const part = new AsyncLocalStorage<Work[]>();

/** The last asked for is done first. */
export function afterwards(work: Work): void {
	const mine = part.getStore();
	if (mine) mine.push(work);
	else onTestFinished(async () => void (await work()));
}

/** Runs one part of a test and clears away what it made, also when it throws. */
export function cleared<T>(work: () => Promise<T>): Promise<T> {
	const mine: Work[] = [];
	return part.run(mine, async () => {
		try {
			return await work();
		} finally {
			for (const clear of mine.toReversed()) await clear();
		}
	});
}
