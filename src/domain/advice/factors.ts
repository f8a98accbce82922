// Room: domain. The seven factors: how careful the circumstances of one release ask to be. Each has a score from 0 to 1, by
// the tables below, and a weight; the composite is their weighted mean. It is no probability: the batch's risk is, and that
// is what features are ranked by. The level is taken from the higher of the two, floored by the class of the change.
// So nothing is counted twice: a factor can make a release more careful, never less than its risk says.
//
// A factor that nothing is known about scores the prior, 0.2: the one in five that learned.ts assumes as well. It says so.
//
// history       of the kinds and scopes that go, the worst rate of going wrong so far, the prior counting as six cases; a feature
//               of a deployment that went wrong: twice its blame.
// complexity    areas touched (first two folders): 1: 0 · 3: 0.2 · 8: 0.4 · 20: 0.6 · more: 0.8; then 0.05 for each feature that
//               only comes along, at most 0.15, and 0.1 where the plan could not be proven.
// magnitude     files of code: 3: 0.05 · 10: 0.15 · 25: 0.3 · 60: 0.5 · 150: 0.7 · more: 0.9.
// stability     of the last five deployments to this target, the share that went wrong, the prior counting as two cases;
//               at least 0.5 when the last one did.
// timing        the hour (timing.ts).
// experience    of the changes, people's share with none (1) or fewer than five (0.5) of the commits before it, times 0.8.
// dependencies  the worst finding about dependencies: none 0 · note 0.15 · caution 0.5 · danger 0.8.

import type {Proof} from '../batch.ts';
import type {RankedFeature} from '../feature.ts';
import {verdictOf} from '../learning/verdict.ts';
import type {Patterns} from '../pattern.ts';
import {safe} from '../safe.ts';
import {blamePoints, blames, blend, rateOf} from '../selection/learned.ts';
import {codeFiles, isCode} from '../selection/risk.ts';
import {count, place, plural} from '../selection/words.ts';
import type {Summary} from '../summary.ts';
import type {Factor, RiskFactor} from './recommendation.ts';
import {FACTORS} from './recommendation.ts';
import type {Timing} from './timing.ts';

export type Weights = Readonly<Record<Factor, number>>;

export const DEFAULT_WEIGHTS: Weights = {
	history: 0.2,
	complexity: 0.1,
	magnitude: 0.2,
	stability: 0.15,
	timing: 0.1,
	experience: 0.1,
	dependencies: 0.15,
};

/** What is assumed where nothing is known. */
const PRIOR = 0.2;
const PRIOR_CASES = 6;
const RECENT = 5;
const RECENT_CASES = 2;
const FEW_COMMITS = 5;

/** How many of the commits before this release each author wrote. */
export interface Authors {
	/** By e-mail, lower case. */
	readonly commits: ReadonlyMap<string, number>;
	/** How many commits were looked at. */
	readonly of: number;
}

export interface Known {
	/** Everything that goes. */
	readonly going: readonly RankedFeature[];
	readonly pulledIn: number;
	readonly proof?: Proof | undefined;
	readonly patterns: Patterns;
	/** Newest first; of this target alone. */
	readonly past: readonly Summary[];
	readonly target: string;
	readonly timing: Timing;
	/** Undefined: could not be read. */
	readonly authors?: Authors | undefined;
}

type Said = Pick<RiskFactor, 'score' | 'known'> & {readonly evidence: string};

const step = (n: number, table: readonly (readonly [most: number, score: number])[], above: number) =>
	table.find(([most]) => n <= most)?.[1] ?? above;

const unknown = (evidence: string): Said => ({score: PRIOR, known: false, evidence});

function history({going, patterns}: Known): Said {
	const kinds = [...new Set(going.map(({feature}) => feature.kind))].map((kind) => ({
		what: plural(kind),
		rate: rateOf(patterns.kinds, kind),
	}));
	const scopes = [...new Set(going.flatMap(({feature}) => feature.scope ?? []))].map((scope) => ({
		what: `changes in ${scope}`,
		rate: rateOf(patterns.scopes, scope),
	}));
	const rated = [...kinds, ...scopes].flatMap(({what, rate}) =>
		rate === undefined ? [] : [{what, rate, score: blend(PRIOR, rate, PRIOR_CASES)}],
	);
	const scars = going.flatMap(({feature}) =>
		blames(feature, patterns).map((blame) => ({feature, blame, score: Math.min(1, (2 * blamePoints(blame)) / 100)})),
	);
	const scar = scars.toSorted((a, b) => b.score - a.score)[0];
	const worst = rated.toSorted((a, b) => b.score - a.score)[0];
	if (worst === undefined && scar === undefined)
		return unknown(
			patterns.deployments === 0
				? 'no deployments yet: prior'
				: `none of the ${count(patterns.deployments, 'deployment')} had such changes: prior`,
		);
	if (scar && scar.score >= (worst?.score ?? 0)) {
		const how = scar.blame.outcome === 'rolled_back' ? 'was rolled back' : 'failed';
		const text = `“${scar.feature.title}” was in ${scar.blame.deployment}, which ${how}`;
		return {score: scar.score, known: true, evidence: text};
	}
	const {what, rate, score} = worst ?? {what: '', rate: {good: 0, all: 0}, score: PRIOR};
	return {score, known: true, evidence: `${what} went well in ${rate.good} of ${count(rate.all, 'deployment')}`};
}

function pathsOf(going: Known['going']): string[] {
	return [...new Set(going.flatMap(({feature}) => feature.changes.flatMap(({files}) => files.map(({path}) => path))))];
}

