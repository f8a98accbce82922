// Room: report. The one place where text becomes Markdown. Outside text is escaped so that it is only ever text: no link,
// image, HTML, heading, list, table, mention or formula of its own, whether CommonMark or a forge draws it.

/** One line of outside text, for any place inside a line: a paragraph, a list item, a table cell. */
export function md(text: string): string {
	return (
		text
			.replace(/\s+/g, ' ')
			.trim()
			.replace(/[\\`*_[\]<>&|~#$]/g, '\\$&')
			// Forges turn bare addresses into links and names into mentions; a backslash does not stop a mention.
			.replace(/:(?=\/\/)/g, '\\:')
			.replace(/\b(www)\./gi, '$1\\.')
			.replaceAll('@', '＠')
			// What would begin a list, a heading's underline or a number at the start of a line.
			.replace(/^([-+=])/, '\\$1')
			.replace(/^(\d{1,9})([.)])/, '$1\\$2')
	);
}

function longestRun(text: string): number {
	return Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
}

/** Inline code. */
export function code(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	if (line === '') return '` `';
	const fence = '`'.repeat(longestRun(line) + 1);
	const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
	return `${fence}${pad}${line}${pad}${fence}`;
}

/** A block of code: the fence is longer than any run of backticks inside. */
export function block(lines: readonly string[], language = ''): string {
	const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
	return [`${fence}${language}`, ...lines, fence].join('\n');
}

/** Cells are Markdown already: `md()` or `code()`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	// A pipe ends a cell even inside code; `md()` has escaped its own.
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function bullets(items: readonly string[]): string {
	return items.map((item) => `- ${item}`).join('\n');
}

/** Parts separated by blank lines, with one newline at the end; undefined and empty parts vanish. */
export function document(...parts: readonly (string | undefined)[]): string {
	return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`;
}
