// Room: stages. Shows the changes to the detectors: each sees only the files it wants, and a broken one stops nobody.

import type {Change} from '../../domain/change.ts';
import type {Finding} from '../../domain/feature.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Detector} from '../../ports/detector.ts';
import type {Patch, Repository} from '../../ports/repository.ts';

export interface Inspection {
	readonly findings: ReadonlyMap<Oid, readonly Finding[]>;
	/** Detectors that failed, with their words: said once, never fatal. */
	readonly failures: readonly string[];
}

export async function inspect(
	repository: Repository,
	detectors: readonly Detector[],
	changes: readonly Change[],
): Promise<Inspection> {
	const findings = new Map<Oid, Finding[]>();
	const failures = new Map<string, string>();
	const guard = <T>(detector: Detector, otherwise: T, work: () => T): T => {
		if (failures.has(detector.name)) return otherwise;
		try {
			return work();
		} catch (thrown) {
			failures.set(detector.name, thrown instanceof Error ? thrown.message : String(thrown));
			return otherwise;
		}
	};
	const wants = (detector: Detector, path: string) => guard(detector, false, () => detector.wants(path));
	const byOid = new Map(changes.map((change) => [change.oid, change]));
	const look = (change: Change, patches: readonly Patch[]) => {
		for (const detector of detectors) {
			if (
				!change.files.some(
					(file) => wants(detector, file.path) || (file.from !== undefined && wants(detector, file.from)),
				)
			)
				continue;
			const seen = patches.filter((patch) => wants(detector, patch.path));
			const found = guard(detector, [], () => detector.detect(change, seen));
			if (found.length > 0) findings.set(change.oid, [...(findings.get(change.oid) ?? []), ...found]);
		}
	};

	const wanted = (path: string) => detectors.some((detector) => wants(detector, path));
	const asked = changes.filter((change) => change.files.some((file) => wanted(file.path)));
	const unseen = new Set(asked.map((change) => change.oid));
	// Patches come change by change: one change's worth is held at a time.
	let held: Patch[] = [];
	const close = () => {
		const change = held[0] && byOid.get(held[0].change);
		if (change) {
			unseen.delete(change.oid);
			look(change, held);
		}
		held = [];
	};
	for await (const patch of repository.patches([...unseen], wanted)) {
		if (held[0] && held[0].change !== patch.change) close();
		held.push(patch);
	}
	close();
	// A file that is only renamed, emptied or binary has no lines, but its detector may care that it was touched.
	for (const change of asked) if (unseen.has(change.oid)) look(change, []);
	return {findings, failures: [...failures].map(([name, why]) => `${name}: ${why}`)};
}
