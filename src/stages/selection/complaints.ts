// Room: stages. What a compiler, linker, bundler or interpreter says when something is missing, in whatever language: the names
// it quotes, the modules it looked for, and the place. Pure text; knows no tool by name.

export interface Complaint {
	/** Identifiers, the likeliest first, each with how likely it is what is missing, 0–1. */
	readonly names: readonly {readonly name: string; readonly weight: number}[];
	/** Files or modules it wanted, as written. */
	readonly modules: readonly string[];
	readonly path?: string;
	/** 1-based. */
	readonly line?: number;
	/** The line of output, for a person. */
	readonly text: string;
}

const MOST = 200;
const LONGEST = 2000;

/** Words without which a line with quotes is only chatter. */
const TROUBLE =
	/error|cannot|can't|could not|undefined|undeclared|unresolved|unknown|uninitiali[sz]ed|missing|not (?:found|defined|exported|assignable|exist|declared|a member)|no (?:exported|matching|field|method|member|module|attribute|such|overload|symbol)|does not|doesn't|has no|is not|expected \d|unexpected|\bsymbol: /i;

/** Where tools name what is missing without quoting it: Go, Java, Kotlin, JavaScript, Ruby, PHP, linkers. */
const UNQUOTED = [
	/\bundefined: (?:[\w$]+\.)?([A-Za-z_$][\w$]*)/g,
	/\bhas no field or method ([A-Za-z_$][\w$]*)/g,
	/\bunknown field ([A-Za-z_$][\w$]*)/g,
	/\b([A-Za-z_$][\w$]*) (?:is not defined|undeclared|redeclared|not declared|is undefined)\b/g,
	/\bsymbol:\s+(?:class|method|variable|interface|static|enum)\s+([A-Za-z_$][\w$]*)/g,
	/\b[Uu]nresolved reference:? ([A-Za-z_$][\w$]*)/g,
	/\b(?:undefined (?:local variable or )?method|uninitialized constant|undefined function) [`'"]?([A-Za-z_$][\w$:]*)/g,
	/\bpackage ([\w./-]+) (?:is not in|does not exist)/g,
];

const PLACES = [
	// tsc, javac, msbuild: path(3,5): · most: path:3:5 or path:3: · rustc: --> path:3:5 · Python: File "path", line 3
	/^\s*(?:ERROR in |✘ \[ERROR\] )?((?:[A-Za-z]:)?[^\s:('"`]+\.\w+)\((\d+)(?:,\d+)?\)/,
	/(?:^|\s|-->\s|\()((?:\.{0,2}\/)?[\w@.+/-]+\.\w+):(\d+)(?::\d+)?\b/,
	/\bFile "([^"]+)", line (\d+)/,
];

/** Before a quote: what follows is where something was looked for. */
const OWNER =
	/\b(?:(?:on|in|of|to|from) (?:type|module|class|struct|object|value of type|package|parameter of type)|from) $/;
const QUOTED = /'([^']{1,400})'|"([^"]{1,400})"|`([^`]{1,400})[`']|‘([^’]{1,400})’|“([^”]{1,400})”|«([^»]{1,400})»/g;
const IDENTIFIER = /[A-Za-z_$\u00c0-\uffff][\w$\u00c0-\uffff]*/g;
/** Words of the languages themselves, which compilers quote as types and tokens. */
const WORDS = new Set(
	'any unknown string number boolean void never null undefined object symbol bigint true false this self super int float double char long short byte bool str dict list tuple set map function class interface type enum const let var async await return import export from default extends implements readonly static public private protected typeof keyof in of new Promise Array Record Partial Readonly Required Pick Omit Map Set Error None True False String Number Boolean Object'.split(
		' ',
	),
);
const isPath = (text: string) =>
	/^[@\w.~-]*\/|^\.{1,2}\/|\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|css|vue|svelte|json)$/.test(text);

