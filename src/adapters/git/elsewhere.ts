// Room: adapters. What other lines of releases have of the waiting changes. Lines are told by the names of branches and tags;
// their commits are read without files first, and only what claims to be one of ours is looked into
// (domain/selection/elsewhere.ts says what counts).

import type {Change} from '../../domain/change.ts';
import type {Oid} from '../../domain/ids.ts';
import {parseVersion} from '../../domain/release.ts';
import {type Claim, claims, type Pick, proven} from '../../domain/selection/elsewhere.ts';
import type {Elsewhere} from '../../ports/repository.ts';
import {cachedStream} from './cache.ts';
import type {Place} from './place.ts';
import {rawRecords} from './records.ts';
import type {View} from './view.ts';

const DAY = 86_400;
/** What waits longer than this says nothing by what others took of it, seconds; and how many commits are looked at. */
const LONGEST = 365 * DAY;
const MOST_COMMITS = 20_000;
const MOST_LINES = 2000;

/** `20.3.x`, `41-x-y`, `v2`, `release/v0.54`, `stable`, `lts-3-28`. A work branch that names some version is none. */
const LINE =
	/^(?:(?:releases?|rel|stable|lts|maint(?:enance)?|support)(?:[/._-].{0,100})?|v?\d{1,9}(?:[._-](?:\d{1,9}|x|y|z)){0,4})$/i;

const FIELDS = ['%H', '%ae', '%at', '%ct', '%s', '%b'] as const;

async function tipsOf(place: Place): Promise<string[]> {
	const {stdout} = await place.real('for-each-ref', [
		'--format=%(objectname) %(refname)',
		...['refs/tags', 'refs/heads', 'refs/remotes'],
	]);
	const tips = new Set<string>();
	for (const line of stdout.toString('utf8').split('\n')) {
		const [oid = '', ref = ''] = line.split(' ');
		const [, space, ...rest] = ref.split('/');
		const name = (space === 'remotes' ? rest.slice(1) : rest).join('/');
		if (space === 'tags' ? parseVersion(name) !== undefined : LINE.test(name)) tips.add(oid);
	}
	return [...tips].slice(-MOST_LINES);
}

async function madeAt(view: View, commit: Oid): Promise<number> {
	const {stdout} = await view.run(['log', '--no-walk=unsorted', '--format=%ct', commit, '--']);
	return Number(stdout.toString('latin1').trim()) || 0;
}

export async function readElsewhere(
	place: Place,
	view: View,
	{base, dev}: {readonly base: Oid; readonly dev: Oid},
	changes: readonly Change[],
	signal?: AbortSignal,
): Promise<Elsewhere> {
	const [before, tips] = await Promise.all([madeAt(view, base), tipsOf(place)]);
	const times = changes.map(({committedAt}) => committedAt);
	if (tips.length === 0 || times.length === 0) return {before, taken: new Map()};
	const oldest = times.reduce((least, at) => Math.min(least, at));
	const newest = times.reduce((most, at) => Math.max(most, at));
	const since = Math.max(0, oldest - DAY, newest - LONGEST);
	const args = [
		...['log', '--stdin', '-z', '--no-decorate', `--format=${FIELDS.join('%x00')}`],
		...[`--since=@${since}`, `--max-count=${MOST_COMMITS}`, '--ignore-missing', '--no-merges'],
	];
	const picks: Pick[] = [];
	const input = `${[...tips.sort(), `^${base}`, `^${dev}`].join('\n')}\n`;
	for await (const records of rawRecords(cachedStream(view, args, signal, input), FIELDS.length))
		for (const {fields} of records) picks.push(pickOf(fields));
	const waiting = changes.map(({oid, subject, author, authoredAt, committedAt}) => ({
		...{oid, subject, authoredAt, committedAt},
		email: author.email,
	}));
	const all = claims(waiting, picks);
	const files = await filesOf(view, all, changes, signal);
	const taken = new Map<Oid, {times: number; first: number}>();
	const found = proven(all, (oid) => files.get(oid) ?? []);
	for (const {oid} of changes) {
		const some = found.get(oid);
		if (some === undefined) continue;
		const first = some.reduce((least, {committedAt}) => Math.min(least, committedAt), Number.POSITIVE_INFINITY);
		taken.set(oid, {times: some.length, first});
	}
	return {before, taken};
}

function pickOf(fields: readonly string[]): Pick {
	const [oid = '', email = '', authored = '', committed = '', subject = '', body = ''] = fields;
	const pickedFrom = [...body.matchAll(/\(cherry picked from commit ([0-9a-f]{7,64})\)/g)].map(([, id = '']) => id);
	return {oid, email, subject, pickedFrom, authoredAt: Number(authored) || 0, committedAt: Number(committed) || 0};
}

/** The files of what only claims to be the same, and of what it claims to be. */
async function filesOf(
	view: View,
	all: readonly Claim[],
	changes: readonly Change[],
	signal?: AbortSignal,
): Promise<Map<string, readonly string[]>> {
	const open = all.filter(({sure}) => !sure);
	const files = new Map<string, readonly string[]>(
		open.length === 0 ? [] : changes.map((change) => [change.oid, change.files.map(({path}) => path)]),
	);
	const oids = [...new Set(open.map(({pick}) => pick.oid))];
	if (oids.length === 0) return files;
	const args = [
		'log',
		'--no-walk=unsorted',
		'--stdin',
		'-z',
		'--raw',
		'--no-abbrev',
		'--no-renames',
		'--format=%H%x00',
	];
	for await (const records of rawRecords(cachedStream(view, args, signal, `${oids.join('\n')}\n`), 2))
		for (const record of records)
			files.set(
				record.fields[0] ?? '',
				record.files.map(({path}) => path),
			);
	return files;
}
