// Room: stages. What is offered to choose from: ranks what waits, finds what needs what, asks; and when the answer wants the
// groups otherwise, changes them and offers anew. Knows git, memory and the model by their ports only.

import type {Batch} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import type {DependencyGraph, Edge} from '../../domain/dependency.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId, Oid} from '../../domain/ids.ts';
import type {Patterns} from '../../domain/pattern.ts';
import {safe} from '../../domain/safe.ts';
import {clampRanking, wordsOfModel} from '../../domain/selection/clamp.ts';
import {type Links, linksBetween, reach} from '../../domain/selection/links.ts';
import {driftNotes, elsewhereNotes} from '../../domain/selection/notes.ts';
import {inBranchOrder} from '../../domain/selection/order.ts';
import {type Pulls, rankFeatures} from '../../domain/selection/rank.ts';
import type {Situation} from '../../domain/selection/situation.ts';
import {place, reason} from '../../domain/selection/words.ts';
import type {Ranker} from '../../ports/ranker.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Before} from '../score.ts';
import type {Movement, Stand} from '../stage.ts';
import {batchQuestion, readAnswer, type Wish} from './answer.ts';
import {type BatchWatch, batchWatch} from './batch-findings.ts';
import {fitRecommended} from './fit.ts';
import {lineOf} from './lines.ts';
import {editsFor, readGroupWish, regrouped} from './regroup.ts';
import {readOutside, situationsOf} from './situation.ts';
import type {SelectionPorts} from './stage.ts';

type Input = Before['selection'];
export type Ranking = Batch['ranking'] & {readonly ranked: readonly RankedFeature[]};

export interface Offered {
	readonly kind: 'offered';
	/** With the groups as the person wants them. */
	readonly discovery: Input['discovery'];
	readonly ranking: Ranking;
	readonly known: Known;
	readonly situations: ReadonlyMap<FeatureId, Situation>;
	readonly order: readonly Change[];
	readonly patterns: Patterns;
	readonly watch: BatchWatch;
	readonly wish: Wish;
}

/** Somebody who regroups more often than this in one deployment is a machine. */
const MOST_ROUNDS = 500;

export async function offerBatch(
	ports: SelectionPorts,
	first: Input['discovery'],
	stand: Stand,
): Promise<Offered | Exclude<Movement<Batch>, {kind: 'finished'}>> {
	let discovery = first;
	for (let round = 1; ; round++) {
		const list = await rankAndFit(ports, discovery, stand);
		const {ranking, order, watch} = list;
		const asked = batchQuestion(ranking.ranked, list.patterns, list.most);
		const question = {
			...asked,
			// The same after a resume: what was answered before is answered again in the same order.
			id: round === 1 ? asked.id : `${asked.id}.${round}`,
			advice: [...watch.wordsForRecommended(ranking.ranked), ...(asked.advice ?? [])],
		};
		const answer = await stand.ask(question);
		if (answer === undefined) return {kind: 'held', request: {...question, stage: 'selection'}};
		const wish = round < MOST_ROUNDS ? readGroupWish(answer, discovery.features) : undefined;
		if (wish === undefined) {
			const chosen = readAnswer(answer, ranking.ranked);
			if ('code' in chosen) return {kind: 'stopped', fault: {...chosen, stage: 'selection'}};
			stand.signal.throwIfAborted();
			return {kind: 'offered', discovery, wish: chosen, ...list};
		}
		if ('code' in wish) {
			await stand.note(wish.details[0] ?? wish.headline, 'warning');
			continue;
		}
		const edits = editsFor(await ports.memory.groupEdits(), wish);
		await ports.memory.saveGroupEdits(edits);
		discovery = {...discovery, features: regrouped(discovery.features, edits, order)};
	}
}

/** Rounds in which features step back because of what only the selection makes dangerous. */
const MOST_STEPS_BACK = 10;

