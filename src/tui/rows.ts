// Room: tui. What panels are made of: rows of toned spans. A panel is a pure function from what is known to rows, so that it
// can be tested without a terminal; only draw.tsx turns rows into Ink.

import {cut, pad, widthOf, wrap} from './cells.ts';

/** What a piece of text means; the theme says how that looks. */
export type Tone = 'text' | 'muted' | 'strong' | 'good' | 'bad' | 'warn' | 'accent' | 'fresh' | 'stable';

export interface Span {
	readonly text: string;
	readonly tone?: Tone;
	/** The cursor's bar. */
	readonly inverse?: boolean;
}
export type Row = readonly Span[];

export interface Size {
	readonly width: number;
	readonly height: number;
}

export const EMPTY: Row = [{text: ''}];

export function span(text: string, tone: Tone = 'text'): Span {
	return {text, tone};
}

export function rowWidth(row: Row): number {
	return row.reduce((sum, {text}) => sum + widthOf(text), 0);
}

/** Cuts a row to `width` columns. */
export function cutRow(row: Row, width: number): Row {
	const out: Span[] = [];
	let left = width;
	for (const piece of row) {
		if (left <= 0) break;
		const text = cut(piece.text, left);
		out.push({...piece, text});
		left -= widthOf(text);
	}
	return out;
}

/** Left part cut, right part at the right edge when there is room for both. Never wider than `width`. */
export function spread(left: Row, right: Row, width: number): Row {
	const rightWidth = rowWidth(right);
	if (rightWidth === 0 || rightWidth + 8 > width) return cutRow(left, width);
	const room = width - rightWidth - 1;
	const short = cutRow(left, room);
	return [...short, span(' '.repeat(room - rowWidth(short) + 1)), ...right];
}

/** Cells of a table: each padded to its width, one space between; cells of width 0 are left out. */
export function cells(columns: readonly (readonly [text: string, width: number, tone?: Tone])[]): Row {
	return columns.filter(([, width]) => width > 0).map(([text, width, tone]) => span(`${pad(text, width)} `, tone));
}

/** A panel's first row: its title, a rule, and a fact at the right end. */
export function titleRow(title: string, fact: string, width: number, focused: boolean): Row {
	const head = cut(title, Math.max(0, width - 4));
	const tail = fact === '' || widthOf(head) + widthOf(fact) + 8 > width ? '' : ` ${fact} `;
	const rule = Math.max(0, width - widthOf(head) - widthOf(tail) - 4);
	return [
		span(focused ? '━━' : '──', focused ? 'accent' : 'muted'),
		span(` ${head} `, focused ? 'accent' : 'strong'),
		span('─'.repeat(rule), 'muted'),
		span(tail, 'muted'),
	];
}

export function paragraph(text: string, width: number, tone: Tone = 'text', indent = ''): Row[] {
	return wrap(text, Math.max(1, width - widthOf(indent))).map((line) => [span(`${indent}${line}`, tone)]);
}

/** Exactly `height` rows, each at most `width` wide. */
export function fill(rows: readonly Row[], {width, height}: Size): Row[] {
	const shown = rows.slice(0, Math.max(0, height)).map((row) => cutRow(row, width));
	while (shown.length < height) shown.push(EMPTY);
	return shown;
}
