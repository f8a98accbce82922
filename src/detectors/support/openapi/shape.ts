// Room: detectors. A schema in a form that can be compared: references followed, allOf merged, the ways of 2.0, 3.0 and 3.1 to
// say null, exclusive limits, constants and binary made one. Flat: parts stay unread until somebody compares them.

import type {Library} from './library.ts';
import {entries, get, isFalse, isTrue, items, type Node, nameOfRef, number, text, texts} from './node.ts';

/** Schemas that must all hold: mostly one; more where allOf describes the same field twice. */
export type Schema = readonly Node[];

export type Type = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
const TYPES: ReadonlySet<string> = new Set([
	'string',
	'number',
	'integer',
	'boolean',
	'array',
	'object',
	'null',
	'file',
]);

export interface Limit {
	readonly value: number;
	/** True when the value itself is outside. */
	readonly exclusive: boolean;
	readonly at: Node;
}

export const LIMITS = [
	'maximum',
	'minimum',
	'maxLength',
	'minLength',
	'maxItems',
	'minItems',
	'maxProperties',
	'minProperties',
	'maxContains',
	'minContains',
] as const;
export type LimitName = (typeof LIMITS)[number];

/** `open`: not said, or anything; `closed`: nothing beyond what is described. */
export type Beyond = 'open' | 'closed' | Schema;

export interface Shape {
	readonly at: Node;
	/** A reference that could not be followed: nothing is known, so nothing is said. */
	readonly opaque: boolean;
	/** Undefined: any. Null is in `nullable`. */
	readonly types?: ReadonlySet<Type>;
	readonly nullable: boolean;
	readonly format?: Node;
	/** By their JSON text. A constant is a list of one. */
	readonly values?: ReadonlyMap<string, Node>;
	readonly isConst: boolean;
	readonly valuesAt?: Node;
	/** x-extensible-enum: an open list. */
	readonly extensible?: ReadonlyMap<string, Node>;
	readonly limits: ReadonlyMap<LimitName, Limit>;
	readonly multipleOf?: Node;
	readonly patterns: ReadonlyMap<string, Node>;
	readonly unique?: Node;
	readonly default?: Node;
	readonly properties: ReadonlyMap<string, Schema>;
	readonly required: ReadonlyMap<string, Node>;
	readonly additional: Beyond;
	readonly unevaluatedProperties: Beyond;
	readonly unevaluatedItems: Beyond;
	readonly items?: Schema;
	readonly tuple: readonly Schema[];
	readonly contains?: Schema;
	readonly names?: Schema;
	readonly byPattern: ReadonlyMap<string, Schema>;
	/** `trigger → needed`. */
	readonly dependent: ReadonlyMap<string, Node>;
	/** not, if, then, else, dependentSchemas: compared as a whole. */
	readonly conditions: ReadonlyMap<string, Node>;
	readonly alternatives: readonly (readonly Schema[])[];
	readonly discriminator?: {
		readonly property: string;
		readonly mapping: ReadonlyMap<string, string>;
		readonly at: Node;
	};
	readonly content: ReadonlyMap<string, Node>;
	readonly readOnly: boolean;
	readonly writeOnly: boolean;
	/** Says when it goes, if it is deprecated. */
	readonly lifecycle?: Node;
}

const MOST_PARTS = 64;
const CONDITIONS = ['not', 'if', 'then', 'else'];

