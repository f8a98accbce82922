// Room: stages. Stage 2, selection: ranks what waits, lets a person (or a flag, or the policy) choose, finds what else must
// come along, and builds the release commit from exactly that. Knows git, memory and the model by their ports only.

import type {Circumstances} from '../../domain/advice/circumstances.ts';
import type {Batch} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {type Fault, fault} from '../../domain/fault/fault.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId} from '../../domain/ids.ts';
import type {Patterns} from '../../domain/pattern.ts';
import {nextVersion} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import {batchRisk} from '../../domain/selection/batch-risk.ts';
import type {Links} from '../../domain/selection/links.ts';
import type {Situation} from '../../domain/selection/situation.ts';
import {count, percent, riskWords} from '../../domain/selection/words.ts';
import type {Detector} from '../../ports/detector.ts';
import type {Memory} from '../../ports/memory.ts';
import type {Ranker} from '../../ports/ranker.ts';
import type {Repository} from '../../ports/repository.ts';
import type {Before} from '../score.ts';
import type {Movement, Stage, Stand} from '../stage.ts';
import {advise} from './advise.ts';
import {type AnewPorts, makeAnew} from './anew.ts';
import {anewWords, plannedWords} from './anew-words.ts';
import type {Wish} from './answer.ts';
import {told, withBatchFindings} from './batch-findings.ts';
import {type Closed, closeOver} from './closure.ts';
import {lineOf} from './lines.ts';
import {branchOrder, type Known, offerBatch, type Ranking, simulation} from './offer.ts';
import {type Recommending, recommendFor} from './recommend.ts';
import {Halt, makeWhole, proofLine, type Trial} from './whole.ts';
import {writtenVersion} from './written-version.ts';

export interface SelectionPorts {
	readonly repository: Repository;
	readonly memory: Memory;
	readonly ranker: Ranker;
	/** The tag's template: `{version}` is replaced. */
	readonly tag: string;
	/** With it, what was chosen is compiled before it is settled, and what the compiler asks for is added. */
	readonly trial?: Trial;
	/** With it, generated files that contradict each other, or no longer fit, are made anew before the release is settled. */
	readonly anew?: AnewPorts;
	/** Overrides `max_features_per_deployment` downwards; 1–500. */
	readonly cap?: number;
	/** Authors are told apart by a hash with this, the project's name; not at all when absent. */
	readonly salt?: string;
	/** Those that judge a selection as a whole are asked about it; none when absent. */
	readonly detectors?: readonly Detector[];
	/** With it the batch gets a recommendation, and its strategy. */
	readonly recommending?: Recommending;
	/** When and from where it would go; without it there is no advice about that. */
	readonly circumstances?: () => Promise<Circumstances>;
}

type Input = Before['selection'];

export function createSelection(ports: SelectionPorts): Stage<Input, Batch> {
	return {
		name: 'selection',
		asks: ['ai', 'batch', 'conflict', 'repair', 'strategy'],
		check: ({discovery}) => (discovery.features.length === 0 ? [nothing(discovery)] : []),
		perform: (input, stand) => perform(ports, input, stand),
	};
}

function nothing(discovery: Input['discovery']): Fault {
	return fault('NOTHING_TO_DEPLOY', {
		with: {dev: discovery.dev.name, base: discovery.base.name},
		details: discovery.empty === undefined ? [] : [discovery.empty.text],
		nextSteps: [...(discovery.empty?.mend ?? [])],
		stage: 'selection',
	});
}

