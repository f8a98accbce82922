// Room: domain. One file's lines through a range of changes: which change wrote each line, and where lines of the base are
// gone. Pure; lines are known by a hash of their bytes. Knows nothing of git, paths or what an edge is good for.
//
// A weave holds every run of lines in file order: alive lines of the base, alive lines that some change wrote, and ghosts
// (lines of the base that some change removed). What it adds up to is the difference between the base and the state
// before the next change, which is exactly what stands against that change when it is picked onto the base alone.

/** The owner of what was there before the range. */
export const BASE = -1;
const ALIVE = -2;
const MARK = -3;

/** Hashes of lines, appended for the length of a run over history; runs refer to it by offset. */
export class LinePool {
	#hashes = new Int32Array(1 << 16);
	length = 0;

	push(hash: number): void {
		if (this.length === this.#hashes.length) {
			const larger = new Int32Array(this.#hashes.length * 2);
			larger.set(this.#hashes);
			this.#hashes = larger;
		}
		this.#hashes[this.length++] = hash;
	}

	at(offset: number): number {
		return this.#hashes[offset] ?? 0;
	}

	/** The last line turned out to have no newline: it differs from the same line with one. */
	markLast(): void {
		if (this.length > 0) this.#hashes[this.length - 1] = ~this.at(this.length - 1);
	}
}

/** A hunk without context. `at` is 0-based in the new file's lines; the removed hashes stand at `pool`, the added after them. */
export interface Hunk {
	readonly oldLine: number;
	readonly at: number;
	readonly removed: number;
	readonly added: number;
	readonly pool: number;
	/** Nothing is lost but a comma at a line's end: entries are put in. */
	readonly inserts?: boolean;
}

/** Who hears what a hunk rests on. `line` is 1-based in the file before the change. */
export interface Listener {
	/** A line of this change is rewritten or removed. */
	edits(owner: number, line: number, hunk: Hunk): void;
	/** A line of this change is right beside, or it removed lines right there. */
	touches(owner: number, line: number): void;
	/** It matters only where `present` is applied: then `needed` must be as well. */
	given(present: number, needed: number, line: number): void;
	/** Which lines of the base (0-based, from the first to behind the last) the hunk is about; said before it is applied. */
	covers?(from: number, to: number, line: number): void;
	/** What was said since the last `settled` held, or came to nothing because the place is now as in the base. */
	settled(asInBase: boolean): void;
}

/**
 * Who wrote it, who removed it (or ALIVE), how many lines, and their hashes' offset (-1: lines of the base, never seen).
 * A mark is no line: there, `ins` is the change that was taken back and `off` the one that did it.
 */
interface Run {
	ins: number;
	del: number;
	len: number;
	off: number;
}

/** Taken-back work that one place remembers. */
const MOST_MARKS = 30;
/** Lines compared with lines at most, when a gap is realigned. */
const MOST_PAIRS = 250_000;

const removedBy = (run: Run | undefined, unit: number) =>
	run !== undefined && (run.del === unit || (run.del === MARK && run.off === unit));
const sameMark = (a: Run | undefined, b: Run) =>
	a !== undefined && a.del === MARK && b.del === MARK && a.ins === b.ins && a.off === b.off;
const isBase = (run: Run) => run.del === ALIVE && run.ins === BASE;

export class Weave {
	#runs: Run[];

	/** @param owner BASE for a file that was there before the range. */
	constructor(owner: number) {
		this.#runs = [{ins: owner, del: ALIVE, len: Number.POSITIVE_INFINITY, off: -1}];
	}

	/** A file that a change made: all its lines are known. */
	static made(owner: number, lines: number, pool: number): Weave {
		const weave = new Weave(owner);
		weave.#runs = [{ins: owner, del: ALIVE, len: lines, off: pool}];
		return weave;
	}

	/** Everybody whose work still shows as a difference to the base. */
	owners(): Set<number> {
		const found = new Set<number>();
		for (const run of this.#runs) {
			if (run.del === ALIVE ? run.ins >= 0 : run.del >= 0) found.add(run.del === ALIVE ? run.ins : run.del);
		}
		return found;
	}

	/**
	 * The hashes of what stands in place of some lines of the base, without any of them left; undefined where one is left.
	 * @param from 0-based. @param to behind the last.
	 */
	between(from: number, to: number, pool: LinePool): number[] | undefined {
		const found: number[] = [];
		let based = 0;
		for (const run of this.#runs) {
			if (run.del === MARK) continue;
			if (run.ins === BASE) {
				const end = based + run.len;
				if (run.del === ALIVE && based < to && end > from) return undefined;
				based = end;
				if (based > to) break;
			} else if (based >= from && based <= to) for (let i = 0; i < run.len; i++) found.push(pool.at(run.off + i));
		}
		return found;
	}

	/** Applies the hunks of one change, top down. */
	apply(hunks: readonly Hunk[], unit: number, pool: LinePool, listener: Listener): void {
		let index = 0;
		let position = 0;
		for (const hunk of hunks) {
			// The first run that is not wholly before the hunk, ghosts at its edge included.
			for (; index < this.#runs.length; index++) {
				const run = this.#runs[index];
				if (run === undefined) break;
				const length = run.del === ALIVE ? run.len : 0;
				if (position + length >= hunk.at && (length > 0 || position >= hunk.at)) break;
				position += length;
			}
			[index, position] = this.#applyOne(hunk, unit, pool, listener, index, position);
		}
	}

	/** The lines of the base that the runs from `first` to before `last` are. */
	#covered(first: number, last: number): [number, number] {
		let [from, to] = [0, 0];
		for (let i = 0; i < last; i++) {
			const run = this.#runs[i];
			if (run === undefined || run.del === MARK || run.ins !== BASE) continue;
			to += run.len;
			if (i < first) from = to;
		}
		return [from, to];
	}

	/** Cuts the alive run at `index` so that a run starts at `offset` lines into it; returns that run's index. */
	#cut(index: number, offset: number): number {
		const run = this.#runs[index];
		if (run === undefined || offset <= 0) return index;
		if (offset >= run.len) return index + 1;
		const rest = {...run, len: run.len - offset, off: run.off < 0 ? -1 : run.off + offset};
		run.len = offset;
		this.#runs.splice(index + 1, 0, rest);
		return index + 1;
	}

