// Room: domain. Names in source text, as bytes and by hash: fast enough to look at every line of a range and every file of a
// base. Pure; no language in particular, and no parser: what it says is a guess until somebody proves it.

/** Counts by 32-bit hash: a hash table without objects, for hundreds of thousands of names. */
export class HashCounts {
	#slots = new Int32Array(1024);
	#counts = new Int32Array(1024);
	#places = new Int32Array(1024);
	#size = 0;

	has(hash: number): boolean {
		return this.#slots[this.#find(hash || 1)] !== 0;
	}

	/** 0 for what was never added. */
	count(hash: number): number {
		return this.#counts[this.#find(hash || 1)] ?? 0;
	}

	/** The bits of everywhere that it was added; 0 for what never was, or nowhere in particular. */
	places(hash: number): number {
		return this.#places[this.#find(hash || 1)] ?? 0;
	}

	/** @param place bits that say where. */
	add(hash: number, times = 1, place = 0): void {
		const key = hash || 1;
		let at = this.#find(key);
		if (this.#slots[at] === 0) {
			if (this.#size * 2 >= this.#slots.length) {
				this.#grow();
				at = this.#find(key);
			}
			this.#slots[at] = key;
			this.#size++;
		}
		this.#counts[at] = (this.#counts[at] ?? 0) + times;
		this.#places[at] = (this.#places[at] ?? 0) | place;
	}

	#find(key: number): number {
		const slots = this.#slots;
		const mask = slots.length - 1;
		let at = spread(key) & mask;
		for (let found = slots[at]; found !== key && found !== 0; found = slots[at]) at = (at + 1) & mask;
		return at;
	}

	#grow(): void {
		const [slots, counts, places] = [this.#slots, this.#counts, this.#places];
		this.#slots = new Int32Array(slots.length * 2);
		this.#counts = new Int32Array(slots.length * 2);
		this.#places = new Int32Array(slots.length * 2);
		for (let i = 0; i < slots.length; i++) {
			const key = slots[i] ?? 0;
			if (key === 0) continue;
			const at = this.#find(key);
			this.#slots[at] = key;
			this.#counts[at] = counts[i] ?? 0;
			this.#places[at] = places[i] ?? 0;
		}
	}
}

const spread = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> 12;

/** Shorter names are everywhere and prove nothing. */
const SHORTEST = 4;

/** 1: may stand in a name; 2: a digit, which may not begin one. Bytes above 127 are parts of names in other scripts. */
const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
	const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95 || byte === 36 || byte >= 128;
	CLASS[byte] = letter ? 1 : byte >= 48 && byte <= 57 ? 2 : 0;
}

export function hashOf(name: string): number {
	let hash = SEED;
	for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, PRIME);
	return hash;
}

const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** A name as a text of its own, `'name'`: it says something else than the name. */
const TEXT = 0x2545f491;

/** Whether quotes stand right around it. */
function isText(bytes: Uint8Array, from: number, to: number): boolean {
	const quote = bytes[from - 1];
	return (quote === 39 || quote === 34 || quote === 96) && bytes[to] === quote;
}

/** One of the values that a type may have: beside a bar, or alone on its line. */
function isValue(bytes: Uint8Array, text: readonly [number, number], line: readonly [number, number]): boolean {
	const blank = (byte: number | undefined) => byte === 32 || byte === 9 || byte === 13;
	let [before, after] = [text[0] - 2, text[1] + 1];
	while (before >= line[0] && blank(bytes[before])) before--;
	while (after < line[1] && blank(bytes[after])) after++;
	if (before < line[0]) return after >= line[1] || bytes[after] === 44 || bytes[after] === 124;
	const bar = (at: number, beside: number) => bytes[at] === 124 && bytes[beside] !== 124;
	return bar(before, before - 1) || (after < line[1] && bar(after, after + 1));
}

/** Calls back for each name of four bytes or more, and once more for what is a text of its own. */
export function eachName(bytes: Uint8Array, from: number, to: number, each: (hash: number) => void): void {
	let at = from;
	while (at < to) {
		const kind = CLASS[bytes[at] ?? 0];
		if (kind === 0) {
			at++;
			continue;
		}
		const start = at;
		let hash = SEED;
		for (; at < to; at++) {
			const byte = bytes[at] ?? 0;
			if (CLASS[byte] === 0) break;
			hash = Math.imul(hash ^ byte, PRIME);
		}
		if (kind !== 1 || at - start < SHORTEST) continue;
		each(hash);
		if (isText(bytes, start, at)) each(hash ^ TEXT);
	}
}

function words(text: string): HashCounts {
	const set = new HashCounts();
	for (const word of text.split(' ')) set.add(hashOf(word));
	return set;
}

