// Room: tests. The weave against a naive model that keeps every line as an object, under random edit scripts.

import {expect, test} from 'vitest';
import {BASE, type Hunk, LinePool, Weave} from '../../../src/domain/provenance/weave.ts';
import fc from '../../kit/check.ts';

interface Line {
	readonly owner: number;
	readonly hash: number;
}

interface Said {
	readonly edits: Set<number>;
	readonly touches: Set<number>;
}

/** A script: per change some cuts, each at a share of the file, removing and adding a few lines. */
const script = fc.array(
	fc.array(
		fc.record({
			at: fc.double({min: 0, max: 1, noNaN: true}),
			removed: fc.integer({min: 0, max: 3}),
			added: fc.integer({min: 0, max: 3}),
		}),
		{minLength: 1, maxLength: 3},
	),
	{minLength: 1, maxLength: 12},
);

type Cuts = readonly {readonly at: number; readonly removed: number; readonly added: number}[];

/** Hunks as git would write them: apart from each other, top down, with positions in the old and in the new file. */
function hunksFor(cuts: Cuts, lines: readonly Line[], unit: number, pool: LinePool, fresh: () => number) {
	const hunks: (Hunk & {readonly old: number; readonly lines: Line[]})[] = [];
	let from = 0;
	let shift = 0;
	for (const cut of [...cuts].sort((a, b) => a.at - b.at)) {
		const old = Math.max(from, Math.floor(cut.at * lines.length));
		const removed = Math.min(cut.removed, lines.length - old);
		if (old > lines.length || (removed === 0 && cut.added === 0)) continue;
		const start = pool.length;
		for (const line of lines.slice(old, old + removed)) pool.push(line.hash);
		const added = Array.from({length: cut.added}, () => ({owner: unit, hash: fresh()}));
		for (const line of added) pool.push(line.hash);
		hunks.push({
			...{oldLine: old + 1, at: old + shift, removed, added: cut.added, pool: start},
			...{old, lines: added},
		});
		shift += cut.added - removed;
		from = old + removed + 1;
	}
	return hunks;
}

/** Seams remember who removed lines of the base at a place; `seams[i]` lies before line i. */
class Naive {
	lines: Line[];
	seams: Set<number>[];

	constructor(length: number, fresh: () => number) {
		this.lines = Array.from({length}, () => ({owner: BASE, hash: fresh()}));
		this.seams = Array.from({length: length + 1}, () => new Set<number>());
	}

	said({old, removed}: {old: number; removed: number}): Said {
		const edits = new Set(this.lines.slice(old, old + removed).map(({owner}) => owner));
		const touches = new Set<number>();
		for (let seam = old; seam <= old + removed; seam++) for (const who of this.seams[seam] ?? []) touches.add(who);
		for (const beside of [this.lines[old - 1], this.lines[old + removed]]) if (beside) touches.add(beside.owner);
		for (const set of [edits, touches]) set.delete(BASE);
		return {edits, touches};
	}

	/** Bottom up, so that positions of the old file hold. */
	apply(hunks: readonly {old: number; removed: number; lines: Line[]}[], unit: number): void {
		for (const {old, removed, lines} of [...hunks].reverse()) {
			const gone = this.lines.slice(old, old + removed);
			const seams = new Set(this.seams.slice(old, old + removed + 1).flatMap((seam) => [...seam]));
			if (gone.some(({owner}) => owner === BASE)) seams.add(unit);
			// Lines that stand between keep what was before them before them: the weave puts new lines behind what they replace.
			const inner = Array.from({length: lines.length}, () => new Set<number>());
			this.lines.splice(old, removed, ...lines);
			const [before, after] = lines.length === 0 ? [seams, undefined] : this.#sides(old, removed, seams, unit, gone);
			this.seams.splice(old, removed + 1, ...(after === undefined ? [before] : [before, ...inner.slice(1), after]));
		}
	}

	/** With new lines in between: ghosts up to the last removed line stay before them, later ones go behind. */
	#sides(
		old: number,
		removed: number,
		all: Set<number>,
		unit: number,
		gone: readonly Line[],
	): [Set<number>, Set<number>] {
		if (removed === 0) return [all, new Set()];
		const before = new Set(this.seams.slice(old, old + removed).flatMap((seam) => [...seam]));
		if (gone.some(({owner}) => owner === BASE)) before.add(unit);
		return [before, new Set(this.seams[old + removed])];
	}
}

test('who is edited and who is touched is what a line-by-line model says', () => {
	fc.assert(
		fc.property(fc.integer({min: 0, max: 12}), script, (length, changes) => {
			let next = 1;
			const fresh = () => next++;
			const pool = new LinePool();
			const naive = new Naive(length, fresh);
			const weave = new Weave(BASE);
			for (const [unit, cuts] of changes.entries()) {
				const hunks = hunksFor(cuts, naive.lines, unit, pool, fresh);
				const [edits, touches] = [new Set<number>(), new Set<number>()];
				weave.apply(hunks, unit, pool, {
					edits: (owner) => edits.add(owner),
					touches: (owner) => touches.add(owner),
					given: () => undefined,
					settled: () => undefined,
				});
				const expected = {edits: new Set<number>(), touches: new Set<number>()};
				for (const hunk of hunks) {
					const said = naive.said(hunk);
					for (const who of said.edits) expected.edits.add(who);
					for (const who of said.touches) expected.touches.add(who);
				}
				naive.apply(hunks, unit);
				expect({edits: sorted(edits), touches: sorted(touches)}).toEqual({
					edits: sorted(expected.edits),
					touches: sorted(expected.touches),
				});
			}
		}),
		{numRuns: 300},
	);
});

const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);

/** One hunk of lines given by hash. */
function hunk(pool: LinePool, at: number, removed: readonly number[], added: readonly number[]): Hunk {
	const start = pool.length;
	for (const hash of [...removed, ...added]) pool.push(hash);
	return {oldLine: at + 1, at, removed: removed.length, added: added.length, pool: start};
}

function listen() {
	const said: string[] = [];
	return {
		said,
		edits: (owner: number) => said.push(`edits ${owner}`),
		touches: (owner: number) => said.push(`touches ${owner}`),
		given: (present: number, needed: number) => said.push(`given ${present} needs ${needed}`),
		settled: (asInBase: boolean) => said.push(asInBase ? 'as in the base' : 'differs'),
	};
}

test('a line that comes back is a line of the base again, and says only under which condition it matters', () => {
	const pool = new LinePool();
	const weave = new Weave(BASE);
	const quiet = listen();
	weave.apply([hunk(pool, 3, [7], [8])], 0, pool, quiet);
	const back = listen();
	weave.apply([hunk(pool, 3, [8], [7])], 1, pool, back);
	expect(back.said).toContain('edits 0');
	expect(back.said.at(-1)).toBe('as in the base');
	expect([...weave.owners()]).toEqual([]);
	const next = listen();
	weave.apply([hunk(pool, 4, [9], [10])], 2, pool, next);
	expect(next.said).toEqual(['given 0 needs 1', 'differs']);
});
