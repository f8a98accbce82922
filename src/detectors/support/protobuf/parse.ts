// Room: detectors. A reader of .proto files: proto2, proto3 and editions. Own, because places in the file are needed of every
// field, value and reserved range. It reads what it knows and steps over the rest; only a file that ends too early is refused.

import type {Definition, Enum, Extension, Field, Message, Place, ProtoFile, Range, Reserved, Service} from './model.ts';
import {type Token, tokens} from './tokens.ts';

/** Messages inside messages; deeper than any written by hand. */
const DEEPEST = 64;
const END: Token = {text: '', line: 0, kind: 'sign'};

/** Undefined when the text is no .proto file, ends inside a definition, nests too deep or is too large. */
export function parseProto(path: string, text: string): ProtoFile | undefined {
	const all = tokens(text);
	if (all === undefined) return undefined;
	const reader = new Reader(path, all);
	return reader.file() ? reader.result : undefined;
}

class Reader {
	readonly result: ProtoFile;
	private readonly all: readonly Token[];
	private at = 0;
	private broken = false;

	constructor(path: string, all: readonly Token[]) {
		this.all = all;
		this.result = {
			path,
			syntax: 'proto2',
			syntaxLine: 1,
			package: '',
			packageLine: 1,
			options: new Map(),
			publicImports: new Map(),
			definitions: [],
		};
	}

	file(): boolean {
		while (this.at < this.all.length && !this.broken) {
			const {text, line} = this.peek();
			if (text === 'syntax' || text === 'edition') {
				this.at += 2;
				this.result.syntax = unquote(this.take().text);
				this.result.syntaxLine = line;
				this.skip();
			} else if (text === 'package') {
				this.at += 1;
				this.result.package = this.take().text;
				this.result.packageLine = line;
				this.skip();
			} else if (text === 'import') {
				this.at += 1;
				if (this.peek().text === 'public') {
					this.at += 1;
					this.result.publicImports.set(unquote(this.peek().text), line);
				}
				this.skip();
			} else if (text === 'option') {
				const [name, value] = this.option();
				this.result.options.set(name, {value, line});
			} else if (!this.definition('', 0) && this.peek().text === '}') this.at += 1;
		}
		return !this.broken;
	}

	private peek(ahead = 0): Token {
		return this.all[this.at + ahead] ?? END;
	}

	private take(): Token {
		const token = this.all[this.at];
		this.at += 1;
		if (token === undefined) this.broken = true;
		return token ?? END;
	}

	private place(): Place {
		return {path: this.result.path, line: this.peek().line || 1};
	}

	private qualified(scope: string, name: string): string {
		return [scope || this.result.package, name].filter((part) => part !== '').join('.');
	}

	private add(definition: Definition): void {
		this.result.definitions.push(definition);
	}

	/** A message, enum, service or extension; anything else is stepped over. */
	private definition(scope: string, depth: number): boolean {
		const {text} = this.peek();
		const named = this.peek(1).kind === 'word' && this.peek(2).text === '{';
		if (depth > DEEPEST) this.broken = true;
		else if (text === 'message' && named) this.message(scope, depth);
		else if (text === 'enum' && named) this.enum(scope);
		else if (text === 'service' && named) this.service(scope);
		else if (text === 'extend' && (named || this.peek(1).text === '.')) this.extend(scope, depth);
		else {
			this.skip();
			return false;
		}
		return true;
	}

	private message(scope: string, depth: number): void {
		this.at += 1;
		const place = this.place();
		const name = this.qualified(scope, this.take().text);
		this.messageBody(name, place, depth);
	}

	private messageBody(name: string, place: Place, depth: number): void {
		const message: Message = {
			kind: 'message',
			name,
			place,
			fields: [],
			oneofs: new Map(),
			reserved: {ranges: [], names: new Set()},
			extensions: [],
			options: new Map(),
			file: this.result,
		};
		this.add(message);
		this.block(() => {
			const {text} = this.peek();
			const next = this.peek(1);
			if (text === 'option') message.options.set(...this.option());
			else if (text === 'reserved') this.reserved(message.reserved);
			else if (text === 'extensions') message.extensions.push(...this.ranges());
			else if (text === 'oneof' && this.peek(2).text === '{') {
				this.at += 1;
				const at = this.place();
				const oneof = this.take().text;
				message.oneofs.set(oneof, at);
				this.block(() => this.field(message.fields, name, depth, oneof));
			} else if (/^(message|enum|extend)$/.test(text) && (next.kind === 'word' || next.text === '.') && this.isBlock())
				this.definition(name, depth + 1);
			else this.field(message.fields, name, depth);
		});
	}

