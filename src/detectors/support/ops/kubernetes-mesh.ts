// Room: detectors. Routes and policies of service meshes and gateways: that they change, and whether they lose what keeps
// callers from hanging.

import type {KubernetesObject, Note} from './kubernetes-objects.ts';
import {asTree, shown} from './yaml.ts';

const MESH =
	/^((networking|security)\.istio\.io|([\w-]+\.)?linkerd\.io|split\.smi-spec\.io|specs\.smi-spec\.io|consul\.hashicorp\.com|traefik\.(io|containo\.us)|gateway\.networking\.k8s\.io)\//;
const GUARDS = new Set([
	'timeout',
	'timeouts',
	'retries',
	'retry',
	'perTryTimeout',
	'outlierDetection',
	'connectionPool',
	'circuitBreaker',
	'retryBudget',
]);
/** Deeper than any route is written. */
const DEEPEST = 30;

export function* meshNotes(old: KubernetesObject | undefined, now: KubernetesObject): Iterable<Note> {
	if (!MESH.test(now.api) || now.kind === 'GatewayClass') return;
	const [was, is] = [old && shown(old.value.spec), shown(now.value.spec)];
	if (was === is) return;
	yield {rule: 'k8s-mesh-changed', what: `${old === undefined ? 'adds' : 'changes'} a ${now.kind}`, at: ['spec']};
	if (old === undefined) return;
	const left = guardsIn(now.value.spec);
	for (const [guard, times] of guardsIn(old.value.spec))
		if ((left.get(guard) ?? 0) < times) yield {rule: 'k8s-mesh-guard-gone', what: `takes ${guard} away`, at: ['spec']};
}

function guardsIn(value: unknown, depth = 0, counts = new Map<string, number>()): Map<string, number> {
	if (depth > DEEPEST) return counts;
	const parts = Array.isArray(value) ? value.map((part) => ['', part] as const) : Object.entries(asTree(value));
	for (const [key, part] of parts) {
		if (GUARDS.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
		guardsIn(part, depth + 1, counts);
	}
	return counts;
}
