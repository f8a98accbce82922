// Room: detectors. Cuts SQL into statements of words, knowing comments, strings, quoted names and dollar quotes, with the
// line each word stands on. A lexer, not a parser: it is right about what is code, and leaves the meaning to the rules.

export interface Token {
	/** Upper-case for bare words; the name itself for quoted ones; '' for strings. */
	readonly word: string;
	readonly raw: string;
	readonly kind: 'word' | 'name' | 'string' | 'mark';
	readonly line: number;
}

export interface Statement {
	readonly tokens: readonly Token[];
	/** False when the text ended before a `;`: there may be more that this text does not show. */
	readonly ended: boolean;
}

const PIECES = [
	/(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/, // 1: a comment
	/('(?:[^']|'')*(?:'|$))/, // 2: a string
	/("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[A-Za-z_][^\]\n]*\])/, // 3: a quoted name
	/(\$[A-Za-z_]*\$)/, // 4: a dollar quote opens
	/([A-Za-z_][\w$]*)/, // 5: a word
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

/** Words of a procedural block behind which a statement begins without a `;` before it. */
const BLOCK_WORDS: readonly string[] = ['DECLARE', 'BEGIN', 'THEN', 'ELSE', 'LOOP'];

function read(text: string, firstLine: number, grammar: string, breaks: readonly string[] = []): Statement[] {
	const pieces = new RegExp(grammar, 'gy');
	const all: Statement[] = [];
	let tokens: Token[] = [];
	let line = firstLine;
	const close = (ended: boolean) => {
		if (tokens.length > 0) all.push({tokens, ended});
		tokens = [];
	};
	for (let piece = pieces.exec(text); piece !== null; piece = pieces.exec(text)) {
		const [raw, , string, name, dollar, word, number] = piece;
		const here = line;
		let taken = raw;
		if (dollar !== undefined) {
			const end = text.indexOf(dollar, pieces.lastIndex);
			const body = text.slice(pieces.lastIndex, end < 0 ? undefined : end);
			taken = raw + body + (end < 0 ? '' : dollar);
			pieces.lastIndex = end < 0 ? text.length : end + dollar.length;
			// A DO block runs now; a function body runs some day, if ever.
			if (tokens.some((token) => token.word === 'DO')) {
				close(true);
				for (const inner of read(body, here, grammar, BLOCK_WORDS)) all.push(inner);
			} else tokens.push({word: '', raw: '', kind: 'string', line: here});
		} else if (string !== undefined) tokens.push({word: '', raw: '', kind: 'string', line: here});
		else if (name !== undefined) {
			const bare = name.replace(/^["`[]|["`\]]$/g, '');
			tokens.push({word: bare, raw: bare, kind: 'name', line: here});
		} else if (word !== undefined && breaks.includes(word.toUpperCase())) close(true);
		else if (word !== undefined) tokens.push({word: word.toUpperCase(), raw: word, kind: 'word', line: here});
		else if (raw === ';') close(true);
		else if (number !== undefined || (piece[1] === undefined && raw.trim() !== ''))
			tokens.push({word: raw, raw, kind: 'mark', line: here});
		for (const char of taken) if (char === '\n') line++;
	}
	close(false);
	return all;
}
