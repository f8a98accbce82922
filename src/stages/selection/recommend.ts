// Room: stages. What is recommended for the batch that was just built: looks at memory, disk and who wrote it, lets the rules
// recommend, and where somebody sits there asks whether it shall be another strategy.

import type {Calendar} from '../../domain/advice/calendar.ts';
import {advisedStrategy, lessCareful} from '../../domain/advice/choose-strategy.ts';
import {type Authors, DEFAULT_WEIGHTS} from '../../domain/advice/factors.ts';
import {type Disk, type Named, recommend, type Situation} from '../../domain/advice/recommend.ts';
import type {Advice, Recommendation} from '../../domain/advice/recommendation.ts';
import type {Batch} from '../../domain/batch.ts';
import type {DeploymentEvent} from '../../domain/deployment/event.ts';
import type {Oid} from '../../domain/ids.ts';
import {duration} from '../../domain/learning/words.ts';
import type {Patterns} from '../../domain/pattern.ts';
import type {Project} from '../../domain/project.ts';
import type {Strategy} from '../../domain/rollout/strategy.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {riskWords} from '../../domain/selection/words.ts';
import type {Summary} from '../../domain/summary.ts';
import type {Memory} from '../../ports/memory.ts';
import type {Repository} from '../../ports/repository.ts';
import {whenSentence} from '../../report/recommendation.ts';
import type {Stand} from '../stage.ts';

export interface Recommending {
	readonly project: Pick<Project, 'commands' | 'port' | 'target' | 'risk'>;
	readonly calendar: Calendar;
	/** The built-in ones and the team's. */
	readonly strategies: readonly Strategy[];
	/** When a person or the project named one, or an earlier life of this deployment settled it. */
	readonly named?: Named | undefined;
	readonly disk: () => Promise<Disk>;
}

export interface Besides {
	readonly patterns: Patterns;
	/** What other rules advise about it; said by whoever worked it out. */
	readonly advice?: readonly Advice[];
}

interface Ports {
	readonly repository: Pick<Repository, 'authors'>;
	readonly memory: Pick<Memory, 'history' | 'read' | 'preferences'>;
	readonly recommending?: Recommending;
}

/** Commits before the release that are looked at for who wrote them; the newest. */
const COMMITS = 2000;
const DEPLOYMENTS = 200;
const ROLLBACKS = 3;

/** Undefined when nobody asked for one. */
export async function recommendFor(
	ports: Ports,
	batch: Batch,
	besides: Besides,
	stand: Stand,
): Promise<Recommendation | undefined> {
	const {recommending} = ports;
	if (recommending === undefined) return undefined;
	const situation = await look(ports, recommending, {batch, ...besides}, stand);
	let recommendation = recommend(situation);
	await stand.emit({type: 'recommendation.made', recommendation});
	for (const {rule, severity, text, do: what} of recommendation.advice)
		if (severity === 'caution' && rule === 'strategy-less-careful') await stand.note(`${text}: ${what}`, 'warning');
	const other = recommending.named ? undefined : await askForAnother(recommendation, recommending, stand);
	if (other) {
		recommendation = recommend({...situation, named: other});
		await stand.emit({type: 'recommendation.made', recommendation});
	}
	const {name, chosenBy, because} = recommendation.strategy;
	const steps = recommending.strategies.find((one) => one.name === name)?.steps ?? other?.strategy.steps ?? [];
	const {tickSeconds} = recommendation.monitoring;
	await stand.emit({type: 'strategy.chosen', strategy: name, steps, chosenBy, because, tickSeconds});
	return recommendation;
}

async function look(
	{repository, memory}: Ports,
	{project, calendar, strategies, named, disk}: Recommending,
	{batch, patterns, advice = []}: Besides & {readonly batch: Batch},
	stand: Stand,
): Promise<Situation> {
	const past = (await memory.history({limit: DEPLOYMENTS})).filter(({target}) => target === project.target);
	const chosen = new Set(batch.chosen);
	return {
		value: batch.risk.value,
		going: batch.ranked.filter(({feature}) => chosen.has(feature.id)),
		pulledIn: batch.pulledIn.length,
		proof: batch.proof,
		patterns,
		past,
		target: project.target,
		authors: await authorsBefore(repository, batch.release.base),
		weights: project.risk?.weights ?? DEFAULT_WEIGHTS,
		calendar,
		now: stand.clock.now(),
		strategies,
		named,
		port: project.port,
		migrate: project.commands.migrate !== undefined,
		errorLimit: (await memory.preferences()).auto_rollback_threshold,
		disk: await disk().catch(() => ({})),
		rollbacks: await rollbackTimes(memory, past),
		advice,
	};
}

