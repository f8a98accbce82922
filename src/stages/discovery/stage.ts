// Room: stages. Stage 1: everything on the development branch that is not live yet, as features with what is known of
// them. Reads only; writes nothing anywhere but its events.

import type {DiscoveryReport} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {parseMessage} from '../../domain/conventional.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {Feature} from '../../domain/feature.ts';
import type {FeatureDraft} from '../../domain/grouping.ts';
import {type GroupEdits, NO_GROUP_EDITS} from '../../domain/grouping-edits.ts';
import {foldOf} from '../../domain/grouping-folds.ts';
import {cleanTitle} from '../../domain/grouping-title.ts';
import type {Oid} from '../../domain/ids.ts';
import {safe} from '../../domain/safe.ts';
import type {Detector} from '../../ports/detector.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Before} from '../score.ts';
import type {Stage, Stand} from '../stage.ts';
import {countsOf, filesOf, listsOf} from './counts.ts';
import {diagnose} from './diagnose.ts';
import {groupWaiting, isWaiting} from './group.ts';
import {inspect} from './inspect.ts';
import {findRange} from './range.ts';
import {readBranch} from './read.ts';

export interface DiscoveryPorts {
	readonly repository: Repository;
	readonly detectors: readonly Detector[];
	/** The base branch's name. */
	readonly base: string;
	/** The development branch's name; undefined: the current one, or the usual names. */
	readonly dev: string | undefined;
	/** Commit of the last promoted release, if there is one. */
	readonly live: () => Promise<Oid | undefined>;
	/** What a person said about groups. Default: nothing. */
	readonly groupEdits?: () => Promise<GroupEdits>;
}

/** Changes that are shown while the scan runs, and how often it then says how far it is, in milliseconds. */
const FIRST_ROWS = 12;
/** Changes that a warning names. */
const MOST_NAMED = 3;
const EVERY_MS = 250;
/** Changes from which on it takes a while, and what is done meanwhile is said. */
const MANY = 200;
/** The source of those lines: what shows them looks for it. */
const FOUND = 'found';

export function createDiscovery(ports: DiscoveryPorts): Stage<Before['discovery'], DiscoveryReport> {
	return {
		name: 'discovery',
		asks: [],
		check: () => [],
		async perform(_input, stand) {
			try {
				const report = await discover(ports, stand);
				return {kind: 'finished', output: report, summary: safe(summaryOf(report))};
			} catch (thrown) {
				if (thrown instanceof FaultError) return {kind: 'stopped', fault: {...thrown.fault, stage: 'discovery'}};
				throw thrown;
			}
		},
	};
}

async function discover(ports: DiscoveryPorts, stand: Stand): Promise<DiscoveryReport> {
	const {repository} = ports;
	const say = (text: string) => stand.log({source: safe('git'), text: safe(text)});
	const range = await findRange(repository, ports, await ports.live());
	for (const note of range.notes) await stand.note(note);
	say(`Reading ${range.base.name}..${range.dev.name}`);
	const tell = teller(stand);
	const {common, changes: believed} = await readBranch(repository, range, {
		early: tell.row,
		tell: tell.read,
		read: (count) => void (count >= MANY && say(`${count} changes read, grouping them by what rests on what`)),
		signal: stand.signal,
	});
	const shipped = believed.filter((change) => change.shipped !== undefined);
	const cancelled = believed.filter((change) => change.shipped === undefined && change.cancelled);
	const waiting = believed.filter(isWaiting);
	const edits = (await ports.groupEdits?.()) ?? NO_GROUP_EDITS;
	const ends = {base: range.base.oid, dev: range.dev.oid};
	const drafts = await groupWaiting(repository, ends, believed, edits, stand.signal);
	if (waiting.length >= MANY) say(`${drafts.length} features, looking at what they change`);
	const features = await withFindings(ports, stand, waiting, drafts);
	stand.signal.throwIfAborted();
	const counts = countsOf(waiting);
	const lists = listsOf(waiting, features);
	await stand.emit({
		type: 'features.found',
		features: features.map((feature) => ({
			id: feature.id,
			title: feature.title,
			kind: feature.kind,
			breaking: feature.breaking,
			topics: [...new Set(feature.findings.map((finding) => finding.topic))],
			changes: feature.changes.length,
		})),
		shipped: shipped.length,
		cancelled: cancelled.length,
		files: filesOf(lists, counts),
		// From here on it is this branch, also for whoever resumes after another was checked out.
		...(ports.dev === undefined && range.dev.name !== 'HEAD' ? {dev: safe(range.dev.name, 200)} : {}),
	});
	const gone = {shipped: shipped.length, cancelled: cancelled.length};
	const empty = waiting.length > 0 ? undefined : await diagnose(repository, range, common, gone);
	return {
		base: {name: safe(range.base.name, 200), oid: range.base.oid},
		dev: {name: safe(range.dev.name, 200), oid: range.dev.oid},
		live: range.live,
		features,
		shipped,
		cancelled,
		order: believed.map(({oid}) => oid),
		counts,
		lists,
		...(empty ? {empty} : {}),
	};
}