	#applyOne(
		hunk: Hunk,
		unit: number,
		pool: LinePool,
		listener: Listener,
		index: number,
		position: number,
	): [number, number] {
		const runs = this.#runs;
		let first = index;
		if (runs[first]?.del === ALIVE) first = this.#cut(first, hunk.at - position);
		// Ghosts right before the hunk belong to its place.
		while (first > 0 && runs[first - 1]?.del !== ALIVE) first--;

		const line = hunk.oldLine;
		const before = runs[first - 1];
		let spoke = false;
		if (before !== undefined && before.ins >= 0 && before.ins !== unit) {
			listener.touches(before.ins, line);
			spoke = true;
		}
		const inside: Run[] = [];
		let left = hunk.removed;
		let taken = 0;
		let last = first;
		let foreign = false;
		for (; last < runs.length; last++) {
			const run = runs[last];
			if (run === undefined) break;
			if (run.del !== ALIVE) {
				inside.push(run);
				if (run.del === MARK) listener.given(run.ins, run.off, line + taken);
				else if (run.del !== unit) {
					foreign = true;
					spoke = true;
					listener.touches(run.del, line + taken);
				}
				if (run.del === MARK) spoke = true;
				continue;
			}
			if (left === 0) break;
			if (run.len > left) this.#cut(last, left);
			left -= run.len;
			if (run.ins === BASE) {
				if (unit !== BASE) inside.push({ins: BASE, del: unit, len: run.len, off: hunk.pool + taken});
			} else {
				foreign = true;
				if (run.ins !== unit) {
					listener.edits(run.ins, line + taken, hunk);
					spoke = true;
					if (unit !== BASE) inside.push({ins: run.ins, del: MARK, len: 0, off: unit});
				}
			}
			taken += run.len;
		}
		listener.covers?.(...this.#covered(first, last), line);
		const after = runs[last];
		if (after !== undefined && after.ins >= 0 && after.ins !== unit) {
			listener.touches(after.ins, line + Math.max(hunk.removed - 1, 0));
			spoke = true;
		}
		// New lines stand behind what they take the place of, and before ghosts that follow it.
		let behind = inside.length;
		if (hunk.removed > 0) {
			while (behind > 0 && !removedBy(inside[behind - 1], unit)) behind--;
		}
		if (hunk.added > 0)
			inside.splice(behind, 0, {ins: unit, del: ALIVE, len: hunk.added, off: hunk.pool + hunk.removed});
		runs.splice(first, last - first, ...inside);
		let end = first + inside.length;
		if (spoke || foreign) {
			// The whole place up to the nearest untouched lines of the base.
			let from = first;
			while (from > 0 && !isBaseAt(runs, from - 1)) from--;
			let to = end;
			while (to < runs.length && !isBaseAt(runs, to)) to++;
			const realigned = realign(runs.slice(from, to), pool);
			if (realigned !== undefined) {
				runs.splice(from, to - from, ...realigned);
				to = from + realigned.length;
			}
			let asInBase = true;
			for (let i = from; i < to; i++) {
				const run = runs[i];
				if (run !== undefined && run.del !== MARK && !isBase(run)) asInBase = false;
			}
			listener.settled(asInBase);
			if (realigned !== undefined) {
				// Line counts before `from` did not change, so the next hunk is looked for from the top again.
				return [0, 0];
			}
			end = first + inside.length;
		}
		return [end, hunk.at + hunk.added];
	}
}