/** The next name is being defined. */
const DEFINES = words(
	'function class interface type enum namespace const let var def func fn struct trait module object record val abstract mod union protocol extension typedef',
);
/** May stand before a member's name. */
const MODIFIERS = words(
	'export default async static private public protected readonly override abstract declare get set internal final sealed virtual pub mut open suspend',
);
const NOT_MEMBERS = words(
	'return await throw yield delete typeof void switch case while else with elif import from expect assert super this self true false null undefined None True False catch finally',
);
const SAYS_IMPORT = words('import from require export use include');
const SAYS_REQUIRE = hashOf('require');
const SAYS_EXPORT = hashOf('export');
/** Behind one of these a variable, a flag or a package may be named. */
const SAYS_SIGNAL = words(
	'env environ getenv Getenv LookupEnv ENV import from require isEnabled isFeatureEnabled isFlagEnabled hasFeature hasFlag getFlag featureFlag useFlag useUiFlag useFeatureFlag useFeature variation boolVariation getFeatureValue isOn',
);

/** The words of functions that are waited for, and of waiting. */
export const ASYNC = hashOf('async');
export const AWAIT = hashOf('await');

/** A word of some language, and no name. */
export const isKeyword = (hash: number): boolean =>
	DEFINES.has(hash) || MODIFIERS.has(hash) || NOT_MEMBERS.has(hash) || SAYS_IMPORT.has(hash);

/** How a name seems to be defined: by a word (`const x`), as a member (`x(`, `x:`, `x =`), or in a list of names (`x,`). */
export type Definition = 'word' | 'member' | 'listed';

/** Who is told what a line says. */
export interface LineNames {
	/** Every name, with where it stands. */
	uses(hash: number, from: number, to: number): void;
	/** @param exported the line says `export`. */
	defines(hash: number, from: number, to: number, how: Definition, exported: boolean): void;
}

/**
 * Looks at one line: a name behind a defining word (`const x`, `class X`), or the first of the line where it is followed
 * by what follows a member's name. A line that is nothing but a comment says nothing.
 * @returns whether the line imports, and whether it may name a variable, a flag or a package.
 */
export function readLine(
	bytes: Uint8Array,
	from: number,
	to: number,
	names: LineNames,
): {imports: boolean; signals: boolean} {
	const state = {imports: false, signals: false};
	if (isComment(bytes, from, to)) return state;
	let afterWord = false;
	let first = true;
	let any = false;
	let exported = false;
	// The loop of eachName once more: a closure for every line of a range costs more than the line.
	for (let at = from; at < to; ) {
		const kind = CLASS[bytes[at] ?? 0];
		if (kind === 0) {
			at++;
			continue;
		}
		const start = at;
		let hash = SEED;
		for (; at < to; at++) {
			const byte = bytes[at] ?? 0;
			if (CLASS[byte] === 0) break;
			hash = Math.imul(hash ^ byte, PRIME);
		}
		if (kind !== 1 || at - start < 2) continue;
		const word = DEFINES.has(hash);
		const modifier = MODIFIERS.has(hash);
		if (SAYS_SIGNAL.has(hash)) {
			state.signals = true;
			if (hash === SAYS_REQUIRE) state.imports = true;
		}
		if (!any && SAYS_IMPORT.has(hash)) state.imports = true;
		any = true;
		if (hash === SAYS_EXPORT) exported = true;
		if (at - start >= SHORTEST) {
			names.uses(hash, start, at);
			if (isText(bytes, start, at)) {
				names.uses(hash ^ TEXT, start, at);
				if (isValue(bytes, [start, at], [from, to])) names.defines(hash ^ TEXT, start, at, 'listed', exported);
			}
			if (!word && !modifier && !NOT_MEMBERS.has(hash)) {
				if (afterWord) names.defines(hash, start, at, 'word', exported);
				else if (first && opensLine(bytes, from, start)) {
					const how = memberAt(bytes, at, to);
					if (how !== undefined) names.defines(hash, start, at, how, exported);
				}
			}
		}
		if (!modifier && !word) first = false;
		afterWord = word || (afterWord && modifier);
	}
	return state;
}

/** A comment and nothing else: two slashes, or the star of a block. */
function isComment(bytes: Uint8Array, from: number, to: number): boolean {
	let at = from;
	while (at < to && (bytes[at] === 32 || bytes[at] === 9)) at++;
	const [one, two] = [bytes[at], bytes[at + 1]];
	return (one === 47 && (two === 47 || two === 42)) || (one === 42 && (two === 32 || two === 47 || at + 1 >= to));
}

/** Only spaces, stars (generators), hashes (private members) and modifiers stand before the name. */
function opensLine(bytes: Uint8Array, from: number, to: number): boolean {
	for (let at = from; at < to; at++) {
		const byte = bytes[at] ?? 0;
		if (byte !== 32 && byte !== 9 && CLASS[byte] === 0 && byte !== 42 && byte !== 35) return false;
	}
	return true;
}

function memberAt(bytes: Uint8Array, from: number, to: number): Definition | undefined {
	let at = from;
	while (at < to && (bytes[at] === 32 || bytes[at] === 13)) at++;
	if (at >= to) return 'listed';
	const byte = bytes[at] ?? 0;
	if (byte === 44) return at + 1 >= to || (bytes[at + 1] === 13 && at + 2 >= to) ? 'listed' : undefined;
	// ( < : ? and = but not ==.
	if (byte === 40 || byte === 60 || byte === 58 || byte === 63) return 'member';
	return byte === 61 && bytes[at + 1] !== 61 ? 'member' : undefined;
}
