// Room: ports. What Orchestra asks of git. Reads go through a clean view (an own bare directory with alternates), so
// that nothing configured in the user's repository runs; object ids travel, never names.

import type {BuiltCommit, Proof, Ref, Simulation} from '../domain/batch.ts';
import type {Change} from '../domain/change.ts';
import type {DependencyGraph} from '../domain/dependency.ts';
import type {Oid} from '../domain/ids.ts';
import type {Version} from '../domain/release.ts';

export interface Patch {
	readonly path: string;
	readonly change: Oid;
	/** Lines the change adds, with their 1-based numbers in the new file. Capped at 2,000 lines a file. */
	readonly added: readonly {readonly line: number; readonly text: string}[];
	/** Lines the change removes, with their numbers in the old file. */
	readonly removed: readonly {readonly line: number; readonly text: string}[];
	/** The path before a rename or copy. */
	readonly from?: string;
	/** The whole file before and after, for detectors that read files; undefined where absent, binary or over 1 MB. */
	readonly before?: string;
	readonly after?: string;
}

/** What other lines of releases have. Times are seconds since the epoch. */
export interface Elsewhere {
	/** When the base's last commit was made. */
	readonly before: number;
	/** By change: how often it was taken, and when first. */
	readonly taken: ReadonlyMap<Oid, {readonly times: number; readonly first: number}>;
}

/** A file at a revision. */
export interface FileAt {
	readonly at: Oid;
	readonly path: string;
}

/** A range as it is read. */
export interface Scan {
	/** Oldest first, streamed while git runs; to be read once. `shipped` and `cancelled` are final in `settled()` only. */
	readonly changes: AsyncIterable<Change>;
	/** Whether it is not yet known if a change that was read has shipped. */
	isOpen(change: Oid): boolean;
	/** The same changes with everything known. To be asked for when `changes` has come to its end. Faults: as git's. */
	settled(): Promise<readonly Change[]>;
}

export interface Repository {
	/** Absolute path of the work tree's top. */
	readonly root: string;
	/** Absolute, real path of the common git directory: the same for all work trees of one repository. */
	readonly commonDir: string;

	/** Faults: REF_NOT_FOUND, NO_COMMITS. A name starting with `-` is just a name that is not found. */
	resolve(name: string): Promise<Oid>;
	/** The name of the checked-out branch; undefined when HEAD is detached or unborn. */
	currentBranch(): Promise<string | undefined>;
	/** The e-mail address that git would put on commits; undefined when git was not told one, and refuses to commit. */
	committer(): Promise<string | undefined>;
	/** Existing local branch names. */
	branches(): Promise<readonly string[]>;
	isAncestor(ancestor: Oid, of: Oid): Promise<boolean>;
	/** The best common ancestor; undefined when the histories are unrelated. */
	mergeBase(a: Oid, b: Oid): Promise<Oid | undefined>;
	/** Who wrote the last `most` commits up to this one: how many each, by e-mail in lower case. */
	authors(upTo: Oid, most: number): Promise<ReadonlyMap<string, number>>;
	/** The highest semantic-version tag reachable from the commit. */
	lastVersion(from: Oid): Promise<Version | undefined>;

	/** First-parent changes of `base..dev`, oldest first; merges are one change; syncs from base are left out. */
	changes(base: Oid, dev: Oid, signal?: AbortSignal): AsyncIterable<Change>;
	/**
	 * The same without waiting for what only the lines of patches tell. Whoever reads on meanwhile (the dependencies, say) loses
	 * no time by it.
	 * @param early hears of the first changes while git runs, where nothing can have shipped under another id. Whether a later
	 * one takes them back is not known by then.
	 */
	scan(base: Oid, dev: Oid, signal?: AbortSignal, early?: (change: Change) => void): Scan;
	/**
	 * What each of the changes rests on. `changes` are those of `changes(base, dev)`, all of them and in that order: shipped and
	 * cancelled ones too, for later changes may sit on them. Reads lines once, in one pass of git; cached by the two ids.
	 */
	dependencies(base: Oid, dev: Oid, changes: readonly Change[], signal?: AbortSignal): Promise<DependencyGraph>;
	/** The patches of some changes, for detectors. Only the paths that `wanted` accepts. */
	patches(changes: readonly Oid[], wanted: (path: string) => boolean): AsyncIterable<Patch>;
	/** File at a revision; undefined when absent or over `maxBytes` (default 1 MB). */
	file(at: Oid, path: string, maxBytes?: number): Promise<string | undefined>;
	/** Many files at once, in the order asked, through one process; undefined where absent, binary or over 1 MB. */
	files(wanted: readonly FileAt[]): Promise<readonly (string | undefined)[]>;
	/** The paths of a revision under a folder (`''`: all), sorted; at most `most` (default 20,000). */
	paths(at: Oid, folder: string, most?: number): Promise<readonly string[]>;

	/** What other lines of releases (branches and tags that are called like one) have of these changes under other ids. */
	elsewhere(base: Oid, dev: Oid, changes: readonly Change[], signal?: AbortSignal): Promise<Elsewhere>;

	/** Applies the changes one by one in memory. Writes nothing outside Orchestra's own object store. */
	simulate(base: Oid, picks: readonly Change[], context: readonly Change[]): Promise<Simulation>;
	/**
	 * Builds the plan both ways: the picks onto the base, and everything else in `order` (the whole branch) out of `dev`.
	 * Writes nothing outside Orchestra's own object store. Trees that differ are an answer, not a fault.
	 */
	prove(base: Oid, dev: Oid, picks: readonly Change[], order: readonly Change[]): Promise<Proof>;
	/** Real commits with author and `cherry picked from` trailer, in Orchestra's own object store. Faults: CONFLICT. */
	build(base: Oid, picks: readonly Change[], release: {version: string; tag: string}): Promise<BuiltCommit>;
	/**
	 * One more commit on top of a release: the same tree with these files' contents, by Orchestra at the parent's date, in
	 * Orchestra's own object store. The same files on the same commit always give the same one. Throws when a path is no
	 * plain file there.
	 */
	append(onto: Oid, files: ReadonlyMap<string, Uint8Array>, message: string): Promise<{commit: Oid; tree: Oid}>;
	/** Lays the tree of a commit out in `folder` (which must not exist), running no filter and no hook. */
	materialise(commit: Oid, folder: string): Promise<void>;

	/** Copies the release's objects into the user's repository. Idempotent. */
	publish(commit: Oid): Promise<void>;
	/** Moves a branch by compare-and-swap. Refuses (false) when a work tree has it checked out. Faults: REF_MOVED. */
	moveBranch(branch: string, from: Oid, to: Oid): Promise<'moved' | 'already there' | 'checked out'>;
	/** Makes an annotated tag. Same commit: no-op. Faults: REF_MOVED when it exists elsewhere. */
	tag(name: string, commit: Oid, message: string): Promise<'made' | 'already there'>;

	/** For doctor and the trust screen: keys in the repository's config that would run a program. */
	executableConfig(): Promise<readonly {readonly key: string; readonly value: string}[]>;
}

export type {Ref};
