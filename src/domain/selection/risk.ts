// Room: domain. The risk of one feature: a documented prior, moved by what was learned. All in hundredths; the reasons'
// weights add up to the risk, so a screen can draw it as a waterfall and nothing is hidden.
//
// Prior = kind + size + breaking + findings + age + tests + reverts (tables below), then
// learned kind, topic and scope rates (learned.ts), then the class's floor (level.ts), then scars, then 1…99.
// A finding never lowers the risk, whatever was learned: per topic the learned rate may at most take back what that
// topic's findings added, and nothing of a danger. Touched tests are the one exception.

import type {Kind} from '../change.ts';
import type {Feature, Finding, Reason, Topic} from '../feature.ts';
import {extraForUntested} from '../learning/testing-demand.ts';
import type {Patterns} from '../pattern.ts';
import {blamePoints, blames, rateOf, timesWorse, topicsOf} from './learned.ts';
import {floorOf} from './level.ts';
import {count, percent, place, plural, reason} from './words.ts';

/** How often a change of this kind hurts, before anything else is known of it. */
const KIND: Readonly<Record<Kind, number>> = {
	docs: 1,
	test: 2,
	style: 2,
	chore: 4,
	ci: 5,
	build: 8,
	fix: 8,
	revert: 10,
	perf: 12,
	feat: 14,
	refactor: 15,
	other: 15,
};

/** Files of code (no documents, no tests, no lock files) up to which the points apply. */
const SIZE: readonly (readonly [number, number])[] = [
	[3, 0],
	[10, 5],
	[25, 12],
	[60, 20],
	[Number.POSITIVE_INFINITY, 30],
];

const FINDING: Readonly<Record<Topic, Readonly<Record<Finding['severity'], number>>>> = {
	schema: {note: 5, caution: 20, danger: 45},
	api: {note: 2, caution: 12, danger: 30},
	infra: {note: 2, caution: 8, danger: 25},
	deps: {note: 1, caution: 18, danger: 22},
	config: {note: 1, caution: 6, danger: 15},
	tests: {note: -3, caution: 3, danger: 5},
};
const MORE_DANGER = 5;
const MOST_MORE_DANGER = 15;

const VERB: Readonly<Record<Topic, string>> = {
	schema: 'touches the schema',
	api: 'changes an API',
	infra: 'changes infrastructure',
	deps: 'changes dependencies',
	config: 'changes configuration',
	tests: 'touches tests',
};

const NO_CODE =
	/\.(md|mdx|txt|rst|adoc|png|jpe?g|gif|svg|snap)$|(^|\/)(docs?|tests?|__tests__|spec|fixtures)\/|[._-](test|spec)\.\w+$|(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|composer\.lock|Gemfile\.lock|LICENSE|CHANGELOG[^/]*)$/i;

/** Neither documents nor tests nor lock files. */
export const isCode = (path: string): boolean => !NO_CODE.test(path);

/** Files of code that a feature touches; all its files when the changes do not list them. */
export function codeFiles(feature: Feature): number {
	const paths = new Set(feature.changes.flatMap((change) => change.files.map((file) => file.path)));
	if (paths.size === 0) return Math.max(0, feature.files);
	return [...paths].filter(isCode).length;
}

const SEVERITIES = ['note', 'caution', 'danger'] as const;

function worst(findings: readonly Finding[]): Finding | undefined {
	return findings.reduce<Finding | undefined>(
		(most, finding) =>
			most === undefined || SEVERITIES.indexOf(finding.severity) > SEVERITIES.indexOf(most.severity) ? finding : most,
		undefined,
	);
}

function* topicReasons(feature: Feature, topic: Topic, patterns: Patterns): Iterable<Reason> {
	const here = feature.findings.filter((finding) => finding.topic === topic);
	const top = worst(here);
	if (top === undefined) return;
	const danger = here.filter((finding) => finding.severity === 'danger').length;
	const more = Math.min(MOST_MORE_DANGER, Math.max(0, danger - 1) * MORE_DANGER);
	const points = FINDING[topic][top.severity] + more;
	const others = here.length > 1 ? `, and ${count(here.length - 1, 'more', 'more')}` : '';
	yield reason(`finding.${topic}`, `${VERB[topic]}: ${top.what} (${place(top)})${others}`, points);
	const rate = topic === 'tests' ? undefined : rateOf(patterns.topics, topic);
	if (rate === undefined) return;
	const learned = Math.round(points * timesWorse(rate));
	const shift = (danger > 0 ? Math.max(points, learned) : learned) - points;
	yield reason(
		`learned.topic.${topic}`,
		`${topic} changes went well in ${rate.good} of ${rate.all} deployments${shift === 0 && danger > 0 ? ', which excuses no dangerous one' : ''}`,
		shift,
	);
}

