// Room: domain. Members that an earlier change gave to something the base has: a field of a type, a parameter, a key. Their
// names stand elsewhere in the base as a rule, so it is owner and name together that are new. Pure; by lines, and a guess.

import type {Birth} from './births.ts';
import {type HashCounts, hashOf, readLine} from './tokens.ts';

/** What the base knows of the files that the range touches. */
export interface BaseFiles {
	/** A file that the base lacks is missing. */
	readonly byPath: ReadonlyMap<string, HashCounts>;
	/** By path, the names that it exports or declares at the margin. */
	readonly declared: ReadonlyMap<string, ReadonlySet<number>>;
}

interface Place {
	readonly path: string;
	readonly line: number;
}

interface Access extends Place {
	/** What stands before the dot, wherever there is one. */
	readonly of: Set<number>;
}

/** Whose a member is. */
interface Owners {
	readonly names: ReadonlySet<number>;
	/** What a variable is called that holds one. */
	readonly held: ReadonlySet<number>;
}

interface Member {
	readonly unit: number;
	readonly path: string;
	readonly symbol: string;
	/** The names on the line that it stands below. */
	readonly owners: Owners;
}

interface InFile {
	readonly members: Map<number, Member>;
	/** Names behind a dot, before a colon, or between braces. */
	readonly accesses: Map<number, Access>;
	readonly names: ReadonlyMap<number, unknown>;
}

type Span = readonly [number, number];

/** The line at hand. */
interface Here extends Place {
	readonly bytes: Uint8Array;
	readonly from: number;
	readonly to: number;
	readonly names: ReadonlyMap<number, unknown>;
}

interface OfUnit {
	readonly unit: number;
	readonly files: ReadonlyMap<string, InFile>;
}

/** Files that are remembered as having given themselves a member of one name. */
const MOST_HOMES = 8;
const decoder = new TextDecoder();
const NONE: ReadonlySet<number> = new Set();
const NOBODY: Owners = {names: NONE, held: NONE};

/** What has members, and is known outside of its file: types and classes, and objects that are exported. */
const TYPE =
	/^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:class|interface|type|enum|namespace|struct|trait|protocol|record|object|data class)\s/;
