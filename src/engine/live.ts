// Room: engine. What a face holds in its hand: a running deployment to watch, answer and stop. TUI and headless are two faces of it.

import type {Published} from '../domain/deployment/event.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import type {Fault} from '../domain/fault/fault.ts';
import type {ExitCode} from '../domain/outcome.ts';

/** How the process ends; the deployment itself may stay open (held, interrupted). */
export interface Ending {
	readonly exit: ExitCode;
	readonly state: DeploymentState;
	readonly fault?: Fault;
}

export interface LiveDeployment {
	/** The fold of all events so far. Immutable: a new object after each event. */
	state(): DeploymentState;
	/** Called for each event after it was journalled, and for each log line. Returns the unsubscriber. */
	subscribe(listener: (event: Published) => void): () => void;
	/** A person's answer to the open decision. False when that decision is not open, or the value is not one of its options. */
	answer(decisionId: string, value: string): boolean;
	/** `promote` skips the rest of the watch at this weight, `pause` holds it there, `resume` lets it go on. */
	wish(wish: 'promote' | 'pause' | 'resume'): void;
	/** `stop`: leave at the next safe point, the deployment stays open. `abort`: take everything back and close it. */
	cancel(how: 'stop' | 'abort'): void;
	/** Never rejects. */
	readonly ended: Promise<Ending>;
}
