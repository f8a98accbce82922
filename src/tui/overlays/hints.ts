// Room: tui. The hint bar: what works right now, from the bindings themselves, and for a few seconds what just happened.

import {cutStart, widthOf} from '../cells.ts';
import {hints, type KeyContext} from '../keymap.ts';
import {cutRow, type Row, type Span, span} from '../rows.ts';
import {activePane, type Ui} from '../ui.ts';

export function hintRow(context: KeyContext, ui: Ui, now: number, width: number): Row {
	if (ui.naming)
		return typingRow(' Title: ', ui.naming.text, 'Enter keeps it, Esc does not, empty gives its own name back', width);
	if (ui.filtering)
		return typingRow(' /', ui.filters[activePane(ui)] ?? '', 'Enter keeps it, Esc clears it, ! inverts', width);
	const all = hints(context);
	if (ui.toast && ui.toast.until > now) {
		const first = all[0];
		const head = first ? [span(` ${first.key}`, 'accent'), span(` ${first.label}  `, 'muted')] : [];
		return cutRow([...head, span(ui.toast.text, 'warn')], width);
	}
	const row: Span[] = ui.stopAsked === undefined ? [] : [span(' ■ stopping ', 'warn')];
	let used = widthOf(row[0]?.text ?? '');
	for (const {key, label} of all) {
		const more = widthOf(key) + widthOf(label) + 3;
		// Whole hints only; what does not fit is in the help, which is always the first.
		if (used + more > width && row.length > 0) continue;
		row.push(span(` ${key}`, 'accent'), span(` ${label} `, 'muted'));
		used += more;
	}
	return cutRow(row, width);
}

/** What is being typed, its end always in sight. */
function typingRow(label: string, text: string, how: string, width: number): Row {
	const typed = cutStart(text, width - widthOf(label) - 1);
	return cutRow([span(label, 'accent'), span(typed), span('█', 'accent'), span(`   ${how}`, 'muted')], width);
}
