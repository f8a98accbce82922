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

/** The same borders that choose a strategy: below 0.2, 0.5 and 0.8. @param risk 0–1. */
function riskWord(risk: number): 'low' | 'medium' | 'high' | 'very high' {
	if (risk < 0.2) return 'low';
	if (risk < 0.5) return 'medium';
	return risk < 0.8 ? 'high' : 'very high';
}

/** The one way to say a risk on any screen or page: `20 % medium`. @param risk 0–1. */
export const riskWords = (risk: number): string => `${percent(risk)} ${riskWord(Math.round(risk * 100) / 100)}`;

/** `migrations/7.sql:3`. */
export function place(finding: Finding): string {
	return finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
}

/** @param points hundredths of risk; the reasons of a feature add up to its risk. */
export function reason(code: string, text: string, points = 0): Reason {
	return {code, text: safe(text, 300), weight: points / 100};
}
