// Room: adapters. Closing the books: a finished deployment from current/ into history/, its line in the index, and what
// follows from it. Each operation asks whether it is done already, so that a crash between any two is finished by the next run.

import {readdir, rename, rmdir} from 'node:fs/promises';
import type {DeploymentEvent} from '../../domain/deployment/event.ts';
import {raise} from '../../domain/fault/fault.ts';
import {type DeploymentId, isDeploymentId} from '../../domain/ids.ts';
import {summarise} from '../../domain/learning/summarise.ts';
import {compareIds, distinct} from '../../domain/learning/verdict.ts';
import type {Correction, Summary} from '../../domain/summary.ts';
import {diskFault, syncFolder, writeAtomic} from '../files/atomic.ts';
import {readJournal} from '../journal/jsonl-journal.ts';
import {type Desk, report, setAside} from './document.ts';
import {isObject, MAX_BYTES, parseGuarded} from './guarded-json.ts';
import type {IndexFile} from './index-file.ts';
import {codeOf} from './place.ts';
import {parseCorrection, parseSummary} from './schema.ts';

export interface Books {
	/** Ids of the folders in `current` or `history`, oldest first. */
	ids(where: 'current' | 'history'): Promise<DeploymentId[]>;
	/** From summary.json, else from the journal, with the last correction; undefined when neither can be read. */
	load(id: DeploymentId): Promise<Summary | undefined>;
	/** Moves the folder and writes summary.json, as far as that is not done yet. Faults: NO_SUCH_DEPLOYMENT, DISK, MEMORY_UNSAFE. */
	shelve(summary: Summary): Promise<void>;
	/** Adds to the index what is in history/ and not in it. Returns all summaries, each deployment once, oldest first. */
	reconcile(): Promise<Summary[]>;
	/** Writes the index anew from history/. Lines whose folder is gone are kept. */
	rewrite(): Promise<{readonly summaries: Summary[]; readonly unreadable: string[]}>;
}

