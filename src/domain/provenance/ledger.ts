// Room: domain. All files of a range, change by change: what each change rests on, by lines and by files. Fed with patches in
// branch order; tells a listener. Pure; knows no git but what a patch says.
//
// Three rules about files come from how a three-way merge looks at them: only the two ends count, so a file that is as
// in the base stands against nothing; what is renamed on one side is followed on the other; a binary file is one line.

import {isGenerated, isManifest} from '../generated.ts';
import {Drift, type Moved} from './drift.ts';
import {BASE, type Hunk, type LinePool, type Listener, Weave} from './weave.ts';

/** On which side of a change a file's contents are not here (a partial clone); there it reads as one line. */
export type Absent = 'before' | 'after' | 'both';

export interface FilePatch {
	readonly op: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied';
	readonly path: string;
	/** The path before a rename or copy. */
	readonly from?: string;
	/** Object ids, full length; undefined where git says nothing (a pure rename, a mode). */
	readonly oldBlob?: string;
	readonly newBlob?: string;
	readonly binary: boolean;
	readonly hunks: readonly Hunk[];
	/** Its lines say nothing, so it stands against everything in the file. */
	readonly absent?: Absent;
}

export type Tie = 'edit' | 'touch' | 'file';

/** Who is told what a change rests on. */
export interface Ties {
	/** @param weak a tool settles it: the file is made anew, or its entries have no order. */
	tie(to: number, kind: Tie, path: string, line: number | undefined, weak: boolean): void;
	/** Only where `present` is applied: then `needed` must be as well. */
	given(present: number, needed: number, path: string, line: number | undefined): void;
	/** The base has moved under it. */
	drifts(path: string, line: number | undefined): void;
}

interface File {
	weave: Weave;
	/** The change that made it, or BASE. */
	created: number;
	/** Who gave it its name, when that is not its name in the base. */
	renamedBy: number;
	/** Changes to bytes that have no lines. */
	opaque: Set<number>;
	/** Changes after which nobody knows what is in it; empty again from the first one whose result is known. */
	unread: Set<number>;
	/** Changes that were taken back, each with the one that did it, where the file was then as in the base. */
	undone: (readonly [number, number])[];
	/** In the base; undefined when it was not there or nobody has said yet. */
	baseBlob: string | undefined;
	basePath: string | undefined;
}

const MOST_UNDONE = 100;

interface Gone {
	readonly by: number;
	/** Undefined: it was not in the base either. */
	readonly base: {readonly blob: string | undefined; readonly file: File} | undefined;
}

const fileAsInBase = (path: string, blob: string | undefined): File => ({
	...{weave: new Weave(BASE), created: BASE, renamedBy: BASE},
	...{opaque: new Set<number>(), unread: new Set<number>(), undone: []},
	...{baseBlob: blob, basePath: path},
});

const nothing = () => undefined;
const SILENT: Listener = {edits: nothing, touches: nothing, given: nothing, settled: nothing};

export class Ledger {
	readonly #files = new Map<string, File>();
	readonly #gone = new Map<string, Gone>();
	readonly #pool: LinePool;
	readonly #ties: Ties;
	readonly #drift: Drift;
	/** Paths are asked about many times in a row. */
	#last: {readonly path: string; readonly generated: boolean} | undefined;

	/** @param drift what the base did since the histories parted; empty where the base is the common ancestor. */
	constructor(pool: LinePool, ties: Ties, drift: Drift = new Drift(pool)) {
		this.#pool = pool;
		this.#ties = ties;
		this.#drift = drift;
	}

