// Room: cli. What a check of `doctor` is, and what it may look at. Checks only read; what one can mend, it hands out.

import type {Loaded} from '../../adapters/project/project.ts';
import type {Fault} from '../../domain/fault/fault.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Holder} from '../../ports/lock.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Observed} from '../../ports/target.ts';

export interface DoctorContext {
	/** The repository's top, or the current folder outside of one. */
	readonly root: string;
	readonly out: (line: string) => void;
	readonly clock: Clock;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What `git --version` prints. */
	readonly gitVersion: () => Promise<string>;
	readonly repository: () => Promise<Repository>;
	readonly project: () => Promise<Loaded>;
	readonly trust: (project: Loaded['project']) => Promise<{readonly trusted: boolean; readonly hash: string}>;
	/** Opened for reading only. */
	readonly memory: MemoryKeeper;
	/** Writes index, statistics and patterns anew. Called by `--fix` only, and only when no deployment runs. */
	readonly rebuild: () => Promise<{readonly deployments: number}>;
	readonly holder: () => Promise<Holder | undefined>;
	/** Undefined when no gateway runs. */
	readonly gateway: () => Promise<Observed | undefined>;
	/** Undefined when the port is free. */
	readonly portOwner: (port: number) => Promise<string | undefined>;
}

export type Status = 'ok' | 'warning' | 'failed' | 'skipped' | 'fixed';

export interface Finding {
	readonly status: Status;
	readonly text: Safe;
	/** Commands to copy, or short instructions. */
	readonly mend: readonly Safe[];
	/** Safe to do without asking; returns what was done. */
	readonly fix?: () => Promise<string>;
}

export interface Check {
	readonly id: string;
	readonly title: string;
	readonly look: (context: DoctorContext) => Promise<Finding>;
}

const finding = (status: Status, text: string, mend: readonly string[]): Finding => ({
	status,
	text: safe(text),
	mend: mend.map((line) => safe(line)),
});

export const ok = (text: string): Finding => finding('ok', text, []);
export const warning = (text: string, ...mend: string[]): Finding => finding('warning', text, mend);
export const failed = (text: string, ...mend: string[]): Finding => finding('failed', text, mend);
export const skipped = (text: string): Finding => finding('skipped', text, []);
export const fixable = (found: Finding, fix: () => Promise<string>): Finding => ({...found, fix});

export const ofFault = (fault: Fault): Finding => ({
	status: 'failed',
	text: fault.details[0] === undefined ? fault.headline : safe(`${fault.headline}: ${fault.details.join('; ')}`),
	mend: fault.nextSteps,
});

/** Thrown by a check whose ground another check has already found missing. */
export class NotLooked extends Error {}

/** `n change`, `n changes`. */
export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** The value, or the end of this check: somebody else reports why it is missing. */
export async function need<T>(value: Promise<T>, why: string): Promise<T> {
	try {
		return await value;
	} catch {
		throw new NotLooked(why);
	}
}