/** The list without what the selection alone would make dangerous, such as a migration before an earlier one; undefined when there is nothing of that. */
function stepBack(ranked: readonly RankedFeature[], watch: BatchWatch, links: Links): RankedFeature[] | undefined {
	const going = ranked.filter(({bucket}) => bucket === 'must include' || bucket === 'recommended');
	const linksOf = (id: string) => links.get(id as FeatureId) ?? []; // `as`: every id in a link is a feature's
	const along = reach(
		going.map(({feature}) => feature.id),
		linksOf,
	);
	const all = ranked.filter((one) => going.includes(one) || along.has(one.feature.id));
	const picks = new Set(all.flatMap(({feature}) => feature.changes.map(({oid}) => oid)));
	const found = picks.size === 0 ? [] : watch.judge(picks).filter(({severity}) => severity === 'danger');
	const dangers = new Map(
		all.flatMap((one) => {
			const own = found.find(({change}) => one.feature.changes.some(({oid}) => oid === change));
			return own ? [[one.feature.id, {one, text: `${own.what} (${place(own)})`}] as const] : [];
		}),
	);
	let moved = false;
	const list = ranked.map((one): RankedFeature => {
		if (one.bucket !== 'recommended') return one;
		const own = dangers.get(one.feature.id);
		const needed = [...reach([one.feature.id], linksOf).values()].flatMap(({link}) => dangers.get(link.needs) ?? [])[0];
		const text = own
			? `waits for what stays: ${own.text}`
			: needed && `needs “${needed.one.feature.title}”, which waits for what stays: ${needed.text}`;
		if (text === undefined) return one;
		moved = true;
		return {...one, bucket: 'optional', reasons: [reason('bucket.gap', text), ...one.reasons.slice(1)]};
	});
	return moved ? list : undefined;
}

async function rankAndFit(ports: SelectionPorts, discovery: Input['discovery'], stand: Stand) {
	const stored = await ports.memory.preferences();
	const most = Math.min(stored.max_features_per_deployment, ports.cap ?? Number.POSITIVE_INFINITY);
	const preferences = {...stored, max_features_per_deployment: most};
	const patterns = await ports.memory.patterns();
	const order = branchOrder(discovery);
	const [known, outside] = await Promise.all([
		readNeeds(ports.repository, discovery, order, stand),
		readOutside(ports, discovery, stand),
	]);
	const of = situationsOf(discovery.features, outside, known.graph, ports.salt);
	const around = {of, now: Math.floor(stand.clock.now() / 1000)};
	const byItself = await rankAll(
		ports.ranker,
		rankFeatures(discovery.features, {patterns, preferences}, pullsOf(known.links), around),
		stand,
	);
	const simulate = simulation(ports.repository, discovery, order, stand);
	// Where a model talked some down, none moves up to take their place.
	const refill = byItself.by === 'rules';
	const watch = await batchWatch(ports.repository, ports.detectors ?? [], discovery, await ports.circumstances?.());
	let fitted = await fitRecommended({ranked: byItself.ranked, order, most, simulate, refill, ...known});
	for (let round = 0; round < MOST_STEPS_BACK; round++) {
		const safer = stepBack(fitted, watch, known.links);
		if (safer === undefined) break;
		// Whose places became free stay so: what would fill them could open the next gap.
		fitted = await fitRecommended({ranked: safer, order, most, simulate, refill: false, ...known});
	}
	const ranking: Ranking = {
		...byItself,
		ranked: fitted.map((one) => withNotes(withNeeds(one, known.links), known.graph, of)),
	};
	await stand.emit({
		type: 'features.found',
		features: ranking.ranked.map((one) => lineOf(one, undefined, known.links, of.get(one.feature.id))),
		shipped: discovery.shipped.length,
		cancelled: discovery.cancelled.length,
	});
	return {ranking, known, situations: of, order, patterns, most, watch};
}

export interface Known {
	/** Undefined where it could not be read. */
	readonly graph?: DependencyGraph;
	readonly links: Links;
	readonly suspects: (change: Oid) => readonly Edge[];
}

/** What the changes rest on. Without the contents of a partial clone, simulation alone has to find it. */
async function readNeeds(
	repository: Repository,
	{base, dev, features}: Input['discovery'],
	order: readonly Change[],
	stand: Stand,
): Promise<Known> {
	try {
		const graph = await repository.dependencies(base.oid, dev.oid, order, stand.signal);
		const lacking = lackingIn(graph);
		if (lacking !== undefined) await stand.note(lacking, 'warning');
		return {graph, links: linksBetween(features, graph), suspects: (change) => graph.suspects(change)};
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'HISTORY_CUT') throw thrown;
		await stand.note(`What changes need of each other cannot be read: ${thrown.message}`, 'warning');
		return {links: new Map(), suspects: () => []};
	}
}

