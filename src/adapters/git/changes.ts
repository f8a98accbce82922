// Room: adapters. The changes of a range, streamed: what git says of the range and of the other side, put together.

import {type Change, type FileDelta, KINDS, type Kind} from '../../domain/change.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {guessKind} from '../../domain/kind.ts';
import {type Pairing, pairReverts} from '../../domain/reverts.ts';
import {safe} from '../../domain/safe.ts';
import type {Scan} from '../../ports/repository.ts';
import type {Fact} from './facts.ts';
import {type Heard, openLine} from './line.ts';
import {isKnownAncestor} from './merge-base.ts';
import {openIntegrations} from './openings.ts';
import {LONG_LIVED, type Shape} from './shape.ts';
import {openShipped, readThere, type ShippedBook} from './shipped.ts';
import type {View} from './view.ts';

const LAST_SECOND = 253_402_300_799;
const SUBJECT_CAP = 300;
const BODY_CAP = 8000;
/** Robots paste whole changelogs of other projects. */
const BOT_BODY_CAP = 500;

/** Changes that are told of before the range is read: a screenful, of which some are passed over. */
const MOST_EARLY = 100;

/** The changes of `base..dev`, oldest first, with all that can be known of them. */
export async function* readChanges(view: View, base: Oid, dev: Oid, signal?: AbortSignal): AsyncGenerator<Change> {
	const scan = scanChanges(view, base, dev, signal);
	for await (const _ of scan.changes);
	yield* await scan.settled();
}

/** Reads a range without waiting for what only the lines of patches tell. */
export function scanChanges(
	view: View,
	base: Oid,
	dev: Oid,
	signal?: AbortSignal,
	early?: (change: Change) => void,
): Scan {
	const all: Change[] = [];
	/** Units that only their lines can tell of. */
	const open = new Map<Oid, Fact>();
	let known: {readonly shape: Shape; readonly book: ShippedBook} | undefined;
	let settling: Promise<readonly Change[]> | undefined;

	async function* changes(): AsyncGenerator<Change> {
		if (base === dev) return;
		// Where the base has a side of its own, what comes first may well be what shipped: nothing is said before it is read.
		let told = early !== undefined && isKnownAncestor(view, base, dev) ? 0 : MOST_EARLY;
		const heard: Heard = (fact, files) => {
			if (told++ < MOST_EARLY) early?.({...changeOf(fact, files, []), cancelled: false});
		};
		const opening = openLine(view, base, dev, signal, heard);
		try {
			const [line, there] = await Promise.all([opening.line, readThere(view, base, dev, signal)]);
			const shape = await openIntegrations(view, line.facts, dev, signal);
			const book = openShipped(view, shape, there, signal);
			const pairs = pairUnits(shape, book);
			known = {shape, book};
			const units = new Map<string, Fact>(shape.units.map((fact) => [fact.oid, fact]));
			for await (const records of line.files(shape)) {
				for (const raw of records) {
					const unit = units.get(raw.fields[0] ?? '');
					if (!unit) continue;
					if (book.look(unit, raw)) open.set(unit.oid, unit);
					const bare = changeOf(unit, raw.files, shape.inner.get(unit.oid) ?? []);
					const change = concluded({...bare, cancelled: false}, book, pairs);
					all.push(change);
					yield change;
				}
			}
		} finally {
			await opening.close();
		}
	}

	async function settle(): Promise<readonly Change[]> {
		if (known === undefined) return all;
		const {shape, book} = known;
		await book.settle([...open.values()]);
		open.clear();
		// What was found since may be a half of a pair.
		const pairs = pairUnits(shape, book);
		return all.map((change) => concluded(change, book, pairs));
	}

	return {
		changes: {[Symbol.asyncIterator]: changes},
		isOpen: (change) => open.has(change),
		settled() {
			settling ??= settle();
			return settling;
		},
	};
}

function concluded(change: Change, book: ShippedBook, pairs: Pairing): Change {
	const sign = book.found.get(change.oid);
	const taken = pairs.reverts.get(change.oid);
	const cancelled = pairs.cancelled.has(change.oid);
	if (sign === change.shipped && taken === change.reverts && cancelled === change.cancelled) return change;
	return {
		...change,
		...(sign ? {shipped: sign} : {}),
		...(taken === undefined ? {} : {reverts: taken}),
		cancelled,
	};
}