/** The conjunction without references, allOf and alternatives of one; circles are cut. */
function flatten(library: Library, schema: Schema): {parts: Node[]; opaque: boolean; null: boolean} {
	const parts: Node[] = [];
	const seen = new Set<Node>();
	let opaque = false;
	let canBeNull = false;
	const visit = (node: Node, depth: number) => {
		if (seen.has(node) || parts.length >= MOST_PARTS || depth > MOST_PARTS) return;
		seen.add(node);
		const ref = get(node, '$ref');
		if (text(ref) !== undefined) {
			const target = library.follow(ref);
			if (target === undefined) opaque = true;
			else visit(target, depth + 1);
			// Before 3.1 what stands beside a reference does not count.
			if (entries(node).size === 1 || !library31(library)) return;
		}
		parts.push(node);
		for (const part of items(get(node, 'allOf'))) visit(part, depth + 1);
		for (const key of ['oneOf', 'anyOf']) {
			const all = items(get(node, key));
			const real = all.filter((one) => !isNull(one));
			if (real.length < all.length) canBeNull = true;
			const [only] = real;
			if (real.length === 1 && only !== undefined) visit(only, depth + 1);
		}
	};
	for (const node of schema) visit(node, 0);
	return {parts, opaque, null: canBeNull};
}

const library31 = (library: Library) => /^3\.[1-9]/.test(text(get(library.root, 'openapi')) ?? '');

const isNull = (node: Node) => {
	const type = get(node, 'type');
	const values = items(get(node, 'enum'));
	return (
		text(type) === 'null' ||
		(values.length > 0 && values.every((value) => value.kind === 'scalar' && value.value === null))
	);
};

/** Shapes that were made, by side and schema: a field is asked for by the object around it and by its own comparison. */
const made = new WeakMap<Library, WeakMap<Node, Shape>>();

export function shapeOf(library: Library, schema: Schema, fallback: Node): Shape {
	const [only] = schema;
	if (only === undefined || schema.length > 1) return makeShape(library, schema, fallback);
	const shapes = made.get(library) ?? new WeakMap<Node, Shape>();
	made.set(library, shapes);
	const known = shapes.get(only) ?? makeShape(library, schema, fallback);
	shapes.set(only, known);
	return known;
}

function makeShape(library: Library, schema: Schema, fallback: Node): Shape {
	const flat = flatten(library, schema);
	const parts = flat.parts;
	const [first = fallback] = parts;
	const last = <T>(pick: (node: Node) => T | undefined): T | undefined => {
		for (let i = parts.length - 1; i >= 0; i--) {
			const part = parts[i];
			const found = part === undefined ? undefined : pick(part);
			if (found !== undefined) return found;
		}
		return undefined;
	};
	const key = (name: string) => last((node) => get(node, name));
	const all = (name: string) => parts.flatMap((node) => get(node, name) ?? []);
	const {types, nullable} = typesOf(parts, flat.null);
	const {values, isConst, valuesAt} = valuesOf(parts);
	const discriminator = key('discriminator');
	const name = text(discriminator) ?? text(get(discriminator, 'propertyName'));
	const {format, content} = contentOf(key);
	const tuple = items(key('prefixItems'));
	const itemsNode = key('items');
	const oldTuple = itemsNode?.kind === 'list' ? itemsNode.items : [];
	const lifecycle = last(
		(node) => (get(node, 'deprecated') ?? get(node, 'x-sunset') ?? get(node, 'x-stability-level')) && node,
	);
	return {
		at: first,
		opaque: flat.opaque,
		...(types === undefined ? {} : {types}),
		nullable,
		...optional('format', format),
		...optional('values', values),
		isConst,
		...optional('valuesAt', valuesAt),
		...optional('extensible', listed(key('x-extensible-enum'))),
		limits: limitsOf(parts),
		...optional('multipleOf', key('multipleOf')),
		patterns: new Map(
			all('pattern').flatMap((node) => (text(node) === undefined ? [] : [[text(node) ?? '', node] as const])),
		),
		...optional('unique', all('uniqueItems').find(isTrue)),
		...optional('default', key('default')),
		properties: gathered(all('properties')),
		required: new Map(
			all('required').flatMap((node) => items(node).flatMap((item) => [[text(item) ?? '', item] as const])),
		),
		additional: beyond(all('additionalProperties')),
		unevaluatedProperties: beyond(all('unevaluatedProperties')),
		unevaluatedItems: beyond(all('unevaluatedItems')),
		...optional('items', itemsNode === undefined || itemsNode.kind === 'list' ? undefined : all('items')),
		tuple: [...tuple, ...oldTuple].map((node) => [node]),
		...optional('contains', one(all('contains'))),
		...optional('names', one(all('propertyNames'))),
		byPattern: gathered(all('patternProperties')),
		dependent: dependentOf(all('dependentRequired')),
		conditions: conditionsOf(parts),
		alternatives: alternativesOf(parts),
		...(name === undefined || discriminator === undefined
			? {}
			: {
					discriminator: {
						property: name,
						mapping: new Map(
							[...entries(get(discriminator, 'mapping'))].map(([value, to]) => [value, nameOfRef(text(to) ?? '')]),
						),
						at: discriminator,
					},
				}),
		content,
		readOnly: parts.some((node) => isTrue(get(node, 'readOnly'))),
		writeOnly: parts.some((node) => isTrue(get(node, 'writeOnly'))),
		...optional('lifecycle', lifecycle),
	};
}

