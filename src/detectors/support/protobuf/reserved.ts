// Room: detectors. Numbers and names that were reserved and no longer are.

import type {Tell} from './diff.ts';
import type {Place, Range, Reserved} from './model.ts';

/** Told also when a new field took the number: the reservation was there to prevent that. */
export function reservedLost(
	tell: Tell,
	rule: string,
	place: Place,
	object: string,
	was: Reserved,
	is: Reserved,
	taken: (number: number) => boolean,
): void {
	for (const range of was.ranges)
		if (!covered(range, is.ranges)) {
			const words = rangeWords(range);
			const again =
				Number.isFinite(range.to) && range.to === range.from && taken(range.from) ? ' and gives it away' : '';
			tell(rule, place, object, `no longer reserves ${words} in ${object}${again}`, {before: words});
		}
	for (const name of was.names)
		if (!is.names.has(name)) tell(rule, place, object, `no longer reserves "${name}" in ${object}`, {before: name});
}

/** True when the ranges together hold every number of the one. */
export function covered({from, to}: Range, by: readonly Range[]): boolean {
	let next = from;
	for (const range of [...by].sort((a, b) => a.from - b.from))
		if (range.from <= next && range.to >= next) next = range.to + 1;
	return next > to || next === Number.POSITIVE_INFINITY;
}

export const rangeWords = ({from, to}: Range): string =>
	from === to ? `${from}` : `${from} to ${Number.isFinite(to) ? to : 'max'}`;
