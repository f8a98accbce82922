// Room: domain. What a feature touches and what holds it, in a few words: what somebody who decides would look up first.

import type {Feature} from '../feature.ts';
import {isCode} from './risk.ts';
import {count} from './words.ts';

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** `src/orders.js`, `3 files in src/`, `documents only`. */
function where(feature: Feature): string {
	const paths = [...new Set(feature.changes.flatMap((change) => change.files.map((file) => file.path)))];
	if (paths.length === 0) return count(feature.files, 'file');
	const code = paths.filter(isCode);
	const [first, ...others] = code;
	if (first === undefined) {
		const tests = paths.every((path) => /(^|[/._-])(tests?|spec|__tests__)([/._-]|$)/i.test(path));
		if (paths.length === 1) return paths[0] ?? '';
		return tests ? `${count(paths.length, 'test file')} only` : 'no code';
	}
	if (others.length === 0) return first;
	const folder = folderOf(first);
	const together = folder !== '' && others.every((path) => folderOf(path) === folder);
	return `${count(code.length, 'file')}${together ? ` in ${folder}` : ''}`;
}

const HOLDS = ['feat', 'fix', 'perf', 'refactor', 'other', 'revert'];

/** E.g. `src/orders.js, with tests` or `migrations/3.sql, no test`. Not yet safe to draw: paths are from outside. */
export function touches(feature: Feature): string {
	const tested = feature.findings.some((finding) => finding.topic === 'tests' && finding.severity === 'note');
	const code = feature.changes.some((change) => change.files.some((file) => isCode(file.path)));
	const held = !code || !HOLDS.includes(feature.kind) ? '' : tested ? ', with tests' : ', no test';
	return `${where(feature)}${held}`;
}
