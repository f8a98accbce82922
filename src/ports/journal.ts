// Room: ports. The append-only log of one deployment.

import type {Body, DeploymentEvent} from '../domain/deployment/event.ts';

export interface Journal {
	/**
	 * Appends one record and returns it stamped. `durable` waits until it is on the disk (fdatasync), together with all
	 * records before it. Faults: DISK.
	 */
	append(body: Body, durable: boolean): Promise<DeploymentEvent>;
	/** All records that were there when the journal was opened, oldest first. */
	readonly past: readonly DeploymentEvent[];
	/** Bytes of a torn last record that opening dropped; 0 normally. */
	readonly tornBytes: number;
	close(): Promise<void>;
}
