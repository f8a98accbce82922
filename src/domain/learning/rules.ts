// Room: domain. Rules: regularities strong enough to act on, each with the number of deployments behind it and in words
// that say what the next run does about it.

import type {Patterns, Rate} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {sizeOf} from './size.ts';
import {verdictOf} from './verdict.ts';
import {wilson} from './wilson.ts';
import {percent} from './words.ts';

type Rule = Patterns['rules'][number];

/** Kinds that change how the program behaves: only from these tests are expected. */
const BEHAVIOUR: ReadonlySet<string> = new Set(['feat', 'fix', 'perf', 'refactor', 'revert', 'other']);
/** A rule about testing rests after so many good deployments in a row. */
const GOOD_IN_A_ROW = 3;
/** A group needs so many deployments, and as many outside of it, before it is compared at all. */
const MIN_CASES = 3;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** True when the release went out with nothing, or not enough, to catch what was wrong with it. */
function undertested(summary: Summary): boolean {
	if ((summary.tests?.suites ?? 0) === 0) return true;
	return summary.features.some((f) => BEHAVIOUR.has(f.kind) && !f.topics.includes('tests'));
}

/** @param all each deployment once, oldest first. */
export function rulesOf(all: readonly Summary[]): Rule[] {
	const judged = all.filter((s) => verdictOf(s) !== 'neither');
	return [...moreTests(judged), ...groups(judged)];
}

/**
 * Insufficient testing → failure. Only what reached traffic counts: a failure that the tests caught is testing that worked.
 */
function moreTests(judged: readonly Summary[]): Rule[] {
	let support = 0;
	let goodSince = 0;
	for (const summary of judged) {
		const bad = verdictOf(summary) === 'bad';
		const reachedUsers = summary.trafficMoved || summary.outcome === 'rolled_back' || summary.outcome === 'promoted';
		if (bad && reachedUsers && undertested(summary)) {
			support++;
			goodSince = 0;
		} else goodSince = bad ? 0 : goodSince + 1;
	}
	if (support === 0 || goodSince >= GOOD_IN_A_ROW) return [];
	const cases = support === 1 ? 'One deployment' : `${support} deployments`;
	return [
		{
			id: 'more-tests',
			text: `${cases} failed with too little testing (no suite ran, or features came without tests): features without tests count as riskier until ${GOOD_IN_A_ROW} deployments in a row go well`,
			support,
		},
	];
}

interface Group {
	readonly id: string;
	readonly holds: (summary: Summary) => boolean;
	readonly text: (inside: Rate, outside: Rate) => string;
}

const figures = (inside: Rate, outside: Rate) =>
	`${inside.good} of ${inside.all} went well, ${percent(outside.good / outside.all)} of the others`;

/** Kinds, topics, sizes, days whose whole 95 % interval lies below how the others went. */
function groups(judged: readonly Summary[]): Rule[] {
	const kinds = new Set(judged.flatMap((s) => s.features.map((f) => f.kind)));
	const topics = new Set(judged.flatMap((s) => s.features.flatMap((f) => f.topics)));
	const dayOf = (s: Summary) => new Date(s.openedAt).getUTCDay();
	const candidates: Group[] = [
		...[...kinds].sort().map((kind) => ({
			id: `careful-kind:${kind}`,
			holds: (s: Summary) => s.features.some((f) => f.kind === kind),
			text: (a: Rate, b: Rate) =>
				`Deployments with ${kind} changes do worse (${figures(a, b)}): such features count as riskier`,
		})),
		...[...topics].sort().map((topic) => ({
			id: `careful-topic:${topic}`,
			holds: (s: Summary) => s.features.some((f) => f.topics.includes(topic)),
			text: (a: Rate, b: Rate) =>
				`Deployments that touch ${topic} do worse (${figures(a, b)}): such features count as riskier`,
		})),
		{
			id: 'smaller-batches',
			holds: (s) => ['11-20', '21+'].includes(sizeOf(s.features.length)),
			text: (a, b) => `Deployments of more than 10 features do worse (${figures(a, b)}): smaller batches are advised`,
		},
		...DAYS.map((day, index) => ({
			id: `avoid-day:${index}`,
			holds: (s: Summary) => dayOf(s) === index,
			text: (a: Rate, b: Rate) => `Deployments on a ${day} (UTC) do worse (${figures(a, b)}): another day is advised`,
		})),
	];
	return candidates.flatMap(({id, holds, text}) => {
		const inside = rate(judged.filter(holds));
		const outside = rate(judged.filter((s) => !holds(s)));
		if (inside.all < MIN_CASES || outside.all < MIN_CASES) return [];
		if (wilson(inside).high >= outside.good / outside.all) return [];
		return [{id, text: text(inside, outside), support: inside.all}];
	});
}

function rate(summaries: readonly Summary[]): Rate {
	return {good: summaries.filter((s) => verdictOf(s) === 'good').length, all: summaries.length};
}