async function perform(ports: SelectionPorts, {discovery: input}: Input, stand: Stand): Promise<Movement<Batch>> {
	if (input.features.length === 0) return {kind: 'stopped', fault: nothing(input)};
	const offered = await offerBatch(ports, input, stand);
	if (offered.kind !== 'offered') return offered;
	const {discovery, ranking, known, situations, order, patterns, watch, wish} = offered;
	const close = closer(ports.repository, discovery, {ranked: ranking.ranked, known, wish}, stand);
	let batch: Batch;
	try {
		const closed = await close(wish.ids);
		stand.signal.throwIfAborted();
		await sayClosed(closed, stand);
		const found = watch.judge(new Set(closed.picks.map(({oid}) => oid)));
		for (const one of found) await stand.note(told(one), 'warning');
		const seen = {...ranking, ranked: withBatchFindings(ranking.ranked, found)};
		const decided = {ranking: seen, wish, closed, patterns, links: known.links, situations, order, close};
		const built = await build(ports, discovery, decided, stand);
		const waiting = order.filter(({shipped, cancelled}) => shipped === undefined && !cancelled).length;
		const advice = await advise(built, waiting, await ports.circumstances?.(), stand);
		const recommendation = await recommendFor(ports, built, {patterns, advice}, stand);
		batch = {
			...built,
			...(advice.length === 0 ? {} : {advice}),
			...(recommendation === undefined ? {} : {recommendation}),
		};
	} catch (thrown) {
		if (thrown instanceof Halt) return thrown.end;
		throw thrown;
	}
	const {chosen, pulledIn, risk, release} = batch;
	const along = pulledIn.length > 0 ? `, ${pulledIn.length} of them pulled in` : '';
	const summary = `${release.version}: ${count(chosen.length, 'feature')} of ${ranking.ranked.length}${along}, risk ${riskWords(risk.value)}`;
	return {kind: 'finished', output: batch, summary: safe(summary)};
}

/** Closes a choice: it with everything it needs, or why that cannot be (as a `Halt`). What was asked once is not asked again. */
function closer(
	repository: Repository,
	discovery: Input['discovery'],
	{ranked, known, wish}: {ranked: readonly RankedFeature[]; known: Known; wish: Wish},
	stand: Stand,
): (ids: readonly FeatureId[]) => Promise<Closed> {
	const order = branchOrder(discovery);
	const answers = new Map<string, 'pull-in' | 'leave-out'>();
	return async (ids) => {
		let question: ReturnType<typeof conflictQuestion> | undefined;
		const closure = await closeOver({
			ranked,
			order,
			choice: wish.choice,
			ids,
			without: new Set(wish.without),
			...known,
			simulate: simulation(repository, discovery, order, stand),
			askAbout: async (needs, needed, why) => {
				const pair = `${needs.feature.id} ${needed.feature.id}`;
				const before = answers.get(pair);
				if (before !== undefined) return before;
				question = conflictQuestion(answers.size + 1, needs, needed, why);
				const answer = await stand.ask(question);
				if (answer === undefined) return undefined;
				const said = answer === 'pull-in' ? 'pull-in' : 'leave-out';
				answers.set(pair, said);
				return said;
			},
		});
		if (closure.kind === 'held' && question) throw new Halt({kind: 'held', request: {...question, stage: 'selection'}});
		if (closure.kind === 'conflict') {
			const {feature, paths} = closure;
			const details = [`“${feature.feature.title}” (${feature.feature.id})`, ...paths];
			const now = 'Nothing was built or changed.';
			throw new Halt({kind: 'stopped', fault: fault('CONFLICT', {details, now, stage: 'selection'})});
		}
		if (closure.kind !== 'closed') throw new Error('a closure was held without a question');
		return closure;
	};
}

async function sayClosed(closed: Closed, stand: Stand): Promise<void> {
	for (const {because} of closed.leftOut) await stand.note(`Left out: ${because}`, 'warning');
	for (const {feature, because} of closed.pulledIn) await stand.note(`Pulled in ${feature}: ${because}`);
	if (closed.chosen.length > 0) return;
	const details = closed.leftOut.map(({because}) => because);
	throw new Halt({kind: 'stopped', fault: fault('EMPTY_BATCH', {details, stage: 'selection'})});
}

function conflictQuestion(nth: number, needs: RankedFeature, needed: RankedFeature, why: string) {
	const {id, title} = needed.feature;
	return {
		id: `selection.conflict.${nth}`,
		kind: 'conflict' as const,
		question: safe(`“${needs.feature.title}” needs “${title}”, which is not recommended. Take both, or neither?`),
		details: [safe(`Why: ${why}`), ...needed.reasons.slice(0, 4).map((reason) => reason.text)],
		options: [
			{value: 'pull-in', label: safe('Take both'), hint: safe(`${id}, risk ${percent(needed.risk)}`)},
			{value: 'leave-out', label: safe('Leave both out'), recommended: true},
		],
		flag: `--select …,${needs.feature.id},${id}`,
	};
}

