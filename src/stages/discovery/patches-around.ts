// Room: stages. The patches of changes, change by change, around what a partial clone has not brought: one object that is missing
// ends a reading of all, so what is left is read on in halves.

import {FaultError} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Patch, Repository} from '../../ports/repository.ts';

/** Readings that end before their time: where next to nothing is here, looking for what is costs too much. */
const MOST_BROKEN = 200;

export const isCut = (thrown: unknown): boolean => thrown instanceof FaultError && thrown.fault.code === 'HISTORY_CUT';

/**
 * Whole changes only, one held at a time; changes without a wanted line are not among them.
 * @param lacking hears of each change whose contents are not here.
 */
export async function* patchesAround(
	repository: Pick<Repository, 'patches'>,
	oids: readonly Oid[],
	wanted: (path: string) => boolean,
	lacking: (oid: Oid) => void,
): AsyncGenerator<{readonly change: Oid; readonly patches: readonly Patch[]}> {
	const seen = new Set<Oid>();
	const parts = oids.length === 0 ? [] : [oids];
	let broken = 0;
	for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
		let held: Patch[] = [];
		try {
			for await (const patch of repository.patches(part, wanted)) {
				const change = held[0]?.change;
				if (change !== undefined && change !== patch.change) {
					seen.add(change);
					yield {change, patches: held};
					held = [];
				}
				held.push(patch);
			}
		} catch (thrown) {
			if (!isCut(thrown)) throw thrown;
			const left = part.filter((oid) => !seen.has(oid));
			const half = left.length >> 1;
			if (left.length <= 1 || ++broken > MOST_BROKEN) for (const oid of left) lacking(oid);
			else if (left.length < part.length) parts.unshift(left);
			else parts.unshift(left.slice(0, half), left.slice(half));
			continue;
		}
		const change = held[0]?.change;
		if (change !== undefined) {
			seen.add(change);
			yield {change, patches: held};
		}
	}
}
