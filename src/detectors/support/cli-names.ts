// Room: detectors. Options and commands as programs define them for their users, in the ways of the common libraries:
// commander, yargs, cobra and Go's flag, clap, argparse and click. Read by pattern from any piece of a program.

export interface CliName {
	/** `--port`, `-p`, or the word of a command. */
	readonly name: string;
	readonly kind: 'option' | 'command';
	readonly required: boolean;
	/** Its place in the piece, in characters. */
	readonly at: number;
	/** The definition, cut short. */
	readonly text: string;
}

/** Characters after the start of a definition that may still belong to it. */
const REACH = 300;

const SCRIPT: readonly (readonly [CliName['kind'], RegExp])[] = [
	// commander: .option('-p, --port <n>'), new Option('--port'); yargs: .option('port', {…})
	['option', /\.(?:option|requiredOption)\(\s*(['"`])(-[^'"`\n]{1,80}|[\w-]{2,40})\1/g],
	['option', /\bnew Option\(\s*(['"`])(-[^'"`\n]{1,80})\1/g],
	['command', /\.command\(\s*(['"`])([a-z][\w:-]{0,40})[^'"`\n]{0,60}\1/g],
];
const GO: typeof SCRIPT = [
	[
		'option',
		/\b(?:Flags\(\)|PersistentFlags\(\)|flag|pflag|fs|flags|flagSet)\.\w+\(\s*(?:&?[\w.[\]()*]+\s*,\s*)?(")([\w.-]{1,60})"/g,
	],
	['command', /\bUse:\s*(")([a-z][\w-]{0,40})[^"\n]{0,80}"/g],
];
const RUST: typeof SCRIPT = [['option', /\blong(?:\(|\s*=\s*)(")([\w-]{1,60})"/g]];
const PYTHON: typeof SCRIPT = [
	['option', /\badd_argument\(\s*(['"])(-[\w-]{1,60})\1/g],
	['option', /\badd_argument\(\s*['"]-\w['"],\s*(['"])(--[\w-]{1,60})\1/g],
	['option', /@(?:click|app|cli)\.option\(\s*(?:['"]-\w['"],\s*)?(['"])(-[\w/-]{1,60})\1/g],
	['command', /\badd_parser\(\s*(['"])([a-z][\w-]{0,40})\1/g],
];
const WAYS: readonly (readonly [RegExp, typeof SCRIPT])[] = [
	[/\.[cm]?[jt]sx?$/, SCRIPT],
	[/\.go$/, GO],
	[/\.rs$/, RUST],
	[/\.py$/, PYTHON],
];
const REQUIRED = /^\.requiredOption|demandOption:\s*true|required\s*=\s*True|makeOptionMandatory\(\)/;
/** Where the next definition starts. */
const NEXT = /\.(?:option|requiredOption|command|addOption)\(|\.add_argument\(|@\w+\.option|Flags\(\)\./;

export const definesCli = (path: string): boolean => WAYS.some(([file]) => file.test(path));

/** What a piece of a program defines, in order. */
export function cliNames(path: string, piece: string): CliName[] {
	const [, ways = []] = WAYS.find(([file]) => file.test(path)) ?? [];
	return ways.flatMap(([kind, pattern]) =>
		[...piece.matchAll(pattern)].flatMap((match) => {
			const rest = piece.slice(match.index, match.index + REACH);
			const end = rest.slice(match[0].length).search(NEXT);
			const own = end === -1 ? rest : rest.slice(0, match[0].length + end);
			const made = {
				kind,
				required: REQUIRED.test(own),
				at: match.index,
				text: own.split('\n').join(' ').replaceAll(/\s+/g, ' ').trim(),
			};
			return spelled(match[2] ?? '', kind).map((name) => ({...made, name}));
		}),
	);
}

/** `-p, --port <n>` is two names; a bare word is a long one. */
function spelled(text: string, kind: CliName['kind']): string[] {
	if (kind === 'command') return [text];
	if (!text.startsWith('-')) return [`--${text}`];
	return [...text.matchAll(/(?<![\w-])--?[A-Za-z][\w-]*/g)].map(([name]) => name);
}
