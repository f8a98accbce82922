// Room: domain. What can happen in a deployment. The journal is a list of these; every screen is a fold of them.
// Adding a type: add it here, fold it in fold.ts, and say it in headless/lines.ts (the compiler asks for both).

import type {ChosenBy, Recommendation} from '../advice/recommendation.ts';
import type {Judgement} from '../analysis/judge.ts';
import type {Window} from '../analysis/window.ts';
import type {BuiltCommit, Proof, Regenerated} from '../batch.ts';
import type {DecisionAnswer, DecisionRequest} from '../decision.ts';
import type {Fault} from '../fault/fault.ts';
import type {DeploymentId, Oid, SlotName, StageName} from '../ids.ts';
import type {Outcome} from '../outcome.ts';
import type {SuiteResult} from '../release.ts';
import type {RolloutStep} from '../rollout/strategy.ts';
import type {Safe} from '../safe.ts';
import type {Situation} from '../selection/situation.ts';

/** What the waiting changes do to files; the whole lists are in discovery.json. */
export interface WaitingFiles {
	readonly added: readonly Safe[];
	readonly modified: readonly Safe[];
	readonly allAdded: number;
	readonly allModified: number;
}

/** A feature as screens and history show it; the whole one is in discovery.json and batch.json. */
export interface FeatureLine {
	readonly id: string;
	readonly title: Safe;
	readonly kind: string;
	readonly bucket?: string;
	readonly risk?: number;
	readonly breaking: boolean;
	readonly topics: readonly string[];
	readonly changes: number;
	readonly chosen?: boolean;
	/** Ids of the features that this one does not apply without. */
	readonly needs?: readonly string[];
	/** What it needs of other features, with what proves it; a `soft` one is probable, and may be cut. */
	readonly links?: readonly {readonly needs: string; readonly why: Safe; readonly soft?: boolean}[];
	readonly why?: Safe;
	/** What its risk is made of, largest first, e.g. `+8 fixes start at 8 %`. */
	readonly because?: readonly Safe[];
	/** What else helps to decide and moves no figure, e.g. `the base changed the same lines since at src/a.ts:12`. */
	readonly notes?: readonly Safe[];
	/** Conventional-commit scope: what learning groups by. */
	readonly scope?: Safe;
	/** Object ids of its changes: how a later discovery recognises them. */
	readonly changeIds?: readonly string[];
	/** Seconds since the epoch of its oldest change: where lead time begins. */
	readonly since?: number;
	/** Chosen only because another chosen feature does not apply without it. */
	readonly pulledIn?: boolean;
	/** What the preference model looks at besides: names of signals. */
	readonly about?: readonly string[];
	/** What else was known of it when it was offered. */
	readonly situation?: Situation;
}

