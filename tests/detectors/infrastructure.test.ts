import {expect, test} from 'vitest';
import {detector} from '../../src/detectors/infrastructure.ts';
import {changeOf, patch} from '../kit/features.ts';

const look = (path: string, added: string, removed = '') => {
	const one = patch(path, added, removed);
	return detector.detect(changeOf(one), [one]).map((f) => `${f.severity} ${f.rule}: ${f.what}`);
};

test('a new base image, a new command and a lost user are cautions', () => {
	expect(
		look('Dockerfile', 'FROM node:24-slim\nCMD ["node", "b.js"]', 'FROM node:22-slim\nUSER node\nCMD ["node", "a.js"]'),
	).toEqual([
		'caution base-image: base image is now node:24-slim',
		'caution user-removed: no longer runs as node',
		'caution how-it-starts: changes CMD',
	]);
});

test('a removed volume, resource or stateful object, and protection that is taken off, are dangers', () => {
	expect(look('docker-compose.yml', '', '      - db-data:/var/lib/postgresql')).toEqual([
		'danger volume-removed: removes the volume db-data:/var/lib/postgresql',
	]);
	expect(look('infra/main.tf', '', 'resource "aws_db_instance" "main" {')).toEqual([
		'danger resource-removed: removes resource aws_db_instance.main: it is destroyed',
	]);
	expect(look('infra/main.tf', '  force_destroy = true', '  force_destroy = false')).toEqual([
		'danger protection-off: sets force_destroy = true',
	]);
	expect(look('k8s/db.yaml', '', 'kind: StatefulSet')).toEqual(['danger stateful-removed: removes a StatefulSet']);
});

test('a workflow that gets more rights is a caution, any other change of one a note', () => {
	expect(look('.github/workflows/ci.yml', 'permissions: write-all', 'permissions: read-all')).toEqual([
		'caution ci-permissions: gives the workflow more permissions',
	]);
	expect(look('.github/workflows/ci.yml', '      - run: npm test', '      - run: npm t')).toEqual([
		'note change-ci-workflow: changes a CI workflow',
	]);
});

test('what only moved is not new, comments do not count, and a new file is a note', () => {
	expect(look('k8s/app.yaml', '  # replicas: 3\n  image: app:1', '  image: app:1')).toEqual([
		'caution change-kubernetes-manifest: changes a Kubernetes manifest',
	]);
	expect(look('Dockerfile', 'FROM node:24\nCMD ["node"]')).toEqual([
		'note add-container-image: adds a container image',
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
