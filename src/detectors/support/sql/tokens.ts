// Room: detectors. Cuts SQL into statements of words, knowing comments, strings, quoted names and dollar quotes, with the
// line each word stands on. A lexer, not a parser: it is right about what is code, and leaves the meaning to the others.

export interface Token {
	/** Upper-case for bare words; the name itself for quoted ones; '' for strings. */
	readonly word: string;
	readonly raw: string;
	readonly kind: 'word' | 'name' | 'string' | 'mark';
	readonly line: number;
	/** Offset in the text that was cut. */
	readonly start: number;
	/** What a string says; '' for others. */
	readonly value: string;
}

export interface Statement {
	readonly tokens: readonly Token[];
	/** False when the text ended before a `;`: there may be more that this text does not show. */
	readonly ended: boolean;
	/** The text from the first word to before the `;`. */
	readonly text: string;
	/** It stands in a block that runs now (`DO $$ … $$`). */
	readonly inBlock: boolean;
}

const PIECES = [
	/(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/, // 1: a comment
	/('(?:[^']|'')*(?:'|$))/, // 2: a string
	/("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[A-Za-z_][^\]\n]*\])/, // 3: a quoted name
	/(\$[A-Za-z_]*\$)/, // 4: a dollar quote opens
	/([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/, // 5: a word
	/(\d[\w.]*)/, // 6: a number
	/(\s+)|([\s\S])/,
];
const STRING_WITH_ESCAPES = /('(?:[^'\\]|''|\\[\s\S])*(?:'|$))/;
const join = (pieces: readonly RegExp[]) => pieces.map((piece) => piece.source).join('|');
const STANDARD = join(PIECES);
const ESCAPING = join(PIECES.map((piece, i) => (i === 1 ? STRING_WITH_ESCAPES : piece)));

/**
 * Whether a backslash escapes a quote depends on the database: where the text has one, both readings are given, so that no
 * reading hides a statement. @param firstLine the number of the text's first line.
 */
export function statements(text: string, firstLine: number): Statement[] {
	const standard = read(text, firstLine, STANDARD);
	return text.includes("\\'") ? [...standard, ...read(text, firstLine, ESCAPING)] : standard;
}

/** One reading only. @param escapes a backslash escapes, as in MySQL. */
export const cut = (text: string, firstLine: number, escapes = false): Statement[] =>
	read(text, firstLine, escapes ? ESCAPING : STANDARD);

/** The statements of a procedural body. */
export const cutBody = (text: string, firstLine: number): Statement[] => read(text, firstLine, STANDARD, BLOCK_WORDS);

/** Words of a procedural block behind which a statement begins without a `;` before it. */
const BLOCK_WORDS: readonly string[] = ['DECLARE', 'BEGIN', 'THEN', 'ELSE', 'LOOP'];

const ROUTINE = ['FUNCTION', 'PROCEDURE', 'TRIGGER', 'EVENT'];

/** In `CREATE PROCEDURE … BEGIN … END` a `;` ends a statement of the body, not the definition. */
function inRoutine(tokens: readonly Token[]): boolean {
	if (tokens[0]?.word !== 'CREATE' || !tokens.slice(1, 8).some(({word}) => ROUTINE.includes(word))) return false;
	let depth = 0;
	let begun = false;
	for (const [i, {kind, word}] of tokens.entries()) {
		if (kind !== 'word') continue;
		if (word === 'BEGIN' || (word === 'CASE' && begun)) {
			depth++;
			begun = true;
		}
		const next = tokens[i + 1]?.word ?? '';
		if (word === 'END' && !['IF', 'LOOP', 'WHILE', 'REPEAT'].includes(next)) depth--;
	}
	return depth > 0;
}

function read(
	text: string,
	firstLine: number,
	grammar: string,
	breaks: readonly string[] = [],
	inBlock = breaks.length > 0,
): Statement[] {
	const pieces = new RegExp(grammar, 'gy');
	const all: Statement[] = [];
	let tokens: Token[] = [];
	let line = firstLine;
	let delimiter = ';';
	const close = (ended: boolean, at: number) => {
		const [first] = tokens;
		if (first) all.push({tokens, ended, text: text.slice(first.start, at), inBlock});
		tokens = [];
	};
	for (let piece = pieces.exec(text); piece !== null; piece = pieces.exec(text)) {
		const [raw, , string, name, dollar, word, number] = piece;
		const at = piece.index;
		const put = (kind: Token['kind'], upper: string, written: string, value = '') =>
			tokens.push({word: upper, raw: written, kind, line, start: at, value});
		let taken = raw;
		if (dollar !== undefined) {
			const end = text.indexOf(dollar, pieces.lastIndex);
			const body = text.slice(pieces.lastIndex, end < 0 ? undefined : end);
			taken = raw + body + (end < 0 ? '' : dollar);
			pieces.lastIndex = end < 0 ? text.length : end + dollar.length;
			// A DO block runs now; a function body runs some day, if ever.
			if (tokens.some((token) => token.word === 'DO')) {
				put('string', '', '', body);
				close(true, pieces.lastIndex);
				for (const inner of read(body, line, grammar, BLOCK_WORDS)) all.push(inner);
			} else put('string', '', '', body);
		} else if (string !== undefined) put('string', '', '', string.slice(1, string.endsWith("'") ? -1 : undefined));
		else if (name !== undefined) {
			const bare = name.replace(/^["`[]|["`\]]$/g, '');
			put('name', bare, bare);
		} else if (word !== undefined && breaks.includes(word.toUpperCase())) close(true, at);
		else if (word !== undefined) {
			const upper = word.toUpperCase();
			const alone = () => /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 80), at));
			if (upper === 'GO' && alone() && /^[ \t]*\d*[ \t]*(\r?\n|$)/.test(text.slice(at + 2, at + 20))) close(true, at);
			else if (upper === 'DELIMITER' && tokens.length === 0) {
				const rest = /^[^\n]*/.exec(text.slice(at + 9))?.[0] ?? '';
				delimiter = rest.trim() || ';';
				taken = raw + rest;
				pieces.lastIndex = at + taken.length;
			} else put('word', upper, word);
		} else if (delimiter !== ';' && text.startsWith(delimiter, at)) {
			close(true, at);
			taken = delimiter;
			pieces.lastIndex = at + delimiter.length;
		} else if (raw === ';' && delimiter === ';' && !inRoutine(tokens)) {
			const copies = tokens[0]?.word === 'COPY' && tokens.some((token) => token.word === 'STDIN');
			close(true, at);
			if (copies) {
				const end = text.indexOf('\n\\.', at);
				pieces.lastIndex = end < 0 ? text.length : end + 3;
				taken = text.slice(at, pieces.lastIndex);
			}
		} else if (raw === '\\' && tokens.length === 0) {
			// A command of the psql shell: up to the end of its line.
			taken = raw + (/^[^\n]*/.exec(text.slice(at + 1))?.[0] ?? '');
			pieces.lastIndex = at + taken.length;
		} else if (raw.trim() !== '' && piece[1] === undefined) put('mark', raw, number ?? raw);
		for (let i = taken.indexOf('\n'); i >= 0; i = taken.indexOf('\n', i + 1)) line++;
	}
	close(false, text.length);
	return all;
}

/** The parts of a statement between commas outside brackets. */
export function parts(tokens: readonly Token[]): Token[][] {
	const all: Token[][] = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.kind === 'mark' && token.raw === '(') depth++;
		if (token.kind === 'mark' && token.raw === ')') depth--;
		if (token.kind === 'mark' && token.raw === ',' && depth <= 0) all.push([]);
		else all.at(-1)?.push(token);
	}
	return all.filter((part) => part.length > 0);
}

/** Depth of the brackets, at most. */
export function depthOf(tokens: readonly Token[]): number {
	let depth = 0;
	let most = 0;
	for (const {kind, raw} of tokens) {
		if (kind !== 'mark') continue;
		if (raw === '(') most = Math.max(most, ++depth);
		if (raw === ')') depth--;
	}
	return most;
}
