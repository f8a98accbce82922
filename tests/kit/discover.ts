// Room: tests. A discovery of a real repository without a stage around it.

import {detectors} from '../../src/cli/extensions.ts';
import type {DiscoveryReport} from '../../src/domain/batch.ts';
import type {Change} from '../../src/domain/change.ts';
import type {Feature} from '../../src/domain/feature.ts';
import {featureIdOf} from '../../src/domain/ids.ts';
import {safe} from '../../src/domain/safe.ts';
import type {Repository} from '../../src/ports/repository.ts';
import {inspect} from '../../src/stages/discovery/inspect.ts';

/** A discovery in small: every change that waits is a feature, read by all detectors. */
export async function discover(repository: Repository, base = 'main', dev = 'dev'): Promise<DiscoveryReport> {
	const [from, to] = [await repository.resolve(base), await repository.resolve(dev)];
	const changes: Change[] = [];
	for await (const one of repository.changes(from, to)) changes.push(one);
	const waiting = changes.filter((one) => one.shipped === undefined && !one.cancelled);
	const {findings} = await inspect(repository, detectors, waiting);
	const features = waiting.map((one): Feature => {
		return {
			id: featureIdOf(one.oid),
			title: one.subject,
			kind: one.kind,
			...(one.scope === undefined ? {} : {scope: one.scope}),
			breaking: one.breaking,
			issues: one.issues,
			changes: [one],
			grouping: [],
			findings: findings.get(one.oid) ?? [],
			files: one.files.length,
		};
	});
	return {
		base: {name: safe(base), oid: from},
		dev: {name: safe(dev), oid: to},
		live: 'base branch',
		features,
		shipped: changes.filter((one) => one.shipped !== undefined),
		cancelled: changes.filter((one) => one.shipped === undefined && one.cancelled),
		counts: {changes: changes.length, files: 0, added: 0, modified: 0, conventional: 1, authors: 1},
	};
}
