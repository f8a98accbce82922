// Room: stages. Shows the changes to the detectors: each sees only the files it wants, and a broken one stops nobody.

import type {Change, FileDelta} from '../../domain/change.ts';
import type {Finding} from '../../domain/feature.ts';
import type {Oid} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Detector} from '../../ports/detector.ts';
import type {Patch, Repository} from '../../ports/repository.ts';
import {looker} from './look.ts';
import {isCut, patchesAround} from './patches-around.ts';

export interface Inspection {
	readonly findings: ReadonlyMap<Oid, readonly Finding[]>;
	/** Detectors that failed, with their words: said once, never fatal. */
	readonly failures: readonly string[];
	/** Changes whose contents are not here, as in a partial clone: of these nothing is known. */
	readonly unread: readonly Oid[];
}

export async function inspect(
	repository: Pick<Repository, 'patches' | 'files' | 'paths'>,
	detectors: readonly Detector[],
	changes: readonly Change[],
): Promise<Inspection> {
	const findings = new Map<Oid, Finding[]>();
	const {failures, wants, tryTo} = guards();
	const byOid = new Map(changes.map((change) => [change.oid, change]));
	const lookAround = looker(repository, changes);
	const look = async (change: Change, patches: readonly Patch[]) => {
		const around = lookAround(change);
		let whole: readonly Patch[] | undefined;
		for (const detector of detectors) {
			if (!change.files.some((file) => touches(file, (path) => wants(detector, path)))) continue;
			if (detector.reads === 'files') whole ??= await withContents(repository, change, patches, wholeWanted);
			const seen = (detector.reads === 'files' ? (whole ?? []) : patches).filter(
				({path, from}) => wants(detector, path) || (from !== undefined && wants(detector, from)),
			);
			const found = await tryTo(detector, [], async () => detector.detect(change, seen, around));
			if (found.length > 0) findings.set(change.oid, [...(findings.get(change.oid) ?? []), ...found]);
		}
	};

	const unread: Oid[] = [];
	const given = (oid: Oid) => {
		unseen.delete(oid);
		unread.push(oid);
		const change = byOid.get(oid);
		if (change !== undefined) findings.set(oid, [unreadFinding(change)]);
	};
	const lookIf = (change: Change, patches: readonly Patch[]) =>
		look(change, patches).catch((thrown: unknown) => {
			if (!isCut(thrown)) throw thrown;
			given(change.oid);
		});

	const wanted = (path: string) => detectors.some((detector) => wants(detector, path));
	const wholeWanted = (path: string) =>
		detectors.some((detector) => detector.reads === 'files' && wants(detector, path));
	const asked = changes.filter((change) => change.files.some((file) => touches(file, wanted)));
	const unseen = new Set(asked.map((change) => change.oid));
	for await (const {change: oid, patches} of patchesAround(repository, [...unseen], wanted, given)) {
		const change = byOid.get(oid);
		if (change === undefined) continue;
		unseen.delete(oid);
		await lookIf(change, patches);
	}
	// A file that is only renamed, emptied or binary has no lines, but its detector may care that it was touched.
	for (const change of asked) if (unseen.has(change.oid)) await lookIf(change, []);
	return {findings, failures: [...failures].map(([name, why]) => `${name}: ${why}`), unread};
}

/** What nobody could look into is not harmless: a migration that cannot be read may drop anything. */
function unreadFinding(change: Change): Finding {
	const schema = change.files.find(({path}) => MIGRATION.test(path));
	const path = (schema ?? change.files[0])?.path ?? '';
	return {
		rule: 'contents-absent',
		topic: schema === undefined ? 'infra' : 'schema',
		severity: schema === undefined ? 'caution' : 'danger',
		change: change.oid,
		path,
		what: safe('its contents are not in this partial clone, so nobody looked at them'),
		advice: safe('git fetch --refetch brings them'),
	};
}

const MIGRATION = /migrat|schema|\.(sql|prisma)$/i;

const touches = ({path, from}: FileDelta, wanted: (path: string) => boolean) =>
	wanted(path) || (from !== undefined && wanted(from));

/** A detector that threw once is not asked again. */
function guards() {
	const failures = new Map<string, string>();
	const failed = (detector: Detector, thrown: unknown) =>
		failures.set(detector.name, thrown instanceof Error ? thrown.message : String(thrown));
	return {
		failures,
		wants(detector: Detector, path: string): boolean {
			if (failures.has(detector.name)) return false;
			try {
				return detector.wants(path);
			} catch (thrown) {
				failed(detector, thrown);
				return false;
			}
		},
		async tryTo<T>(detector: Detector, otherwise: T, work: () => Promise<T>): Promise<T> {
			if (failures.has(detector.name)) return otherwise;
			try {
				return await work();
			} catch (thrown) {
				// No fault of the detector's: what it asked for is not here.
				if (isCut(thrown)) throw thrown;
				failed(detector, thrown);
				return otherwise;
			}
		},
	};
}

/** The wanted files of a change with their contents: also those without lines, such as renamed ones. */
async function withContents(
	repository: Pick<Repository, 'files'>,
	change: Change,
	patches: readonly Patch[],
	wanted: (path: string) => boolean,
): Promise<Patch[]> {
	const files = change.files.filter((file) => touches(file, wanted));
	const texts = await repository.files(
		files.flatMap(({path, from}) => [
			{at: change.parent, path: from ?? path},
			{at: change.oid, path},
		]),
	);
	const lines = new Map(patches.map((patch) => [patch.path, patch]));
	return files.map(({path, from}, i) => {
		const before = texts[2 * i];
		const after = texts[2 * i + 1];
		return {
			...(lines.get(path) ?? {path, change: change.oid, added: [], removed: []}),
			...(from === undefined ? {} : {from}),
			...(before === undefined ? {} : {before}),
			...(after === undefined ? {} : {after}),
		};
	});
}