/** What shipped does not cancel: a revert that waits takes back something that is live, and must stay on the list. */
function pairUnits(shape: Shape, book: ShippedBook): Pairing {
	const aliases = new Map<string, Oid>();
	for (const [merge, inner] of shape.inner) {
		const only = inner.filter((fact) => !fact.isMerge);
		if (only.length === 1 && only[0]) aliases.set(only[0].oid, merge);
	}
	const all = pairReverts(shape.units, {aliases});
	if (![...all.reverts].flat().some((oid) => book.found.has(oid))) return all;
	const waiting = shape.units.filter((fact) => !book.found.has(fact.oid));
	return {reverts: all.reverts, cancelled: pairReverts(waiting, {aliases}).cancelled};
}

/** Seconds as the author's clock said, or the nearest that a calendar can show; undefined when it is no number. */
function clampDate(text: string | undefined): number | undefined {
	if (text === undefined || !/^-?\d{1,30}$/.test(text)) return undefined;
	return Math.min(Math.max(Number(text), 0), LAST_SECOND);
}

/** The weightiest kind among what a merge brought, when the merge itself does not say. */
function kindOfInner(inner: readonly Fact[]): Kind | undefined {
	const kinds = new Set(inner.map((fact) => fact.message.kind));
	return KINDS.find((kind) => kinds.has(kind));
}

/** A merge of a long-lived branch is called after the weightiest that it brought: "Dev" tells nobody anything. */
function subjectOf(message: string, inner: readonly Fact[], kind: Kind | undefined): string {
	const brought = inner.filter((fact) => !fact.isMerge);
	const first = brought.find((fact) => fact.message.kind === kind) ?? brought[0];
	const isVersion = /^v?\d+(?:\.\d+){1,3}$/.test(message);
	if (first === undefined || !(LONG_LIVED.test(message) || isVersion)) return message;
	const more = brought.length - 1;
	return more === 0
		? first.subject
		: `${first.subject.slice(0, 200)} and ${more} more ${isVersion ? 'in' : 'from'} ${message.toLowerCase()}`;
}

function changeOf(fact: Fact, files: readonly FileDelta[], inner: readonly Fact[]): Omit<Change, 'cancelled'> {
	const {message, author, isMerge} = fact;
	const real = inner.filter((one) => !one.isMerge);
	// Whoever presses the button: what a robot made is a robot's.
	const bot = fact.bot || (real.length > 0 && real.every((one) => one.bot));
	const only = inner.length === 1 && message.pullRequest === undefined ? inner[0] : undefined;
	const kind = only?.message.kind ?? message.kind ?? kindOfInner(inner);
	const subject = only?.subject ?? subjectOf(message.subject, inner, kind);
	const scope = only?.message.scope ?? message.scope;
	const committedAt = clampDate(fact.committed);
	const authoredAt = clampDate(fact.authored);
	const paths = files.map((file) => file.path);
	return {
		oid: fact.oid,
		parent: fact.parents[0] ?? asOid('0'.repeat(fact.oid.length)),
		tree: asOid(fact.tree),
		form: isMerge ? 'merge' : 'commit',
		subject: safe(subject === '' ? '(no message)' : subject, SUBJECT_CAP),
		body: message.body.slice(0, bot ? BOT_BODY_CAP : BODY_CAP),
		author: {name: safe(author.name === '' ? '(nobody)' : author.name, 100), email: author.email.slice(0, 320)},
		authoredAt: authoredAt ?? committedAt ?? 0,
		committedAt: committedAt ?? authoredAt ?? 0,
		kind: kind ?? guessKind(only?.message.title ?? message.title, paths),
		conventional: message.conventional,
		...(scope === undefined ? {} : {scope: safe(scope, 60)}),
		breaking: message.breaking || inner.some((fact) => fact.message.breaking),
		// Robots quote the changelogs of others: their numbers are not our issues.
		issues: bot ? [] : [...new Set([...message.issues, ...inner.flatMap((fact) => fact.message.issues)])].slice(0, 20),
		...(message.pullRequest === undefined ? {} : {pullRequest: message.pullRequest}),
		...(message.branch === undefined || LONG_LIVED.test(message.branch) || /^patch-\d+$/.test(message.branch)
			? {}
			: {branch: message.branch.slice(0, 250)}),
		files,
		bot,
	};
}
