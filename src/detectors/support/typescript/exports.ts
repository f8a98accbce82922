// Room: detectors. The exports of one package before and after: what is gone, what is new, and what has another shape.

import type {Sign} from '../rules.ts';
import {compareShapes, type Tell} from './compare.ts';
import type {Shape} from './model.ts';
import {type Manifest, sourcesOf, unstable} from './package.ts';
import {type Origin, type Side, type Surface, shapesOf, surfaceOf} from './surface.ts';

export interface Sides {
	readonly before: Side;
	readonly after: Side;
	/** Paths of the change, old names included. */
	readonly touched: ReadonlySet<string>;
}

const MOST_ENTRIES = 30;
/** Modules passed on by one side alone that are looked into. */
const MOST_LOOKED_INTO = 40;

/** `private` packages tell removals alone, as notes: who imports them lies in the same repository. */
export async function compareExports(was: Manifest, is: Manifest, sides: Sides): Promise<Sign[]> {
	const signs: Sign[] = [];
	let entries = 0;
	for (const [subpath, targets] of was.entries) {
		// Named so by its authors: for their own packages.
		if (/(^|[/_-])(private|internals?)([/_-]|$)/.test(subpath)) continue;
		const now = is.entries.get(subpath);
		if (now === undefined || ++entries > MOST_ENTRIES) continue;
		const old = sourceOf(was, targets, sides.before);
		const fresh = sourceOf(is, now, sides.after);
		// Without a source on both sides nothing is known: quiet is better than wrong.
		if (old !== undefined && fresh !== undefined) signs.push(...(await compareEntry(old, fresh, is, sides)));
	}
	return signs;
}

function sourceOf(manifest: Manifest, targets: readonly string[], side: Side): string | undefined {
	for (const target of targets) {
		const found = sourcesOf(manifest, target).find((path) => side.exists(path));
		if (found !== undefined) return found;
	}
	return undefined;
}

async function compareEntry(old: string, fresh: string, manifest: Manifest, sides: Sides): Promise<Sign[]> {
	const {before, after, touched} = sides;
	let [was, is] = await Promise.all([surfaceOf(old, before, touched), surfaceOf(fresh, after, touched)]);
	const odd = [...was.unread]
		.filter((path) => !is.unread.has(path))
		.concat([...is.unread].filter((path) => !was.unread.has(path)));
	if (odd.length > MOST_LOOKED_INTO) return [];
	if (odd.length > 0)
		[was, is] = await Promise.all([
			surfaceOf(old, before, touched, new Set(odd)),
			surfaceOf(fresh, after, touched, new Set(odd)),
		]);
	// What still cannot be read on one side alone may hold any name.
	const unsure = [...was.unread, ...is.unread].some((path) => was.unread.has(path) !== is.unread.has(path));
	return new Entry(fresh, manifest, sides).compare(was, is, unsure);
}

class Entry {
	private readonly signs: Sign[] = [];
	private readonly entry: string;
	private readonly manifest: Manifest;
	private readonly sides: Sides;

	constructor(entry: string, manifest: Manifest, sides: Sides) {
		this.entry = entry;
		this.manifest = manifest;
		this.sides = sides;
	}

	async compare(was: Surface, is: Surface, unsure: boolean): Promise<Sign[]> {
		const gone = unsure ? [] : [...was.names].filter(([name]) => !is.names.has(name));
		const born = [...is.names].filter(([name]) => !was.names.has(name));
		const renamed = new Set<string>();
		for (const [name, origin] of gone) {
			if (await this.unpromised(name, origin)) continue;
			const heir =
				name === 'default'
					? undefined
					: await this.heir(
							origin,
							born.filter(([other]) => !renamed.has(other)),
						);
			if (heir !== undefined) renamed.add(heir[0]);
			await this.gone(name, origin, heir);
		}
		if (this.manifest.private) return this.signs;
		if (!unsure)
			for (const [name, origin] of born)
				if (!renamed.has(name) && !/^[_ɵ]/.test(name))
					this.tell('export-added', origin.at.path, name, `exports ${name}`, {line: origin.at.line});
		for (const [name, old] of was.names) {
			const now = is.names.get(name);
			if (now !== undefined && this.differs(old, now) && !(await this.unpromised(name, old)))
				await this.kept(name, old, now);
		}
		return this.signs;
	}

	private tell(
		rule: string,
		path: string,
		object: string,
		what: string,
		sides: {line?: number; before?: string | undefined; after?: string | undefined} = {},
	): void {
		this.signs.push({
			rule: `ts-${rule}`,
			path,
			object,
			what,
			atMost: unstable(this.manifest) ? 'caution' : undefined,
			...sides,
		});
	}

