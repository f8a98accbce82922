// Room: ports. What Orchestra remembers: preferences, learned patterns, the history of deployments.

import type {DeploymentEvent} from '../domain/deployment/event.ts';
import type {GroupEdits} from '../domain/grouping-edits.ts';
import type {DeploymentId} from '../domain/ids.ts';
import type {Preferences, Statistics} from '../domain/memory.ts';
import type {Patterns} from '../domain/pattern.ts';
import type {Correction, Summary} from '../domain/summary.ts';
import type {DeploymentFolder} from './files.ts';
import type {Journal} from './journal.ts';

/** A file that could not be read: it was set aside and priors are used in its place. */
export interface Damage {
	readonly file: string;
	readonly keptAs: string;
	readonly reason: string;
}

export interface Memory {
	/** Missing file: defaults. Damaged file: quarantined, reported in `damage`, defaults. */
	preferences(): Promise<Preferences>;
	patterns(): Promise<Patterns>;
	/** What a person said about groups of changes. Missing: none. Damaged: set aside, reported in `damage`, none. */
	groupEdits(): Promise<GroupEdits>;
	/** Replaces what is remembered of groups, whole or not at all. Faults: MEMORY_NEWER, MEMORY_UNSAFE, DISK. */
	saveGroupEdits(edits: GroupEdits): Promise<void>;
	/** Everything that had to be set aside since this object was made. */
	readonly damage: readonly Damage[];

	/**
	 * Makes `current/<id>/` and opens its journal. Faults: JOURNAL_DAMAGED, unless `mend`: then the damaged file is set aside
	 * and what comes before the damage goes on, which is enough to take things back.
	 */
	open(
		id: DeploymentId,
		fence: number,
		options?: {readonly mend?: boolean},
	): Promise<{journal: Journal; folder: DeploymentFolder}>;
	/** The open deployment, if there is one. More than one is possible only after a crash while archiving: the closed ones are archived first. */
	openDeployment(): Promise<DeploymentId | undefined>;
	/** Reads a deployment's journal, current or archived, without opening it for writing. */
	read(id: DeploymentId): Promise<readonly DeploymentEvent[] | undefined>;
	folderOf(id: DeploymentId): Promise<string | undefined>;
	/**
	 * Closes the books: writes summary.json, moves `current/<id>` to `history/<id>` by one rename, appends the index line
	 * if it is not there, rebuilds statistics and patterns from the index. Idempotent; finishes what a crash left.
	 */
	archive(summary: Summary): Promise<void>;
	/**
	 * Newest first. Bad lines are skipped and counted in `damage`. With `limit` only the end of the index is read, so that
	 * a screen can open at once however long the history is.
	 */
	history(options?: {readonly limit?: number}): Promise<readonly Summary[]>;
	saveStatistics(statistics: Statistics): Promise<void>;
	savePatterns(patterns: Patterns): Promise<void>;
	/** An id that no deployment has yet. */
	freshId(now: number): Promise<DeploymentId>;
}

/** What the commands may do besides: only `deploy` and the stages see the smaller `Memory`. */
export interface MemoryKeeper extends Memory {
	/** A deployment that has its end on record but is not in the history: a crash came between. Reads only. */
	unshelved(): Promise<DeploymentId | undefined>;
	statistics(): Promise<Statistics>;
	/** Changes single preferences; everything else in config.json stays as it is. Faults: CONFIG_INVALID (says which and why). */
	savePreferences(change: Partial<Preferences>): Promise<Preferences>;
	/** Removes an open deployment that had nothing to do. Archived ones are never removed. */
	discard(id: DeploymentId): Promise<void>;
	/** Records what was found out later; patterns and statistics follow. Faults: NO_SUCH_DEPLOYMENT. */
	correct(id: DeploymentId, correction: Correction): Promise<Summary>;
	/** Writes index, statistics and patterns anew from `history/`. Lines of deployments whose folder is gone are kept. */
	rebuild(): Promise<{readonly deployments: number; readonly unreadable: readonly string[]}>;
	/**
	 * Copies the memory to `.orchestra/backups/`, then deletes all that was learned. Preferences stay. Returns the copy's
	 * path; undefined when there was nothing. Faults: OPEN_DEPLOYMENT.
	 */
	reset(): Promise<string | undefined>;
}
