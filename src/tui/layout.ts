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

/** @param columns @param rows of the terminal, ≥ 1. The parts never add up to more than the screen. */
export function layoutOf(columns: number, rows: number): Layout {
	const screen = {width: columns, height: rows};
	if (columns < SMALLEST.columns || rows < SMALLEST.rows) return {kind: 'tiny', screen};
	if (columns < STACKED.columns || rows < STACKED.rows) {
		return {kind: 'one', screen, main: {width: columns, height: rows - FRAME_ROWS}};
	}
	if (columns < WIDE.columns || rows < WIDE.rows) {
		const body = rows - FRAME_ROWS;
		const low = between(4, Math.floor(body * 0.3), 14);
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
		const low = between(5, Math.floor(body * 0.3), 14);
		return {kind: 'wide', screen, side, main: {width, height: body - low}, log: {width, height: low}};
	}
	const low = between(6, Math.floor(body * 0.22), 16);
	return {
		kind: 'wide',
		screen,
		side,
		main: {width, height: body - 2 * low},
		activity: {width, height: low},
		log: {width, height: low},
	};
}
