// Room: adapters. The light pass over a range: who descends from whom and what the messages say, without any diff.
// The heavy pass (with files) streams beside it. Keeps a few hundred bytes per commit, however long its message.

import {type Message, parseMessage, subjectKey} from '../../domain/conventional.ts';
import {asOid, type Oid} from '../../domain/ids.ts';
import type {Revertible} from '../../domain/reverts.ts';
import {tokens} from './tokens.ts';
import type {View} from './view.ts';

export interface Fact extends Revertible {
	readonly parents: readonly Oid[];
	/** Author, author date and subject: survives an adapted cherry-pick, where a patch id does not. */
	readonly key: string;
	readonly pickedFrom: readonly string[];
	readonly title: string;
	readonly kind: Message['kind'];
	readonly scope: string | undefined;
	readonly breaking: boolean;
	readonly issues: readonly string[];
	readonly isMerge: boolean;
}

/** Bytes of a message that are looked at; what stands behind them is not read. */
export const MESSAGE_CAP = 32_768;
const FIELDS = 5;

/** All commits of `from..to`, oldest first in topological order. */
export async function readFacts(view: View, from: Oid, to: Oid, signal?: AbortSignal): Promise<Fact[]> {
	const format = '--format=%H%x00%P%x00%ae%x00%at%x00%B';
	const args = ['log', '-z', '--reverse', '--topo-order', '--no-decorate', format, to, `^${from}`, '--'];
	const facts: Fact[] = [];
	let fields: string[] = [];
	for await (const found of tokens(view.stream(args, {signal}), 0, MESSAGE_CAP)) {
		for (const token of found) {
			fields.push(token.toString('utf8'));
			if (fields.length < FIELDS) continue;
			facts.push(factOf(fields));
			fields = [];
		}
	}
	// An empty last message leaves no last token.
	if (fields.length === FIELDS - 1) facts.push(factOf([...fields, '']));
	return facts;
}

function factOf([oid = '', parents = '', email = '', date = '', text = '']: readonly string[]): Fact {
	const message = parseMessage(text);
	const {pullRequest, revertsPullRequest, revertsSubject} = message;
	return {
		oid: asOid(oid),
		parents: parents === '' ? [] : parents.split(' ').map(asOid),
		key: `${email}\0${date}\0${subjectKey(message.subject)}`,
		pickedFrom: message.pickedFrom,
		subject: message.subject,
		title: message.title,
		kind: message.kind,
		scope: message.scope,
		breaking: message.breaking,
		issues: message.issues,
		isMerge: parents.includes(' '),
		revertsOids: message.revertsOids,
		...(pullRequest === undefined ? {} : {pullRequest}),
		...(revertsPullRequest === undefined ? {} : {revertsPullRequest}),
		...(revertsSubject === undefined ? {} : {revertsSubject}),
	};
}

export interface Shape {
	/** First-parent line, oldest first, without syncs: what the range is made of. */
	readonly units: readonly Fact[];
	/** Merges that only brought the base in: they carry nothing that waits. */
	readonly syncs: ReadonlySet<Oid>;
	/** Merge → the commits it brought, oldest first, each counted once. */
	readonly inner: ReadonlyMap<Oid, readonly Fact[]>;
}

/** @param facts of `base..dev`, oldest first: what is not among them is on the base. */
export function shapeOf(facts: readonly Fact[], dev: Oid): Shape {
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	const line: Fact[] = [];
	for (let at = byOid.get(dev); at; at = at.parents[0] === undefined ? undefined : byOid.get(at.parents[0]))
		line.push(at);
	line.reverse();
	const claimed = new Set(line.map((fact) => fact.oid));
	const syncs = new Set<Oid>();
	const inner = new Map<Oid, Fact[]>();
	for (const unit of line.filter((fact) => fact.isMerge)) {
		const waiting = unit.parents.slice(1).filter((oid) => byOid.has(oid));
		if (waiting.length === 0) {
			syncs.add(unit.oid);
			continue;
		}
		const brought: Oid[] = [];
		while (waiting.length > 0) {
			const oid = waiting.pop();
			const fact = oid === undefined ? undefined : byOid.get(oid);
			if (!fact || claimed.has(fact.oid)) continue;
			claimed.add(fact.oid);
			brought.push(fact.oid);
			waiting.push(...fact.parents);
		}
		const set = new Set(brought);
		inner.set(unit.oid, set.size === 0 ? [] : [...set].reverse().flatMap((oid) => byOid.get(oid) ?? []));
	}
	return {units: line.filter((fact) => !syncs.has(fact.oid)), syncs, inner};
}
