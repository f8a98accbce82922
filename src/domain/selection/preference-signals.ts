// Room: domain. What a person may look at when choosing, as named numbers: the signals of one candidate among those that wait
// beside it. Pure, and known at the moment of choosing.
//
// Names are `group` or `group:value`. Kinds, words, time and structure mean the same in every repository and have a shipped
// weight; words of the subject, scopes, folders and authors mean something only where they were learned. A name without a
// weight says nothing.

import type {Kind} from '../change.ts';
import {isCi, isDocumentation, isLockfile, isManifest, isTest} from '../kind.ts';
import {WORDS} from './preference-words.ts';

/** A change or a feature as far as choosing goes. Optional fields are left away when nobody knows. */
export interface Candidate {
	readonly subject: string;
	readonly kind: Kind;
	/** The type was written by the author, not guessed. */
	readonly conventional: boolean;
	readonly scope?: string;
	readonly breaking: boolean;
	readonly bot?: boolean;
	/** Names of `placesOf`. */
	readonly places?: readonly string[];
	/** Tells authors apart; and how many of the candidates are of this one. */
	readonly author?: string;
	readonly ofAuthor?: number;
	/** Seconds since the epoch. */
	readonly at: number;
	/** Whether it conflicts when it goes by itself on what is live, and how many earlier candidates its lines rest on. */
	readonly conflicts?: boolean;
	readonly needs?: number;
	/** It came after the last time somebody chose for this line of releases. */
	readonly fresh?: boolean;
	/** How often other lines of releases took it already; seconds since the first did. */
	readonly takenElsewhere?: number;
	readonly takenAgo?: number;
}

/** What waits together. */
export interface Pool {
	/** Seconds since the epoch: the moment of choosing. */
	readonly now: number;
	/** Times of all candidates, ascending. */
	readonly times: readonly number[];
	/** Share, 0–1, of what was offered that was taken so far on this line. */
	readonly share: number;
}

export type Signals = readonly (readonly [name: string, value: number])[];

const LOCAL = /^(?:w|scope|dir|who):/;
/** Whether a name means the same in every repository. */
export const isGeneral = (name: string): boolean => !LOCAL.test(name);

const HOURS = [1, 3, 8, 24, 72, 168, 336, 1000] as const;
const TOKENS = 12;
const FOLDERS = 6;
/** A folder is one of up to six, so it says less than a name alone. */
const FOLDER = 0.4;

const step = (value: number, steps: readonly number[]): string => {
	const at = steps.findIndex((most) => value < most);
	return at < 0 ? 'more' : `${steps[at]}`;
};
const log = (n: number) => Math.log2(1 + n);

/** The folders, up to three deep, that most of the files are in. */
function folders(paths: readonly string[]): string[] {
	const counts = new Map<string, number>();
	for (const path of paths) {
		const parts = isLockfile(path) ? [] : path.split('/').slice(0, -1);
		for (let depth = 1; depth <= Math.min(3, parts.length); depth++) {
			const folder = parts.slice(0, depth).join('/');
			counts.set(folder, (counts.get(folder) ?? 0) + 1);
		}
	}
	return [...counts]
		.sort((a, b) => b[1] - a[1])
		.slice(0, FOLDERS)
		.map(([folder]) => folder);
}

const SORTS: readonly (readonly [name: string, test: (path: string) => boolean])[] = [
	['tests', isTest],
	['docs', isDocumentation],
	['ci', isCi],
	['lock', (path) => isLockfile(path) || isManifest(path)],
	['code', (path) => !isTest(path) && !isDocumentation(path) && !isCi(path) && !isLockfile(path) && !isManifest(path)],
];

/** The signals that paths give; few enough to be kept in a journal. */
export function placesOf(paths: readonly string[]): string[] {
	if (paths.length === 0) return [];
	const sorts = SORTS.flatMap(([name, test]) => {
		const n = paths.filter(test).length;
		return n === 0 ? [] : [`${n === paths.length ? 'only' : 'some'}:${name}`];
	});
	return [...sorts, `files:${step(paths.length, [2, 4, 9, 21])}`, ...folders(paths).map((folder) => `dir:${folder}`)];
}

