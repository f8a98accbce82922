// Room: stages. Stage 1: everything on the development branch that is not live yet, as features with what is known of
// them. Reads only; writes nothing anywhere but its events.

import type {DiscoveryReport} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {Feature} from '../../domain/feature.ts';
import {groupChanges} from '../../domain/grouping.ts';
import type {Oid} from '../../domain/ids.ts';
import {believedReverts} from '../../domain/revert-evidence.ts';
import {safe} from '../../domain/safe.ts';
import type {Detector} from '../../ports/detector.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Before} from '../score.ts';
import type {Stage, Stand} from '../stage.ts';
import {inspect} from './inspect.ts';
import {findRange, type Range} from './range.ts';

export interface DiscoveryPorts {
	readonly repository: Repository;
	readonly detectors: readonly Detector[];
	/** The base branch's name. */
	readonly base: string;
	/** The development branch's name; undefined: the current one, or the usual names. */
	readonly dev: string | undefined;
	/** Commit of the last promoted release, if there is one. */
	readonly live: () => Promise<Oid | undefined>;
}

/** How often a long scan says how far it is, in changes. */
const EVERY = 1000;

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
	const common = await repository.mergeBase(range.base.oid, range.dev.oid);
	const all: Change[] = [];
	if (common !== undefined) {
		say(`Reading ${range.base.name}..${range.dev.name}`);
		for await (const change of repository.changes(range.base.oid, range.dev.oid, stand.signal)) {
			all.push(change);
			if (all.length % EVERY === 0) say(`${all.length} changes read`);
		}
	}
	const believed = believedReverts(all);
	const shipped = believed.filter((change) => change.shipped !== undefined);
	const cancelled = believed.filter((change) => change.shipped === undefined && change.cancelled);
	const waiting = believed.filter((change) => change.shipped === undefined && !change.cancelled);
	const features = await withFindings(ports, stand, waiting);
	stand.signal.throwIfAborted();
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
	});
	const empty = waiting.length > 0 ? undefined : diagnose(range, common, {shipped, cancelled});
	return {
		base: {name: safe(range.base.name, 200), oid: range.base.oid},
		dev: {name: safe(range.dev.name, 200), oid: range.dev.oid},
		live: range.live,
		features,
		shipped,
		cancelled,
		counts: countsOf(waiting),
		...(empty ? {empty} : {}),
	};
}

async function withFindings(ports: DiscoveryPorts, stand: Stand, waiting: readonly Change[]): Promise<Feature[]> {
	const drafts = groupChanges(waiting);
	if (ports.detectors.length === 0 || waiting.length === 0) return drafts.map((draft) => ({...draft, findings: []}));
	try {
		const {findings, failures} = await inspect(ports.repository, ports.detectors, waiting);
		for (const failure of failures) await stand.note(`A detector failed and was left out: ${failure}`, 'warning');
		return drafts.map((draft) => ({
			...draft,
			findings: draft.changes.flatMap((change) => findings.get(change.oid) ?? []),
		}));
	} catch (thrown) {
		// Without the contents of a partial clone there is still a list of what waits, only with less known about it.
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		await stand.note(
			`The contents of some changes cannot be read, so nothing is known about them: ${thrown.message}`,
			'warning',
		);
		return drafts.map((draft) => ({...draft, findings: []}));
	}
}

function countsOf(waiting: readonly Change[]): DiscoveryReport['counts'] {
	const paths = new Set<string>();
	const added = new Set<string>();
	const modified = new Set<string>();
	for (const change of waiting) {
		for (const file of change.files) {
			paths.add(file.path);
			if (file.status === 'added' || file.status === 'copied') added.add(file.path);
			else if (file.status === 'modified' && !added.has(file.path)) modified.add(file.path);
		}
	}
	const conventional = waiting.filter((change) => change.conventional).length;
	return {
		changes: waiting.length,
		files: paths.size,
		added: added.size,
		modified: modified.size,
		conventional: waiting.length === 0 ? 0 : conventional / waiting.length,
		authors: new Set(waiting.map((change) => change.author.email || change.author.name)).size,
	};
}

/** Nothing waits: which of the causes it is, in words that say what to do about it. */
function diagnose(
	{base, dev}: Range,
	common: Oid | undefined,
	gone: {shipped: readonly Change[]; cancelled: readonly Change[]},
): NonNullable<DiscoveryReport['empty']> {
	const because = (cause: NonNullable<DiscoveryReport['empty']>['cause'], text: string) => ({cause, text: safe(text)});
	if (base.oid === dev.oid)
		return because('same-commit', `${dev.name} and ${base.name} are the same commit (${dev.oid.slice(0, 12)})`);
	if (common === undefined)
		return because('unrelated', `${dev.name} and ${base.name} have no common history: is it the right branch?`);
	if (common === dev.oid)
		return because('behind', `${dev.name} is behind ${base.name}: everything on it is live already`);
	const parts = [
		gone.shipped.length > 0 ? `${gone.shipped.length} shipped under another id` : '',
		gone.cancelled.length > 0 ? `${gone.cancelled.length} cancel each other out` : '',
	].filter((part) => part !== '');
	const why = parts.length > 0 ? parts.join(', ') : `it only merged ${base.name}`;
	return because('all-shipped', `Nothing on ${dev.name} waits for ${base.name}: ${why}`);
}

function summaryOf(report: DiscoveryReport): string {
	if (report.empty) return report.empty.text;
	const {changes} = report.counts;
	const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`;
	const rest = [
		report.shipped.length > 0 ? `${report.shipped.length} already shipped` : '',
		report.cancelled.length > 0 ? `${report.cancelled.length} cancelled out` : '',
	].filter((part) => part !== '');
	return [`${count(changes, 'change')} in ${count(report.features.length, 'feature')}`, ...rest].join(', ');
}
