// Room: adapters. The changes of a range, streamed: one pass of `git log --raw` whose fields are parted by NUL, which no
// message, name or path can contain, so that nothing written in a commit can forge a record.

import {type Change, type FileDelta, KINDS, type Kind} from '../../domain/change.ts';
import {bodyOf, parseMessage} from '../../domain/conventional.ts';
import {asOid, isOid, type Oid} from '../../domain/ids.ts';
import {guessKind, isBot} from '../../domain/kind.ts';
import {type Pairing, pairReverts} from '../../domain/reverts.ts';
import {safe} from '../../domain/safe.ts';
import {type Fact, MESSAGE_CAP, readFacts, type Shape, shapeOf} from './facts.ts';
import {findShipped} from './shipped.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

const FIELDS = ['%H', '%P', '%T', '%an', '%ae', '%at', '%ct', '%B'] as const;
const LAST_SECOND = 253_402_300_799;
const SUBJECT_CAP = 300;
const BODY_CAP = 8000;
/** Robots paste whole changelogs of other projects. */
const BOT_BODY_CAP = 500;

/** Records as git prints them, before anything is concluded. */
interface Raw {
	readonly fields: readonly string[];
	readonly files: FileDelta[];
}

export async function* readChanges(view: View, base: Oid, dev: Oid, signal?: AbortSignal): AsyncGenerator<Change> {
	if (base === dev) return;
	const args = [
		...[
			'log',
			'-z',
			'--raw',
			'--no-abbrev',
			'-M',
			'--first-parent',
			'-m',
			'--reverse',
			'--topo-order',
			'--no-decorate',
		],
		...['--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none', `--format=${FIELDS.join('%x00')}`],
		...[dev, `^${base}`, '--'],
	];
	// The heavy pass starts now and waits in its pipe, while the light one concludes what needs the whole range.
	const heavy = view.stream(args, {signal});
	const first = heavy.next();
	first.catch(() => undefined);
	try {
		const [here, there] = await Promise.all([readFacts(view, base, dev, signal), readFacts(view, dev, base, signal)]);
		const shape = shapeOf(here, dev);
		const shipped = await findShipped(view, shape, there, {base, dev}, signal);
		const pairs = pairUnits(shape, shipped);
		for await (const raw of records(resume(first, heavy))) {
			const oid = asOid(raw.fields[0] ?? '');
			if (shape.syncs.has(oid)) continue;
			const sign = shipped.get(oid);
			const taken = pairs.reverts.get(oid);
			yield {
				...changeOf(raw, shape.inner.get(oid) ?? []),
				...(sign ? {shipped: sign} : {}),
				...(taken === undefined ? {} : {reverts: taken}),
				cancelled: pairs.cancelled.has(oid),
			};
		}
	} finally {
		await heavy.return(undefined);
	}
}

/** What shipped does not cancel: a revert that waits takes back something that is live, and must stay on the list. */
function pairUnits(shape: Shape, shipped: ReadonlyMap<Oid, unknown>): Pairing {
	const aliases = new Map<string, Oid>();
	for (const [merge, inner] of shape.inner) {
		const only = inner.filter((fact) => !fact.isMerge);
		if (only.length === 1 && only[0]) aliases.set(only[0].oid, merge);
	}
	const waiting = shape.units.filter((fact) => !shipped.has(fact.oid));
	return {
		reverts: pairReverts(shape.units, aliases).reverts,
		cancelled: pairReverts(waiting, aliases).cancelled,
	};
}

async function* resume(first: Promise<IteratorResult<Buffer, void>>, rest: AsyncGenerator<Buffer>) {
	const head = await first;
	if (head.done) return;
	yield head.value;
	yield* rest;
}

const STATUS: Readonly<Record<string, FileDelta['status']>> = {
	A: 'added',
	M: 'modified',
	D: 'deleted',
	R: 'renamed',
	C: 'copied',
	T: 'type-changed',
};