const optional = <K extends string, V>(key: K, value: V | undefined): {[k in K]?: V} =>
	// `as`: TypeScript does not narrow a computed key
	(value === undefined ? {} : {[key]: value}) as {[k in K]?: V};
const one = (nodes: readonly Node[]): Schema | undefined => (nodes.length === 0 ? undefined : nodes);

function typesOf(parts: readonly Node[], canBeNull: boolean): {types?: ReadonlySet<Type>; nullable: boolean} {
	let types: Set<Type> | undefined;
	let nullable = canBeNull || isTrue(get(parts[0], 'nullable')) || isTrue(get(parts[0], 'x-nullable'));
	let typed = 0;
	let typedNull = 0;
	for (const node of parts) {
		const type = get(node, 'type');
		const said = (type?.kind === 'list' ? texts(type) : [text(type) ?? '']).filter((name) => TYPES.has(name));
		if (said.length === 0) continue;
		typed++;
		if (said.includes('null') || isTrue(get(node, 'nullable')) || isTrue(get(node, 'x-nullable'))) typedNull++;
		// `as`: filtered by TYPES; `file` of 2.0 is a string of bytes
		const named = said.flatMap((name) => (name === 'null' ? [] : [(name === 'file' ? 'string' : name) as Type]));
		const before = types;
		types =
			before === undefined
				? new Set(named)
				: new Set([
						...named.filter((name) => before.has(name) || (name === 'integer' && before.has('number'))),
						...(before.has('integer') && named.includes('number') ? (['integer'] as const) : []),
					]);
	}
	nullable ||= typed > 0 && typed === typedNull;
	if (types === undefined) {
		const guess = implied(parts);
		if (guess !== undefined) types = new Set([guess]);
	}
	return types === undefined || types.size === 0 ? {nullable} : {types, nullable};
}

/** What a schema without a type can only be meant for. */
function implied(parts: readonly Node[]): Type | undefined {
	if (parts.some((node) => get(node, 'properties') ?? get(node, 'additionalProperties'))) return 'object';
	if (parts.some((node) => get(node, 'items') ?? get(node, 'prefixItems'))) return 'array';
	const kinds = new Set(
		parts
			.flatMap((node) => items(get(node, 'enum')))
			.map((node) => (node.kind === 'scalar' ? typeof node.value : 'object')),
	);
	return kinds.size === 1 && kinds.has('string') ? 'string' : undefined;
}

function listed(node: Node | undefined): ReadonlyMap<string, Node> | undefined {
	if (node?.kind !== 'list') return undefined;
	return new Map(
		node.items.flatMap((item) =>
			item.kind === 'scalar' && item.value !== null ? [[JSON.stringify(item.value), item]] : [],
		),
	);
}

function valuesOf(parts: readonly Node[]) {
	let values: ReadonlyMap<string, Node> | undefined;
	let valuesAt: Node | undefined;
	let isConst = false;
	for (const node of parts) {
		const constant = get(node, 'const');
		const list = get(node, 'enum');
		const these = constant?.kind === 'scalar' ? new Map([[JSON.stringify(constant.value), constant]]) : listed(list);
		if (these === undefined) continue;
		const before = values;
		values = before === undefined ? these : new Map([...these].filter(([value]) => before.has(value)));
		valuesAt = constant ?? list;
		isConst ||= constant !== undefined;
	}
	return {values, valuesAt, isConst};
}

