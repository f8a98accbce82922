// Room: domain. What a clock on the wall of a time zone shows at a moment, and which moment a time on it means. All that is
// known of zones and of summer time comes from Intl.

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Wall {
	readonly year: number;
	/** 1–12. */
	readonly month: number;
	readonly day: number;
	/** 0–23. */
	readonly hour: number;
	readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** RangeError for what is no time zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
	const known = formats.get(zone);
	if (known) return known;
	const made = new Intl.DateTimeFormat('en-US', {
		timeZone: zone,
		calendar: 'gregory',
		numberingSystem: 'latn',
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	});
	formats.set(zone, made);
	return made;
}

/** An IANA name such as `Europe/Vienna` or `UTC`. */
export function isTimeZone(name: string): boolean {
	if (name.length > 64 || !/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
	try {
		formatOf(name);
		return true;
	} catch {
		return false;
	}
}

/** @param at milliseconds since the epoch. */
export function wallAt(at: number, zone: string): Wall & {readonly second: number} {
	const parts = Object.fromEntries(
		formatOf(zone)
			.formatToParts(at)
			.map(({type, value}) => [type, Number(value)]),
	);
	const {year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0} = parts;
	return {year, month, day, hour, minute, second};
}

/** 0 (Sunday) – 6. */
export const weekdayOf = ({year, month, day}: Pick<Wall, 'year' | 'month' | 'day'>): number =>
	new Date(Date.UTC(year, month - 1, day)).getUTCDay();

/** The same day, or so many further. */
export function dayAfter({year, month, day}: Pick<Wall, 'year' | 'month' | 'day'>, days: number) {
	const date = new Date(Date.UTC(year, month - 1, day + days));
	return {year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate()};
}

/** Milliseconds that the wall is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
	const {year, month, day, hour, minute, second} = wallAt(at, zone);
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/**
 * The first and the last moment at which the wall shows this: the same one, but for the hour that is there twice. For a time
 * that is jumped over it is the moment of the jump.
 */
export function momentsAt(wall: Wall, zone: string): {readonly first: number; readonly last: number} {
	const written = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
	const [before, after] = [offsetAt(written - DAY, zone), offsetAt(written + DAY, zone)];
	const found = [before, after].flatMap((offset) =>
		offsetAt(written - offset, zone) === offset ? [written - offset] : [],
	);
	if (found.length > 0) return {first: Math.min(...found), last: Math.max(...found)};
	let low = written - Math.max(before, after) - MINUTE;
	let high = written - Math.min(before, after);
	while (high - low > 1000) {
		const middle = Math.floor((low + high) / 2000) * 1000;
		if (offsetAt(middle, zone) === after) high = middle;
		else low = middle;
	}
	return {first: high, last: high};
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

/** `Mon 23 Nov 2026, 09:00`. */
export function wallWords(at: number, zone: string): string {
	const wall = wallAt(at, zone);
	const day = `${DAYS[weekdayOf(wall)]} ${wall.day} ${MONTHS[wall.month - 1]} ${wall.year}`;
	return `${day}, ${two(wall.hour)}:${two(wall.minute)}`;
}