function* priorReasons(feature: Feature, newest: number, rules: Patterns['rules']): Iterable<Reason> {
	yield reason('kind', `${plural(feature.kind)} start at ${KIND[feature.kind]} %`, KIND[feature.kind]);
	const code = codeFiles(feature);
	// The word alone costs nothing to write: who touches code starts where a fix does.
	const claimed = ['docs', 'test', 'style'].includes(feature.kind) && code > 0;
	if (claimed) yield reason('kind.code', `but touches ${count(code, 'file')} of code`, KIND.fix - KIND[feature.kind]);
	const size = SIZE.find(([most]) => code <= most)?.[1] ?? 0;
	if (size > 0) yield reason('size', `touches ${count(code, 'file')} of code`, size);
	if (feature.changes.length > 5) yield reason('pieces', `is made of ${feature.changes.length} changes`, 4);
	if (feature.breaking) yield reason('breaking', 'is marked as a breaking change', 25);
	const last = Math.max(...feature.changes.map((change) => change.committedAt));
	const days = Math.floor((newest - last) / 86_400);
	if (days >= 30) yield reason('age', `has waited ${days} days: what it builds on has moved`, days >= 90 ? 6 : 3);
	const tested = feature.findings.some((finding) => finding.topic === 'tests' && finding.severity === 'note');
	const behaves = ['feat', 'perf', 'refactor', 'other'].includes(feature.kind);
	// A failure with untested features makes the next selection stricter with all of them, also the small ones (A31).
	const demanded = extraForUntested(rules);
	if (!tested && behaves && (code > 3 || (code > 0 && demanded > 0)))
		yield reason(
			'untested',
			`changes ${count(code, 'file')} of code and no test${demanded > 0 ? ', and such changes have failed here' : ''}`,
			(code > 3 ? 4 : 0) + demanded,
		);
	if (feature.changes.some((change) => /^(re-?apply|re-?land|revert "revert)\b/i.test(change.subject)))
		yield reason('reapplied', 'was taken back once and came again', 6);
}

function* learnedReasons(feature: Feature, patterns: Patterns): Iterable<Reason> {
	const kind = rateOf(patterns.kinds, feature.kind);
	if (kind) {
		const shift = Math.round(KIND[feature.kind] * (timesWorse(kind) - 1));
		yield reason('learned.kind', `${plural(feature.kind)} went well in ${kind.good} of ${kind.all} deployments`, shift);
	}
	// Five points at stake, no more: scope and kind are told apart by the same deployments.
	const scope = feature.scope === undefined ? undefined : rateOf(patterns.scopes, feature.scope);
	if (scope) {
		const shift = Math.round(5 * (timesWorse(scope) - 1));
		yield reason(
			'learned.scope',
			`changes in ${feature.scope} went well in ${scope.good} of ${scope.all} deployments`,
			shift,
		);
	}
}

function* scarReasons(feature: Feature, patterns: Patterns): Iterable<Reason> {
	for (const blame of blames(feature, patterns)) {
		const how = blame.outcome === 'rolled_back' ? 'which was rolled back' : 'which failed';
		const others = blame.suspects > 1 ? `; one of ${blame.suspects} suspects` : '';
		const since = blame.changedSince ? '; changed since' : '';
		yield reason('scar', `was in ${blame.deployment}, ${how}: ${blame.why}${others}${since}`, blamePoints(blame));
	}
}

const total = (reasons: readonly Reason[]) => Math.round(reasons.reduce((sum, {weight}) => sum + weight * 100, 0));

export interface Assessment {
	/** 0.01–0.99, a whole number of hundredths. */
	readonly risk: number;
	/** Largest effect first; their weights add up to `risk`. */
	readonly reasons: readonly Reason[];
}

/** @param newest seconds since the epoch of the newest change that waits: the clock of the ageing. */
export function assess(feature: Feature, patterns: Patterns, newest: number): Assessment {
	const reasons = [
		...priorReasons(feature, newest, patterns.rules),
		...topicsOf(feature).flatMap((topic) => [...topicReasons(feature, topic, patterns)]),
		...topicReasons(feature, 'tests', patterns),
		...learnedReasons(feature, patterns),
	];
	const sum = total(reasons);
	const floor = floorOf(feature);
	if (floor.points > sum) reasons.push(reason('class', floor.words, floor.points - sum));
	// On top of the floor: a scar must show, whatever else there is.
	reasons.push(...scarReasons(feature, patterns));
	const raised = total(reasons);
	const points = Math.min(99, Math.max(1, raised));
	if (points !== raised)
		reasons.push(reason('limit', `never said to be surer than ${percent(points / 100)}`, points - raised));
	const ordered = reasons
		.map((item, i) => ({item, i}))
		.sort((a, b) => Math.abs(b.item.weight) - Math.abs(a.item.weight) || a.i - b.i)
		.map(({item}) => item);
	return {risk: points / 100, reasons: ordered};
}
