// Room: detectors. Migrations in JavaScript and TypeScript, by a real parser: the calls, and the SQL in their texts with its
// line. The way down is left out, and whether there is one is said.

import {parseable} from '../parseable.ts';
import {type Call, type HostRead, isSql, type SqlString, type Value} from './call.ts';
import {isTree, kid, list, type Tree, text} from './tree.ts';

type Parse = (path: string, source: string) => unknown;
let parser: Promise<Parse> | undefined;
const load = () => {
	parser ??= import('oxc-parser').then(({parseSync}) => (path, source) => {
		const lang = /\.[cm]?tsx?$/.test(path) ? 'ts' : 'jsx';
		return parseSync(path, source, {lang, sourceType: /\.c[jt]s$/.test(path) ? 'script' : 'unambiguous'}).program;
	});
	return parser;
};

const FUNCTIONS = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'FunctionDeclaration']);
const MOST_DEPTH = 200;

export async function readJs(path: string, source: string): Promise<HostRead> {
	let program: unknown;
	try {
		program = parseable(source) ? (await load())(path, source) : undefined;
	} catch {
		program = undefined;
	}
	if (list(program, 'body').length === 0) return textsOnly(source);
	return new Reading(source).all(program);
}

const LITERAL = /`((?:[^`\\]|\\[\s\S])*)`|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g;

/** Of what is no program, the SQL in its texts, the way down too: rather a danger too many than none. */
function textsOnly(source: string): HostRead {
	const sql: SqlString[] = [];
	for (const match of source.matchAll(LITERAL)) {
		const text = (match[1] ?? match[2] ?? match[3] ?? '').replaceAll(/\$\{[^{}]*\}/g, 'x_1');
		if (!isSql(text) || sql.length >= 1000) continue;
		sql.push({text, line: source.slice(0, match.index).split('\n').length, templated: true, group: sql.length});
	}
	return {calls: [], sql, down: 'unknown'};
}

class Reading {
	private readonly source: string;
	private readonly starts: number[] = [0];
	private readonly sql: SqlString[] = [];
	private down: HostRead['down'] = 'absent';
	private up = false;
	private transaction: boolean | undefined;
	private group = 0;
	/** What was read once is not read again: values look into the calls that were walked through. */
	private readonly known = new WeakMap<Tree, {readonly call: Call | undefined}>();
	private readonly kept = new Set<unknown>();

	constructor(source: string) {
		this.source = source;
		for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) this.starts.push(i + 1);
	}

	all(program: unknown): HostRead {
		const calls = this.callsIn(program, 0);
		return {
			calls,
			sql: this.sql,
			down: this.up || this.down !== 'absent' ? this.down : 'unknown',
			...(this.transaction === undefined ? {} : {transaction: this.transaction}),
		};
	}

	private lineAt(offset: number): number {
		let low = 0;
		let high = this.starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.starts[middle] ?? 0) <= offset) low = middle;
			else high = middle - 1;
		}
		return low + 1;
	}

	private line(node: Tree): number {
		return this.lineAt(typeof node.start === 'number' ? node.start : 0);
	}

	/** Every call below, those inside another's arguments as its `inside`. */
	private callsIn(value: unknown, depth: number): Call[] {
		if (depth > MOST_DEPTH) return [];
		if (Array.isArray(value)) return value.flatMap((item) => this.callsIn(item, depth + 1));
		if (!isTree(value) || typeof value.type !== 'string') return [];
		if (this.isDown(value)) return [];
		if (value.type === 'CallExpression' || value.type === 'NewExpression') {
			const call = this.call(value, depth + 1);
			return call ? [call] : [];
		}
		const own = this.stringOf(value);
		if (own) {
			if (!this.kept.has(value)) this.keep(own);
			this.kept.add(value);
			return value.type === 'TemplateLiteral' ? this.callsIn(value.expressions, depth + 1) : [];
		}
		return Object.values(value).flatMap((item) =>
			typeof item === 'object' && item !== null ? this.callsIn(item, depth + 1) : [],
		);
	}

	/** Marks what is the way down, and says so: it is not looked into. */
	private isDown(node: Tree): boolean {
		const [name, body] = named(node);
		if (/^transaction$/.test(name) && kid(node, 'value')?.value === false) this.transaction = false;
		if (name === 'config' && /transaction\s*:\s*false/.test(this.source.slice(Number(node.start), Number(node.end))))
			this.transaction = false;
		if (name === 'up') this.up = true;
		if (name !== 'down' || !body) return false;
		const statements = list(body, 'body', 'body');
		const refuses = statements.length === 1 && text(statements[0], 'type') === 'ThrowStatement';
		const short = this.source.slice(Number(body.start), Number(body.end));
		const nothing = !/\w\s*\(|`/.test(
			short.replace(/^(async\s+)?(function\s*)?\w*\s*\([^)]*\)/, '').replace(/\b(cb|callback|done)\s*\(\s*\)/, ''),
		);
		if (this.down !== 'present') this.down = refuses || nothing ? 'empty' : 'present';
		return true;
	}

	private keep({value, line, templated}: {value: string; line: number; templated: boolean}): void {
		if (isSql(value)) this.sql.push({text: value, line, templated, group: this.group});
	}

	/** A text, put together from its pieces; what is put in stands as a name. */
	private stringOf(node: Tree): {value: string; line: number; templated: boolean} | undefined {
		if (node.type === 'Literal' && typeof node.value === 'string') {
			// The written text keeps the lines that a continued literal has.
			return {value: node.value, line: this.line(node), templated: false};
		}
		if (node.type === 'TemplateLiteral') {
			const holes = list(node, 'expressions').length;
			const value = list(node, 'quasis')
				.map((quasi) => text(quasi, 'value', 'cooked') || text(quasi, 'value', 'raw'))
				.reduce((all, piece, i) => `${all}${i === 0 ? '' : hole(all, i)}${piece}`, '');
			return {value, line: this.line(node), templated: holes > 0};
		}
		if (node.type === 'BinaryExpression' && node.operator === '+') {
			const left = isTree(node.left) ? this.stringOf(node.left) : undefined;
			const right = isTree(node.right) ? this.stringOf(node.right) : undefined;
			if (!left && !right) return undefined;
			const value = `${left?.value ?? 'x_1'}${right?.value ?? hole(left?.value ?? '', 2)}`;
			const templated = !left || !right || left.templated || right.templated;
			return {value, line: left?.line ?? right?.line ?? this.line(node), templated};
		}
		return undefined;
	}

	private call(node: Tree, depth: number): Call | undefined {
		const known = this.known.get(node);
		if (known) return known.call;
		if (depth > MOST_DEPTH) return undefined;
		const call = this.readCall(node, depth);
		this.known.set(node, {call});
		return call;
	}

	private readCall(node: Tree, depth: number): Call | undefined {
		const callee = kid(node, 'callee');
		const name = text(callee, 'name') || text(callee, 'property', 'name');
		const object = kid(callee, 'object');
		this.group++;
		// `a().b()`: `b` is a call on the result of `a()`.
		const under =
			object && (object.type === 'CallExpression' || object.type === 'NewExpression')
				? object
				: kid(object, 'expression');
		const root = under?.type === 'CallExpression' ? this.call(under, depth + 1) : undefined;
		const args = list(node, 'arguments');
		const inside = args.flatMap((arg) => this.callsIn(arg, depth + 1));
		if (!root && object) inside.push(...this.callsIn(object, depth + 1));
		const tail = object && root ? text(object, 'property', 'name') : '';
		const values = args.map((arg) => this.value(arg, depth + 1));
		const last = values.at(-1);
		const own: Call = {
			name: name || tail,
			on: object && !root ? this.source.slice(Number(object.start), Number(object.end)).slice(0, 80) : '',
			line: this.lineAt(Number(kid(callee, 'property')?.start ?? node.start ?? 0)),
			args: values,
			named: last?.kind === 'map' ? last.entries : new Map(),
			chain: [],
			inside,
			text: this.source.slice(Number(node.start), Math.min(Number(node.end), Number(node.start) + 400)),
		};
		return root ? {...root, chain: [...root.chain, own]} : own;
	}

	private value(arg: unknown, depth: number): Value {
		if (!isTree(arg) || depth > MOST_DEPTH) return {kind: 'other'};
		const own = this.stringOf(arg);
		if (own) return {kind: 'text', text: own.value};
		switch (arg.type) {
			case 'Literal':
				return {kind: 'word', text: String(arg.value)};
			case 'Identifier':
				return {kind: 'word', text: text(arg, 'name')};
			case 'MemberExpression':
				return {kind: 'word', text: this.source.slice(Number(arg.start), Number(arg.end)).slice(0, 80)};
			case 'ArrayExpression':
				return {kind: 'list', items: list(arg, 'elements').map((item) => this.value(item, depth + 1))};
			case 'ObjectExpression': {
				const entries = list(arg, 'properties').flatMap((property): [string, Value][] => {
					const key = text(property, 'key', 'name') || text(property, 'key', 'value');
					return key && isTree(property) ? [[key, this.value(property.value, depth + 1)]] : [];
				});
				return {kind: 'map', entries: new Map(entries)};
			}
			case 'CallExpression':
			case 'NewExpression': {
				const call = this.call(arg, depth + 1);
				return call ? {kind: 'call', call} : {kind: 'other'};
			}
			case 'AwaitExpression':
			case 'TSAsExpression':
				return this.value(arg.argument ?? arg.expression, depth + 1);
			default:
				return {kind: 'other'};
		}
	}
}

/** What is put into a text stands as a name; inside quotes it goes on as it is. */
const hole = (before: string, nth: number): string => (/[\w"'`]$/.test(before) ? `x_${nth}` : ` x_${nth} `);

/** A function or property with a name: `exports.down = …`, `down: …`, `async down() {…}`, `export const down = …`. */
function named(node: Tree): readonly [string, Tree | undefined] {
	const id = text(node, 'id', 'name') || text(node, 'key', 'name') || text(node, 'key', 'value');
	switch (node.type) {
		case 'AssignmentExpression':
			return [text(node, 'left', 'property', 'name'), kid(node, 'right')];
		case 'FunctionDeclaration':
			return [id, node];
		case 'VariableDeclarator':
			return [id, kid(node, 'init')];
		case 'MethodDefinition':
		case 'PropertyDefinition':
		case 'Property':
			return [id, FUNCTIONS.has(text(node, 'value', 'type')) || id === 'down' ? kid(node, 'value') : undefined];
		default:
			return ['', undefined];
	}
}
