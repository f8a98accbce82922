// Room: tui. The `?` overlay and the log of commands: both take the whole body and scroll.

import {pad} from '../cells.ts';
import {help, type KeyContext} from '../keymap.ts';
import {matches} from '../list.ts';
import type {Panel} from '../panels/panel.ts';
import {commandRows} from '../panels/stages.ts';
import {EMPTY, type Row, span} from '../rows.ts';
import type {Ui} from '../ui.ts';
import type {Facts} from '../view.ts';

const KEYS = 22;

/** Generated from the bindings, seen from where the person stood when asking. */
export function helpPanel(context: KeyContext, filter: string): Panel {
	const lines = help(context).filter((line) => matches(`${line.key} ${line.label} ${line.group}`, filter));
	const rows: Row[] = [];
	let group: string | undefined;
	for (const line of lines) {
		if (line.group !== group) {
			if (group !== undefined) rows.push(EMPTY);
			group = line.group;
			rows.push([span(` ${group}`, 'strong')]);
		}
		rows.push([
			span(`   ${pad(line.key, KEYS)} `, line.reason ? 'muted' : 'accent'),
			span(line.label, line.reason ? 'muted' : 'text'),
			span(line.reason ? `  (${line.reason})` : '', 'muted'),
		]);
	}
	return {title: 'Keys', fact: filter ? `filter ${filter}` : 'Esc goes back', rows};
}

export function commandsPanel(facts: Facts, ui: Ui): Panel {
	const filter = ui.filters.commands ?? '';
	const rows = commandRows(facts).filter((row) => matches(row.map(({text}) => text).join(' '), filter));
	return {
		title: 'Commands run',
		fact: filter ? `filter ${filter}` : 'Esc goes back',
		rows: rows.length > 0 ? rows : [[span(' None yet', 'muted')]],
	};
}
