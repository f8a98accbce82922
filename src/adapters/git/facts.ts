// Room: adapters. Who descends from whom in a range and what the messages say. Keeps a few hundred bytes per commit, however
// long its message.

import {type Message, parseMessage, subjectKey} from '../../domain/conventional.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import {isBot} from '../../domain/kind.ts';
import type {Revertible} from '../../domain/reverts.ts';
import {cachedStream} from './cache.ts';
import {type RawRecord, rawRecords} from './records.ts';
import type {View} from './view.ts';

export interface Fact extends Revertible {
	readonly parents: readonly Oid[];
	readonly subjectKey: string;
	/** Author, author date and subject: survives an adapted cherry-pick, where a patch id does not. */
	readonly key: string;
	readonly tree: string;
	readonly author: {readonly name: string; readonly email: string};
	readonly bot: boolean;
	/** Seconds, as written: perhaps no number. */
	readonly authored: string;
	readonly committed: string;
	readonly message: Message;
	readonly isMerge: boolean;
}

/** What is asked of each commit. */
export const FIELDS = ['%H', '%P', '%T', '%an', '%ae', '%at', '%ct', '%B'] as const;
export const FORMAT = FIELDS.join('%x00');

/** All commits of `from..to`, oldest first in topological order. */
export async function readFacts(view: View, from: Oid, to: Oid, signal?: AbortSignal): Promise<Fact[]> {
	const args = ['log', '-z', '--reverse', '--topo-order', '--no-decorate', `--format=${FORMAT}`, to, `^${from}`, '--'];
	const facts: Fact[] = [];
	for await (const records of rawRecords(cachedStream(view, args, signal), FIELDS.length))
		for (const {fields} of records) facts.push(factOf(fields));
	return facts;
}

/**
 * The same with the files of each, merges against their first parent; renames as a deletion and an addition.
 * @param note hears of each commit's files, which are not kept.
 */
export async function readFactsAndFiles(
	view: View,
	from: Oid,
	to: Oid,
	note: (oid: Oid, record: RawRecord) => void,
	signal?: AbortSignal,
): Promise<Fact[]> {
	const args = [
		...['log', '-z', '--reverse', '--topo-order', '--no-decorate', `--format=${FORMAT}`],
		...[
			'--raw',
			'--no-abbrev',
			'--no-renames',
			'--diff-merges=first-parent',
			'--no-ext-diff',
			'--ignore-submodules=none',
		],
		...[to, `^${from}`, '--'],
	];
	const facts: Fact[] = [];
	for await (const records of rawRecords(cachedStream(view, args, signal), FIELDS.length)) {
		for (const record of records) {
			const fact = factOf(record.fields);
			note(fact.oid, record);
			facts.push(fact);
		}
	}
	return facts;
}

/** @param fields as `FIELDS`, whole. */
export function factOf(fields: readonly string[]): Fact {
	const [oid = '', parents = '', tree = '', name = '', email = '', authored = '', committed = '', text = ''] = fields;
	// A part of a string keeps the whole alive: of a long message only the parts are to stay.
	// `as`: the same data, written and read again, which for so little is quicker than a structured clone.
	const message = text.length < 4000 ? parseMessage(text) : (JSON.parse(JSON.stringify(parseMessage(text))) as Message);
	const {pullRequest, revertsPullRequest, revertsSubject} = message;
	const subject = subjectKey(message.subject);
	return {
		oid: asOid(oid),
		parents: parents === '' ? [] : parents.split(' ').map(asOid),
		tree,
		author: {name, email},
		bot: isBot({name, email}),
		authored,
		committed,
		key: `${email}\0${authored}\0${subject}`,
		subjectKey: subject,
		subject: message.subject,
		message,
		isMerge: parents.includes(' '),
		revertsOids: message.revertsOids,
		...(pullRequest === undefined ? {} : {pullRequest}),
		...(revertsPullRequest === undefined ? {} : {revertsPullRequest}),
		...(revertsSubject === undefined ? {} : {revertsSubject}),
	};
}
