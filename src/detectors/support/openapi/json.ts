// Room: detectors. JSON with line numbers, as nodes. Strict, one pass, bounded depth; knows nothing of OpenAPI.

import {type Node, nextId} from './node.ts';

/** Real documents stay under 40; more is an attack on the stack. */
export const DEEPEST_NESTING = 120;

export class Unreadable extends Error {}

/** Throws Unreadable for what is no JSON or is nested more than 120 deep. The last of two equal keys counts. */
export function readJson(path: string, source: string): Node {
	return new Reader(path, source).document();
}

class Reader {
	private at = 0;
	private line = 1;
	private readonly path: string;
	private readonly source: string;
	constructor(path: string, source: string) {
		this.path = path;
		this.source = source;
	}

	document(): Node {
		if (this.source.charCodeAt(0) === 0xfeff) this.at = 1;
		this.space();
		const node = this.value(0, this.line);
		this.space();
		if (this.at < this.source.length) throw this.fault();
		return node;
	}

	private fault(): Unreadable {
		return new Unreadable(`not JSON at line ${this.line}`);
	}

	private space(): void {
		for (; ; this.at++) {
			const code = this.source.charCodeAt(this.at);
			if (code === 10) this.line++;
			else if (code !== 32 && code !== 9 && code !== 13) return;
		}
	}

	private take(char: string): boolean {
		this.space();
		if (this.source[this.at] !== char) return false;
		this.at++;
		return true;
	}

	private value(depth: number, line: number): Node {
		if (depth > DEEPEST_NESTING) throw new Unreadable('nested too deep');
		const spot = {path: this.path, line, id: nextId()};
		if (this.take('{')) {
			const entries = new Map<string, Node>();
			while (!this.take('}')) {
				if (entries.size > 0 && !this.take(',')) throw this.fault();
				this.space();
				const at = this.line;
				const key = this.string();
				if (!this.take(':')) throw this.fault();
				this.space();
				entries.set(key, this.value(depth + 1, at));
			}
			return {kind: 'map', ...spot, entries};
		}
		if (this.take('[')) {
			const items: Node[] = [];
			while (!this.take(']')) {
				if (items.length > 0 && !this.take(',')) throw this.fault();
				this.space();
				items.push(this.value(depth + 1, this.line));
			}
			return {kind: 'list', ...spot, items};
		}
		if (this.source[this.at] === '"') {
			const value = this.string();
			return {kind: 'scalar', ...spot, value, text: value};
		}
		const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
		literal.lastIndex = this.at;
		const found = literal.exec(this.source)?.[0];
		if (found === undefined) throw this.fault();
		this.at += found.length;
		// `as`: what the expression lets through is a boolean, null or a number
		return {kind: 'scalar', ...spot, value: JSON.parse(found) as boolean | number | null, text: found};
	}

	private string(): string {
		const from = this.at;
		if (this.source[from] !== '"') throw this.fault();
		let end = from;
		do {
			end = this.source.indexOf('"', end + 1);
			if (end < 0) throw this.fault();
		} while (this.slashesBefore(end) % 2 === 1);
		this.at = end + 1;
		const raw = this.source.slice(from, end + 1);
		if (!raw.includes('\\') && !/[\u0000-\u001f]/.test(raw)) return raw.slice(1, -1);
		try {
			// `as`: a quoted text is a string
			return JSON.parse(raw) as string;
		} catch {
			throw this.fault();
		}
	}

	/** How many backslashes stand directly before a place: an odd number takes the meaning from the quote there. */
	private slashesBefore(place: number): number {
		let count = 0;
		while (this.source[place - 1 - count] === '\\') count++;
		return count;
	}
}
