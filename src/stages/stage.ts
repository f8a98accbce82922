// Room: stages. The one interface of the six. A stage holds no state of its own: what it knows is its input and the log.

import type {Judgement} from '../domain/analysis/judge.ts';
import type {DecisionKind, DecisionRequest} from '../domain/decision.ts';
import type {Body, LogLine} from '../domain/deployment/event.ts';
import type {Fault} from '../domain/fault/fault.ts';
import type {StageName} from '../domain/ids.ts';
import type {Safe} from '../domain/safe.ts';
import type {Clock} from '../ports/clock.ts';
import type {DeploymentFolder} from '../ports/files.ts';

/** Why a stage may not start, as a fault a person can act on. */
export type Blocker = Fault;

export type Movement<Out> =
	/** `summary`: one line for the rail and the log, e.g. "52 changes in 31 features". */
	| {readonly kind: 'finished'; readonly output: Out; readonly summary: Safe}
	/** Waiting on a person: not a failure. The process leaves with exit code 8 and says how to go on. */
	| {readonly kind: 'held'; readonly request: DecisionRequest}
	| {readonly kind: 'stopped'; readonly fault: Fault};

/** A resumable unit. It sets state and never toggles it, so that applying twice is the same as once. */
export interface Step<Result> {
	/** Unique within its stage and the same after a resume, e.g. `route.25`. */
	readonly key: string;
	readonly title: string;
	/** Asks reality, not the log: the result when it is done already, undefined when it is not. */
	isDone(): Promise<Result | undefined>;
	apply(): Promise<Result>;
}

/** What a stage may do while it performs. The engine stamps, journals and publishes; the stage never prints. */
export interface Stand {
	readonly folder: DeploymentFolder;
	readonly clock: Clock;
	/** Raised when the deployment must stop at the next safe point (Ctrl-C, SIGTERM) or be aborted. */
	readonly signal: AbortSignal;
	readonly fence: number;
	/** Journals and publishes. Not synced by itself: steps and decisions are. */
	emit(body: Body): Promise<void>;
	/** Shown and kept in output.log, no part of the truth. */
	log(line: Omit<LogLine, 'type' | 'stage'>): void;
	/**
	 * Runs a step once: intent on disk, effect, confirmation on disk. After a crash it asks reality first and says what the
	 * journal says, what reality says and what it does. Returns the step's result (JSON data). Faults pass through.
	 */
	step<Result>(step: Step<Result>): Promise<Result>;
	/**
	 * Asks and waits. `undefined`: nobody answers (no terminal, no flag): return `held`. An answer given before a crash is not
	 * asked again, except `trust`: what was trusted is asked of the machine's own store, never of a journal.
	 * @param meanwhile runs while a person thinks; what it resolves with is the answer, as the policy's. It is told by the
	 * signal when an answer came first.
	 */
	ask(
		request: Omit<DecisionRequest, 'stage'>,
		meanwhile?: (signal: AbortSignal) => Promise<string>,
	): Promise<string | undefined>;
	/**
	 * Whether there is a person to ask. For questions that have a good answer of their own: where nobody sits they are not
	 * asked at all, and hold nothing up. Missing: nobody.
	 */
	readonly attended?: boolean;
	/** Whether this step was ever intended, past lives included: what may have to be taken back. */
	begun(key: string): boolean;
	/** The last gate's verdict, past lives included: what was decided before a crash is not decided anew. */
	judged(): Judgement | undefined;
	/** What other terminals asked for since the last call: `promote` skips the rest of a watch, `pause` holds it. */
	wishes(): {readonly promote: boolean; readonly paused: boolean};
	note(text: string, level?: 'info' | 'warning'): Promise<void>;
}

export interface Stage<In, Out> {
	readonly name: StageName;
	/** What a person may be asked here: the table behind `--help` and the non-terminal test. */
	readonly asks: readonly DecisionKind[];
	/** Pure: may this stage start? */
	check(input: In): readonly Blocker[];
	perform(input: In, stand: Stand): Promise<Movement<Out>>;
	/** Brings the world back to where it was before this stage, as far as it was changed. Idempotent; asks reality. */
	retreat?(input: In, stand: Stand): Promise<void>;
}
