// Room: cli. Where words go and whether a person is there to read them. Data on stdout, talk on stderr.

import {calledAs, spoken} from './called.ts';

export interface Io {
	/** One line, and one line to stderr. */
	readonly out: (line: string) => void;
	readonly err: (line: string) => void;
	/** Text as it is. */
	readonly write: (text: string) => void;
	readonly writeErr: (text: string) => void;
	/** A person at a terminal: both ends are one, no CI, and the terminal is not dumb. */
	readonly interactive: boolean;
	readonly colour: boolean;
	readonly width: number;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** The launcher has drawn the first line of the screen already. */
	readonly painted: boolean;
	/** How this Orchestra is called from a shell here: `orchestra`, or what works instead. */
	readonly called: string;
	/** Ends the process at once: the second Ctrl-C. */
	readonly leaveNow: (code: number) => void;
}

export type Face = 'tui' | 'lines' | 'json';

export function faceOf(io: Io, options: {json?: boolean | undefined; plain?: boolean | undefined}): Face {
	if (options.json) return 'json';
	// Lines one after the other are what a screen reader can follow.
	const screen = io.interactive && !options.plain && io.env.INK_SCREEN_READER !== 'true';
	return screen ? 'tui' : 'lines';
}

export function processIo(leaveNow: (code: number) => void): Io {
	const {env, stdout, stdin, stderr} = process;
	const ci = env.CI !== undefined && env.CI !== 'false' && env.CI !== '0';
	const called = calledAs({launcher: process.argv[1], path: env.PATH, cwd: process.cwd()});
	return {
		out: (line) => void stdout.write(`${spoken(line, called)}\n`),
		err: (line) => void stderr.write(`${spoken(line, called)}\n`),
		write: (text) => void stdout.write(spoken(text, called)),
		writeErr: (text) => void stderr.write(spoken(text, called)),
		called,
		interactive: stdout.isTTY === true && stdin.isTTY === true && !ci && env.TERM !== 'dumb',
		colour: stdout.isTTY === true && env.NO_COLOR === undefined,
		width: stdout.columns ?? 100,
		env,
		cwd: process.cwd(),
		painted: Object.hasOwn(globalThis, Symbol.for('orchestra.painted')),
		leaveNow,
	};
}
