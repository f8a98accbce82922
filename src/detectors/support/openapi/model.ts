// Room: detectors. An OpenAPI document as operations: what 2.0 and 3.x say in different places is in one place here.
// References are followed; nothing is judged.

import {type Body, bodyOf, contentOf, type Header, headersOf, type Media} from './bodies.ts';
import {dialectOf, type Library} from './library.ts';
import {entries, get, isTrue, items, type Node, text, texts} from './node.ts';
import type {Schema} from './shape.ts';

export interface Parameter {
	readonly name: string;
	readonly in: string;
	readonly at: Node;
	readonly node: Node;
	readonly required: boolean;
	/** `form, exploded` and the like. */
	readonly style: string;
	/** Which characters and whether emptiness are allowed beyond the usual. */
	readonly allows: string;
	readonly schema?: Schema;
	/** The media type, where the value is a document of its own. */
	readonly media?: string;
}

export interface Response {
	readonly at: Node;
	readonly content: ReadonlyMap<string, Media>;
	readonly headers: ReadonlyMap<string, Header>;
	readonly links: ReadonlyMap<string, Node>;
}

/** One way to log in: scheme → scopes. Empty: without credentials. */
export type Requirement = ReadonlyMap<string, ReadonlySet<string>>;

export interface Operation {
	readonly method: string;
	readonly path: string;
	readonly at: Node;
	readonly id?: string;
	readonly tags: readonly string[];
	/** By place and name; headers in lower case. */
	readonly parameters: ReadonlyMap<string, Parameter>;
	readonly body?: Body;
	readonly responses: ReadonlyMap<string, Response>;
	readonly security?: readonly Requirement[];
	readonly callbacks: ReadonlyMap<string, PathItem>;
	readonly servers?: Node;
}

export interface PathItem {
	readonly path: string;
	readonly at: Node;
	readonly operations: ReadonlyMap<string, Operation>;
}

