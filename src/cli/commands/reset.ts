// Room: cli. `orchestra reset`: forget everything that was learned, after a backup and only when the project's name is typed.

import {raise} from '../../domain/fault/fault.ts';
import {safe} from '../../domain/safe.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';

export interface ResetContext {
	/** Opened for writing, by whoever holds the deployment's lock. */
	readonly memory: MemoryKeeper;
	readonly out: (line: string) => void;
	readonly project: string;
}

/** @param typed the project's name as the person typed it. Faults: USAGE, OPEN_DEPLOYMENT, MEMORY_UNSAFE, DISK. */
export async function resetCommand({memory, out, project}: ResetContext, typed: string | undefined): Promise<void> {
	if (typed !== project) {
		const message = `reset deletes history, patterns and statistics: to confirm, type the project's name, ${project}`;
		raise('USAGE', {with: {message}});
	}
	const backup = await memory.reset();
	if (backup === undefined) return out('There is no memory here yet, so nothing was deleted');
	out('History, patterns and statistics are deleted; the preferences in config.json stay');
	out(`A copy of everything is in ${safe(backup)}`);
	out('Learn from the git history again: orchestra init');
}
