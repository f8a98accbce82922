// Room: stages. What waits, counted and listed: new files, modified files, features and fixes.

import type {DiscoveryReport} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {WaitingFiles} from '../../domain/deployment/event.ts';
import type {Feature} from '../../domain/feature.ts';
import {safe} from '../../domain/safe.ts';

/** Paths in one list: more are read by nobody. */
const MOST_LISTED = 5000;
/** Of these the journal keeps so many, for the screens. */
const MOST_SHOWN = 200;

/** Paths by what became of them over all waiting changes; new wins over modified, and what is gone again is in neither. */
function pathsOf(waiting: readonly Change[]) {
	const all = new Set<string>();
	const added = new Set<string>();
	const modified = new Set<string>();
	for (const change of waiting) {
		for (const {path, status, from} of change.files) {
			all.add(path);
			const isNew = status === 'added' || status === 'copied' || (from !== undefined && added.has(from));
			if (status === 'deleted' || status === 'renamed') {
				added.delete(from ?? path);
				modified.delete(from ?? path);
			}
			if (isNew) added.add(path);
			else if (status !== 'deleted' && !added.has(path)) modified.add(path);
		}
	}
	return {all, added, modified};
}

export function countsOf(waiting: readonly Change[]): DiscoveryReport['counts'] {
	const {all, added, modified} = pathsOf(waiting);
	const conventional = waiting.filter((change) => change.conventional).length;
	return {
		changes: waiting.length,
		files: all.size,
		added: added.size,
		modified: modified.size,
		conventional: waiting.length === 0 ? 0 : conventional / waiting.length,
		authors: new Set(waiting.map((change) => change.author.email || change.author.name)).size,
	};
}

export function listsOf(
	waiting: readonly Change[],
	features: readonly Feature[],
): NonNullable<DiscoveryReport['lists']> {
	const {added, modified} = pathsOf(waiting);
	const listed = (paths: ReadonlySet<string>) =>
		[...paths]
			.sort()
			.slice(0, MOST_LISTED)
			.map((path) => safe(path, 1000));
	const ids = (kind: string) => features.filter((feature) => feature.kind === kind).map((feature) => feature.id);
	return {newFiles: listed(added), modifiedFiles: listed(modified), features: ids('feat'), fixes: ids('fix')};
}

/** As the event says them. */
export function filesOf(
	{newFiles, modifiedFiles}: NonNullable<DiscoveryReport['lists']>,
	counts: DiscoveryReport['counts'],
): WaitingFiles {
	const first = (paths: readonly string[]) => paths.slice(0, MOST_SHOWN).map((path) => safe(path, 300));
	return {
		added: first(newFiles),
		modified: first(modifiedFiles),
		allAdded: counts.added,
		allModified: counts.modified,
	};
}