	private differs(old: Origin, now: Origin): boolean {
		return (
			this.sides.touched.has(old.path) ||
			this.sides.touched.has(now.path) ||
			old.path !== now.path ||
			old.local !== now.local ||
			old.typeOnly !== now.typeOnly
		);
	}

	/** Names that start like private ones, and declarations that their comment keeps back. */
	private async unpromised(name: string, {path, local, outside}: Origin): Promise<boolean> {
		if (/^[_ɵ]/.test(name)) return true;
		return !outside && local !== '*' && ((await this.sides.before.module(path))?.unpromised.has(local) ?? false);
	}

	private async gone(name: string, origin: Origin, heir: readonly [string, Origin] | undefined): Promise<void> {
		const {path, local, outside} = origin;
		const {before, after} = this.sides;
		const where = !outside && after.exists(path) ? path : after.exists(origin.at.path) ? origin.at.path : this.entry;
		if (this.manifest.private)
			return this.tell('workspace-export-removed', where, name, `no longer exports ${name} from ${this.manifest.name}`);
		if (heir !== undefined)
			return this.tell('export-renamed', heir[1].at.path, name, `exports ${name} as ${heir[0]}`, {
				line: heir[1].at.line,
				before: name,
				after: heir[0],
			});
		const module = outside ? undefined : await before.module(path);
		const [shape] = module?.shapes.get(local) ?? [];
		const word = shape === undefined || shape.kind === 'value' ? '' : `${shape.kind} `;
		if (module?.deprecated.has(local))
			this.tell('deprecated-export-removed', where, name, `no longer exports deprecated ${word}${name}`, {
				before: word + name,
			});
		else if (name === 'default' || name === 'export=')
			this.tell('default-export-removed', where, name, 'has no default export any more', {before: `${word}${local}`});
		else this.tell('export-removed', where, name, `no longer exports ${word}${name}`, {before: word + name});
	}

	/** A new name for the same declaration, or for one of the same file that is alike in every detail. */
	private async heir(
		origin: Origin,
		born: readonly (readonly [string, Origin])[],
	): Promise<readonly [string, Origin] | undefined> {
		const [shape] = await shapesOf(origin, this.sides.before);
		for (const one of born.slice(0, 50)) {
			if (one[1].path !== origin.path || one[1].outside !== origin.outside || one[0] === 'default') continue;
			if (one[1].local === origin.local && origin.local !== '*') return one;
			const [other] = await shapesOf(one[1], this.sides.after);
			if (shape && other && shape.kind === other.kind && telling(shape) && alike(shape, other)) return one;
		}
		return undefined;
	}

	private async kept(name: string, old: Origin, now: Origin): Promise<void> {
		const {before, after} = this.sides;
		const [was, is] = await Promise.all([shapesOf(old, before), shapesOf(now, after)]);
		const tell: Tell = (rule, object, what, sides) => this.tell(rule, now.path, object, what, sides);
		const first = is[0] ?? was[0];
		if (first === undefined) return;
		const values = (shapes: readonly Shape[]) => shapes.filter(({kind}) => kind !== 'interface' && kind !== 'type');
		const lost = values(was).length > 0 && is.length > 0 && values(is).length === 0;
		const hidden = values(was).length > 0 && !old.typeOnly && now.typeOnly && values(is).length > 0;
		if ((lost && was.length > 1) || hidden)
			return tell('export-became-type-only', name, `exports ${name} as a type alone`, {
				line: hidden ? now.at.line : first.line,
				before: 'value',
				after: 'type',
			});
		const left = [...is];
		const open: Shape[] = [];
		for (const shape of was) {
			const at = left.findIndex(({kind}) => kind === shape.kind);
			const [same] = at === -1 ? [] : left.splice(at, 1);
			if (same) compareShapes(tell, name, shape, same);
			else open.push(shape);
		}
		const [one, other] = [open[0], left[0]];
		if (one && other) compareShapes(tell, name, one, other);
	}
}

/** Enough in it that two alike are the same by intent, not by chance. */
const telling = (shape: Shape): boolean =>
	shape.kind === 'function'
		? (shape.signatures[0]?.parameters.length ?? 0) > 0
		: shape.kind === 'type'
			? shape.type.text.length > 20
			: 'members' in shape && shape.members.size > 1;

function alike(a: Shape, b: Shape): boolean {
	let same = true;
	compareShapes(() => (same = false), '', a, b);
	return same;
}