function complexity({going, pulledIn, proof}: Known): Said {
	const code = pathsOf(going).filter(isCode);
	const areas = [
		...new Set(code.map((path) => path.split('/').slice(0, -1).slice(0, 2).join('/') || 'the top folder')),
	];
	const unproven = proof !== undefined && !proof.equal;
	const score =
		step(
			areas.length,
			[
				[1, 0],
				[3, 0.2],
				[8, 0.4],
				[20, 0.6],
			],
			0.8,
		) +
		Math.min(0.15, 0.05 * pulledIn) +
		(unproven ? 0.1 : 0);
	const some = areas.toSorted().slice(0, 3).join(', ');
	const words = [
		areas.length === 0
			? 'touches no code'
			: `touches ${count(areas.length, 'area')} of the code (${some}${areas.length > 3 ? ' …' : ''})`,
		...(pulledIn > 0
			? [`${count(pulledIn, 'feature')} only because others need ${pulledIn === 1 ? 'it' : 'them'}`]
			: []),
		...(unproven ? ['the plan could not be proven'] : []),
	];
	return {score: Math.min(1, score), known: true, evidence: words.join('; ')};
}

function magnitude({going}: Known): Said {
	const files = new Set(pathsOf(going).filter(isCode)).size;
	// Changes that list no files say only how many they are.
	const code = Math.max(
		files,
		pathsOf(going).length === 0 ? going.reduce((n, {feature}) => n + codeFiles(feature), 0) : 0,
	);
	const changes = going.reduce((sum, {feature}) => sum + feature.changes.length, 0);
	const score = step(
		code,
		[
			[3, 0.05],
			[10, 0.15],
			[25, 0.3],
			[60, 0.5],
			[150, 0.7],
		],
		0.9,
	);
	const evidence = `${count(going.length, 'feature')}, ${count(changes, 'change')}, ${count(code, 'file')} of code`;
	return {score, known: true, evidence};
}

function stability({past, target}: Known): Said {
	const judged = past.filter((one) => verdictOf(one) !== 'neither').slice(0, RECENT);
	if (judged.length === 0) return unknown(`nothing was deployed to ${target} yet: prior`);
	const good = judged.filter((one) => verdictOf(one) === 'good').length;
	const [last] = judged;
	const bad = last !== undefined && verdictOf(last) === 'bad';
	const share = blend(PRIOR, {good, all: judged.length}, RECENT_CASES);
	const words = `${good} of the last ${count(judged.length, 'deployment')} to ${target} went well`;
	return {
		score: bad ? Math.max(0.5, share) : share,
		known: true,
		evidence: bad ? `${words}; the last one, ${last.id}, did not` : words,
	};
}

function experience({going, authors}: Known): Said {
	const changes = going.flatMap(({feature}) => feature.changes).filter(({bot}) => !bot);
	if (changes.length === 0) return {score: 0, known: true, evidence: 'only robots wrote it'};
	if (authors === undefined || authors.of === 0) return unknown('the commits before it cannot be read: prior');
	const before = changes.map(({author}) => authors.commits.get(author.email.toLowerCase()) ?? 0);
	const [none, few] = [before.filter((n) => n === 0).length, before.filter((n) => n > 0 && n < FEW_COMMITS).length];
	const people = new Set(changes.map(({author}) => author.email.toLowerCase())).size;
	const by = `by ${people === 1 ? 'one person' : `${people} people`}`;
	const new_ = [
		...(none > 0 ? [`${none} by somebody with none`] : []),
		...(few > 0 ? [`${few} by somebody with fewer than ${FEW_COMMITS}`] : []),
	].join(', ');
	const looked = `of the ${authors.of === 1 ? 'one commit' : `${authors.of.toLocaleString('en')} commits`} before`;
	return {
		score: 0.8 * ((none + few / 2) / changes.length),
		known: true,
		evidence:
			new_ === ''
				? `${count(changes.length, 'change')} ${by}, each with ${FEW_COMMITS} or more ${looked}`
				: `${count(changes.length, 'change')} ${by}: ${new_} ${looked}`,
	};
}

const SEVERITY = {danger: 0.8, caution: 0.5, note: 0.15} as const;

function dependencies({going}: Known): Said {
	const found = going
		.flatMap(({feature}) => feature.findings)
		.filter(({topic}) => topic === 'deps')
		.toSorted((a, b) => SEVERITY[b.severity] - SEVERITY[a.severity]);
	const [worst] = found;
	if (worst === undefined) return {score: 0, known: true, evidence: 'no dependency changes'};
	const more = found.length > 1 ? `, and ${found.length - 1} more` : '';
	return {score: SEVERITY[worst.severity], known: true, evidence: `${worst.what} (${place(worst)})${more}`};
}

const timing = ({timing: {score, reasons}}: Known): Said => ({score, known: true, evidence: reasons[0] ?? ''});

const SAYS: Readonly<Record<Factor, (known: Known) => Said>> = {
	history,
	complexity,
	magnitude,
	stability,
	timing,
	experience,
	dependencies,
};

const hundredth = (n: number) => Math.round(n * 100) / 100;

/** All seven, in their order, with weights that add up to 1. @param weights ≥ 0, not all of them 0. */
export function factorsOf(known: Known, weights: Weights): RiskFactor[] {
	const all = FACTORS.reduce((sum, factor) => sum + weights[factor], 0);
	return FACTORS.map((factor) => {
		const {score, evidence, known: sure} = SAYS[factor](known);
		const weight = all > 0 ? weights[factor] / all : DEFAULT_WEIGHTS[factor];
		return {factor, score: hundredth(score), weight, evidence: safe(evidence, 300), known: sure};
	});
}

/** 0–1. */
export const compositeOf = (factors: readonly RiskFactor[]): number =>
	hundredth(factors.reduce((sum, {score, weight}) => sum + score * weight, 0));
