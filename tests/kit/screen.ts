// Room: tests. A real terminal to test on: a pty whose output an emulator replays, so that a test sees what a person sees,
// cell by cell. Waits for conditions, never for time.

import {type IPty, spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {onTestFinished} from 'vitest';

export interface ScreenOptions {
	readonly cols?: number;
	readonly rows?: number;
	/** Undefined takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

export interface Screen {
	/** What is on the screen now, trailing empty lines cut. */
	text(): string;
	lines(): string[];
	/** Everything the program wrote. */
	raw(): string;
	/** True while the alternate screen is shown. */
	alternate(): boolean;
	cursorHidden(): boolean;
	cell(x: number, y: number): {readonly text: string; readonly colour: number; readonly bold: boolean};
	/** Types, as a person would. */
	write(keys: string): void;
	resize(cols: number, rows: number): void;
	/** Resolves with the screen's text once it holds; rejects with the screen when it does not in time. */
	waitFor(what: string | RegExp | ((text: string) => boolean), ms?: number): Promise<string>;
	readonly exited: Promise<number>;
}

/** Starts a program on a terminal of its own; it is killed when the test ends. */
export function openScreen(file: string, args: readonly string[], options: ScreenOptions = {}): Screen {
	const {cols = 80, rows = 24} = options;
	const env: Record<string, string> = {};
	const wanted = {...process.env, TERM: 'xterm-256color', NO_COLOR: undefined, CI: undefined, ...options.env};
	for (const [name, value] of Object.entries(wanted)) if (value !== undefined) env[name] = value;
	const terminal = new xterm.Terminal({cols, rows, allowProposedApi: true, scrollback: 1000});
	const child: IPty = spawn(file, [...args], {
		cols,
		rows,
		env,
		cwd: options.cwd ?? process.cwd(),
		name: 'xterm-256color',
	});
	const waiters = new Set<() => void>();
	let raw = '';
	let cursorHidden = false;
	const wake = () => {
		// Between the two marks of a synchronized update the screen holds half a frame.
		if (!terminal.modes.synchronizedOutputMode) for (const check of [...waiters]) check();
	};
	child.onData((data) => {
		raw += data;
		for (const [, mode] of data.matchAll(/\u001b\[\?25([hl])/g)) cursorHidden = mode === 'l';
		terminal.write(data, wake);
	});
	terminal.onData((reply) => child.write(reply));
	const exited = new Promise<number>((resolve) => {
		child.onExit(({exitCode}) => {
			resolve(exitCode);
			setImmediate(wake);
		});
	});
	onTestFinished(() => {
		try {
			child.kill('SIGKILL');
		} catch {
			// It has ended already.
		}
		terminal.dispose();
	});

	const lines = () => {
		const buffer = terminal.buffer.active;
		const line = (y: number) => buffer.getLine(buffer.viewportY + y)?.translateToString(true, 0, terminal.cols) ?? '';
		return Array.from({length: terminal.rows}, (_, y) => line(y));
	};
	const text = () => lines().join('\n').trimEnd();
	return {
		text,
		lines,
		raw: () => raw,
		alternate: () => terminal.buffer.active.type === 'alternate',
		cursorHidden: () => cursorHidden,
		cell(x, y) {
			const found = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + y)?.getCell(x);
			return {text: found?.getChars() ?? '', colour: found?.getFgColor() ?? -1, bold: Boolean(found?.isBold())};
		},
		write: (keys) => child.write(keys),
		resize(newCols, newRows) {
			terminal.resize(newCols, newRows);
			child.resize(newCols, newRows);
		},
		waitFor(what, ms = 40_000) {
			const holds =
				typeof what === 'function'
					? what
					: (seen: string) => (typeof what === 'string' ? seen.includes(what) : what.test(seen));
			return new Promise((resolve, reject) => {
				const done = () => {
					clearTimeout(timer);
					waiters.delete(check);
				};
				const check = () => {
					const seen = text();
					if (!holds(seen)) return;
					done();
					resolve(seen);
				};
				const timer = setTimeout(() => {
					done();
					reject(new Error(`never saw ${String(what)}; the screen is:\n${text()}`));
				}, ms);
				waiters.add(check);
				check();
			});
		},
		exited,
	};
}

/** The canned player on a terminal. */
export function openPlayer(
	scenario: string,
	mode = 'tui',
	options: ScreenOptions & {readonly paceMs?: number} = {},
): Screen {
	const kit = import.meta.dirname;
	const args = ['--import', `${kit}/tsx-hook.mjs`, `${kit}/player.ts`, scenario, String(options.paceMs ?? 5), mode];
	return openScreen(process.execPath, args, options);
}
