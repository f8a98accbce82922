// Room: domain. A revert is believed for what it does, not for what it says. Words alone would let anybody make somebody
// else's fix vanish from a release: `Revert "fix: …"` over a change of something else.

import type {Change} from './change.ts';
import {isChangelog, isLockfile} from './kind.ts';

/** Files that reverts leave alone or touch besides, because they are written anew. */
const bookkeeping = (path: string) => isLockfile(path) || isChangelog(path);

function pathsOf({files}: Change): Set<string> {
	const paths = files.flatMap(({path, from}) => (from === undefined ? [path] : [path, from]));
	const own = paths.filter((path) => !bookkeeping(path));
	return new Set(own.length > 0 ? own : paths);
}

/**
 * The same changes; a pair cancels out only where the revert touches every file of what it takes back, and one that touches
 * none of them is no revert at all. @param changes with both halves of each pair that is to be believed.
 */
export function believedReverts(changes: readonly Change[]): Change[] {
	const byId = new Map(changes.map((change) => [change.oid, change]));
	const standing = new Set<Change['oid']>();
	const unrelated = new Set<Change['oid']>();
	for (const change of changes) {
		const target = change.reverts === undefined ? undefined : byId.get(change.reverts);
		if (target === undefined) continue;
		const [mine, theirs] = [pathsOf(change), pathsOf(target)];
		// A merge or an empty commit lists no files: then there is nothing to judge by.
		if (theirs.size === 0) continue;
		const touched = [...theirs].filter((path) => mine.has(path)).length;
		if (touched === 0) unrelated.add(change.oid);
		if (touched < theirs.size && change.cancelled && target.cancelled) standing.add(change.oid).add(target.oid);
	}
	if (standing.size === 0 && unrelated.size === 0) return [...changes];
	return changes.map((change) => {
		const {reverts, ...rest} = change;
		const link = reverts === undefined || unrelated.has(change.oid) ? {} : {reverts};
		return {...rest, ...link, cancelled: change.cancelled && !standing.has(change.oid)};
	});
}