	/** @param unit the change's place in the range; BASE for what only brings the base in. */
	apply(unit: number, patch: FilePatch): void {
		if (unit >= 0 && !this.#drift.empty && !this.#isGenerated(patch.path)) this.#meet(patch);
		switch (patch.op) {
			case 'added':
			case 'copied':
				this.#add(unit, patch);
				break;
			case 'deleted':
				this.#remove(unit, patch);
				break;
			case 'renamed':
				this.#rename(unit, patch);
				break;
			default:
				this.#modify(unit, patch, this.#fileAt(patch.path, patch.oldBlob));
		}
	}

	#isGenerated(path: string): boolean {
		if (this.#last?.path !== path) this.#last = {path, generated: isGenerated(path)};
		return this.#last.generated;
	}

	/** Files that the base and the change dispute as a whole. */
	#meet(patch: FilePatch): void {
		const known = this.#files.get(patch.from ?? patch.path);
		const name = known === undefined ? (patch.from ?? patch.path) : known.basePath;
		if (name !== undefined && this.#drift.wholly(name, patch)) this.#ties.drifts(patch.path, undefined);
		else if (patch.from !== undefined && this.#drift.wholly(patch.path, {...patch, op: 'added'}))
			this.#ties.drifts(patch.path, undefined);
	}

	#fileAt(path: string, blob: string | undefined): File {
		const known = this.#files.get(path);
		if (known !== undefined) return known;
		const fresh = fileAsInBase(path, blob);
		this.#files.set(path, fresh);
		return fresh;
	}

	#tie(unit: number, to: number, kind: Tie, path: string, line?: number, weak = false): void {
		if (to >= 0 && to !== unit && unit >= 0) this.#ties.tie(to, kind, path, line, weak || this.#isGenerated(path));
	}

