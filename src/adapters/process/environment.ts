// Room: adapters/process. What a person's command gets to see of our environment: a short list, and never our own keys.

import {delimiter, dirname, isAbsolute} from 'node:path';

const ALLOWED = new Set(['HOME', 'LANG', 'LANGUAGE', 'TMPDIR', 'TZ', 'USER', 'LOGNAME', 'SHELL']);

/** Names that change what runs, or are ours: not even the project file can set them. */
const FORBIDDEN = /^(?:GIT_.*|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV|PATH|ANTHROPIC_.*)$/;

/** Only absolute folders: an empty or relative entry would let the release's own files stand in for system tools. */
function pathOf(path: string | undefined, prefix: string | undefined): string {
	const folders = (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).filter((folder) => isAbsolute(folder));
	return [...(prefix === undefined ? [] : [prefix]), ...folders.filter((folder) => folder !== prefix)].join(delimiter);
}

/**
 * @param own the environment Orchestra itself was started with.
 * @param declared what the caller adds; names in the forbidden list are left out.
 */
export function childEnvironment(
	own: Readonly<Record<string, string | undefined>>,
	options: {cwd: string; declared?: Readonly<Record<string, string>>; pathPrefix?: string},
): Record<string, string> {
	const env: Record<string, string> = {};
	for (const [name, value] of Object.entries(own)) {
		if (value !== undefined && (ALLOWED.has(name) || name.startsWith('LC_'))) env[name] = value;
	}
	Object.assign(env, {
		PATH: pathOf(own.PATH, options.pathPrefix),
		TERM: 'dumb',
		NO_COLOR: '1',
		// Test runners that would watch or ask for input in a terminal run once and leave.
		CI: 'true',
		// A materialised release lies below the user's repository without being part of it: tools must not find that one.
		GIT_CEILING_DIRECTORIES: dirname(options.cwd),
	});
	for (const [name, value] of Object.entries(options.declared ?? {})) {
		if (!FORBIDDEN.test(name)) env[name] = value;
	}
	return env;
}
