// Room: domain. Typing mistakes: the known word that was probably meant.

/** Edits (insert, delete, replace, swap of neighbours) between two words; words over 64 characters are cut. */
export function distance(left: string, right: string): number {
	const a = [...left.slice(0, 64)];
	const b = [...right.slice(0, 64)];
	let before: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, i) => i);
	for (const [i, x] of a.entries()) {
		const row = [i + 1];
		for (const [j, y] of b.entries()) {
			const options = [(last[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1, (last[j] ?? 0) + (x === y ? 0 : 1)];
			if (i > 0 && j > 0 && x === b[j - 1] && a[i - 1] === y) options.push((before[j - 1] ?? 0) + 1);
			row.push(Math.min(...options));
		}
		before = last;
		last = row;
	}
	return last[b.length] ?? 0;
}

/** The known word within a third of its length in edits, case aside; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
	let best: {word: string; edits: number} | undefined;
	for (const candidate of known) {
		const edits = distance(word.toLowerCase(), candidate.toLowerCase());
		if (edits <= Math.max(1, Math.floor(candidate.length / 3)) && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) {
			best = {word: candidate, edits};
		}
	}
	return best?.word;
}
