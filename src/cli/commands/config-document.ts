// Room: cli. orchestra.json as a person wrote it: unknown fields, order and indentation survive a change. Pure.

import {isObject} from '../../adapters/project/look.ts';
import {type Key, keyFor} from '../../domain/config-keys.ts';
import {readJson} from '../../domain/json.ts';

export type Document = Record<string, unknown>;

/** The value at a dotted path, as it stands in the document; undefined when it is not there. */
export function valueAt(document: unknown, path: string): unknown {
	let at = document;
	for (const name of path.split('.')) {
		if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
		at = at[name];
	}
	return at;
}

/** A copy with the value at the path; `undefined` takes it out. A suite's shorthand becomes an object where needed. */
export function withValue(document: Document, path: string, value: unknown): Document {
	const [name = '', ...rest] = path.split('.');
	const {[name]: before, ...others} = document;
	// Assigning keeps a key where it stood.
	if (rest.length === 0) return value === undefined ? others : {...document, [name]: value};
	const inner = isObject(before) ? before : typeof before === 'string' ? {command: before} : {};
	if (value === undefined && !Object.hasOwn(document, name)) return document;
	return {...document, [name]: withValue(inner, rest.join('.'), value)};
}

/** The words of a command line as the value that the key holds. What does not fit is left to the schema to refuse. */
export function valueFrom(words: string, key: Key | undefined): unknown {
	const text = words.trim();
	const json = () => {
		const read = readJson(text);
		return read.ok ? read.value : words;
	};
	if (key === undefined) return words;
	if (key.kind === 'text') return words;
	// A suite is a command, or an object that begins like one.
	if (key.path === 'commands.test.*') return text.startsWith('{') ? json() : words;
	return json();
}

/** Tabs, unless the file is indented otherwise. */
export function write(document: Document, before: string): string {
	const indent = /^\ufeff?\{\r?\n([ \t]+)"/.exec(before)?.[1] ?? '\t';
	return `${JSON.stringify(document, undefined, indent)}\n`;
}

/** The key at or above a path: `commands.test.unit` for a suite, `commands` for the group. */
export function knownKey(keys: readonly Key[], path: string): Key | undefined {
	return path.includes('[') ? undefined : keyFor(keys, path);
}
