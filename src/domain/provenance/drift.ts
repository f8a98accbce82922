// Room: domain. What the base did to its files since the histories parted, in lines of the common ancestor, and whether a
// change meets it there. Pure.

import type {FilePatch} from './ledger.ts';
import type {LinePool, Weave} from './weave.ts';

/** Lines `from` to `from + removed` (0-based, of the common ancestor) became the `added` ones whose hashes stand at `pool`. */
export interface Moved {
	readonly from: number;
	readonly removed: number;
	readonly added: number;
	readonly pool: number;
}

interface MovedFile {
	readonly op: FilePatch['op'];
	readonly binary: boolean;
	readonly newBlob: string | undefined;
	readonly hunks: readonly Moved[];
}

export class Drift {
	readonly #files = new Map<string, MovedFile>();
	readonly #pool: LinePool;

	constructor(pool: LinePool) {
		this.#pool = pool;
	}

	/** One file of the difference between the common ancestor and the base. */
	add({op, path, from, binary, newBlob, hunks}: FilePatch): void {
		const file = {
			...{op, binary, newBlob},
			hunks: hunks.map((hunk) => ({
				from: hunk.oldLine - 1,
				removed: hunk.removed,
				added: hunk.added,
				pool: hunk.pool + hunk.removed,
			})),
		};
		this.#files.set(from ?? path, file);
		// Under its new name nobody else can make a file.
		if (from !== undefined) this.#files.set(path, {...file, op: 'added'});
	}

	get empty(): boolean {
		return this.#files.size === 0;
	}

	/**
	 * Whether the whole file is disputed: one side removes what the other changes, both make it, or it has no lines.
	 * @param path its name in the common ancestor, or the one that the change gives it.
	 */
	wholly(path: string, patch: FilePatch): boolean {
		const file = this.#files.get(path);
		if (file === undefined || (file.newBlob !== undefined && file.newBlob === patch.newBlob)) return false;
		if (patch.op === 'deleted') return file.op !== 'deleted' && file.op !== 'added';
		if (patch.op === 'added' || patch.op === 'copied') return file.op === 'added';
		if (patch.op === 'renamed' && file.op === 'renamed') return true;
		return (
			file.op === 'deleted' ||
			((patch.binary || patch.absent !== undefined) && (file.binary || file.hunks.length > 0)) ||
			file.binary
		);
	}

	/** What the base did at lines `from` to `to` of the file, or right beside them, and the branch has not done as well. */
	at(path: string, from: number, to: number, weave: Weave): Moved[] {
		const hunks = this.#files.get(path)?.hunks ?? [];
		return hunks.filter((moved) => moved.from <= to && moved.from + moved.removed >= from && !this.shows(weave, moved));
	}

	/** Whether the file reads there as the base does now. */
	shows(weave: Weave, moved: Moved): boolean {
		const lines = weave.between(moved.from, moved.from + moved.removed, this.#pool);
		if (lines?.length !== moved.added) return false;
		return lines.every((hash, i) => hash === this.#pool.at(moved.pool + i));
	}
}
