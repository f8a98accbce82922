// Room: cli. The commands over the memory, wired: looking needs no lock, writing does.

import type {GroupEdits} from '../../domain/grouping-edits.ts';
import {isOid} from '../../domain/ids.ts';
import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';
import {groupWaiting} from '../../stages/discovery/group.ts';
import {findRange} from '../../stages/discovery/range.ts';
import {readBranch} from '../../stages/discovery/read.ts';
import {clock, openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {analyzeCommand} from './analyze.ts';
import {type GroupOptions, groupCommand} from './group.ts';
import {type HistoryOptions, historyCommand} from './history.ts';
import {learnCommand} from './learn.ts';
import {outcomeCommand} from './outcome.ts';
import {resetCommand} from './reset.ts';

export async function history(io: Io, id: string | undefined, options: HistoryOptions): Promise<ExitCode> {
	const {memory} = await openWorkplace(io, {readOnly: true});
	await historyCommand({memory, out: io.out, width: io.width}, {...options, ...(id === undefined ? {} : {id})});
	return EXIT.ok;
}

export async function analyze(io: Io, options: {json?: boolean}): Promise<ExitCode> {
	const {memory} = await openWorkplace(io, {readOnly: true});
	await analyzeCommand({memory, out: io.out, width: io.width, now: clock.now()}, options);
	return EXIT.ok;
}

export async function group(io: Io, words: readonly string[], options: GroupOptions): Promise<ExitCode> {
	const readOnly = (words[0] ?? 'list') === 'list';
	const place = await openWorkplace(io, {readOnly});
	const {repository, memory, project} = place;
	const last = (await memory.history()).find((summary) => summary.outcome === 'promoted')?.commit;
	const named = {base: options.base ?? project.branches.base, dev: options.dev ?? project.branches.dev};
	const range = await findRange(repository, named, last !== undefined && isOid(last) ? last : undefined);
	const ends = {base: range.base.oid, dev: range.dev.oid};
	const {changes} = await readBranch(repository, range);
	const features = (edits: GroupEdits) => groupWaiting(repository, ends, changes, edits);
	if (readOnly) return groupCommand({memory, features, out: io.out}, words, options);
	const lock = await place.locks.acquire();
	try {
		return await groupCommand({memory, features, out: io.out}, words, options);
	} finally {
		await lock.release();
	}
}

async function writing(io: Io, work: (memory: MemoryKeeper, project: string) => Promise<void>): Promise<ExitCode> {
	const place = await openWorkplace(io);
	const lock = await place.locks.acquire();
	try {
		await work(place.memory, place.project.name);
		return EXIT.ok;
	} finally {
		await lock.release();
	}
}

export function outcome(io: Io, args: readonly string[], options: {cause: string}): Promise<ExitCode> {
	const [id = '', verdict = ''] = args;
	return writing(io, (memory) =>
		outcomeCommand({memory, out: io.out, now: clock.now()}, {id, outcome: verdict, ...options}),
	);
}

export function reset(io: Io, typed: string): Promise<ExitCode> {
	return writing(io, (memory, project) => resetCommand({memory, out: io.out, project}, typed));
}

export function learn(io: Io): Promise<ExitCode> {
	return writing(io, (memory) => learnCommand({memory, out: io.out}));
}