	/** True when `{` comes before `=` and `;`: a definition, not a field of a type called `message`. */
	private isBlock(): boolean {
		for (let ahead = 1; ahead < 200; ahead += 1) {
			const {text} = this.peek(ahead);
			if (text === '{') return true;
			if (text === '=' || text === ';' || text === '') return false;
		}
		return false;
	}

	/** Runs `one` until the closing brace; every turn moves on. */
	private block(one: () => void): void {
		if (this.take().text !== '{') {
			this.broken = true;
			return;
		}
		while (!this.broken && this.peek().text !== '}') {
			const start = this.at;
			if (this.peek().text === ';') this.at += 1;
			else one();
			if (this.at === start) this.at += 1;
			if (this.at >= this.all.length) this.broken = true;
		}
		this.at += 1;
	}

	private field(into: Field[], scope: string, depth: number, oneof?: string): void {
		if (this.peek().text === 'option') {
			this.option();
			return;
		}
		const start = this.at;
		const label = (['optional', 'required', 'repeated'] as const).find(
			(word) => word === this.peek().text && this.peek(1).text !== '=',
		);
		if (label !== undefined) this.at += 1;
		const group = this.peek().text === 'group' && this.peek(2).text === '=';
		const type = this.type();
		const place = this.place();
		const name = this.take();
		const equals = this.take().text;
		const number = whole(this.take().text);
		if (name.kind !== 'word' || equals !== '=' || number === undefined || type === '') {
			this.at = start;
			this.skip();
			return;
		}
		const options = this.peek().text === '[' ? this.bracketed() : new Map<string, string>();
		const made = {number, label: label ?? '', group, oneof, options, place} as const;
		if (group) {
			into.push({...made, name: name.text.toLowerCase(), type: name.text});
			if (depth > DEEPEST) this.broken = true;
			else this.messageBody(`${scope}.${name.text}`, place, depth + 1);
			return;
		}
		into.push({...made, name: name.text, type});
		this.skip();
	}

	/** A type as written, `map<K,V>` included. */
	private type(): string {
		let text = this.peek().text === '.' ? this.take().text : '';
		const word = this.take();
		if (word.kind !== 'word') return '';
		text += word.text;
		if (text !== 'map' || this.peek().text !== '<') return text;
		this.at += 1;
		const key = this.take().text;
		this.at += 1;
		const value = this.type();
		this.at += 1;
		return `map<${key},${value.replace(/^\./, '')}>`;
	}

	private enum(scope: string): void {
		this.at += 1;
		const place = this.place();
		const made: Enum = {
			kind: 'enum',
			name: this.qualified(scope, this.take().text),
			place,
			values: [],
			reserved: {ranges: [], names: new Set()},
			options: new Map(),
			file: this.result,
		};
		this.add(made);
		this.block(() => {
			const {text} = this.peek();
			if (text === 'option' && this.peek(1).text !== '=') made.options.set(...this.option());
			else if (text === 'reserved' && this.peek(1).text !== '=') this.reserved(made.reserved);
			else {
				const at = this.place();
				const name = this.take().text;
				const equals = this.take().text;
				const minus = this.peek().text === '-' ? this.take().text : '';
				const number = whole(this.take().text);
				const options = this.peek().text === '[' ? this.bracketed() : new Map<string, string>();
				if (equals === '=' && number !== undefined)
					made.values.push({name, number: minus ? -number : number, options, place: at});
				this.skip();
			}
		});
	}

	private service(scope: string): void {
		this.at += 1;
		const place = this.place();
		const made: Service = {
			kind: 'service',
			name: this.qualified(scope, this.take().text),
			place,
			rpcs: new Map(),
			file: this.result,
		};
		this.add(made);
		this.block(() => {
			if (this.peek().text !== 'rpc') return this.skip();
			this.at += 1;
			const at = this.place();
			const name = this.take().text;
			const [request, clientStreams] = this.parcel();
			this.at += 1; // returns
			const [response, serverStreams] = this.parcel();
			const options = new Map<string, string>();
			if (this.peek().text === '{')
				this.block(() => (this.peek().text === 'option' ? void options.set(...this.option()) : this.skip()));
			else this.skip();
			made.rpcs.set(name, {name, request, response, clientStreams, serverStreams, options, place: at});
		});
	}

