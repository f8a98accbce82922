// Room: adapters. The units of a range with their files. One pass of git along the first-parent line says who they are and
// what they touch; where it meets no merge, there is nothing else in the range, and no second pass is needed for the facts.

import {FaultError} from '../../domain/fault/fault.ts';
import type {Oid} from '../../domain/ids.ts';
import {cachedStream} from './cache.ts';
import {type Fact, FIELDS, FORMAT, factOf, readFacts} from './facts.ts';
import {type RawRecord, rawRecords} from './records.ts';
import type {Shape} from './shape.ts';
import {readAhead} from './tokens.ts';
import type {View} from './view.ts';

/** Bytes of git's output that are read before they can be used. */
const MOST_AHEAD = 16_000_000;

export interface Line {
	/** All commits of the range, oldest first. */
	readonly facts: readonly Fact[];
	/** The units of that shape with their files, in their order; to be read once. */
	files(shape: Shape): AsyncGenerator<readonly RawRecord[], void>;
}

export interface Opening {
	/** As soon as every commit of the range is known. */
	readonly line: Promise<Line>;
	close(): Promise<void>;
}

/** Hears of each commit as git says it, as long as there was no merge. */
export type Heard = (fact: Fact, files: RawRecord['files']) => void;

/** Starts git at once. */
export function openLine(view: View, base: Oid, dev: Oid, signal?: AbortSignal, heard?: Heard): Opening {
	const pass = readPass(view, base, dev, signal);
	const line = lineOf(view, {base, dev}, pass, signal, heard);
	// Whoever waits for it hears of a fault; until then nobody does.
	line.catch(() => undefined);
	return {line, close: async () => void (await pass.return(undefined))};
}

async function lineOf(
	view: View,
	{base, dev}: {base: Oid; dev: Oid},
	pass: AsyncGenerator<RawRecord[], void>,
	signal: AbortSignal | undefined,
	heard: Heard | undefined,
): Promise<Line> {
	const seen: RawRecord[] = [];
	const own: Fact[] = [];
	let straight = true;
	while (straight) {
		const next = await pass.next();
		if (next.done) break;
		for (const {fields, files, blobs} of next.value) {
			// Of the message only the parts that count are to stay.
			seen.push({fields: fields.slice(0, 1), files, blobs});
			straight &&= !(fields[1] ?? '').includes(' ');
			if (!straight) continue;
			const fact = factOf(fields);
			own.push(fact);
			heard?.(fact, files);
		}
	}
	// What a merge brought is not on the line. The pass waits in its pipe meanwhile.
	const facts = straight ? own : await readFacts(view, base, dev, signal);
	async function* whole(): AsyncGenerator<readonly RawRecord[]> {
		yield seen;
		yield* pass;
	}
	return {
		facts,
		files: (shape) => (shape.plain ? whole() : inOrder(view, whole(), facts, dev, shape, signal)),
	};
}

const LOOK = [
	...['--no-decorate', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'],
	`--format=${FORMAT}`,
] as const;

/** The units in their order, where that is not the line that git was asked for: what is not on it is asked for one by one. */
async function* inOrder(
	view: View,
	heavy: AsyncIterable<readonly RawRecord[]>,
	facts: readonly Fact[],
	dev: Oid,
	{units}: Shape,
	signal: AbortSignal | undefined,
): AsyncGenerator<readonly RawRecord[]> {
	const byOid = new Map(facts.map((fact) => [fact.oid, fact]));
	const line = new Set<Oid>();
	for (let at = byOid.get(dev); at; at = at.parents[0] === undefined ? undefined : byOid.get(at.parents[0]))
		line.add(at.oid);
	const others = units.filter(({oid}) => !line.has(oid));
	const streams = {line: flat(heavy), others: flat(others.length === 0 ? [] : readUnits(view, others, signal))};
	try {
		for (const {oid} of units) {
			const stream = line.has(oid) ? streams.line : streams.others;
			for (let next = await stream.next(); !next.done; next = await stream.next()) {
				if (next.value.fields[0] !== oid) continue;
				yield [next.value];
				break;
			}
		}
	} finally {
		await streams.others.return(undefined);
	}
}

async function* flat<T>(source: AsyncIterable<readonly T[]> | Iterable<readonly T[]>): AsyncGenerator<T, void> {
	for await (const many of source) yield* many;
}

/** The given units with their files, in their order. */
function readUnits(view: View, units: readonly Fact[], signal: AbortSignal | undefined) {
	const input = `${units.map(({oid}) => oid).join('\n')}\n`;
	return withoutContents((renames) => {
		const args = ['log', '--no-walk=unsorted', '--stdin', '-z', '--raw', '--no-abbrev', renames];
		return cachedStream(view, [...args, '--diff-merges=first-parent', ...LOOK], signal, input);
	});
}

/** The first-parent line, with all that is said of each commit and its files. */
function readPass(view: View, base: Oid, dev: Oid, signal: AbortSignal | undefined) {
	return withoutContents((renames) => {
		const args = ['log', '-z', '--raw', '--no-abbrev', renames, '--first-parent', '-m', '--reverse', '--topo-order'];
		return cachedStream(view, [...args, ...LOOK, dev, `^${base}`, '--'], signal);
	});
}

/**
 * Where contents are missing (a partial clone), renames are only found where nothing changed: that needs no contents, and
 * git is asked once more in that way.
 */
async function* withoutContents(read: (renames: string) => AsyncGenerator<Buffer>): AsyncGenerator<RawRecord[], void> {
	const records = (renames: string) => rawRecords(readAhead(read(renames), MOST_AHEAD), FIELDS.length);
	let seen = 0;
	try {
		for await (const found of records('-M')) {
			seen += found.length;
			yield found;
		}
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		for await (const found of records('-M100%')) {
			const fresh = found.slice(Math.max(0, seen));
			seen -= found.length;
			if (fresh.length > 0) yield fresh;
		}
	}
}
