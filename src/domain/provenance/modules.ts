// Room: domain. Imports of files that the base lacks under that name: a change that asks for one needs whoever made it, or gave
// it its name. And imports through a file that an earlier change made hand something on. Pure; by lines that import, of languages whose imports are paths.

import type {Birth} from './births.ts';
import type {FilePatch} from './ledger.ts';

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"](\.{1,2}\/[^'"]{1,300})['"]/g;
const ENDING = /(?:\.d)?\.(?:[cm]?[jt]sx?|vue|svelte)$/;

/** One line that hands on what another file has: all of it, or some names. */
const HANDS_ON = /^\s*export\s+(?:type\s+)?(\*|\{[^}]{0,500}\})\s*from\s*['"]([^'"]{1,300})['"]/;
const IMPORTS = /^\s*import\s[^'"{]{0,200}\{([^}]{0,500})\}\s*from\s*['"](\.{1,2}(?:\/[^'"]{0,300})?)['"]/;
const NAME = /[\w$]+/g;

/** `batch-execute` has `batchExecute`, as a rule. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, '');

/** The names that a line hands on, as far as it tells. */
function handedOn(what: string, specifier: string): string[] {
	if (what !== '*') return [...what.matchAll(NAME)].map(([name]) => plain(name));
	const path = bare(specifier);
	return [plain(path.slice(path.lastIndexOf('/') + 1))];
}

/** Without ending and without `/index`: as an import may name it. */
const bare = (path: string) => path.replace(ENDING, '').replace(/\/index$/, '');

/** Where a relative specifier leads, seen from a file; undefined for out of the repository. */
function target(path: string, specifier: string): string | undefined {
	const parts = path.split('/').slice(0, -1);
	for (const part of specifier.split('/')) {
		if (part === '.' || part === '') continue;
		if (part !== '..') parts.push(part);
		else if (parts.pop() === undefined) return undefined;
	}
	return bare(parts.join('/'));
}

export class ModuleBook {
	#unit = -1;
	/** By bare path: who made it, or gave it this name. */
	readonly #made = new Map<string, number>();
	/** Of the change at hand: visible to later ones only. */
	#fresh: string[] = [];
	#gone = new Set<string>();
	/** By bare path and plain name: who made the file hand that on. */
	readonly #handed = new Map<string, number>();
	#hands = new Set<string>();
	#keeps = new Set<string>();
	readonly #found: Birth[] = [];

	begin(unit: number): void {
		this.#unit = unit;
	}

	patch({op, path, from}: FilePatch): void {
		if (!ENDING.test(path) || op === 'modified') return;
		const name = bare(path);
		// What the base brings is there for everybody.
		if (op === 'deleted' || this.#unit < 0) {
			this.#made.delete(name);
			this.#gone.add(name);
		} else if (from === undefined || bare(from) !== name) this.#fresh.push(name);
	}

	line(path: string, added: boolean, line: number, text: string): void {
		if (this.#unit < 0) return;
		const [, what = '', from = ''] = HANDS_ON.exec(text) ?? [];
		for (const name of from === '' ? [] : handedOn(what, from))
			(added ? this.#hands : this.#keeps).add(`${bare(path)} ${name}`);
		if (!added) return;
		const [, names = '', through = ''] = IMPORTS.exec(text) ?? [];
		const door = through === '' ? undefined : target(path, through);
		for (const [symbol] of door === undefined ? [] : names.matchAll(NAME)) {
			const to = this.#handed.get(`${door} ${plain(symbol)}`);
			if (to !== undefined && to !== this.#unit)
				this.#found.push({from: this.#unit, to, kind: 'birth', symbol, path, line, sure: false});
		}
		for (const [, specifier = ''] of text.matchAll(SPECIFIER)) {
			const to = this.#made.get(target(path, specifier) ?? '');
			if (to === undefined || to === this.#unit) continue;
			this.#found.push({from: this.#unit, to, kind: 'birth', symbol: specifier, path, line, sure: true});
		}
	}

	end(): void {
		// Another ending only: an import may not have said it.
		for (const name of this.#fresh) if (!this.#gone.has(name)) this.#made.set(name, this.#unit);
		this.#fresh = [];
		this.#gone = new Set();
		for (const key of this.#hands)
			if (!this.#keeps.has(key) && !this.#handed.has(key)) this.#handed.set(key, this.#unit);
		this.#hands = new Set();
		this.#keeps = new Set();
		this.#unit = -1;
	}

	births(): readonly Birth[] {
		return this.#found;
	}
}
