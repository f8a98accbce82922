// Room: detectors. Kubernetes manifests, object by object, before and after. Templates that are no YAML yet (Helm) are left
// to the detector of infrastructure.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath} from './support/lines.ts';
import {otherNotes} from './support/ops/kubernetes-kinds.ts';
import {meshNotes} from './support/ops/kubernetes-mesh.ts';
import {type KubernetesObject, type Note, objectsIn} from './support/ops/kubernetes-objects.ts';
import {workloadNotes} from './support/ops/kubernetes-pods.ts';
import {KUBERNETES_RULES} from './support/ops/kubernetes-rules.ts';
import {type Sighting, seenAs} from './support/rules.ts';

const STATEFUL = new Set([
	'PersistentVolumeClaim',
	'PersistentVolume',
	'StatefulSet',
	'Namespace',
	'StorageClass',
	'CustomResourceDefinition',
]);

function* gone(old: KubernetesObject): Iterable<Note> {
	const what = `removes ${old.name}`;
	if (STATEFUL.has(old.kind)) yield {rule: 'k8s-stateful-gone', what, at: []};
	else if (old.kind === 'PodDisruptionBudget') yield {rule: 'k8s-disruption-budget-gone', what, at: []};
	else yield {rule: 'k8s-object-gone', what, at: []};
}

function* compared(
	before: readonly KubernetesObject[],
	after: readonly KubernetesObject[],
	path: string,
): Iterable<Sighting> {
	const start = after[0]?.line([]);
	for (const old of before) {
		if (after.some(({name}) => name === old.name)) continue;
		const moved = after.find(({kind, short}) => kind === old.kind && short === old.short);
		if (moved)
			yield {
				rule: 'k8s-namespace-changed',
				path,
				line: moved.line(['metadata', 'namespace']),
				what: `moves ${old.name} to another namespace`,
				object: moved.name,
			};
		else for (const note of gone(old)) yield {...note, path, line: start, object: old.name};
	}
	for (const now of after) {
		const old = before.find(({name}) => name === now.name);
		for (const {at, ...note} of [...workloadNotes(old, now), ...otherNotes(old, now), ...meshNotes(old, now)])
			yield {...note, path, line: now.line(at), object: now.name};
	}
}

async function inFile({path, before, after}: Patch): Promise<Sighting[]> {
	const [was, is] = await Promise.all([objectsIn(before), objectsIn(after)]);
	if (was === undefined || is === undefined) return [];
	return [...compared(was, is, path)];
}

const wants = (path: string) =>
	/\.ya?ml$/i.test(path) && !/(^|\/)(\.github|node_modules|vendor)\//.test(path) && !isTestPath(path);

export const detector = {
	name: 'kubernetes',
	topic: 'infra',
	rules: KUBERNETES_RULES,
	reads: 'files',
	wants,
	async detect(change, patches) {
		const seen: Sighting[] = [];
		for (const patch of patches) if (wants(patch.path)) seen.push(...(await inFile(patch)));
		return seenAs(change, KUBERNETES_RULES, seen);
	},
} satisfies Detector;
