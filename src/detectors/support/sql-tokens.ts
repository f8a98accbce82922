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

const PIECES =
	/(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^'\\]|''|\\[\s\S])*(?:'|$))|("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|\[[A-Za-z_][^\]\n]*\])|(\$[A-Za-z_]*\$)|([A-Za-z_][\w$]*)|(\d[\w.]*)|(\s+)|([\s\S])/gy;

/** @param firstLine the number of the text's first line. */
export function statements(text: string, firstLine: number): Statement[] {
	const all: Statement[] = [];
	let tokens: Token[] = [];
	let line = firstLine;
	const close = (ended: boolean) => {
		if (tokens.length > 0) all.push({tokens, ended});
		tokens = [];
	};
	PIECES.lastIndex = 0;
	for (let piece = PIECES.exec(text); piece !== null; piece = PIECES.exec(text)) {
		const [raw, , string, name, dollar, word, number] = piece;
		const here = line;
		let taken = raw;
		if (dollar !== undefined) {
			const end = text.indexOf(dollar, PIECES.lastIndex);
			const body = text.slice(PIECES.lastIndex, end < 0 ? undefined : end);
			taken = raw + body + (end < 0 ? '' : dollar);
			PIECES.lastIndex = end < 0 ? text.length : end + dollar.length;
			// A DO block runs now; a function body runs some day, if ever.
			if (tokens.some((token) => token.word === 'DO')) {
				close(true);
				all.push(...statements(body, here));
			} else tokens.push({word: '', raw: '', kind: 'string', line: here});
		} else if (string !== undefined) tokens.push({word: '', raw: '', kind: 'string', line: here});
		else if (name !== undefined) {
			const bare = name.replace(/^["`[]|["`\]]$/g, '');
			tokens.push({word: bare, raw: bare, kind: 'name', line: here});
		} else if (word !== undefined) tokens.push({word: word.toUpperCase(), raw: word, kind: 'word', line: here});
		else if (raw === ';') close(true);
		else if (number !== undefined || (piece[1] === undefined && raw.trim() !== ''))
			tokens.push({word: raw, raw, kind: 'mark', line: here});
		for (const char of taken) if (char === '\n') line++;
	}
	close(false);
	return all;
}
