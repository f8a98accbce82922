// Room: domain. Reading JSON that a person wrote by hand: says the line and column of a mistake, and refuses what
// JSON.parse lets pass silently (duplicate keys, `__proto__`, endless depth, numbers that become Infinity).

export interface JsonLimits {
	/** UTF-16 units; default 1,000,000. */
	readonly maxLength?: number;
	/** Nested objects and arrays; default 32. */
	readonly maxDepth?: number;
}

export type JsonResult =
	| {readonly ok: true; readonly value: unknown}
	| {readonly ok: false; readonly line: number; readonly column: number; readonly what: string};

/** Thrown and caught inside this file only. */
class Mistake extends Error {
	readonly at: number;
	constructor(at: number, what: string) {
		super(what);
		this.at = at;
	}
}

const WHITE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const WORD = /[A-Za-z]+/y;
const ESCAPES: Readonly<Record<string, string>> = {
	'"': '"',
	'\\': '\\',
	'/': '/',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
};

/** Never throws. A byte order mark is tolerated. Lines and columns count from 1. */
export function readJson(text: string, limits: JsonLimits = {}): JsonResult {
	const {maxLength = 1_000_000, maxDepth = 32} = limits;
	if (text.length > maxLength) {
		return {ok: false, line: 1, column: 1, what: `the file is larger than ${Math.round(maxLength / 1000)} kB`};
	}
	const body = text.startsWith('\ufeff') ? text.slice(1) : text;
	let at = 0;

	const match = (pattern: RegExp): string => {
		pattern.lastIndex = at;
		const found = pattern.exec(body)?.[0] ?? '';
		at += found.length;
		return found;
	};
	const peek = () => {
		match(WHITE);
		return body[at];
	};
	const fail = (what: string, where = at): never => {
		throw new Mistake(where, what);
	};
	const here = () => (at >= body.length ? 'the end of the file' : JSON.stringify(body[at]));

	const string = (): string => {
		const start = at++;
		let out = '';
		for (;;) {
			out += match(PLAIN);
			const char = body[at];
			if (char === undefined) return fail('a text that is never closed by "', start);
			at++;
			if (char === '"') return out;
			if (char !== '\\')
				return fail('a line break or control character inside a text: write it as \\n or \\u000a', at - 1);
			const letter = body[at++];
			if (letter === 'u') {
				const hex = body.slice(at, at + 4);
				if (!/^[0-9a-fA-F]{4}$/.test(hex)) return fail('\\u must be followed by four hex digits', at - 2);
				out += String.fromCharCode(Number.parseInt(hex, 16));
				at += 4;
				continue;
			}
			const plain = letter === undefined ? undefined : ESCAPES[letter];
			if (plain === undefined) return fail(`\\${letter ?? ''} is no escape in JSON`, at - 2);
			out += plain;
		}
	};

	const value = (depth: number): unknown => {
		const char = peek();
		if (char === '"') return string();
		if (char === '{' || char === '[') {
			if (depth >= maxDepth) return fail(`nested deeper than ${maxDepth} levels`);
			return char === '{' ? object(depth + 1) : array(depth + 1);
		}
		if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) {
			const start = at;
			const number = Number(match(NUMBER) || Number.NaN);
			if (!Number.isFinite(number)) return fail('not a number JSON can hold', start);
			return number;
		}
		const start = at;
		const word = match(WORD);
		if (word === 'true') return true;
		if (word === 'false') return false;
		if (word === 'null') return null;
		if (word !== '') return fail(`${word} is no JSON value: texts are written in "double quotes"`, start);
		if (char === "'") return fail('texts are written in "double quotes"');
		if (char === '/') return fail('JSON has no comments');
		return fail(`expected a value, found ${here()}`);
	};

	const object = (depth: number): Record<string, unknown> => {
		at++;
		const out: Record<string, unknown> = {};
		if (peek() === '}') {
			at++;
			return out;
		}
		for (;;) {
			if (peek() !== '"') {
				if (body[at] === '}') fail('a comma before }: remove it');
				if (body[at] === '/') fail('JSON has no comments');
				fail(`expected a key in "double quotes", found ${here()}`);
			}
			const start = at;
			const key = string();
			if (key === '__proto__') fail('the key __proto__ is not allowed', start);
			if (Object.hasOwn(out, key)) fail(`the key ${JSON.stringify(key)} is there twice`, start);
			if (peek() !== ':') fail(`expected : after the key ${JSON.stringify(key)}, found ${here()}`);
			at++;
			out[key] = value(depth);
			const next = peek();
			if (next === '}') {
				at++;
				return out;
			}
			if (next !== ',') fail(`expected , or } after the value of ${JSON.stringify(key)}, found ${here()}`);
			at++;
		}
	};

	const array = (depth: number): unknown[] => {
		at++;
		const out: unknown[] = [];
		if (peek() === ']') {
			at++;
			return out;
		}
		for (;;) {
			if (peek() === ']') fail('a comma before ]: remove it');
			out.push(value(depth));
			const next = peek();
			if (next === ']') {
				at++;
				return out;
			}
			if (next !== ',') fail(`expected , or ] in the list, found ${here()}`);
			at++;
		}
	};

	try {
		const read = value(0);
		if (peek() !== undefined) fail(`something follows the end of the document: ${here()}`);
		return {ok: true, value: read};
	} catch (error) {
		if (!(error instanceof Mistake)) throw error;
		const before = body.slice(0, error.at).split('\n');
		return {ok: false, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, what: error.message};
	}
}
