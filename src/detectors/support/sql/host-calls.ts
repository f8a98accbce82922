// Room: detectors. Migrations in Python, Ruby, PHP, Go, C#, Java, Kotlin and Elixir: the calls, and the SQL in their texts.
// The way down is left out by the layout of the file, and whether there is one is said.

import {type Call, type HostRead, isSql, type SqlString, type Value} from './call.ts';
import {type Host, lex, type Word} from './host-lexer.ts';

const DOWN =
	/^[ \t]*(?:(?:public|protected|private|override|async|static|final|fun|func|def|function|void|fn)\s+)*(?:def|function|func|fun|void|def\s+self\.|async\s+Task)\s+(?:self\.)?(down\w*|downgrade|Down\w*)\b|^[ \t]*\w+\.down\s*(?:do|\{)/;
const UP = /\b(?:def|function|func|fun|void)\s+(?:self\.)?(?:up\w*|upgrade|Up\w*|change|migrate)\b/;

/** Blanks the bodies of the way down, by indentation; lines keep their numbers. */
function withoutDown(source: string): {source: string; down: HostRead['down']} {
	const lines = source.split('\n');
	const kept: string[] = [];
	let down: HostRead['down'] = 'absent';
	let up = false;
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] ?? '';
		if (UP.test(line)) up = true;
		if (!DOWN.test(line)) {
			kept.push(line);
			continue;
		}
		const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
		const body: string[] = [];
		kept.push('');
		let opened = /\{\s*$|:\s*$|\bdo\b/.test(line);
		for (i++; i < lines.length; i++) {
			const next = lines[i] ?? '';
			if (next.trim() !== '' && (/^[ \t]*/.exec(next)?.[0].length ?? 0) <= indent) {
				if (next.trim() !== '{' || opened) break;
				opened = true;
			}
			body.push(next);
			kept.push('');
		}
		if (/^\s*(end|\}|\);?)\s*$/.test(lines[i] ?? '')) kept.push('');
		else i--;
		const text = `${line.replace(DOWN, '')}\n${body.join('\n')}`.replaceAll(/#[^\n]*|\/\/[^\n]*/g, '');
		const empty =
			/\braise\b|\bthrow\b|IrreversibleMigration|NotImplemented/.test(text) ||
			!/\w\s*\(|['"]|\w \[?:\w/.test(text.replace(/^[^\n]*\n/, ''));
		if (down !== 'present') down = empty ? 'empty' : 'present';
	}
	return {source: kept.join('\n'), down: up || down !== 'absent' ? down : 'unknown'};
}

/** Ecto says what a thing is behind the verb: in the words of the other libraries. Lines stay where they are. */
const ECTO: readonly (readonly [RegExp, string])[] = [
	[/\balter\s+table\(\s*(:\w+)[^)\n]*\)/g, 'change_table $1'],
	[/\bcreate(?:_if_not_exists)?\s+table\(\s*(:\w+)[^)\n]*\)/g, 'create_table $1'],
	[/\bdrop(?:_if_exists)?\s+table\(\s*(:\w+)[^)\n]*\)/g, 'drop_table($1)'],
	[/\brename\s+table\(\s*(:\w+)\s*\),\s*to:\s*table\(\s*(:\w+)\s*\)/g, 'rename_table($1, $2)'],
	[/\brename\s+table\(\s*(:\w+)\s*\),\s*(:\w+),\s*to:\s*(:\w+)/g, 'rename_column($1, $2, $3)'],
	[/\bcreate(?:_if_not_exists)?\s+unique_index\(([^)\n]*)\)/g, 'add_index($1, unique: true)'],
	[/\bcreate(?:_if_not_exists)?\s+index\(/g, 'add_index('],
	[/\bdrop(?:_if_exists)?\s+index\(/g, 'remove_index('],
];

export function readHost(original: string, host: Host): HostRead {
	const written = host === 'elixir' ? ECTO.reduce((text, [what, to]) => text.replaceAll(what, to), original) : original;
	const {source, down} = withoutDown(written);
	const words = lex(source, host);
	const sql: SqlString[] = [];
	const reading = new Reading(words, host, source, sql);
	const calls = reading.calls(0, words.length, 0);
	const transaction =
		/disable_ddl_transaction!|^\s*atomic\s*=\s*False|withinTransaction\s*=\s*false|suppressTransaction:\s*true|@disable_ddl_transaction\s+true|autocommit_block/m.test(
			source,
		)
			? {transaction: false}
			: {};
	// Flyway's Java has no way down.
	const back = host === 'jvm' ? 'unknown' : down;
	return {calls, sql, down: automatic(source) ? 'present' : back, ...transaction};
}

/** Django and Rails' `change` know the way back of most operations by themselves. */
const automatic = (source: string): boolean =>
	/^\s*def change\b/m.test(source) || (/^\s*operations\s*=\s*\[/m.test(source) && !/RunPython\(|RunSQL\(/.test(source));

/** Arguments that are not run on the way up. */
const NOT_UP = /^(reverse_sql|reverse_code|state_operations)$/;
const MOST_DEPTH = 60;

class Reading {
	private readonly words: readonly Word[];
	private readonly host: Host;
	private readonly source: string;
	private readonly sql: SqlString[];
	private group = 0;
	private readonly closing: readonly number[];
	/** What was read once is not read again: values look into the calls that were walked through. */
	private readonly known = new Map<string, {call: Call; end: number} | undefined>();
	private readonly kept = new Set<number>();

	constructor(words: readonly Word[], host: Host, source: string, sql: SqlString[]) {
		this.words = words;
		this.host = host;
		this.source = source;
		this.sql = sql;
		this.closing = brackets(words);
	}

	private is(i: number, text: string): boolean {
		return this.words[i]?.kind === 'mark' && this.words[i]?.text === text;
	}

	calls(from: number, to: number, depth: number): Call[] {
		const found: Call[] = [];
		for (let i = from; i < to && depth < MOST_DEPTH; ) {
			const word = this.words[i];
			if (word?.kind === 'text') {
				i = this.keep(i, to);
				continue;
			}
			const read = word?.kind === 'id' ? this.call(i, to, depth) : undefined;
			if (read) {
				found.push(read.call);
				i = Math.max(i + 1, read.end);
			} else i++;
		}
		return found;
	}

	/** A text, with those that follow it put to it: `"a" "b"`, `'a' . 'b'`, `"a" + "b"`. */
	private joined(i: number, to: number): {text: string; end: number; templated: boolean} {
		let text = this.words[i]?.text ?? '';
		let templated = this.words[i]?.templated === true;
		let end = i + 1;
		for (;;) {
			let next = end;
			while (this.words[next]?.kind === 'newline' && next < to) next++;
			const joint = this.is(next, '+') || (this.host === 'php' && this.is(next, '.')) || this.is(next, '\\');
			if (joint) next++;
			while (this.words[next]?.kind === 'newline' && next < to) next++;
			const more = this.words[next];
			if (next >= to || more === undefined) break;
			if (more.kind === 'text' && (joint || this.host === 'python')) {
				text += more.text;
				templated ||= more.templated === true;
			} else if (joint && more.kind === 'id') {
				text += ' x_0 ';
				templated = true;
			} else break;
			end = next + 1;
		}
		return {text, end, templated};
	}

	private keep(i: number, to: number): number {
		const {text, end, templated} = this.joined(i, to);
		if (isSql(text) && !this.kept.has(i))
			this.sql.push({text, line: this.words[i]?.line ?? 1, templated, group: this.group});
		this.kept.add(i);
		return end;
	}

	private call(start: number, to: number, depth: number): {call: Call; end: number} | undefined {
		if (depth > MOST_DEPTH) return undefined;
		const key = `${start} ${to}`;
		if (!this.known.has(key)) this.known.set(key, this.readCall(start, to, depth));
		return this.known.get(key);
	}

	private readCall(start: number, to: number, depth: number): {call: Call; end: number} | undefined {
		let at = start;
		let on = '';
		while (
			(this.is(at + 1, '.') || this.is(at + 1, '->') || this.is(at + 1, '::') || this.is(at + 1, '?.')) &&
			this.words[at + 2]?.kind === 'id'
		) {
			on += `${on ? '.' : ''}${this.words[at]?.text ?? ''}`;
			at += 2;
		}
		const name = this.words[at]?.text ?? '';
		const line = this.words[at]?.line ?? 1;
		let open = at + 1;
		// C#: `AddColumn<string>(`.
		if (this.is(open, '<')) {
			const close = this.words.findIndex((word, i) => i > open && i < open + 12 && word.text === '>');
			if (close > 0 && this.is(close + 1, '(')) open = close + 1;
		}
		this.group++;
		let args: {values: Value[]; named: Map<string, Value>; inside: Call[]; end: number};
		if (this.is(open, '(')) {
			const close = Math.min(this.closing[open] ?? to, to);
			args = {...this.args(open + 1, close, depth + 1), end: close + 1};
		} else if (this.host === 'ruby' || this.host === 'elixir') {
			const bare = this.bareArgs(at, to, depth);
			if (!bare) return undefined;
			args = bare;
		} else return undefined;
		let end = args.end;
		const inside = [...args.inside];
		if (this.host === 'ruby' || this.host === 'elixir') {
			const block = this.block(end, to, depth);
			if (block) {
				inside.push(...block.calls);
				end = block.end;
			}
		}
		const from = this.words[start]?.start ?? 0;
		const text = this.source.slice(from, Math.min(from + 400, this.words[end - 1]?.start ?? from + 400) + 1);
		const chain: Call[] = [];
		let dot = end;
		while (this.words[dot]?.kind === 'newline') dot++;
		if ((this.is(dot, '.') || this.is(dot, '->')) && this.words[dot + 1]?.kind === 'id') {
			const next = this.call(dot + 1, to, depth + 1);
			if (next) {
				chain.push({...next.call, chain: []}, ...next.call.chain);
				end = next.end;
			}
		}
		return {call: {name, on, line, args: args.values, named: args.named, chain, inside, text}, end};
	}

	/** Ruby without brackets: `add_column :orders, :note, null: false`, up to the end of the line. */
	private bareArgs(at: number, to: number, depth: number) {
		const next = this.words[at + 1];
		const before = this.words[at];
		if (!next || !before || at + 1 >= to || next.line !== before.line) return undefined;
		const block = next.kind === 'id' && next.text === 'do';
		if (
			!(
				next.kind === 'text' ||
				block ||
				this.is(at + 1, '[') ||
				(next.kind === 'id' && this.words[at + 2]?.text === ',')
			)
		)
			return undefined;
		let end = at + 1;
		while (end < to) {
			const word = this.words[end];
			if (!word || (word.kind === 'id' && word.text === 'do')) break;
			if (word.kind === 'newline' && !this.is(end - 1, ',') && !this.is(end - 1, '\\')) break;
			if (word.kind === 'mark' && (word.text === ')' || word.text === '}' || word.text === ';')) break;
			end = word.kind === 'mark' && '([{'.includes(word.text) ? (this.closing[end] ?? end) + 1 : end + 1;
		}
		return {...this.args(at + 1, end, depth + 1), end};
	}

	/** `do |t| … end`, by the indentation of its `end`; or `{ |t| … }`. */
	private block(at: number, to: number, depth: number): {calls: Call[]; end: number} | undefined {
		const word = this.words[at];
		if (this.is(at, '{')) {
			const close = Math.min(this.closing[at] ?? to, to);
			return {calls: this.calls(at + 1, close, depth + 1), end: close + 1};
		}
		if (word?.kind !== 'id' || word.text !== 'do') return undefined;
		let open = 1;
		let end = at + 1;
		for (; end < to; end++) {
			const one = this.words[end];
			if (one?.kind !== 'id') continue;
			const first = this.words[end - 1]?.kind === 'newline' || this.words[end - 1] === undefined;
			if (one.text === 'do' || (first && /^(if|unless|case|begin|while|until|def|class|module)$/.test(one.text)))
				open++;
			if (one.text === 'end' && --open === 0) break;
		}
		return {calls: this.calls(at + 1, end, depth + 1), end: end + 1};
	}

	private args(from: number, to: number, depth: number) {
		const values: Value[] = [];
		const named = new Map<string, Value>();
		const inside: Call[] = [];
		let start = from;
		for (let i = from; i <= to; i++) {
			const word = this.words[i];
			if (i < to && word?.kind === 'mark' && '([{'.includes(word.text)) {
				i = Math.min(this.closing[i] ?? to, to);
				continue;
			}
			if (i < to && !this.is(i, ',')) continue;
			let begin = start;
			while (begin < i && this.words[begin]?.kind === 'newline') begin++;
			start = i + 1;
			if (begin >= i) continue;
			const key = this.key(begin, i);
			if (key && NOT_UP.test(key.name)) continue;
			// Django's second argument of RunSQL and RunPython is the way back.
			if (!key && values.length === 1 && /^Run(SQL|Python)$/.test(this.words[from - 2]?.text ?? '')) continue;
			inside.push(...this.calls(key?.next ?? begin, i, depth));
			const value = this.value(key?.next ?? begin, i, depth);
			if (key) named.set(key.name, value);
			else values.push(value);
		}
		return {values, named, inside};
	}

	/** `name: value`, `name = value`, `'name' => value`. */
	private key(from: number, to: number): {name: string; next: number} | undefined {
		const word = this.words[from];
		if (!word || from + 1 >= to) return undefined;
		if ((word.kind === 'id' || word.kind === 'text') && this.is(from + 1, '=>'))
			return {name: word.text, next: from + 2};
		if (word.kind !== 'id' && !(word.kind === 'text' && this.host === 'python')) return undefined;
		if (this.is(from + 1, ':') || (this.is(from + 1, '=') && word.kind === 'id'))
			return {name: word.text, next: from + 2};
		return undefined;
	}

	private value(from: number, to: number, depth: number): Value {
		let begin = from;
		while (begin < to && this.words[begin]?.kind === 'newline') begin++;
		const word = this.words[begin];
		if (!word || depth > MOST_DEPTH) return {kind: 'other'};
		if (word.kind === 'text') return {kind: 'text', text: this.joined(begin, to).text};
		if (word.kind === 'mark' && (word.text === '[' || word.text === '(')) {
			const close = Math.min(this.closing[begin] ?? to, to);
			const {values, named} = this.args(begin + 1, close, depth + 1);
			return named.size > 0 ? {kind: 'map', entries: named} : {kind: 'list', items: values};
		}
		if (word.kind === 'mark' && word.text === '{') {
			const close = Math.min(this.closing[begin] ?? to, to);
			return {kind: 'map', entries: this.args(begin + 1, close, depth + 1).named};
		}
		if (word.kind === 'id' && word.text === 'new') return this.value(begin + 1, to, depth);
		if (word.kind === 'id') {
			const read = this.call(begin, to, depth + 1);
			if (read) return {kind: 'call', call: read.call};
		}
		return {kind: 'word', text: word.text};
	}
}

/** For each opening bracket the place of its closing one. */
function brackets(words: readonly Word[]): number[] {
	const closing: number[] = [];
	const stack: number[] = [];
	for (const [i, {kind, text}] of words.entries()) {
		if (kind !== 'mark') continue;
		if ('([{'.includes(text)) stack.push(i);
		else if (')]}'.includes(text)) {
			const open = stack.pop();
			if (open !== undefined) closing[open] = i;
		}
	}
	return closing;
}
