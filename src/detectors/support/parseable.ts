// Room: detectors. Whether a program can be given to the parser. The parser is native and recurses: nested deep enough it ends
// the whole process, and no catch helps. So nothing is parsed that nests deeper than people write, measured on the bare text.

const MOST_CHARACTERS = 600_000;
/** Measured: the parser of 0.150 holds out to more than 4,000 levels of brackets, 8,000 of anything else, on a stack of 8 MB. */
const DEEPEST = 200;
const DEEPEST_ANGLES = 4 * DEEPEST;
/** Signs and prefix words between two of ; { }: each can be one level of recursion, as in `a ? b : c ? d : e`. */
const MOST_OPERATORS = 1500;
const MOST_ELSES = 1000;
/**
 * What looks like a string, a comment or a regular expression is not counted, but may be made to look like one: JSX and
 * regular expressions are not told apart for certain without a grammar. So all of them together may not hide much either.
 */
const MOST_HIDDEN = {levels: 1000, operators: 6000} as const;
/** Of one string or comment, as people write them. */
const USUAL = {levels: 8, operators: 1000} as const;

const WORDS =
	/^(?:keyof|typeof|new|await|void|delete|infer|readonly|unique|extends|yield|throw|else|in|is|as|satisfies|async|if|for|while|do|with)$/;
/** After these a value begins, and a slash a regular expression. */
const BEFORE_VALUE = /^(?:[-+*%&|^~!?:;,=({[>]|return|case|of|in|typeof|void|delete|throw|new|await|yield|else|do)?$/;
/** After a closing brace these go on with the same expression; anything else begins something new. */
const GOES_ON = /^(?:[^\w$;@#"'`[{}*]|as|satisfies|in|instanceof|is|extends)$/;

const TOKEN =
	/[A-Za-z_$][\w$]*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`|[^\s\w]/g;
const REGULAR = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//y;

/** What an open bracket found when it was opened: where its statements begin counting anew. */
interface Frame {
	readonly bracket: string;
	readonly operators: number;
	readonly angles: number;
}

/** True when parsing the text is safe. What is refused wrongly is only passed over. */
export function parseable(text: string): boolean {
	if (text.length > MOST_CHARACTERS) return false;
	const open: Frame[] = [];
	const hidden = {levels: 0, operators: 0};
	let [angles, operators, elses, last] = [0, 0, 0, ''];
	const token = new RegExp(TOKEN);
	for (let match = token.exec(text); match !== null; match = token.exec(text)) {
		let [sign] = match;
		if (sign === '/' && BEFORE_VALUE.test(last)) {
			REGULAR.lastIndex = match.index;
			sign = REGULAR.exec(text)?.[0] ?? sign;
			token.lastIndex = match.index + sign.length;
		}
		const frame = open.at(-1);
		if (last === '}' && !GOES_ON.test(sign) && !/^\/[/*]/.test(sign)) {
			operators = frame?.operators ?? 0;
			angles = frame?.angles ?? 0;
		}
		if (sign.length > 1 && /^[^\w$]/.test(sign)) {
			hide(sign, hidden);
			if (hidden.levels > MOST_HIDDEN.levels || hidden.operators > MOST_HIDDEN.operators) return false;
			// A comment stands between no two tokens.
			if (/^\/[/*]/.test(sign)) continue;
			// A template behind a value is a call of it.
			if (sign.startsWith('`')) operators += 1;
		} else if (/^[\w$]/.test(sign)) {
			if (sign === 'else' && ++elses > MOST_ELSES) return false;
			if (WORDS.test(sign)) operators += 1;
		} else if (sign === '{' || sign === '(' || sign === '[') {
			// A call of a call, an index of an index: a chain as deep as it is long.
			if (sign !== '{' && (last === ')' || last === ']' || last === '[')) operators += 1;
			open.push({bracket: sign, operators, angles});
		} else if (sign === '}' || sign === ')' || sign === ']') {
			const opened = open.pop();
			// What stood in a block or a list is over; a chain in round brackets may go on behind them.
			if (sign !== ')') [operators, angles] = [opened?.operators ?? 0, opened?.angles ?? 0];
			if (sign === ']' && (last === '[' || last === ']')) operators += 1;
		} else if (sign === ';') {
			// Those between the brackets of a loop do not end a statement.
			if (frame?.bracket !== '(') [operators, angles] = [frame?.operators ?? 0, frame?.angles ?? 0];
		} else if (sign === ',') {
			// It ends an item of a list; outside one it is an operator as well.
			if (frame === undefined || frame.bracket === '(') operators += 1;
			else operators = frame.operators;
		} else if (sign === '<') {
			angles += 1;
			// A cast opens and closes and still nests what follows.
			operators += 1;
		} else if (sign === '>') angles = Math.max(0, angles - 1);
		else operators += 1;
		if (open.length > DEEPEST || angles > DEEPEST_ANGLES || operators > MOST_OPERATORS) return false;
		last = sign;
	}
	return true;
}

function hide(token: string, hidden: {levels: number; operators: number}): void {
	let [depth, deepest, operators] = [0, 0, 0];
	for (const [sign] of token.matchAll(/[^\s\w]|\b(?:new|else|for|while|if|await|typeof|keyof)\b/g)) {
		operators += 1;
		if (/[({[]/.test(sign)) deepest = Math.max(deepest, ++depth);
		else if (/[)}\]]/.test(sign)) depth = Math.max(0, depth - 1);
	}
	hidden.levels += Math.max(0, deepest - USUAL.levels);
	hidden.operators += Math.max(0, operators - USUAL.operators);
}
