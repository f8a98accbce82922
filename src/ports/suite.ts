// Room: ports. Reading what a test runner printed. One file per format; the exit code always has the last word.

import type {TestCase} from '../domain/release.ts';

export interface SuiteReader {
	readonly name: string;
	/** The cases in the output, or undefined when it is not this format. Never throws on hostile input. */
	read(stdout: string): readonly TestCase[] | undefined;
}
