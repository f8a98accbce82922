// Room: domain. Where the next deployment could be quicker, safer or less work: only what the figures of past ones show.

import {STAGES, type StageName} from '../ids.ts';
import type {Patterns} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {rateOf} from './rates.ts';
import {duration, median, percent} from './words.ts';

const LONG_MS = 60_000;
const MOST_OF_IT = 0.5;
const MIN_CASES = 3;
const MIN_OFFERS = 5;

/** Median milliseconds of a stage over the promoted deployments in which it ran. */
export function usualMs(stage: StageName, past: readonly Summary[]): number | undefined {
	return median(past.filter((s) => s.outcome === 'promoted').flatMap((s) => s.stageMs[stage] ?? []));
}

/** Sentences, at most a handful, most useful first. `past` does not hold `summary`. */
export function opportunitiesOf(summary: Summary, past: readonly Summary[], patterns: Patterns): string[] {
	return [...untested(summary), ...slow(summary, past), ...size(summary, patterns), ...choices(patterns)];
}

function untested(summary: Summary): string[] {
	if (summary.stageMs.testing === undefined || (summary.tests?.suites ?? 0) > 0) return [];
	return [
		'No test suite ran: orchestra config set commands.test.unit.command "npm test" lets red tests stop a release',
	];
}

function slow(summary: Summary, past: readonly Summary[]): string[] {
	const times = STAGES.flatMap((stage) => {
		const ms = summary.stageMs[stage];
		return ms === undefined ? [] : [{stage, ms}];
	});
	const total = times.reduce((sum, t) => sum + t.ms, 0);
	const longest = times.toSorted((a, b) => b.ms - a.ms)[0];
	const lines: string[] = [];
	// Production is slow on purpose: it watches.
	if (longest && longest.stage !== 'production' && longest.ms > LONG_MS && longest.ms > total * MOST_OF_IT) {
		const share = `${percent(longest.ms / total)} of the whole`;
		lines.push(`Most time went into ${longest.stage}: ${duration(longest.ms / 1000)}, ${share}`);
	}
	for (const {stage, ms} of times) {
		const cases = past.filter((s) => s.outcome === 'promoted' && s.stageMs[stage] !== undefined).length;
		const usual = usualMs(stage, past);
		if (usual === undefined || cases < MIN_CASES || ms < usual * 2 || ms - usual < LONG_MS / 2) continue;
		lines.push(`${stage} took ${duration(ms / 1000)}, usually ${duration(usual / 1000)} (${cases} deployments)`);
	}
	return lines;
}

function size(summary: Summary, patterns: Patterns): string[] {
	const small = rateOf(patterns.sizes, '1-5');
	if (summary.features.length <= 20) return [];
	const known = small.all < MIN_CASES ? '' : ` (${small.good} of ${small.all} small ones went well here)`;
	return [
		`${summary.features.length} features in one release: smaller ones are easier to judge and to take back${known}`,
	];
}

function choices(patterns: Patterns): string[] {
	const {good, all} = rateOf(patterns.taken, 'recommended');
	// One deployment of one chosen feature leaves many out, and says nothing about how somebody chooses.
	if (patterns.deployments < MIN_CASES || all < MIN_OFFERS || good / all >= 0.5) return [];
	return [`You took ${good} of ${all} recommended features: the recommendation does not fit how you choose yet`];
}
