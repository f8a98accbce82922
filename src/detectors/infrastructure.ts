// Room: detectors. Infrastructure: images, compose files, Kubernetes, Terraform, CI workflows, proxies. One finding per
// thing that decides how the service runs; a file in which none is recognised is named as a whole.

import type {Change} from '../domain/change.ts';
import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {findings, type Sighting} from './support/finding.ts';
import {isTestPath, type Line} from './support/lines.ts';

/** `side`: on which lines it counts; `changed` needs the thing to differ between both sides. */
interface Sign {
	readonly on: 'added' | 'removed' | 'changed';
	readonly pattern: RegExp;
	readonly rule: string;
	readonly severity: Sighting['severity'];
	readonly what: (match: RegExpExecArray) => string;
}

const sign = (on: Sign['on'], pattern: RegExp, rule: string, severity: Sign['severity'], what: Sign['what']): Sign => ({
	on,
	pattern,
	rule,
	severity,
	what,
});

interface Family {
	readonly name: string;
	readonly path: RegExp;
	readonly signs: readonly Sign[];
	/** How a change is called in which no sign was found. */
	readonly otherwise: Sighting['severity'];
}

const FAMILIES: readonly Family[] = [
	{
		name: 'container image',
		path: /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$/i,
		otherwise: 'note',
		signs: [
			sign('changed', /^\s*FROM\s+(?:--\S+\s+)?(\S+)/i, 'base-image', 'caution', (m) => `base image is now ${m[1]}`),
			sign('removed', /^\s*USER\s+(\S+)/i, 'user-removed', 'caution', (m) => `no longer runs as ${m[1]}`),
			sign(
				'changed',
				/^\s*(USER|EXPOSE|ENTRYPOINT|CMD|HEALTHCHECK|WORKDIR)\b/i,
				'how-it-starts',
				'caution',
				(m) => `changes ${m[1]?.toUpperCase()}`,
			),
		],
	},
	{
		name: 'CI workflow',
		path: /(^|\/)\.github\/(workflows|actions)\/|(^|\/)(\.gitlab-ci\.ya?ml|Jenkinsfile|azure-pipelines\.ya?ml|\.travis\.yml|bitbucket-pipelines\.yml)$|(^|\/)\.(circleci|buildkite)\//i,
		otherwise: 'note',
		signs: [
			sign(
				'added',
				/permissions:\s*write-all|^\s*(contents|packages|id-token|actions):\s*write/,
				'ci-permissions',
				'caution',
				() => 'gives the workflow more permissions',
			),
			sign(
				'added',
				/\bpull_request_target\b/,
				'ci-untrusted',
				'caution',
				() => 'runs on pull_request_target, with secrets',
			),
		],
	},
	{
		name: 'Terraform',
		path: /\.(tf|tfvars)$/i,
		otherwise: 'caution',
		signs: [
			sign(
				'removed',
				/^\s*resource\s+"([\w-]+)"\s+"([\w-]+)"/,
				'resource-removed',
				'danger',
				(m) => `removes resource ${m[1]}.${m[2]}: it is destroyed`,
			),
			sign(
				'added',
				/\b(?:force_destroy\s*=\s*true|prevent_destroy\s*=\s*false|skip_final_snapshot\s*=\s*true|deletion_protection\s*=\s*false)/,
				'protection-off',
				'danger',
				(m) => `sets ${m[0]}`,
			),
			sign('removed', /\bprevent_destroy\s*=\s*true/, 'protection-off', 'danger', () => 'takes prevent_destroy away'),
			sign(
				'added',
				/^\s*resource\s+"([\w-]+)"\s+"([\w-]+)"/,
				'resource-added',
				'note',
				(m) => `adds resource ${m[1]}.${m[2]}`,
			),
		],
	},
	{
		name: 'compose file',
		path: /(^|\/)(docker-)?(compose|stack)(\.[\w-]+)?\.ya?ml$/i,
		otherwise: 'caution',
		signs: [
			sign(
				'removed',
				/^\s*-\s*["']?([\w./-]+:\/[\w./-]+)/,
				'volume-removed',
				'danger',
				(m) => `removes the volume ${m[1]}`,
			),
			sign('changed', /^\s*image:\s*["']?([^\s"']+)/, 'image', 'caution', (m) => `image is now ${m[1]}`),
			sign('changed', /^\s*-\s*["']?((?:[\d.]+:)?\d+:\d+)/, 'ports', 'caution', (m) => `publishes ${m[1]}`),
			sign(
				'changed',
				/^\s*(command|entrypoint|restart|healthcheck|replicas):/,
				'how-it-starts',
				'caution',
				(m) => `changes ${m[1]}`,
			),
		],
	},
	{
		name: 'Kubernetes manifest',
		path: /(^|\/)(k8s|kubernetes|manifests|helm|charts|kustomize|deploy(ment)?s?)\/.*\.(ya?ml|tpl)$/i,
		otherwise: 'caution',
		signs: [
			sign(
				'removed',
				/^kind:\s*(PersistentVolumeClaim|PersistentVolume|StatefulSet|Namespace)\b/,
				'stateful-removed',
				'danger',
				(m) => `removes a ${m[1]}`,
			),
			sign('changed', /^\s*(?:-\s*)?image:\s*["']?([^\s"']+)/, 'image', 'caution', (m) => `image is now ${m[1]}`),
			sign('changed', /^\s*(replicas|cpu|memory|limits|requests):/, 'resources', 'caution', (m) => `changes ${m[1]}`),
			sign(
				'changed',
				/^\s*(livenessProbe|readinessProbe|startupProbe):/,
				'probes',
				'caution',
				(m) => `changes ${m[1]}`,
			),
			sign(
				'added',
				/^kind:\s*((?:Cluster)?Role(?:Binding)?)\b/,
				'rbac',
				'caution',
				(m) => `changes access rights (${m[1]})`,
			),
			sign('added', /\b(privileged|hostNetwork|hostPID):\s*true/, 'privileged', 'danger', (m) => `sets ${m[1]}`),
		],
	},
	{
		name: 'server configuration',
		path: /(^|\/)(nginx|haproxy|caddy|systemd|ansible)\/|(^|\/)(nginx\.conf|haproxy\.cfg|Caddyfile|Procfile|fly\.toml|render\.yaml|app\.yaml|serverless\.ya?ml)$|\.(service|timer)$/i,
		otherwise: 'caution',
		signs: [],
	},
];

function* seen(family: Family, patch: Patch): Iterable<Sighting> {
	const {path} = patch;
	const matches = (lines: readonly Line[], pattern: RegExp) =>
		lines.flatMap(({line, text}) => {
			const match = /^\s*#/.test(text) ? null : pattern.exec(text);
			return match === null ? [] : [{line, match, text: text.trim()}];
		});
	for (const {on, pattern, rule, severity, what} of family.signs) {
		const added = matches(patch.added, pattern);
		const removed = matches(patch.removed, pattern);
		const hits =
			on === 'removed'
				? removed.filter((old) => !added.some((now) => now.match[0].trim() === old.match[0].trim()))
				: added.filter((now) => !removed.some((old) => old.text === now.text));
		// A thing that is only new says so by the rules for `added`; `changed` asks for an old one.
		if (on === 'changed' && removed.length === 0) continue;
		for (const {line, match} of hits)
			yield {rule, severity, path, line: on === 'removed' ? patch.added[0]?.line : line, what: what(match)};
	}
}

function* inFile(change: Change, patch: Patch): Iterable<Sighting> {
	const family = FAMILIES.find(({path}) => path.test(patch.path));
	if (family === undefined) return;
	const found = [...seen(family, patch)];
	yield* found;
	if (found.length > 0) return;
	const status = change.files.find((file) => file.path === patch.path)?.status;
	const verb = status === 'added' ? 'adds' : status === 'deleted' ? 'deletes' : 'changes';
	yield {
		rule: `${verb.slice(0, -1)}-${family.name.toLowerCase().replaceAll(' ', '-')}`,
		severity: status === 'added' ? 'note' : family.otherwise,
		path: patch.path,
		line: patch.added[0]?.line,
		what: `${verb} a ${family.name}`,
	};
}

const wants = (path: string) => FAMILIES.some((family) => family.path.test(path)) && !isTestPath(path);

export const detector = {
	name: 'infrastructure',
	topic: 'infra',
	wants,
	detect(change, patches) {
		const wanted = patches.filter((patch) => wants(patch.path));
		return findings(
			change,
			'infra',
			wanted.flatMap((patch) => [...inFile(change, patch)]),
		);
	},
} satisfies Detector;
