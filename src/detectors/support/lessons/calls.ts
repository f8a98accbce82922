// Room: detectors. Calls to other services in added lines, and whether they have a time limit. By lines, without a parser: a
// call counts only where all of it was added, so that a limit could be seen.

import type {Patch} from '../../../ports/repository.ts';
import {isTestPath, type Line, runs} from '../lines.ts';

/** What does not serve anybody in production, or runs in a browser or by hand. */
const ELSEWHERE =
	/(^|\/)(node_modules|vendor|third[_-]?party|dist|build|\.github|\.yarn|scripts?|tools?|hack|ci|docs?|website|examples?|samples?|demos?|docker|packaging|[\w-]*-gen|recorder|tracker|bench(marks?)?|mocks?|stories|migrations?|frontend|client|web|ui|public|static|assets|components|pages|views|src\/app\/browser)\//i;
const CODE = /\.([cm]?[jt]s|py|go|java|kt)$/i;
const SCRIPT = /\.[cm]?[jt]s$/i;

/** Where programs in JavaScript run on a server; elsewhere a fetch may be a browser's. */
const SERVES =
	/(^|\/)(server|apis?|backend|services?|workers?|lambdas?|functions|core|cli|jobs|cron|integrations?|providers?|routes?|controllers?|handlers?|gateway)(\/|[._-])/i;

/** Code that runs in a service. */
export const isServiceCode = (path: string): boolean =>
	path.length < 1000 &&
	CODE.test(path) &&
	(!SCRIPT.test(path) || SERVES.test(path)) &&
	!/\.d\.ts$/.test(path) &&
	!isTestPath(path) &&
	!ELSEWHERE.test(path);

const TARGET = String.raw`(?:['"\`]https?:\/\/(?!localhost|127\.|0\.0\.0\.0|\[::1)|\`?\$?\{?\s*(?:process\.env|[\w.]*(?:url|uri|endpoint|baseUrl|host)\b))`;

interface Caller {
	readonly path: RegExp;
	/** The opening bracket is the last character of the match. */
	readonly call: RegExp;
}

