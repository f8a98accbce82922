// Room: domain. Which packages a lock file holds, at which versions, for every format that is made anew; and what moved between
// two of them although nobody had touched it. By the lines of the text: nothing here resolves anything. Pure.

export type Packages = ReadonlyMap<string, ReadonlySet<string>>;
type Pair = readonly [name: string, version: string];

/** `name@rest` → its name; the first character may be the scope's `@`. */
const beforeAt = (text: string) => text.slice(0, Math.max(0, text.indexOf('@', 1)));

function npm(text: string): Pair[] {
	const whole = JSON.parse(text) as unknown; // a mistake in it is the caller's to catch
	const pairs: Pair[] = [];
	const fields = (value: unknown) => Object.entries(typeof value === 'object' && value !== null ? value : {});
	const {packages, dependencies} = Object(whole) as Record<string, unknown>; // `as`: both are looked at below
	for (const [key, entry] of fields(packages)) {
		const at = key.lastIndexOf('node_modules/');
		const {version, link} = Object(entry) as Record<string, unknown>; // `as`: looked at next
		if (at >= 0 && link !== true && typeof version === 'string') pairs.push([key.slice(at + 13), version]);
	}
	const nested = (value: unknown, depth: number) => {
		for (const [name, entry] of depth > 50 ? [] : fields(value)) {
			const inner = Object(entry) as Record<string, unknown>; // `as`: looked at next
			if (typeof inner.version === 'string') pairs.push([name, inner.version]);
			nested(inner.dependencies, depth + 1);
		}
	};
	if (packages === undefined) nested(dependencies, 0);
	return pairs;
}

function yarn(text: string): Pair[] {
	const pairs: Pair[] = [];
	let name = '';
	for (const line of text.split('\n')) {
		if (/^\S/.test(line)) {
			const first = line.replace(/^"/, '');
			name = /@workspace:|^(?:#|__metadata)/.test(first) ? '' : beforeAt(first);
			continue;
		}
		const version = /^ {2}version:? "?([^"\s]{1,200})"?$/.exec(line)?.[1];
		if (version !== undefined && name !== '') pairs.push([name, version]);
	}
	return pairs;
}

function pnpm(text: string): Pair[] {
	const pairs: Pair[] = [];
	let inside = false;
	for (const line of text.split('\n')) {
		if (/^\S/.test(line)) inside = line.startsWith('packages:');
		if (!inside) continue;
		const key = /^ {2}'?\/?((?:@[^/\s']{1,200}\/)?[^/@\s']{1,200})[@/](\d[^('\s:]{0,100})/.exec(line);
		if (key?.[1] !== undefined && key[2] !== undefined) pairs.push([key[1], key[2]]);
	}
	return pairs;
}

const byPattern =
	(pattern: RegExp) =>
	(text: string): Pair[] =>
		[...text.matchAll(pattern)].map((found): Pair => [found[1] ?? '', found[2] ?? '']);

const toml = byPattern(/^\[\[package\]\]\r?\nname = "([^"\n]{1,200})"\r?\nversion = "([^"\n]{1,200})"/gm);

const READERS: Readonly<Record<string, (text: string) => Pair[]>> = {
	'package-lock.json': npm,
	'npm-shrinkwrap.json': npm,
	'yarn.lock': yarn,
	'pnpm-lock.yaml': pnpm,
	'bun.lock': byPattern(/^ {4}"[^"\n]{1,300}": \["(@?[^"@\n]{1,200})@(\d[^"\n]{0,100})"/gm),
	'Cargo.lock': toml,
	'poetry.lock': toml,
	'uv.lock': toml,
	'go.sum': byPattern(/^(\S{1,300}) (v[^\s/]{1,100}) h1:/gm),
	'Gemfile.lock': byPattern(/^ {4}([A-Za-z0-9._-]{1,200}) \(([^)\n]{1,100})\)$/gm),
	'composer.lock': byPattern(/^ {12}"name": "([^"\n]{1,200})",\r?\n {12}"version": "([^"\n]{1,100})"/gm),
};

/** Undefined: the format is not known here, or the text is none of it. */
export function packagesIn(path: string, text: string): Packages | undefined {
	const name = path.slice(path.lastIndexOf('/') + 1);
	const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
	if (read === undefined) return undefined;
	const found = new Map<string, Set<string>>();
	try {
		for (const [key, version] of read(text)) found.set(key, (found.get(key) ?? new Set()).add(version));
	} catch {
		return undefined; // no JSON
	}
	return found;
}

/** What the one has and the other has not, name by name. */
export function broughtBy(after: Packages, before: Packages): Packages {
	const brought = new Map<string, ReadonlySet<string>>();
	for (const [name, versions] of after) {
		const fresh = [...versions].filter((version) => !before.get(name)?.has(version));
		if (fresh.length > 0) brought.set(name, new Set(fresh));
	}
	return brought;
}

export interface Drift {
	readonly name: string;
	/** Versions that were settled; none for a package that is new. */
	readonly from: readonly string[];
	/** A version that neither the base nor a chosen change had. */
	readonly to: string;
	/** What the chosen changes had instead. */
	readonly tried: readonly string[];
}

/**
 * Packages that came out at a version that nobody who decided had seen, by name.
 * @param settled the lock that it was made from. @param chosen what the chosen changes brought into theirs.
 * @param base what is live.
 */
export function driftBetween(
	settled: Packages,
	after: Packages,
	chosen: readonly Packages[],
	base: Packages = new Map(),
): readonly Drift[] {
	const drift: Drift[] = [];
	for (const [name, versions] of broughtBy(after, settled)) {
		const tried = chosen.flatMap((one) => [...(one.get(name) ?? [])]);
		for (const to of versions) {
			if (tried.includes(to) || base.get(name)?.has(to)) continue;
			drift.push({name, from: [...(settled.get(name) ?? [])], to, tried: [...new Set(tried)]});
		}
	}
	return drift.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One of them in words. */
export function driftWords({name, from, to, tried}: Drift): string {
	if (tried.length > 0) return `${name} is ${to}, where the chosen changes had ${tried.join(', ')}`;
	if (from.length > 0) return `${name} went from ${from.join(', ')} to ${to}, and no chosen change asked for that`;
	return `${name} ${to} is new, and no chosen change had it`;
}
