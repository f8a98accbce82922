// Room: adapters. Where git is and in what environment it runs: found once by absolute path, given an allow-list of
// variables, so that nothing inherited (GIT_*, a relative PATH, a pager) can change what it does.

import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, isAbsolute, join} from 'node:path';
import {raise} from '../../domain/fault/fault.ts';

const PASSED = ['HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'SYSTEMROOT'] as const;

/** Absolute entries only: a relative one would find programs in whatever folder the person stands. */
function safePath(): string[] {
	return (process.env.PATH ?? '').split(delimiter).filter((entry) => isAbsolute(entry));
}

/** The absolute path of a program, or undefined. Never looks in the current folder. */
export function findProgram(name: string): string | undefined {
	for (const folder of safePath()) {
		const candidate = join(folder, name);
		try {
			accessSync(candidate, constants.X_OK);
			if (statSync(candidate).isFile()) return candidate;
		} catch {
			// Not there: look further.
		}
	}
	return undefined;
}

/** Faults: GIT_MISSING. */
export function findGit(): string {
	return findProgram('git') ?? raise('GIT_MISSING');
}

function common(): Record<string, string> {
	const env: Record<string, string> = {};
	for (const name of PASSED) {
		const value = process.env[name];
		if (value !== undefined) env[name] = value;
	}
	return {
		...env,
		PATH: safePath().join(delimiter),
		LC_ALL: 'C.UTF-8',
		GIT_TERMINAL_PROMPT: '0',
		GIT_ASKPASS: '/bin/false',
		GIT_OPTIONAL_LOCKS: '0',
		GIT_NO_REPLACE_OBJECTS: '1',
		GIT_NO_LAZY_FETCH: '1',
		GIT_ALLOW_PROTOCOL: 'none',
		GIT_PAGER: 'cat',
	};
}

/** For the closed list of commands on the user's repository: the person's own git config counts (safe.directory). */
export function realEnvironment(): Record<string, string> {
	return {
		...common(),
		// For the reflog of the refs that are moved on request.
		GIT_COMMITTER_NAME: 'Orchestra',
		GIT_COMMITTER_EMAIL: 'orchestra@localhost',
	};
}

/** For the clean view: no config but its own. */
export function cleanEnvironment(): Record<string, string> {
	return {...common(), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1'};
}

/** Overrides for the user's repository. No list of these is enough by itself (filters, textconv): hence the clean view. */
export const REAL_FLAGS = [
	'--no-pager',
	...[
		'core.hooksPath=/dev/null',
		'core.fsmonitor=false',
		'core.alternateRefsCommand=',
		'log.showSignature=false',
		'protocol.ext.allow=never',
		'submodule.recurse=false',
		'gc.auto=0',
		'maintenance.auto=false',
	].flatMap((setting) => ['-c', setting]),
] as const;
