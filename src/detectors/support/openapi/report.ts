// Room: detectors. Collects what a comparison saw and writes it down as findings: one for each place in the file, with the
// number of other operations that it touches. All words pass safe() here.

import type {Change} from '../../../domain/change.ts';
import type {Finding} from '../../../domain/feature.ts';
import {safe} from '../../../domain/safe.ts';
import type {Node} from './node.ts';
import {type RuleName, ruleOf} from './rules.ts';

/** More than this of one rule in one file tells a person nothing new. */
const MOST_OF_A_RULE = 20;
const MOST_ENTRIES = 4_000;
/** How many findings of one schema are counted again for each further use of it. */
const MOST_RECALLED = 100;
/** Further uses that are counted at all: a hostile document has millions. */
const MOST_RECALLS = 20_000;
const LONGEST = 200;

/** Where a comparison stands, in words, outermost first: `GET /orders/{id}`, `response 200`, `.total`. */
export interface Place {
	/** The operation, or another thing of the document that stands for itself. */
	readonly of: string;
	readonly within: string;
}

export const into = ({of, within}: Place, step: string): Place => ({
	of,
	// A hostile document can nest and name without end: what nobody reads is cut.
	within: within.length > LONGEST ? within : `${within}${step}`,
});
const wordsOf = ({of, within}: Place): string => `${of}${within}`;

/** What it saw in one place. `at` stands in the file after the change; without it, the finding is about the document. */
export interface Sight {
	readonly rule: RuleName;
	readonly place: Place;
	readonly at?: Node | undefined;
	readonly before?: string | undefined;
	readonly after?: string | undefined;
	readonly advice?: string;
	/** What is said at many operations and is one thing: sights of the same group are one finding. */
	readonly group?: string;
}

export interface Entry extends Sight {
	/** The operations that it touches. */
	readonly uses: Set<string>;
}

export class Report {
	private readonly byKey = new Map<string, Entry>();
	private readonly open: Set<Entry>[] = [];
	private recalls = 0;

	add(sight: Sight): void {
		const {rule, at, place, before = '', after = '', group} = sight;
		// Inside a schema the line tells what it is, whoever uses it; elsewhere the operation belongs to it.
		const inside = this.open.length > 0 && at !== undefined;
		const name = inside ? place.within.slice(place.within.lastIndexOf('.')) : wordsOf(place);
		const where = at === undefined ? '' : `${at.path}:${at.line}`;
		const key = group === undefined ? [rule, where, name, before, after].join('\n') : `${rule}\n\n${group}`;
		const entry = this.byKey.get(key) ?? {...sight, uses: new Set<string>()};
		if (!this.byKey.has(key)) {
			if (this.byKey.size >= MOST_ENTRIES) return;
			this.byKey.set(key, entry);
		}
		this.use(entry, place.of);
	}

	/** Runs `work` and returns what it added, so that a further use of the same schema can be counted without comparing it again. */
	recording(work: () => void): readonly Entry[] {
		const entries = new Set<Entry>();
		this.open.push(entries);
		work();
		this.open.pop();
		return [...entries];
	}

	/** The same schema is used in one more place. */
	again(entries: readonly Entry[], of: string): void {
		if (entries.length === 0 || ++this.recalls > MOST_RECALLS) return;
		for (const entry of entries) this.use(entry, of);
	}

	get entries(): readonly Entry[] {
		return [...this.byKey.values()];
	}

	private use(entry: Entry, of: string): void {
		entry.uses.add(of);
		for (const list of this.open) if (list.size < MOST_RECALLED) list.add(entry);
	}
}

/** The entries as findings, dangers first, at most 20 of a rule in a file. */
export function findingsOf(change: Change, document: string, entries: readonly Entry[]): Finding[] {
	const weight = {danger: 0, caution: 1, note: 2};
	const counts = new Map<string, number>();
	const found = entries.flatMap(({rule: name, place, at, before, after, advice, uses}): Finding[] => {
		const rule = ruleOf(name);
		const path = at?.path ?? document;
		const group = `${name}\n${path}`;
		const count = counts.get(group) ?? 0;
		if (count >= MOST_OF_A_RULE) return [];
		counts.set(group, count + 1);
		const others = uses.size - 1;
		const more = others <= 0 ? '' : ` (and in ${others} more ${others === 1 ? 'place' : 'places'})`;
		return [
			{
				rule: rule.id,
				topic: rule.topic,
				severity: rule.severity,
				change: change.oid,
				path: safe(path),
				...(at === undefined ? {} : {line: at.line}),
				what: safe(`${rule.what}: ${wordsOf(place)}${more}`, LONGEST),
				advice: safe(advice ?? rule.instead),
				class: rule.class,
				object: safe(wordsOf(place), LONGEST),
				...(before === undefined ? {} : {before: safe(before, LONGEST)}),
				...(after === undefined ? {} : {after: safe(after, LONGEST)}),
			},
		];
	});
	return found.sort((a, b) => weight[a.severity] - weight[b.severity]);
}
