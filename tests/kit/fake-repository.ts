// Room: tests. A repository in memory. A change applies when every change it rests on is on the base or among the picks
// before it; what a change rests on is said by the test. Everything that selection does not need is missing on purpose.

import type {BuiltCommit, Simulation} from '../../src/domain/batch.ts';
import type {Change} from '../../src/domain/change.ts';
import {raise} from '../../src/domain/fault/fault.ts';
import type {Version} from '../../src/domain/release.ts';
import type {Repository} from '../../src/ports/repository.ts';
import {oid} from './features.ts';

export interface FakeRepository extends Repository {
	/** The picks of each simulation and build, by subject. */
	readonly simulated: readonly (readonly string[])[];
	readonly built: readonly (readonly string[])[];
}

export interface World {
	/** What each change (by the name given to `change`) rests on. */
	readonly restsOn?: Readonly<Record<string, readonly string[]>>;
	/** Changes that apply nowhere: the base went another way. */
	readonly hopeless?: readonly string[];
	readonly last?: Version;
	/** False: the simulation names no missing change, only paths, as a textual merge does at times. */
	readonly namesMissing?: boolean;
	/** True: what changes rest on is known by their lines before any simulation. */
	readonly linesSayIt?: boolean;
	/** Paths by change whose contents are not here, as in a partial clone. */
	readonly unread?: Readonly<Record<string, readonly string[]>>;
}

export function fakeRepository(world: World): FakeRepository {
	const rests = new Map(Object.entries(world.restsOn ?? {}).map(([name, others]) => [oid(name), others.map(oid)]));
	const hopeless = new Set((world.hopeless ?? []).map(oid));
	const simulated: string[][] = [];
	const built: string[][] = [];
	const unused = async (): Promise<never> => {
		throw new Error('the fake repository does not do this');
	};

	function conflictsOf(picks: readonly Change[]): Simulation['conflicts'] {
		const applied = new Set<string>();
		const conflicts: Simulation['conflicts'][number][] = [];
		for (const pick of picks) {
			const missing = (rests.get(pick.oid) ?? []).filter((other) => !applied.has(other));
			const paths = pick.files.map((file) => file.path);
			if (missing.length > 0 || hopeless.has(pick.oid))
				conflicts.push({change: pick.oid, paths, missing: world.namesMissing === false ? [] : missing});
			else applied.add(pick.oid);
		}
		return conflicts;
	}

	return {
		root: '/nowhere',
		commonDir: '/nowhere/.git',
		simulated,
		built,
		resolve: unused,
		currentBranch: unused,
		committer: unused,
		branches: unused,
		isAncestor: unused,
		mergeBase: unused,
		authors: async () => new Map(),
		lastVersion: async () => world.last,
		changes: () => {
			throw new Error('the fake repository does not do this');
		},
		scan: () => {
			throw new Error('the fake repository does not do this');
		},
		dependencies: async () => ({
			needs: (change) =>
				(world.linesSayIt ? (rests.get(change) ?? []) : []).map((to) => ({
					from: change,
					to,
					kind: 'edit' as const,
					strength: 'hard' as const,
					why: {path: 'src/app.ts', line: 1},
				})),
			suspects: () => [],
			drifted: () => [],
			unread: new Map(Object.entries(world.unread ?? {}).map(([name, paths]) => [oid(name), paths])),
		}),
		patches: () => {
			throw new Error('the fake repository does not do this');
		},
		file: unused,
		files: unused,
		paths: unused,
		elsewhere: async () => ({before: 0, taken: new Map()}),
		simulate: async (_base, picks) => {
			simulated.push(picks.map((pick) => pick.subject));
			const conflicts = conflictsOf(picks);
			return {applies: conflicts.length === 0, conflicts};
		},
		prove: async (_base, _dev, picks) => {
			const picksTree = oid(`tree of ${picks.map((pick) => pick.oid).join()}`);
			return {picksTree, revertsTree: picksTree, equal: true, steps: 2 * picks.length, except: []};
		},
		build: async (base, picks, {version, tag}): Promise<BuiltCommit> => {
			built.push(picks.map((pick) => pick.subject));
			if (conflictsOf(picks).length > 0) raise('CONFLICT');
			const made = picks.map((pick) => ({change: pick.oid, commit: oid(`${base} ${pick.oid}`)}));
			const commit = oid([base, ...made.map((one) => one.commit)].join());
			return {version, tag, commit, tree: oid(`tree ${commit}`), base, picks: made};
		},
		append: unused,
		materialise: unused,
		publish: unused,
		moveBranch: unused,
		tag: unused,
		executableConfig: unused,
	};
}
