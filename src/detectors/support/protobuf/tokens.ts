// Room: detectors. The words of a .proto file with their lines, comments left out.

export interface Token {
	readonly text: string;
	readonly line: number;
	readonly kind: 'word' | 'number' | 'string' | 'sign';
}

/** More than this is generated; reading it would hold up the list. */
const MOST_TOKENS = 200_000;
const TOKEN =
	/(\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)|(\d[\w.]*(?:[eE][+-]\d+)?|\.\d\w*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([^\s])/y;

/** Undefined when there are too many. Whatever is not a word is a sign of one character: nothing is refused here. */
export function tokens(text: string): Token[] | undefined {
	const found: Token[] = [];
	let line = 1;
	TOKEN.lastIndex = 0;
	for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
		const [whole, blank, word, number, string] = match;
		if (blank === undefined) {
			const kind =
				word !== undefined ? 'word' : number !== undefined ? 'number' : string !== undefined ? 'string' : 'sign';
			found.push({text: whole, line, kind});
			if (found.length > MOST_TOKENS) return undefined;
		}
		for (let at = whole.indexOf('\n'); at !== -1; at = whole.indexOf('\n', at + 1)) line += 1;
	}
	return found;
}
