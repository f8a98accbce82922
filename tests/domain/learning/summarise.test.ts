// Room: tests. A journal alone is enough for the summary of its deployment, and the lesson says what it means.

import {expect, test} from 'vitest';
import type {Body, DeploymentEvent} from '../../../src/domain/deployment/event.ts';
import {fault} from '../../../src/domain/fault/fault.ts';
import {asOid, deploymentIdAt} from '../../../src/domain/ids.ts';
import {lessonOf} from '../../../src/domain/learning/lesson.ts';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {summarise} from '../../../src/domain/learning/summarise.ts';
import {safe} from '../../../src/domain/safe.ts';
import {closed, feature, line, oid, story} from '../../kit/deployments.ts';

const START = Date.UTC(2026, 0, 5, 9);
const id = deploymentIdAt(START);

function stamped(bodies: readonly Body[]): DeploymentEvent[] {
	return bodies.map((body, i) => ({
		...body,
		seq: i + 1,
		fence: 1,
		mono: i * 1000,
		utc: new Date(START + i * 1000).toISOString(),
	}));
}

const FEATURES = [
	line(1, {scope: safe('api'), since: 1_767_000_000}),
	line(2, {bucket: 'recommended', chosen: false}),
	line(3, {bucket: 'optional', chosen: true}),
	line(4, {bucket: 'optional', chosen: true, pulledIn: true}),
	line(5, {bucket: 'not recommended', chosen: false}),
];
const end: Body = {type: 'deployment.closed', outcome: 'promoted', trafficMoved: true};

test('events alone give features, overrides, tests, requests and times', () => {
	const answered: Body = {
		type: 'decision.answered',
		answer: {id: 'selection.batch', value: 'f-1', by: 'person'},
	};
	const events = stamped([...story(id, FEATURES), answered, end]);
	const summary = summarise(events);
	expect(summary).toMatchObject({
		schemaVersion: 1,
		id,
		openedAt: '2026-01-05T09:00:00.000Z',
		outcome: 'promoted',
		project: 'shop',
		version: '1.3.0',
		commit: oid(999),
		base: asOid(oid(998)),
		risk: 0.2,
		offered: {recommended: 2, optional: 2, 'not recommended': 1},
		chosenBy: 'person',
		overrides: [
			{feature: FEATURES[1]?.id, bucket: 'recommended', chosen: false},
			{feature: FEATURES[2]?.id, bucket: 'optional', chosen: true},
		],
		tests: {suites: 1, passed: 7, failed: 0, green: true},
		// The last window of each step: 40 + 100, not 20 + 40 + 100.
		requests: {candidate: 140, candidateErrors: 0, baseline: 1400, baselineErrors: 2},
		trafficMoved: true,
		resumed: 0,
	});
	expect(summary?.closedAt).toBe(events.at(-1)?.utc);
	expect(summary?.features.map((f) => [f.id, f.scope, f.changes, f.since])).toEqual([
		[FEATURES[0]?.id, 'api', [oid(1)], 1_767_000_000],
		[FEATURES[2]?.id, undefined, [oid(3)], undefined],
		[FEATURES[3]?.id, undefined, [oid(4)], undefined],
	]);
	expect(Object.keys(summary?.stageMs ?? {})).toEqual(['discovery', 'selection', 'testing', 'production', 'learning']);
	expect(summary?.cause).toBeUndefined();
});

test('the cause of a rollback is the rule of the gate, of a failure the code of the fault', () => {
	const why = safe('too many errors');
	const rolledBack: Body = {type: 'deployment.closed', outcome: 'rolled_back', why, trafficMoved: true};
	const summary = summarise(stamped([...story(id, FEATURES, 9), rolledBack]));
	expect(summary).toMatchObject({outcome: 'rolled_back', why, cause: 'error-rate'});
	const failed = summarise(
		stamped([
			...story(id, FEATURES).slice(0, 9),
			{type: 'stage.stopped', stage: 'testing', fault: fault('TESTS_RED', {with: {failed: 1}})},
			{type: 'deployment.closed', outcome: 'failed', trafficMoved: false},
		]),
	);
	expect(failed).toMatchObject({outcome: 'failed', cause: 'TESTS_RED', why: expect.stringContaining('required suite')});
});

test('an open journal has no summary until somebody says how it ends', () => {
	const events = stamped(story(id, FEATURES));
	expect(summarise(events)).toBeUndefined();
	expect(summarise([])).toBeUndefined();
	const early = summarise(events, {outcome: 'promoted', trafficMoved: true});
	const late = summarise([...events, ...stamped([end])]);
	expect({...early, closedAt: ''}).toEqual({...late, closedAt: ''});
});

test('stopped before anything was chosen: no features, no risk, nothing made up', () => {
	const summary = summarise(
		stamped([...story(id, FEATURES).slice(0, 3), {type: 'deployment.closed', outcome: 'aborted', trafficMoved: false}]),
	);
	expect(summary).toMatchObject({features: [], overrides: []});
	expect(summary).not.toHaveProperty('risk');
	expect(summary).not.toHaveProperty('offered');
	expect(summary).not.toHaveProperty('tests');
});

test('the lesson of a rollback: what was expected, what happened, what will be different', () => {
	const before = patternsOf([closed(1), closed(2)]);
	const summary = closed(3, {
		outcome: 'rolled_back',
		why: safe('12 errors in 200 requests: more than 5 %'),
		features: [feature(3, {topics: []}), feature(4)],
		requests: {candidate: 200, candidateErrors: 12, baseline: 900, baselineErrors: 0},
	});
	const after = patternsOf([closed(1), closed(2), summary]);
	const lesson = lessonOf({summary, before, after, expectedRisk: 0.2, evidence: 2});
	expect(lesson.expected).toBe('A 20 % chance of failure was expected, from 2 cases');
	expect(lesson.happened).toBe(
		'Release 1.3.0 with 2 features was rolled back after 1 min 30 s; 12 errors in 200 requests: more than 5 %; 12 of 200 requests to the new version failed; tests were green',
	);
	expect(lesson.next).toEqual([
		'2 changes held against the next selection until mended or promoted: 2 features share the blame, each a suspect and not a culprit',
		expect.stringMatching(/^New rule: One deployment failed with too little testing/),
		'Deployments with feat changes: 2 of 3 went well (was 2 of 2)',
		'The memory is warming up (3 deployments): 7 more until its figures count as learned',
	]);
});

test('the lesson never claims more than it has: no prediction, no evidence, nothing learned', () => {
	const summary = closed(1, {outcome: 'aborted', features: []});
	const none = patternsOf([]);
	const lesson = lessonOf({summary, before: none, after: patternsOf([summary]), evidence: 0});
	expect(lesson.expected).toContain('Nothing was predicted');
	expect(lesson.next).toEqual([
		'Nothing was learned about its features: it ended for another reason, so no rate and no mark changes',
		'The memory is cold (0 deployments): its figures are hints, 3 more until it is warming up',
	]);
	expect(lessonOf({summary, before: none, after: none, expectedRisk: 0.07, evidence: 0}).expected).toContain(
		'from rules alone',
	);
});
