// Room: domain. What a configuration document may hold, told from its schema: the list of keys for the guide and for
// `orchestra config`, mistakes in words, and unknown keys with the one that was probably meant.

import {z} from 'zod';
import {type JsonLimits, readJson} from './json.ts';
import {nearest} from './nearest.ts';
import {type Safe, safe} from './safe.ts';

export interface KeyDoc {
	/** What it is for: one sentence without the full stop. */
	readonly text: string;
	/** What it must be, to follow "it must be". */
	readonly allowed: string;
	/** As it is written in the file. */
	readonly example: unknown;
	readonly unit?: string;
	/** What happens when it is left out, where that is no plain value. */
	readonly otherwise?: string;
}

/** Where the schemas note what each key means. */
export const keyDocs = z.registry<KeyDoc>();

export type KeyKind = 'text' | 'number' | 'yes or no' | 'object' | 'list' | 'other';

export interface Key extends KeyDoc {
	/** Dotted; `*` stands for any name and `[]` for any item of a list. */
	readonly path: string;
	readonly kind: KeyKind;
	readonly required: boolean;
	readonly default?: unknown;
}

interface Node {
	readonly schema: z.ZodType;
	readonly kind: KeyKind;
	readonly required: boolean;
	readonly default?: unknown;
	readonly doc?: KeyDoc;
	readonly shape?: Readonly<Record<string, z.ZodType>>;
	readonly names?: z.ZodType;
	readonly items?: z.ZodType;
}

const KINDS: Readonly<Record<string, KeyKind>> = {
	string: 'text',
	enum: 'text',
	number: 'number',
	literal: 'other',
	boolean: 'yes or no',
	object: 'object',
	record: 'object',
	array: 'list',
};

/** Takes the wrappers (default, optional, shorthand) off a schema. */
function nodeOf(outer: z.ZodType): Node {
	let schema = outer;
	let required = true;
	let fallback: unknown;
	let doc = keyDocs.get(schema);
	for (;;) {
		if (schema instanceof z.ZodDefault) {
			fallback = schema.def.defaultValue;
			required = false;
			schema = schema.def.innerType as z.ZodType; // `as`: zod's core types do not carry the methods
		} else if (
			schema instanceof z.ZodPrefault ||
			schema instanceof z.ZodOptional ||
			schema instanceof z.ZodExactOptional
		) {
			required = false;
			schema = schema.def.innerType as z.ZodType; // `as`: as above
		} else if (schema instanceof z.ZodPipe)
			schema = schema.def.out as z.ZodType; // `as`: as above
		else break;
		doc ??= keyDocs.get(schema);
	}
	return {
		schema,
		required,
		kind: KINDS[schema.def.type] ?? 'other',
		...(fallback === undefined ? {} : {default: fallback}),
		...(doc === undefined ? {} : {doc}),
		...(schema instanceof z.ZodObject ? {shape: schema.shape} : {}),
		...(schema instanceof z.ZodRecord ? {names: schema.def.valueType as z.ZodType} : {}), // `as`: as above
		...(schema instanceof z.ZodArray ? {items: schema.def.element as z.ZodType} : {}), // `as`: as above
	};
}

const join = (path: string, name: string) => (path === '' || name === '[]' ? `${path}${name}` : `${path}.${name}`);

/** All documented keys, in the order of the schema. */
export function keysOf(schema: z.ZodType, path = ''): readonly Key[] {
	const node = nodeOf(schema);
	const {kind, required, doc} = node;
	const own: Key[] =
		doc && path ? [{path, kind, required, ...('default' in node ? {default: node.default} : {}), ...doc}] : [];
	const below = [
		...Object.entries(node.shape ?? {}),
		...(node.names ? [['*', node.names] as const] : []),
		...(node.items ? [['[]', node.items] as const] : []),
	];
	return [...own, ...below.flatMap(([name, inner]) => keysOf(inner, join(path, name)))];
}

/** The documented key that a concrete path belongs to: `env.LOG` → `env.*`. */
export function keyFor(keys: readonly Key[], path: string): Key | undefined {
	return keyAt(keys, split(path));
}

/** @param names one by one: a name that somebody gave may have a dot itself. */
function keyAt(keys: readonly Key[], names: readonly string[]): Key | undefined {
	return keys.find((key) => {
		const pattern = split(key.path);
		return pattern.length === names.length && pattern.every((part, i) => part === '*' || part === names[i]);
	});
}

