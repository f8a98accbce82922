// Room: bench. One table and its repository as the choices that were made, in the order of time, each with what could be known then.

import {KINDS, type Kind} from '../../src/domain/change.ts';
import {guessKind, isBot} from '../../src/domain/kind.ts';
import {placesOf} from '../../src/domain/selection/preference-signals.ts';
import {type Description, described, type Waiting} from '../../src/domain/selection/situation.ts';
import type {Row} from './csv.ts';
import type {History} from './history.ts';

/** One choice as it was made. */
export interface Release extends Description {
	readonly name: string;
	/** Seconds since the epoch. */
	readonly now: number;
	readonly rows: readonly Row[];
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

/** The waiting of one release, before anything is known of single candidates. */
interface Around {
	readonly name: string;
	/** Seconds since the epoch of the release before it on its line. */
	readonly before: number | undefined;
	readonly now: number;
}

function waitingOf(row: Row, {name, before, now}: Around, history: History, conflicts: boolean | undefined): Waiting {
	const facts = history.facts.get(row.sha);
	const elsewhere = history.elsewhere(row.sha, name).filter((at) => at < now);
	return {
		subject: row.subject,
		...kindOf(row, facts?.paths ?? []),
		...(row.scope === '' ? {} : {scope: row.scope.toLowerCase()}),
		breaking: /^[\w ]+(\([^)]*\))?!:/.test(row.subject) || /^BREAKING[ -]CHANGE/m.test(facts?.body ?? ''),
		...(facts === undefined
			? {}
			: {
					author: facts.author,
					bot: isBot({name: facts.author, email: facts.email}),
					places: placesOf(facts.paths),
				}),
		at: row.at,
		...(conflicts === undefined ? {} : {conflicts}),
		...(row.missing === undefined ? {} : {needs: row.missing.length}),
		...(before === undefined ? {} : {fresh: row.at > before}),
		...(elsewhere.length === 0 ? {} : {elsewhere: {times: elsewhere.length, first: Math.min(...elsewhere)}}),
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
	const shares = new Map<string, {taken: number; all: number}>();
	return inTime.map(({rows: some, first, now}) => {
		const name = first.release;
		// A table that names a new branch per release tells a line by what each release came after.
		const whole = /^hotfix of /.test(first.branch);
		const before = history.releasedAt(first.previous);
		const line = lineOf.get(first.previous) ?? (whole ? name : first.branch);
		lineOf.set(name, line);
		const share = shares.get(line) ?? {taken: 1, all: 4};
		// The table lists everything that waits since the line began. Other tables list what came since the release before, and
		// of what is older only what was taken: how old that is would give the answer away, so all of it counts as that old.
		const moment = {now, share: share.taken / share.all, notBefore: whole ? 0 : (before ?? 0)};
		const waiting = some.map((row) => waitingOf(row, {name, before, now}, history, row.conflicts ?? conflicts(row)));
		const went = some.filter(({selected}) => selected).length;
		shares.set(line, {taken: share.taken + went, all: share.all + some.length});
		return {name, now, rows: some, ...described(waiting, moment)};
	});
}
