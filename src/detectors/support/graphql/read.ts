// Room: detectors. Schema documents into one collection of types: definitions and extensions of one name become one entry.
// It knows syntax only: a schema spread over many files, of which a change shows a few, is never complete here.

import type {
	ConstDirectiveNode,
	DocumentNode,
	EnumValueDefinitionNode,
	FieldDefinitionNode,
	InputValueDefinitionNode,
	NamedTypeNode,
	NameNode,
	StringValueNode,
} from 'graphql';

const KIND_WORDS = ['type', 'interface', 'input', 'enum', 'union', 'scalar'] as const;
export type TypeKind = (typeof KIND_WORDS)[number];

export interface Place {
	readonly path: string;
	/** 1-based. */
	readonly line: number;
}

export interface At<Node> {
	readonly node: Node;
	readonly place: Place;
}

export interface TypeEntry {
	readonly name: string;
	readonly kind: TypeKind;
	place: Place;
	/** True once a definition was met, not only extensions. */
	defined: boolean;
	description: string | undefined;
	readonly directives: ConstDirectiveNode[];
	readonly interfaces: Map<string, Place>;
	readonly fields: Map<string, At<FieldDefinitionNode>>;
	readonly inputs: Map<string, At<InputValueDefinitionNode>>;
	readonly values: Map<string, At<EnumValueDefinitionNode>>;
	readonly members: Map<string, Place>;
}

export interface DirectiveEntry {
	readonly place: Place;
	readonly description: string | undefined;
	readonly repeatable: boolean;
	readonly locations: ReadonlySet<string>;
	readonly args: Map<string, At<InputValueDefinitionNode>>;
}

export interface Collection {
	readonly types: Map<string, TypeEntry>;
	readonly directives: Map<string, DirectiveEntry>;
	/** `query` → type, and the directives on the schema; absent when no document has a `schema` block. */
	schema:
		| {readonly roots: Map<string, string>; readonly directives: ConstDirectiveNode[]; readonly place: Place}
		| undefined;
	/** Names that are defined whole more than once: several schemas lie in these files. */
	doubled: boolean;
}

export interface Source {
	readonly path: string;
	readonly text: string;
	/** Lines before the text in its file. */
	readonly offset?: number;
}

/** More tokens than this is a generated giant; parsing it would hold up the list. */
const MOST_TOKENS = 400_000;

/** What was after one change is before the next; kept only as long as memory is not wanted for something else. */
const PARSED: {text: string; document: WeakRef<DocumentNode>}[] = [];
const MOST_PARSED = 8;

async function parsed(text: string): Promise<DocumentNode> {
	const known = PARSED.find((one) => one.text === text)?.document.deref();
	if (known !== undefined) return known;
	const {parse} = await import('graphql');
	const document = parse(text, {maxTokens: MOST_TOKENS});
	PARSED.push({text, document: new WeakRef(document)});
	if (PARSED.length > MOST_PARSED) PARSED.shift();
	return document;
}

/** Undefined when a document is not GraphQL at all. Documents of queries add nothing. */
export async function collect(sources: readonly Source[]): Promise<Collection | undefined> {
	const all: Collection = {types: new Map(), directives: new Map(), schema: undefined, doubled: false};
	for (const source of sources) {
		let document: DocumentNode;
		try {
			document = await parsed(source.text);
		} catch {
			return undefined;
		}
		add(all, document, source);
	}
	return all;
}

function add(all: Collection, document: DocumentNode, source: Source): void {
	const at = (node: {readonly name: NameNode} | NamedTypeNode): Place => ({
		path: source.path,
		line: (node.name.loc?.startToken.line ?? 1) + (source.offset ?? 0),
	});
	for (const node of document.definitions) {
		switch (node.kind) {
			case 'SchemaDefinition':
			case 'SchemaExtension': {
				const place = {path: source.path, line: (node.loc?.startToken.line ?? 1) + (source.offset ?? 0)};
				all.schema ??= {roots: new Map(), directives: [], place};
				for (const root of node.operationTypes ?? []) all.schema.roots.set(root.operation, root.type.name.value);
				all.schema.directives.push(...(node.directives ?? []));
				break;
			}
			case 'DirectiveDefinition':
				all.directives.set(node.name.value, {
					place: at(node),
					description: text(node.description),
					repeatable: node.repeatable,
					locations: new Set(node.locations.map(({value}) => value)),
					args: placed(node.arguments, at),
				});
				break;
			default: {
				const kind = kindOf(node.kind);
				if (kind === undefined || !('name' in node) || node.name === undefined) break;
				const whole = !node.kind.endsWith('Extension');
				const entry = entryOf(all, node.name.value, kind, at({name: node.name}), whole);
				if (whole && 'description' in node) entry.description = text(node.description);
				if ('directives' in node) entry.directives.push(...((node.directives ?? []) as readonly ConstDirectiveNode[])); // type system nodes have constant directives
				if ('interfaces' in node)
					for (const one of node.interfaces ?? []) entry.interfaces.set(one.name.value, at(one));
				if ('types' in node) for (const one of node.types ?? []) entry.members.set(one.name.value, at(one));
				if ('values' in node)
					for (const one of node.values ?? []) entry.values.set(one.name.value, {node: one, place: at(one)});
				if (!('fields' in node)) break;
				for (const one of node.fields ?? [])
					if (one.kind === 'FieldDefinition') entry.fields.set(one.name.value, {node: one, place: at(one)});
					else entry.inputs.set(one.name.value, {node: one, place: at(one)});
			}
		}
	}
}

function entryOf(all: Collection, name: string, kind: TypeKind, place: Place, whole: boolean): TypeEntry {
	const known = all.types.get(name);
	// Two whole definitions are two schemas, or the old and the new one side by side: the caller must not mix them.
	if (known?.defined && whole) all.doubled = true;
	if (known !== undefined && known.kind === kind) {
		if (whole) known.place = place;
		known.defined ||= whole;
		return known;
	}
	const entry: TypeEntry = {
		name,
		kind,
		place,
		defined: whole,
		description: undefined,
		directives: [],
		interfaces: new Map(),
		fields: new Map(),
		inputs: new Map(),
		values: new Map(),
		members: new Map(),
	};
	all.types.set(name, entry);
	return entry;
}

const KINDS: Readonly<Record<string, TypeKind>> = {
	Object: 'type',
	Interface: 'interface',
	InputObject: 'input',
	Enum: 'enum',
	Union: 'union',
	Scalar: 'scalar',
};
function kindOf(kind: string): TypeKind | undefined {
	const [, name] = /^(\w+)Type(?:Definition|Extension)$/.exec(kind) ?? [];
	return name !== undefined && Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

export const text = (node: StringValueNode | undefined): string | undefined => node?.value || undefined;

/** Arguments by name. */
export function placed<Node extends {readonly name: NameNode}>(
	nodes: readonly Node[] | undefined,
	at: (node: Node) => Place,
): Map<string, At<Node>> {
	return new Map((nodes ?? []).map((node) => [node.name.value, {node, place: at(node)}]));
}
