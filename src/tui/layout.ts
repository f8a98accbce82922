// Room: tui. Where things are: a pure function of the terminal's size. The only place with widths and break points.

import type {Size} from './rows.ts';

/** Below this a sentence asks for room. */
export const SMALLEST = {columns: 40, rows: 10} as const;
/** Below this there is one panel at a time. */
const STACKED = {columns: 60, rows: 16} as const;
/** From here on the rail is a column of its own. */
const WIDE = {columns: 100, rows: 26} as const;
/** From here on activity and log are both visible under the main panel. */
const TALL_ROWS = 34;
const RAIL_COLUMNS = 32;
const FRAME_ROWS = 3; // header, rail, hints

export type Layout =
	| {readonly kind: 'tiny'; readonly screen: Size}
	| {
			readonly kind: 'one' | 'stacked' | 'wide';
			readonly screen: Size;
			/** The column at the left; undefined: the rail is one line under the header. */
			readonly side?: Size;
			readonly main: Size;
			/** Undefined: the main panel shows it when asked to. */
			readonly log?: Size;
			/** Undefined: it takes turns with the log. */
			readonly activity?: Size;
	  };

const between = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));

/** What the main panel is: a list that wants all the room, a view of a rollout, or a few lines above what commands print. */
export type Shape = 'list' | 'watch' | 'output';

/** The share of the body, in rows, that the tails under the main panel get where there is room for one of them. */
function lowRows(shape: Shape, body: number): number {
	if (shape === 'list') return between(3, Math.floor(body * 0.15), 6);
	return between(4, Math.floor(body * (shape === 'output' ? 0.6 : 0.3)), shape === 'output' ? 40 : 14);
}

/** @param columns @param rows of the terminal, ≥ 1. The parts never add up to more than the screen. */
export function layoutOf(columns: number, rows: number, shape: Shape = 'watch'): Layout {
	const screen = {width: columns, height: rows};
	if (columns < SMALLEST.columns || rows < SMALLEST.rows) return {kind: 'tiny', screen};
	if (columns < STACKED.columns || rows < STACKED.rows) {
		return {kind: 'one', screen, main: {width: columns, height: rows - FRAME_ROWS}};
	}
	if (columns < WIDE.columns || rows < WIDE.rows) {
		const body = rows - FRAME_ROWS;
		const low = lowRows(shape, body);
		return {
			kind: 'stacked',
			screen,
			main: {width: columns, height: body - low},
			log: {width: columns, height: low},
		};
	}
	const body = rows - (FRAME_ROWS - 1); // the rail stands at the side
	const width = columns - RAIL_COLUMNS - 1; // one column divides them
	const side = {width: RAIL_COLUMNS, height: body};
	if (rows < TALL_ROWS) {
		const low = lowRows(shape, body);
		return {kind: 'wide', screen, side, main: {width, height: body - low}, log: {width, height: low}};
	}
	const [activity, log] = tallRows(shape, body);
	return {
		kind: 'wide',
		screen,
		side,
		main: {width, height: body - activity - log},
		activity: {width, height: activity},
		// While choosing nothing runs: the log is one Tab away and takes no room.
		...(log > 0 ? {log: {width, height: log}} : {}),
	};
}

function tallRows(shape: Shape, body: number): [activity: number, log: number] {
	if (shape === 'list') return [5, 0];
	if (shape === 'output') return [5, between(8, Math.floor(body * 0.5), 40)];
	return [between(6, Math.floor(body * 0.28), 16), 5];
}
