// Room: ports. A detector: reads what changes did and says what a person must know about it. One file each; it knows the
// change, its lines or files, and nothing of git, disk or network.

import type {Circumstances} from '../domain/advice/circumstances.ts';
import type {Change} from '../domain/change.ts';
import type {Finding, Topic} from '../domain/feature.ts';
import type {LeftOut, Rule} from '../domain/rule.ts';
import type {Patch} from './repository.ts';

/** Reads other files of the same change; what is absent, binary or over 1 MB is undefined. */
export interface Look {
	before(path: string): Promise<string | undefined>;
	after(path: string): Promise<string | undefined>;
	/** All paths after the change under a folder (`''`: all), sorted; at most 20,000. */
	list(folder: string): Promise<readonly string[]>;
}

/** A change with those of its patches that a detector wants. */
export interface Seen {
	readonly change: Change;
	readonly patches: readonly Patch[];
}

/** What a batch detector compares: what goes, what stays, and what is live. */
export interface Split {
	/** In branch order. */
	readonly chosen: readonly Seen[];
	readonly leftOut: readonly Seen[];
	/** Paths at the base that the detector wants. */
	readonly live: readonly string[];
	/** What all detectors found in the chosen changes, one by one. */
	readonly found?: readonly Finding[];
	/** Absent: nobody knows, and rules about it keep silent. */
	readonly around?: Pick<Circumstances, 'suites' | 'weekday'>;
}

export interface Detector {
	readonly name: string;
	readonly topic: Topic;
	/** What it can find; the guide's table. Every finding's `rule` is one of these ids. */
	readonly rules?: readonly Rule[];
	/** Rules of other tools that it leaves out on purpose. */
	readonly leavesOut?: readonly LeftOut[];
	/** Which files it wants to see; nothing of others is read for it. */
	wants(path: string): boolean;
	/** `lines` (default): what the change added and removed. `files`: whole files too, before and after, renamed ones included. */
	readonly reads?: 'lines' | 'files';
	/** Loads heavy parsers itself, with a dynamic import, the first time it needs them. */
	detect(change: Change, patches: readonly Patch[], look: Look): readonly Finding[] | Promise<readonly Finding[]>;
	/** Dangers that only the selection makes: gaps, wrong order, half of a pair. Asked again for each selection; pure and quick. */
	detectBatch?(split: Split): readonly Finding[];
	/**
	 * Which changes it wants to see for that, of those with a file it wants, by what all detectors found in each.
	 * Default: all of them. Lines are read again for these, so the fewer the better.
	 */
	wantsInBatch?(change: Change, found: readonly Finding[]): boolean;
}
