// Room: domain. The words of selection: kinds in the plural, places, percent. Everything from outside passes safe().

import type {Kind} from '../change.ts';
import type {Finding, Reason} from '../feature.ts';
import {safe} from '../safe.ts';

const PLURAL: Readonly<Record<Kind, string>> = {
	feat: 'new features',
	fix: 'fixes',
	perf: 'performance changes',
	refactor: 'refactorings',
	revert: 'reverts',
	docs: 'documentation changes',
	test: 'test changes',
	build: 'build changes',
	ci: 'CI changes',
	chore: 'chores',
	style: 'style changes',
	other: 'changes of no stated kind',
};

export const plural = (kind: Kind): string => PLURAL[kind];
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `migrations/7.sql:3`. */
export function place(finding: Finding): string {
	return finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
}

/** @param points hundredths of risk; the reasons of a feature add up to its risk. */
export function reason(code: string, text: string, points = 0): Reason {
	return {code, text: safe(text, 300), weight: points / 100};
}
