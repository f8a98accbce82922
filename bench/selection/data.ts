// Room: bench. One table and its repository as the choices that were made, in the order of time, each with what could be known then.

import {KINDS, type Kind} from '../../src/domain/change.ts';
import {guessKind, isBot} from '../../src/domain/kind.ts';
import {type Candidate, type Pool, placesOf} from '../../src/domain/selection/preference-signals.ts';
import type {Row} from './csv.ts';
import {type History, plainSubject} from './history.ts';

/** One choice as it was made. */
export interface Release {
	readonly name: string;
	/** Seconds since the epoch. */
	readonly now: number;
	readonly rows: readonly Row[];
	readonly candidates: readonly Candidate[];
	readonly pool: Pool;
}

const ALIASES: Readonly<Record<string, Kind>> = {
	bug: 'fix',
	bugfix: 'fix',
	hotfix: 'fix',
	feature: 'feat',
	doc: 'docs',
	tests: 'test',
	deps: 'build',
	release: 'chore',
};

function kindOf({type, subject}: Row, paths: readonly string[]): {kind: Kind; conventional: boolean} {
	const written = type.toLowerCase();
	const kind = KINDS.find((one) => one === written) ?? (Object.hasOwn(ALIASES, written) ? ALIASES[written] : undefined);
	return kind === undefined ? {kind: guessKind(subject, paths), conventional: false} : {kind, conventional: true};
}

const revertedBy = (subject: string) => /^revert:? "?(.+?)"?(?:\s*\(#\d+\))?$/i.exec(subject)?.[1];
const revertedSha = (body: string) => /This reverts commit ([0-9a-f]{7,40})/.exec(body)?.[1]?.slice(0, 7);

interface Past {
	readonly line: string;
	readonly at: number;
	readonly taken: boolean;
}

/** The waiting of one release, before anything is known of single candidates. */
interface Waiting {
	readonly name: string;
	/** The line of releases it belongs to. */
	readonly line: string;
	readonly now: number;
	/** Seconds since the epoch of the release before it on its line. */
	readonly before: number | undefined;
	/**
	 * The table lists everything that waits since the line began. Other tables list what came since the release before, and
	 * of what is older only what was taken: how old that is would give the answer away, so all of it counts as that old.
	 */
	readonly whole: boolean;
	readonly subjects: ReadonlySet<string>;
	readonly shas: ReadonlySet<string>;
	readonly reverted: ReadonlySet<string>;
	/** How many of the changes each author has. */
	readonly authors: ReadonlyMap<string | undefined, number>;
}

function candidateOf(
	row: Row,
	waiting: Waiting,
	past: readonly Past[],
	history: History,
	conflicts: boolean | undefined,
): Candidate {
	const {name, line, now, before, whole} = waiting;
	const since = whole ? 0 : (before ?? 0);
	const facts = history.facts.get(row.sha);
	const others = past.filter((one) => one.at < now && one.line !== line);
	const recent = others.filter((one) => one.at > since);
	const taken = others.filter((one) => one.taken);
	const lines = new Set(taken.map((one) => one.line));
	const left = new Set(recent.filter((one) => !lines.has(one.line)).map((one) => one.line));
	const elsewhere = history.elsewhere(row.sha, name).filter((at) => at < now);
	const first = Math.max(since, Math.min(...elsewhere, ...taken.map(({at}) => at)));
	const subject = revertedBy(row.subject);
	const sha = revertedSha(facts?.body ?? '');
	const waits = (subject && waiting.subjects.has(plainSubject(subject))) || (sha && waiting.shas.has(sha));
	return {
		subject: row.subject,
		...kindOf(row, facts?.paths ?? []),
		...(row.scope === '' ? {} : {scope: row.scope.toLowerCase()}),
		breaking: /^[\w ]+(\([^)]*\))?!:/.test(row.subject) || /^BREAKING[ -]CHANGE/m.test(facts?.body ?? ''),
		...(facts === undefined
			? {}
			: {
					author: facts.author,
					ofAuthor: waiting.authors.get(facts.author) ?? 1,
					bot: isBot({name: facts.author, email: facts.email}),
					places: placesOf(facts.paths),
					lines: facts.lines,
				}),
		at: Math.max(row.at, since),
		...(conflicts === undefined ? {} : {conflicts}),
		...(row.missing === undefined ? {} : {needs: row.missing.length}),
		...(before === undefined ? {} : {fresh: row.at > before}),
		passedOver: whole ? past.filter((one) => one.at < now && one.line === line && !one.taken).length : 0,
		takenElsewhere: Math.max(lines.size, elsewhere.length),
		leftElsewhere: left.size,
		...(Number.isFinite(first) ? {takenAgo: now - first} : {}),
		...(subject !== undefined || sha !== undefined ? {reverts: waits ? ('waiting' as const) : ('live' as const)} : {}),
		reverted: waiting.reverted.has(plainSubject(row.subject)),
	};
}

/** @param conflicts whether a change conflicts with the release before, by itself; undefined when nobody could say. */
export function releasesOf(
	rows: readonly Row[],
	history: History,
	conflicts: (row: Row) => boolean | undefined,
): Release[] {
	const groups = new Map<string, Row[]>();
	for (const row of rows) {
		const key = `${row.branch}\n${row.release}`;
		const group = groups.get(key);
		if (group) group.push(row);
		else groups.set(key, [row]);
	}
	const inTime = [...groups.values()]
		.flatMap((some) => {
			const [first] = some;
			const last = some.reduce((most, {at}) => Math.max(most, at), 0);
			return first ? [{rows: some, first, now: history.releasedAt(first.release) ?? last}] : [];
		})
		.sort((a, b) => a.now - b.now || (a.first.release < b.first.release ? -1 : 1));

	const lineOf = new Map<string, string>();
	const past = new Map<string, Past[]>();
	const shares = new Map<string, {taken: number; all: number}>();
	return inTime.map(({rows: some, first, now}) => {
		const name = first.release;
		// A table that names a new branch per release tells a line by what each release came after.
		const whole = /^hotfix of /.test(first.branch);
		const before = history.releasedAt(first.previous);
		const line = lineOf.get(first.previous) ?? (whole ? name : first.branch);
		lineOf.set(name, line);
		const share = shares.get(line) ?? {taken: 1, all: 4};
		const authors = new Map<string | undefined, number>();
		for (const {sha} of some) {
			const author = history.facts.get(sha)?.author;
			authors.set(author, (authors.get(author) ?? 0) + 1);
		}
		const waiting: Waiting = {
			authors,
			name,
			line,
			now,
			before,
			whole,
			subjects: new Set(some.map(({subject}) => plainSubject(subject))),
			shas: new Set(some.map(({sha}) => sha.slice(0, 7))),
			reverted: new Set(some.flatMap(({subject}) => revertedBy(subject) ?? []).map(plainSubject)),
		};

		const candidates = some.map((row) =>
			candidateOf(row, waiting, past.get(row.sha) ?? [], history, row.conflicts ?? conflicts(row)),
		);
		const times = candidates.map(({at}) => at).sort((a, b) => a - b);
		const pool: Pool = {now, times, share: share.taken / share.all};
		// Only now that everything is described does the answer become part of the past.
		for (const {sha, selected} of some) past.set(sha, [...(past.get(sha) ?? []), {line, at: now, taken: selected}]);
		const went = some.filter(({selected}) => selected).length;
		shares.set(line, {taken: share.taken + went, all: share.all + some.length});
		return {name, now, rows: some, candidates, pool};
	});
}
