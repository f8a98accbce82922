// Room: cli. `orchestra outcome ID failed|ok --cause …`: what a person found out about a deployment after it was closed.

import {raise} from '../../domain/fault/fault.ts';
import {isDeploymentId} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {MemoryKeeper} from '../../ports/memory.ts';

export interface OutcomeContext {
	/** Opened for writing, by whoever holds the deployment's lock. */
	readonly memory: MemoryKeeper;
	readonly out: (line: string) => void;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

const CAUSE_LENGTH = 300;

/** Faults: USAGE, NO_SUCH_DEPLOYMENT, MEMORY_UNSAFE, DISK. */
export async function outcomeCommand(
	{memory, out, now}: OutcomeContext,
	given: {readonly id: string; readonly outcome: string; readonly cause?: string},
): Promise<void> {
	const {id, outcome, cause} = given;
	if (outcome !== 'failed' && outcome !== 'ok')
		raise('USAGE', {with: {message: `the outcome is failed or ok, not ${outcome}`}});
	if (outcome === 'failed' && !cause?.trim())
		raise('USAGE', {with: {message: 'say why it failed: --cause "…": the next selection will show it'}});
	if (!isDeploymentId(id)) raise('NO_SUCH_DEPLOYMENT', {with: {id}});
	const before = await memory.patterns();
	const summary = await memory.correct(id, {
		outcome,
		at: new Date(now).toISOString(),
		...(cause?.trim() ? {cause: safe(cause.trim(), CAUSE_LENGTH)} : {}),
	});
	const after = await memory.patterns();
	const changes = [...new Set(summary.features.flatMap((f) => f.changes))];
	const marked = changes.filter((c) => Object.hasOwn(after.scars, c)).length;
	out(`${id} was ${summary.outcome.replace('_', ' ')}; recorded that it was ${outcome === 'ok' ? 'ok' : 'a failure'}`);
	out(`${marked} of its ${changes.length} changes are marked now`);
	const known = new Set(before.rules.map((rule) => rule.id));
	for (const rule of after.rules.filter((r) => !known.has(r.id))) out(`New rule: ${rule.text}`);
}
