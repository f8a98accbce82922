// Room: report. Plain tables for a terminal, a pipe or a file: no colour, no borders, widths by what is in them.

import Table from 'cli-table3';

const NO_BORDERS = {
	top: '',
	'top-mid': '',
	'top-left': '',
	'top-right': '',
	bottom: '',
	'bottom-mid': '',
	'bottom-left': '',
	'bottom-right': '',
	left: '',
	'left-mid': '',
	mid: '',
	'mid-mid': '',
	right: '',
	'right-mid': '',
	middle: '  ',
};

export interface Column<Row> {
	readonly head: string;
	readonly align?: 'left' | 'right';
	readonly of: (row: Row) => string;
	/** Columns with a higher number go first when the width does not hold them all. 0: always there. */
	readonly dropped?: number;
}

/**
 * Drawable lines, none wider than `width` as long as the columns that are never dropped fit.
 * @param last what happens to a last column that is too long: it is cut, or it goes on below.
 */
export function plainTable<Row>(
	rows: readonly Row[],
	columns: readonly Column<Row>[],
	width: number,
	last: 'cut' | 'wrap' = 'cut',
): string[] {
	let kept = [...columns];
	for (;;) {
		const lines = draw(rows, kept, undefined);
		const over = Math.max(...lines.map(columnsOf)) - width;
		if (over <= 0) return lines;
		const end = kept.at(-1);
		if (end !== undefined) {
			const widest = Math.max(columnsOf(end.head), ...rows.map((row) => columnsOf(end.of(row))));
			const room = widest - over;
			if (room >= Math.min(16, widest)) return draw(rows, kept, room, last);
		}
		const next = kept.toSorted((a, b) => (b.dropped ?? 0) - (a.dropped ?? 0))[0];
		if (next === undefined || (next.dropped ?? 0) === 0) return lines;
		kept = kept.filter((column) => column !== next);
	}
}

function draw<Row>(
	rows: readonly Row[],
	columns: readonly Column<Row>[],
	lastWidth: number | undefined,
	last: 'cut' | 'wrap' = 'cut',
): string[] {
	const table = new Table({
		chars: NO_BORDERS,
		style: {head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true},
		head: columns.map((column) => column.head),
		colAligns: columns.map((column) => column.align ?? 'left'),
		...(lastWidth === undefined
			? {}
			: {
					wordWrap: last === 'wrap',
					colWidths: columns.map((_, i) => (i === columns.length - 1 ? Math.max(1, lastWidth) : null)),
				}),
	});
	for (const row of rows) table.push(columns.map((column) => column.of(row)));
	return table
		.toString()
		.split('\n')
		.map((line) => line.trimEnd());
}

const WIDE =
	/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Terminal columns, near enough for choosing a layout; the table itself measures exactly. */
export function columnsOf(text: string): number {
	let columns = 0;
	for (const char of text) columns += /\p{M}/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
	return columns;
}
