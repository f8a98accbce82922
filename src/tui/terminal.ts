// Room: tui. The terminal itself: an input of our own, the alternate screen, and the way back on every path out.

import {openSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import type {Ending} from '../engine/live.ts';
import {unpaint} from './first-paint.ts';

export interface Terminal {
	/** Default: an own stream on /dev/tty. */
	readonly stdin?: NodeJS.ReadStream;
	readonly stdout?: NodeJS.WriteStream;
	/** Milliseconds since the epoch. Default: the system's clock. */
	readonly now?: () => number;
	/** For NO_COLOR and TERM. Default: the process's. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Printed on the normal screen once the alternate one is left. */
	readonly farewell?: (ending: Ending) => readonly string[];
}

export interface Input {
	readonly stream: NodeJS.ReadStream;
	close(): void;
}

/**
 * Ink and inquirer cannot share one stdin: whoever comes second gets no key. So each screen opens the terminal for itself
 * and closes it when it leaves; what comes before and after may use process.stdin.
 */
export function openInput(given: NodeJS.ReadStream | undefined): Input {
	if (given) return {stream: given, close: () => undefined};
	try {
		const stream = new ReadStream(openSync('/dev/tty', 'r+'));
		// A terminal that goes away must not take the deployment with it.
		stream.on('error', () => undefined);
		// Before the first frame already: a Ctrl-C that comes with it is ours to hear, not a signal that kills.
		stream.setRawMode(true);
		return {
			stream,
			close() {
				if (stream.isRaw) stream.setRawMode(false);
				stream.destroy();
			},
		};
	} catch {
		return {stream: process.stdin, close: () => process.stdin.pause()};
	}
}

/** Enters the alternate screen, clean. Returns the way back, which also runs when the process breaks; it works once. */
export function enterScreen(stdout: NodeJS.WriteStream): () => void {
	stdout.write('\u001b[?1049h\u001b[?25l\u001b[H\u001b[2J');
	let inside = true;
	const leave = () => {
		if (!inside) return;
		inside = false;
		process.off('uncaughtExceptionMonitor', leave);
		process.off('exit', leave);
		try {
			stdout.write(unpaint());
		} catch {
			// The terminal is gone; there is nothing left to restore.
		}
	};
	// Before Node prints what broke: on the alternate screen nobody would ever read it.
	process.on('uncaughtExceptionMonitor', leave);
	process.on('exit', leave);
	return leave;
}
