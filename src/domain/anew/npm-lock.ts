// Room: domain. Whether npm's lock still says what the manifests say, as `npm ci` would ask: cheaply, from the texts alone. A
// merge that was clean line by line may have lost that. Pure.

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function parsed(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
		return isFields(value) ? value : undefined;
	} catch {
		return undefined; // what is no JSON fits nothing, and is nothing to compare
	}
}

/** Sections that go together, as npm reads them: what is optional is so although `dependencies` has it as well. */
const SECTIONS = [['dependencies', 'optionalDependencies'], ['devDependencies'], ['peerDependencies']] as const;

function wishes(entry: Fields, section: readonly string[]): ReadonlyMap<string, string> {
	const all = section.flatMap((name) => Object.entries(fieldsOf(entry[name])));
	return new Map(all.filter((one): one is [string, string] => typeof one[1] === 'string'));
}

const isPlace = (key: string) => !/(?:^|\/)node_modules\//.test(key);
const foldersUp = (at: string) => {
	const parts = at === '' ? [] : at.split('/');
	return Array.from({length: parts.length + 1}, (_, i) => parts.slice(0, parts.length - i).join('/'));
};

/** The version a folder's `name` resolves to; an empty text where it is there without one (a link). */
function resolved(packages: Fields, at: string, name: string): string | undefined {
	for (const folder of foldersUp(at)) {
		const key = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
		if (!Object.hasOwn(packages, key)) continue;
		const {version} = fieldsOf(packages[key]);
		return typeof version === 'string' ? version : '';
	}
	return undefined;
}

/** True only where it is sure: plain versions with `^`, `~` or nothing before them. */
function surelyOutside(version: string, range: string): boolean {
	const want = /^([\^~]?)(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(range);
	const have = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version);
	if (want === null || have === null) return false;
	const [x = 0, y = 0, z = 0] = want.slice(2).map(Number);
	const [a = 0, b = 0, c = 0] = have.slice(1).map(Number);
	const below = a < x || (a === x && (b < y || (b === y && c < z)));
	if (want[1] === '') return a !== x || b !== y || c !== z;
	const minor = a !== x || b !== y;
	if (want[1] === '~') return below || minor;
	return below || a !== x || (x === 0 && (minor || (y === 0 && c !== z)));
}

/** Whether a folder is one of the workspaces that a manifest names; the patterns people use, not all there are. */
function isWorkspace(manifest: Fields, folder: string): boolean {
	const named = Array.isArray(manifest.workspaces) ? manifest.workspaces : fieldsOf(manifest.workspaces).packages;
	if (!Array.isArray(named) || folder === '') return false;
	return named.some((one) => {
		if (typeof one !== 'string') return false;
		const pattern = one.replace(/^\.\//, '').replace(/\/+$/, '');
		if (pattern === folder) return true;
		const [start, deep] = [pattern.replace(/\/\*\*?$/, '/'), pattern.endsWith('/**')];
		return start !== pattern && folder.startsWith(start) && (deep || !folder.slice(start.length).includes('/'));
	});
}

/** The folders that a lock speaks of, relative to its own (`''`): where its manifests lie. At most 2,000. */
export function foldersIn(lock: string): readonly string[] {
	const packages = fieldsOf(parsed(lock)?.packages);
	return ['', ...Object.keys(packages).filter((key) => key !== '' && isPlace(key))].slice(0, 2000);
}

/**
 * What the manifests ask for and the lock does not say, in words; empty when they fit together.
 * @param manifests by folder, relative to the lock's own (`''`).
 */
export function misfits(lock: string, manifests: ReadonlyMap<string, string>): readonly string[] {
	const whole = parsed(lock);
	if (whole === undefined) return ['it is no JSON'];
	const found: string[] = [];
	const root = parsed(manifests.get('') ?? '') ?? {};
	const packages = isFields(whole.packages) ? whole.packages : undefined;
	for (const [folder, text] of manifests) {
		const manifest = parsed(text);
		if (manifest === undefined) continue;
		const of = folder === '' ? '' : ` of ${folder}`;
		if (packages === undefined) {
			const have = fieldsOf(whole.dependencies);
			for (const [name, range] of [...wishes(manifest, SECTIONS[0]), ...wishes(manifest, SECTIONS[1])])
				if (folder === '' && !Object.hasOwn(have, name)) found.push(`${name} ${range} is not in it`);
			continue;
		}
		if (!Object.hasOwn(packages, folder)) {
			if (folder === '' || isWorkspace(root, folder)) found.push(`the folder ${folder || '.'} is not in it`);
			continue;
		}
		const entry = fieldsOf(packages[folder]);
		for (const section of SECTIONS) {
			const [want, have] = [wishes(manifest, section), wishes(entry, section)];
			for (const [name, range] of want) {
				const known = have.get(name);
				if (known === undefined) found.push(`${name} ${range}${of} is not in it`);
				else if (known !== range) found.push(`${name}${of} is ${range} and it has ${known}`);
				else if (section[0] !== 'peerDependencies') {
					const version = resolved(packages, folder, name);
					if (version === undefined) found.push(`${name} ${range}${of} has no version in it`);
					else if (surelyOutside(version, range)) found.push(`${name}${of} is ${range} and it has ${version}`);
				}
			}
			for (const name of have.keys()) if (!want.has(name)) found.push(`${name}${of} is in it and no longer asked for`);
		}
	}
	return found;
}

/** Packages at the same place and version whose digest or address is another one afterwards, in words; and new addresses. */
export function otherSources(before: string, after: string): readonly string[] {
	const [old, now] = [before, after].map((lock) => fieldsOf(parsed(lock)?.packages)) as [Fields, Fields]; // `as`: two in, two out
	const hostOf = ({resolved}: Fields) =>
		typeof resolved === 'string' ? /^https?:\/\/[^/?#]{1,200}/.exec(resolved)?.[0] : undefined;
	const hosts = new Set(Object.values(old).map((entry) => hostOf(fieldsOf(entry))));
	const [changed, strange] = [new Set<string>(), new Set<string>()];
	for (const [key, value] of Object.entries(now)) {
		const entry = fieldsOf(value);
		const host = hostOf(entry);
		if (host !== undefined && !hosts.has(host)) strange.add(host);
		if (!Object.hasOwn(old, key)) continue;
		const was = fieldsOf(old[key]);
		if (was.version !== entry.version) continue;
		if (was.integrity !== entry.integrity || was.resolved !== entry.resolved)
			changed.add(key.replace(/^.*node_modules\//, ''));
	}
	const few = [...changed].slice(0, 3).join(', ');
	const more = changed.size > 3 ? ` and ${changed.size - 3} more` : '';
	return [
		...(changed.size === 0 ? [] : [`${few}${more}: another digest or address at the same version`]),
		...[...strange].slice(0, 3).map((host) => `packages come from ${host}, which the lock did not name before`),
	];
}
