// Room: domain. What a feature touches and what holds it, in a few words: what somebody who decides would look up first.

import type {Feature} from '../feature.ts';
import {isChangelog, isDocumentation, isLockfile, isManifest, isTest} from '../kind.ts';
import {isCode} from './risk.ts';
import {count} from './words.ts';

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

const SORTS: readonly (readonly [one: string, test: (path: string) => boolean])[] = [
	['test file', (path) => isTest(path) || /(^|[/._-])(tests?|spec|__tests__)([/._-]|$)/i.test(path)],
	['lock file', isLockfile],
	['dependency file', (path) => isLockfile(path) || isManifest(path)],
	['document', (path) => isDocumentation(path) || isChangelog(path)],
];

/** Deep folders leave no room for the name: then the last three parts are kept, or two when those are long. */
const LONG = 36;

function short(path: string): string {
	if (path.length <= LONG) return path;
	const parts = path.split('/');
	const end = path.endsWith('/') ? 1 : 0;
	for (const kept of [3, 2, 1]) {
		const tail = parts.slice(-(kept + end)).join('/');
		if (tail.length <= LONG || kept === 1) return parts.length > kept + end ? `…/${tail}` : path;
	}
	return path;
}

/** `src/orders.js`, `3 files in src/`, `documents only`. */
function where(feature: Feature): string {
	const paths = [...new Set(feature.changes.flatMap((change) => change.files.map((file) => file.path)))];
	if (paths.length === 0) return count(feature.files, 'file');
	const code = paths.filter(isCode);
	const [first, ...others] = code;
	if (first === undefined) {
		if (paths.length === 1) return short(paths[0] ?? '');
		const sort = SORTS.find(([, test]) => paths.every(test));
		return sort === undefined ? `${count(paths.length, 'file')}, no code` : `${count(paths.length, sort[0])} only`;
	}
	if (others.length === 0) return short(first);
	const folder = folderOf(first);
	const together = folder !== '' && others.every((path) => folderOf(path) === folder);
	return `${count(code.length, 'file')}${together ? ` in ${short(folder)}` : ''}`;
}

const HOLDS = ['feat', 'fix', 'perf', 'refactor', 'other', 'revert'];

/** E.g. `src/orders.js, with tests` or `migrations/3.sql, no test`. Not yet safe to draw: paths are from outside. */
export function touches(feature: Feature): string {
	const tested = feature.findings.some((finding) => finding.topic === 'tests' && finding.severity === 'note');
	const code = feature.changes.some((change) => change.files.some((file) => isCode(file.path)));
	const held = !code || !HOLDS.includes(feature.kind) ? '' : tested ? ', with tests' : ', no test';
	return `${where(feature)}${held}`;
}
