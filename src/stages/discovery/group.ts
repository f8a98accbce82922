// Room: stages. From the waiting changes to features: by the rules, with the lines that changes rest on where they can be
// read, and then as a person wants it.

import type {Change} from '../../domain/change.ts';
import type {DependencyGraph} from '../../domain/dependency.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import {type FeatureDraft, groupChanges} from '../../domain/grouping.ts';
import {applyEdits, type GroupEdits} from '../../domain/grouping-edits.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Repository} from '../../ports/repository.ts';

/** What neither shipped nor cancelled out. */
export const isWaiting = (change: Change): boolean => change.shipped === undefined && !change.cancelled;

/** @param all changes of `base..dev`, oldest first: also those that do not wait, because others rest on them. */
export async function groupWaiting(
	repository: Pick<Repository, 'dependencies'>,
	ends: {readonly base: Oid; readonly dev: Oid},
	all: readonly Change[],
	edits: GroupEdits,
	signal?: AbortSignal,
): Promise<FeatureDraft[]> {
	const waiting = all.filter(isWaiting);
	let graph: DependencyGraph | undefined;
	if (waiting.length > 1) {
		try {
			graph = await repository.dependencies(ends.base, ends.dev, all, signal);
		} catch (thrown) {
			// A partial clone: paths and words have to do. Selection says so.
			if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		}
	}
	return applyEdits(groupChanges(waiting, {graph}), waiting, edits);
}
