// Room: detectors. What a package.json promises: whether others get the package at all, and through which doors they enter it.

export interface Manifest {
	/** The folder, '' for the top. */
	readonly folder: string;
	readonly name: string;
	readonly version: string;
	readonly private: boolean;
	/** Others can depend on it: it has a name and says what it offers, not only what starts. */
	readonly library: boolean;
	readonly type: 'module' | 'commonjs';
	/** Subpath (`.`, `./x`) → file targets in the order written. */
	readonly entries: ReadonlyMap<string, readonly string[]>;
	/** Subpath → conditions, of those that decide whether it loads. */
	readonly conditions: ReadonlyMap<string, ReadonlySet<string>>;
	readonly listsExports: boolean;
	readonly types: boolean;
	readonly bins: ReadonlySet<string>;
}

/** Conditions inside conditions, at most. */
const DEEPEST = 8;
const MOST_ENTRIES = 200;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const record = (value: unknown): Record<string, unknown> | undefined =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? Object.fromEntries(Object.entries(value))
		: undefined;

/** Undefined when the text is no JSON object. */
export function readManifest(path: string, source: string): Manifest | undefined {
	let json: Record<string, unknown> | undefined;
	try {
		json = record(JSON.parse(source));
	} catch {
		return undefined;
	}
	if (json === undefined) return undefined;
	const entries = new Map<string, string[]>();
	const conditions = new Map<string, Set<string>>();
	const enter = (subpath: string, target: unknown, under: readonly string[]): void => {
		if (entries.size > MOST_ENTRIES || under.length > DEEPEST) return;
		if (typeof target === 'string') {
			entries.set(subpath, [...(entries.get(subpath) ?? []), target]);
			const known = conditions.get(subpath) ?? new Set();
			conditions.set(subpath, known);
			for (const one of under) known.add(one);
		} else if (Array.isArray(target)) for (const one of target.slice(0, 10)) enter(subpath, one, [...under, '']);
		else
			for (const [condition, inner] of Object.entries(record(target) ?? {}))
				enter(subpath, inner, [...under, condition]);
	};
	const {exports} = json;
	const paths = record(exports);
	if (paths && Object.keys(paths).some((key) => key.startsWith('.')))
		for (const [subpath, target] of Object.entries(paths)) enter(subpath, target, []);
	else if (exports !== undefined && exports !== null) enter('.', exports, []);
	else
		for (const key of ['types', 'typings', 'module', 'main'])
			if (text(json[key]) !== '') enter('.', text(json[key]), []);
	const types =
		text(json.types) !== '' || text(json.typings) !== '' || [...conditions.values()].some((all) => all.has('types'));
	const bin = json.bin;
	const name = text(json.name);
	return {
		folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
		name,
		version: text(json.version),
		private: json.private === true,
		library:
			name !== '' &&
			json.private !== true &&
			(types || exports !== undefined || ['files', 'publishConfig', 'module'].some((key) => json[key] !== undefined)),
		type: json.type === 'module' ? 'module' : 'commonjs',
		entries,
		conditions,
		listsExports: exports !== undefined && exports !== null,
		types,
		bins: new Set(typeof bin === 'string' ? [name.replace(/^@[^/]+\//, '')] : Object.keys(record(bin) ?? {})),
	};
}

/** Below 1.0.0 nothing is promised; 0.0.0 is what monorepos write where the version is set when publishing. */
export const unstable = ({version}: Manifest): boolean => /^0\./.test(version) && !/^0\.0\.0(-|$)/.test(version);

/** Source files that a target may be built from, likeliest first; relative to the top of the repository. */
export function sourcesOf({folder}: Manifest, target: string): string[] {
	if (target.includes('*') || target.includes('..')) return [];
	const bare = target.replace(/^\.\//, '').replace(/\/$/, '');
	const stem = bare.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
	if (stem === bare && /\.[a-z]+$/.test(bare)) return [];
	const parts = stem.split('/').filter((part) => part !== '' && part !== '.');
	const stems = new Set<string>([parts.join('/')]);
	let rest = parts;
	while (
		rest.length > 1 &&
		/^(dist|lib|build|out|output|es|esm|esm\d+|cjs|umd|types|typings|commonjs|module|public|node|browser|fesm\d+)$/.test(
			rest[0] ?? '',
		)
	) {
		rest = rest.slice(1);
		stems.add(['src', ...rest].join('/'));
		stems.add(rest.join('/'));
		stems.add(['lib', ...rest].join('/'));
	}
	const at = (path: string) => (folder === '' ? path : `${folder}/${path}`);
	return [...stems].flatMap((one) =>
		['.ts', '.tsx', '.mts', '.cts', '/index.ts', '.d.ts', '.d.mts', '.d.cts'].map((end) => at(one + end)),
	);
}
