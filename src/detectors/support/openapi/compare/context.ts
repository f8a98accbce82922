// Room: detectors. What every part of a comparison shares: the two sides, the report, and the limits.

import type {Library} from '../library.ts';
import type {Node} from '../node.ts';
import type {Entry, Place, Report} from '../report.ts';
import type {Schema, Shape} from '../shape.ts';

/** `request`: callers send it, so accepting less breaks them. `response`: they receive it, so promising less does. */
export type Flow = 'request' | 'response';

export interface Context {
	readonly report: Report;
	readonly before: Library;
	readonly after: Library;
	/** Seconds since the epoch: when the change was made. Dates are judged by it. */
	readonly now: number;
	/** Paths, with their base, that another document of the change has now. */
	readonly elsewhere: ReadonlySet<string>;
	/** Pairs of schemas that were compared, with what was seen; undefined while the comparison is under way. */
	readonly pairs: Map<string, readonly Entry[] | undefined>;
	/** How many more pairs are compared; 0 means that something was left out. */
	left: number;
}

/** Two shapes under comparison. */
export interface Pair {
	readonly before: Shape;
	readonly after: Shape;
	readonly flow: Flow;
	readonly place: Place;
}

export type Compare = (context: Context, before: Schema, after: Schema, flow: Flow, place: Place) => void;

/** What is in both, and what is only in one. */
export function sides<T, U>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, U>) {
	const gone = [...before].filter(([name]) => !after.has(name));
	const born = [...after].filter(([name]) => !before.has(name));
	const both = [...before].flatMap(([name, was]) => {
		const is = after.get(name);
		return is === undefined ? [] : [{name, was, is}];
	});
	return {gone, born, both};
}

/** Names that differ only in the way of writing: `userId`, `user_id`, `UserID`. */
const loosely = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Pairs of gone and born with the same name but for the way of writing; each is used once. */
export function renamed<T, U>(gone: readonly (readonly [string, T])[], born: readonly (readonly [string, U])[]) {
	const waiting = new Map(born.map((each) => [loosely(each[0]), each]));
	return gone.flatMap((was) => {
		const key = loosely(was[0]);
		const is = waiting.get(key);
		if (is === undefined || key === '') return [];
		waiting.delete(key);
		return [{was, is}];
	});
}

export const joined = (names: Iterable<string>): string => [...names].slice(0, 12).join(', ');
export type At = Node | undefined;
