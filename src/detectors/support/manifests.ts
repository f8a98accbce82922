// Room: detectors. How each package manager writes "I need this, at that version", one line at a time.

export interface Requirement {
	readonly name: string;
	readonly version: string;
}

const VERSION = /^(?:[\^~<>=!v\s]*\d+(?:\.[\dx*]+)*|\*$|latest$|next$|workspace:|file:|link:|npm:|git|https?:|github:)/;

const json = (text: string): Requirement | undefined => {
	const [, name, version] = /^\s*"(@?[\w./-]+)"\s*:\s*"([^"]*)"\s*,?\s*$/.exec(text) ?? [];
	if (!name || version === undefined || name === 'version' || !VERSION.test(version)) return undefined;
	return {name, version};
};
const pair = (pattern: RegExp) => (text: string) => {
	const [, name, version] = pattern.exec(text) ?? [];
	return name === undefined ? undefined : {name, version: version ?? '*'};
};

const READERS: readonly (readonly [RegExp, (text: string) => Requirement | undefined])[] = [
	[/(^|\/)(package|composer)\.json$/, json],
	[/(^|\/)go\.mod$/, pair(/^\s*(?:require\s+)?([\w.-]+\.[\w./~-]+|go)\s+v?(\d[\w.+-]*)/)],
	[
		/(^|\/)requirements[\w-]*\.txt$/,
		pair(/^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[=~<>!]=?=?\s*([\w.*]+))?\s*(?:[,;#].*)?$/),
	],
	[
		/(^|\/)Cargo\.toml$/,
		pair(/^\s*((?!version\b|edition\b|name\b)[\w-]+)\s*=\s*(?:\{.*?version\s*=\s*)?"([\^~=<>]*\s*\d[\w.+-]*)"/),
	],
	[/(^|\/)Gemfile$/, pair(/^\s*gem\s+['"]([\w-]+)['"](?:\s*,\s*['"]([^'"]+)['"])?/)],
	[/(^|\/)mix\.exs$/, pair(/\{:(\w+),\s*"([^"]+)"/)],
];

/** The reader of a manifest; undefined for files that are none. */
export function manifestReader(path: string): ((text: string) => Requirement | undefined) | undefined {
	return READERS.find(([file]) => file.test(path))?.[1];
}

export type Step = 'major' | 'minor' | 'patch' | 'down' | 'other';

/** How far a version moved. Below 1.0.0 a minor step may break everything, so it counts as major. */
export function stepBetween(before: string, after: string): Step {
	const parts = (text: string) =>
		/(\d+)(?:\.(\d+))?(?:\.(\d+))?/
			.exec(text)
			?.slice(1)
			.map((n) => Number(n ?? 0));
	const [a, b] = [parts(before), parts(after)];
	if (a === undefined || b === undefined) return 'other';
	const [a0 = 0, a1 = 0, a2 = 0] = a;
	const [b0 = 0, b1 = 0, b2 = 0] = b;
	if (b0 !== a0) return b0 > a0 ? 'major' : 'down';
	if (b1 !== a1) return b1 < a1 ? 'down' : a0 === 0 ? 'major' : 'minor';
	if (b2 !== a2) return b2 < a2 ? 'down' : 'patch';
	return 'other';
}
