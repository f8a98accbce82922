// Room: stages. Between which two commits discovery looks: what is live, and what waits. Says what it assumed.

import {FaultError, raise} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import type {Repository} from '../../ports/repository.ts';

export interface Range {
	readonly base: {readonly name: string; readonly oid: Oid};
	readonly dev: {readonly name: string; readonly oid: Oid};
	readonly live: 'base branch' | 'last promoted release';
	/** What was assumed because nobody said it, in words. */
	readonly notes: readonly string[];
}

const DEV_NAMES = ['dev', 'develop', 'development', 'next'] as const;
const BASE_NAMES = ['origin/HEAD', 'main', 'master', 'trunk'] as const;

async function find(repository: Repository, name: string): Promise<Oid | undefined> {
	try {
		return await repository.resolve(name);
	} catch (thrown) {
		if (thrown instanceof FaultError && thrown.fault.code === 'REF_NOT_FOUND') return undefined;
		throw thrown;
	}
}

/** Faults: REF_NOT_FOUND, NO_COMMITS. */
export async function findRange(
	repository: Repository,
	named: {base: string; dev: string | undefined},
	promoted: Oid | undefined,
): Promise<Range> {
	const notes: string[] = [];
	const base = await findBase(repository, named, notes);
	const dev = await findDev(repository, base, named.dev);
	const live = await isAhead(repository, base.oid, promoted, notes);
	return {
		base: live === undefined ? base : {name: base.name, oid: live},
		dev,
		live: live === undefined ? 'base branch' : 'last promoted release',
		notes,
	};
}

async function findBase(repository: Repository, named: {base: string; dev: string | undefined}, notes: string[]) {
	const oid = await find(repository, named.base);
	if (oid !== undefined) return {name: named.base, oid};
	for (const name of [`origin/${named.base}`, ...BASE_NAMES]) {
		if (name === named.base || name === named.dev) continue;
		const other = await find(repository, name);
		if (other === undefined) continue;
		notes.push(`There is no branch ${named.base} here: ${name} is taken as the base`);
		return {name, oid: other};
	}
	return raise('REF_NOT_FOUND', {with: {ref: named.base}, details: [`Nor is there ${BASE_NAMES.join(', ')}`]});
}

/** The named one; else the branch one stands on; else, standing on the base, the furthest of the usual names. */
async function findDev(repository: Repository, base: {name: string; oid: Oid}, named: string | undefined) {
	if (named !== undefined) return {name: named, oid: await repository.resolve(named)};
	const current = await repository.currentBranch();
	if (current !== undefined && current !== base.name) return {name: current, oid: await repository.resolve(current)};
	if (current === undefined) {
		const head = await find(repository, 'HEAD');
		if (head !== undefined && !(await repository.isAncestor(head, base.oid))) return {name: 'HEAD', oid: head};
	}
	const branches = await repository.branches();
	let best: {name: string; oid: Oid} | undefined;
	for (const name of DEV_NAMES.filter((candidate) => candidate !== base.name && branches.includes(candidate))) {
		const oid = await repository.resolve(name);
		if (!best || (best.oid !== oid && (await repository.isAncestor(best.oid, oid)))) best = {name, oid};
	}
	const where = current === undefined ? 'HEAD is on the base' : `You are on ${current}, which is the base`;
	return (
		best ??
		raise('REF_NOT_FOUND', {
			with: {ref: DEV_NAMES[0]},
			details: [`${where}, and no branch is called ${DEV_NAMES.join(', ')}: nothing says where the waiting work is`],
		})
	);
}

/** The promoted release, when it is further than the base branch: the branch was not moved, but users have the release. */
async function isAhead(repository: Repository, base: Oid, promoted: Oid | undefined, notes: string[]) {
	if (promoted === undefined || promoted === base) return undefined;
	try {
		if (!(await repository.isAncestor(base, promoted))) return undefined;
	} catch (thrown) {
		if (!(thrown instanceof FaultError)) throw thrown;
		notes.push(
			`The last promoted release (${promoted.slice(0, 12)}) is not known to this repository: the base branch counts`,
		);
		return undefined;
	}
	notes.push(`The last promoted release (${promoted.slice(0, 12)}) is ahead of the base branch: it counts as live`);
	return promoted;
}
