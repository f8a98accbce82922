// Room: suites. Reads TAP 12 to 14 (node --test --test-reporter=tap, tape, bats, prove …). Groups are not cases: a test that
// has subtests is counted through them.

import type {TestCase} from '../domain/release.ts';
import type {SuiteReader} from '../ports/suite.ts';
import {caseOf, MAX_CASES} from './shared/case.ts';

const POINT = /^(not )?ok\b(?: +(\d{1,9})\b)?(?: *- ?| +)?(.*)$/;
const PLAN = /^1\.\.(\d{1,9})(?:\s*#\s*(.*))?$/;

/** `# SKIP why` and `# TODO why` behind an unescaped hash. */
function directiveOf(text: string): {name: string; directive?: 'skip' | 'todo'; why?: string} {
	const at = text.lastIndexOf('#');
	const found = at < 0 || text[at - 1] === '\\' ? null : /^#\s*(skip|todo)\S{0,20}\s*(.*)$/i.exec(text.slice(at));
	const name = (found === null ? text : text.slice(0, at)).replace(/\\([#\\])/g, '$1').trim();
	if (found === null) return {name};
	return {name, directive: found[1]?.toLowerCase() === 'skip' ? 'skip' : 'todo', why: found[2] ?? ''};
}

/** The block of `key: value` lines below a test point; only what a report can use. */
function diagnosticsOf(lines: readonly string[]): {ms?: number; message?: string} {
	let ms: number | undefined;
	let message: string | undefined;
	for (const [i, line] of lines.entries()) {
		const found = /^(duration_ms|error|message)\s*:\s*(.*)$/.exec(line);
		if (found === null) continue;
		const value = found[2] ?? '';
		if (found[1] === 'duration_ms') ms = Number(value);
		else if (message === undefined)
			message = /^[|>][+-]?$/.test(value) ? (lines[i + 1] ?? '').trim() : value.replace(/^(['"])(.*)\1$/, '$2');
	}
	return {...(ms === undefined ? {} : {ms}), ...(message === undefined ? {} : {message})};
}

interface Level {
	name: string;
	points: number;
	failed: number;
	plan?: number;
}

function read(stdout: string): readonly TestCase[] | undefined {
	const cases: TestCase[] = [];
	const lines = stdout.split(/\r\n|[\r\n]/);
	let recognised = false;
	let points = 0;
	/** One per depth of indentation: the group that is open there. */
	let levels: Level[] = [{name: '', points: 0, failed: 0}];
	const level = (depth: number): Level => {
		while (levels.length <= depth) levels.push({name: '', points: 0, failed: 0});
		return levels[depth] ?? {name: '', points: 0, failed: 0};
	};
	/** Fewer tests ran than the plan promised: a run that ended early must not look complete. */
	const close = (depth: number) => {
		for (const open of levels.splice(depth).reverse()) {
			if (open.plan !== undefined && open.points < open.plan)
				cases.push(caseOf([open.name, `${open.points} of ${open.plan} planned tests ran`], 'failed'));
		}
	};

	for (let i = 0; i < lines.length && cases.length < MAX_CASES; i++) {
		const line = lines[i] ?? '';
		const text = line.trimStart();
		const depth = Math.min(32, Math.floor((line.length - text.length) / 4));
		if (/^TAP version \d/.test(text)) recognised = true;
		const plan = PLAN.exec(text);
		if (plan !== null) {
			recognised = true;
			level(depth).plan = Number(plan[1]);
			if (plan[1] === '0' && plan[2] !== undefined && depth === 0)
				cases.push(caseOf(['(all tests)'], 'skipped', {message: plan[2].replace(/^skip\S{0,20}\s*/i, '')}));
			continue;
		}
		const subtest = /^# Subtest: (.*)$/.exec(text);
		if (subtest !== null) {
			close(depth + 1);
			level(depth + 1).name = directiveOf(subtest[1] ?? '').name;
			continue;
		}
		if (/^Bail out!/.test(text)) {
			cases.push(caseOf(['Bail out!'], 'failed', {message: text.slice(9)}));
			continue;
		}
		const point = POINT.exec(text);
		if (point === null) continue;
		points++;
		const inner = levels[depth + 1];
		close(depth + 1);
		const here = level(depth);
		here.points++;
		const failed = point[1] !== undefined;
		const {name, directive, why} = directiveOf(point[3] ?? '');
		const block: string[] = [];
		if (lines[i + 1]?.trim() === '---') {
			for (i += 2; i < lines.length && lines[i]?.trim() !== '...'; i++) {
				if (block.length < 200) block.push((lines[i] ?? '').trim());
			}
		}
		if (failed) here.failed++;
		// A group is counted through its tests, unless it failed on its own account.
		if (inner !== undefined && inner.points > 0 && (!failed || inner.failed > 0)) continue;
		const path = [...levels.slice(1, depth + 1).map((open) => open.name), name || `test ${point[2] ?? here.points}`];
		const {ms, message} = diagnosticsOf(block);
		if (directive !== undefined) cases.push(caseOf(path, 'skipped', {ms, message: why || directive}));
		else cases.push(caseOf(path, failed ? 'failed' : 'passed', {ms, message: failed ? message : undefined}));
	}
	close(0);
	levels = [];
	return recognised && (points > 0 || /^\s*1\.\.0\b/m.test(stdout)) ? cases : undefined;
}

export const reader: SuiteReader = {name: 'TAP', read};
