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

/** True when parsing the text is safe. Counts brackets in strings too: what is refused wrongly is only passed over. */
export function parseable(text: string): boolean {
	if (text.length > MOST_CHARACTERS) return false;
	let depth = 0;
	let angles = 0;
	let operators = 0;
	let elses = 0;
	for (const match of text.matchAll(
		/[A-Za-z_$][\w$]*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[^\s\w]/g,
	)) {
		const [token] = match;
		const first = token.charCodeAt(0);
		if (first === 34 || first === 39 || token.length > 1) {
			if (token === 'else' && ++elses > MOST_ELSES) return false;
			if (WORDS.test(token) && ++operators > MOST_OPERATORS) return false;
		} else if (token === '{' || token === '(' || token === '[') {
			depth += 1;
			if (token === '{') operators = 0;
			if (depth > DEEPEST) return false;
		} else if (token === '}' || token === ')' || token === ']') {
			depth = Math.max(0, depth - 1);
			if (token === '}') operators = 0;
		} else if (token === ';') {
			operators = 0;
			angles = 0;
		} else if (token === '<' && ++angles > 4 * DEEPEST) return false;
		else if (token === '>') angles = Math.max(0, angles - 1);
		else if (token !== ',' && token !== '.' && ++operators > MOST_OPERATORS) return false;
	}
	return true;
}