const OBJECT = /^export\s+(?:default\s+)?(?:const|let|var)\s[^(]*=\s*\{\s*$/;
const CLASS = /\b(?:class|struct|trait|record|object)\s/;
const LONGEST = 300;
/** Columns. */
const TAB = 4;

/** The names on a line that say whose what follows is: what it defines, and types. */
function ownersIn(bytes: Uint8Array, from: number, to: number): Owners {
	const names = new Set<number>();
	const held = new Set<number>();
	readLine(bytes, from, to, {
		uses(hash, start) {
			const byte = bytes[start] ?? 0;
			if (byte >= 65 && byte <= 90) names.add(hash);
		},
		defines(hash, start, end, how) {
			if (how !== 'word') return;
			names.add(hash);
			held.add(heldAs(decoder.decode(bytes.subarray(start, end))));
		},
	});
	return {names, held};
}

/** `IContextFieldDto` and `contextFieldSchema` are held as `contextField`. */
function heldAs(name: string): number {
	const stem = name
		.replace(/^I(?=[A-Z][a-z])/, '')
		.replace(/(?<=[a-z])(?:Schema|Dto|DTO|Type|Model|Row|DB|Params|Props|Payload|Input|Output|Response|Request)$/, '');
	return hashOf(stem.charAt(0).toLowerCase() + stem.slice(1));
}

/** Whether a line begins at the margin with a name. */
function atMargin(bytes: Uint8Array, from: number, to: number): boolean {
	const byte = bytes[from] ?? 0;
	return from < to && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 95 || byte === 36);
}

/** Whether a name is asked of something: `.name`, `name:`, `{name}`, `name={`. */
function isAccess(bytes: Uint8Array, from: number, to: number, end: number): boolean {
	if (bytes[from - 1] === 46) return bytes[from - 2] !== 46;
	let at = to;
	if (bytes[at] === 63) at++;
	if (at < end && bytes[at] === 58) return true;
	if (bytes[at] === 61 && (bytes[at + 1] === 123 || bytes[at + 1] === 34)) return true;
	let before = from - 1;
	while (bytes[before] === 32 || bytes[before] === 9) before--;
	while (at < end && bytes[at] === 32) at++;
	const opens = bytes[before] === 123 || bytes[before] === 44;
	return opens && (bytes[at] === 125 || bytes[at] === 44);
}

export class MemberBook {
	#unit = -1;
	#owners: Owners = NOBODY;
	#here: Here | undefined;
	/** What stands below the margin is of something that has methods. */
	#bodies = false;
	#files = new Map<string, InFile>();
	#waiting: OfUnit[] = [];
	#base: BaseFiles | undefined;
	readonly #born = new Map<number, Member[]>();
	readonly #found: Birth[] = [];

	know(base: BaseFiles): void {
		this.#base = base;
		for (const one of this.#waiting) this.#settle(one, base);
		this.#waiting = [];
	}

	begin(unit: number): void {
		this.#unit = unit;
	}

	/** The line at the margin before a hunk. */
	within(bytes: Uint8Array, from: number, to: number): void {
		this.#below(bytes, from, this.#unit < 0 ? from : to);
	}

	/** An added line, before its names. @param names all that the change uses in the file, as far as it has been read. */
	line(path: string, line: number, bytes: Uint8Array, [from, to]: Span, names: ReadonlyMap<number, unknown>): void {
		this.#here = {path, line, bytes, from, to, names};
		if (bytes[from] === 125) this.#below(bytes, to, to);
		else if (atMargin(bytes, from, to)) this.#below(bytes, from, to);
	}

	#below(bytes: Uint8Array, from: number, to: number): void {
		const text = from < to ? decoder.decode(bytes.subarray(from, Math.min(to, from + LONGEST))) : '';
		this.#owners = TYPE.test(text) || OBJECT.test(text) ? ownersIn(bytes, from, to) : NOBODY;
		this.#bodies = CLASS.test(text);
	}

	/** A name that the line defines, though not by a word. */
	member(hash: number, start: number, end: number): void {
		const here = this.#here;
		if (here === undefined || this.#owners.names.size === 0 || this.#tooDeep(here, start)) return;
		const {members} = this.#at(here);
		if (members.has(hash)) return;
		const symbol = decoder.decode(here.bytes.subarray(start, end));
		members.set(hash, {unit: this.#unit, path: here.path, symbol, owners: this.#owners});
	}

	/** Methods have bodies, in which names before colons and brackets are no members. */
	#tooDeep({bytes, from}: Here, start: number): boolean {
		if (!this.#bodies) return false;
		let columns = 0;
		for (let at = from; at < start && (bytes[at] === 32 || bytes[at] === 9); at++) columns += bytes[at] === 9 ? TAB : 1;
		return columns > TAB;
	}

	/** A name on the line. @param of the name before it, where only a dot is between them. */
	use(hash: number, start: number, end: number, of: number | undefined): void {
		const here = this.#here;
		if (here === undefined || !isAccess(here.bytes, start, end, here.to)) return;
		const {accesses} = this.#at(here);
		const access = accesses.get(hash) ?? {path: here.path, line: here.line, of: new Set<number>()};
		if (of !== undefined) access.of.add(of);
		accesses.set(hash, access);
	}

	end(): void {
		const one = {unit: this.#unit, files: this.#files};
		this.#unit = -1;
		this.#files = new Map();
		this.#owners = NOBODY;
		this.#here = undefined;
		if (one.unit < 0 || one.files.size === 0) return;
		if (this.#base === undefined) this.#waiting.push(one);
		else this.#settle(one, this.#base);
	}

	births(): readonly Birth[] {
		return this.#found;
	}

	#at({path, names}: Here): InFile {
		const known = this.#files.get(path);
		if (known !== undefined) return known;
		const fresh = {members: new Map(), accesses: new Map(), names};
		this.#files.set(path, fresh);
		return fresh;
	}

	#settle({unit, files}: OfUnit, base: BaseFiles): void {
		for (const [path, {accesses, names}] of files) {
			const own = base.byPath.get(path);
			const knows = (name: number) => names.has(name) || own?.has(name) === true;
			for (const [hash, {of, line}] of accesses)
				for (const member of this.#born.get(hash) ?? []) {
					if (member.unit === unit || member.path === path) continue;
					const meant =
						some(member.owners.names, knows) ||
						some(member.owners.held, (name) => of.has(name)) ||
						(own?.has(hash) !== true && some(base.declared.get(member.path) ?? NONE, knows));
					if (!meant) continue;
					const {symbol} = member;
					this.#found.push({from: unit, to: member.unit, kind: 'birth', symbol, path, line, sure: false});
				}
		}
		for (const [path, {members}] of files) {
			const own = base.byPath.get(path);
			// Whoever uses a new file needs its names, which are new as well.
			if (own === undefined) continue;
			for (const [hash, member] of members) {
				if (own.has(hash)) continue;
				const homes = this.#born.get(hash) ?? [];
				if (homes.length < MOST_HOMES && !homes.some((one) => one.path === path)) homes.push(member);
				this.#born.set(hash, homes);
			}
		}
	}
}

function some(names: ReadonlySet<number>, is: (name: number) => boolean): boolean {
	for (const name of names) if (is(name)) return true;
	return false;
}
