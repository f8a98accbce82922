// Room: detectors. YAML with line numbers, as nodes. The parser is loaded when the first YAML document comes along.

import type {Node as YamlNode} from 'yaml';
import {readBlocks} from './block-yaml.ts';
import {DEEPEST_NESTING, Unreadable} from './json.ts';
import {type Node, nextId} from './node.ts';

/** Copies made by merge keys (`<<`), per document: more is an attack on memory. */
const MOST_MERGED = 20_000;

/** More slips than a person overlooks: no YAML. */
const MOST_SLIPS = 8;

/**
 * Other parsers let slips pass that this one sees (a quoted text that goes on too far left), so real documents have them for
 * years: what is left of the document counts, and `slip` says where. Throws Unreadable for what is no YAML at all, for
 * nesting over 120 and for floods of merge keys. An alias is the node it names.
 */
export async function readYaml(path: string, source: string): Promise<{root: Node; slip?: string}> {
	const plain = readBlocks(path, source);
	return plain === undefined ? readWhole(path, source) : {root: plain};
}

/** By the whole grammar. */
export async function readWhole(path: string, source: string): Promise<{root: Node; slip?: string}> {
	refuseNesting(source);
	const {isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument} = await import('yaml');
	const lines = new LineCounter();
	const document = parseDocument(source, {
		lineCounter: lines,
		uniqueKeys: false,
		logLevel: 'silent',
		strict: false,
		prettyErrors: false,
	});
	const [error] = document.errors;
	const slip = error === undefined ? undefined : `not YAML at line ${lines.linePos(error.pos[0]).line}`;
	if (slip !== undefined && document.errors.length > MOST_SLIPS) throw new Unreadable(slip);
	const anchors = new Map<string, Node>();
	let merged = 0;

	const lineOf = (node: YamlNode) => lines.linePos(node.range?.[0] ?? 0).line;
	const convert = (from: unknown, depth: number, keyLine?: number): Node => {
		if (depth > DEEPEST_NESTING) throw new Unreadable('nested too deep');
		if (isAlias(from)) return anchors.get(from.source) ?? empty(keyLine ?? lineOf(from));
		if (isMap(from)) {
			const line = keyLine ?? lineOf(from);
			const entries = new Map<string, Node>();
			const merges: Node[] = [];
			for (const {key, value} of from.items) {
				const at = isScalar(key) ? lineOf(key) : line;
				const name = isScalar(key) ? nameOf(key) : undefined;
				if (name === undefined) continue;
				const node = convert(value, depth + 1, at);
				if (name === '<<') merges.push(...(node.kind === 'list' ? node.items : [node]));
				else entries.set(name, node);
			}
			for (const other of merges) {
				if (other.kind !== 'map') continue;
				for (const [name, node] of other.entries) {
					if (++merged > MOST_MERGED) throw new Unreadable('too many merge keys');
					if (!entries.has(name)) entries.set(name, node);
				}
			}
			return named(from, {kind: 'map', path, line, id: nextId(), entries});
		}
		if (isSeq(from)) {
			const line = keyLine ?? lineOf(from);
			return named(from, {
				kind: 'list',
				path,
				line,
				id: nextId(),
				items: from.items.map((item) => convert(item, depth + 1)),
			});
		}
		if (isScalar(from)) {
			const {value} = from;
			const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
			const text = typeof plain === 'number' ? (from.source ?? String(plain)) : String(plain);
			return named(from, {kind: 'scalar', path, line: keyLine ?? lineOf(from), id: nextId(), value: plain, text});
		}
		return empty(keyLine ?? 1);
	};
	const empty = (line: number): Node => ({kind: 'scalar', path, line, id: nextId(), value: null, text: 'null'});
	const named = (from: YamlNode & {anchor?: string}, node: Node): Node => {
		if (from.anchor !== undefined) anchors.set(from.anchor, node);
		return node;
	};
	const root = convert(document.contents, 0);
	return slip === undefined ? {root} : {root, slip};
}

const nameOf = (key: {value: unknown; source?: string}): string =>
	typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));

/** Brackets within brackets and steps of indentation are counted before a recursive parser sees them. */
function refuseNesting(source: string): void {
	let open = 0;
	for (let i = 0; i < source.length; i++) {
		const code = source.charCodeAt(i);
		// Brackets in prose close again; what only opens is an attack.
		if (code === 0x5b || code === 0x7b) open++;
		else if ((code === 0x5d || code === 0x7d) && open > 0) open--;
		if (open > 4 * DEEPEST_NESTING) throw new Unreadable('nested too deep');
	}
	if (/(?:^|\n)(?:[ \t]{0,8}[-?][ \t]){121}/.test(source)) throw new Unreadable('nested too deep');
}
