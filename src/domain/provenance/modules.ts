// Room: domain. Imports of files that the base lacks under that name: a change that asks for one needs whoever made it, or gave
// it its name. Pure; by lines that import, of languages whose imports are paths.

import type {Birth} from './births.ts';
import type {FilePatch} from './ledger.ts';

const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"](\.{1,2}\/[^'"]{1,300})['"]/g;
const ENDING = /(?:\.d)?\.(?:[cm]?[jt]sx?|vue|svelte)$/;

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

	line(path: string, line: number, text: string): void {
		if (this.#unit < 0) return;
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
		this.#unit = -1;
	}

	births(): readonly Birth[] {
		return this.#found;
	}
}
