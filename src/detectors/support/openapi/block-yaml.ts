// Room: detectors. The plain part of YAML that nearly all OpenAPI documents keep to, read line by line, ten times as fast as
// by the whole grammar: blocks, one-line scalars, one-line lists. Whatever else it meets, it gives up, and the whole parser
// reads the document. Both must give the same tree.

import {DEEPEST_NESTING} from './json.ts';
import {type Node, nextId} from './node.ts';

class NotPlain extends Error {}

interface Line {
	readonly indent: number;
	/** Without indentation and blanks at the end. */
	readonly text: string;
	/** 1-based. */
	readonly at: number;
}

/** The tree, or undefined when the document needs the whole grammar. */
export function readBlocks(path: string, source: string): Node | undefined {
	try {
		return new Blocks(path, source).document();
	} catch (thrown) {
		if (thrown instanceof NotPlain) return undefined;
		throw thrown;
	}
}

/** Values that people read and no rule does: how their lines are joined does not matter. */
const PROSE = new Set(['description', 'summary', 'title', 'example', 'x-example']);
const PLAIN_START = /^[^\s'"[\]{}#&*!|>%@`,?:-]|^-[^\s-]|^[?:][^\s]/;
const INTEGER = /^[-+]?\d+$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const ODD = /^[-+]?(?:0[ox]|\.(?:inf|nan)$)/i;
const ESCAPES = /^"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"$/;
/** Characters of a line; longer ones are data, not a document that somebody wrote. */
const LONGEST_LINE = 20_000;
const LIST_ITEM = /^(?:[A-Za-z_/$.\d][\w/$.+-]*(?: [\w/$.+-]+)*|'[^'\\]*'|"[^"\\]*")$/;

class Blocks {
	private readonly lines: Line[] = [];
	private readonly raw: readonly string[];
	private next = 0;
	private readonly path: string;

	constructor(path: string, source: string) {
		this.path = path;
		if (source.includes('\t') || source.includes('\r') || source.charCodeAt(0) === 0xfeff) throw new NotPlain();
		this.raw = source.split('\n');
		for (let i = 0; i < this.raw.length; i++) {
			const line = this.raw[i] ?? '';
			if (line.length > LONGEST_LINE) throw new NotPlain();
			let indent = 0;
			while (line.charCodeAt(indent) === 32) indent++;
			const text = line.slice(indent).trimEnd();
			this.lines.push({indent, text, at: i + 1});
		}
	}

	document(): Node {
		this.skip();
		if (this.peek()?.text === '---' && this.peek()?.indent === 0) this.next++;
		this.skip();
		const first = this.peek();
		if (first === undefined || first.indent !== 0) throw new NotPlain();
		const node = this.block(0, 0, first.at);
		this.skip();
		if (this.peek() !== undefined) throw new NotPlain();
		return node;
	}

	private peek(): Line | undefined {
		return this.lines[this.next];
	}

	private skip(): void {
		for (let line = this.peek(); line !== undefined; line = this.peek()) {
			if (line.text !== '' && !line.text.startsWith('#')) return;
			this.next++;
		}
	}

	private block(indent: number, depth: number, line: number): Node {
		if (depth > DEEPEST_NESTING) throw new NotPlain();
		const first = this.peek();
		return first !== undefined && isItem(first.text) ? this.list(indent, depth, line) : this.map(indent, depth, line);
	}

	private map(indent: number, depth: number, line: number): Node {
		const entries = new Map<string, Node>();
		for (this.skip(); ; this.skip()) {
			const at = this.peek();
			if (at === undefined || at.indent < indent) break;
			if (at.indent > indent || isItem(at.text)) throw new NotPlain();
			const found = keyOf(at.text);
			if (found === undefined || found.key === '<<' || found.key === '') throw new NotPlain();
			const {key, rest} = found;
			this.next++;
			entries.set(key, this.value(rest, indent, depth + 1, at.at, key));
		}
		return {kind: 'map', path: this.path, line, id: nextId(), entries};
	}

	private list(indent: number, depth: number, line: number): Node {
		const items: Node[] = [];
		for (this.skip(); ; this.skip()) {
			const at = this.peek();
			if (at === undefined || at.indent < indent || (at.indent === indent && !isItem(at.text))) break;
			if (at.indent > indent) throw new NotPlain();
			const rest = at.text.slice(1).trimStart();
			const inner = indent + (at.text.length - rest.length);
			if (rest === '' || rest.startsWith('#') || isItem(rest)) throw new NotPlain();
			if (keyOf(rest) !== undefined) {
				// The rest of the line is the first line of a map that stands further to the right.
				this.lines[this.next] = {indent: inner, text: rest, at: at.at};
				items.push(this.map(inner, depth + 1, at.at));
			} else {
				this.next++;
				items.push(this.value(rest, indent, depth + 1, at.at, ''));
			}
		}
		return {kind: 'list', path: this.path, line, id: nextId(), items};
	}

	private value(written: string, indent: number, depth: number, line: number, key: string): Node {
		if (written === '' || written.startsWith('#')) {
			this.skip();
			const below = this.peek();
			if (below !== undefined && below.indent > indent) return this.block(below.indent, depth, line);
			// A list may stand as far left as the key that it belongs to.
			if (below !== undefined && below.indent === indent && isItem(below.text)) return this.block(indent, depth, line);
			return this.scalar(null, 'null', line);
		}
		if (/^[|>][+-]?\d?[+-]?$/.test(written)) return this.prose(written, indent, line, key);
		if (!written.startsWith("'") && !written.startsWith('"')) {
			const comment = written.indexOf(' #');
			const text = comment < 0 ? written : written.slice(0, comment).trimEnd();
			if (text.startsWith('[') || text.startsWith('{')) return this.flow(written, text, indent, line, key);
			if (!PLAIN_START.test(text) || text.includes(': ') || text.endsWith(':')) throw new NotPlain();
			const more = this.continued(indent);
			if (more === '') return this.plain(text, line);
			if (!PROSE.has(key) || comment >= 0) throw new NotPlain();
			return this.scalar(`${text} ${more}`, `${text} ${more}`, line);
		}
		const text = quoted(written);
		if (text !== undefined && this.continued(indent) === '') return this.scalar(text, text, line);
		if (text !== undefined || !PROSE.has(key)) throw new NotPlain();
		return this.quotation(written, indent, line);
	}

	/** Quoted prose over several lines, or with escapes that nobody needs to read. */
	private quotation(written: string, indent: number, line: number): Node {
		const mark = written.slice(0, 1);
		const parts = [written.slice(1)];
		while (!closes(parts.at(-1) ?? '', mark)) {
			const more = this.peek();
			// What goes on too far left is a slip, and slips are for the whole grammar to judge.
			if (more === undefined || (more.text !== '' && more.indent <= indent)) throw new NotPlain();
			parts.push(more.text);
			this.next++;
		}
		const text = parts.join(' ').slice(0, -1);
		if (this.continued(indent) !== '') throw new NotPlain();
		return this.scalar(text, text, line);
	}

	/** Lines that go on with a plain text: further right than the key. Only prose may have them. */
	private continued(indent: number): string {
		const parts: string[] = [];
		for (let from = this.next; ; from = this.next) {
			while (this.peek()?.text === '') this.next++;
			const line = this.peek();
			if (line === undefined || line.indent <= indent) {
				this.next = from;
				break;
			}
			if (line.text.startsWith('#') || line.text.includes(' #') || /: |:$/.test(line.text)) throw new NotPlain();
			parts.push(line.text);
			this.next++;
		}
		return parts.join(' ');
	}

	/** A block of text: whatever stands further right, or is blank. */
	private prose(mark: string, indent: number, line: number, key: string): Node {
		if (!PROSE.has(key)) throw new NotPlain();
		const parts: string[] = [];
		for (let at = this.peek(); at !== undefined && (at.text === '' || at.indent > indent); at = this.peek()) {
			parts.push(at.text);
			this.next++;
		}
		const text = parts.join(mark.startsWith('|') ? '\n' : ' ').trim();
		return this.scalar(text, text, line);
	}

	private flow(written: string, text: string, indent: number, line: number, key: string): Node {
		if (this.continued(indent) !== '') throw new NotPlain();
		// An example is looked at by nobody, but it must end where its line does.
		if (
			/^x?-?example$/.test(key) &&
			!/type|\$ref/.test(written) &&
			/^\{[^{}[\]#'\\]*\}$|^\[[^{}[\]#'\\]*\]$/.test(written)
		)
			return this.scalar(written, written, line);
		if (text === '{}') return {kind: 'map', path: this.path, line, id: nextId(), entries: new Map()};
		const inner = /^\[(.*)\]$/.exec(text)?.[1];
		if (inner === undefined) throw new NotPlain();
		const parts = inner.trim() === '' ? [] : inner.split(',').map((part) => part.trim());
		const items = parts.map((part) => {
			if (!LIST_ITEM.test(part)) throw new NotPlain();
			const plain = quoted(part);
			return plain === undefined ? this.plain(part, line) : this.scalar(plain, plain, line);
		});
		return {kind: 'list', path: this.path, line, id: nextId(), items};
	}

	private plain(text: string, line: number): Node {
		if (ODD.test(text)) throw new NotPlain();
		if (/^(?:~|null|Null|NULL)$/.test(text)) return this.scalar(null, 'null', line);
		if (/^(?:true|True|TRUE)$/.test(text)) return this.scalar(true, 'true', line);
		if (/^(?:false|False|FALSE)$/.test(text)) return this.scalar(false, 'false', line);
		if (INTEGER.test(text) || FLOAT.test(text)) return this.scalar(Number(text), text, line);
		return this.scalar(text, text, line);
	}

	private scalar(value: string | number | boolean | null, text: string, line: number): Node {
		return {kind: 'scalar', path: this.path, line, id: nextId(), value, text};
	}
}

/** A key and what stands behind it on the line; undefined for what is no plain or quoted key. */
function keyOf(text: string): {key: string; rest: string} | undefined {
	const mark = text[0];
	if (mark === "'" || mark === '"') {
		let end = text.indexOf(mark, 1);
		while (mark === "'" && end > 0 && text[end + 1] === "'") end = text.indexOf(mark, end + 2);
		if (end < 0 || text[end + 1] !== ':' || (text.length > end + 2 && text[end + 2] !== ' ')) return undefined;
		const key = text.slice(1, end);
		if (key.includes('\\')) throw new NotPlain();
		return {key: mark === "'" ? key.replaceAll("''", "'") : key, rest: text.slice(end + 2).trimStart()};
	}
	const colon = text.indexOf(': ');
	const end = colon >= 0 ? colon : text.endsWith(':') ? text.length - 1 : -1;
	if (end < 0) return undefined;
	const key = text.slice(0, end).trimEnd();
	const plain = PLAIN_START.test(key) && !/ #|["'[\],&]/.test(key);
	return plain ? {key, rest: text.slice(end + 1).trimStart()} : undefined;
}

/** Whether a line ends the quotation that it is in. Throws when it goes on behind the end, or breaks inside an escape. */
function closes(text: string, mark: string): boolean {
	for (let i = 0; i < text.length; i++) {
		if (mark === '"' && text[i] === '\\') {
			if (++i >= text.length) throw new NotPlain();
		} else if (text[i] === mark) {
			if (mark === "'" && text[i + 1] === "'") i++;
			else if (i === text.length - 1) return true;
			else throw new NotPlain();
		}
	}
	return false;
}

const isItem = (text: string) => text === '-' || text.startsWith('- ');

/** A text in quotes on one line, possibly with a comment behind it; undefined for what is none. */
function quoted(written: string): string | undefined {
	if (written.startsWith("'")) {
		const inner = /^'((?:[^']|'')*)'(?:\s+#.*)?$/.exec(written)?.[1];
		return inner?.replaceAll("''", "'");
	}
	const whole = /^("(?:[^"\\]|\\.)*")(?:\s+#.*)?$/.exec(written)?.[1];
	if (whole === undefined || !ESCAPES.test(whole)) return undefined;
	// `as`: a quoted text is a string
	return JSON.parse(whole) as string;
}
