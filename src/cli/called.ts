// Room: cli. How this Orchestra is called from a shell: what is printed to be typed must work when it is typed.

import {existsSync, realpathSync} from 'node:fs';
import {delimiter, join, sep} from 'node:path';

const VERBS =
	'deploy|status|abort|pause|resume|promote|rollback|history|analyze|outcome|reset|learn|init|config|doctor|guide|gateway|demo';
/** A command to be typed: at the start of a line, or behind a word that introduces it; never in a usage line. */
const COMMAND = new RegExp(`(?<!Usage: )(?<=^|[\\s\`(])orchestra(?= (?:${VERBS})\\b)`, 'gm');

export interface Called {
	/** The program file that was started. */
	readonly launcher: string | undefined;
	readonly path: string | undefined;
	readonly cwd: string;
}

function sameFile(a: string, b: string): boolean {
	try {
		return realpathSync(a) === realpathSync(b);
	} catch {
		return false;
	}
}

/** As it is when it is plain, else in single quotes: for `/bin/sh`. */
const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

/**
 * `orchestra` when the shell finds exactly this one; `npx orchestra` when it belongs to the project at hand; else the path of
 * the program. What npm puts on the PATH of a script is not on the person's PATH, so it does not count.
 */
export function calledAs({launcher, path, cwd}: Called): string {
	if (launcher === undefined) return 'orchestra';
	const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.includes('node_modules'));
	if (folders.some((folder) => sameFile(join(folder, 'orchestra'), launcher))) return 'orchestra';
	if (launcher.startsWith(join(cwd, 'node_modules') + sep)) return 'npx orchestra';
	if (launcher.includes(`${sep}_npx${sep}`)) return 'npx orchestra-release';
	return existsSync(launcher) ? quoted(launcher) : 'orchestra';
}

/** Every command in a text for a person, in the form that works here. Data (JSON) is left as it is. */
export function spoken(text: string, called: string): string {
	return called === 'orchestra' || /^[{[]/.test(text) ? text : text.replaceAll(COMMAND, () => called);
}
