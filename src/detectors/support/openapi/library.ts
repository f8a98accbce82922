// Room: detectors. One side of a comparison: a root document and the files that it refers to, read beforehand, bounded.
// Resolves references. What is remote is never fetched; what is outside the repository is not there.

import {readJson, Unreadable} from './json.ts';
import {entries, get, items, type Node, text} from './node.ts';
import {readYaml} from './yaml.ts';

const MOST_FILES = 200;
const MOST_BYTES = 6_000_000;
const MOST_NODES = 400_000;
const LONGEST_CHAIN = 32;

export type Fetch = (path: string) => Promise<string | undefined>;

const isJson = (path: string) => /\.json$/i.test(path);
const isDocument = (path: string) => /\.(ya?ml|json)$/i.test(path);

/** The last few texts read: the file after one change is the file before the next. */
const KEPT = 6;
const kept = new Map<string, Read>();

interface Read {
	readonly root: Node;
	/** What is wrong with the text although it could be read. */
	readonly slip?: string;
}

/** Throws Unreadable. */
async function read(path: string, source: string): Promise<Read> {
	const key = `${path}\n${source}`;
	const known = kept.get(key);
	if (known !== undefined) {
		kept.delete(key);
		kept.set(key, known);
		return known;
	}
	const made = isJson(path) ? {root: readJson(path, source)} : await readYaml(path, source);
	kept.set(key, made);
	for (const oldest of kept.keys()) {
		if (kept.size <= KEPT) break;
		kept.delete(oldest);
	}
	return made;
}

/** Cheap: whether a text may be an OpenAPI document, before anything is parsed. */
export const mayBeOpenApi = (source: string): boolean =>
	/^["']?(?:openapi|swagger)["']?[ \t]{0,8}:[ \t]{0,8}["']?[123](?:\.|["']?[ \t]{0,8}$)/m.test(source) ||
	/"(?:openapi|swagger)"[ \t]{0,8}:[ \t]{0,8}"[123]\./.test(source);

/** `2.0`, `3.0` or `3.1` (and later); undefined for what is no OpenAPI document. */
export function dialectOf(root: Node | undefined): '2.0' | '3.0' | '3.1' | undefined {
	const swagger = text(get(root, 'swagger'));
	if (swagger !== undefined) return /^2(\.|$)/.test(swagger) ? '2.0' : undefined;
	const version = /^3\.(\d+)/.exec(text(get(root, 'openapi')) ?? '');
	if (version === null) return undefined;
	return version[1] === '0' ? '3.0' : '3.1';
}

/** The path of a reference from a file, inside the repository; undefined for what is remote, absolute or outside. */
export function pathOf(from: string, reference: string): string | undefined {
	if (/^[a-z][a-z\d+.-]*:|^\/|\\|\0/i.test(reference)) return undefined;
	const parts = from.split('/').slice(0, -1);
	for (const part of reference.split('/')) {
		if (part === '..') {
			if (parts.pop() === undefined) return undefined;
		} else if (part !== '.' && part !== '') parts.push(part);
	}
	return parts.join('/');
}

const unescaped = (part: string) => {
	const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
	if (!plain.includes('%')) return plain;
	try {
		return decodeURIComponent(plain);
	} catch {
		return plain;
	}
};

export class Library {
	readonly root: Node;
	/** What is wrong with the root's text although it could be read. */
	readonly slip: string | undefined;
	/** Files that could be read, with their roots. */
	readonly files: ReadonlyMap<string, Node>;
	/** True when a limit kept something out. */
	readonly cut: boolean;
	/** References that name nothing, as written, with the place. */
	readonly broken: ReadonlyMap<string, Node>;

	private constructor(
		root: Node,
		files: ReadonlyMap<string, Node>,
		cut: boolean,
		refs: readonly Node[],
		slip: string | undefined,
	) {
		this.root = root;
		this.slip = slip;
		this.files = files;
		this.cut = cut;
		const broken = new Map<string, Node>();
		if (!cut)
			for (const ref of refs) {
				const [, pointer = ''] = (text(ref) ?? '').split('#');
				// Anchors by name are not followed, and what is remote is nobody's fault.
				if (pointer !== '' && !pointer.startsWith('/')) continue;
				if (this.fileOf(ref) !== undefined && this.follow(ref) === undefined) broken.set(text(ref) ?? '', ref);
			}
		this.broken = broken;
	}

	/** Reads the root and everything it refers to. Throws Unreadable when the root is. */
	static async open(path: string, source: string, fetch: Fetch): Promise<Library> {
		const {root, slip} = await read(path, source);
		const files = new Map([[path, root]]);
		const refs: Node[] = [];
		const budget = {nodes: MOST_NODES, bytes: MOST_BYTES};
		const waiting = [path];
		const asked = new Set(waiting);
		let cut = false;
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			const node = files.get(next);
			if (node === undefined) continue;
			const found = referencesIn(node, budget);
			refs.push(...found);
			for (const ref of found) {
				const [file = ''] = (text(ref) ?? '').split('#');
				const target = file === '' ? undefined : pathOf(next, decoded(file));
				if (target === undefined || asked.has(target) || !isDocument(target)) continue;
				if (asked.size >= MOST_FILES || budget.bytes <= 0) {
					cut = true;
					continue;
				}
				asked.add(target);
				const content = await fetch(target);
				if (content === undefined) continue;
				budget.bytes -= content.length;
				try {
					files.set(target, (await read(target, content)).root);
					waiting.push(target);
				} catch (thrown) {
					if (!(thrown instanceof Unreadable)) throw thrown;
				}
			}
		}
		return new Library(root, files, cut || budget.nodes <= 0, refs, slip);
	}

	/** The node itself, or what its `$ref` names in the end; undefined when that is remote, missing or a circle. */
	resolve(node: Node | undefined): Node | undefined {
		let at = node;
		for (let i = 0; i < LONGEST_CHAIN; i++) {
			const ref = get(at, '$ref');
			if (text(ref) === undefined) return at;
			at = this.follow(ref);
			if (at === undefined) return undefined;
		}
		return undefined;
	}

	private fileOf(ref: Node): string | undefined {
		const [file = ''] = (text(ref) ?? '').split('#');
		return file === '' ? ref.path : pathOf(ref.path, decoded(file));
	}

	/** What a `$ref` node names directly. */
	follow(ref: Node | undefined): Node | undefined {
		if (ref === undefined) return undefined;
		const [, pointer = ''] = (text(ref) ?? '').split('#');
		let at = this.files.get(this.fileOf(ref) ?? '');
		if (pointer !== '' && !pointer.startsWith('/')) return undefined;
		for (const part of pointer.split('/').slice(1)) {
			const key = unescaped(part);
			at = at?.kind === 'list' ? at.items[Number(key)] : get(at, key);
		}
		return at;
	}
}

const decoded = (file: string) => unescaped(file.replaceAll('~', '~0'));

/** Every `$ref` in a tree, without recursion; each node is visited once, however many aliases lead to it. */
function referencesIn(root: Node, budget: {nodes: number}): Node[] {
	const found: Node[] = [];
	const waiting: Node[] = [root];
	const seen = new Set<Node>();
	for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
		if (seen.has(node)) continue;
		seen.add(node);
		if (--budget.nodes <= 0) break;
		const ref = get(node, '$ref');
		if (ref !== undefined && text(ref) !== undefined) found.push(ref);
		for (const [key, child] of entries(node))
			if (child.kind !== 'scalar' && key !== 'example' && key !== 'examples') waiting.push(child);
		for (const child of items(node)) if (child.kind !== 'scalar') waiting.push(child);
	}
	return found;
}
