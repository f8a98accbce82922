// Room: domain. Needs that no line shows: a name that an earlier change introduced, a definition whose last use an earlier
// change removed. Pure; fed line by line in branch order, and told what the base knows once somebody has looked.

import {type BaseFiles, MemberBook} from './members.ts';
import {ASYNC, AWAIT, type Definition, HashCounts, isKeyword, type LineNames, readLine} from './tokens.ts';

export type BirthKind = 'birth' | 'local' | 'removal';

export interface Birth {
	readonly from: number;
	readonly to: number;
	readonly kind: BirthKind;
	readonly symbol: string;
	readonly path: string;
	/** 1-based: in the file after the needing change; of a removal, before it. */
	readonly line: number;
	/** The line that uses it imports it, and the one that defines it exports it. */
	readonly sure: boolean;
}

/** What the base knows. */
export interface BaseNames extends BaseFiles {
	/** Where a name stands are the packages' bits. */
	readonly all: HashCounts;
	/** The bit of the package that a path belongs to. */
	packageOf(path: string): number;
}

interface Definer {
	readonly unit: number;
	readonly symbol: string;
	readonly how: Definition | 'imported';
	readonly exported: boolean;
	readonly test: boolean;
	readonly path: string;
	/** A word's name is known outside its file only where it is exported. */
	readonly closed: boolean;
}

interface Place {
	readonly path: string;
	readonly line: number;
	readonly imports: boolean;
}

interface InFile {
	readonly uses: Map<number, Place>;
	readonly defines: Map<number, Definer>;
	readonly removedUses: Set<number>;
	readonly removedDefines: Map<number, Place & {readonly symbol: string}>;
	/** Names defined on lines that say `async`, and on removed ones that do not. */
	readonly async: Map<number, string>;
	readonly sync: Set<number>;
}

interface OfUnit {
	readonly unit: number;
	readonly files: ReadonlyMap<string, InFile>;
	/** Names that it no longer defines, with how many more times than in the base they stand anywhere after it. */
	readonly gone: readonly (Place & {readonly hash: number; readonly symbol: string; readonly net: number})[];
}

const CODE =
	/\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rb|java|kt|kts|cs|rs|php|swift|scala|c|h|cc|cpp|hpp|mm|m|ex|exs|dart)$/;
const MODULES = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;
const TEST = /(?:[._-](?:test|spec|stories)\.|(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|test-utils)\/|_test\.)/;

export const isCode = (path: string) => CODE.test(path);

/** Changes that are remembered as having removed uses of one name. */
const MOST_REMOVERS = 8;
const decoder = new TextDecoder();
const textOf = (bytes: Uint8Array, from: number, to: number) => decoder.decode(bytes.subarray(from, to));

/** The name right before one, where only a dot is between them. @param found hash, from, to of each. */
function before(found: readonly number[], at: number, bytes: Uint8Array): number | undefined {
	const [hash, end, start] = [found[at - 3], found[at - 1] ?? -1, found[at + 1] ?? 0];
	const dots = start - end === 1 ? bytes[end] === 46 : start - end === 2 && bytes[end] === 63 && bytes[end + 1] === 46;
	return dots ? hash : undefined;
}

const weight = ({how, exported, test}: Definer) => (test ? 0 : 4) + (exported ? 2 : 0) + (how === 'word' ? 0 : 1);