const split = (path: string) => path.replaceAll(/\[\d*\]/g, '.[]').split('.');

function shown(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	const text = JSON.stringify(value) ?? String(value);
	return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function pathText(path: readonly PropertyKey[]): string {
	return path.reduce<string>(
		(out, part) => (typeof part === 'number' ? `${out}[${part}]` : join(out, String(part))),
		'',
	);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	let at = value;
	for (const part of path) {
		if (typeof at !== 'object' || at === null) return at; // a shorthand: the text stands for the object
		at = Object.hasOwn(at, part) ? (at as Record<PropertyKey, unknown>)[part] : undefined; // `as`: it is an object
	}
	return at;
}

function problem(issue: z.core.$ZodIssue, value: unknown, keys: readonly Key[]): Safe {
	const path = pathText(issue.path);
	if (path === '') return safe(`The file holds ${shown(value)}; it must be an object: { … }`);
	const named = issue.code === 'invalid_key';
	const found = named ? `the name ${shown(issue.path.at(-1))}` : shown(valueAt(value, issue.path));
	// A wrong name is explained by the object it stands in.
	const where = named ? issue.path.slice(0, -1) : issue.path;
	const key = keyAt(
		keys,
		where.map((part) => (typeof part === 'number' ? '[]' : String(part))),
	);
	const why = issue.code === 'custom' ? issue.message : named ? issue.issues[0]?.message : undefined;
	const said = why === undefined || why === 'Invalid input' ? '' : ` (${why})`;
	if (!key) return safe(`${path}: found ${found}${said}`);
	const last = where.at(-1);
	// An item of a list has no name to write before it.
	const name = typeof last === 'number' ? '' : `${JSON.stringify(String(last))}: `;
	const example = `${name}${JSON.stringify(key.example)}`;
	return safe(`${path}: found ${found}${said}; it must be ${key.allowed}. Example: ${example}`);
}

/** Keys the schema does not know, as warnings. */
function unknownKeys(schema: z.ZodType, value: unknown, keys: readonly Key[], path = ''): Safe[] {
	const node = nodeOf(schema);
	if (typeof value !== 'object' || value === null) return [];
	if (Array.isArray(value)) {
		const {items} = node;
		return items ? value.flatMap((item, i) => unknownKeys(items, item, keys, `${path}[${i}]`)) : [];
	}
	return Object.entries(value).flatMap(([name, inner]) => {
		// `hasOwn`: a key called valueOf is unknown, not Object.prototype's.
		const known = node.shape && Object.hasOwn(node.shape, name) ? node.shape[name] : node.names;
		const here = join(path, name);
		if (known) return unknownKeys(known, inner, keys, here);
		if (!node.shape || here === '$schema') return [];
		const near = nearest(name, Object.keys(node.shape));
		// A key of another level is the second common mistake: "build" at the top instead of commands.build.
		const elsewhere = keys.find((key) => key.path.split('.').at(-1) === name && key.path !== here)?.path;
		const meant = near === undefined ? elsewhere : join(path, near);
		const hint =
			meant === undefined ? 'it is kept and has no effect' : `did you mean ${meant}? It is kept and has no effect`;
		return [safe(`${here} is not a key Orchestra knows: ${hint}`)];
	});
}

export type Checked<T> =
	| {readonly ok: true; readonly value: T; readonly warnings: readonly Safe[]}
	| {readonly ok: false; readonly problems: readonly Safe[]; readonly warnings: readonly Safe[]};

/** Checks a value that is already parsed. Never throws. */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown): Checked<T> {
	const keys = keysOf(schema);
	const warnings = unknownKeys(schema, value, keys);
	const parsed = schema.safeParse(value);
	if (parsed.success) return {ok: true, value: parsed.data, warnings};
	return {ok: false, problems: parsed.error.issues.map((issue) => problem(issue, value, keys)), warnings};
}

/** Checks the text of a file. Never throws. */
export function checkText<T>(schema: z.ZodType<T>, text: string, limits?: JsonLimits): Checked<T> {
	const json = readJson(text, limits);
	if (json.ok) return checkValue(schema, json.value);
	return {ok: false, problems: [safe(`Line ${json.line}, column ${json.column}: ${json.what}`)], warnings: []};
}