/** Says the first changes as they come, and then from time to time how many there are: a long scan is no empty screen. */
function teller(stand: Stand): {row: (change: Change) => void; read: (change: Change, open: boolean) => void} {
	let seen = 0;
	const shown = new Set<Oid>();
	let last = stand.clock.mono();
	const row = (change: Change) => {
		if (shown.size >= FIRST_ROWS || shown.has(change.oid) || !isWaiting(change) || foldOf(change) !== undefined) return;
		shown.add(change.oid);
		const {title} = parseMessage(change.subject);
		stand.log({source: safe(FOUND), text: safe(`${change.kind.padEnd(8)} ${cleanTitle(title)}`, 300)});
	};
	const read = (change: Change, open: boolean) => {
		seen++;
		if (!open) row(change);
		const now = stand.clock.mono();
		if (now - last < EVERY_MS) return;
		last = now;
		stand.log({source: safe('git'), text: safe(`Reading: ${seen} changes so far`)});
	};
	return {row, read};
}

async function withFindings(
	ports: DiscoveryPorts,
	stand: Stand,
	waiting: readonly Change[],
	drafts: readonly FeatureDraft[],
): Promise<Feature[]> {
	if (ports.detectors.length === 0 || waiting.length === 0) return drafts.map((draft) => ({...draft, findings: []}));
	const {findings, failures, unread} = await inspect(ports.repository, ports.detectors, waiting);
	for (const failure of failures) await stand.note(`A detector failed and was left out: ${failure}`, 'warning');
	// Without the contents of a partial clone there is still a list of what waits, only with less known about it.
	if (unread.length > 0) {
		const missed = new Set<string>(unread);
		const titles = waiting.filter(({oid}) => missed.has(oid)).map(({oid, subject}) => `${oid.slice(0, 8)} ${subject}`);
		const more = titles.length > MOST_NAMED ? ` and ${titles.length - MOST_NAMED} more` : '';
		await stand.note(
			`Not here, as this is a partial clone, so no detector saw them: ${titles.slice(0, MOST_NAMED).join('; ')}${more}. git fetch --refetch brings them`,
			'warning',
		);
	}
	return drafts.map((draft) => ({
		...draft,
		findings: draft.changes.flatMap((change) => findings.get(change.oid) ?? []),
	}));
}

function summaryOf(report: DiscoveryReport): string {
	if (report.empty) return report.empty.text;
	const {changes, added, modified} = report.counts;
	const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
	const rest = [
		report.shipped.length > 0 ? `${report.shipped.length} already shipped` : '',
		report.cancelled.length > 0 ? `${report.cancelled.length} cancelled out` : '',
	].filter((part) => part !== '');
	const files = [added > 0 ? count(added, 'new file') : '', modified > 0 ? `${modified} modified` : ''].filter(Boolean);
	return [`${count(changes, 'change')} in ${count(report.features.length, 'feature')}`, ...rest, ...files].join(', ');
}
