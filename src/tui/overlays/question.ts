// Room: tui. A question as rows, and which of its answers has the focus. Pure; decision.tsx draws it.

import type {DecisionKind, DecisionRequest} from '../../domain/decision.ts';
import {EMPTY, paragraph, type Row, type Size, span, titleRow} from '../rows.ts';

/** Hard to take back, or it runs what came from outside: Enter must not do it by accident. */
const DANGEROUS: readonly DecisionKind[] = [
	'trust',
	'ai',
	'timing',
	'start-production',
	'waive-staging',
	'thin-evidence',
	'first-release',
];
const CAUTIOUS = /^(?:stop|cancel|no|refuse|deny|wait|leave|keep|hold)\b/;

/** The option that Enter takes when nothing was moved. */
export function firstFocus({kind, options}: DecisionRequest): number {
	const recommended = options.findIndex((option) => option.recommended);
	if (!DANGEROUS.includes(kind)) return Math.max(0, recommended);
	const cautious = options.findIndex((option) => CAUTIOUS.test(option.value));
	return cautious === -1 ? options.length - 1 : cautious;
}

export interface Above {
	readonly rows: Row[];
	/** Rows of the details, and how many of them are visible. */
	readonly length: number;
	readonly page: number;
}

/** What stands above the options: the question, then its details; what does not fit is counted and can be scrolled to. */
export function questionRows({question, details, options}: DecisionRequest, {width, height}: Size, scroll = 0): Above {
	// However long the details are, the options keep up to half of the room.
	const forOptions = Math.min(options.length, Math.max(1, Math.floor((height - 2) / 2)));
	const asked = paragraph(question, width, 'strong', ' ').slice(0, Math.max(1, height - forOptions - 1));
	const more = details.flatMap((line) => paragraph(line, width, 'text', '   '));
	const room = Math.max(0, height - 1 - asked.length - forOptions);
	const top = [titleRow('Your decision', '', width, true), ...asked];
	if (more.length < room) return {rows: [...top, ...more, EMPTY], length: more.length, page: more.length};
	if (room === 0 || more.length === 0) return {rows: top, length: more.length, page: 0};
	const page = room - 1;
	const from = Math.max(0, Math.min(scroll, more.length - page));
	const below = more.length - from - page;
	const note = below > 0 ? `${below} more lines: PgDn` : 'PgUp goes back';
	return {rows: [...top, ...more.slice(from, from + page), [span(`   ${note}`, 'warn')]], length: more.length, page};
}
