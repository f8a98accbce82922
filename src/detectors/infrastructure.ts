// Room: detectors. Infrastructure as a whole: names each file that decides how the service runs, whatever changed in it, and
// looks by lines into what no parser reads: Helm templates and CI systems without a detector of their own.

import type {Change} from '../domain/change.ts';
import type {Rule} from '../domain/rule.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {isTestPath, type Line} from './support/lines.ts';
import {rulesOf, type Sighting, seenAs} from './support/rules.ts';

const rules: readonly Rule[] = rulesOf('infra', 'OPS', [
	[
		'infra-file',
		'note',
		'a file that decides how the service is built or runs',
		'The same code runs in another way.',
		'Let somebody who knows the infrastructure read it.',
	],
	[
		'infra-server-file',
		'caution',
		'the configuration of a server or platform',
		'It holds for everything that runs behind that server.',
		'Try it there before the release, and keep the old file.',
	],
	[
		'helm-stateful-gone',
		'danger',
		'a template of an object that holds data goes',
		'The next upgrade deletes it with its data.',
		'Keep it until the data has moved (helm.sh/resource-policy: keep).',
	],
	[
		'helm-runs-otherwise',
		'caution',
		'a template changes image, size or probes',
		'Pods start in another way.',
		'Render it with the values of production and compare.',
	],
	[
		'helm-rights-added',
		'caution',
		'a template grants rights',
		'Access grows for everybody who has the role.',
		'Let somebody who knows the cluster read it.',
	],
	[
		'helm-privileged',
		'danger',
		'a template gives more rights on the host',
		'A hole in the service becomes a hole in its node.',
		'Give the single capability that is needed instead.',
	],
	[
		'ci-rights-by-line',
		'caution',
		'a pipeline gets more permissions',
		'Whoever can change what it runs can write where it may write.',
		'Give the permission to the one job that needs it.',
	],
]);

/** `side`: on which lines it counts; `changed` needs the thing to differ between both sides. */
interface Sign {
	readonly on: 'added' | 'removed' | 'changed';
	readonly pattern: RegExp;
	readonly rule: string;
	readonly what: (match: RegExpExecArray) => string;
}

interface Family {
	readonly name: string;
	readonly path: RegExp;
	readonly signs?: readonly Sign[];
	readonly rule?: 'infra-file' | 'infra-server-file';
}

const HELM: readonly Sign[] = [
	{
		on: 'removed',
		pattern: /^kind:\s*(PersistentVolumeClaim|PersistentVolume|StatefulSet|Namespace)\b/,
		rule: 'helm-stateful-gone',
		what: (m) => `removes a ${m[1]}`,
	},
	{
		on: 'changed',
		pattern: /^\s*(?:-\s*)?(image|replicas|livenessProbe|readinessProbe|startupProbe|limits|requests|memory|cpu):/,
		rule: 'helm-runs-otherwise',
		what: (m) => `changes ${m[1]}`,
	},
	{
		on: 'added',
		pattern: /^kind:\s*((?:Cluster)?Role(?:Binding)?)\b/,
		rule: 'helm-rights-added',
		what: (m) => `grants rights (${m[1]})`,
	},
	{
		on: 'added',
		pattern: /\b(privileged|hostNetwork|hostPID):\s*true/,
		rule: 'helm-privileged',
		what: (m) => `sets ${m[1]}`,
	},
];

const PIPELINE: readonly Sign[] = [
	{
		on: 'added',
		pattern: /permissions:\s*write-all|^\s*(contents|packages|id-token|actions):\s*write/,
		rule: 'ci-rights-by-line',
		what: () => 'gives a pipeline more permissions',
	},
];

const FAMILIES: readonly Family[] = [
	{name: 'Dockerfile', path: /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$/i},
	{name: 'workflow', path: /(^|\/)\.github\/workflows\//i},
	{
		name: 'pipeline',
		path: /(^|\/)\.github\/actions\/|(^|\/)(\.gitlab-ci\.ya?ml|Jenkinsfile|azure-pipelines\.ya?ml|\.travis\.yml|bitbucket-pipelines\.yml)$|(^|\/)\.(circleci|buildkite)\//i,
		signs: PIPELINE,
	},
	{name: 'Terraform file', path: /\.(tf|tfvars)$/i},
	{name: 'compose file', path: /(^|\/)(docker-)?(compose|stack)(\.[\w-]+)*\.ya?ml$/i},
	{name: 'Helm template', path: /(^|\/)templates\/(?!.*pnpm-lock\.yaml$).*\.(ya?ml|tpl)$/i, signs: HELM},
	{
		name: 'Kubernetes manifest',
		path: /(^|\/)(k8s|kubernetes|manifests|helm|charts|kustomize|deploy(ment)?s?)\/.*\.(ya?ml|tpl)$/i,
	},
	{
		name: 'server configuration',
		path: /(^|\/)(nginx|haproxy|caddy|systemd|ansible)\/|(^|\/)(nginx\.conf|haproxy\.cfg|Caddyfile|Procfile|fly\.toml|render\.yaml|app\.yaml|serverless\.ya?ml)$|\.(service|timer)$/i,
		rule: 'infra-server-file',
	},
];

function* seen(signs: readonly Sign[], patch: Patch): Iterable<Sighting> {
	const {path} = patch;
	const matches = (lines: readonly Line[], pattern: RegExp) =>
		lines.flatMap(({line, text}) => {
			const match = /^\s*#/.test(text) ? null : pattern.exec(text);
			return match === null ? [] : [{line, match, text: text.trim()}];
		});
	for (const {on, pattern, rule, what} of signs) {
		const added = matches(patch.added, pattern);
		const removed = matches(patch.removed, pattern);
		const hits =
			on === 'removed'
				? removed.filter((old) => !added.some((now) => now.match[0].trim() === old.match[0].trim()))
				: added.filter((now) => !removed.some((old) => old.text === now.text));
		// A thing that is only new says so by the rules for `added`; `changed` asks for an old one.
		if (on === 'changed' && removed.length === 0) continue;
		for (const {line, match} of hits)
			yield {rule, path, line: on === 'removed' ? patch.added[0]?.line : line, what: what(match)};
	}
}

function* inFile(change: Change, patch: Patch): Iterable<Sighting> {
	const family = FAMILIES.find(({path}) => path.test(patch.path));
	if (family === undefined) return;
	const found = [...seen(family.signs ?? [], patch)];
	yield* found;
	if (found.length > 0) return;
	const status = change.files.find((file) => file.path === patch.path)?.status;
	const verb = status === 'added' ? 'adds' : status === 'deleted' ? 'deletes' : 'changes';
	const rule = status === 'added' ? 'infra-file' : (family.rule ?? 'infra-file');
	yield {rule, path: patch.path, line: patch.added[0]?.line, what: `${verb} a ${family.name}`};
}

const wants = (path: string) => FAMILIES.some((family) => family.path.test(path)) && !isTestPath(path);

export const detector = {
	name: 'infrastructure',
	topic: 'infra',
	rules,
	wants,
	detect(change, patches) {
		const wanted = patches.filter((patch) => wants(patch.path));
		return seenAs(
			change,
			rules,
			wanted.flatMap((patch) => [...inFile(change, patch)]),
		);
	},
} satisfies Detector;
