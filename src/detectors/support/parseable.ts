// Room: detectors. Whether a program can be given to the parser. The parser is native and recurses: nested deep enough it ends
// the whole process, and no catch helps. So nothing is parsed that nests deeper than people write, measured on the bare text.

const MOST_CHARACTERS = 600_000;
/** Measured: the parser of 0.150 holds out to more than 4,000 levels on a stack of 8 MB. */
const DEEPEST = 200;
/** Signs and prefix words between two of ; { }: each can be one level of recursion, as in `a ? b : c ? d : e`. */
const MOST_OPERATORS = 1500;
const MOST_ELSES = 1000;
const WORDS =
	/^(?:keyof|typeof|new|await|void|delete|infer|readonly|unique|extends|yield|throw|else|in|is|as|satisfies|async|if|for|while|do|with)$/;

const TOKEN = /[A-Za-z_$][\w$]*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[^\s\w]/g;

/** True when parsing the text is safe. Counts brackets in strings too: what is refused wrongly is only passed over. */
export function parseable(text: string): boolean {
	if (text.length > MOST_CHARACTERS) return false;
	const open: string[] = [];
	let [angles, operators, elses, last] = [0, 0, 0, ''];
	for (const [token] of text.matchAll(TOKEN)) {
		if (token.length > 1) {
			if (token === 'else' && ++elses > MOST_ELSES) return false;
			if (WORDS.test(token)) operators += 1;
		} else if (token === '{' || token === '(' || token === '[') {
			open.push(token);
			if (token === '{') operators = 0;
			// A call of a call, an index of an index: a chain as deep as it is long.
			else if (last === ')' || last === ']') operators += 1;
		} else if (token === '}' || token === ')' || token === ']') {
			open.pop();
			if (token === '}') operators = 0;
		} else if (token === ';') {
			// Those between the brackets of a loop do not end a statement.
			if (open.at(-1) !== '(') [operators, angles] = [0, 0];
		} else if (token === '<') {
			angles += 1;
			// A cast opens and closes and still nests what follows.
			operators += 1;
		} else if (token === '>') angles = Math.max(0, angles - 1);
		// A comma outside a list is an operator as well.
		else if (token === ',' ? !/[[{]/.test(open.at(-1) ?? '') : /[^\w$]/.test(token)) operators += 1;
		if (open.length > DEEPEST || angles > 4 * DEEPEST || operators > MOST_OPERATORS) return false;
		last = token;
	}
	return true;
}
