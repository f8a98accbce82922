// Room: tests. Every rule of a table is shown firing on one pair of texts, and silent on another that looks much like it.

import {describe, expect, test} from 'vitest';
import type {Finding} from '../../src/domain/feature.ts';
import type {Detector, Look} from '../../src/ports/detector.ts';
import type {Patch} from '../../src/ports/repository.ts';
import {change, oid} from './features.ts';

/** Files by path before and after one change; what is absent on a side is undefined there. */
export interface Sides {
	readonly before: Readonly<Record<string, string>>;
	readonly after: Readonly<Record<string, string>>;
	/** Renames, new path → old path. */
	readonly renamed?: Readonly<Record<string, string>>;
	/** Files that are there after the change and cannot be read: binary, or too large. */
	readonly unread?: readonly string[];
}

/** A repository of two commits, as a detector that reads files sees it. */
export async function seen(
	detector: Detector,
	{before, after, renamed = {}, unread = []}: Sides,
): Promise<readonly Finding[]> {
	const gone = new Set(Object.values(renamed));
	const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
		(path) => !gone.has(path) && (before[path] !== after[path] || renamed[path] !== undefined || unread.includes(path)),
	);
	const one = change('change', {
		files: paths.map((path) => `${Object.hasOwn(after, path) ? (Object.hasOwn(before, path) ? '' : '+') : '-'}${path}`),
	});
	const patches = paths
		.filter((path) => detector.wants(path) || (renamed[path] !== undefined && detector.wants(renamed[path])))
		.map((path): Patch => {
			const from = renamed[path];
			const [was, is] = [before[from ?? path], unread.includes(path) ? undefined : after[path]];
			return {
				path,
				change: oid('change'),
				added: [],
				removed: [],
				...(from === undefined ? {} : {from}),
				...(was === undefined ? {} : {before: was}),
				...(is === undefined ? {} : {after: is}),
			};
		});
	const look: Look = {
		before: async (path) => (Object.hasOwn(before, path) ? before[path] : undefined),
		after: async (path) => (Object.hasOwn(after, path) ? after[path] : undefined),
		list: async (folder) =>
			Object.keys(after)
				.filter((path) => path.startsWith(folder))
				.sort(),
	};
	return detector.detect(one, patches, look);
}

export interface Case {
	readonly fires: Sides;
	readonly silent: Sides;
}

/** One test a rule, and one that no rule is without: its pair fires it with all that a finding has; its near miss does not. */
export function everyRule(detector: Detector, cases: Readonly<Record<string, Case>>): void {
	describe('every rule fires on its pair and is silent on a near miss', () => {
		test('none is without', () => {
			expect(Object.keys(cases).sort()).toEqual((detector.rules ?? []).map(({id}) => id).sort());
		});
		for (const [id, {fires, silent}] of Object.entries(cases))
			test(id, async () => {
				const [one] = (await seen(detector, fires)).filter(({rule}) => rule === id);
				expect(one, 'it fires').toMatchObject({
					rule: id,
					topic: 'api',
					class: 'API',
					object: expect.stringMatching(/./),
					what: expect.stringMatching(/./),
					advice: expect.stringMatching(/./),
				});
				expect(one?.line ?? 1, 'lines count from 1').toBeGreaterThan(0);
				expect(
					(await seen(detector, silent)).map(({rule}) => rule),
					'it is silent',
				).not.toContain(id);
			});
	});
}
