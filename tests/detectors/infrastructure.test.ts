import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/infrastructure.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, added: string, removed = '') => {
	const one = patch(path, added, removed);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule}: ${f.what}`);
};
const HELM = 'charts/web/templates/app.yaml';

test('each file that decides how the service runs is named, whatever changed in it', () => {
	expect(look('.github/workflows/ci.yml', '      - run: npm test', '      - run: npm t')).toEqual([
		'note infra-file: changes a workflow',
	]);
	expect(look('Dockerfile', 'FROM node:24\nCMD ["node"]')).toEqual(['note infra-file: adds a Dockerfile']);
	expect(look('nginx.conf', 'listen 80;', 'listen 81;')).toEqual([
		'caution infra-server-file: changes a server configuration',
	]);
});

test('templates that no parser reads are looked into by lines; what only moved, and comments, do not count', () => {
	expect(look(HELM, '', 'kind: StatefulSet')).toEqual(['danger helm-stateful-gone: removes a StatefulSet']);
	expect(look(HELM, '  image: {{ .Values.a }}', '  image: {{ .Values.b }}')).toEqual([
		'caution helm-runs-otherwise: changes image',
	]);
	expect(look(HELM, 'kind: ClusterRole\n  privileged: true')).toEqual([
		'caution helm-rights-added: grants rights (ClusterRole)',
		'danger helm-privileged: sets privileged',
	]);
	expect(look(HELM, '  # replicas: 3\n  image: app:1', '  image: app:1')).toEqual([
		'note infra-file: changes a Helm template',
	]);
	expect(look('.gitlab-ci.yml', 'permissions: write-all', 'permissions: read-all')).toEqual([
		'caution ci-rights-by-line: gives a pipeline more permissions',
	]);
});

test('it wants infrastructure, not other YAML, not tests', () => {
	const wanted = [
		'Dockerfile',
		'docker/Dockerfile.prod',
		'compose.yaml',
		'k8s/a.yaml',
		'main.tf',
		'.github/workflows/a.yml',
		'Procfile',
	];
	expect(wanted.filter((path) => !detector.wants(path))).toEqual([]);
	expect(
		['openapi.yaml', 'src/docker.ts', 'tests/fixtures/Dockerfile', 'mkdocs.yml'].filter((path) => detector.wants(path)),
	).toEqual([]);
});

test('every rule can be found in this file', () => {
	const shown = [
		look('Dockerfile', 'x'),
		look('nginx.conf', 'a', 'b'),
		look(HELM, '', 'kind: StatefulSet'),
		look(HELM, 'image: a', 'image: b'),
		look(HELM, 'kind: Role'),
		look(HELM, 'hostPID: true'),
		look('.gitlab-ci.yml', 'permissions: write-all'),
	].flatMap((some) => some.map((text) => text.split(' ')[1]?.replace(':', '')));
	expect(shown.sort()).toEqual(detector.rules.map(({id}) => id).sort());
});
