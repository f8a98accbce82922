// Room: stages. Everything on the development branch that the base has not, whether it waits or not. Nothing where the two have
// no common history: then the whole past of another project would wait.

import type {Change} from '../../domain/change.ts';
import type {Oid} from '../../domain/ids.ts';
import {believedReverts} from '../../domain/revert-evidence.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Range} from './range.ts';
import {pairUnnamed} from './undone.ts';

export interface BranchRead {
	/** Undefined: no common history. */
	readonly common: Oid | undefined;
	/** Oldest first, with reverts as far as they are believed. */
	readonly changes: readonly Change[];
}

/** @param tell hears of each change as it comes. */
export async function readBranch(
	repository: Repository,
	{base, dev}: Pick<Range, 'base' | 'dev'>,
	{tell, signal}: {readonly tell?: (change: Change) => void; readonly signal?: AbortSignal} = {},
): Promise<BranchRead> {
	const common = await repository.mergeBase(base.oid, dev.oid);
	if (common === undefined) return {common, changes: []};
	const all: Change[] = [];
	for await (const change of repository.changes(base.oid, dev.oid, signal)) {
		all.push(change);
		tell?.(change);
	}
	return {common, changes: await pairUnnamed(repository, believedReverts(all))};
}
