// Room: ports. A target: runtime (versions into slots), router (traffic between slots), telemetry (counts per slot).
// Verbs take the whole desired state and are idempotent; `observe()` is the truth.

import type {Counts} from '../domain/analysis/window.ts';
import type {SlotName} from '../domain/ids.ts';
import type {Safe} from '../domain/safe.ts';

export interface Capabilities {
	readonly weights: 'request' | 'connection' | 'count' | 'none';
	readonly drain: 'counted' | 'polled' | 'timer';
	readonly websocketsSurviveSwitch: boolean;
	readonly switch: 'atomic' | 'reload';
}

export interface SlotStatus {
	readonly name: SlotName;
	/** The release id it runs (version and short commit), undefined when empty. */
	readonly release?: Safe;
	/** Where it lies, when the target runs it from a folder of this machine. */
	readonly folder?: string;
	readonly state: 'empty' | 'starting' | 'healthy' | 'unhealthy' | 'restarting' | 'failed';
	readonly pid?: number;
	readonly port?: number;
	readonly inFlight: number;
	readonly websockets: number;
	/** Health probes in a row that failed, as the target itself sees them. */
	readonly failedProbes: number;
	/** Exit code of its last process when it died by itself. */
	readonly lastExit?: number;
	/** Everybody was on this release once: it may be gone back to. A canary that was never promoted is not trusted. */
	readonly trusted?: boolean;
}

export interface Observed {
	readonly slots: Readonly<Record<SlotName, SlotStatus>>;
	readonly weights: Readonly<Record<SlotName, number>>;
	readonly stable: SlotName;
	readonly fence: number;
	/** The address people use, e.g. `http://127.0.0.1:8080`. */
	readonly frontDoor: string;
	/** Why the target last changed the weights by itself (dead-man's rule, dead canary). Gone after the next `route`. */
	readonly note?: Safe;
}

export interface StartSlot {
	readonly slot: SlotName;
	readonly release: string;
	readonly folder: string;
	readonly command: string;
	readonly env: Readonly<Record<string, string>>;
	readonly healthPath: string;
	/** Seconds until it must be healthy, and passes in a row needed. */
	readonly healthyWithin: number;
	readonly healthyInARow: number;
	readonly fence: number;
}

export interface Target {
	readonly name: string;
	readonly capabilities: Capabilities;
	/** Makes sure the data plane runs (starts the gateway). Faults: PORT_TAKEN, GATEWAY_UNREACHABLE, GATEWAY_OTHER_VERSION. */
	ensure(): Promise<void>;
	/** Undefined when the data plane does not run. */
	observe(): Promise<Observed | undefined>;
	/** Starts a release in a slot and returns when it is healthy. Already running there: returns at once. Faults: NEVER_HEALTHY, SLOT_DIED, GATEWAY_FENCED. */
	start(slot: StartSlot, signal?: AbortSignal): Promise<SlotStatus>;
	/**
	 * Sets all weights (they add up to 100) and which slot is stable; confirmed by observation before it returns.
	 * `leaseSeconds` arms the dead-man's rule while both slots get traffic. Faults: ROUTE_NOT_CONFIRMED, GATEWAY_FENCED.
	 */
	route(wish: {
		weights: Readonly<Record<SlotName, number>>;
		stable: SlotName;
		fence: number;
		leaseSeconds: number;
	}): Promise<void>;
	/** A sign of life of the conductor: renews the lease. */
	renew(fence: number): Promise<void>;
	/** Waits until the slot has no request in flight, at most `seconds`. Returns what was left. */
	drain(slot: SlotName, seconds: number): Promise<{inFlight: number; websockets: number}>;
	/** Stops the slot's processes (SIGTERM, then SIGKILL to the group). Refuses while it has weight. Idempotent. */
	stop(slot: SlotName, fence: number): Promise<void>;
	/** Lets the slot run `seconds` more without traffic, then it is stopped by the data plane itself. */
	keepWarm(slot: SlotName, seconds: number, fence: number): Promise<void>;
	counts(): Promise<Counts>;
	/** The last lines the slot's process printed. */
	logs(slot: SlotName, lines: number): Promise<readonly Safe[]>;
}