function* fromWords({subject, kind, conventional, scope, breaking}: Candidate): Generator<string> {
	yield `kind:${conventional ? kind : `${kind}?`}`;
	yield `sort:${kind}`;
	if (breaking) yield 'breaking';
	if (scope !== undefined) {
		yield 'has:scope';
		yield `scope:${scope}`;
	}
	const text = subject.slice(0, 300).toLowerCase();
	for (const [name, pattern] of WORDS) if (pattern.test(text)) yield `word:${name}`;
	const plain = text.replace(/^[\w ]{1,20}(\([^)]*\))?!?:\s*/, '').replace(/\(#\d+\)/g, '');
	for (const token of new Set((plain.match(/[a-z][a-z_-]{2,20}/g) ?? []).slice(0, TOKENS))) yield `w:${token}`;
}

function* fromTime(one: Candidate, {now, times}: Pool): Generator<readonly [string, number]> {
	yield [`age:${step(Math.max(0, now - one.at) / 3600, HOURS)}`, 1];
	const later = times.length - notAfter(times, one.at);
	yield ['newer', -log(later)];
	yield ['place', times.length > 1 ? 1 - later / (times.length - 1) : 1];
	if (later === 0) yield ['last', 1];
	else if (later < 5) yield ['late', 1];
	if (one.fresh !== undefined) yield [one.fresh ? 'fresh' : 'stale', 1];
	if (one.fresh && one.kind === 'fix') yield ['fresh|fix', 1];
}

/** Can it go by itself? */
function* fromNeeds({conflicts, needs, kind, fresh, takenElsewhere}: Candidate): Generator<readonly [string, number]> {
	if (conflicts !== undefined) {
		const name = conflicts ? 'conflicts' : 'alone';
		yield [name, 1];
		yield [`${name}|${kind}`, 1];
		if (takenElsewhere) yield [`${name}|elsewhere`, 1];
		if (fresh) yield [`${name}|fresh`, 1];
	}
	if (needs === undefined) return;
	yield [needs === 0 ? 'needs:0' : 'needs:some', 1];
	yield ['needs', log(needs)];
}

/** What became of it on other lines of releases. */
function* fromElsewhere({takenElsewhere: taken = 0, takenAgo, kind}: Candidate): Generator<readonly [string, number]> {
	if (taken === 0) return;
	yield ['elsewhere', 1];
	yield [`elsewhere|${kind}`, 1];
	if (taken > 1) yield ['elsewhere:more', log(taken - 1)];
	if (takenAgo !== undefined) yield [`ago:${step(takenAgo / 3600, HOURS)}`, 1];
}

/** How much of what waited went so far: a train of fixes and a line of emergencies are chosen for differently. */
const regime = (share: number) => (share < 0.1 ? 'low' : share < 0.25 ? 'mid' : share < 0.5 ? 'high' : 'most');

/** At most about sixty. */
export function signalsOf(one: Candidate, pool: Pool): Signals {
	const out: (readonly [string, number])[] = [['bias', 1]];
	for (const name of fromWords(one)) out.push([name, 1]);
	for (const name of one.places ?? []) out.push([name, name.startsWith('dir:') ? FOLDER : 1]);
	if (one.bot) out.push(['bot', 1]);
	if (one.author !== undefined) out.push([`who:${one.author}`, 1], [`who:${one.author}|${one.kind}`, 1]);
	if (one.ofAuthor !== undefined) out.push([`busy:${step(one.ofAuthor, [2, 4, 8])}`, 1]);
	out.push(...fromTime(one, pool), ...fromNeeds(one), ...fromElsewhere(one));
	const way = regime(pool.share);
	out.push([`regime:${way}|${one.kind}`, 1], [`regime:${way}|${one.takenElsewhere ? 'elsewhere' : 'new'}`, 1]);
	return out;
}

/** How many of the ascending times are ≤ `at`. */
function notAfter(times: readonly number[], at: number): number {
	let [low, high] = [0, times.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((times[middle] ?? 0) <= at) low = middle + 1;
		else high = middle;
	}
	return low;
}
