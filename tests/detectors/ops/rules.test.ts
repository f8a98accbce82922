import {describe, expect, test} from 'vitest';
import {detector as compose} from '../../../src/detectors/compose.ts';
import {detector as configuration} from '../../../src/detectors/configuration.ts';
import {detector as dependencies} from '../../../src/detectors/dependencies.ts';
import {detector as dockerfile} from '../../../src/detectors/dockerfile.ts';
import {detector as flags} from '../../../src/detectors/flags.ts';
import {detector as kubernetes} from '../../../src/detectors/kubernetes.ts';
import {detector as schedules} from '../../../src/detectors/schedules.ts';
import {detector as terraform} from '../../../src/detectors/terraform.ts';
import {detector as workflows} from '../../../src/detectors/workflows.ts';
import type {Detector} from '../../../src/ports/detector.ts';
import fc from '../../kit/check.ts';
import {findingsIn, touched} from '../../kit/touched.ts';
import {type Case, COMPOSE, DOCKERFILE, type Files, KUBERNETES, WORKFLOWS} from './cases.ts';
import {CONFIGURATION, DEPENDENCIES, FLAGS, SCHEDULES, TERRAFORM} from './more-cases.ts';

const ALL: readonly (readonly [Detector, Readonly<Record<string, Case>>])[] = [
	[dockerfile, DOCKERFILE],
	[kubernetes, KUBERNETES],
	[compose, COMPOSE],
	[workflows, WORKFLOWS],
	[terraform, TERRAFORM],
	[dependencies, DEPENDENCIES],
	[configuration, CONFIGURATION],
	[flags, FLAGS],
	[schedules, SCHEDULES],
];

const idsIn = async (detector: Detector, files: Files) =>
	(await findingsIn(detector, touched(...files))).map(({rule}) => rule);

describe.each(ALL)('$name', (detector, cases) => {
	test('every rule has a case, and every case a rule', () => {
		expect(Object.keys(cases).sort()).toEqual((detector.rules ?? []).map(({id}) => id).sort());
	});

	test.each(Object.entries(cases))('%s fires, and beside it does not', async (rule, {fires, quiet}) => {
		expect(await idsIn(detector, fires)).toContain(rule);
		expect(await idsIn(detector, quiet)).not.toContain(rule);
	});

	test('a file that did not change says nothing, and broken ones never throw', async () => {
		const texts = Object.values(cases).flatMap(({fires: [path, before, after]}) => [
			{path, text: before ?? ''},
			{path, text: after ?? ''},
		]);
		for (const {path, text} of texts) expect(await findingsIn(detector, touched(path, text, text))).toEqual([]);
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...texts),
				fc.nat(400),
				fc.string({
					unit: fc.constantFrom('\t', ' ', '{', '}', '[', '"', ':', '-', '\n', '&a', '*a', '${', '<<E', 'x'),
					maxLength: 12,
				}),
				fc.nat(20),
				async ({path, text}, at, noise, cut) => {
					const spoiled = text.slice(0, at) + noise + text.slice(at + cut);
					const found = await findingsIn(detector, touched(path, text, spoiled));
					for (const {line} of found) if (line !== undefined) expect(line).toBeGreaterThan(0);
				},
			),
			{numRuns: 60},
		);
	});
});

test('a finding says where, what it was, what it is, and what to do', async () => {
	const [path, before, after] = KUBERNETES['k8s-image-major']?.fires ?? ['', '', ''];
	expect(await findingsIn(kubernetes, touched(path, before, after))).toMatchObject([
		{
			rule: 'k8s-image-major',
			class: 'OPS',
			line: 12,
			object: 'Deployment web',
			before: 'web:1.2.0',
			after: 'web:2.0.0',
		},
	]);
});

test('an alias bomb and a template of Helm are no YAML to read', async () => {
	const bomb = `apiVersion: v1\nkind: ConfigMap\na: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((l, i) => `${l}: &${l} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}\n`;
	expect(await findingsIn(kubernetes, touched('k8s/a.yaml', undefined, bomb))).toEqual([]);
	const helm = 'apiVersion: v1\nkind: ConfigMap\n{{- if .Values.x }}\ndata: {}\n{{- end }}\n';
	expect(await findingsIn(kubernetes, touched('chart/templates/a.yaml', helm, helm.replace('x', 'y')))).toEqual([]);
});