/** Undefined where the history is cut: then nothing is known of who wrote it. */
async function authorsBefore(repository: Ports['repository'], base: Oid): Promise<Authors | undefined> {
	const commits = await repository.authors(base, COMMITS).catch(() => undefined);
	return commits && {commits, of: [...commits.values()].reduce((sum, n) => sum + n, 0)};
}

/** Seconds from the word to go back until the traffic was back, of the last few rollbacks. */
async function rollbackTimes(memory: Ports['memory'], past: readonly Summary[]): Promise<number[]> {
	const back = past.filter(({outcome}) => outcome === 'rolled_back').slice(0, ROLLBACKS);
	const times = await Promise.all(back.map(async ({id}) => rollbackSeconds((await memory.read(id)) ?? [])));
	return times.flatMap((seconds) => seconds ?? []);
}

/** Undefined when it was not watched from its beginning to its end by one process. */
export function rollbackSeconds(events: readonly DeploymentEvent[]): number | undefined {
	const of = (type: 'step.intended' | 'step.confirmed') =>
		events.find((event) => event.type === type && event.stage === 'production' && event.step === 'rollback');
	const [begun, done] = [of('step.intended'), of('step.confirmed')];
	if (!begun || !done || begun.fence !== done.fence || done.mono < begun.mono) return undefined;
	return Math.round((done.mono - begun.mono) / 100) / 10;
}

/** Another strategy than the one by risk, with the reason; only asked where a person sits. */
async function askForAnother(
	recommendation: Recommendation,
	{strategies}: Recommending,
	stand: Stand,
): Promise<Named | undefined> {
	if (stand.attended !== true) return undefined;
	const {strategy, risk} = recommendation;
	const advised = advisedStrategy(risk.level, strategies);
	// The demo's own is too short for anything real.
	const others = strategies.filter(({name}) => name !== strategy.name && name !== 'demo').slice(0, 7);
	const answer = await stand.ask({
		id: 'selection.strategy',
		kind: 'strategy',
		question: safe(`How shall it go out? By its risk: ${strategy.name}`),
		details: planWords(recommendation),
		options: [
			{value: strategy.name, label: safe(`${strategy.name}, as the risk asks for`), recommended: true},
			...others.map((one) => {
				const less = advised && lessCareful(one, advised);
				return {
					value: one.name,
					label: safe(one.name),
					hint: safe(less ? `less careful: ${less}` : one.description, 200),
				};
			}),
		],
		flag: '--strategy NAME',
	});
	const chosen = others.find(({name}) => name === answer);
	if (chosen === undefined) return undefined;
	const less = advised && lessCareful(chosen, advised) !== undefined;
	const why = await stand.ask({
		id: 'selection.strategy.why',
		kind: 'strategy',
		question: safe(`Why ${chosen.name} instead of ${strategy.name}?`),
		details: [safe('The reason is recorded with the deployment.')],
		// The first one is where the cursor stands: it must not put the contrary of what was chosen into the books.
		options: REASONS.filter((text) => !less || text !== MORE_CARE).map((text) => ({value: text, label: safe(text)})),
		flag: '--reason TEXT',
	});
	return {strategy: chosen, chosenBy: 'person', ...(why === undefined ? {} : {reason: why})};
}

const MORE_CARE = 'more care than the risk asks for';
const REASONS = [
	MORE_CARE,
	'too little traffic for small shares',
	'it has to be out soon',
	'proven elsewhere already',
	'another reason',
] as const;

/** The recommendation in a few lines, most important first. */
function planWords({risk, strategy, timing, monitoring, rollback, resources, advice}: Recommendation): Safe[] {
	const back = rollback.seconds === undefined ? '' : ` (${duration(rollback.seconds)} when it was measured)`;
	return [
		...(risk.level === 'high risk'
			? [`HIGH RISK: ${risk.because}`]
			: [`Risk ${riskWords(risk.value)}, level ${risk.level}: ${risk.because}`]),
		`Strategy ${strategy.name}, ${strategy.because}`,
		`When: ${whenSentence({timing})}`,
		`Watch: ${monitoring.watch[0] ?? ''}; ${monitoring.watch[1] ?? ''}`,
		`Back: orchestra rollback${back}, ${rollback.steps.length} steps in rollback.md`,
		`Needs: ${resources.at(-1) ?? ''}`,
		...advice.map(({severity, text}) => `${severity === 'caution' ? 'Caution: ' : ''}${text}`),
		...risk.factors.map(
			({factor, score, weight, evidence}) =>
				`${factor} ${score.toFixed(2)} × ${Math.round(weight * 100)} %: ${evidence}`,
		),
	].map((text) => safe(text, 400));
}
