// Room: domain. Tables of rates by a name that came from outside: a scope may be called `constructor`.

import type {Rate} from '../pattern.ts';

export type Rates = Readonly<Record<string, Rate>>;

const NONE: Rate = {good: 0, all: 0};

/** The rate of a name; nothing known is 0 of 0. Safe for any name, also for tables that were parsed from a file. */
export function rateOf(rates: Rates, name: string): Rate {
	return Object.hasOwn(rates, name) ? (rates[name] ?? NONE) : NONE;
}

/** Counts good cases and all cases by name. */
export interface Tally {
	add(name: string, good: boolean, times?: number): void;
	/** A table without a prototype, its names in order, cut to the `limit` best supported. */
	table(limit: number): Record<string, Rate>;
}

export function tally(): Tally {
	const counts = new Map<string, {good: number; all: number}>();
	return {
		add(name, good, times = 1) {
			// The one name that would be refused when the file is read again, as an attempt to reach Object.prototype.
			if (name === '__proto__' || times <= 0) return;
			const known = counts.get(name) ?? {good: 0, all: 0};
			counts.set(name, {good: known.good + (good ? times : 0), all: known.all + times});
		},
		table(limit) {
			const kept = [...counts]
				.sort(([a, x], [b, y]) => y.all - x.all || (a < b ? -1 : 1))
				.slice(0, limit)
				.sort(([a], [b]) => a.localeCompare(b, 'en', {numeric: true}) || (a < b ? -1 : 1));
			return nullProto(kept);
		},
	};
}

export function nullProto<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
	const out = Object.create(null) as Record<string, T>; // `as`: Object.create(null) is typed any
	for (const [key, value] of entries) out[key] = value;
	return out;
}
