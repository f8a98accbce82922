// Room: stages. Everything on the development branch that the base has not, whether it waits or not. Nothing where the two have
// no common history: then the whole past of another project would wait.

import type {Change} from '../../domain/change.ts';
import type {Oid} from '../../domain/ids.ts';
import {believedReverts} from '../../domain/revert-evidence.ts';
import type {Repository} from '../../ports/repository.ts';
import {isWaiting} from './group.ts';
import type {Range} from './range.ts';
import {pairUnnamed} from './undone.ts';

export interface BranchRead {
	/** Undefined: no common history. */
	readonly common: Oid | undefined;
	/** Oldest first, with reverts as far as they are believed. */
	readonly changes: readonly Change[];
}

interface Listening {
	/** Hears of the first ones while git runs, where nothing can have shipped; they come once more with the others. */
	readonly early?: (change: Change) => void;
	/** Hears of each change as it comes; `open`: whether it has shipped already is not known yet. */
	readonly tell?: (change: Change, open: boolean) => void;
	/** How many there are, once git has said all of them. */
	readonly read?: (count: number) => void;
	readonly signal?: AbortSignal;
}

export async function readBranch(
	repository: Repository,
	{base, dev}: Pick<Range, 'base' | 'dev'>,
	{early, tell, read, signal}: Listening = {},
): Promise<BranchRead> {
	const common = await repository.mergeBase(base.oid, dev.oid);
	if (common === undefined) return {common, changes: []};
	const scan = repository.scan(base.oid, dev.oid, signal, early);
	const seen: Change[] = [];
	for await (const change of scan.changes) {
		seen.push(change);
		tell?.(change, scan.isOpen(change.oid));
	}
	read?.(seen.length);
	// What rests on what is the same whatever has shipped: it is read beside. Who asks for it later hears of a fault.
	if (seen.filter(isWaiting).length > 1)
		repository.dependencies(base.oid, dev.oid, seen, signal).catch(() => undefined);
	return {common, changes: await pairUnnamed(repository, believedReverts(await scan.settled()))};
}
