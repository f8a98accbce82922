// Room: stages. Looks through the lines a release adds for something that has the shape of a credential.

import type {Batch} from '../../domain/batch.ts';
import {holdsCredential} from '../../domain/redact.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import type {Repository} from '../../ports/repository.ts';
import {chosenFeatures} from '../../report/release-facts.ts';

const MAX_FOUND = 50;
/** Where long random strings are normal. */
const SKIP = /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|[^/]*\.(?:svg|map|min\.js|lock|sum))$/;

/** The places, never the values. */
export async function scanForCredentials(
	repository: Repository,
	batch: Batch,
): Promise<{readonly found: readonly Safe[]; readonly lines: number}> {
	const changes = chosenFeatures(batch).flatMap((ranked) => ranked.feature.changes.map((change) => change.oid));
	const found = new Set<Safe>();
	let lines = 0;
	if (changes.length === 0) return {found: [], lines};
	for await (const patch of repository.patches(changes, (path) => !SKIP.test(path))) {
		for (const {line, text} of patch.added) {
			lines++;
			if (found.size < MAX_FOUND && holdsCredential(text.slice(0, 5000))) found.add(safe(`${patch.path}:${line}`));
		}
	}
	return {found: [...found], lines};
}