function limitsOf(parts: readonly Node[]): Map<LimitName, Limit> {
	const limits = new Map<LimitName, Limit>();
	const put = (name: LimitName, node: Node | undefined, exclusive: boolean) => {
		const value = number(node);
		if (value === undefined || node === undefined) return;
		const old = limits.get(name);
		const sign = name.startsWith('max') ? 1 : -1;
		const tighter = old === undefined || sign * value < sign * old.value || (value === old.value && exclusive);
		if (tighter) limits.set(name, {value, exclusive, at: node});
	};
	for (const node of parts) {
		for (const name of LIMITS)
			if (name === 'maximum' || name === 'minimum') {
				const other = get(node, name === 'maximum' ? 'exclusiveMaximum' : 'exclusiveMinimum');
				put(name, get(node, name), isTrue(other));
				put(name, other, true);
			} else put(name, get(node, name), false);
	}
	// A lower limit of nothing is no limit.
	for (const name of ['minLength', 'minItems', 'minProperties'] as const)
		if (limits.get(name)?.value === 0) limits.delete(name);
	return limits;
}

/** 3.1 says `contentEncoding: base64` where 3.0 says `format: byte`: both are written the old way here. */
function contentOf(key: (name: string) => Node | undefined) {
	const content = new Map<string, Node>();
	let format = key('format');
	for (const name of ['contentMediaType', 'contentEncoding', 'contentSchema']) {
		const node = key(name);
		if (node === undefined) continue;
		const same =
			(name === 'contentEncoding' && text(node) === 'base64') ||
			(name === 'contentMediaType' && text(node) === 'application/octet-stream');
		if (same && format === undefined && node.kind === 'scalar') {
			const old = name === 'contentEncoding' ? 'byte' : 'binary';
			format = {...node, value: old, text: old};
		} else if (!same) content.set(name, node);
	}
	const type = key('type');
	if (text(type) === 'file' && type?.kind === 'scalar') format = {...type, value: 'binary', text: 'binary'};
	return {format: text(format) === undefined ? undefined : format, content};
}

function gathered(nodes: readonly Node[]): ReadonlyMap<string, Schema> {
	const found = new Map<string, Schema>();
	for (const node of nodes)
		for (const [name, schema] of entries(node)) found.set(name, [...(found.get(name) ?? []), schema]);
	return found;
}

function beyond(nodes: readonly Node[]): Beyond {
	if (nodes.some(isFalse)) return 'closed';
	const schemas = nodes.filter((node) => node.kind === 'map' && node.entries.size > 0);
	return schemas.length === 0 ? 'open' : schemas;
}

function dependentOf(nodes: readonly Node[]): ReadonlyMap<string, Node> {
	const found = new Map<string, Node>();
	for (const node of nodes)
		for (const [trigger, needed] of entries(node))
			for (const item of items(needed)) found.set(`${trigger} → ${text(item) ?? ''}`, item);
	return found;
}

function conditionsOf(parts: readonly Node[]): ReadonlyMap<string, Node> {
	const found = new Map<string, Node>();
	for (const node of parts) {
		for (const name of CONDITIONS) {
			const condition = get(node, name);
			if (condition !== undefined) found.set(found.has(name) ? `${name} ${found.size}` : name, condition);
		}
		for (const [name, schema] of entries(get(node, 'dependentSchemas'))) found.set(`with ${name}`, schema);
	}
	return found;
}

function alternativesOf(parts: readonly Node[]): Schema[][] {
	return parts.flatMap((node) =>
		['oneOf', 'anyOf'].flatMap((key) => {
			const real = items(get(node, key)).filter((each) => !isNull(each));
			return real.length < 2 ? [] : [real.map((each): Schema => [each])];
		}),
	);
}