export function booksOn(desk: Desk, index: IndexFile): Books {
	const {place} = desk;

	const ids = async (where: 'current' | 'history'): Promise<DeploymentId[]> => {
		const folder = place.at(where);
		if (!(await place.check(folder, 'folder'))) return [];
		const names = await readdir(folder).catch((error: unknown) => {
			throw diskFault(folder, error);
		});
		return names.filter(isDeploymentId).sort(compareIds);
	};

	const corrections = async (id: DeploymentId): Promise<Correction | undefined> => {
		const bytes = await place.bytes(place.at('history', id, 'corrections.jsonl'), MAX_BYTES);
		if (bytes === undefined) return undefined;
		const lines = bytes.toString('utf8').split('\n').filter(Boolean);
		return lines
			.map((line) => {
				const parsed = parseGuarded(Buffer.from(line));
				if (!parsed.ok || !isObject(parsed.value)) return undefined;
				const {schemaVersion: _version, ...rest} = parsed.value;
				return parseCorrection(rest);
			})
			.findLast((c) => c !== undefined);
	};

	const fromJournal = async (id: DeploymentId): Promise<Summary | undefined> => {
		const file = place.at('history', id, 'journal.jsonl');
		if (!(await place.check(file, 'file'))) return undefined;
		const {events} = await readJournal(file);
		const summary = summaryIn(events);
		return summary?.id === id ? summary : undefined;
	};

	const load = async (id: DeploymentId): Promise<Summary | undefined> => {
		const file = place.at('history', id, 'summary.json');
		const bytes = await place.bytes(file, MAX_BYTES);
		const parsed = bytes === undefined ? undefined : parseGuarded(bytes);
		let summary = parsed?.ok ? parseSummary(parsed.value) : undefined;
		if (summary !== undefined && summary.id !== id) summary = undefined;
		if (bytes !== undefined && summary === undefined) {
			const reason = parsed?.ok === false ? parsed.reason : 'it is not the summary of this deployment';
			await setAside(desk, file, reason);
		}
		if (summary === undefined) {
			summary = await fromJournal(id);
			if (summary !== undefined && !desk.readOnly) await writeAtomic(file, pretty(summary));
		}
		const correction = summary === undefined ? undefined : await corrections(id);
		return summary === undefined || correction === undefined ? summary : {...summary, correction};
	};

	/** Adds what is missing; a deployment whose folder tells nothing is said once and left out. */
	const loadAll = async (wanted: readonly DeploymentId[]) => {
		const summaries: Summary[] = [];
		const unreadable: string[] = [];
		for (const id of wanted) {
			const summary = await load(id);
			if (summary !== undefined) summaries.push(summary);
			else {
				unreadable.push(id);
				const folder = place.at('history', id);
				report(desk, folder, folder, 'neither its summary nor its journal can be read');
			}
		}
		return {summaries, unreadable};
	};

	return {
		ids,
		load,
		async shelve(summary) {
			const [from, to] = [place.at('current', summary.id), place.at('history', summary.id)];
			await place.ensure(place.at('history'));
			const waiting = await place.check(from, 'folder');
			// An empty folder there is what a half-done copy or checkout left: nothing is lost with it.
			if (waiting && (await place.check(to, 'folder'))) await rmdir(to).catch(() => undefined);
			const shelved = await place.check(to, 'folder');
			try {
				if (waiting && shelved) await setAside(desk, from, `history already has ${summary.id}`);
				else if (waiting) {
					await writeAtomic(place.at('current', summary.id, 'summary.json'), pretty(summary));
					await rename(from, to);
					await syncFolder(place.at('history'));
					await syncFolder(place.at('current'));
				} else if (!shelved) raise('NO_SUCH_DEPLOYMENT', {with: {id: summary.id}});
				else if ((await place.bytes(place.at('history', summary.id, 'summary.json'), MAX_BYTES)) === undefined)
					await writeAtomic(place.at('history', summary.id, 'summary.json'), pretty(summary));
			} catch (error) {
				if (codeOf(error) === undefined) throw error;
				throw diskFault(to, error);
			}
		},
		async reconcile() {
			const reading = await index.all();
			const known = new Set<string>(reading.summaries.map((s) => s.id));
			const missing = (await ids('history')).filter((id) => !known.has(id));
			const {summaries} = await loadAll(missing);
			if (!desk.readOnly) for (const summary of summaries) await appendBoth(index, summary);
			return distinct([...reading.summaries, ...summaries]);
		},
		async rewrite() {
			const reading = await index.all();
			const folders = await ids('history');
			const here = new Set<string>(folders);
			const kept = distinct(reading.summaries).filter((s) => !here.has(s.id));
			const {summaries, unreadable} = await loadAll(folders);
			const known = new Map(distinct(reading.summaries).map((s) => [s.id, s]));
			const rescued = unreadable.flatMap((id) => known.get(id as DeploymentId) ?? []); // `as`: ids() gave it
			const all = distinct([...kept, ...rescued, ...summaries]);
			await place.ensure(place.at('history'));
			await index.rewrite(all.flatMap((s) => lines(s)));
			return {summaries: all, unreadable};
		},
	};
}

/** Through the schema as well: a journal in a repository may have been written by anybody. Never throws. */
export function summaryIn(events: readonly DeploymentEvent[]): Summary | undefined {
	try {
		return parseSummary(JSON.parse(JSON.stringify(summarise(events) ?? null)));
	} catch {
		return undefined;
	}
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, '\t')}\n`;

/** The line as it was archived, then the correction: a reader from the end knows both the age and the last word. */
function lines(summary: Summary): Summary[] {
	if (summary.correction === undefined) return [summary];
	const {correction: _later, ...archived} = summary;
	return [archived, summary];
}

async function appendBoth(index: IndexFile, summary: Summary): Promise<void> {
	for (const line of lines(summary)) await index.append(line);
}
