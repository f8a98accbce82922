// Room: detectors. Workloads of Kubernetes: what changes for their pods and containers.

import {floats, imageStep, readImage} from './image.ts';
import {type KubernetesObject, lowered, type Note} from './kubernetes-objects.ts';
import {asList, asTree, dig, shown, type Tree} from './yaml.ts';

type Path = readonly (string | number)[];

/** Where the pod's description stands, by kind. */
function podPath({kind}: KubernetesObject): readonly string[] | undefined {
	if (kind === 'Pod') return ['spec'];
	if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
	return ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Rollout'].includes(kind)
		? ['spec', 'template', 'spec']
		: undefined;
}

export function* workloadNotes(old: KubernetesObject | undefined, now: KubernetesObject): Iterable<Note> {
	const path = podPath(now);
	if (path === undefined) return;
	const pod = asTree(dig(now.value, ...path));
	const before = old === undefined ? undefined : asTree(dig(old.value, ...path));
	if (old !== undefined) yield* rollout(old.value, now.value, now.kind);
	yield* rights(before, pod, path);
	if (before !== undefined && lowered(before.terminationGracePeriodSeconds, pod.terminationGracePeriodSeconds))
		yield {
			rule: 'k8s-grace-shortened',
			what: `has ${shown(pod.terminationGracePeriodSeconds)} seconds to stop instead of ${shown(before.terminationGracePeriodSeconds)}`,
			at: [...path, 'terminationGracePeriodSeconds'],
		};
	if (old === undefined && SERVES.has(now.kind)) yield* bare(pod, path);
	for (const [list, i, container] of containersOf(pod)) {
		const was = before && containersOf(before).find(([, , other]) => other.name === container.name)?.[2];
		yield* containerNotes(
			was,
			container,
			[...path, list, i],
			old !== undefined,
			list === 'containers' && now.kind !== 'Job' && now.kind !== 'CronJob',
		);
	}
}

const SERVES = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']);

/** What a new workload lacks; a container without an image is part of an overlay, and the rest stands elsewhere. */
function* bare(pod: Tree, path: Path): Iterable<Note> {
	for (const [i, container] of asList(pod.containers).map(asTree).entries()) {
		if (typeof container.image !== 'string') continue;
		const at = [...path, 'containers', i];
		const name = shown(container.name ?? '');
		if (dig(container, 'resources', 'limits', 'memory') === undefined)
			yield {rule: 'k8s-limits-missing', what: `runs ${name} without a memory limit`, at};
		if (asList(container.ports).length > 0 && container.readinessProbe === undefined)
			yield {rule: 'k8s-readiness-missing', what: `runs ${name} without a readiness probe`, at};
	}
}

function containersOf(pod: Tree): (readonly [string, number, Tree])[] {
	return ['initContainers', 'containers'].flatMap((list) =>
		asList(pod[list]).map((one, i) => [list, i, asTree(one)] as const),
	);
}

