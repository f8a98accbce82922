// Room: domain. Figures as words, the same everywhere learning speaks.

/** @param share 0–1. */
export function percent(share: number): string {
	const hundred = share * 100;
	return `${hundred > 0 && hundred < 10 && hundred !== Math.round(hundred) ? hundred.toFixed(1) : Math.round(hundred)} %`;
}

/** @param seconds ≥ 0. `45 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
	const s = Math.round(seconds);
	if (s < 1 && seconds > 0) return `${Math.round(seconds * 1000)} ms`;
	if (s < 60) return `${s} s`;
	const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
		small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
	if (s < 3600) return pair(Math.floor(s / 60), 'min', s % 60, 's');
	if (s < 86_400) return pair(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min');
	return pair(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h');
}

export function count(n: number, one: string, many = `${one}s`): string {
	return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** Undefined without a value. */
export function median(values: readonly number[]): number | undefined {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle];
	const lower = sorted[middle - 1];
	if (upper === undefined) return undefined;
	return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}
