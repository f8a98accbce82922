// Room: ports. Running a person's commands (build, test, migrate). Never a shell string made from outside text.

import type {Safe} from '../domain/safe.ts';

export interface CommandRun {
	/** The trusted command line from orchestration/orchestra.json, run by `/bin/sh -c`. */
	readonly command: string;
	readonly cwd: string;
	/** Added to the allow-list (PATH, HOME, LANG, TMPDIR, …); Orchestra's own keys and GIT_* never pass. */
	readonly env?: Readonly<Record<string, string>>;
	/** Milliseconds; then the process group is killed. */
	readonly timeoutMs: number;
	readonly onLine?: (line: Safe) => void;
	readonly signal?: AbortSignal;
}

export interface CommandResult {
	/** 0–255; 128+n when ended by signal n. */
	readonly exit: number;
	readonly timedOut: boolean;
	readonly ms: number;
	/** The last 200 lines of stdout and stderr as they came, redacted. */
	readonly tail: readonly Safe[];
	/** stdout whole, redacted, capped at 10 MB from its end. For reading test formats. */
	readonly stdout: string;
}

export interface Runner {
	/** Resolves also when the command fails: the exit code is data. Rejects only when it could not be started, or with the signal's reason. */
	run(command: CommandRun): Promise<CommandResult>;
}
