// Room: adapters. What Orchestra remembers, as a folder of plain files in the team's repository (deployment_memory/).
// Whoever writes holds the deployment's lock; everybody else opens it for reading only.

import {readdir, rm} from 'node:fs/promises';
import type {DeploymentEvent} from '../../domain/deployment/event.ts';
import {FaultError, raise} from '../../domain/fault/fault.ts';
import {NO_GROUP_EDITS, parseGroupEdits, tidy} from '../../domain/grouping-edits.ts';
import {type DeploymentId, deploymentIdAt, isDeploymentId} from '../../domain/ids.ts';
import {patternsOf} from '../../domain/learning/patterns.ts';
import {statisticsOf} from '../../domain/learning/statistics.ts';
import {compareIds, distinct} from '../../domain/learning/verdict.ts';
import {NO_PATTERNS, type Patterns} from '../../domain/pattern.ts';
import type {Summary} from '../../domain/summary.ts';
import type {Clock} from '../../ports/clock.ts';
import type {Damage, MemoryKeeper} from '../../ports/memory.ts';
import {diskFault} from '../files/atomic.ts';
import type {CrashPoint} from '../journal/crash-point.ts';
import {openJournal, readJournal} from '../journal/jsonl-journal.ts';
import {MAX_RECORD_BYTES} from '../journal/record.ts';
import {backUp} from './backup.ts';
import {booksOn, summaryIn} from './books.ts';
import {configAt} from './config.ts';
import {type Desk, documentAt, isNewer, report, setAside} from './document.ts';
import {folderAt} from './folder.ts';
import {deepSafe, toJson} from './guarded-json.ts';
import {type IndexReading, indexAt} from './index-file.ts';
import {placeIn} from './place.ts';
import {patternsSchema} from './schema.ts';

/**
 * Opens the memory of the repository at `root`; nothing is read or made yet. `readOnly`: never writes, renames or
 * archives anything, for whoever does not hold the deployment's lock.
 */
