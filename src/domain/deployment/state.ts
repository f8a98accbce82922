// Room: domain. What is known about a deployment at one moment: the fold of its events. Every face draws this.

import type {ChosenBy, Recommendation} from '../advice/recommendation.ts';
import type {Judgement} from '../analysis/judge.ts';
import type {Window} from '../analysis/window.ts';
import type {DecisionAnswer, DecisionRequest} from '../decision.ts';
import type {Fault} from '../fault/fault.ts';
import type {DeploymentId, SlotName, StageName} from '../ids.ts';
import type {Outcome} from '../outcome.ts';
import type {SuiteResult} from '../release.ts';
import type {RolloutStep} from '../rollout/strategy.ts';
import type {Safe} from '../safe.ts';
import type {FeatureLine, WaitingFiles} from './event.ts';

export type StageStatus = 'waiting' | 'running' | 'finished' | 'held' | 'stopped';

export interface StageState {
	readonly status: StageStatus;
	/** Milliseconds it has run, summed over resumes; while it runs, up to its last event. */
	readonly ms: number;
	readonly summary?: Safe;
	readonly artefact?: {readonly file: string; readonly sha256: string};
	readonly startedUtc?: string;
}

export interface StepState {
	readonly stage: StageName;
	readonly step: string;
	readonly title: Safe;
	readonly status: 'intended' | 'confirmed' | 'undone';
	readonly result?: unknown;
}

/** One line of recent activity. */
export interface Activity {
	readonly seq: number;
	readonly utc: string;
	readonly stage?: StageName;
	readonly level: 'info' | 'warning' | 'error';
	readonly text: Safe;
}

export interface TrafficState {
	readonly weights: Readonly<Record<SlotName, number>>;
	readonly stable: SlotName;
	readonly candidate?: SlotName;
	readonly step?: string;
	readonly candidateWindow?: Window;
	readonly baselineWindow?: Window;
	readonly judgement?: Judgement;
	/** When these weights were set, ISO 8601 UTC: what a countdown counts from. */
	readonly sinceUtc?: string;
}

export interface DeploymentState {
	readonly id?: DeploymentId;
	readonly project: Safe;
	readonly base: Safe;
	readonly dev: Safe;
	readonly target: Safe;
	/** `by risk` until it is chosen. */
	readonly strategy: string;
	/** Who named it when the deployment was opened, and why. */
	readonly strategyNamed?: {readonly by: 'person' | 'project'; readonly reason?: Safe};
	/** Who chose it and why; missing before the selection is made, and in books of before strategies were chosen. */
	readonly chosen?: {readonly by: ChosenBy; readonly because: Safe};
	readonly recommendation?: Recommendation;
	readonly rollout?: readonly RolloutStep[];
	readonly planOnly: boolean;
	/** Branches that were named for this deployment alone. */
	readonly named?: {readonly base?: Safe; readonly dev?: Safe};
	readonly openedUtc?: string;
	readonly lastUtc?: string;
	readonly lastSeq: number;
	readonly resumed: number;
	/** `running` is what the log says: whether a process still holds the lock is asked elsewhere. */
	readonly status: 'running' | 'held' | 'interrupted' | Outcome;
	readonly why?: Safe;
	/** Set once the end is decided but the books are not closed yet. `cause`: the gate's rule or the fault's code. */
	readonly ending?: {readonly outcome: Outcome; readonly why?: Safe; readonly cause?: string};
	readonly stages: Readonly<Record<StageName, StageState>>;
	readonly steps: Readonly<Record<string, StepState>>;
	readonly features: readonly FeatureLine[];
	readonly files?: WaitingFiles;
	readonly shipped: number;
	readonly cancelled: number;
	readonly version?: string;
	readonly commit?: string;
	readonly risk?: number;
	readonly evidence: number;
	readonly suites: readonly (
		| Omit<SuiteResult, 'cases' | 'tail'>
		| {readonly name: Safe; readonly command: Safe; readonly status: 'running'}
	)[];
	readonly slots: Readonly<
		Partial<Record<SlotName, {readonly release: Safe; readonly state: string; readonly port?: number}>>
	>;
	readonly traffic?: TrafficState;
	/** Every gate that spoke, in order; the last word per gate counts. */
	readonly gates?: readonly {readonly gate: Safe; readonly judgement: Judgement}[];
	/** True once a weight above 0 was ever set for the new slot. */
	readonly trafficMoved: boolean;
	readonly decision?: DecisionRequest;
	readonly answers: Readonly<Record<string, DecisionAnswer>>;
	readonly commands: readonly {
		readonly stage: StageName;
		readonly command: Safe;
		readonly exit: number;
		readonly ms: number;
	}[];
	readonly documents: readonly {readonly file: string; readonly title: Safe}[];
	readonly lesson?: {readonly expected: Safe; readonly happened: Safe; readonly next: readonly Safe[]};
	/** The last 200, oldest first. */
	readonly activity: readonly Activity[];
	readonly fault?: Fault;
}
