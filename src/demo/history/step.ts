// Room: demo. What one line of the sample history's table is: a commit, a merged pull request, a revert or a pick.

import type {Edit} from './edits.ts';

export interface Author {
	readonly name: string;
	readonly email: string;
	/** As git writes it, e.g. `+0100`. */
	readonly zone: string;
}

const person = (name: string, email: string, zone: string): Author => ({name, email, zone});

export const MARA = person('Mara Lindqvist', 'mara@bakery.example', '+0200');
export const TOMAS = person('Tomás Okafor', 'tomas@bakery.example', '+0100');
export const INES = person('Inês Carvalho', 'ines@bakery.example', '+0100');
export const JUN = person('Jun Watanabe', 'jun@bakery.example', '+0900');
export const BOT = person('dependabot[bot]', '49699333+dependabot[bot]@users.noreply.github.com', '+0000');

/** What tests and the demo look a change up by. */
export type Mark = 'bad' | 'critical' | 'schema' | 'breaking';

interface Common {
	readonly subject: string;
	readonly by: Author;
	readonly body?: string;
	/** A name by which a later revert or pick finds this commit. */
	readonly key?: string;
	readonly mark?: Mark;
	readonly tag?: string;
}

export interface Commit extends Common {
	readonly kind: 'commit';
	readonly edits: readonly Edit[];
}

/** A pull request whose branch left dev some changes ago. Its tree is dev's with the branch's edits, as git would merge it. */
export interface Merge extends Common {
	readonly kind: 'merge';
	/** How many changes of dev ago the branch was made, ≥ 1. */
	readonly forked: number;
	readonly commits: readonly Commit[];
}

/** Takes the commit `of` back, and says so as `git revert` does. */
export interface Revert extends Common {
	readonly kind: 'revert';
	readonly of: string;
}

/** The commit `of` again on main, as `git cherry-pick -x` does. */
export interface Pick extends Common {
	readonly kind: 'pick';
	readonly of: string;
	readonly edits: readonly Edit[];
}

export type Step = Commit | Merge | Revert | Pick;

type More = Omit<Common, 'subject' | 'by'>;

export function commit(by: Author, subject: string, edits: readonly Edit[], more: More = {}): Commit {
	return {kind: 'commit', by, subject, edits, ...more};
}

/** @param pull number of the pull request. @param branch as GitHub writes it: `who/branch`. */
export function merge(
	by: Author,
	pull: number,
	branch: string,
	title: string,
	forked: number,
	commits: readonly Commit[],
): Merge {
	return {kind: 'merge', by, subject: `Merge pull request #${pull} from ${branch}`, body: title, forked, commits};
}