/** Where contents are lacking the whole file is what changes need of each other; undefined where none is. */
function lackingIn({unread}: DependencyGraph): string | undefined {
	if (unread === undefined || unread.size === 0) return undefined;
	const paths = [...new Set([...unread.values()].flat())];
	const some = paths.slice(0, 3).join(', ');
	const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
	return `The contents of ${some}${more} are not all here (a partial clone): what ${unread.size} ${unread.size === 1 ? 'change needs' : 'changes need'} there is known by file only. git fetch --refetch brings them`;
}

/** Everything that comes along with each feature, directly or not, probable needs too: a choice brings them as well. */
function pullsOf(links: Links): Pulls {
	const linksOf = (id: string) => links.get(id as FeatureId) ?? []; // `as`: every id in a link is a feature's
	return new Map([...links.keys()].map((id) => [id, [...reach([id], linksOf).values()].map(({link}) => link.needs)]));
}

/** What simulation found, and what lines and names say. */
function withNeeds(one: RankedFeature, links: Links): RankedFeature {
	const known = (links.get(one.feature.id) ?? []).map(({needs}) => needs);
	return {...one, needs: [...new Set([...known, ...one.needs])]};
}

/** What helps to decide and moves neither risk nor bucket: it comes last, after everything that does. */
function withNotes(
	one: RankedFeature,
	graph: DependencyGraph | undefined,
	of: ReadonlyMap<FeatureId, Situation>,
): RankedFeature {
	const notes = [
		...driftNotes(one.feature.changes.flatMap(({oid}) => graph?.drifted(oid) ?? [])),
		...elsewhereNotes(of.get(one.feature.id)),
	];
	return notes.length === 0 ? one : {...one, reasons: [...one.reasons, ...notes]};
}

/** The rules' ranking with what the model may add. A model that fails, or lies, changes nothing. */
async function rankAll(ranker: Ranker, rules: readonly RankedFeature[], stand: Stand): Promise<Ranking> {
	try {
		await mayItRead(ranker, stand);
		const answer = await ranker.rank(rules, stand.signal, (text) => stand.note(text));
		const ranked = clampRanking(rules, answer.features);
		const note = safe(String(answer.note), 300);
		if (answer.tell !== undefined) await stand.note(note, answer.tell === 'warning' ? 'warning' : 'info');
		const by = answer.by === 'claude' ? 'claude' : 'rules';
		const summary = by === 'claude' && typeof answer.summary === 'string' ? wordsOfModel(answer.summary, 600) : '';
		return {ranked, by, note, ...(summary === '' ? {} : {summary: safe(summary, 600)})};
	} catch (error) {
		stand.signal.throwIfAborted();
		const note = safe(`AI off: ${error instanceof Error ? error.message : 'no usable answer'}`, 300);
		await stand.note(note, 'warning');
		return {ranked: rules, by: 'rules', note};
	}
}

/** Asked once per repository and person. No option is recommended: `--yes` does not speak for them. */
async function mayItRead(ranker: Ranker, stand: Stand): Promise<void> {
	const asked = await ranker.question?.();
	if (asked === undefined) return;
	const answer = await stand.ask({
		id: 'selection.ai',
		kind: 'ai',
		...asked,
		options: [
			{value: 'no', label: safe('No: rules only, and do not ask again')},
			{value: 'yes', label: safe('Yes, from now on in this repository')},
		],
		flag: 'orchestra config set ai.enabled on',
	});
	if (answer === 'yes' || answer === 'no') await ranker.allow?.(answer === 'yes');
}

/** Everything on the branch, in its order: the waiting, the shipped, the cancelled. */
export function branchOrder({features, shipped, cancelled, order}: Input['discovery']): Change[] {
	return inBranchOrder([...features.flatMap((feature) => feature.changes), ...shipped, ...cancelled], order);
}

export const simulation =
	(repository: Repository, {base}: Input['discovery'], order: readonly Change[], stand: Stand) =>
	(picks: readonly Change[]) => {
		stand.signal.throwIfAborted();
		return repository.simulate(base.oid, picks, order);
	};
