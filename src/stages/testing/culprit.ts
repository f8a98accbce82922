// Room: stages. After a red suite: which feature of the batch turned it red, and the command that goes on without it. Lays
// shorter releases out in a folder of its own, which is gone afterwards. Knows git and commands by their ports only.

import {rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {Batch} from '../../domain/batch.ts';
import {seconds} from '../../domain/deployment/describe.ts';
import {FaultError} from '../../domain/fault/fault.ts';
import type {RankedFeature} from '../../domain/feature.ts';
import type {FeatureId} from '../../domain/ids.ts';
import {redact} from '../../domain/redact.ts';
import type {SuiteResult} from '../../domain/release.ts';
import {safe} from '../../domain/safe.ts';
import type {SuiteReader} from '../../ports/suite.ts';
import {firstRed, triesFor, type Verdict} from '../selection/bisect.ts';
import type {Stand} from '../stage.ts';
import {type PreparePorts, prepareRelease} from '../staging/prepare.ts';
import {probeSuite, type SuiteRun} from './suite.ts';

/** Milliseconds that a search may take by what the release itself took; beyond, a person decides. */
const MOST_MS = 10 * 60_000;
const MOST_NAMED = 4;

export interface CulpritPorts extends PreparePorts {
	readonly readers: readonly SuiteReader[];
}

export interface Culprit {
	readonly details: readonly string[];
	readonly nextSteps: readonly string[];
}

/** @param release what the release took to lay out, install and build, in milliseconds. */
export async function findCulprit(
	ports: CulpritPorts,
	batch: Batch,
	red: {readonly result: SuiteResult; readonly run: SuiteRun; readonly buildMs: number},
	stand: Stand,
): Promise<Culprit> {
	const {result, run, buildMs} = red;
	const {base, picks, version} = batch.release;
	const about = (buildMs + result.ms) * triesFor(picks.length);
	if (about > MOST_MS)
		return {details: [`Finding the feature by halves would take about ${seconds(about)}: not tried`], nextSteps: []};
	const name = `${basename(stand.folder.path)}-halves`;
	const failing = new Set(result.cases.filter(({status}) => status === 'failed').map((one) => one.name));
	const probe = async (first: number): Promise<Verdict> => {
		stand.signal.throwIfAborted();
		const commit = first === 0 ? base : (picks[first - 1]?.commit ?? base);
		const keyPrefix = `halves.${run.name}.${first}.`;
		const options = {commit, name, stage: 'testing', version, keyPrefix} as const;
		try {
			const {folder} = await prepareRelease(ports, options, stand);
			return await stand.step({
				key: `${keyPrefix}run`,
				title: `${run.name} with ${first === 0 ? 'none' : `the first ${first}`} of ${picks.length} changes`,
				isDone: async () => undefined,
				apply: () => tryOut({...run, folder}, failing, ports, stand),
			});
		} catch (thrown) {
			const code = thrown instanceof FaultError ? thrown.fault.code : undefined;
			if (code === 'BUILD_FAILED' || code === 'COMMAND_TIMED_OUT') return 'untestable';
			throw thrown;
		}
	};
	await stand.note(`${run.name} is red: looking for the change that turned it, by halves (about ${seconds(about)})`);
	try {
		const found = await firstRed(picks.length, probe);
		return wordsFor(found, run.name, batch);
	} finally {
		// Litter that pruning would clear as well: not worth a fault.
		await rm(join(ports.releasesFolder, name), {recursive: true, force: true}).catch(() => undefined);
		await rm(join(ports.releasesFolder, `${name}.json`), {force: true}).catch(() => undefined);
	}
}

/** Red is what fails at the same cases; failing elsewhere tells nothing. */
async function tryOut(
	run: SuiteRun,
	failing: ReadonlySet<string>,
	ports: CulpritPorts,
	stand: Stand,
): Promise<Verdict> {
	const result = await probeSuite(run, ports, stand);
	const command = redact(safe(run.suite.command));
	await stand.emit({type: 'command.ran', stage: 'testing', command, exit: result.exit ?? 1, ms: result.ms});
	if (result.status === 'passed') return 'green';
	if (result.status !== 'failed') return 'untestable';
	const same = result.cases.some((one) => one.status === 'failed' && failing.has(one.name));
	return same || failing.size === 0 || result.cases.length === 0 ? 'red' : 'untestable';
}

function wordsFor(found: Awaited<ReturnType<typeof firstRed>>, suite: string, batch: Batch): Culprit {
	if (found.kind === 'red before')
		return {details: [`${suite} is red on the base as well: none of the chosen changes turned it`], nextSteps: []};
	if (found.kind === 'unknown')
		return {details: [`${suite} could not be tried on the base, so no change can be named`], nextSteps: []};
	const changes = batch.release.picks.slice(found.from - 1, found.to).map(({change}) => change);
	const guilty = batch.ranked.filter(({feature}) => feature.changes.some(({oid}) => changes.includes(oid)));
	const names = guilty.slice(0, MOST_NAMED).map(({feature}) => `“${feature.title}” (${feature.id})`);
	const one = guilty.length === 1;
	const details = [
		one
			? `${suite} turned red with ${names[0]}, found in ${found.tries} tries`
			: `${suite} turned red with one of ${names.join(', ')}: what lies between cannot be tried alone`,
	];
	const rest = one ? withoutThem(batch, guilty) : [];
	return {details, nextSteps: rest.length === 0 ? [] : [`orchestra deploy --select ${rest.join(',')}`]};
}

/** What was asked for, but for these and whatever needs them. What comes along will come along again. */
export function withoutThem({ranked, chosen, pulledIn}: Batch, guilty: readonly RankedFeature[]): FeatureId[] {
	const out = new Set<FeatureId>(guilty.map(({feature}) => feature.id));
	for (let before = -1; before !== out.size; ) {
		before = out.size;
		for (const {feature, needs} of ranked)
			if (chosen.includes(feature.id) && needs.some((id) => out.has(id))) out.add(feature.id);
	}
	const along = new Set(pulledIn.map(({feature}) => feature));
	return chosen.filter((id) => !out.has(id) && !along.has(id));
}
