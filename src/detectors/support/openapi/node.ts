// Room: detectors. A document as a tree with line numbers, the same for JSON and YAML. Maps are Maps: no key of a hostile
// document can touch a prototype. An alias of YAML is the same node twice, so a tree is never larger than its text.

export interface Spot {
	/** The file that holds it. */
	readonly path: string;
	/** 1-based; of the key for what stands in a map. */
	readonly line: number;
	/** Unique in the process; for looking up pairs that were compared before. */
	readonly id: number;
}

export interface MapNode extends Spot {
	readonly kind: 'map';
	readonly entries: ReadonlyMap<string, Node>;
}

export interface ListNode extends Spot {
	readonly kind: 'list';
	readonly items: readonly Node[];
}

export interface ScalarNode extends Spot {
	readonly kind: 'scalar';
	readonly value: string | number | boolean | null;
	/** As written, without quotes: a version `1.10` stays `1.10`. */
	readonly text: string;
}

export type Node = MapNode | ListNode | ScalarNode;

let last = 0;
export const nextId = (): number => ++last;

export const scalar = ({path, line}: Pick<Spot, 'path' | 'line'>, value: ScalarNode['value']): ScalarNode => ({
	kind: 'scalar',
	path,
	line,
	id: nextId(),
	value,
	text: String(value),
});
export const map = (
	{path, line}: Pick<Spot, 'path' | 'line'>,
	entries: Iterable<readonly [string, Node]>,
): MapNode => ({
	kind: 'map',
	path,
	line,
	id: nextId(),
	entries: new Map(entries),
});

export const get = (node: Node | undefined, key: string): Node | undefined =>
	node?.kind === 'map' ? node.entries.get(key) : undefined;

const NONE: ReadonlyMap<string, Node> = new Map();
/** The entries of a map; nothing for all else. */
export const entries = (node: Node | undefined): ReadonlyMap<string, Node> =>
	node?.kind === 'map' ? node.entries : NONE;
export const items = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);

/** A string or number as written; undefined for all else. */
export function text(node: Node | undefined): string | undefined {
	return node?.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')
		? node.text
		: undefined;
}
export const number = (node: Node | undefined): number | undefined =>
	node?.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value) ? node.value : undefined;
export const isTrue = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === true;
export const isFalse = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === false;
/** The strings and numbers of a list. */
export const texts = (node: Node | undefined): string[] => items(node).flatMap((item) => text(item) ?? []);

const MOST_SHOWN = 120;
const DEEPEST = 60;

/** Words that people read and programs do not. */
const PROSE = new Set(['description', 'summary', 'example', 'x-example', 'examples', 'title', 'externalDocs', 'xml']);
const signatures = new WeakMap<Node, string>();

/**
 * The same text for nodes that say the same, whatever the order of keys; prose is passed over, a reference counts by the
 * last part of its name. Linear in the size of the tree: long signatures are shortened to a hash.
 */
export function signature(node: Node, depth = 0): string {
	const known = signatures.get(node);
	if (known !== undefined) return known;
	if (depth > DEEPEST) return '…';
	const made = shortened(sign(node, depth));
	if (depth === 0 || made.length < MOST_SHOWN) signatures.set(node, made);
	return made;
}

function sign(node: Node, depth: number): string {
	if (node.kind === 'scalar') return JSON.stringify(node.value);
	if (node.kind === 'list') return `[${node.items.map((item) => signature(item, depth + 1)).join(',')}]`;
	const parts: string[] = [];
	for (const [key, value] of node.entries) {
		// A field may be called so as well; a map of fields has maps below.
		if (PROSE.has(key) && value.kind !== 'map') continue;
		const ref = key === '$ref' ? text(value) : undefined;
		parts.push(`${JSON.stringify(key)}:${ref === undefined ? signature(value, depth + 1) : nameOfRef(ref)}`);
	}
	return `{${parts.sort().join(',')}}`;
}

/** FNV-1a, twice with different seeds: no defence against forgery, and none is needed to tell two schemas apart. */
function shortened(long: string): string {
	if (long.length < MOST_SHOWN) return long;
	let [a, b] = [0x811c9dc5, 0x01234567];
	for (let i = 0; i < long.length; i++) {
		const code = long.charCodeAt(i);
		a = Math.imul(a ^ code, 0x01000193);
		b = Math.imul(b ^ code, 0x01000197);
	}
	return `#${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}${long.length}`;
}

/** `User` of `#/components/schemas/User` and of `schemas/User.yaml`. */
export function nameOfRef(ref: string): string {
	const end = ref.slice(ref.lastIndexOf('/') + 1);
	return end.replace(/\.(ya?ml|json)$/i, '') || ref;
}

/** A node as a person would write it on one line, at most 120 characters. */
export function shown(node: Node | undefined, left = MOST_SHOWN): string {
	if (node === undefined) return 'none';
	if (node.kind === 'scalar') return node.text.slice(0, left);
	const parts: string[] = [];
	let used = 2;
	const all = node.kind === 'list' ? node.items.map((item) => ['', item] as const) : node.entries;
	for (const [key, value] of all) {
		if (used >= left) break;
		if (PROSE.has(key) && value.kind !== 'map') continue;
		const part = `${key === '' ? '' : `${key}: `}${shown(value, left - used)}`;
		parts.push(part);
		used += part.length + 2;
	}
	return (node.kind === 'list' ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`).slice(0, left);
}
