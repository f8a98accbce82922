// Room: tests. A small release as stages 1 and 2 hand it on, and a stand that records what a stage does with it.

import {createHash} from 'node:crypto';
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Batch, DiscoveryReport} from '../../src/domain/batch.ts';
import type {Change} from '../../src/domain/change.ts';
import type {DecisionRequest} from '../../src/domain/decision.ts';
import type {Body} from '../../src/domain/deployment/event.ts';
import type {Feature, Finding, RankedFeature} from '../../src/domain/feature.ts';
import {asOid, featureIdOf, type Oid} from '../../src/domain/ids.ts';
import type {Project} from '../../src/domain/project.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Stand, Step} from '../../src/stages/stage.ts';
import {quickClock} from './quick-clock.ts';

export const oid = (digit: string): Oid => asOid(digit.repeat(40).slice(0, 40));

export function changeOf(subject: string, options: Partial<Change> & {digit?: string} = {}): Change {
	const {digit = 'a', ...more} = options;
	return {
		oid: oid(digit),
		parent: oid('0'),
		tree: oid('9'),
		form: 'commit',
		subject: safe(subject),
		body: '',
		author: {name: safe('Ana'), email: 'ana@example.com'},
		authoredAt: 1_700_000_000,
		committedAt: 1_700_000_000,
		kind: 'feat',
		conventional: true,
		breaking: false,
		issues: [],
		files: [{path: 'src/app.js', status: 'modified'}],
		bot: false,
		cancelled: false,
		...more,
	};
}

export function featureOf(
	title: string,
	options: {
		digit?: string;
		kind?: Feature['kind'];
		findings?: readonly Partial<Finding>[];
		risk?: number;
		paths?: string[];
	} = {},
): RankedFeature {
	const {digit = 'a', kind = 'feat', findings = [], risk = 0.1, paths = ['src/app.js']} = options;
	const change = changeOf(title, {digit, kind, files: paths.map((path) => ({path, status: 'modified'}))});
	const feature: Feature = {
		id: featureIdOf(change.oid),
		title: safe(title),
		kind,
		breaking: false,
		issues: [],
		changes: [change],
		grouping: [],
		findings: findings.map((finding) => ({
			rule: 'test',
			topic: 'schema',
			severity: 'danger',
			change: change.oid,
			path: 'db/001.sql',
			line: 3,
			what: safe('drops a column'),
			...finding,
		})),
		files: paths.length,
	};
	const reasons = [{code: 'test', text: safe('a small change'), weight: 0}];
	return {feature, bucket: 'recommended', risk, reasons, needs: []};
}

export function batchOf(
	ranked: readonly RankedFeature[],
	options: {commit?: Oid; tree?: Oid; base?: Oid; risk?: number} = {},
): Batch {
	return {
		choice: 'recommended',
		ranked,
		chosen: ranked.filter((one) => one.bucket !== 'not recommended').map((one) => one.feature.id),
		pulledIn: [],
		overrides: [],
		risk: {value: options.risk ?? 0.2, evidence: 4, reasons: [safe('a small batch')]},
		release: {
			version: '1.2.0',
			tag: 'v1.2.0',
			commit: options.commit ?? oid('c'),
			tree: options.tree ?? oid('d'),
			base: options.base ?? oid('b'),
			picks: ranked.map((one) => ({
				change: one.feature.changes[0]?.oid ?? oid('a'),
				commit: options.commit ?? oid('c'),
			})),
		},
		ranking: {by: 'rules', note: safe('AI off')},
	};
}

export function discoveryOf(features: readonly Feature[], base: Oid = oid('b')): DiscoveryReport {
	return {
		base: {name: safe('main'), oid: base},
		dev: {name: safe('dev'), oid: oid('e')},
		live: 'base branch',
		features,
		shipped: [],
		cancelled: [],
		counts: {changes: features.length, files: 1, added: 0, modified: 1, conventional: 1, authors: 1},
	};
}

export function projectOf(commands: Partial<Project['commands']> = {}): Project {
	return {
		schemaVersion: 1,
		name: 'orders',
		branches: {base: 'main'},
		commands: {test: {}, ...commands},
		health: {path: '/health', withinSeconds: 10, inARow: 2},
		port: 8080,
		target: 'local',
		tag: 'v{version}',
		afterPromotion: 'ask',
		env: {},
	};
}

export interface RecordedStand extends Stand {
	readonly events: Body[];
	readonly lines: string[];
	readonly asked: Omit<DecisionRequest, 'stage'>[];
	readonly steps: {key: string; did: 'applied' | 'skipped'}[];
	readonly notes: string[];
}

/**
 * A stand that does what the engine's does, without a journal. @param options.resumed keys that an earlier run intended:
 * for those reality is asked first.
 */
export function standIn(
	path: string,
	options: {answers?: Record<string, string>; resumed?: readonly string[]; signal?: AbortSignal} = {},
): RecordedStand {
	const events: Body[] = [];
	const lines: string[] = [];
	const asked: Omit<DecisionRequest, 'stage'>[] = [];
	const steps: {key: string; did: 'applied' | 'skipped'}[] = [];
	const notes: string[] = [];
	mkdirSync(path, {recursive: true});
	return {
		events,
		lines,
		asked,
		steps,
		notes,
		folder: {
			path,
			async write(name, content, more) {
				const file = join(path, name);
				mkdirSync(dirname(file), {recursive: true});
				writeFileSync(file, content);
				if (more?.executable) chmodSync(file, 0o755);
				return createHash('sha256').update(content).digest('hex');
			},
			async read(name) {
				return existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8') : undefined;
			},
			log: () => undefined,
		},
		clock: quickClock(),
		signal: options.signal ?? new AbortController().signal,
		fence: 1,
		async emit(body) {
			events.push(body);
		},
		log(line) {
			lines.push(`${line.source}: ${line.text}`);
		},
		async step<Result>(step: Step<Result>) {
			const reality = options.resumed?.includes(step.key) ? await step.isDone() : undefined;
			steps.push({key: step.key, did: reality === undefined ? 'applied' : 'skipped'});
			return reality ?? step.apply();
		},
		async ask(request) {
			asked.push(request);
			return Object.entries(options.answers ?? {}).find(([id]) => request.id.startsWith(id))?.[1];
		},
		begun: () => false,
		judged: () => undefined,
		wishes: () => ({promote: false, paused: false}),
		async note(text) {
			notes.push(text);
		},
	};
}
