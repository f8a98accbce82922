// Room: cli. The commands over the memory, wired: looking needs no lock, writing does.

import {EXIT, type ExitCode} from '../../domain/outcome.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';
import {clock, openWorkplace} from '../compose.ts';
import type {Io} from '../io.ts';
import {analyzeCommand} from './analyze.ts';
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