/** A machine of three states: the fixed number of fields, then raw entries with one or two paths each, then the next id. */
async function* records(source: AsyncIterable<Buffer>): AsyncGenerator<Raw> {
	let fields: string[] = [];
	let files: FileDelta[] = [];
	let status: FileDelta['status'] | undefined;
	let from: string | undefined;
	for await (const found of tokens(source, 0, MESSAGE_CAP)) {
		for (const bytes of found) {
			const token = bytes.toString('utf8');
			if (fields.length < FIELDS.length) {
				fields.push(token);
			} else if (status !== undefined) {
				if ((status === 'renamed' || status === 'copied') && from === undefined) from = token;
				else {
					files.push(from === undefined ? {path: token, status} : {path: token, status, from});
					status = from = undefined;
				}
			} else if (/^\n*:/.test(token)) {
				status = STATUS[/([A-Z])\d*$/.exec(token)?.[1] ?? ''] ?? 'modified';
			} else if (isOid(token)) {
				yield {fields, files};
				fields = [token];
				files = [];
			}
		}
	}
	if (fields.length >= FIELDS.length - 1) yield {fields, files};
}

/** Seconds as the author's clock said, or the nearest that a calendar can show; undefined when it is no number. */
function clampDate(text: string | undefined): number | undefined {
	if (text === undefined || !/^-?\d{1,30}$/.test(text)) return undefined;
	return Math.min(Math.max(Number(text), 0), LAST_SECOND);
}

/** The weightiest kind among what a merge brought, when the merge itself does not say. */
function kindOfInner(inner: readonly Fact[]): Kind | undefined {
	const kinds = new Set(inner.map((fact) => fact.kind));
	return KINDS.find((kind) => kinds.has(kind));
}

const LONG_LIVED = /^(?:dev|devel|develop|development|main|master|trunk|next|staging|integration|release)$/i;

/** A merge of a long-lived branch is called after the weightiest that it brought: "Dev" tells nobody anything. */
function subjectOf(message: string, inner: readonly Fact[], kind: Kind | undefined): string {
	const brought = inner.filter((fact) => !fact.isMerge);
	const first = brought.find((fact) => fact.kind === kind) ?? brought[0];
	if (first === undefined || !LONG_LIVED.test(message)) return message;
	const more = brought.length - 1;
	return more === 0 ? first.subject : `${first.subject.slice(0, 200)} and ${more} more from ${message.toLowerCase()}`;
}

function changeOf({fields, files}: Raw, inner: readonly Fact[]): Omit<Change, 'cancelled'> {
	const [oid = '', parents = '', tree = '', name = '', email = '', authored, committed, text = ''] = fields;
	const parent = parents.split(' ')[0] ?? '';
	const isMerge = parents.includes(' ');
	const message = parseMessage(text);
	const only = inner.length === 1 && message.pullRequest === undefined ? inner[0] : undefined;
	const kind = only?.kind ?? message.kind ?? kindOfInner(inner);
	const subject = only?.subject ?? subjectOf(message.subject, inner, kind);
	const scope = only?.scope ?? message.scope;
	const author = {name, email};
	const bot = isBot(author);
	const committedAt = clampDate(committed);
	const paths = files.map((file) => file.path);
	return {
		oid: asOid(oid),
		parent: isOid(parent) ? parent : asOid('0'.repeat(oid.length)),
		tree: asOid(tree),
		form: isMerge ? 'merge' : 'commit',
		subject: safe(subject === '' ? '(no message)' : subject, SUBJECT_CAP),
		body: bodyOf(text).slice(0, bot ? BOT_BODY_CAP : BODY_CAP),
		author: {name: safe(name === '' ? '(nobody)' : name, 100), email: email.slice(0, 320)},
		authoredAt: clampDate(authored) ?? committedAt ?? 0,
		committedAt: committedAt ?? clampDate(authored) ?? 0,
		kind: kind ?? guessKind(only?.title ?? message.title, paths),
		conventional: message.conventional,
		...(scope === undefined ? {} : {scope: safe(scope, 60)}),
		breaking: message.breaking || inner.some((fact) => fact.breaking),
		// Robots quote the changelogs of others: their numbers are not our issues.
		issues: bot ? [] : [...new Set([...message.issues, ...inner.flatMap((fact) => fact.issues)])].slice(0, 20),
		...(message.pullRequest === undefined ? {} : {pullRequest: message.pullRequest}),
		files,
		bot,
	};
}
