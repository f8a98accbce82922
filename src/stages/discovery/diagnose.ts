// Room: stages. Nothing waits: which of the causes it is, in words, with the commands that mend it.

import type {DiscoveryReport} from '../../domain/batch.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Range} from './range.ts';

type Empty = NonNullable<DiscoveryReport['empty']>;

/** Branches that are looked at, so that a repository with thousands of them is as quick. */
const MOST_BRANCHES = 40;

/** Names as a shell takes them; a hostile branch name is no command. */
const quoted = (name: string) => (/^[\w./@+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

export async function diagnose(
	repository: Repository,
	{base, dev}: Range,
	common: Oid | undefined,
	gone: {readonly shipped: number; readonly cancelled: number},
): Promise<Empty> {
	const because = (cause: Empty['cause'], text: string, mend: readonly string[]): Empty => ({
		cause,
		text: safe(text),
		mend: mend.map((line) => safe(line)),
	});
	if (common === undefined && base.oid !== dev.oid)
		return because('unrelated', `${dev.name} and ${base.name} have no common history: is it the right branch?`, [
			'orchestra deploy --base NAME --dev NAME   with two branches of one history',
		]);
	const elsewhere = (await branchesAhead(repository, base, dev.name)).map(
		(name) => `orchestra deploy --dev ${quoted(name)}   it has work that is not on ${base.name}`,
	);
	if (base.oid === dev.oid || common === dev.oid) {
		const same = base.oid === dev.oid;
		const where = same
			? `${dev.name} and ${base.name} are the same commit (${dev.oid.slice(0, 12)})`
			: `${dev.name} is behind ${base.name}: everything on it is live already`;
		const nobody = (await repository.committer()) === undefined;
		return because(
			same ? 'same-commit' : 'behind',
			nobody ? `${where}. git does not know who commits here, so it refuses to` : where,
			[
				...(nobody ? ['git config user.email you@example.com && git config user.name "Your Name"'] : []),
				...elsewhere,
				...(elsewhere.length > 0 ? [] : ['git switch -c dev && git commit   work on a branch of its own first']),
			],
		);
	}
	const parts = [
		gone.shipped > 0 ? `${gone.shipped} shipped under another id` : '',
		gone.cancelled > 0 ? `${gone.cancelled} cancel each other out` : '',
	].filter((part) => part !== '');
	const why = parts.length > 0 ? parts.join(', ') : `it only merged ${base.name}`;
	return because('all-shipped', `Nothing on ${dev.name} waits for ${base.name}: ${why}`, elsewhere);
}

/** Up to three other branches with something that is not on the base. */
async function branchesAhead(repository: Repository, base: Range['base'], not: string): Promise<string[]> {
	const found: string[] = [];
	for (const name of (await repository.branches()).slice(0, MOST_BRANCHES)) {
		if (name === not || name === base.name || found.length === 3) continue;
		try {
			const oid = await repository.resolve(name);
			if (!(await repository.isAncestor(oid, base.oid))) found.push(name);
		} catch (thrown) {
			if (!(thrown instanceof FaultError)) throw thrown;
		}
	}
	return found;
}
