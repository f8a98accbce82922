// Room: ports. Time and ids. The only way the program knows what time it is.

export interface Clock {
	/** Milliseconds since the epoch, UTC. For labels. */
	now(): number;
	/** Monotonic milliseconds, with fractions. For durations. */
	mono(): number;
	/** Resolves after `ms`, or rejects with the signal's reason when aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
