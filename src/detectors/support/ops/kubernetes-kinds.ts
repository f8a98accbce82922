// Room: detectors. Objects of Kubernetes that are no workloads: services, routes, rights, storage, maps, schedules.

import {type KubernetesObject, lowered, type Note} from './kubernetes-objects.ts';
import {asList, asTree, dig, shown, type Tree} from './yaml.ts';

/** What clusters of the last years refuse, by API version and kind (`*`: all kinds). Source: the deprecation guide of Kubernetes. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
	'extensions/v1beta1': ['*'],
	'apps/v1beta1': ['*'],
	'apps/v1beta2': ['*'],
	'networking.k8s.io/v1beta1': ['Ingress', 'IngressClass'],
	'rbac.authorization.k8s.io/v1beta1': ['*'],
	'rbac.authorization.k8s.io/v1alpha1': ['*'],
	'batch/v1beta1': ['CronJob'],
	'policy/v1beta1': ['PodDisruptionBudget', 'PodSecurityPolicy'],
	'autoscaling/v2beta1': ['*'],
	'autoscaling/v2beta2': ['*'],
	'apiextensions.k8s.io/v1beta1': ['*'],
	'admissionregistration.k8s.io/v1beta1': ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
	'storage.k8s.io/v1beta1': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
	'scheduling.k8s.io/v1beta1': ['*'],
	'coordination.k8s.io/v1beta1': ['*'],
	'discovery.k8s.io/v1beta1': ['*'],
	'events.k8s.io/v1beta1': ['*'],
};

export function* otherNotes(old: KubernetesObject | undefined, now: KubernetesObject): Iterable<Note> {
	const refused = REFUSED[now.api];
	if (refused && (refused.includes('*') || refused.includes(now.kind)) && old?.api !== now.api)
		yield {
			rule: 'k8s-api-gone',
			what: `uses ${now.api} ${now.kind}, which current clusters refuse`,
			at: ['apiVersion'],
		};
	if (/Role$/.test(now.kind)) yield* rights(old?.value, now.value);
	if (now.kind === 'NetworkPolicy' && (old === undefined || shown(old.value.spec) !== shown(now.value.spec)))
		yield {
			rule: 'k8s-network-closed',
			what: old === undefined ? 'adds a network policy' : 'changes a network policy',
			at: ['spec'],
		};
	if (old === undefined) return;
	const differ = COMPARERS[now.kind];
	if (differ) yield* differ(old.value, now.value);
}

type Comparer = (old: Tree, now: Tree) => Iterable<Note>;

const COMPARERS: Readonly<Record<string, Comparer>> = {
	*Service(old, now) {
		const ports = (value: Tree) => asList(dig(value, 'spec', 'ports')).map(asTree);
		const is = ports(now);
		for (const port of ports(old)) {
			const i = is.findIndex((one) => one.port === port.port);
			const found = is[i];
			if (!found)
				yield {rule: 'k8s-port-gone', what: `no longer listens on port ${shown(port.port)}`, at: ['spec', 'ports']};
			else if (shown(found.targetPort) !== shown(port.targetPort))
				yield {
					rule: 'k8s-port-changed',
					what: `port ${shown(port.port)} leads to ${shown(found.targetPort)}`,
					at: ['spec', 'ports', i],
					before: shown(port.targetPort),
					after: shown(found.targetPort),
				};
		}
		const type = (value: Tree) => shown(dig(value, 'spec', 'type') ?? 'ClusterIP');
		if (type(old) !== type(now))
			yield {
				rule: 'k8s-service-type',
				what: `is ${type(now)} instead of ${type(old)}`,
				at: ['spec', 'type'],
				before: type(old),
				after: type(now),
			};
		const selector = (value: Tree) => shown(dig(value, 'spec', 'selector'));
		if (selector(old) !== selector(now))
			yield {
				rule: 'k8s-port-changed',
				what: 'sends its traffic to other pods',
				at: ['spec', 'selector'],
				before: selector(old),
				after: selector(now),
			};
	},
	*Ingress(old, now) {
		const routes = (value: Tree) =>
			asList(dig(value, 'spec', 'rules')).flatMap((rule) => {
				const host = shown(dig(rule, 'host') ?? '*');
				return asList(dig(rule, 'http', 'paths')).map((path) => `${host}${shown(dig(path, 'path') ?? '/')}`);
			});
		const is = new Set(routes(now));
		for (const route of routes(old))
			if (!is.has(route))
				yield {rule: 'k8s-host-gone', what: `no longer routes ${route}`, at: ['spec', 'rules'], before: route};
	},
	*HTTPRoute(old, now) {
		const hosts = (value: Tree) => asList(dig(value, 'spec', 'hostnames')).map(String);
		for (const host of hosts(old))
			if (!hosts(now).includes(host))
				yield {rule: 'k8s-host-gone', what: `no longer routes ${host}`, at: ['spec', 'hostnames'], before: host};
	},
	*PersistentVolumeClaim(old, now) {
		const size = (value: Tree) => dig(value, 'spec', 'resources', 'requests', 'storage');
		if (lowered(size(old), size(now)))
			yield {
				rule: 'k8s-storage-shrunk',
				what: `shrinks from ${shown(size(old))} to ${shown(size(now))}`,
				at: ['spec', 'resources', 'requests', 'storage'],
			};
		for (const field of ['storageClassName', 'accessModes', 'volumeName']) {
			const [a, b] = [dig(old, 'spec', field), dig(now, 'spec', field)];
			if (a !== undefined && shown(a) !== shown(b))
				yield {
					rule: 'k8s-immutable-changed',
					what: `changes ${field}, which cannot be changed`,
					at: ['spec', field],
					before: shown(a),
					after: shown(b),
				};
		}
	},
	*ConfigMap(old, now) {
		for (const key of Object.keys(asTree(old.data)))
			if (!Object.hasOwn(asTree(now.data), key))
				yield {rule: 'k8s-config-key-gone', what: `no longer holds ${key}`, at: ['data']};
	},
	*CronJob(old, now) {
		const [a, b] = [shown(dig(old, 'spec', 'schedule')), shown(dig(now, 'spec', 'schedule'))];
		if (a !== b)
			yield {
				rule: 'k8s-schedule-changed',
				what: `runs at ${b} instead of ${a}`,
				at: ['spec', 'schedule'],
				before: a,
				after: b,
			};
	},
	*HorizontalPodAutoscaler(old, now) {
		for (const field of ['maxReplicas', 'minReplicas']) {
			const [a, b] = [dig(old, 'spec', field), dig(now, 'spec', field)];
			if (lowered(a, b))
				yield {
					rule: 'k8s-autoscaler-lowered',
					what: `${field} is ${shown(b)} instead of ${shown(a)}`,
					at: ['spec', field],
					before: shown(a),
					after: shown(b),
				};
		}
	},
};

function* rights(old: Tree | undefined, now: Tree): Iterable<Note> {
	const grants = (value: Tree | undefined) =>
		asList(value?.rules).flatMap((rule) =>
			asList(dig(rule, 'resources')).flatMap((resource) =>
				asList(dig(rule, 'verbs')).map((verb) => `${shown(verb)} ${shown(resource)}`),
			),
		);
	const [was, is] = [new Set(grants(old)), new Set(grants(now))];
	const added = [...is].filter((one) => !was.has(one));
	const wild = added.filter((one) => one.startsWith('* ') || one.endsWith(' *'));
	if (wild.length > 0) yield {rule: 'k8s-rights-wild', what: `may ${wild.slice(0, 3).join(', ')}`, at: ['rules']};
	else if (added.length > 0)
		yield {
			rule: 'k8s-rights-added',
			what: `may ${added.slice(0, 3).join(', ')}${added.length > 3 ? ' and more' : ''}`,
			at: ['rules'],
		};
	const gone = [...was].filter((one) => !is.has(one));
	if (old !== undefined && gone.length > 0)
		yield {rule: 'k8s-rights-gone', what: `may no longer ${gone.slice(0, 3).join(', ')}`, at: ['rules']};
}
