// Room: tui. What every panel is: a title, a fact beside it, and rows; and how it is cut to its place.

import {fill, type Row, type Size, titleRow} from '../rows.ts';

export interface Panel {
	readonly title: string;
	/** At the right end of the title: a count, a total, what is hidden. */
	readonly fact?: string;
	/** All of them; `framed` shows the slice. */
	readonly rows: readonly Row[];
	/** The panel has cut its rows to the height itself. */
	readonly windowed?: boolean;
}

/** Title, then the visible slice, then empty rows: exactly `size.height` rows. */
export function framed(panel: Panel, size: Size, scroll: number, focused: boolean): Row[] {
	const room = Math.max(0, size.height - 1);
	const hidden = panel.windowed ? 0 : panel.rows.length - room;
	const from = hidden > 0 ? Math.min(scroll, hidden) : 0;
	const below = hidden > 0 ? hidden - from : 0;
	const more = below > 0 ? `${below} more below` : '';
	const fact = [panel.fact ?? '', more].filter(Boolean).join(' · ');
	return [titleRow(panel.title, fact, size.width, focused), ...fill(panel.rows.slice(from), {...size, height: room})];
}
