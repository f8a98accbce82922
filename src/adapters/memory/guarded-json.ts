// Room: adapters. JSON from a file that anybody may have edited, merged badly, cut off or made hostile. It says what is
// wrong instead of throwing, and lets nothing through that could overflow a stack or reach Object.prototype.

import {type Safe, safe} from '../../domain/safe.ts';

export const MAX_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 32;

export type Json = null | boolean | number | string | Json[] | {[key: string]: Json};
export type JsonObject = {[key: string]: Json};
export type Parsed = {readonly ok: true; readonly value: Json} | {readonly ok: false; readonly reason: string};

const decoder = new TextDecoder('utf-8', {fatal: true});
const no = (reason: string): Parsed => ({ok: false, reason});

/** Never throws. A byte order mark is accepted and dropped: editors write it, and nothing is lost with it. */
export function parseGuarded(bytes: Uint8Array, maxBytes = MAX_BYTES): Parsed {
	if (bytes.length > maxBytes) return no(`it is larger than ${Math.round(maxBytes / 1024)} kB`);
	if (bytes.length === 0) return no('it is empty');
	let value: Json;
	try {
		value = JSON.parse(decoder.decode(bytes)) as Json; // `as`: what JSON.parse returns is JSON
	} catch (error) {
		if (error instanceof TypeError) return no('it is not UTF-8 text');
		return no(error instanceof SyntaxError ? `it is not JSON: ${error.message}` : 'it is nested too deeply');
	}
	const reason = objection(value, 1);
	return reason === undefined ? {ok: true, value} : no(reason);
}

function objection(value: Json, depth: number): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number in it is too large';
	if (typeof value !== 'object' || value === null) return undefined;
	if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
	if (Array.isArray(value)) {
		for (const item of value) {
			const found = objection(item, depth + 1);
			if (found !== undefined) return found;
		}
		return undefined;
	}
	for (const [key, item] of Object.entries(value)) {
		if (key === '__proto__') return 'it holds the key __proto__';
		const found = objection(item, depth + 1);
		if (found !== undefined) return found;
	}
	return undefined;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Latin, Greek, Cyrillic, kana, Han and Hangul letters: one code unit each, and nothing that combines or hides.
const PLAIN =
	/^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]{0,2000}$/;

/** `safe()`, with a short cut for the plain text that nearly every line of a long history is. */
export function toSafe(text: string): Safe {
	return PLAIN.test(text) ? (text as Safe) : safe(text); // `as`: exactly what safe() leaves as it is
}

/** Every string in a piece of JSON, keys too, made drawable. What is nested deeper than the limit is left out. */
export function deepSafe(value: unknown, depth = 1): unknown {
	if (typeof value === 'string') return toSafe(value);
	if (typeof value !== 'object' || value === null) return value;
	if (depth > MAX_DEPTH) return null;
	if (Array.isArray(value)) return value.map((item) => deepSafe(item, depth + 1));
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => key !== '__proto__')
			.map(([key, item]) => [toSafe(key), deepSafe(item, depth + 1)]),
	);
}

/** Through JSON and back: what is written and what would be read again are the same thing. */
export function toJson(value: object): JsonObject {
	return JSON.parse(JSON.stringify(value)) as JsonObject; // `as`: an object stays one
}
