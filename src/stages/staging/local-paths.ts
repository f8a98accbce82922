// Room: stages. Reports and memory are shared; where things lie on this machine is nobody else's business.

import {homedir} from 'node:os';
import {sep} from 'node:path';
import {type Safe, safe} from '../../domain/safe.ts';

/** Text that a command printed, with the release's folder as `.` and the home folder as `~`. */
export function withoutLocalPaths(text: string, folder: string): string {
	const home = homedir();
	const inside = text.replaceAll(folder + sep, '').replaceAll(folder, '.');
	return home.length > 1 ? inside.replaceAll(home + sep, `~${sep}`) : inside;
}

export function linesWithoutLocalPaths(lines: readonly Safe[], folder: string): readonly Safe[] {
	return lines.map((line) => safe(withoutLocalPaths(line, folder)));
}
