// Room: detectors. YAML with the lines its parts stand on. What does not parse (a template, a broken file) is undefined.

export interface YamlDocument {
	readonly value: unknown;
	/** 1-based line of the part at this path, or of the nearest part above it. */
	line(path: readonly (string | number)[]): number;
}

/** Aliases that may be expanded in one document: a handful is normal, thousands are a bomb. */
const MOST_ALIASES = 100;
const MOST_BYTES = 500_000;

/** Loads its parser the first time. Never throws. */
export async function readYaml(text: string | undefined): Promise<readonly YamlDocument[] | undefined> {
	if (text === undefined || text.length > MOST_BYTES) return undefined;
	const {isCollection, isMap, isNode, LineCounter, parseAllDocuments} = await import('yaml');
	try {
		const counter = new LineCounter();
		const documents = parseAllDocuments(text, {lineCounter: counter, uniqueKeys: false, logLevel: 'silent'});
		if (!Array.isArray(documents)) return [];
		if (documents.some(({errors}) => errors.length > 0)) return undefined;
		return documents.map((document) => ({
			value: document.toJS({maxAliasCount: MOST_ALIASES}),
			line(path) {
				for (let length = path.length; length > 0; length--) {
					const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
					const key = path[length - 1];
					const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
					const start = pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
					const node = isCollection(parent) ? parent.get(key, true) : undefined;
					const at = start ?? (isNode(node) ? node.range?.[0] : undefined);
					if (at !== undefined) return counter.linePos(at).line;
				}
				return counter.linePos(document.range[0]).line;
			},
		}));
	} catch {
		return undefined;
	}
}

export type Tree = Readonly<Record<string, unknown>>;

/** The value as an object; empty for everything else. */
export function asTree(value: unknown): Tree {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? Object.fromEntries(Object.entries(value))
		: {};
}

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value at a path of keys; undefined when the way breaks off. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
	return path.reduce<unknown>((at, key) => (Object.hasOwn(asTree(at), key) ? asTree(at)[key] : undefined), value);
}

/** Short and stable, for comparing and for showing. */
export function shown(value: unknown): string {
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
