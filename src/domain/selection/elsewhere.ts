// Room: domain. Which changes other lines of releases took already. Words alone prove nothing: whoever writes a message could
// claim a trailer or copy a title. The same author at the same second is the same commit made again; otherwise a name (a
// trailer, an id or the whole title) is a claim, and counts only where both touch mostly the same files. Pure.

import {isGenerated} from '../generated.ts';

/** A commit as far as this goes. */
export interface Commit {
	readonly oid: string;
	readonly subject: string;
	readonly email: string;
	/** Seconds since the epoch. */
	readonly authoredAt: number;
	readonly committedAt: number;
}

/** One on another line: with the ids, in whole or shortened, that its trailers name. */
export interface Pick extends Commit {
	readonly pickedFrom: readonly string[];
}

/** Without pull request numbers, branch names in brackets and case. */
export const plainSubject = (subject: string): string =>
	subject
		.replace(/\s*\((?:cherry[- ]pick(?:ed)? )?#\d+\)/gi, '')
		.replace(/\s*\((?:[\w.-]*\d[-.][xy][\w.-]*|main|release[\w/.-]*)\)\s*$/i, '')
		.trim()
		.toLowerCase();

/** Seconds between a change and one with its title elsewhere, beyond which they are two pieces of work. */
const SAME_WORK = 120 * 86_400;
/** Share of files that both touch. */
const SAME_FILES = 0.5;
const SHORTEST_ID = 7;
const MOST_PATHS = 1000;

const named = (subject: string): string[] =>
	[...subject.slice(0, 500).matchAll(/\bcherry-pick ([0-9a-f]{7,64})\b/g)].map(([, id = '']) => id);

/** Files that a tool makes anew say nothing: they differ, or are the same, for reasons of their own. */
function sameFiles(a: readonly string[], b: readonly string[]): boolean {
	const [here, there] = [a, b].map((paths) => new Set(paths.slice(0, MOST_PATHS).filter((path) => !isGenerated(path))));
	if (!here || !there || here.size + there.size === 0) return a.length > 0 && a.join('\0') === b.join('\0');
	const both = [...here].filter((path) => there.has(path)).length;
	return both / (here.size + there.size - both) >= SAME_FILES;
}

export interface Claim {
	readonly oid: string;
	readonly pick: Pick;
	/** Proven already: nobody needs to look at the files. */
	readonly sure: boolean;
}

/** What the commits of other lines say they are, each change and commit once. */
export function claims(waiting: readonly Commit[], picks: readonly Pick[]): Claim[] {
	if (picks.length === 0) return [];
	const same = ({email, authoredAt, subject}: Commit) => `${email}\0${authoredAt}\0${plainSubject(subject)}`;
	const title = ({subject}: Commit) => plainSubject(subject);
	const [byCommit, byTitle] = [Map.groupBy(waiting, same), Map.groupBy(waiting, title)];
	const byId = Map.groupBy(waiting, ({oid}) => oid.slice(0, SHORTEST_ID));
	return picks.flatMap((pick) => {
		const ids = [...pick.pickedFrom, ...named(pick.subject)].filter((id) => id.length >= SHORTEST_ID);
		const byName = ids.flatMap((id) =>
			(byId.get(id.slice(0, SHORTEST_ID)) ?? []).filter(({oid}) => oid.startsWith(id)),
		);
		const byWords = (byTitle.get(title(pick)) ?? []).filter(
			({committedAt}) => Math.abs(pick.committedAt - committedAt) < SAME_WORK,
		);
		const sure = new Set(byCommit.get(same(pick)));
		const all = new Set([...sure, ...(byName.length > 0 ? byName : byWords)]);
		return [...all].flatMap((one) => (one.oid === pick.oid ? [] : [{oid: one.oid, pick, sure: sure.has(one)}]));
	});
}

/** By id of what waits: the commits that other lines have of it. @param pathsOf the files of either; empty: not known. */
export function proven(all: readonly Claim[], pathsOf: (oid: string) => readonly string[]): Map<string, Pick[]> {
	const found = new Map<string, Pick[]>();
	for (const {oid, pick, sure} of all)
		if (sure || sameFiles(pathsOf(oid), pathsOf(pick.oid))) found.set(oid, [...(found.get(oid) ?? []), pick]);
	return found;
}