export function openMemory(
	root: string,
	options: {clock: Clock; readOnly?: boolean; crash?: CrashPoint | undefined},
): MemoryKeeper {
	const place = placeIn(root);
	const damage: Damage[] = [];
	const desk: Desk = {place, clock: options.clock, readOnly: options.readOnly ?? false, damage};
	const config = configAt(desk);
	const learned = documentAt(desk, place.at('patterns', 'deployment_patterns.json'));
	const groups = documentAt(desk, place.at('groups.json'));
	const indexPath = place.at('history', 'index.jsonl');
	const index = indexAt(place, indexPath);
	const books = booksOn(desk, index);

	// One queue: two writers of this process never work on the same read.
	let queue: Promise<unknown> = Promise.resolve();
	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const turn = queue.then(work);
		queue = turn.catch(() => undefined);
		return turn;
	};
	const writable = () => {
		if (desk.readOnly) raise('BUG', {with: {message: 'the memory was opened for reading only'}});
	};
	const counted = (reading: IndexReading) => {
		if (reading.bad > 0) report(desk, indexPath, indexPath, `${reading.bad} lines could not be read and were skipped`);
		return reading.summaries;
	};

	/** All deployments once, oldest first. Without an index, or behind history/, the folders themselves are asked. */
	const everything = async (): Promise<Summary[]> => {
		const reading = await index.all();
		return reading.there ? distinct(counted(reading)) : books.reconcile();
	};
	const savePatterns = (patterns: Patterns) => learned.update((data) => Object.assign(data, toJson(patterns)));
	/** Statistics last: their `last_deployment` is the mark that everything before it is done. */
	const learnFrom = async (all: readonly Summary[]) => {
		await unlessNewer(() => savePatterns(patternsOf(all)));
		await unlessNewer(() => config.saveStatistics(statisticsOf(all)));
	};
	/** A file of a newer Orchestra is left alone; the deployment is archived all the same. */
	const unlessNewer = async (save: () => Promise<void>) => {
		try {
			await save();
		} catch (error) {
			if (!(error instanceof FaultError) || error.fault.code !== 'MEMORY_NEWER') throw error;
			report(desk, place.base, place.base, error.fault.headline);
		}
	};
	const statistics = async () => (await config.statistics()) ?? statisticsOf(await everything());
	const archive = async (summary: Summary) => {
		writable();
		if (!isDeploymentId(summary.id)) raise('NO_SUCH_DEPLOYMENT', {with: {id: summary.id}});
		await books.shelve(summary);
		await learnFrom(await books.reconcile());
	};
	const journalOf = async (where: 'current' | 'history', id: DeploymentId) => {
		const file = place.at(where, id, 'journal.jsonl');
		return (await place.check(file, 'file')) ? await readJournal(file) : undefined;
	};

	/** Deals with one folder in current/. True when it is an open deployment. */
	const stillOpen = async (id: DeploymentId): Promise<boolean> => {
		const reading = await journalOf('current', id);
		const closed = reading?.events.some((e) => e.type === 'deployment.closed') ?? false;
		if (closed && reading !== undefined) {
			if (desk.readOnly) return false;
			const summary = summaryIn(reading.events);
			if (summary?.id === id) await archive(summary);
			else await setAside(desk, place.at('current', id), 'its journal is that of no deployment');
			return false;
		}
		const began = reading !== undefined && (reading.events.length > 0 || reading.damagedAt !== undefined);
		if (began || desk.readOnly) return began;
		// The process died between making the folder and its first record: nothing had happened yet.
		const path = place.at('current', id);
		const left = (await readdir(path)).filter((name) => name !== 'output.log' && name !== 'journal.jsonl');
		// A first record without its end was never acted on; a whole line that cannot be read is somebody's data.
		const journal = await place.bytes(place.at('current', id, 'journal.jsonl'), MAX_RECORD_BYTES);
		if (left.length > 0 || journal?.includes(0x0a)) await setAside(desk, path, 'it never began');
		else await rm(path, {recursive: true, force: true});
		return false;
	};

	return {
		damage,
		statistics,
		preferences: () => config.preferences(),
		async groupEdits() {
			const data = await groups.read();
			if (Object.keys(data).length === 0) return NO_GROUP_EDITS;
			const edits = parseGroupEdits(data);
			if (!edits && !isNewer(data)) await groups.reject('it is not what it must be: groups of object ids');
			return edits ?? NO_GROUP_EDITS;
		},
		saveGroupEdits: (edits) =>
			inTurn(() =>
				groups.update((data) => {
					Object.assign(data, toJson(tidy(edits)));
				}),
			),
		async patterns() {
			const data = await learned.read();
			const newer = isNewer(data);
			const parsed = patternsSchema.safeParse(newer ? {...data, schemaVersion: 1} : data);
			if (parsed.success) return parsed.data;
			if (Object.keys(data).length > 0 && !newer) {
				const issue = parsed.error.issues[0];
				await learned.reject(`it is not what it must be: ${issue?.path.join('.')} ${issue?.message}`);
			}
			const rebuilt = patternsOf(await everything());
			if (!desk.readOnly && !newer && rebuilt.deployments > 0) await inTurn(() => savePatterns(rebuilt));
			return rebuilt.deployments === 0 && rebuilt.rules.length === 0 ? NO_PATTERNS : rebuilt;
		},
		async open(id, fence, {mend = false} = {}) {
			writable();
			if (!isDeploymentId(id)) raise('NO_SUCH_DEPLOYMENT', {with: {id}});
			const path = place.at('current', id);
			await place.ensure(path);
			const file = place.at('current', id, 'journal.jsonl');
			await place.check(file, 'file');
			const broken = mend ? (await readJournal(file)).damagedAt : undefined;
			const cutTo = broken === undefined ? undefined : `${file}.corrupt-${options.clock.now()}`;
			if (cutTo !== undefined)
				report(desk, file, cutTo, `record ${broken} is damaged, and what follows it was cut off`);
			const journal = await openJournal(file, {fence, clock: options.clock, crash: options.crash, cutTo});
			const folder = folderAt(place, path);
			const close = async () => {
				folder.close();
				await journal.close();
			};
			return {journal: {...journal, close}, folder};
		},
		openDeployment: () =>
			inTurn(async () => {
				const open: DeploymentId[] = [];
				for (const id of await books.ids('current')) if (await stillOpen(id)) open.push(id);
				const newest = (await books.ids('history')).at(-1);
				if (newest !== undefined && !desk.readOnly) {
					const {last_deployment: last} = await statistics();
					if (last === null || compareIds(newest, last) > 0) await learnFrom(await books.reconcile());
				}
				return open.at(-1);
			}),
		async unshelved() {
			for (const id of await books.ids('current')) {
				const reading = await journalOf('current', id);
				if (reading?.events.some((e) => e.type === 'deployment.closed') && summaryIn(reading.events)?.id === id)
					return id;
			}
			return undefined;
		},
		async read(id) {
			if (!isDeploymentId(id)) return undefined;
			const reading = (await journalOf('current', id)) ?? (await journalOf('history', id));
			// `as`: the same events with every text made drawable: a journal in the repository may be anybody's.
			return reading === undefined ? undefined : (deepSafe(reading.events) as DeploymentEvent[]);
		},
		async folderOf(id) {
			if (!isDeploymentId(id)) return undefined;
			for (const where of ['current', 'history']) {
				const path = place.at(where, id);
				if (await place.check(path, 'folder')) return path;
			}
			return undefined;
		},
		archive: (summary) => inTurn(() => archive(summary)),
		discard: (id) =>
			inTurn(async () => {
				writable();
				if (!isDeploymentId(id)) raise('NO_SUCH_DEPLOYMENT', {with: {id}});
				const path = place.at('current', id);
				if (await place.check(path, 'folder')) await rm(path, {recursive: true, force: true});
			}),
		async history({limit} = {}) {
			if (limit === undefined) return (await everything()).reverse();
			const reading = await index.newest(limit);
			const summaries = reading.there ? distinct(counted(reading)) : await books.reconcile();
			return summaries.reverse().slice(0, limit);
		},
		saveStatistics: (given) => inTurn(() => config.saveStatistics(given)),
		savePatterns: (given) => inTurn(() => savePatterns(given)),
		savePreferences: (change) => inTurn(() => config.savePreferences(change)),
		correct: (id, correction) =>
			inTurn(async () => {
				writable();
				const known = isDeploymentId(id) ? (await books.reconcile()).find((s) => s.id === id) : undefined;
				if (known === undefined) return raise('NO_SUCH_DEPLOYMENT', {with: {id}});
				const summary: Summary = {...known, correction};
				if (await place.check(place.at('history', id), 'folder')) {
					const line = JSON.stringify({schemaVersion: 1, ...correction});
					await place.appendLine(place.at('history', id, 'corrections.jsonl'), line);
				}
				await index.append(summary);
				await learnFrom(await books.reconcile());
				return summary;
			}),
		rebuild: () =>
			inTurn(async () => {
				writable();
				const {summaries, unreadable} = await books.rewrite();
				await learnFrom(summaries);
				return {deployments: summaries.length, unreadable};
			}),
		reset: () =>
			inTurn(async () => {
				writable();
				const open = (await books.ids('current')).at(-1);
				if (open !== undefined) raise('OPEN_DEPLOYMENT', {with: {id: open, stage: 'an unknown stage'}});
				if (!(await place.check(place.base, 'folder'))) return undefined;
				const backup = await backUp(desk);
				for (const name of ['history', 'patterns', 'current']) {
					const path = place.at(name);
					if (!(await place.check(path, 'folder'))) continue;
					await rm(path, {recursive: true}).catch((error: unknown) => {
						throw diskFault(path, error);
					});
				}
				await learnFrom([]);
				return backup;
			}),
		async freshId(now) {
			const taken = new Set<string>([...(await books.ids('current')), ...(await books.ids('history'))]);
			for (let nth = 1; ; nth++) {
				const id = deploymentIdAt(now, nth);
				if (!taken.has(id)) return id;
			}
		},
	};
}