export class BirthBook {
	#unit = -1;
	/** The names of the line at hand: hash, from, to. One list and one listener serve all lines. */
	readonly #names: number[] = [];
	/** What it defines, likewise. */
	readonly #defines: number[] = [];
	#here: {path: string; line: number; added: boolean; bytes: Uint8Array} | undefined;
	readonly #listener: LineNames = {
		uses: (hash, from, to) => {
			this.#names.push(hash, from, to);
		},
		defines: (hash, from, to, how, exported) => this.#defined(hash, from, to, how, exported),
	};
	readonly #members = new MemberBook();
	#files = new Map<string, InFile>();
	#last: {path: string; test: boolean; closed: boolean; own: InFile} | undefined;
	/** How many more times than in the base each name stands in the code. */
	readonly #net = new HashCounts();
	#base: BaseNames | undefined;
	#waiting: OfUnit[] = [];
	/** By name, at most one in each package. */
	readonly #born = new Map<number, Definer[]>();
	readonly #bornInTests = new Map<number, Definer[]>();
	readonly #bornInFile = new Map<string, Map<number, Definer>>();
	/** By path, who made functions there asynchronous, and which. */
	readonly #turned = new Map<string, Map<number, string>>();
	readonly #removers = new Map<number, number[]>();
	readonly #found: Birth[] = [];

	/** What was read before waits until this is said. */
	know(base: BaseNames): void {
		this.#base = base;
		this.#members.know(base);
		for (const one of this.#waiting) this.#settle(one, base);
		this.#waiting = [];
	}

	begin(unit: number): void {
		this.#unit = unit;
		this.#members.begin(unit);
	}

	/** The line at the margin before a hunk. */
	within(bytes: Uint8Array, from: number, to: number): void {
		this.#members.within(bytes, from, to);
	}

	#defined(hash: number, start: number, end: number, how: Definition, exported: boolean): void {
		const unit = this.#unit;
		const here = this.#here;
		if (unit < 0 || here === undefined) return;
		const {test, closed, own} = this.#at(here.path);
		this.#defines.push(hash, start, end);
		if (!here.added) {
			if (test) return;
			const symbol = textOf(here.bytes, start, end);
			own.removedDefines.set(hash, {path: here.path, line: here.line, imports: false, symbol});
			return;
		}
		if (how !== 'word' && !test) this.#members.member(hash, start, end);
		const known = own.defines.get(hash);
		if (known !== undefined && (known.how !== 'word' || how === 'word') && !exported) return;
		own.defines.set(hash, {unit, symbol: textOf(here.bytes, start, end), how, exported, test, path: here.path, closed});
	}

	/** @returns whether the line may name a variable, a flag or a package. */
	line(path: string, added: boolean, line: number, bytes: Uint8Array, from: number, to: number): boolean {
		const unit = this.#unit;
		const {test, own} = this.#at(path);
		const found = this.#names;
		found.length = 0;
		this.#defines.length = 0;
		this.#here = {path, line, added, bytes};
		if (added && unit >= 0) this.#members.line(path, line, bytes, [from, to], own.uses);
		const {imports, signals} = readLine(bytes, from, to, this.#listener);
		let place: Place | undefined;
		for (let i = 0; i < found.length; i += 3) {
			const hash = found[i] ?? 0;
			this.#net.add(hash, added ? 1 : -1);
			if (unit < 0) continue;
			if (!added) {
				own.removedUses.add(hash);
				continue;
			}
			if (!test && !imports) this.#members.use(hash, found[i + 1] ?? 0, found[i + 2] ?? 0, before(found, i, bytes));
			const known = own.uses.get(hash);
			if (known === undefined || (imports && !known.imports)) {
				place ??= {path, line, imports};
				own.uses.set(hash, place);
			}
			// What is imported into a file is known in it from then on.
			if (imports && !own.defines.has(hash) && !isKeyword(hash)) {
				const symbol = textOf(bytes, found[i + 1] ?? 0, found[i + 2] ?? 0);
				own.defines.set(hash, {unit, symbol, how: 'imported', exported: false, test, path, closed: true});
			}
		}
		if (unit >= 0 && this.#defines.length > 0) this.#turn(own, found, added, bytes);
		return signals;
	}

	/** A function that is made asynchronous: whoever waits in it needs that. */
	#turn({async, sync}: InFile, found: readonly number[], added: boolean, bytes: Uint8Array): void {
		let says = false;
		for (let i = 0; i < found.length; i += 3) says ||= found[i] === ASYNC;
		if (says !== added) return;
		for (let i = 0; i < this.#defines.length; i += 3) {
			const hash = this.#defines[i] ?? 0;
			if (added) async.set(hash, textOf(bytes, this.#defines[i + 1] ?? 0, this.#defines[i + 2] ?? 0));
			else sync.add(hash);
		}
	}

	/** All lines of the change have been seen. */
	end(): void {
		const unit = this.#unit;
		const files = this.#files;
		this.#members.end();
		this.#unit = -1;
		this.#files = new Map();
		this.#last = undefined;
		if (unit < 0 || files.size === 0) return;
		const defined = new Set<number>();
		for (const {defines} of files.values()) for (const hash of defines.keys()) defined.add(hash);
		const gone: OfUnit['gone'][number][] = [];
		for (const {removedDefines} of files.values())
			for (const [hash, place] of removedDefines)
				if (!defined.has(hash)) gone.push({...place, hash, net: this.#net.count(hash)});
		const one = {unit, files, gone};
		if (this.#base === undefined) this.#waiting.push(one);
		else this.#settle(one, this.#base);
	}

	/** Everything found; empty until the base is known. */
	births(): readonly Birth[] {
		return [...this.#found, ...this.#members.births()];
	}

	#at(path: string): {test: boolean; closed: boolean; own: InFile} {
		if (this.#last?.path === path) return this.#last;
		const own = this.#files.get(path) ?? {
			...{uses: new Map(), defines: new Map(), removedUses: new Set(), removedDefines: new Map()},
			...{async: new Map(), sync: new Set<number>()},
		};
		this.#files.set(path, own);
		this.#last = {path, own, test: TEST.test(path), closed: MODULES.test(path)};
		return this.#last;
	}

	#settle({unit, files, gone}: OfUnit, base: BaseNames): void {
		const add = (kind: BirthKind, definer: Definer | undefined, {path, line, imports}: Place) => {
			if (definer === undefined || definer.unit === unit) return;
			const sure = kind === 'birth' && imports && definer.exported;
			this.#found.push({from: unit, to: definer.unit, kind, symbol: definer.symbol, path, line, sure});
		};
		const bearing: [number, Definer][] = [];
		const used = new Set<number>();
		for (const [path, {uses, defines, async, sync}] of files) {
			const known = base.byPath.get(path);
			const local = this.#bornInFile.get(path);
			const test = TEST.test(path);
			const here = base.packageOf(path);
			const waits = uses.get(AWAIT);
			if (waits !== undefined)
				for (const [other, symbol] of this.#turned.get(path) ?? [])
					this.#found.push({from: unit, to: other, kind: 'local', symbol, path, line: waits.line, sure: false});
			for (const [hash, symbol] of async)
				if (sync.has(hash)) this.#turned.set(path, (this.#turned.get(path) ?? new Map()).set(unit, symbol));
			for (const [hash, place] of uses) {
				used.add(hash);
				if (local?.has(hash)) add('local', local.get(hash), place);
				if ((base.all.places(hash) & here) !== 0) continue;
				const itself = defines.get(hash);
				const everywhere = !base.all.has(hash) && (itself === undefined || itself.how === 'imported');
				// A name that other packages know is new to this one only where it is born in this one.
				const bornBy = (born: ReadonlyMap<number, readonly Definer[]>) => {
					const all = born.get(hash);
					const own = all?.find((definer) => base.packageOf(definer.path) === here);
					return own ?? (everywhere ? all?.[0] : undefined);
				};
				add('birth', bornBy(this.#born), place);
				if (test) add('birth', bornBy(this.#bornInTests), place);
			}
			const born = local ?? new Map<number, Definer>();
			for (const [hash, definer] of defines) {
				if (definer.how !== 'member' && !born.has(hash) && !known?.has(hash)) born.set(hash, definer);
				if (definer.how !== 'imported' && (base.all.places(hash) & here) === 0) bearing.push([hash, definer]);
			}
			if (born.size > 0) this.#bornInFile.set(path, born);
		}
		// The last use went earlier, the definition now: with the definition alone gone, those uses have nothing to use.
		for (const place of gone) {
			if (!base.all.has(place.hash) || base.all.count(place.hash) + place.net !== 0) continue;
			for (const remover of this.#removers.get(place.hash) ?? []) {
				const {symbol} = place;
				add(
					'removal',
					{unit: remover, symbol, how: 'word', exported: false, test: false, path: place.path, closed: false},
					place,
				);
			}
		}
		for (const [hash, definer] of bearing) {
			// Inside its module, and nowhere else.
			if (definer.closed && definer.how === 'word' && !definer.exported) continue;
			const born = definer.test ? this.#bornInTests : this.#born;
			const homes = born.get(hash) ?? [];
			const home = base.packageOf(definer.path);
			const at = homes.findIndex((other) => base.packageOf(other.path) === home);
			const other = homes[at];
			if (other === undefined) homes.push(definer);
			else if (other.unit === unit && weight(other) < weight(definer)) homes[at] = definer;
			born.set(hash, homes);
		}
		for (const {removedUses} of files.values())
			for (const hash of removedUses) {
				if (used.has(hash) || !base.all.has(hash)) continue;
				const removers = this.#removers.get(hash) ?? [];
				if (removers.length < MOST_REMOVERS && removers.at(-1) !== unit) removers.push(unit);
				this.#removers.set(hash, removers);
			}
	}
}
