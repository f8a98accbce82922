// Room: tests. Closed deployments as summaries, and the journal of one as it really is written.

import type {Body, FeatureLine} from '../../src/domain/deployment/event.ts';
import {asOid, type DeploymentId} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Summary, SummaryFeature} from '../../src/domain/summary.ts';

export const oid = (n: number) => asOid(n.toString(16).padStart(40, '0'));

export function feature(n: number, more: Partial<SummaryFeature> = {}): SummaryFeature {
	return {
		id: `f-${n.toString(16).padStart(8, '0')}`,
		title: safe(`feature ${n}`),
		kind: 'feat',
		breaking: false,
		topics: ['tests'],
		bucket: 'recommended',
		risk: 0.1,
		changes: [oid(n)],
		...more,
	};
}

/** @param nth minutes after a Monday morning in 2026: the id and the times follow from it. */
export function closed(nth: number, more: Partial<Summary> = {}): Summary {
	const opened = new Date(Date.UTC(2026, 0, 5, 9, nth));
	const iso = opened.toISOString();
	return {
		schemaVersion: 1,
		id: `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 19).replaceAll(':', '')}` as DeploymentId, // `as`: has that form
		openedAt: iso,
		closedAt: new Date(opened.getTime() + 90_000).toISOString(),
		outcome: 'promoted',
		project: safe('shop'),
		target: safe('local'),
		version: `1.${nth}.0`,
		commit: oid(1000 + nth),
		strategy: 'canary',
		risk: 0.12,
		features: [feature(nth)],
		overrides: [],
		stageMs: {discovery: 900, selection: 4000, staging: 9000, testing: 30_000, production: 40_000, learning: 500},
		tests: {suites: 1, passed: 12, failed: 0, green: true},
		trafficMoved: true,
		resumed: 0,
		...more,
	};
}

export function line(n: number, more: Partial<FeatureLine> = {}): FeatureLine {
	return {
		id: `f-${n.toString(16).padStart(8, '0')}`,
		title: safe(`feature ${n}`),
		kind: 'feat',
		breaking: false,
		topics: ['tests'],
		bucket: 'recommended',
		risk: 0.1,
		changes: 1,
		chosen: true,
		changeIds: [oid(n)],
		...more,
	};
}

const window = (requests: number, errors: number) => ({requests, errors, errorRate: errors / Math.max(1, requests)});

/** What a deployment journals, in order, up to but without `deployment.closed`. */
export function story(id: DeploymentId, features: readonly FeatureLine[], errors = 0): Body[] {
	const judgement = {
		verdict: errors > 0 ? ('stop' as const) : ('go on' as const),
		rule: errors > 0 ? ('error-rate' as const) : ('passed' as const),
		why: safe(errors > 0 ? 'too many errors' : 'all quiet'),
	};
	const finished = (stage: 'discovery' | 'selection' | 'staging' | 'testing' | 'production') => ({
		type: 'stage.finished' as const,
		stage,
		artefact: `${stage}.json`,
		sha256: 'a'.repeat(64),
		summary: safe(`${stage} done`),
	});
	const traffic = (step: string, requests: number) => ({
		type: 'traffic.observed' as const,
		step,
		candidateSlot: 'green' as const,
		candidate: window(requests, errors),
		baseline: window(requests * 10, 1),
		judgement,
	});
	return [
		{
			type: 'deployment.opened',
			id,
			project: safe('shop'),
			base: safe('main'),
			dev: safe('dev'),
			target: safe('local'),
			strategy: 'canary',
			face: 'lines',
			by: safe('ana'),
			planOnly: false,
		},
		{type: 'stage.started', stage: 'discovery'},
		finished('discovery'),
		{type: 'stage.started', stage: 'selection'},
		{
			type: 'batch.chosen',
			version: '1.3.0',
			commit: oid(999),
			base: oid(998),
			features,
			risk: 0.2,
			evidence: 4,
		},
		finished('selection'),
		{type: 'stage.started', stage: 'testing'},
		{type: 'suite.started', suite: safe('unit'), command: safe('npm test')},
		{
			type: 'suite.finished',
			result: {
				name: safe('unit'),
				command: safe('npm test'),
				required: true,
				status: 'passed',
				exit: 0,
				ms: 1200,
				passed: 7,
				failed: 0,
				skipped: 1,
			},
		},
		finished('testing'),
		{type: 'stage.started', stage: 'production'},
		traffic('5', 20),
		traffic('5', 40),
		traffic('25', 100),
		finished('production'),
		{type: 'stage.started', stage: 'learning'},
	];
}