export type Body =
	| {
			readonly type: 'deployment.opened';
			readonly id: DeploymentId;
			readonly project: Safe;
			readonly base: Safe;
			readonly dev: Safe;
			readonly target: Safe;
			/** Its name, or `by risk` when nobody named one: then `strategy.chosen` follows with the selection. */
			readonly strategy: string;
			/** Who named it, and why. Absent: nobody, or written by an earlier version, which named one where nobody had. */
			readonly strategyNamed?: {readonly by: 'person' | 'project'; readonly reason?: Safe};
			/** The strategy's steps as they were when it began: its file may change meanwhile. */
			readonly steps?: readonly RolloutStep[];
			readonly face: 'tui' | 'lines' | 'json';
			readonly by: Safe;
			readonly planOnly: boolean;
			/** Branches that were named for this deployment alone. Absent: none, or written by an earlier version. */
			readonly named?: {readonly base?: Safe; readonly dev?: Safe};
	  }
	| {readonly type: 'deployment.resumed'; readonly by: Safe; readonly afterSeq: number}
	/** The process left while the deployment was open, on purpose (Ctrl-C, SIGTERM, unanswered decision). */
	| {readonly type: 'deployment.left'; readonly why: 'interrupted' | 'held'; readonly text: Safe}
	/** How it will end is decided; what is left is to take things back, to learn and to close the books. */
	| {readonly type: 'deployment.ending'; readonly outcome: Outcome; readonly why?: Safe; readonly cause?: string}
	| {readonly type: 'deployment.closed'; readonly outcome: Outcome; readonly why?: Safe; readonly trafficMoved: boolean}
	| {readonly type: 'stage.started'; readonly stage: StageName}
	/** `artefact` is the file in the deployment's folder that holds the stage's output, with its SHA-256. */
	| {
			readonly type: 'stage.finished';
			readonly stage: StageName;
			readonly artefact: string;
			readonly sha256: string;
			readonly summary: Safe;
	  }
	| {readonly type: 'stage.stopped'; readonly stage: StageName; readonly fault: Fault}
	| {readonly type: 'step.intended'; readonly stage: StageName; readonly step: string; readonly title: Safe}
	/** Resume asked reality: what the journal says, what the target says, what will be done. */
	| {
			readonly type: 'step.reconciled';
			readonly stage: StageName;
			readonly step: string;
			readonly journal: 'intended' | 'confirmed';
			readonly reality: 'done' | 'not done';
			readonly action: 'skip' | 'apply';
	  }
	| {readonly type: 'step.confirmed'; readonly stage: StageName; readonly step: string; readonly result: unknown}
	| {readonly type: 'step.undone'; readonly stage: StageName; readonly step: string; readonly title: Safe}
	| {readonly type: 'decision.asked'; readonly request: DecisionRequest}
	| {readonly type: 'decision.answered'; readonly answer: DecisionAnswer}
	| {
			readonly type: 'features.found';
			readonly features: readonly FeatureLine[];
			readonly shipped: number;
			readonly cancelled: number;
			/** Paths that are new or modified, the first of each list, and how many there are. Only discovery says them. */
			readonly files?: WaitingFiles;
			/** The branch whose work waits, where nobody had named one before it was looked for. */
			readonly dev?: Safe;
	  }
	/**
	 * All ranked features, chosen or not (`chosen` tells), each with `bucket`, `risk`, `scope` and `changeIds`: with these the
	 * journal alone is enough to learn from.
	 */
	| {
			readonly type: 'batch.chosen';
			readonly version: string;
			readonly commit: Oid;
			/** The commit the release was built on. */
			readonly base?: Oid;
			readonly features: readonly FeatureLine[];
			readonly risk: number;
			readonly evidence: number;
			/** The plan built both ways. */
			readonly proof?: Proof;
			/** Generated files that took one side, or no longer fit their manifest, and still want making anew. */
			readonly regenerate?: readonly string[];
			readonly notRegenerated?: BuiltCommit['notRegenerated'];
			/** Those that were made anew, with which tool and what came of it. */
			readonly regenerated?: readonly Regenerated[];
	  }
	/** What is recommended for the batch; once more when a person then chose another strategy. */
	| {readonly type: 'recommendation.made'; readonly recommendation: Recommendation}
	/** From here on it is this strategy, also after a resume. */
	| {
			readonly type: 'strategy.chosen';
			readonly strategy: string;
			readonly steps: readonly RolloutStep[];
			readonly chosenBy: ChosenBy;
			readonly because: Safe;
			/** How often the gate will look, seconds. */
			readonly tickSeconds: number;
	  }
	| {readonly type: 'suite.started'; readonly suite: Safe; readonly command: Safe}
	| {readonly type: 'suite.finished'; readonly result: Omit<SuiteResult, 'cases' | 'tail'>}
	| {
			readonly type: 'slot.changed';
			readonly slot: SlotName;
			readonly release: Safe;
			readonly state: 'starting' | 'healthy' | 'stopped' | 'warm';
			readonly port?: number;
	  }
	| {readonly type: 'route.changed'; readonly weights: Readonly<Record<SlotName, number>>; readonly stable: SlotName}
	| {
			readonly type: 'traffic.observed';
			readonly step: string;
			readonly candidateSlot: SlotName;
			readonly candidate: Window;
			readonly baseline: Window;
			readonly judgement: Judgement;
	  }
	| {readonly type: 'gate.judged'; readonly gate: Safe; readonly judgement: Judgement}
	/** The exact command that ran, with its result. */
	| {
			readonly type: 'command.ran';
			readonly stage: StageName;
			readonly command: Safe;
			readonly exit: number;
			readonly ms: number;
	  }
	| {readonly type: 'document.written'; readonly stage: StageName; readonly file: string; readonly title: Safe}
	| {readonly type: 'lesson.learned'; readonly expected: Safe; readonly happened: Safe; readonly next: readonly Safe[]}
	| {readonly type: 'note'; readonly level: 'info' | 'warning'; readonly stage?: StageName; readonly text: Safe};

export type EventType = Body['type'];

/** A journalled event: the body and the engine's stamp. */
export type DeploymentEvent = Body & {
	/** 1 for the first record of a journal, then without gaps. */
	readonly seq: number;
	/** The lock's durable counter when it was written: a lower one than the last seen is a ghost's. */
	readonly fence: number;
	/** Monotonic milliseconds of the writing process: for durations within one process only. */
	readonly mono: number;
	/** ISO 8601, UTC, milliseconds: a label, never used to order or to subtract across processes. */
	readonly utc: string;
};

/** Output of running commands and progress: shown and kept in `output.log`, but no part of the truth. */
export interface LogLine {
	readonly type: 'log';
	readonly stage: StageName;
	/** The suite, step or slot that printed it. */
	readonly source: Safe;
	readonly text: Safe;
}

/** What a subscriber of the engine receives. */
export type Published = DeploymentEvent | LogLine;
