// Room: stages. From a closed choice to a plan that is whole: proven by building it both ways, and, where the project's build
// command is trusted already, compiled, with what the compiler asks for added round by round. Nothing but Orchestra's own
// folders is written. Knows git and commands by their ports only.

import {basename} from 'node:path';
import type {BuiltCommit, DiscoveryReport, Proof} from '../../domain/batch.ts';
import type {Change} from '../../domain/change.ts';
import {type Fault, FaultError, fault} from '../../domain/fault/fault.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId, Oid} from '../../domain/ids.ts';
import {type Safe, safe} from '../../domain/safe.ts';
import {inBranchOrder} from '../../domain/selection/order.ts';
import {count, percent} from '../../domain/selection/words.ts';
import type {Patch, Repository} from '../../ports/repository.ts';
import type {TrustStore} from '../../ports/trust.ts';
import type {Stand} from '../stage.ts';
import {type PreparePorts, prepareRelease} from '../staging/prepare.ts';
import {withStaleLocks} from './anew-words.ts';
import type {Closed} from './closure.ts';
import {complaintsIn} from './complaints.ts';
import {proveWhole} from './prove.ts';
import {type Addition, additionsFor, type LeftChange, MOST_ROUNDS, repair} from './repair.ts';

/** What trying the build takes: the folder it is tried in is the one that staging goes on with. */
export interface Trial extends Omit<PreparePorts, 'repository'> {
	readonly trust: TrustStore;
	readonly trustHash: string;
}

export interface WholeParts {
	readonly repository: Repository;
	readonly discovery: DiscoveryReport;
	readonly ranked: readonly RankedFeature[];
	/** Everything on the branch, in its order. */
	readonly order: readonly Change[];
	/** What was asked for, and what a person said must not come along. */
	readonly ids: readonly FeatureId[];
	readonly without: readonly FeatureId[];
	/** Closes a choice; throws what a person must hear (`Halt`). */
	close(ids: readonly FeatureId[]): Promise<Closed>;
	/** Makes the commits, and what is made anew on top of them. Idempotent. */
	release(closed: Closed): Promise<BuiltCommit>;
	readonly trial?: Trial;
}

interface Added {
	readonly feature: FeatureId;
	readonly because: Safe;
}

export interface Whole {
	readonly closed: Closed;
	readonly proof: Proof;
	readonly release: BuiltCommit;
	/** What came along for the sake of the proof or of the compiler. */
	readonly added: readonly Added[];
}

/** The stage ends here: with a question that nobody answers, or with a fault. */
export class Halt extends Error {
	readonly end: {kind: 'held'; request: Question & {stage: 'selection'}} | {kind: 'stopped'; fault: Fault};
	constructor(end: Halt['end']) {
		super('the selection ends here');
		this.end = end;
	}
}
type Question = Parameters<Stand['ask']>[0];

interface Plan {
	readonly closed: Closed;
	readonly proof: Proof;
	readonly added: readonly Added[];
}

