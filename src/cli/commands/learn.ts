// Room: cli. `orchestra learn`: builds index, patterns and statistics anew from the closed deployments in history/.

import {confidenceText} from '../../domain/learning/confidence.ts';
import {count} from '../../domain/learning/words.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';
import {damageLines} from './damage.ts';

export interface LearnContext {
	/** Opened for writing, by whoever holds the deployment's lock. */
	readonly memory: MemoryKeeper;
	readonly out: (line: string) => void;
}

/** Faults: MEMORY_UNSAFE, DISK. */
export async function learnCommand({memory, out}: LearnContext): Promise<void> {
	const {deployments, unreadable} = await memory.rebuild();
	const patterns = await memory.patterns();
	out(`Learned anew from ${count(deployments, 'deployment')}, ${count(patterns.rules.length, 'rule')}`);
	out(confidenceText(patterns.deployments));
	if (unreadable.length > 0) out(`Not readable, neither summary nor journal: ${unreadable.join(', ')}`);
	for (const line of damageLines(memory.damage)) out(line);
}