/** The complaints of an output, first ones first; at most 200. Colours and other controls are expected to be gone already. */
export function complaintsIn(output: readonly string[]): Complaint[] {
	const found: Complaint[] = [];
	let place: {path: string; line: number} | undefined;
	/** The line before was the last complaint, or went on with it. */
	let goesOn = false;
	for (const whole of output) {
		if (found.length >= MOST) break;
		const text = whole.slice(0, LONGEST);
		const here = placeIn(text);
		const last = found.at(-1);
		// tsc explains below, deeper and deeper, what its first line only sums up as two whole types.
		if (goesOn && last !== undefined && here === undefined && /^\s{2,}\S/.test(text)) {
			found[found.length - 1] = withExplanation(last, namesIn(text));
			continue;
		}
		goesOn = false;
		// rustc and bundlers name the place on a line of its own, after what they say or before.
		if (here !== undefined && !TROUBLE.test(text)) {
			if (last !== undefined && last.path === undefined) found[found.length - 1] = {...last, ...here};
			place = here;
			continue;
		}
		if (!TROUBLE.test(text)) {
			if (text.trim() === '') place = undefined;
			continue;
		}
		const named = namesIn(text);
		// Without a name the file alone may lead on, where the line itself says which.
		if (named.names.length === 0 && named.modules.length === 0 && here === undefined) continue;
		const at = here ?? place;
		found.push({...named, ...(at ?? {}), text: text.trim()});
		goesOn = true;
	}
	return found;
}

/** The same complaint, its names weighed by the explanation as soon as that names something alone. */
function withExplanation(complaint: Complaint, {names, modules}: Pick<Complaint, 'names' | 'modules'>): Complaint {
	if (!names.some(({weight}) => weight >= 1)) return complaint;
	const fresh = new Set(names.map(({name}) => name));
	const before = complaint.names.flatMap(({name, weight}) => (fresh.has(name) ? [] : [{name, weight: weight * 0.3}]));
	const all = [...names, ...before].sort((a, b) => b.weight - a.weight).slice(0, 40);
	return {...complaint, names: all, modules: [...new Set([...complaint.modules, ...modules])].slice(0, 10)};
}

function placeIn(text: string): {path: string; line: number} | undefined {
	for (const pattern of PLACES) {
		const [, path, line] = pattern.exec(text) ?? [];
		if (path !== undefined && line !== undefined) return {path: path.replace(/^\.\//, ''), line: Number(line)};
	}
	return undefined;
}

function namesIn(text: string): Pick<Complaint, 'names' | 'modules'> {
	const weights = new Map<string, number>();
	const modules = new Set<string>();
	const add = (name: string, weight: number) => {
		if (name.length < 2 || WORDS.has(name)) return;
		weights.set(name, Math.max(weight, weights.get(name) ?? 0));
	};
	for (const pattern of UNQUOTED)
		for (const [, name = ''] of text.matchAll(pattern)) {
			if (name.includes('/')) modules.add(name);
			else add(name, 1);
		}
	for (const groups of text.matchAll(QUOTED)) {
		const written = groups.slice(1).find((group) => group !== undefined) ?? '';
		const quoted = written.replace(/^["']|["']$/g, '');
		if (isPath(quoted)) {
			modules.add(quoted);
			continue;
		}
		const ids = [...quoted.matchAll(IDENTIFIER)].map(([id]) => id);
		// A name alone is what the sentence is about; the type it was looked for in, or one written out, only helps to find it.
		// A text as a type is the value itself.
		const aside = quoted === written && OWNER.test(text.slice(0, groups.index));
		const weight = (ids.length === 1 ? 1 : ids.length <= 3 ? 0.5 : 0.2) * (aside ? 0.3 : 1);
		for (const id of ids.slice(0, 40)) add(id, weight);
	}
	const names = [...weights].map(([name, weight]) => ({name, weight})).sort((a, b) => b.weight - a.weight);
	return {names: names.slice(0, 40), modules: [...modules].slice(0, 10)};
}