export async function makeWhole(first: Closed, parts: WholeParts, stand: Stand): Promise<Whole> {
	const {repository, discovery, ranked, order, trial} = parts;
	const owner = new Map(ranked.flatMap((one) => one.feature.changes.map(({oid}) => [oid, one] as const)));

	async function proven({closed, added}: Omit<Plan, 'proof'>): Promise<Plan> {
		const start = {closed, added: [...added]};
		const {plan, proof} = await proveWhole(start, {
			prove: (plan) => {
				stand.signal.throwIfAborted();
				return repository.prove(discovery.base.oid, discovery.dev.oid, plan.closed.picks, order);
			},
			grow: async (plan, changes, why) => {
				const more = ownersOf(changes, plan.closed);
				// What is not recommended never comes along for the sake of a proof: that it is none is said.
				const cut = ({feature, bucket}: RankedFeature) =>
					bucket === 'not recommended' || parts.without.includes(feature.id);
				if (more.length === 0 || more.some(cut)) return undefined;
				const path = why.differs?.[0];
				const because =
					path === undefined ? (why.why ?? '') : `what was chosen cannot be told apart from it in ${path}`;
				return grown(plan, more, () => because);
			},
		});
		const known = new Set(added.map(({feature}) => feature));
		for (const {feature, because} of plan.added)
			if (!known.has(feature)) await stand.note(`Added ${feature}: ${because}`);
		return {...plan, proof};
	}

	function ownersOf(changes: readonly Oid[], {chosen}: Closed): RankedFeature[] {
		const found = changes.flatMap((oid) => owner.get(oid) ?? []);
		return [...new Set(found)].filter(({feature}) => !chosen.includes(feature.id));
	}

	/** Undefined when they do not go, or bring along what is not recommended without anybody having said so. */
	async function grown<P extends Omit<Plan, 'proof'>>(
		plan: P,
		more: readonly RankedFeature[],
		because: (one: RankedFeature) => string,
	): Promise<{closed: Closed; added: Added[]} | undefined> {
		const ids = more.map(({feature}) => feature.id);
		const closed = await parts.close([...parts.ids, ...plan.added.map(({feature}) => feature), ...ids]);
		if (!ids.some((id) => closed.chosen.includes(id))) return undefined;
		const added = more.map((one) => ({feature: one.feature.id, because: safe(because(one), 300)}));
		return {closed, added: [...plan.added, ...added]};
	}

	const compiles = trial === undefined ? undefined : await buildCommand(trial);
	const start = await proven({closed: first, added: []});
	refuseUnequal(start, parts);
	if (trial === undefined || compiles === undefined) return {...start, release: await parts.release(start.closed)};

	let release: BuiltCommit | undefined;
	let failure: FaultError | undefined;
	const done = await repair<Plan>(start, {
		compile: async (plan, round) => {
			release = await parts.release(plan.closed);
			const tried = await tryBuild({...trial, repository}, release, round, stand).catch((thrown: unknown) => {
				throw release === undefined ? thrown : withStaleLocks(thrown, release, plan.closed.chosen);
			});
			failure = tried?.failure;
			return tried?.output;
		},
		left: ({closed}) => leftOf(repository, ranked, closed, order),
		grow: async (plan, additions, round) => {
			const more = ownersOf(
				additions.map(({change}) => change),
				plan.closed,
			);
			if (more.length === 0) return undefined;
			const why = (one: RankedFeature) => reasonFor(one, additions);
			if (!(await mayAdd(more, why, round, stand))) return undefined;
			const next = await grown(plan, more, why);
			if (next === undefined) return undefined;
			for (const one of more) await stand.note(`Added ${one.feature.id} “${one.feature.title}”: ${why(one)}`);
			const whole = await proven(next);
			refuseUnequal(whole, parts);
			return whole;
		},
	});
	if (!done.compiles || release === undefined) {
		if (failure === undefined) throw new Error('a plan that does not compile has no complaint');
		const tries = `Tried ${count(done.tries, 'build')}; what it complains of, no waiting change adds, or it may not come along`;
		const gave = done.tries > MOST_ROUNDS ? `Gave up after ${MOST_ROUNDS} rounds of adding what it asked for` : tries;
		const more = done.plan.added.map(({feature, because}) => `with ${feature}: ${because}`);
		const {code, details, headline} = failure.fault;
		throw new Halt({
			kind: 'stopped',
			fault: {
				...fault(code, {details: [...details, ...more, gave], now: 'Nothing was changed.', stage: 'selection'}),
				headline,
			},
		});
	}
	return {...done.plan, release};
}

/** Undefined: there is nothing to compile, or nobody has trusted the command yet; staging asks, and builds. */
async function buildCommand({project, trust, trustHash}: Trial): Promise<string | undefined> {
	const {build} = project.commands;
	return build !== undefined && (await trust.isTrusted(trustHash)) ? build : undefined;
}

function refuseUnequal({proof, closed}: Plan, {ranked}: WholeParts): void {
	if (proof.equal || proof.why !== undefined) return;
	const near = ranked.filter(({feature}) => feature.changes.some(({oid}) => proof.entangled?.includes(oid)));
	const more = near.map(({feature}) => feature.id);
	throw new Halt({
		kind: 'stopped',
		fault: fault('PROOF_FAILED', {
			with: {picks: proof.picksTree.slice(0, 12), reverts: proof.revertsTree?.slice(0, 12) ?? 'none'},
			details: [
				...(proof.differs ?? []).map((path) => `They differ in ${path}`),
				...near.map(({feature}) => `“${feature.title}” (${feature.id}) works there and was not chosen`),
			],
			nextSteps: more.length === 0 ? [] : [`orchestra deploy --select ${[...closed.chosen, ...more].join(',')}`],
			now: 'Nothing was built or changed.',
			stage: 'selection',
		}),
	});
}

/** Undefined when it builds. Other faults than a failed build pass through. */
async function tryBuild(
	ports: Trial & {repository: Repository},
	release: BuiltCommit,
	round: number,
	stand: Stand,
): Promise<{output: readonly string[]; failure: FaultError} | undefined> {
	const output: string[] = [];
	const listening: Stand = {
		...stand,
		log: (line) => {
			if (output.length < 20_000) output.push(line.text);
			stand.log(line);
		},
	};
	const {commit, version} = release;
	const name = basename(stand.folder.path);
	const options = {commit, name, stage: 'selection', version, keyPrefix: `compile.${round}.`} as const;
	try {
		await prepareRelease(ports, options, listening);
		return undefined;
	} catch (thrown) {
		if (!(thrown instanceof FaultError) || thrown.fault.code !== 'BUILD_FAILED') throw thrown;
		// Installing knows nothing of names in the sources.
		if (!thrown.fault.step?.endsWith('build')) throw thrown;
		return {output: [...output, ...thrown.fault.details], failure: thrown};
	}
}

