// Room: tests. Changes, findings and features made by hand, with stable ids: what a test does not say is harmless.

import {createHash} from 'node:crypto';
import type {DiscoveryReport} from '../../src/domain/batch.ts';
import type {Change, FileDelta, Kind} from '../../src/domain/change.ts';
import type {Feature, Finding, Topic} from '../../src/domain/feature.ts';
import {asOid, featureIdOf, type Oid} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Patch} from '../../src/ports/repository.ts';

/** An object id that depends on the name alone. */
export function oid(name: string): Oid {
	return asOid(createHash('sha1').update(name).digest('hex'));
}

export interface ChangeParts {
	readonly subject?: string;
	readonly kind?: Kind;
	readonly scope?: string;
	readonly breaking?: boolean;
	/** Paths; `+` in front: added, `-`: deleted. */
	readonly files?: readonly string[];
	readonly parent?: Oid;
	/** Minutes after a fixed moment. */
	readonly minute?: number;
}

const START = Date.UTC(2026, 0, 5, 9) / 1000;

export function change(name: string, parts: ChangeParts = {}): Change {
	const at = START + (parts.minute ?? 0) * 60;
	const files: FileDelta[] = (parts.files ?? [`src/${name}.ts`]).map((path) => ({
		path: path.replace(/^[+-]/, ''),
		status: path.startsWith('+') ? 'added' : path.startsWith('-') ? 'deleted' : 'modified',
	}));
	return {
		oid: oid(name),
		parent: parts.parent ?? oid(`parent of ${name}`),
		tree: oid(`tree of ${name}`),
		form: 'commit',
		subject: safe(parts.subject ?? `${parts.kind ?? 'fix'}: ${name}`),
		body: '',
		author: {name: safe('Ada'), email: 'ada@example.com'},
		authoredAt: at,
		committedAt: at,
		kind: parts.kind ?? 'fix',
		conventional: true,
		...(parts.scope === undefined ? {} : {scope: safe(parts.scope)}),
		breaking: parts.breaking ?? false,
		issues: [],
		files,
		bot: false,
		cancelled: false,
	};
}

export function finding(topic: Topic, severity: Finding['severity'], parts: Partial<Finding> = {}): Finding {
	return {
		rule: 'test-rule',
		topic,
		severity,
		change: oid('finding'),
		path: 'migrations/7.sql',
		line: 3,
		what: safe(`${severity} in ${topic}`),
		...parts,
	};
}

/** A feature of these changes (or of one of its own name), with the first one's kind and subject. */
export function feature(
	name: string,
	parts: ChangeParts & {changes?: readonly Change[]; findings?: readonly Finding[]; title?: string} = {},
): Feature {
	const changes = parts.changes ?? [change(name, parts)];
	const [first = change(name, parts)] = changes;
	const paths = new Set(changes.flatMap((one) => one.files.map((file) => file.path)));
	return {
		id: featureIdOf(first.oid),
		title: safe(parts.title ?? first.subject),
		kind: parts.kind ?? first.kind,
		...(parts.scope === undefined ? {} : {scope: safe(parts.scope)}),
		breaking: parts.breaking ?? changes.some((one) => one.breaking),
		issues: [],
		changes,
		grouping: [],
		findings: parts.findings ?? [],
		files: paths.size,
	};
}

/** A patch that adds (and removes) these lines of one file, numbered from `from`. */
export function patch(path: string, added: string, removed = '', from = 1): Patch {
	const lines = (text: string) =>
		text === '' ? [] : text.split('\n').map((line, i) => ({line: from + i, text: line}));
	return {path, change: oid('patch'), added: lines(added), removed: lines(removed)};
}

/** The change that a list of patches belongs to: files without removed lines are new. */
export function changeOf(...patches: readonly Patch[]): Change {
	const files = patches.map(({path, added, removed}) =>
		removed.length === 0 ? `+${path}` : added.length === 0 ? `-${path}` : path,
	);
	return {...change('patch', {files})};
}

/** What discovery says when these wait on `dev` and nothing else is known. */
export function discovered(features: readonly Feature[]): DiscoveryReport {
	const changes = features.flatMap((one) => one.changes).length;
	return {
		base: {name: safe('main'), oid: oid('base')},
		dev: {name: safe('dev'), oid: oid('dev')},
		live: 'base branch',
		features,
		shipped: [],
		cancelled: [],
		counts: {changes, files: changes, added: 0, modified: changes, conventional: 1, authors: 1},
	};
}
