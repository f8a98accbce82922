// Room: detectors. Which files of a change are known whole on both sides. A side can be missing because the file was not there
// then, or because it is binary or too large to read: the second must never look like the first.

import type {Change} from '../../domain/change.ts';
import type {Patch} from '../../ports/repository.ts';

/** The patches that changed something and whose missing sides are truly absent. */
export function wholly(change: Change, patches: readonly Patch[]): Patch[] {
	const status = new Map(change.files.map((file) => [file.path, file.status]));
	return patches.filter(({path, from, before, after}) => {
		if (before === after && from === undefined) return false;
		const how = status.get(path);
		if (after === undefined && how !== 'deleted') return false;
		return before !== undefined || how === 'added';
	});
}
