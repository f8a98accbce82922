// Room: stages. Dangers that only the selection makes, such as a migration that goes while an earlier one stays: asks the
// detectors that judge a selection, and writes their answers into the features. Knows detectors by their port only.

import type {Circumstances} from '../../domain/advice/circumstances.ts';
import type {DiscoveryReport} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {Finding, RankedFeature} from '../../domain/feature.ts';
import type {Oid} from '../../domain/ids.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {floorOf} from '../../domain/selection/level.ts';
import {inBranchOrder} from '../../domain/selection/order.ts';
import {place, reason} from '../../domain/selection/words.ts';
import type {Detector, Seen} from '../../ports/detector.ts';
import type {Patch, Repository} from '../../ports/repository.ts';
import {patchesAround} from '../discovery/patches-around.ts';

const SEVERE: readonly Finding['severity'][] = ['danger', 'caution', 'note'];
const bySeverity = (found: readonly Finding[]): readonly Finding[] =>
	found.toSorted((a, b) => SEVERE.indexOf(a.severity) - SEVERE.indexOf(b.severity));

/** A line for the story: what the selection itself causes, or a lesson that holds for it, with what to do and its id. */
const isLesson = ({rule}: Finding): boolean => rule.startsWith('lesson-');
export const told = (finding: Finding): string =>
	isLesson(finding)
		? `Lesson: ${finding.path} ${finding.what}. ${finding.advice ?? ''} [${finding.rule}]`
		: `Because of the selection: ${finding.path} ${finding.what}`;

export interface BatchWatch {
	/** @param picks the changes that go. */
	judge(picks: ReadonlySet<Oid>): readonly Finding[];
	/** What would be found if everything recommended went, as lines for the question; at most four. */
	wordsForRecommended(ranked: readonly RankedFeature[]): readonly Safe[];
}

/** Reads once what the detectors want; each selection is then judged without git. */
export async function batchWatch(
	repository: Pick<Repository, 'patches' | 'paths'>,
	detectors: readonly Detector[],
	discovery: DiscoveryReport,
	around?: Circumstances,
): Promise<BatchWatch> {
	const asked = detectors.filter(({detectBatch}) => detectBatch !== undefined);
	const wants = (detector: Detector, path: string) => {
		try {
			return detector.wants(path);
		} catch {
			return false;
		}
	};
	const wanted = (path: string) => asked.some((detector) => wants(detector, path));
	const byChange = Map.groupBy(
		discovery.features.flatMap(({findings}) => findings),
		({change}) => change,
	);
	const waiting = discovery.features.flatMap((feature) => feature.changes);
	const all = inBranchOrder(waiting, discovery.order);
	const shownTo = new Map(
		asked.map((detector) => [detector, new Set(all.filter(shows(detector)).map(({oid}) => oid))]),
	);
	const changes = all.filter(({oid}) => asked.some((detector) => shownTo.get(detector)?.has(oid)));
	const patches = new Map<Oid, Patch[]>();
	const oids = changes.map(({oid}) => oid);
	// What is not here was said by discovery.
	const nothing = () => undefined;
	for await (const {change, patches: some} of patchesAround(repository, oids, wanted, nothing))
		patches.set(change, [...some]);
	const live = changes.length > 0 ? await repository.paths(discovery.base.oid, '') : [];

	function shows(detector: Detector) {
		return (change: Change): boolean => {
			const {files, oid} = change;
			if (!files.some(({path, from}) => wants(detector, path) || (from !== undefined && wants(detector, from))))
				return false;
			try {
				return detector.wantsInBatch?.(change, byChange.get(oid) ?? []) ?? true;
			} catch {
				return false;
			}
		};
	}
	const judge = (picks: ReadonlySet<Oid>) => {
		const found = [...byChange].flatMap(([change, some]) => (picks.has(change) ? some : []));
		return bySeverity(
			asked.flatMap((detector): readonly Finding[] => {
				const mine = (path: string) => wants(detector, path);
				const seen = (some: readonly Change[]): Seen[] =>
					some
						.filter(({oid}) => shownTo.get(detector)?.has(oid))
						.map((change) => ({change, patches: (patches.get(change.oid) ?? []).filter(({path}) => mine(path))}));
				try {
					return (
						detector.detectBatch?.({
							chosen: seen(changes.filter(({oid}) => picks.has(oid))),
							leftOut: seen(changes.filter(({oid}) => !picks.has(oid))),
							live: live.filter(mine),
							found,
							...(around === undefined ? {} : {around}),
						}) ?? []
					);
				} catch {
					// One that fails stops nobody; what it found in the single changes stands.
					return [];
				}
			}),
		);
	};
	return {
		judge,
		wordsForRecommended(ranked) {
			const going = ranked.filter(({bucket}) => bucket === 'must include' || bucket === 'recommended');
			const picks = new Set(going.flatMap(({feature}) => feature.changes.map(({oid}) => oid)));
			if (picks.size === 0) return [];
			const found = judge(picks).map((finding) =>
				safe(`If all recommended go: ${finding.what} (${place(finding)})`, 300),
			);
			return found.length > 4 ? [...found.slice(0, 3), safe(`and ${found.length - 3} more of the kind`)] : found;
		},
	};
}

/** The features with what the selection did to them: as findings, as reasons, and in the risk. */
export function withBatchFindings(ranked: readonly RankedFeature[], found: readonly Finding[]): RankedFeature[] {
	return ranked.map((one) => {
		const own = found.filter(({change}) => one.feature.changes.some(({oid}) => oid === change));
		if (own.length === 0) return one;
		const feature = {...one.feature, findings: [...one.feature.findings, ...own]};
		const risk = Math.max(one.risk, floorOf(feature).points / 100);
		const [first] = own;
		const raised = Math.round((risk - one.risk) * 100);
		const why = first
			? [
					reason(
						'batch',
						`${isLesson(first) ? 'lesson' : 'because of the selection'}: ${first.what} (${place(first)})`,
						raised,
					),
				]
			: [];
		// The bucket's reason stays first.
		return {...one, feature, risk, reasons: [...one.reasons.slice(0, 1), ...why, ...one.reasons.slice(1)]};
	});
}
