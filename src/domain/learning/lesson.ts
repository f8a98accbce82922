// Room: domain. The lesson of one deployment in plain words: what was expected, what happened, what will be different.

import type {Lesson, Patterns, Rate} from '../pattern.ts';
import type {Summary} from '../summary.ts';
import {confidenceText} from './confidence.ts';
import {rateOf} from './rates.ts';
import {secondsOf} from './statistics.ts';
import {causeOf, verdictOf} from './verdict.ts';
import {count, duration, percent} from './words.ts';

export interface LessonInput {
	readonly summary: Summary;
	/** What the memory knew before this deployment, and knows with it. */
	readonly before: Patterns;
	readonly after: Patterns;
	/** Predicted probability of failure, 0–1; undefined when no batch was chosen. */
	readonly expectedRisk?: number;
	/** Deployments behind that prediction. */
	readonly evidence: number;
}

export function lessonOf(input: LessonInput): Lesson {
	return {expected: expected(input), happened: happened(input.summary), next: next(input)};
}

function expected({expectedRisk, evidence}: LessonInput): string {
	if (expectedRisk === undefined) return 'Nothing was predicted: no batch had been chosen yet';
	const basis = evidence === 0 ? 'from rules alone, without any earlier deployment' : `from ${count(evidence, 'case')}`;
	return `A ${percent(expectedRisk)} chance of failure was expected, ${basis}`;
}

function happened(summary: Summary): string {
	const what = summary.version === undefined ? 'The deployment' : `Release ${summary.version}`;
	const size = summary.features.length === 0 ? '' : ` with ${count(summary.features.length, 'feature')}`;
	const time = secondsOf(summary);
	const took = time === undefined ? '' : ` after ${duration(time)}`;
	const how = {
		promoted: 'was promoted',
		rolled_back: 'was rolled back',
		failed: 'failed before it took over',
		aborted: 'was aborted',
	}[summary.outcome];
	const parts = [`${what}${size} ${how}${took}`];
	if (summary.outcome !== 'promoted' && causeOf(summary) !== '') parts.push(causeOf(summary));
	const {requests, tests} = summary;
	if (requests !== undefined && requests.candidate > 0) {
		const failed = `${requests.candidateErrors.toLocaleString('en')} of ${count(requests.candidate, 'request')}`;
		parts.push(`${failed} to the new version failed`);
	}
	if (tests !== undefined) parts.push(`tests were ${tests.green ? 'green' : 'red'}`);
	else if (summary.stageMs.testing !== undefined) parts.push('no test suite ran');
	return parts.join('; ');
}

function next({summary, before, after}: LessonInput): string[] {
	const lines: string[] = [];
	const verdict = verdictOf(summary);
	if (verdict === 'neither') {
		lines.push('Nothing was learned about its features: it ended for another reason, so no rate and no mark changes');
	}
	const changes = new Set(summary.features.flatMap((f) => f.changes));
	const marked = [...changes].filter((c) => Object.hasOwn(after.scars, c)).length;
	const healed = [...changes].filter((c) => Object.hasOwn(before.scars, c) && !Object.hasOwn(after.scars, c)).length;
	if (marked > 0) {
		const blame =
			summary.features.length === 1
				? 'the only feature in this release'
				: `${summary.features.length} features share the blame, each a suspect and not a culprit`;
		lines.push(`${count(marked, 'change')} held against the next selection until mended or promoted: ${blame}`);
	}
	if (healed > 0) lines.push(`${count(healed, 'mark')} of an earlier failure removed: the change is live now`);
	lines.push(...newRules(before, after));
	lines.push(...shifts(summary, before, after));
	lines.push(confidenceText(after.deployments));
	return lines;
}

function newRules(before: Patterns, after: Patterns): string[] {
	const [old, now] = [new Map(before.rules.map((r) => [r.id, r])), new Map(after.rules.map((r) => [r.id, r]))];
	return [
		...after.rules.filter((r) => !old.has(r.id)).map((r) => `New rule: ${r.text}`),
		...after.rules
			.filter((r) => (old.get(r.id)?.support ?? r.support) < r.support)
			.map((r) => `Rule confirmed (${r.support} deployments): ${r.text}`),
		...before.rules.filter((r) => !now.has(r.id)).map((r) => `Rule withdrawn: ${r.text}`),
	];
}

const RATES_SHOWN = 3;

/** The rates that moved, those of this deployment's own kinds. */
function shifts(summary: Summary, before: Patterns, after: Patterns): string[] {
	const kinds = [...new Set(summary.features.map((f) => f.kind))].sort();
	const moved = kinds.flatMap((kind) => {
		const [was, is] = [rateOf(before.kinds, kind), rateOf(after.kinds, kind)];
		return was.all === is.all && was.good === is.good ? [] : [{kind, was, is}];
	});
	moved.sort((a, b) => change(b.was, b.is) - change(a.was, a.is));
	return moved.slice(0, RATES_SHOWN).map(({kind, was, is}) => {
		const earlier = was.all === 0 ? 'the first case' : `was ${was.good} of ${was.all}`;
		return `Deployments with ${kind} changes: ${is.good} of ${is.all} went well (${earlier})`;
	});
}

function change(was: Rate, is: Rate): number {
	const share = (r: Rate) => (r.all === 0 ? 0.5 : r.good / r.all);
	return Math.abs(share(is) - share(was));
}
