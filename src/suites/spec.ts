// Room: suites. Reads what `node --test` prints for people (its spec reporter), so that a plain `npm test` counts as well.

import type {TestCase} from '../domain/release.ts';
import type {SuiteReader} from '../ports/suite.ts';
import {caseOf, MAX_CASES} from './shared/case.ts';

/** Nobody names a test longer than this; a test may print anything. */
const LINE_CAP = 2000;

interface Line {
	readonly depth: number;
	readonly sign: string;
	readonly name: string;
	readonly ms?: number;
	readonly directive: boolean;
}

/** `✔ name (1.2ms)` and `﹣ name (0.1ms) # SKIP`. */
function lineOf(line: string): Line | undefined {
	const found = line.length > LINE_CAP ? null : /^( *)([✔✖﹣⚠]) (.*)$/u.exec(line);
	if (found === null) return undefined;
	const [, indent = '', sign = '', rest = ''] = found;
	const at = rest.lastIndexOf(' (');
	const end = at < 0 ? null : /^ \((\d{1,9}(?:\.\d{1,9})?)ms\)( # .*)?$/.exec(rest.slice(at));
	if (end === null) return {depth: indent.length, sign, name: rest, directive: false};
	const [, ms, directive] = end;
	return {
		depth: indent.length,
		sign,
		name: rest.slice(0, at),
		ms: Number(ms),
		directive: directive !== undefined,
	};
}

/** The message below each test in the closing list of failures, by the test's name. */
function messagesOf(lines: readonly string[]): Map<string, string> {
	const found = new Map<string, string>();
	for (const [i, line] of lines.entries()) {
		const name = lineOf(line)?.name;
		if (name !== undefined && !found.has(name)) found.set(name, lines[i + 1] ?? '');
	}
	return found;
}

function read(stdout: string): readonly TestCase[] | undefined {
	if (!/^ℹ tests \d/m.test(stdout) || !/^ℹ pass \d/m.test(stdout)) return undefined;
	const [body = '', failures = ''] = stdout.split(/^✖ failing tests:\s*$/m, 2);
	const messages = messagesOf(failures.split('\n'));
	const cases: TestCase[] = [];
	const open: {readonly name: string; readonly depth: number; failed: boolean}[] = [];
	for (const line of body.split(/\r\n|[\r\n]/)) {
		if (cases.length >= MAX_CASES) break;
		const group = /^( *)▶ (.*)$/u.exec(line);
		if (group !== null) {
			open.push({name: group[2] ?? '', depth: (group[1] ?? '').length, failed: false});
			continue;
		}
		const found = lineOf(line);
		if (found === undefined) continue;
		const {depth, sign, name, ms, directive} = found;
		const innermost = open.at(-1);
		if (innermost !== undefined && innermost.depth === depth && innermost.name === name) {
			open.pop();
			// A group is counted through its tests, unless it failed on its own account.
			if (sign !== '✖' || innermost.failed) continue;
		}
		const path = [...open.map((outer) => outer.name), name];
		if (sign === '✖') {
			for (const outer of open) outer.failed = true;
			cases.push(caseOf(path, 'failed', {ms, message: messages.get(name)}));
		} else if (sign === '﹣' || sign === '⚠' || directive) cases.push(caseOf(path, 'skipped', {ms}));
		else cases.push(caseOf(path, 'passed', {ms}));
	}
	return cases;
}

export const reader: SuiteReader = {name: 'node --test', read};
