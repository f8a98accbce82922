// Room: cli. Markdown as plain text for a terminal: headings, lists, tables and code, wrapped to a width. Pure. It knows
// the Markdown of the guide, not all Markdown there is.

import {type Safe, safeLines} from '../../domain/safe.ts';

export interface Topic {
	readonly title: string;
	/** What one types: `exit-codes`. */
	readonly slug: string;
	readonly level: number;
	readonly lines: readonly Safe[];
}

export const slugOf = (title: string) =>
	title
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
		.replaceAll(/^-|-$/g, '');

/** The sections of a document: each heading of level 2 or 3 with the lines below it, up to the next one of its level. */
export function topicsOf(markdown: string): readonly Topic[] {
	const lines = safeLines(markdown);
	const heads: {title: string; level: number; at: number}[] = [];
	let fenced = false;
	for (const [at, line] of lines.entries()) {
		if (line.startsWith('```')) fenced = !fenced;
		const found = fenced ? null : /^(##{1,2}) (.+)$/.exec(line);
		if (found) heads.push({title: found[2] ?? '', level: found[1]?.length ?? 2, at});
	}
	return heads.map(({title, level, at}, i) => {
		const end = heads.slice(i + 1).find((next) => next.level <= level)?.at ?? lines.length;
		return {title, slug: slugOf(title), level, lines: lines.slice(at, end)};
	});
}

/** Takes the marks off a line: code, bold, links. The address of a link follows in brackets. */
function inline(text: string): string {
	return text
		.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, words: string, to: string) =>
			to.startsWith('#') ? words : `${words} (${to})`,
		)
		.replaceAll(/\*\*([^*]+)\*\*/g, '$1')
		.replaceAll(/`([^`]*)`/g, '$1')
		.replaceAll('\\|', '|');
}

function wrap(text: string, width: number, first: string, rest: string): string[] {
	const out: string[] = [];
	let line = first;
	for (const word of text.split(/\s+/).filter((part) => part !== '')) {
		const empty = line === (out.length === 0 ? first : rest);
		if (!empty && line.length + 1 + word.length > width) {
			out.push(line);
			line = rest + word;
		} else line += empty ? word : ` ${word}`;
	}
	return [...out, line];
}

const cells = (row: string) =>
	row
		.replace(/^\s*\|/, '')
		.replace(/\|\s*$/, '')
		.split(/(?<!\\)\|/)
		.map((cell) => inline(cell.trim()));

const longestWord = (text: string) => Math.max(0, ...text.split(/\s+/).map((word) => word.length));

/** Columns share the width by what they hold; long cells are wrapped inside their column, words stay whole. */
function table(rows: readonly string[], width: number): string[] {
	const body = rows.filter((row) => !/^\s*\|[\s:|-]+\|\s*$/.test(row)).map(cells);
	const count = Math.max(...body.map((row) => row.length));
	const widest = (measure: (text: string) => number) =>
		Array.from({length: count}, (_, i) => Math.max(1, ...body.map((row) => measure(row[i] ?? ''))));
	const sizes = widest((text) => text.length);
	const least = widest(longestWord);
	const room = width - 2 * (count - 1);
	const sum = (numbers: readonly number[]) => numbers.reduce((total, size) => total + size, 0);
	if (count > 4 || sum(least) > room) return records(body, width);
	// The column with the most to give away gives way until all fit.
	while (sum(sizes) > room) {
		const spare = sizes.map((size, i) => size - (least[i] ?? 0));
		const most = spare.indexOf(Math.max(...spare));
		sizes[most] = (sizes[most] ?? 1) - 1;
	}
	const out: string[] = [];
	for (const [index, row] of body.entries()) {
		const parts = sizes.map((size, i) => wrap(row[i] ?? '', size, '', ''));
		for (let n = 0; n < Math.max(...parts.map((part) => part.length)); n++) {
			out.push(
				parts
					.map((part, i) => (part[n] ?? '').padEnd(sizes[i] ?? 0))
					.join('  ')
					.trimEnd(),
			);
		}
		if (index === 0) out.push(sizes.map((size) => '-'.repeat(size)).join('  '));
	}
	return out;
}

/** A table too wide for the terminal: one block per row, the first cell above, the others below with their heads. */
function records(body: readonly (readonly string[])[], width: number): string[] {
	const [head = [], ...rows] = body;
	const label = Math.max(...head.slice(1).map((name) => name.length), 0);
	const out: string[] = [];
	for (const row of rows) {
		if (out.length > 0) out.push('');
		out.push(row[0] ?? '');
		for (const [i, name] of head.entries()) {
			const text = row[i] ?? '';
			if (i > 0 && text !== '') out.push(...wrap(text, width, `  ${name.padEnd(label)}  `, ' '.repeat(label + 4)));
		}
	}
	return out;
}

/** @param width columns, at least 20. Words longer than a line stay whole. */
export function renderText(lines: readonly string[], width: number): string[] {
	const out: string[] = [];
	const paragraph: string[] = [];
	let rows: string[] = [];
	let fenced = false;
	const flush = () => {
		if (paragraph.length > 0) out.push(...wrap(inline(paragraph.splice(0).join(' ')), width, '', ''));
		if (rows.length > 0) out.push(...table(rows, width));
		rows = [];
	};
	for (const line of lines) {
		if (line.startsWith('```')) {
			flush();
			fenced = !fenced;
			continue;
		}
		if (fenced) {
			out.push(`    ${line}`);
			continue;
		}
		const head = /^(#{1,6}) (.+)$/.exec(line);
		const item = /^(\s*)(?:[-*]|(\d+)\.) (.+)$/.exec(line);
		if (/^\s*\|/.test(line)) {
			if (paragraph.length > 0) flush();
			rows.push(line);
		} else if (/^\s*<!--.*-->\s*$/.test(line)) flush();
		else if (line.trim() === '') {
			flush();
			if (out.at(-1) !== '' && out.length > 0) out.push('');
		} else if (head) {
			flush();
			const title = inline(head[2] ?? '');
			out.push(
				...((head[1]?.length ?? 2) <= 2
					? [title.toUpperCase(), '='.repeat(title.length)]
					: [title, '-'.repeat(title.length)]),
			);
		} else if (item) {
			flush();
			const mark = item[2] === undefined ? '- ' : `${item[2]}. `;
			const indent = `${item[1] ?? ''}  `;
			out.push(...wrap(inline(item[3] ?? ''), width, indent + mark, indent + ' '.repeat(mark.length)));
		} else if (
			/^\s+\S/.test(line) &&
			paragraph.length === 0 &&
			/^\s*(?:- |\d+\. |\S)/.test(out.at(-1) ?? '') &&
			out.at(-1) !== ''
		) {
			// The next line of a list item.
			const last = out.pop() ?? '';
			const indent = /^\s*(?:- |\d+\. )?/.exec(last)?.[0].length ?? 0;
			out.push(
				...wrap(`${last.slice(indent)} ${inline(line.trim())}`, width, last.slice(0, indent), ' '.repeat(indent)),
			);
		} else paragraph.push(line.trim());
	}
	flush();
	while (out.at(-1) === '') out.pop();
	return out;
}