export interface Api {
	readonly library: Library;
	readonly dialect: '2.0' | '3.0' | '3.1';
	readonly title: string;
	readonly version: string;
	readonly servers: ReadonlyMap<string, Node>;
	readonly paths: ReadonlyMap<string, PathItem>;
	readonly webhooks: ReadonlyMap<string, PathItem>;
	readonly schemas: ReadonlyMap<string, Node>;
	readonly schemes: ReadonlyMap<string, Node>;
	readonly security?: readonly Requirement[];
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']);
/** In 3.x these say what other parts of the document say, and are passed over. */
const NOT_PARAMETERS = new Set(['header:accept', 'header:content-type', 'header:authorization']);
/** A circle of callbacks is cut here. */
const DEEPEST_CALLBACK = 3;

export function apiOf(library: Library): Api | undefined {
	const {root} = library;
	const dialect = dialectOf(root);
	if (dialect === undefined) return undefined;
	const components = get(root, 'components');
	const security = requirementsOf(get(root, 'security'));
	const old = dialect === '2.0';
	return {
		library,
		dialect,
		title: text(get(get(root, 'info'), 'title')) ?? '',
		version: text(get(get(root, 'info'), 'version')) ?? '',
		servers: old ? oldServers(root) : serversOf(get(root, 'servers')),
		paths: itemsOf(library, get(root, 'paths'), dialect, (name) => name.startsWith('/')),
		webhooks: itemsOf(library, get(root, 'webhooks') ?? get(root, 'x-webhooks'), dialect, () => true),
		schemas: entries(old ? get(root, 'definitions') : get(components, 'schemas')),
		schemes: entries(old ? get(root, 'securityDefinitions') : get(components, 'securitySchemes')),
		...(security === undefined ? {} : {security}),
	};
}

function serversOf(node: Node | undefined): ReadonlyMap<string, Node> {
	return new Map(items(node).map((server) => [text(get(server, 'url')) ?? '', server]));
}

function oldServers(root: Node): ReadonlyMap<string, Node> {
	const host = get(root, 'host');
	const base = get(root, 'basePath');
	const path = text(base) ?? '';
	if (host === undefined) return base === undefined ? new Map() : new Map([[path, base]]);
	const schemes = texts(get(root, 'schemes'));
	const all = schemes.length === 0 ? [''] : schemes.map((scheme) => `${scheme}:`);
	return new Map(all.map((scheme) => [`${scheme}//${text(host) ?? ''}${path}`, host]));
}

function itemsOf(
	library: Library,
	node: Node | undefined,
	dialect: Api['dialect'],
	wanted: (name: string) => boolean,
	depth = 0,
): ReadonlyMap<string, PathItem> {
	const found = new Map<string, PathItem>();
	for (const [path, raw] of entries(node)) {
		if (!wanted(path) || path.startsWith('x-')) continue;
		const item = library.resolve(raw);
		const operations = new Map<string, Operation>();
		for (const [name, value] of entries(item))
			if (METHODS.has(name.toLowerCase()) && value.kind === 'map')
				operations.set(name.toUpperCase(), operationOf(library, dialect, path, name.toUpperCase(), item, value, depth));
		found.set(path, {path, at: raw, operations});
	}
	return found;
}

function operationOf(
	library: Library,
	dialect: Api['dialect'],
	path: string,
	method: string,
	item: Node | undefined,
	node: Node,
	depth: number,
): Operation {
	const raw = [...items(get(item, 'parameters')), ...items(get(node, 'parameters'))];
	const parameters = new Map<string, Parameter>();
	const sent: Node[] = [];
	for (const each of raw) {
		const resolved = library.resolve(each);
		const place = text(get(resolved, 'in'));
		const name = text(get(resolved, 'name'));
		if (resolved === undefined || place === undefined || name === undefined) continue;
		if (place === 'body' || place === 'formData') {
			sent.push(resolved);
			continue;
		}
		const key = `${place}:${place === 'header' ? name.toLowerCase() : name}`;
		if (NOT_PARAMETERS.has(key) && dialect !== '2.0') continue;
		parameters.set(key, parameterOf(resolved, place, name, dialect));
	}
	const body = bodyOf(library, dialect, node, sent);
	const security = requirementsOf(get(node, 'security'));
	const id = text(get(node, 'operationId'));
	const servers = get(node, 'servers') ?? get(item, 'servers');
	return {
		method,
		path,
		at: node,
		...(id === undefined ? {} : {id}),
		tags: texts(get(node, 'tags')),
		parameters,
		...(body === undefined ? {} : {body}),
		responses: responsesOf(library, dialect, node),
		...(security === undefined ? {} : {security}),
		callbacks: depth >= DEEPEST_CALLBACK ? new Map() : callbacksOf(library, dialect, get(node, 'callbacks'), depth + 1),
		...(servers === undefined ? {} : {servers}),
	};
}

function callbacksOf(library: Library, dialect: Api['dialect'], node: Node | undefined, depth: number) {
	const found = new Map<string, PathItem>();
	for (const [name, raw] of entries(node))
		for (const [expression, item] of itemsOf(library, library.resolve(raw), dialect, () => true, depth))
			found.set(`${name} ${expression}`, item);
	return found;
}

const FORMATS: Readonly<Record<string, string>> = {
	multi: 'form, exploded',
	ssv: 'spaceDelimited',
	tsv: 'tabDelimited',
	pipes: 'pipeDelimited',
};

function parameterOf(node: Node, place: string, name: string, dialect: Api['dialect']): Parameter {
	const byDefault = place === 'query' || place === 'cookie' ? 'form' : 'simple';
	const style = text(get(node, 'style')) ?? byDefault;
	const explode = get(node, 'explode');
	const exploded = explode === undefined ? style === 'form' : isTrue(explode);
	const [media] = [...entries(get(node, 'content'))];
	const schema = dialect === '2.0' ? node : (get(node, 'schema') ?? get(media?.[1], 'schema'));
	const allows = [
		...(isTrue(get(node, 'allowReserved')) ? ['reserved characters'] : []),
		...(isTrue(get(node, 'allowEmptyValue')) ? ['empty value'] : []),
	];
	return {
		name,
		in: place,
		at: node,
		node,
		required: place === 'path' || isTrue(get(node, 'required')),
		style:
			dialect === '2.0'
				? (FORMATS[text(get(node, 'collectionFormat')) ?? ''] ?? byDefault)
				: `${style}${exploded ? ', exploded' : ''}`,
		allows: allows.join(', ') || 'neither',
		...(schema === undefined ? {} : {schema: [schema]}),
		...(media === undefined ? {} : {media: media[0]}),
	};
}

function responsesOf(library: Library, dialect: Api['dialect'], operation: Node): ReadonlyMap<string, Response> {
	const found = new Map<string, Response>();
	for (const [status, raw] of entries(get(operation, 'responses'))) {
		if (!/^([1-5](\d\d|XX)|default)$/i.test(status)) continue;
		const response = library.resolve(raw);
		const key = status.toLowerCase() === 'default' ? 'default' : status.toUpperCase();
		found.set(key, {
			at: raw,
			content: contentOf(library, dialect, response, operation),
			headers: headersOf(library, dialect, get(response, 'headers')),
			links: entries(get(response, 'links')),
		});
	}
	return found;
}

function requirementsOf(node: Node | undefined): readonly Requirement[] | undefined {
	if (node?.kind !== 'list') return undefined;
	return node.items.map(
		(item) => new Map([...entries(item)].map(([scheme, scopes]) => [scheme, new Set(texts(scopes))])),
	);
}
