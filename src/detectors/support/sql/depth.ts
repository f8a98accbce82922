// Room: detectors. Whether a program is so deeply nested that a recursive parser could run out of stack and take the whole
// process with it. Counts brackets and operators; knows no grammar.

/** Far above what people write, far below what a native stack bears. */
const MOST_DEPTH = 300;
const MOST_OPERATORS = 800;

const SKIP =
	/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\$]|\\[\s\S]|\$(?!\{))*`/y;
const OPERATOR = /[-+*/!~<>=?:&|^%.]+|\b(?:new|await|typeof|void|delete|else|yield|extends|keyof|in|as)\b/y;

export function tooDeep(source: string): boolean {
	let depth = 0;
	let operators = 0;
	let chained = 0;
	for (let at = 0; at < source.length; at++) {
		SKIP.lastIndex = at;
		const skipped = SKIP.exec(source);
		if (skipped) {
			at += skipped[0].length - 1;
			continue;
		}
		const char = source.charCodeAt(at);
		if (char === 40 || char === 91 || char === 123) {
			if (++depth > MOST_DEPTH) return true;
		} else if (char === 41 || char === 93 || char === 125) depth = Math.max(0, depth - 1);
		// A statement's or an item's end also ends what its operators may nest.
		if (char === 59 || char === 44) operators = 0;
		OPERATOR.lastIndex = at;
		const operator = OPERATOR.exec(source);
		if (!operator) continue;
		operators += operator[0].length > 2 && /^[-+!~*]+$/.test(operator[0]) ? operator[0].length : 1;
		if (operator[0] === 'else' || operator[0] === '=>') chained++;
		at += operator[0].length - 1;
		if (operators > MOST_OPERATORS || chained > 3000) return true;
	}
	return false;
}
