// Room: tui. What scrolls by: the log of running commands and recent activity. Both follow until a person scrolls.

import type {Activity} from '../../domain/deployment/state.ts';
import {LEVEL_MARKS} from '../../report/marks.ts';
import {pad} from '../cells.ts';
import {type Numbered, tailOf} from '../list.ts';
import {type Row, type Size, span, type Tone} from '../rows.ts';
import type {Ui} from '../ui.ts';
import type {Facts} from '../view.ts';
import type {Panel} from './panel.ts';

const LEVEL_TONES: Readonly<Record<Activity['level'], Tone>> = {info: 'muted', warning: 'warn', error: 'bad'};
const SOURCE = 11;

function tailPanel<T extends Numbered>(
	title: string,
	lines: readonly T[],
	end: number | undefined,
	filter: string,
	height: number,
	rowOf: (line: T) => Row,
	always = '',
): Panel {
	const {visible, behind} = tailOf(lines, end, Math.max(0, height - 1));
	const paused = behind > 0 ? `paused — ${behind} new line${behind === 1 ? '' : 's'}, G to follow` : '';
	const filtered = filter ? `filter ${filter}` : '';
	const none: Row = [span(filter ? ' Nothing matches; Esc clears the filter' : ' Nothing yet', 'muted')];
	return {
		title,
		fact: [filtered, paused, always].filter(Boolean).join(' · '),
		rows: visible.length === 0 ? [none] : visible.map(rowOf),
		windowed: true,
	};
}

export function logPanel({log}: Facts, ui: Ui, {width, height}: Size): Panel {
	const wide = width >= 70;
	return tailPanel('Log', log, ui.ends.log, ui.filters.log ?? '', height, ({source, text}) => [
		span(wide ? ` ${pad(source, SOURCE)} ` : ' ', 'muted'),
		span(text),
	]);
}

export function activityPanel({activity}: Facts, ui: Ui, {height}: Size): Panel {
	return tailPanel('Activity', activity, ui.ends.activity, ui.filters.activity ?? '', height, activityRow, 'UTC');
}

function activityRow({utc, level, text}: Activity): Row {
	return [
		span(` ${utc.slice(11, 19)} `, 'muted'),
		span(`${LEVEL_MARKS[level].glyph} `, LEVEL_TONES[level]),
		span(text, level === 'info' ? 'text' : LEVEL_TONES[level]),
	];
}
