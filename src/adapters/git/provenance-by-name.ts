// Room: adapters. What changes need of each other by name, gathered from the same lines as everything else: identifiers, members,
// files, packages, variables, flags, tables. The rules live in domain/provenance.

import {BirthBook, isCode} from '../../domain/provenance/births.ts';
import type {EdgeBook} from '../../domain/provenance/edges.ts';
import type {FilePatch} from '../../domain/provenance/ledger.ts';
import {ModuleBook} from '../../domain/provenance/modules.ts';
import {isRegenerable} from '../../domain/provenance/regenerable.ts';
import {SignalBook, type SignalKind, signalsInAll} from '../../domain/provenance/signals.ts';
import {hashOf} from '../../domain/provenance/tokens.ts';
import type {BaseKnowledge} from './provenance-names.ts';

/** Of a line that is read for names; what is longer was not written by a person. */
export const LONGEST = 2000;

export class Names {
	readonly #on: boolean;
	readonly #births = new BirthBook();
	readonly #signals = new SignalBook();
	readonly #modules = new ModuleBook();

	readonly #kinds = new Map<string, {code: boolean; all: boolean}>();

	/** @param on whether lines are looked at for names at all. */
	constructor(on: boolean) {
		this.#on = on;
	}

	know(base: BaseKnowledge): BaseKnowledge {
		this.#births.know(base);
		return base;
	}

	#kindOf(path: string): {code: boolean; all: boolean} {
		const known = this.#kinds.get(path);
		if (known !== undefined) return known;
		const binding = !isRegenerable(path);
		const kind = {code: binding && isCode(path), all: binding && signalsInAll(path)};
		this.#kinds.set(path, kind);
		return kind;
	}

	begin(unit: number): void {
		this.#births.begin(unit);
		this.#signals.begin(unit);
		this.#modules.begin(unit);
	}

	end(): void {
		this.#births.end();
		this.#signals.end();
		this.#modules.end();
	}

	patch(patch: FilePatch): void {
		if (this.#on) this.#modules.patch(patch);
	}

	within(path: string, bytes: Buffer, from: number, to: number): void {
		if (this.#kindOf(path).code) this.#births.within(bytes, from, to);
	}

	wants(path: string): boolean {
		const {code, all} = this.#kindOf(path);
		return this.#on && (code || all);
	}

	line(path: string, added: boolean, line: number, bytes: Buffer, from: number, to: number): void {
		if (!this.#on || to - from > LONGEST) return;
		const {code, all} = this.#kindOf(path);
		const signals = code && this.#births.line(path, added, line, bytes, from, to);
		if (!signals && !all) return;
		const text = bytes.toString('utf8', from, to);
		this.#signals.line(path, added, line, text);
		if (code) this.#modules.line(path, added, line, text);
	}

	/** Hard is what a grammar would say as well: an import of what is exported, a package, a table that is created. */
	into(book: EdgeBook, known: BaseKnowledge): void {
		for (const {from, to, kind, sure, path, line, symbol} of [...this.#births.births(), ...this.#modules.births()])
			book.add(from, to, kind, sure ? 'hard' : 'soft', {path, line, symbol});
		const has = (kind: SignalKind, symbol: string) => {
			if (kind === 'package') return known.packages.has(symbol);
			if (kind === 'env') return known.all.has(hashOf(symbol));
			// A flag of several words is found only as those, which say nothing.
			return kind === 'flag' && (!/^[\w$]+$/.test(symbol) || known.all.has(hashOf(symbol)));
		};
		for (const {from, to, kind, sure, path, line, symbol} of this.#signals.signals(has))
			book.add(from, to, kind, sure ? 'hard' : 'soft', {path, line, symbol});
	}
}
