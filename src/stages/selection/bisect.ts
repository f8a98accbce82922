// Room: stages. Which change turned a suite red, by halves: the first so many changes of a release are a release as well, for
// what a change needs comes before it. Pure; who lays out, builds and runs is handed in.

/** What trying the first so many changes came to. `untestable`: it does not build, or fails at something else. */
export type Verdict = 'green' | 'red' | 'untestable';

export type Bisected =
	/** The changes from the first to the second place (1-based, both included), of which the last is the first seen red. */
	| {readonly kind: 'found'; readonly from: number; readonly to: number; readonly tries: number}
	/** Without any of the changes it is red as well. */
	| {readonly kind: 'red before'; readonly tries: number}
	/** Without any of the changes it cannot be told. */
	| {readonly kind: 'unknown'; readonly tries: number};

/** How many tries a search takes at most when everything can be tested: the base, then halves. */
export const triesFor = (changes: number): number => 1 + Math.ceil(Math.log2(Math.max(1, changes)));

/**
 * @param changes how many there are; with all of them it is red.
 * @param most tries at most: untestable places cost some.
 */
export async function firstRed(
	changes: number,
	probe: (first: number) => Promise<Verdict>,
	most = triesFor(changes) + 3,
): Promise<Bisected> {
	const base = await probe(0);
	let tries = 1;
	if (base === 'red') return {kind: 'red before', tries};
	if (base === 'untestable') return {kind: 'unknown', tries};
	let [green, red] = [0, changes];
	const odd = new Set<number>();
	while (red - green > 1 && tries < most) {
		const middle = nearest((green + red) / 2, green, red, odd);
		if (middle === undefined) break;
		const verdict = await probe(middle);
		tries++;
		if (verdict === 'green') green = middle;
		else if (verdict === 'red') red = middle;
		else odd.add(middle);
	}
	return {kind: 'found', from: green + 1, to: red, tries};
}

/** The place between the two, nearest to a point, that has not been found untestable. */
function nearest(point: number, low: number, high: number, odd: ReadonlySet<number>): number | undefined {
	let best: number | undefined;
	for (let at = low + 1; at < high; at++) {
		if (odd.has(at)) continue;
		if (best === undefined || Math.abs(at - point) < Math.abs(best - point)) best = at;
	}
	return best;
}
