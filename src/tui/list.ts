// Room: tui. Lists without a screen: filtering, which slice is visible, and tails that pause when scrolled. Pure.

import type {FeatureLine} from '../domain/deployment/event.ts';
import {BUCKETS} from '../domain/feature.ts';
import {type Safe, safe} from '../domain/safe.ts';

const clamp = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));

/** True when every word of the filter is in the text; a leading `!` inverts. The empty filter takes everything. */
export function matches(text: string, filter: string): boolean {
	const inverted = filter.startsWith('!');
	const words = (inverted ? filter.slice(1) : filter).toLowerCase().split(' ').filter(Boolean);
	if (words.length === 0) return true;
	const low = text.toLowerCase();
	return words.every((word) => low.includes(word)) !== inverted;
}

/** The first visible index: the cursor stays near the middle, and the ends are never scrolled past. */
export function windowStart(length: number, height: number, cursor: number): number {
	return clamp(0, cursor - Math.floor(height / 2), Math.max(0, length - height));
}

/** A line of a tail with its number since the beginning, which stays when old lines are dropped. */
export interface Numbered {
	readonly n: number;
}

export interface Tail<T> {
	readonly visible: readonly T[];
	/** Lines behind the last visible one. 0 while following. */
	readonly behind: number;
}

/** @param end number of the first line that is not visible any more; undefined follows the end. */
export function tailOf<T extends Numbered>(lines: readonly T[], end: number | undefined, height: number): Tail<T> {
	const stop = end === undefined ? lines.length : endIndex(lines, end);
	return {visible: lines.slice(Math.max(0, stop - height), stop), behind: lines.length - stop};
}

/** The new end after scrolling by `delta` lines (negative: towards the past); undefined when it follows again. */
export function scrollTail<T extends Numbered>(
	lines: readonly T[],
	end: number | undefined,
	delta: number,
	height: number,
): number | undefined {
	const now = end === undefined ? lines.length : endIndex(lines, end);
	const next = clamp(Math.min(height, lines.length), now + delta, lines.length);
	return next >= lines.length ? undefined : lines[next]?.n;
}

function endIndex<T extends Numbered>(lines: readonly T[], end: number): number {
	let [low, high] = [0, lines.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((lines[middle]?.n ?? 0) < end) low = middle + 1;
		else high = middle;
	}
	return low;
}

const BUCKET_ORDER: readonly string[] = BUCKETS;

/** Features by bucket, in the buckets' order; within one the order in which selection gave them. */
export function byBucket(features: readonly FeatureLine[]): FeatureLine[] {
	const rank = (feature: FeatureLine) => {
		const index = BUCKET_ORDER.indexOf(feature.bucket ?? 'optional');
		return index === -1 ? BUCKET_ORDER.length : index;
	};
	return features.toSorted((a, b) => rank(a) - rank(b));
}

/** What a filter is matched against: everything a person sees of a feature. */
function featureText(feature: FeatureLine): Safe {
	const {title, kind, topics, bucket = '', id, why = '', breaking} = feature;
	return safe([title, kind, ...topics, bucket, id, why, breaking ? 'breaking' : ''].join(' '));
}

export function filterFeatures(features: readonly FeatureLine[], filter: string): FeatureLine[] {
	return features.filter((feature) => matches(featureText(feature), filter));
}

/** What the first proposal is: selection's own choice where it made one, else the two upper buckets. */
export function proposed(features: readonly FeatureLine[]): Set<string> {
	const preset = features.some((f) => f.chosen !== undefined);
	const take = (f: FeatureLine) =>
		preset ? f.chosen === true : f.bucket === 'must include' || f.bucket === 'recommended';
	return new Set(features.filter(take).map((f) => f.id));
}

export function critical(features: readonly FeatureLine[]): Set<string> {
	return new Set(features.filter((f) => f.bucket === 'must include').map((f) => f.id));
}