const CALLERS: readonly Caller[] = [
	{
		path: SCRIPT,
		call: new RegExp(
			String.raw`(?<![\w.])(?:fetch|axios(?:\.(?:get|post|put|patch|delete|head|request))?|got(?:\.(?:get|post|put|patch|delete))?|https?\.(?:get|request))\((?=\s*(?:${TARGET}|$))`,
			'i',
		),
	},
	{
		path: /\.py$/i,
		call: /(?<![\w.])(?:requests\.(?:get|post|put|patch|delete|head|request)|(?:urllib\.request\.)?urlopen)\(/,
	},
	{path: /\.go$/i, call: /(?<![\w.])(?:http\.(?:Get|Post|PostForm|Head)\(|&?http\.Client\{)/},
	{path: /\.(java|kt)$/i, call: /\bHttpClient\.newHttpClient\(|\bnew RestTemplate\(/},
];
const TARGETED = new RegExp(TARGET, 'i');
const LIMITED = /time_?-?out|deadline|abort|\bsignal\b|context\.with|ctx/i;
/** `fetch` or the like from anywhere but the packages of that name. */
const WRAPPER =
	/^\s*import\b.{0,80}\b(?:fetch|axios|got|requests|http)\b.{0,80}\bfrom\s+['"](?!(?:node:)?(?:axios|got|node-fetch|cross-fetch|undici|https?)['"])|^\s*from\s+(?!requests|urllib)[\w.]+\s+import\s+.*\b(?:requests|urlopen)\b/;
const LONGEST_CALL = 40;
const NEAR = 15;
const LONGEST_LINE = 1000;

/** The whole call from its opening bracket on; undefined when its end was not added with it. */
function wholeCall(run: readonly Line[], at: number, from: number): string | undefined {
	let depth = 0;
	let whole = '';
	for (const {text} of run.slice(at, at + LONGEST_CALL)) {
		const part = whole === '' ? text.slice(from) : text;
		for (const [i, char] of [...part.slice(0, LONGEST_LINE)].entries()) {
			if ('([{'.includes(char)) depth++;
			else if (')]}'.includes(char) && --depth === 0) return `${whole}\n${part.slice(0, i + 1)}`;
		}
		whole += `\n${part}`;
	}
	return undefined;
}

export interface Call {
	readonly path: string;
	readonly line: number;
	/** As it is written, e.g. `axios.post`. */
	readonly name: string;
	/** It goes through a wrapper of the project, which may have a limit of its own. */
	readonly wrapped?: boolean;
}

const isComment = (text: string) => /^\s*(\/\/|#|\*|\/\*|"")/.test(text);

function callAt(caller: Caller, text: string): {name: string; bracket: number} | undefined {
	if (text.length > LONGEST_LINE || isComment(text)) return undefined;
	const match = caller.call.exec(text);
	return match === null ? undefined : {name: match[0].replace(/[({]$/, ''), bracket: match.index + match[0].length - 1};
}

/** No line of it, or of those just around it, says that it ends some day; undefined where not all of it is to be seen. */
function isEndless(run: readonly Line[], at: number, bracket: number, mustSayWhere: boolean): boolean {
	const whole = wholeCall(run, at, bracket);
	if (whole === undefined || LIMITED.test(whole)) return false;
	// Options that are made just before or set just after it count as well.
	const near = run.slice(Math.max(0, at - NEAR), at + NEAR);
	return !near.some(({text}) => LIMITED.test(text)) && (!mustSayWhere || TARGETED.test(whole.slice(0, 200)));
}

/** Calls that this change adds without a limit, the first of each kind in a file. What is only written anew is no new call. */
export function endlessCalls(patches: readonly Patch[]): Call[] {
	return patches.flatMap(({path, added, removed}) => {
		const caller = isServiceCode(path) ? CALLERS.find((one) => one.path.test(path)) : undefined;
		if (caller === undefined) return [];
		const times = (lines: readonly Line[]) => lines.filter(({text}) => callAt(caller, text) !== undefined).length;
		if (times(added) <= times(removed)) return [];
		const told = new Set<string>();
		const wrapped = added.some(({text}) => WRAPPER.test(text.slice(0, LONGEST_LINE)));
		return runs(added).flatMap((run) =>
			run.flatMap(({line, text}, at): Call[] => {
				const call = callAt(caller, text);
				if (call === undefined || told.has(call.name)) return [];
				if (!isEndless(run, at, call.bracket, caller === CALLERS[0])) return [];
				told.add(call.name);
				return [{path, line, name: call.name, wrapped}];
			}),
		);
	});
}

const CALLS =
	/\bfetch\(|\baxios\b|\bgot\(|\brequests\.\w+\(|\bhttpx\.|\burlopen\(|\bhttp\.(Get|Post|NewRequest|Client|request|get)|HttpClient|RestTemplate|WebClient|\bgrpc\.\w+\(|\b\w*[cC]lient\.(get|post|put|call|send|request)\(/;
const GUARDS = /time_?-?out|deadline|abort|\bsignal\b|retr(y|ies)|back_?off|circuit|breaker|resilien|bulkhead/i;
const SHOWS =
	/\blog(ger|ging)?\b|\bconsole\.|\bslog\b|metric|counter|histogram|gauge|prom(etheus)?|telemetry|\btrac(e|er|ing)\b|\bspan\b|statsd|sentry/i;
/** A call further from the address than this is another one's. */
const FAR = 25;

/** The call that a change adds to the address which a variable holds, and what the change says about it; undefined where none is seen. */
export function callTo(
	variable: string,
	patches: readonly Patch[],
): {guarded: boolean; shown: boolean; at: Call} | undefined {
	const code = patches.filter(({path}) => isServiceCode(path));
	const lines = code
		.flatMap(({path, added}) => added.map(({line, text}) => ({path, line, text: text.slice(0, LONGEST_LINE)})))
		.filter(({text}) => !isComment(text));
	const places = lines.filter(({text}) => text.includes(variable));
	const call = lines.find(
		({path, line, text}) =>
			CALLS.test(text) && places.some((place) => place.path === path && Math.abs(place.line - line) <= FAR),
	);
	if (call === undefined) return undefined;
	const name = (CALLS.exec(call.text)?.[0] ?? '').replace(/[({]$/, '');
	return {
		guarded: lines.some(({text}) => GUARDS.test(text)),
		shown: lines.some(({text}) => SHOWS.test(text)),
		at: {path: call.path, line: call.line, name},
	};
}
