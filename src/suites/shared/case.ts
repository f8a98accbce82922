// Room: suites. What every reader shares: how a test's name, message and time become safe and bounded.

import type {TestCase} from '../../domain/release.ts';
import {type Safe, safe} from '../../domain/safe.ts';

/** More cases than this are not read: the exit code speaks for the rest. */
export const MAX_CASES = 50_000;
const MAX_NAME = 300;
const MAX_MESSAGE = 600;

/** The first line that says something, bounded. Undefined when there is none. */
function messageOf(text: string): Safe | undefined {
	const line = text
		.slice(0, 20_000)
		.split(/\r\n|[\r\n]/)
		.map((part) => part.trim())
		.find((part) => part !== '');
	return line === undefined ? undefined : safe(line, MAX_MESSAGE);
}

/** @param path names of the groups around it, outermost first. @param ms dropped unless finite and not negative. */
export function caseOf(
	path: readonly string[],
	status: TestCase['status'],
	more: {ms?: number | undefined; message?: string | undefined} = {},
): TestCase {
	const name = path
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.join(' › ');
	const message = more.message === undefined ? undefined : messageOf(more.message);
	return {
		name: safe(name === '' ? '(no name)' : name, MAX_NAME),
		status,
		...(more.ms !== undefined && Number.isFinite(more.ms) && more.ms >= 0 ? {ms: more.ms} : {}),
		...(message === undefined ? {} : {message}),
	};
}

/** A plain object, or undefined: for walking through parsed JSON that may be anything. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
	// A non-null, non-array object has string keys; what they hold stays unknown.
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: undefined;
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * The JSON object in the output of a command that may print other lines around it (npm prints some before). Only a `{` at
 * the start of a line can begin it. Undefined when none of the first few does.
 */
export function jsonIn(stdout: string): Readonly<Record<string, unknown>> | undefined {
	const end = stdout.lastIndexOf('}');
	let begin = stdout.startsWith('{') ? 0 : stdout.indexOf('\n{') + 1;
	for (let tries = 0; tries < 5 && begin >= 0 && begin < end && stdout[begin] === '{'; tries++) {
		try {
			return recordOf(JSON.parse(stdout.slice(begin, end + 1)));
		} catch {
			const next = stdout.indexOf('\n{', begin);
			if (next < 0) return undefined;
			begin = next + 1;
		}
	}
	return undefined;
}
