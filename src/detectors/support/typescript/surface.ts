// Room: detectors. The names that a package exports, followed through the modules that only pass them on. Modules are read
// where they can matter: the entry points, what the change touched, and those whose names say that they gather exports.

import type {Module, Shape} from './model.ts';

/** Reads modules of one side of the change. */
export interface Side {
	/** Undefined when there is none, or it cannot be read. */
	module(path: string): Promise<Module | undefined>;
	exists(path: string): boolean;
}

/** Where an exported name comes from. */
export interface Origin {
	/** The module that declares it, or the outside package. */
	readonly path: string;
	/** Its name there; `*` for all of a module as one object. */
	readonly local: string;
	readonly outside: boolean;
	readonly typeOnly: boolean;
	/** Where it is exported first. */
	readonly at: {readonly path: string; readonly line: number};
}

export interface Surface {
	readonly names: Map<string, Origin>;
	/** Modules passed on whole that were not looked into. */
	readonly unread: Set<string>;
}

const GATHERS = /(^|\/)(index|public[-_]api|api|exports?|mod|main|public|entry|types)\.[cm]?tsx?$/;
const MOST_MODULES = 150;

export async function surfaceOf(
	entry: string,
	side: Side,
	touched: ReadonlySet<string>,
	alsoRead: ReadonlySet<string> = new Set(),
): Promise<Surface> {
	const walker = new Walker(side, touched, alsoRead);
	const names = await walker.exportsOf(entry, [], true);
	return {names, unread: walker.unread};
}

class Walker {
	readonly unread = new Set<string>();
	private readonly side: Side;
	private readonly touched: ReadonlySet<string>;
	private readonly alsoRead: ReadonlySet<string>;
	private readonly known = new Map<string, Map<string, Origin>>();
	private modules = 0;

	constructor(side: Side, touched: ReadonlySet<string>, alsoRead: ReadonlySet<string>) {
		this.side = side;
		this.touched = touched;
		this.alsoRead = alsoRead;
	}

	async exportsOf(path: string, through: readonly string[], read: boolean): Promise<Map<string, Origin>> {
		const known = this.known.get(path);
		if (known !== undefined) return known;
		const names = new Map<string, Origin>();
		if (through.includes(path) || through.length > 20) return names;
		if (!(read || this.matters(path)) || this.modules >= MOST_MODULES) {
			this.unread.add(path);
			return names;
		}
		this.modules += 1;
		const module = await this.side.module(path);
		if (module === undefined) {
			this.unread.add(path);
			return names;
		}
		// All at once: one round of reading for a module, not one for each of its lines.
		const next = [...module.stars, ...[...module.exports.values()].flatMap(({from}) => from ?? [])].map((from) =>
			this.resolve(path, from),
		);
		await Promise.all(
			next.map((target) => (target !== undefined && this.matters(target) ? this.side.module(target) : undefined)),
		);
		for (const [name, one] of module.exports) {
			const at = {path, line: one.line};
			if (one.from === undefined) names.set(name, {path, local: one.local, outside: false, typeOnly: one.typeOnly, at});
			else
				names.set(name, {
					...(await this.follow(one.from, one.name, path, [...through, path])),
					typeOnly: one.typeOnly,
					at,
				});
		}
		// Own exports win over those passed on.
		for (const from of module.stars) {
			const target = this.resolve(path, from);
			if (target === undefined) this.unread.add(from);
			else
				for (const [name, origin] of await this.exportsOf(target, [...through, path], false))
					if (name !== 'default' && !names.has(name)) names.set(name, origin);
		}
		this.known.set(path, names);
		return names;
	}

	private matters(path: string): boolean {
		return this.touched.has(path) || this.alsoRead.has(path) || GATHERS.test(path);
	}

	private async follow(
		from: string,
		name: string,
		path: string,
		through: readonly string[],
	): Promise<Omit<Origin, 'typeOnly' | 'at'>> {
		const target = this.resolve(path, from);
		if (target === undefined) return {path: from, local: name, outside: true};
		if (name === '*' || !this.matters(target)) return {path: target, local: name, outside: false};
		const found = (await this.exportsOf(target, through, true)).get(name);
		return found ?? {path: target, local: name, outside: false};
	}

	/** A relative module as a file of the repository. */
	private resolve(path: string, from: string): string | undefined {
		if (!from.startsWith('.')) return undefined;
		const parts = path.split('/').slice(0, -1);
		for (const part of from.split('/')) {
			if (part === '..') {
				if (parts.pop() === undefined) return undefined;
			} else if (part !== '.' && part !== '') parts.push(part);
		}
		const bare = parts.join('/');
		const stem = bare.replace(/\.([cm]?)jsx?$/, '');
		const ends = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '/index.ts', '/index.tsx', '/index.d.ts'];
		return [bare, ...ends.map((end) => stem + end), ...(stem === bare ? [] : ends.map((end) => bare + end))].find(
			(one) => /\.[cm]?tsx?$/.test(one) && this.side.exists(one),
		);
	}
}

/** The declarations behind an origin; several when a name is a type and a value at once. */
export async function shapesOf({path, local, outside}: Origin, side: Side): Promise<readonly Shape[]> {
	if (outside || local === '*') return [];
	return (await side.module(path))?.shapes.get(local) ?? [];
}
