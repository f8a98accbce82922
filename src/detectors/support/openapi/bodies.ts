// Room: detectors. What is sent and returned: media types, forms and headers, of 2.0 and 3.x alike.

import type {Library} from './library.ts';
import {entries, get, isTrue, map, type Node, scalar, text, texts} from './node.ts';
import type {Schema} from './shape.ts';

type Dialect = '2.0' | '3.0' | '3.1';

export interface Media {
	/** As written. */
	readonly name: string;
	readonly at: Node;
	readonly schema?: Schema;
	readonly encoding?: Node;
}

export interface Body {
	readonly at: Node;
	readonly required: boolean;
	readonly content: ReadonlyMap<string, Media>;
}

export interface Header {
	readonly name: string;
	readonly at: Node;
	readonly required: boolean;
	readonly node: Node;
	readonly schema?: Schema;
}

/** The key of a body whose media type a 2.0 document leaves open. */
export const UNSTATED = '?';

/** Lower case, blanks, character set and weight taken away: `application/json; charset=utf-8` is `application/json`. */
const mediaKey = (name: string): string =>
	name
		.toLowerCase()
		.replaceAll(/\s/g, '')
		.replaceAll(/;(?:charset|q)=[^;]*/g, '');

export function contentOf(
	library: Library,
	dialect: Dialect,
	owner: Node | undefined,
	operation: Node,
): ReadonlyMap<string, Media> {
	if (dialect !== '2.0') return mediaOf(get(owner, 'content'));
	const schema = get(owner, 'schema');
	if (schema === undefined) return new Map();
	return typed(schema, [schema], get(operation, 'produces') ?? get(library.root, 'produces'));
}

function mediaOf(content: Node | undefined): ReadonlyMap<string, Media> {
	const found = new Map<string, Media>();
	for (const [name, node] of entries(content)) {
		const schema = get(node, 'schema');
		const encoding = get(node, 'encoding');
		found.set(mediaKey(name), {
			name,
			at: node,
			...(schema === undefined ? {} : {schema: [schema]}),
			...(encoding === undefined ? {} : {encoding}),
		});
	}
	return found;
}

function typed(at: Node, schema: Schema, types: Node | undefined): ReadonlyMap<string, Media> {
	const names = texts(types);
	if (names.length === 0) return new Map([[UNSTATED, {name: UNSTATED, at, schema}]]);
	return new Map(names.map((name) => [mediaKey(name), {name, at, schema}]));
}

export function bodyOf(library: Library, dialect: Dialect, operation: Node, sent: readonly Node[]): Body | undefined {
	if (dialect !== '2.0') {
		const raw = get(operation, 'requestBody');
		const body = library.resolve(raw);
		if (raw === undefined || body === undefined) return undefined;
		return {at: raw, required: isTrue(get(body, 'required')), content: mediaOf(get(body, 'content'))};
	}
	const consumes = get(operation, 'consumes') ?? get(library.root, 'consumes');
	const body = sent.find((node) => text(get(node, 'in')) === 'body');
	if (body !== undefined) {
		const schema = get(body, 'schema');
		return {
			at: body,
			required: isTrue(get(body, 'required')),
			content: typed(body, schema === undefined ? [] : [schema], consumes),
		};
	}
	const [first] = sent;
	if (first === undefined) return undefined;
	const form = formOf(first, sent);
	const files = sent.some((node) => text(get(node, 'type')) === 'file');
	const forms = texts(consumes).filter((name) => /form/.test(name));
	const names = forms.length > 0 ? forms : [files ? 'multipart/form-data' : 'application/x-www-form-urlencoded'];
	return {
		at: first,
		required: sent.some((node) => isTrue(get(node, 'required'))),
		content: new Map(names.map((name) => [mediaKey(name), {name, at: first, schema: [form]}])),
	};
}

/** The fields of a form in 2.0 as the object that 3.x makes of them. */
function formOf(at: Node, sent: readonly Node[]): Node {
	const named = sent.flatMap((node) => {
		const name = text(get(node, 'name'));
		return name === undefined ? [] : [[name, node] as const];
	});
	const required = named.filter(([, node]) => isTrue(get(node, 'required'))).map(([name, node]) => scalar(node, name));
	return map(at, [
		['type', scalar(at, 'object')],
		['properties', map(at, named)],
		['required', {...map(at, []), kind: 'list', items: required}],
	]);
}

export function headersOf(library: Library, dialect: Dialect, headers: Node | undefined): ReadonlyMap<string, Header> {
	const found = new Map<string, Header>();
	for (const [name, raw] of entries(headers)) {
		const node = library.resolve(raw);
		// What says the type of the body is told by the media types.
		if (node === undefined || name.toLowerCase() === 'content-type') continue;
		const schema = dialect === '2.0' ? node : get(node, 'schema');
		found.set(name.toLowerCase(), {
			name,
			at: raw,
			required: isTrue(get(node, 'required')),
			node,
			...(schema === undefined ? {} : {schema: [schema]}),
		});
	}
	return found;
}