/** Everything that waits outside the plan, in branch order, with its lines. */
async function leftOf(
	repository: Repository,
	ranked: readonly RankedFeature[],
	{chosen}: Pick<Closed, 'chosen'>,
	order: readonly Change[],
): Promise<LeftChange[]> {
	const inside = new Set(chosen);
	const left = ranked.filter(({feature}) => !inside.has(feature.id)).flatMap(({feature}) => feature.changes);
	const patches = new Map<Oid, Patch[]>();
	const oids = left.map(({oid}) => oid);
	for await (const patch of repository.patches(oids, () => true))
		patches.set(patch.change, [...(patches.get(patch.change) ?? []), patch]);
	const told = order.map(({oid}) => oid);
	return inBranchOrder(left, told).map(({oid}) => ({oid, patches: patches.get(oid) ?? []}));
}

function reasonFor({feature}: RankedFeature, additions: readonly Addition[]): string {
	const own = additions.find(({change}) => feature.changes.some(({oid}) => oid === change));
	return own === undefined ? '' : `the build asks for ${own.symbol}, which it brings (${own.path})`;
}

async function mayAdd(
	more: readonly RankedFeature[],
	why: (one: RankedFeature) => string,
	round: number,
	stand: Stand,
): Promise<boolean> {
	const risky = more.filter(({bucket}) => bucket === 'not recommended');
	const ids = more.map(({feature}) => feature.id);
	const question = {
		id: `selection.repair.${round}`,
		kind: 'repair' as const,
		question: safe(
			`What was chosen does not build alone. Add ${more.length === 1 ? `“${more[0]?.feature.title}”` : count(more.length, 'feature')} and build again?`,
		),
		details: more.flatMap((one) => [
			safe(`${one.feature.id} “${one.feature.title}” (${one.bucket}, risk ${percent(one.risk)}): ${why(one)}`),
			...(one.bucket === 'not recommended' ? one.reasons.slice(0, 2).map(({text}) => text) : []),
		]),
		options: [
			{value: 'add', label: safe('Add and build again'), ...(risky.length === 0 ? {recommended: true} : {})},
			{value: 'stop', label: safe('Stop here; nothing was changed')},
		],
		flag: risky.length === 0 ? '--yes' : `--select …,${ids.join(',')}`,
	};
	const answer = await stand.ask(question);
	if (answer === undefined) throw new Halt({kind: 'held', request: {...question, stage: 'selection'}});
	return answer === 'add';
}

/**
 * What a failed build of a release asks for, as lines for a person and the command that takes it along: for where nothing may
 * be added any more.
 */
export async function whatItAsksFor(
	repository: Repository,
	{ranked, chosen}: {readonly ranked: readonly RankedFeature[]; readonly chosen: readonly FeatureId[]},
	output: readonly string[],
): Promise<{details: readonly string[]; nextSteps: readonly string[]}> {
	const complaints = complaintsIn(output);
	const left = complaints.length === 0 ? [] : await leftOf(repository, ranked, {chosen}, []);
	const additions = additionsFor(complaints, left);
	const more = ranked.filter(({feature}) =>
		feature.changes.some(({oid}) => additions.some(({change}) => change === oid)),
	);
	if (more.length === 0) return {details: [], nextSteps: []};
	return {
		details: more.map((one) => `Not chosen: ${one.feature.id} “${one.feature.title}”: ${reasonFor(one, additions)}`),
		nextSteps: [`orchestra deploy --select ${[...chosen, ...more.map(({feature}) => feature.id)].join(',')}`],
	};
}

/** The proof as one line. */
export function proofLine(proof: Proof, picks: number, waiting: number): {text: string; level: 'info' | 'warning'} {
	if (!proof.equal) return {text: `Not proven: ${proof.why ?? 'the two trees differ'}`, level: 'warning'};
	const others = waiting - picks;
	const except = proof.except.length === 0 ? '' : `, but for ${count(proof.except.length, 'generated file')}`;
	const tree = `tree ${proof.picksTree.slice(0, 12)}${except}`;
	const text =
		others > 0
			? `Proven: ${count(picks, 'change')} onto the base and ${count(others, 'other')} out of the branch give the same ${tree}`
			: `Proven: all ${count(picks, 'change')} onto the base give the branch as it is, ${tree}`;
	return {text, level: 'info'};
}