interface Decided {
	readonly ranking: Ranking;
	readonly wish: Wish;
	readonly closed: Closed;
	readonly patterns: Patterns;
	readonly links: Links;
	readonly situations: ReadonlyMap<FeatureId, Situation>;
	readonly order: readonly Change[];
	close(ids: readonly FeatureId[]): Promise<Closed>;
}

async function build(
	ports: SelectionPorts,
	discovery: Input['discovery'],
	{ranking, wish, closed: first, patterns, links, situations, order, close}: Decided,
	stand: Stand,
): Promise<Batch> {
	const {repository, tag: template, trial, anew} = ports;
	const last =
		(await repository.lastVersion(discovery.base.oid)) ?? (await writtenVersion(repository, discovery.base.oid));
	let builds = 0;
	const whole = await makeWhole(
		first,
		{
			repository,
			discovery,
			ranked: ranking.ranked,
			order,
			ids: wish.ids,
			without: wish.without ?? [],
			close,
			...(trial === undefined ? {} : {trial}),
			release: async ({chosen, picks}) => {
				const going = ranking.ranked.filter(({feature}) => chosen.includes(feature.id));
				const version = nextVersion(
					last,
					going.map(({feature}) => feature),
				);
				const tag = template.replaceAll('{version}', () => version);
				builds++;
				const nth = builds === 1 ? '' : `.${builds}`;
				const built = await stand.step({
					key: `build${nth}`,
					title: `Build ${version} from ${count(picks.length, 'change')}`,
					// Commits are objects of the same content under the same id: building again is finding them, and proves them.
					isDone: async () => undefined,
					apply: () => repository.build(discovery.base.oid, picks, {version, tag}),
				});
				if (anew === undefined) return built;
				return makeAnew({...anew, repository}, {release: built, picks, key: `regenerate${nth}`}, stand);
			},
		},
		stand,
	);
	const {closed, proof, release} = whole;
	const chosen = new Set(closed.chosen);
	const pulledIn = [...closed.pulledIn, ...whole.added];
	const pulled = new Set(pulledIn.map(({feature}) => feature));
	const ranked = ranking.ranked.map((one) => ({
		...one,
		needs: [...new Set([...one.needs, ...(closed.needs.get(one.feature.id) ?? [])])],
	}));
	const going = ranked.filter(({feature}) => chosen.has(feature.id));
	const waiting = order.filter(({shipped}) => shipped === undefined).length;
	const line = proofLine(proof, closed.picks.length, waiting);
	await stand.note(line.text, line.level);
	const planned = ports.anew?.mode === 'say';
	const said = (planned ? plannedWords : anewWords)(release, ports.anew?.project.regenerate);
	for (const {text, level} of said) await stand.note(text, level);
	const risk = batchRisk(going, patterns);
	await stand.emit({
		type: 'batch.chosen',
		version: release.version,
		commit: release.commit,
		base: release.base,
		features: ranked.map((one) =>
			lineOf(
				one,
				{chosen: chosen.has(one.feature.id), pulledIn: pulled.has(one.feature.id)},
				links,
				situations.get(one.feature.id),
			),
		),
		risk: risk.value,
		evidence: risk.evidence,
		proof,
		...(release.regenerate === undefined ? {} : {regenerate: release.regenerate}),
		...(release.notRegenerated === undefined ? {} : {notRegenerated: release.notRegenerated}),
		...(release.regenerated === undefined ? {} : {regenerated: release.regenerated}),
	});
	return {
		choice: wish.choice,
		ranked,
		chosen: closed.chosen,
		pulledIn,
		overrides: wish.choice === 'custom' ? overrides(ranked, wish.ids) : [],
		risk,
		release,
		proof,
		ranking: {
			by: ranking.by,
			note: ranking.note,
			...(ranking.summary === undefined ? {} : {summary: ranking.summary}),
		},
	};
}

/** Where a person's own choice differs from the recommendation; what was only pulled in was nobody's wish. */
function overrides(ranked: readonly RankedFeature[], ids: readonly FeatureId[]): Batch['overrides'] {
	return ranked.flatMap(({feature, bucket}) => {
		const chosen = ids.includes(feature.id);
		const advised = bucket === 'must include' || bucket === 'recommended';
		return chosen === advised ? [] : [{feature: feature.id, bucket, chosen}];
	});
}
