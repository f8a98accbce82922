// Room: detectors. Everything that a set of .proto files declares, by kind and full name, and what a type means where it is
// written. Files outside the change are not known: there a name means itself.

import type {Definition, ProtoFile} from './model.ts';

export class Names {
	/** `message pkg.Order` → its definition. */
	readonly all = new Map<string, Definition>();
	private readonly moved: ReadonlyMap<string, string>;

	/** Packages of `moved` count under their new names. */
	constructor(files: readonly ProtoFile[], moved: ReadonlyMap<string, string>) {
		this.moved = moved;
		for (const file of files)
			for (const one of file.definitions) {
				const extension = one.kind === 'extension';
				const name = extension || !moved.has(file.package) ? one.name : this.renamed(one.name, file.package);
				this.all.set(`${one.kind} ${name}`, one);
			}
	}

	private renamed(name: string, from: string): string {
		const to = this.moved.get(from) ?? from;
		const rest = name.slice(from.length + 1);
		return to === '' ? rest : `${to}.${rest}`;
	}

	/** The message or enum that a type means inside `scope`, nearest first; undefined when it lies outside the files. */
	find(type: string, scope: string): Definition | undefined {
		const home = this.home(scope);
		const written = this.canonical(type);
		if (written.startsWith('.')) return this.named(written.slice(1));
		for (
			let around = home;
			around !== '';
			around = around.includes('.') ? around.slice(0, around.lastIndexOf('.')) : ''
		) {
			const found = this.named(`${around}.${written}`);
			if (found !== undefined) return found;
		}
		return this.named(written);
	}

	private home(scope: string): string {
		for (const from of this.moved.keys()) if (scope.startsWith(`${from}.`)) return this.renamed(scope, from);
		return scope;
	}

	private named(name: string): Definition | undefined {
		return this.all.get(`message ${name}`) ?? this.all.get(`enum ${name}`);
	}

	private canonical(type: string): string {
		const [dot, bare] = type.startsWith('.') ? ['.', type.slice(1)] : ['', type];
		for (const from of this.moved.keys()) if (bare.startsWith(`${from}.`)) return `.${this.renamed(bare, from)}`;
		return dot + bare;
	}

	/** The full name a type means, or the name as written when it lies outside. */
	meaning(type: string, scope: string): string {
		const found = this.find(type, scope);
		if (found === undefined) return this.canonical(type).replace(/^\./, '');
		const from = found.file.package;
		return this.moved.has(from) ? this.renamed(found.name, from) : found.name;
	}

	/** Whether a type written here means what another, written there, means. Names from outside match by their ends. */
	same(type: string, scope: string, other: Names, theirs: string, theirScope: string): boolean {
		const [a, b] = [this.meaning(type, scope), other.meaning(theirs, theirScope)];
		return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
	}
}
