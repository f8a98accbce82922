// Room: demo. When the sample history happened: working days before a given moment, so that it looks recent and is the
// same for the same moment.

const DAY = 86_400;
/** Seconds after midnight UTC at which a day's changes were made. */
const MOMENTS = [8 * 3600 + 2460, 11 * 3600 + 900, 14 * 3600 + 1980];

/**
 * Moments for `count` changes, oldest first, seconds since the epoch: three a working day, the last one on the last
 * working day that was over at `now`.
 * @param now milliseconds since the epoch, UTC.
 */
export function workingMoments(now: number, count: number): readonly number[] {
	const moments: number[] = [];
	let day = Math.floor(now / 1000 / DAY) - 1;
	while (moments.length < count) {
		// Day 0 of the epoch was a Thursday.
		const weekday = (day + 4) % 7;
		if (weekday !== 0 && weekday !== 6) {
			for (const [index, moment] of [...MOMENTS].reverse().entries())
				if (moments.length < count) moments.push(day * DAY + moment + ((day * 397 + index * 101) % 1200));
		}
		day--;
	}
	return moments.reverse();
}
