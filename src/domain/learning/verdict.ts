// Room: domain. What one closed deployment teaches: good, bad, or nothing. It knows summaries only.

import type {FaultCode} from '../fault/catalogue.ts';
import {CATALOGUE} from '../fault/catalogue.ts';
import type {Summary} from '../summary.ts';

/** Faults that say something about the release itself; all others are about the machine, the network or the set-up. */
const RELEASE_FAULTS: ReadonlySet<string> = new Set<FaultCode>([
	'TESTS_RED',
	'NEVER_HEALTHY',
	'SLOT_DIED',
	'GATE_STOPPED',
	'MIGRATION_FAILED',
	'COMMAND_FAILED',
	'COMMAND_TIMED_OUT',
]);

/**
 * `good`: promoted. `bad`: rolled back, or failed from testing on for a reason that lies in the release. `neither`: aborted
 * on purpose, or stopped before testing or by something outside: that is no evidence about the features. A correction
 * that a person recorded later has the last word.
 */
export function verdictOf(summary: Summary): 'good' | 'bad' | 'neither' {
	if (summary.correction !== undefined) return summary.correction.outcome === 'ok' ? 'good' : 'bad';
	if (summary.outcome === 'promoted') return 'good';
	if (summary.outcome === 'rolled_back') return 'bad';
	if (summary.outcome === 'aborted') return 'neither';
	const tested = summary.stageMs.testing !== undefined || summary.stageMs.production !== undefined;
	const outside =
		summary.cause !== undefined && Object.hasOwn(CATALOGUE, summary.cause) && !RELEASE_FAULTS.has(summary.cause);
	return tested && !outside ? 'bad' : 'neither';
}

/** Why it went as it did, in words: the correction's cause first. */
export function causeOf(summary: Summary): string {
	return summary.correction?.cause ?? summary.why ?? summary.cause ?? summary.outcome.replace('_', ' ');
}

/** Orders deployment ids in time, `…_2` after the one without a number and before `…_10`. */
export function compareIds(a: string, b: string): number {
	const [head, other] = [a.slice(0, 15), b.slice(0, 15)];
	if (head !== other) return head < other ? -1 : 1;
	return Number(a.slice(16) || 1) - Number(b.slice(16) || 1);
}

function newer(a: Summary, b: Summary): Summary {
	const [first, second] = [a.correction?.at ?? '', b.correction?.at ?? ''];
	return second >= first ? b : a;
}

/** Each deployment once, oldest first. Of two lines with the same id the later correction wins, else the later line. */
export function distinct(summaries: Iterable<Summary>): Summary[] {
	const byId = new Map<string, Summary>();
	for (const summary of summaries) {
		const known = byId.get(summary.id);
		byId.set(summary.id, known === undefined ? summary : newer(known, summary));
	}
	return [...byId.values()].sort((a, b) => compareIds(a.id, b.id));
}
