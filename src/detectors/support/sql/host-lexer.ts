// Room: detectors. Words, texts and marks of a program in Python, Ruby, PHP, Go, C#, Java, Kotlin or Elixir: enough to find
// calls and texts, without a grammar for each.

export interface Word {
	readonly kind: 'id' | 'text' | 'number' | 'mark' | 'newline';
	readonly text: string;
	readonly line: number;
	readonly start: number;
	/** A text with values put in. */
	readonly templated?: boolean;
}

export type Host = 'python' | 'ruby' | 'php' | 'go' | 'csharp' | 'jvm' | 'elixir';

export function hostOf(path: string): Host | undefined {
	const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
	const hosts: Readonly<Record<string, Host>> = {
		py: 'python',
		rb: 'ruby',
		php: 'php',
		go: 'go',
		cs: 'csharp',
		java: 'jvm',
		kt: 'jvm',
		ex: 'elixir',
		exs: 'elixir',
	};
	return hosts[extension];
}

const COMMENT: Readonly<Record<Host, RegExp>> = {
	python: /#[^\n]*/y,
	ruby: /#[^\n]*|^=begin[\s\S]*?^=end/my,
	elixir: /#[^\n]*/y,
	php: /#(?!\[)[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
	go: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
	csharp: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
	jvm: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
};
const QUOTES = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y;
const TRIPLE = /"""([\s\S]*?)(?:"""|$)|'''([\s\S]*?)(?:'''|$)/y;
const GO_RAW = /`([^`]*)(?:`|$)/y;
const VERBATIM = /\$?@\$?"((?:[^"]|"")*)(?:"|$)/y;
const HEREDOC = /<<[~-]?['"]?([A-Z_][A-Z_0-9]*)['"]?/y;
const PHP_HEREDOC = /<<<\s*['"]?(\w+)['"]?/y;
const RUBY_WORDS = /%[wiWI]\[([^\]]*)\]/y;
const RUBY_TEXT = /%[qQ]?(?:\{([^}]*)\}|\(([^)]*)\)|\[([^\]]*)\])/y;
const SYMBOL = /:(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*[?!]?))/y;
const ID = /@{0,2}\$?[A-Za-z_]\w*[?!]?/y;
const NUMBER = /\d[\w.]*/y;

const HOLES = /#\{[^{}]*\}|\$\{[^{}]*\}|\{\$[^{}]*\}/g;
const BRACED = /\{[^{}\n]*\}/g;

/** What is put into a text stands as a name. */
function filled(text: string, braces: boolean): {text: string; templated: boolean} {
	let n = 0;
	const put = text.replaceAll(HOLES, () => `x_${++n}`);
	const all = braces ? put.replaceAll(BRACED, () => `x_${++n}`) : put;
	return {text: all, templated: n > 0};
}

const unescaped = (text: string): string =>
	text.replaceAll(/\\(\r?\n|[\s\S])/g, (_, char: string) =>
		char === 'n' ? '\n' : char === 't' ? '\t' : char.endsWith('\n') ? '' : char,
	);

/** At most 200,000 words. */
export function lex(source: string, host: Host): Word[] {
	const words: Word[] = [];
	let line = 1;
	let at = 0;
	let jump: {at: number; to: number} | undefined;
	const comment = COMMENT[host];
	const match = (pattern: RegExp) => {
		pattern.lastIndex = at;
		return pattern.exec(source);
	};
	const move = (to: number) => {
		for (let i = source.indexOf('\n', at); i >= 0 && i < to; i = source.indexOf('\n', i + 1)) line++;
		at = to;
	};
	const push = (kind: Word['kind'], text: string, own = line, templated = false) =>
		words.push({kind, text, line: own, start: at, ...(templated ? {templated} : {})});
	const say = (raw: string, whole: string, braces = false) => {
		const {text, templated} = filled(raw, braces);
		push('text', text, line, templated);
		move(at + whole.length);
	};

	while (at < source.length && words.length < 200_000) {
		const char = source[at] ?? '';
		if (char === '\n') {
			push('newline', '\n');
			if (jump?.at === at) {
				const {to} = jump;
				jump = undefined;
				move(to);
			} else move(at + 1);
			continue;
		}
		if (char === ' ' || char === '\t' || char === '\r') {
			at++;
			continue;
		}
		const skipped = match(comment);
		if (skipped && skipped[0] !== '') {
			move(at + skipped[0].length);
			continue;
		}
		const opened = host === 'php' ? match(PHP_HEREDOC) : host === 'ruby' ? match(HEREDOC) : null;
		if (opened?.[1] !== undefined) {
			const from = source.indexOf('\n', at);
			const end = new RegExp(`^[ \\t]*${opened[1]}\\b`, 'm');
			const rest = from < 0 ? '' : source.slice(from + 1);
			const stop = end.exec(rest);
			const body = stop ? rest.slice(0, stop.index) : rest;
			const {text, templated} = filled(body, false);
			push('text', text, line + 1, templated);
			if (from >= 0 && host === 'ruby' && !jump)
				jump = {at: from, to: from + 1 + body.length + (stop?.[0].length ?? 0)};
			if (host === 'php') move(from < 0 ? source.length : from + 1 + body.length + (stop?.[0].length ?? 0));
			else at += opened[0].length;
			continue;
		}
		const triple = host === 'go' || host === 'ruby' || host === 'php' ? null : match(TRIPLE);
		if (triple) {
			const before = words.at(-1);
			const prefix =
				before?.kind === 'id' && /^[fF][rR]?$|^[rR][fF]$/.test(before.text) && before.start === at - before.text.length;
			if (before?.kind === 'id' && /^[a-zA-Z]{1,2}$/.test(before.text) && before.start + before.text.length === at)
				words.pop();
			say(triple[1] ?? triple[2] ?? '', triple[0], prefix);
			continue;
		}
		const raw = host === 'go' ? match(GO_RAW) : host === 'csharp' ? match(VERBATIM) : null;
		if (raw) {
			say((raw[1] ?? '').replaceAll('""', '"'), raw[0], raw[0].startsWith('$') || raw[0].startsWith('@$'));
			continue;
		}
		if (host === 'csharp' && char === '$' && source[at + 1] === '"') {
			at++;
			const text = match(QUOTES);
			if (text) {
				say(unescaped(text[0].slice(1, -1)), text[0], true);
				continue;
			}
		}
		const quoted = match(QUOTES);
		if (quoted) {
			const before = words.at(-1);
			const prefixed =
				host === 'python' &&
				before?.kind === 'id' &&
				/^[a-zA-Z]{1,2}$/.test(before.text) &&
				before.start + before.text.length === at;
			if (prefixed) words.pop();
			say(unescaped(quoted[0].slice(1, -1)), quoted[0], prefixed === true && /f/i.test(before?.text ?? ''));
			continue;
		}
		if (host === 'ruby') {
			const list = match(RUBY_WORDS);
			if (list) {
				push('mark', '[');
				for (const item of (list[1] ?? '').split(/\s+/).filter(Boolean)) {
					push('text', item);
					push('mark', ',');
				}
				push('mark', ']');
				move(at + list[0].length);
				continue;
			}
			const text = match(RUBY_TEXT);
			if (text) {
				say(text[1] ?? text[2] ?? text[3] ?? '', text[0]);
				continue;
			}
		}
		if ((host === 'ruby' || host === 'elixir') && source[at - 1] !== ':' && source[at + 1] !== ':') {
			const symbol = match(SYMBOL);
			if (symbol) {
				push('text', symbol[1] ?? symbol[2] ?? '');
				move(at + symbol[0].length);
				continue;
			}
		}
		const id = match(ID);
		const found = id && id[0] !== '' ? id : match(NUMBER);
		if (found && found[0] !== '') {
			push(id && id[0] !== '' ? 'id' : 'number', found[0]);
			move(at + found[0].length);
			continue;
		}
		const two = source.slice(at, at + 2);
		const mark = ['=>', '->', '::', '==', '!=', '<=', '>=', '||', '&&', '?.'].includes(two) ? two : char;
		push('mark', mark);
		move(at + mark.length);
	}
	return words;
}