	/** `(stream Type)`. */
	private parcel(): [type: string, streams: boolean] {
		if (this.peek().text !== '(') return ['', false];
		this.at += 1;
		const streams = this.peek().text === 'stream' && this.peek(1).text !== ')';
		if (streams) this.at += 1;
		const type = this.type();
		if (this.peek().text === ')') this.at += 1;
		return [type, streams];
	}

	private extend(scope: string, depth: number): void {
		this.at += 1;
		const extendee = this.type().replace(/^\./, '');
		const fields: Field[] = [];
		this.block(() => this.field(fields, scope || this.result.package, depth + 1));
		for (const field of fields) {
			const made: Extension = {
				kind: 'extension',
				name: `${extendee}:${field.number}`,
				field,
				place: field.place,
				file: this.result,
			};
			this.add(made);
		}
	}

	private reserved(into: Reserved): void {
		const next = this.peek(1);
		if (next.kind === 'number' || next.text === '-') into.ranges.push(...this.ranges());
		else {
			this.at += 1;
			while (this.at < this.all.length && this.peek().text !== ';') {
				const {text, kind} = this.take();
				if (kind === 'string' || kind === 'word') into.names.add(unquote(text));
			}
			this.at += 1;
		}
	}

	/** `reserved 2, 9 to 11, 100 to max;` */
	private ranges(): Range[] {
		this.at += 1;
		const found: Range[] = [];
		const number = () => {
			const minus = this.peek().text === '-' ? this.take().text : '';
			const {text} = this.take();
			const value = text === 'max' ? Number.POSITIVE_INFINITY : (whole(text) ?? Number.NaN);
			return minus ? -value : value;
		};
		while (this.at < this.all.length && !/^[;[]$/.test(this.peek().text)) {
			const from = number();
			let to = from;
			if (this.peek().text === 'to') {
				this.at += 1;
				to = number();
			}
			if (from <= to && found.length < 1000) found.push({from, to});
			if (this.peek().text === ',') this.at += 1;
		}
		this.skip();
		return found;
	}

	/** `option name = value;` */
	private option(): [name: string, value: string] {
		this.at += 1;
		return this.assignment(';');
	}

	/** `[name = value, …]` */
	private bracketed(): Map<string, string> {
		const found = new Map<string, string>();
		this.at += 1;
		while (this.at < this.all.length && this.peek().text !== ']') {
			const start = this.at;
			found.set(...this.assignment(',]'));
			if (this.at === start) this.at += 1;
		}
		this.at += 1;
		return found;
	}

	/** Up to one of the ends, which is taken unless it closes the bracket around. */
	private assignment(ends: string): [name: string, value: string] {
		let name = '';
		while (this.at < this.all.length && this.peek().text !== '=' && !ends.includes(this.peek().text))
			name += this.take().text;
		if (this.peek().text === '=') this.at += 1;
		const value: string[] = [];
		let depth = 0;
		while (this.at < this.all.length) {
			const {text, kind} = this.peek();
			if (depth === 0 && kind === 'sign' && ends.includes(text)) break;
			if (kind === 'sign' && /^[[{(<]$/.test(text)) depth += 1;
			if (kind === 'sign' && /^[\]})>]$/.test(text)) depth -= 1;
			value.push(kind === 'string' ? unquote(text) : text);
			this.at += 1;
		}
		if (this.peek().text !== ']') this.at += 1;
		return [name, value.join(' ')];
	}

	/** To the end of a statement: past its `;`, or past a block. Stops before a brace that closes what is around. */
	private skip(): void {
		let depth = 0;
		while (this.at < this.all.length) {
			const {text} = this.peek();
			if (text === '}' && depth === 0) return;
			this.at += 1;
			if (text === '{') depth += 1;
			if (text === '}') depth -= 1;
			if (depth === 0 && (text === ';' || text === '}')) return;
		}
		if (depth > 0) this.broken = true;
	}
}

const unquote = (text: string) => (/^["']/.test(text) ? text.slice(1, -1) : text);
const whole = (text: string): number | undefined => {
	const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
	return /^\d/.test(text) && Number.isInteger(value) ? value : undefined;
};
