// Room: ports. One deployment per repository and target at a time, owned by the kernel.

import type {DeploymentId, StageName} from '../domain/ids.ts';

export interface Holder {
	readonly who: string;
	readonly pid: number;
	/** Milliseconds since the epoch. */
	readonly since: number;
	readonly id?: DeploymentId;
	readonly stage?: StageName;
}

export type Request = 'abort' | 'pause' | 'resume' | 'promote';

export interface Lock {
	/** Durable and rising: each acquire raises it by at least one. Effects carry it. */
	readonly fence: number;
	/** What a second process is told. */
	describe(part: {id?: DeploymentId; stage?: StageName}): void;
	/** Requests of other terminals (`orchestra abort`, …). The listener's answer goes back to them. */
	onRequest(listener: (request: Request) => {accepted: boolean; text: string}): void;
	release(): Promise<void>;
}

export interface Locks {
	/**
	 * @param above a fence that somebody has seen: ours will be higher, also when the file that counts was lost.
	 * Faults: LOCKED (with the holder), LOCKED_ELSEWHERE, MEMORY_UNSAFE, DISK.
	 */
	acquire(above?: number): Promise<Lock>;
	/** Who holds it now; undefined when free. */
	holder(): Promise<Holder | undefined>;
	/** Sends a request to the holder; undefined when nobody holds the lock. */
	request(request: Request): Promise<{accepted: boolean; text: string} | undefined>;
}