function* rollout(old: Tree, now: Tree, kind: string): Iterable<Note> {
	const [was, is] = [dig(old, 'spec', 'replicas'), dig(now, 'spec', 'replicas')];
	if (is === 0 && was !== 0)
		yield {
			rule: 'k8s-replicas-zero',
			what: 'is scaled to nothing',
			at: ['spec', 'replicas'],
			before: shown(was ?? 1),
			after: '0',
		};
	else if (lowered(was, is))
		yield {
			rule: 'k8s-replicas-lowered',
			what: `has ${shown(is)} replicas instead of ${shown(was)}`,
			at: ['spec', 'replicas'],
			before: shown(was),
			after: shown(is),
		};
	const selector = (value: Tree) => shown(dig(value, 'spec', 'selector'));
	if (['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind) && selector(old) !== selector(now))
		yield {
			rule: 'k8s-selector-changed',
			what: 'changes its selector, which cannot be changed',
			at: ['spec', 'selector'],
			before: selector(old),
			after: selector(now),
		};
	for (const field of kind === 'StatefulSet' ? ['serviceName', 'podManagementPolicy', 'volumeClaimTemplates'] : []) {
		const [a, b] = [shown(dig(old, 'spec', field)), shown(dig(now, 'spec', field))];
		if (a !== b)
			yield {
				rule: 'k8s-immutable-changed',
				what: `changes ${field}, which cannot be changed`,
				at: ['spec', field],
				before: a,
				after: b,
			};
	}
	const type = (value: Tree) => dig(value, 'spec', 'strategy', 'type');
	if (type(now) === 'Recreate' && type(old) !== 'Recreate')
		yield {
			rule: 'k8s-strategy-recreate',
			what: 'stops all old pods before new ones start',
			at: ['spec', 'strategy', 'type'],
		};
	const away = (value: Tree) =>
		String(dig(value, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable') ?? '25%').replace('%', '');
	if (lowered(away(now), away(old)))
		yield {
			rule: 'k8s-unavailable-raised',
			what: `lets ${shown(dig(now, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable'))} pods be away during an update`,
			at: ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'],
		};
}

/** Rights of the pod as a whole; a new workload with too many counts too. */
function* rights(old: Tree | undefined, now: Tree, path: Path): Iterable<Note> {
	for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
		if (now[field] === true && old?.[field] !== true)
			yield {rule: 'k8s-privileged', what: `sets ${field}`, at: [...path, field]};
	}
	yield* asRoot(old, now, path);
	const mounts = (pod: Tree | undefined) => asList(pod?.volumes).map((volume) => dig(volume, 'hostPath', 'path'));
	const known = new Set(mounts(old));
	for (const [i, mount] of mounts(now).entries()) {
		if (typeof mount === 'string' && !known.has(mount))
			yield {rule: 'k8s-host-path', what: `mounts ${mount} of the host`, at: [...path, 'volumes', i]};
	}
}

function* asRoot(old: Tree | undefined, now: Tree, path: Path): Iterable<Note> {
	const may = (part: Tree | undefined) => dig(part, 'securityContext', 'runAsNonRoot') !== true;
	const user = dig(now, 'securityContext', 'runAsUser');
	const wasUser = dig(old, 'securityContext', 'runAsUser');
	if ((old !== undefined && !may(old) && may(now)) || (user === 0 && wasUser !== 0))
		yield {rule: 'k8s-runs-as-root', what: 'may run as root', at: [...path, 'securityContext']};
}

function* containerNotes(
	old: Tree | undefined,
	now: Tree,
	at: Path,
	isKnown: boolean,
	serves: boolean,
): Iterable<Note> {
	yield* imageNotes(old, now, [...at, 'image']);
	yield* asRoot(old, now, at);
	for (const field of ['privileged', 'allowPrivilegeEscalation']) {
		if (dig(now, 'securityContext', field) === true && dig(old, 'securityContext', field) !== true)
			yield {rule: 'k8s-privileged', what: `sets ${field}`, at: [...at, 'securityContext', field]};
	}
	const added = (part: Tree | undefined) => asList(dig(part, 'securityContext', 'capabilities', 'add')).map(String);
	for (const one of added(now))
		if (!added(old).includes(one))
			yield {
				rule: 'k8s-capability-added',
				what: `adds the capability ${one}`,
				at: [...at, 'securityContext', 'capabilities', 'add'],
			};
	if (!isKnown || old === undefined) return;
	if (serves) yield* probes(old, now, at);
	yield* resources(old, now, at);
	yield* environment(old, now, at);
}

function* imageNotes(old: Tree | undefined, now: Tree, at: Path): Iterable<Note> {
	if (typeof now.image !== 'string' || old?.image === now.image) return;
	const is = readImage(now.image);
	if (floats(is)) yield {rule: 'k8s-image-floating', what: `runs ${now.image}, whatever that is at the time`, at};
	if (typeof old?.image !== 'string') return;
	const [before, after] = [old.image, now.image];
	const step = imageStep(readImage(before), is);
	const note = {what: `image is now ${after}`, at, before, after};
	if (step === 'other' && readImage(before).name !== is.name) yield {...note, rule: 'k8s-image-other'};
	else if (step === 'major') yield {...note, rule: 'k8s-image-major'};
	else if (step === 'goes back') yield {...note, rule: 'k8s-image-back'};
}

function* probes(old: Tree, now: Tree, at: Path): Iterable<Note> {
	for (const [field, rule] of [
		['readinessProbe', 'k8s-readiness-gone'],
		['livenessProbe', 'k8s-liveness-gone'],
		['startupProbe', ''],
	] as const) {
		if (old[field] === undefined) continue;
		if (now[field] === undefined) {
			if (rule !== '') yield {rule, what: `has no ${field} any more`, at};
		} else if (shown(old[field]) !== shown(now[field]))
			yield {
				rule: 'k8s-probe-changed',
				what: `changes its ${field}`,
				at: [...at, field],
				before: shown(old[field]),
				after: shown(now[field]),
			};
	}
}

function* resources(old: Tree, now: Tree, at: Path): Iterable<Note> {
	for (const what of ['cpu', 'memory']) {
		const [was, is] = [dig(old, 'resources', 'limits', what), dig(now, 'resources', 'limits', what)];
		const path = [...at, 'resources', 'limits', what];
		if (was !== undefined && is === undefined)
			yield {rule: 'k8s-limits-gone', what: `has no ${what} limit any more`, at: path, before: shown(was)};
		else if (lowered(was, is))
			yield {
				rule: 'k8s-limits-lowered',
				what: `has a ${what} limit of ${shown(is)} instead of ${shown(was)}`,
				at: path,
				before: shown(was),
				after: shown(is),
			};
		const [asked, asks] = [dig(old, 'resources', 'requests', what), dig(now, 'resources', 'requests', what)];
		if (lowered(asks, asked))
			yield {
				rule: 'k8s-requests-raised',
				what: `asks for ${shown(asks)} ${what} instead of ${shown(asked)}`,
				at: [...at, 'resources', 'requests', what],
				before: shown(asked),
				after: shown(asks),
			};
	}
}

function* environment(old: Tree, now: Tree, at: Path): Iterable<Note> {
	const source = (variable: Tree) =>
		shown(dig(variable, 'valueFrom', 'secretKeyRef') ?? dig(variable, 'valueFrom', 'configMapKeyRef') ?? '');
	const is = asList(now.env).map(asTree);
	for (const variable of asList(old.env).map(asTree)) {
		const i = is.findIndex(({name}) => name === variable.name);
		const found = is[i];
		if (found === undefined)
			yield {rule: 'k8s-env-gone', what: `no longer sets ${shown(variable.name)}`, at: [...at, 'env']};
		else if (source(found) !== '' && source(found) !== source(variable))
			yield {
				rule: 'k8s-env-secret',
				what: `takes ${shown(variable.name)} from another place`,
				at: [...at, 'env', i],
				before: source(variable),
				after: source(found),
			};
	}
}