	/** Everybody whose work on the file shows as a difference to the base. */
	#all(unit: number, file: File, path: string): void {
		for (const owner of file.weave.owners()) this.#tie(unit, owner, 'edit', path);
		for (const owner of [...file.opaque, ...file.unread]) this.#tie(unit, owner, 'edit', path);
	}

	/** What is not known after one change is not known until somebody says it. */
	#unread(unit: number, {absent}: FilePatch, file: File): void {
		if (absent === undefined || unit < 0) return;
		if (absent === 'before') file.unread.clear();
		else file.unread.add(unit);
	}

	#add(unit: number, patch: FilePatch): void {
		const gone = this.#gone.get(patch.path);
		this.#gone.delete(patch.path);
		const base = gone?.base;
		if (base !== undefined && (unit === BASE || (base.blob !== undefined && base.blob === patch.newBlob))) {
			// As in the base again: on the base alone the change finds it there already.
			this.#files.delete(patch.path);
			const file = this.#fileAt(patch.path, patch.newBlob);
			file.baseBlob = patch.newBlob;
			if (gone !== undefined && unit >= 0 && gone.by !== unit) file.undone.push([gone.by, unit]);
			return;
		}
		if (gone !== undefined && base !== undefined) this.#tie(unit, gone.by, 'file', patch.path);
		if (unit === BASE) {
			this.#files.delete(patch.path);
			this.#fileAt(patch.path, patch.newBlob);
			return;
		}
		if (gone !== undefined && base !== undefined && patch.op === 'added') {
			// The base has it as well: what comes after it meets there lines of the base and lines of this change.
			const {file} = base;
			file.weave.apply(patch.hunks, unit, this.#pool, SILENT);
			if (patch.binary) file.opaque.add(unit);
			this.#unread(unit, patch, file);
			if (gone.by !== unit) file.undone.push([gone.by, unit]);
			this.#files.set(patch.path, {...file, created: BASE, renamedBy: BASE, basePath: patch.path});
			return;
		}
		const [hunk] = patch.hunks;
		this.#files.set(patch.path, {
			weave:
				patch.op === 'copied' ? new Weave(unit) : Weave.made(unit, hunk?.added ?? 0, hunk?.pool ?? this.#pool.length),
			created: unit,
			renamedBy: BASE,
			opaque: new Set(patch.binary ? [unit] : []),
			unread: new Set(patch.absent === undefined || unit < 0 ? [] : [unit]),
			undone: [],
			baseBlob: base?.blob,
			basePath: base === undefined ? undefined : patch.path,
		});
	}

	#remove(unit: number, patch: FilePatch): void {
		const file = this.#fileAt(patch.path, patch.oldBlob);
		this.#files.delete(patch.path);
		if (file.basePath === undefined) {
			// Neither the base has it nor the result: nothing to disagree about.
			this.#gone.set(patch.path, {by: unit, base: undefined});
			return;
		}
		const same = patch.oldBlob !== undefined && patch.oldBlob === file.baseBlob;
		if (!same) this.#all(unit, file, patch.path);
		this.#tie(unit, file.created, 'file', patch.path);
		this.#tie(unit, file.renamedBy, 'file', patch.path);
		// Its lines stay known, for it may come back.
		file.weave.apply(patch.hunks, unit, this.#pool, SILENT);
		this.#gone.set(file.basePath, {by: unit, base: unit === BASE ? undefined : {blob: file.baseBlob, file}});
	}

	#rename(unit: number, patch: FilePatch): void {
		const from = patch.from ?? patch.path;
		const file = this.#fileAt(from, patch.oldBlob);
		this.#tie(unit, file.created, 'file', patch.path);
		const back = file.basePath === patch.path;
		if (!back) this.#tie(unit, file.renamedBy, 'file', patch.path);
		const there = this.#gone.get(patch.path);
		if (there?.base !== undefined && !back) this.#tie(unit, there.by, 'file', patch.path);
		this.#gone.delete(patch.path);
		this.#files.delete(from);
		this.#files.set(patch.path, file);
		if (unit === BASE) file.basePath = file.basePath === undefined ? undefined : patch.path;
		else {
			if (file.basePath !== undefined && file.basePath === from)
				this.#gone.set(from, {by: unit, base: {blob: file.baseBlob, file: fileAsInBase(from, file.baseBlob)}});
			file.renamedBy = back ? BASE : unit;
		}
		if (patch.hunks.length > 0 || patch.binary) this.#change(unit, patch, file);
	}

	#modify(unit: number, patch: FilePatch, file: File): void {
		this.#tie(unit, file.created, 'file', patch.path);
		this.#change(unit, patch, file);
	}

	#change(unit: number, patch: FilePatch, file: File): void {
		const {path} = patch;
		if (unit >= 0) for (const [present, needed] of file.undone) this.#ties.given(present, needed, path, undefined);
		const asBefore = file.baseBlob !== undefined && patch.oldBlob === file.baseBlob;
		const asAfter = file.baseBlob !== undefined && patch.newBlob === file.baseBlob;
		const quiet = (asBefore || asAfter) && file.created === BASE;
		const undone = asAfter ? [...file.weave.owners(), ...file.opaque, ...file.unread] : [];
		if (patch.absent !== undefined && !quiet) this.#all(unit, file, path);
		if (patch.binary) {
			if (!quiet) this.#all(unit, file, path);
			if (unit === BASE) file.baseBlob = patch.newBlob;
			else file.opaque.add(unit);
		} else {
			if (!quiet) for (const owner of [...file.opaque, ...file.unread]) this.#tie(unit, owner, 'edit', path);
			this.#lines(unit, patch, file, quiet);
			// A sync that finds the file as the base had it brings the base's next one.
			if (unit === BASE) file.baseBlob = asBefore ? patch.newBlob : undefined;
		}
		this.#unread(unit, patch, file);
		if (asAfter && file.created === BASE && unit >= 0) {
			for (const owner of undone)
				if (owner !== unit && file.undone.length < MOST_UNDONE) file.undone.push([owner, unit]);
			file.weave = new Weave(BASE);
			file.opaque.clear();
			file.unread.clear();
		}
	}

	#lines(unit: number, {hunks, path, absent}: FilePatch, file: File, quiet: boolean): void {
		const place = (line: number) => (absent === undefined ? line : undefined);
		let said: [number, Tie, number, boolean][] = [];
		const manifest = isManifest(path);
		let conditions: [number, number, number][] = [];
		const flush = (asInBase: boolean) => {
			if (!quiet && unit >= 0) {
				if (!asInBase) for (const [to, kind, line, weak] of said) this.#tie(unit, to, kind, path, place(line), weak);
				for (const [present, needed, line] of conditions)
					if (needed !== unit) this.#ties.given(present, needed, path, place(line));
			}
			said = [];
			conditions = [];
		};
		const drift = this.#drift;
		const base = file.basePath;
		const met: [Moved, number][] = [];
		const watch = unit >= 0 && base !== undefined && !drift.empty && !this.#isGenerated(path) && !manifest;
		file.weave.apply(hunks, unit, this.#pool, {
			...(watch
				? {
						covers: (from: number, to: number, line: number) => {
							for (const moved of drift.at(base, from, to, file.weave)) met.push([moved, line]);
						},
					}
				: {}),
			edits: (owner, line, {inserts = false}) => said.push([owner, 'edit', line, manifest && inserts]),
			touches: (owner, line) => said.push([owner, 'touch', line, manifest]),
			given: (present, needed, line) => conditions.push([present, needed, line]),
			settled: flush,
		});
		// Where both did the same there is nothing to dispute.
		for (const [moved, line] of met) if (!drift.shows(file.weave, moved)) this.#ties.drifts(path, place(line));
	}
}