function isBaseAt(runs: readonly Run[], index: number): boolean {
	const run = runs[index];
	return run !== undefined && isBase(run);
}

interface Piece {
	readonly owner: number;
	readonly hash: number;
	readonly off: number;
}

/**
 * Lines of the base that were removed and written again, by whomever, are lines of the base: a merge compares ends, not the
 * way between them. Undefined when nothing in the gap matches.
 */
function realign(gap: readonly Run[], pool: LinePool): Run[] | undefined {
	const gone = gap.filter((run) => run.del >= 0);
	const alive = gap.filter((run) => run.del === ALIVE);
	if (gone.length === 0 || alive.length === 0 || gap.some((run) => run.off < 0)) return undefined;
	const known = new Set<number>();
	for (const run of gone) for (let i = 0; i < run.len; i++) known.add(pool.at(run.off + i));
	if (!alive.some((run) => anyOf(run, known, pool))) return undefined;
	const pieces = (run: Run, owner: number): Piece[] =>
		Array.from({length: run.len}, (_, i) => ({owner, hash: pool.at(run.off + i), off: run.off + i}));
	const ghosts = gone.flatMap((run) => pieces(run, run.del));
	const written = alive.flatMap((run) => pieces(run, run.ins));
	const marks: Run[] = [];
	for (const run of gap)
		if (run.del === MARK && marks.length < MOST_MARKS && !marks.some((mark) => sameMark(mark, run))) marks.push(run);
	const pairs = match(ghosts, written);
	if (pairs.length === 0) return undefined;
	const found: Run[] = [...marks];
	const add = (piece: Piece, ins: number, del: number) => {
		const previous = found.at(-1);
		if (previous && previous.ins === ins && previous.del === del && previous.off + previous.len === piece.off)
			previous.len++;
		else found.push({ins, del, len: 1, off: piece.off});
	};
	let g = 0;
	let w = 0;
	for (const [ghost, line] of [...pairs, [ghosts.length, written.length] as const]) {
		for (; g < ghost; g++) {
			const piece = ghosts[g];
			if (piece) add(piece, BASE, piece.owner);
		}
		for (; w < line; w++) {
			const piece = written[w];
			if (piece) add(piece, piece.owner, ALIVE);
		}
		const from = ghosts[g++];
		const again = written[w++];
		if (from === undefined || again === undefined) continue;
		// On both sides: whoever works beside it later meets it from one of them.
		const mark = {ins: from.owner, del: MARK, len: 0, off: again.owner};
		const marked = from.owner !== again.owner;
		if (marked && !sameMark(found.at(-1), mark)) found.push(mark);
		const previous = found.at(-1);
		if (previous && isBase(previous)) previous.len++;
		else found.push({ins: BASE, del: ALIVE, len: 1, off: -1});
		if (marked) found.push({...mark});
	}
	for (const mark of marks) if (!sameMark(found.at(-1), mark)) found.push({...mark});
	return found;
}

function anyOf(run: Run, known: ReadonlySet<number>, pool: LinePool): boolean {
	for (let i = 0; i < run.len; i++) if (known.has(pool.at(run.off + i))) return true;
	return false;
}

/** Longest common subsequence as index pairs; only the common ends where the lists are too long for the table. */
function match(a: readonly Piece[], b: readonly Piece[]): (readonly [number, number])[] {
	let head = 0;
	while (head < a.length && head < b.length && a[head]?.hash === b[head]?.hash) head++;
	let tail = 0;
	while (
		tail < a.length - head &&
		tail < b.length - head &&
		a[a.length - 1 - tail]?.hash === b[b.length - 1 - tail]?.hash
	)
		tail++;
	const pairs: (readonly [number, number])[] = [];
	for (let i = 0; i < head; i++) pairs.push([i, i]);
	const rows = a.length - head - tail;
	const columns = b.length - head - tail;
	if (rows > 0 && columns > 0 && rows * columns <= MOST_PAIRS) {
		const width = columns + 1;
		const best = new Uint32Array((rows + 1) * width);
		for (let i = rows - 1; i >= 0; i--)
			for (let j = columns - 1; j >= 0; j--)
				best[i * width + j] =
					a[head + i]?.hash === b[head + j]?.hash
						? (best[(i + 1) * width + j + 1] ?? 0) + 1
						: Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
		for (let i = 0, j = 0; i < rows && j < columns; ) {
			if (a[head + i]?.hash === b[head + j]?.hash) pairs.push([head + i++, head + j++]);
			else if ((best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) i++;
			else j++;
		}
	}
	for (let i = tail; i > 0; i--) pairs.push([a.length - i, b.length - i]);
	return pairs;
}
