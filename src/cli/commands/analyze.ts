// Room: cli. `orchestra analyze`: what all deployments together say.

import {analysisOf} from '../../domain/learning/analysis.ts';
import type {Memory} from '../../ports/memory.ts';
import {analysisLines} from '../../report/analysis.ts';
import {damageLines} from './damage.ts';

export interface AnalyzeContext {
	readonly memory: Memory;
	readonly out: (line: string) => void;
	/** Columns of the terminal. */
	readonly width: number;
	/** Milliseconds since the epoch: where the look back begins. */
	readonly now: number;
}

/** With `json`, one line that holds the whole analysis. Faults: MEMORY_UNSAFE. */
export async function analyzeCommand(context: AnalyzeContext, options: {readonly json?: boolean} = {}): Promise<void> {
	const {memory, out, width, now} = context;
	const analysis = analysisOf(await memory.history(), now);
	if (options.json) return out(JSON.stringify(analysis));
	for (const line of analysisLines(analysis, width)) out(line);
	for (const line of damageLines(memory.damage)) out(line);
}
