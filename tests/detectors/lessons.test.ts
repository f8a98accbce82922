// Lessons of disasters. What they rest on is found by the real detectors, so that a lesson and its finding stay together.

import {describe, expect, test} from 'vitest';
import {detector as compose} from '../../src/detectors/compose.ts';
import {detector as configuration} from '../../src/detectors/configuration.ts';
import {detector as flags} from '../../src/detectors/flags.ts';
import {detector as infrastructure} from '../../src/detectors/infrastructure.ts';
import {detector as kubernetes} from '../../src/detectors/kubernetes.ts';
import {detector} from '../../src/detectors/lessons.ts';
import {detector as sql} from '../../src/detectors/sql-migrations.ts';
import type {Change, Kind} from '../../src/domain/change.ts';
import type {Finding} from '../../src/domain/feature.ts';
import type {Detector, Seen, Split} from '../../src/ports/detector.ts';
import type {Patch} from '../../src/ports/repository.ts';
import fc from '../kit/check.ts';
import {change, oid} from '../kit/features.ts';
import {touched} from '../kit/touched.ts';

/** Path, before, after; undefined: the file is not there. */
type Files = readonly (readonly [path: string, before: string | undefined, after: string | undefined])[];

interface Batch {
	/** One change each. */
	readonly changes: readonly {readonly files: Files; readonly kind?: Kind}[];
	readonly live?: readonly string[];
	readonly weekday?: number;
	/** Default: a smoke suite. */
	readonly suites?: readonly string[];
}

const OTHERS: readonly Detector[] = [sql, kubernetes, compose, configuration, flags, infrastructure, detector];
const WEDNESDAY = 3;

async function seenIn(name: string, files: Files, kind: Kind): Promise<{seen: Seen; found: Finding[]}> {
	const patches = files.map((file): Patch => ({...touched(...file), change: oid(name)}));
	const sign = ({before, after}: Patch) => (before === undefined ? '+' : after === undefined ? '-' : '');
	const one: Change = change(name, {kind, files: patches.map((patch) => `${sign(patch)}${patch.path}`)});
	const look = {
		before: async () => undefined,
		after: async () => undefined,
		list: async (folder: string) => patches.map(({path}) => path).filter((path) => path.startsWith(folder)),
	};
	const found: Finding[] = [];
	for (const other of OTHERS) {
		const wanted = patches.filter(({path}) => other.wants(path));
		if (wanted.length > 0) found.push(...(await other.detect(one, wanted, look)));
	}
	const mine = detector.wantsInBatch(one, found) ? patches.filter(({path}) => detector.wants(path)) : [];
	return {seen: {change: one, patches: mine}, found};
}

async function lessons({
	changes,
	live = [],
	weekday = WEDNESDAY,
	suites = ['smoke'],
}: Batch): Promise<readonly Finding[]> {
	const all = [];
	for (const [i, {files, kind = 'feat'}] of changes.entries()) all.push(await seenIn(`change ${i}`, files, kind));
	const found = all.flatMap((one) => one.found);
	const split: Split = {
		chosen: all.map(({seen}) => seen),
		leftOut: [],
		live,
		found,
		around: {suites, weekday},
	};
	const single = found.filter(({rule}) => rule.startsWith('lesson-'));
	return [...single, ...detector.detectBatch(split)];
}

const one = (...files: Files): Batch => ({changes: [{files}]});
const SQL = 'db/migrations/007_phone.sql';
const K8S = 'k8s/web.yaml';
const web = (rest: string) =>
	`apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: web:1.2.0\n${rest}`;
const service = (port: number) =>
	`apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: ${port}\n`;
const lines = (n: number, text: string) => Array.from({length: n}, (_, i) => `${text}(${i});`).join('\n');
const behaviour = lines(20, 'greet');
const drop = 'ALTER TABLE orders DROP COLUMN phone_number;';

const CASES: Readonly<Record<string, {fires: Batch; quiet: Batch}>> = {
	'lesson-rollback-untested': {
		fires: one([SQL, undefined, drop]),
		// A test of that name runs migrations; what only adds has nothing to bring back.
		quiet: {
			changes: [
				{files: [[SQL, undefined, drop]]},
				{files: [['db/migrations/008.sql', undefined, 'CREATE TABLE a (b int);']]},
			],
			live: ['tests/migrations.test.js'],
		},
	},
	'lesson-not-phased': {
		fires: one([SQL, undefined, `ALTER TABLE orders ADD COLUMN tel text;\n${drop}`]),
		quiet: {
			changes: [
				{files: [[SQL, undefined, drop]]},
				{files: [['db/migrations/008.sql', undefined, 'ALTER TABLE orders ADD COLUMN colour text;']]},
			],
		},
	},
	'lesson-contract-with-code': {
		fires: one([SQL, undefined, drop], ['src/orders.js', 'show(order.phoneNumber)', 'show(order)']),
		quiet: one([SQL, undefined, drop], ['src/orders.js', 'show(order.name)', 'show(order)']),
	},
	'lesson-migration-without-flag': {
		fires: {...one([SQL, undefined, drop], ['src/greet.js', undefined, behaviour]), live: ['src/feature-flags.js']},
		quiet: {
			...one([SQL, undefined, drop], ['src/greet.js', undefined, `if (flags.greet) {\n${behaviour}\n}`]),
			live: ['src/feature-flags.js'],
		},
	},
	'lesson-limits-missing': {
		fires: one([K8S, undefined, web('')]),
		quiet: one([K8S, undefined, web('          resources: {limits: {memory: 1Gi}}\n')]),
	},
	'lesson-success-unproven': {
		fires: {...one([K8S, service(80), service(81)]), suites: ['unit']},
		quiet: {...one([K8S, service(80), service(81)]), suites: ['unit', 'smoke']},
	},
	'lesson-infra-before-weekend': {
		fires: {...one([K8S, service(80), service(81)]), weekday: 5},
		quiet: {...one([K8S, service(80), service(81)]), weekday: 4},
	},
	'lesson-call-without-timeout': {
		fires: one(['src/services/tax.js', undefined, "const rate = await fetch('https://tax.example/rates');"]),
		quiet: one([
			'src/services/tax.js',
			undefined,
			"const rate = await fetch('https://tax.example/rates', {\n\tsignal: AbortSignal.timeout(2000),\n});",
		]),
	},
	'lesson-service-unguarded': {
		fires: one([
			'src/services/tax.js',
			undefined,
			'const url = process.env.TAX_URL;\nconst rate = await client.get(url);\n',
		]),
		quiet: one([
			'src/services/tax.js',
			undefined,
			'const url = process.env.TAX_URL;\nconst rate = await retry(() => client.get(url));\n',
		]),
	},
	'lesson-service-blind': {
		fires: one([
			'src/services/tax.js',
			undefined,
			'const url = process.env.TAX_URL;\nconst rate = await client.get(url);\n',
		]),
		quiet: one([
			'src/services/tax.js',
			undefined,
			'const url = process.env.TAX_URL;\nconst rate = await client.get(url);\nlogger.info(rate);\n',
		]),
	},
};

describe('each lesson', () => {
	test('has a case', () => {
		expect(Object.keys(CASES).sort()).toEqual(detector.rules.map(({id}) => id).sort());
	});

	test.each(Object.entries(CASES))('%s fires, and beside it does not', async (rule, {fires, quiet}) => {
		const [told, ...more] = (await lessons(fires)).filter((found) => found.rule === rule);
		expect(told).toMatchObject({severity: 'caution', advice: expect.stringMatching(/./), change: oid('change 0')});
		expect(more, 'it is said once').toEqual([]);
		expect((await lessons(quiet)).map((found) => found.rule)).not.toContain(rule);
	});
});

test('a lesson names the finding it rests on, and many of a kind are one line', async () => {
	const found = await lessons({
		changes: [
			{files: [[K8S, undefined, web('')]]},
			{files: [['k8s/api.yaml', undefined, web('').replaceAll('name: web', 'name: api')]]},
			{files: [[SQL, undefined, drop]]},
		],
	});
	expect(found.map(({rule, path, what}) => [rule, path, what])).toEqual([
		[
			'lesson-rollback-untested',
			SQL,
			'drops column phone_number of orders (drop-column), and nothing here tries the way back',
		],
		['lesson-limits-missing', K8S, 'Deployment web runs without a limit (k8s-limits-missing) and 1 more'],
	]);
});

test('columns that are alike count as old and new across changes', async () => {
	const found = await lessons({
		changes: [
			{files: [['db/migrations/006.sql', undefined, 'ALTER TABLE orders ADD COLUMN phone_e164 text;']]},
			{files: [[SQL, undefined, drop]]},
		],
	});
	expect(found.map(({rule}) => rule)).toContain('lesson-not-phased');
});

test('the code that stops using a column may be in another change of the release, and tests do not count', async () => {
	const code = ['src/orders.js', 'show(order.phone_number)', 'show(order)'] as const;
	const second = ['db/migrations/008.sql', undefined, 'DROP TABLE old_orders;'] as const;
	const apart = {changes: [{files: [[SQL, undefined, drop]]}, {files: [code, second]}]} satisfies Batch;
	expect((await lessons(apart)).map(({rule}) => rule)).toContain('lesson-contract-with-code');
	const inTest = one([SQL, undefined, drop], ['tests/orders.test.js', code[1], code[2]]);
	expect((await lessons(inTest)).map(({rule}) => rule)).not.toContain('lesson-contract-with-code');
});

test('a call that was only written anew, that a browser makes, or whose end cannot be seen is no new call', async () => {
	const call = "const rate = await fetch('https://tax.example/rates');";
	const rules = async (...files: Files) => (await lessons(one(...files))).map(({rule}) => rule);
	const path = 'src/services/tax.js';
	expect(await rules([path, call, `${call.replace('const', 'let')}`])).toEqual([]);
	expect(await rules(['web/src/services/tax.js', undefined, call])).toEqual([]);
	expect(await rules(['src/services/tax.test.js', undefined, call])).toEqual([]);
	expect(await rules([path, undefined, "const rate = await fetch('https://tax.example/rates', {"])).toEqual([]);
	expect(await rules([path, undefined, call.replace('tax.example', 'localhost')])).toEqual([]);
	// A wrapper of their own may have a limit that is not written here.
	const wrapped = await lessons(one([path, undefined, `import fetch from '../http.js';\n${call}`]));
	expect(wrapped.map(({severity}) => severity)).toEqual(['note']);
	expect(await rules(['app/tax.py', undefined, 'rate = requests.get(url)\n'])).toEqual(['lesson-call-without-timeout']);
	expect(await rules(['app/tax.py', undefined, 'rate = requests.get(url, timeout=2)\n'])).toEqual([]);
	expect(await rules(['pkg/tax.go', undefined, 'c := &http.Client{}\n'])).toEqual(['lesson-call-without-timeout']);
	expect(await rules(['pkg/tax.go', undefined, 'c := &http.Client{Timeout: second}\n'])).toEqual([]);
});

test('what only developers run waits for no weekday', async () => {
	const friday = (path: string) => lessons({...one([path, service(80), service(81)]), weekday: 5, suites: []});
	expect((await friday('k8s/web.yaml')).map(({rule}) => rule)).toEqual([
		'lesson-success-unproven',
		'lesson-infra-before-weekend',
	]);
	expect(await friday('examples/k8s/web.yaml')).toEqual([]);
	expect(await friday('k8s/web.dev.yaml')).toEqual([]);
});

test('without circumstances nothing is said about them, and hostile findings and lines are only text', () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.record({
					rule: fc.constantFrom('drop-column', 'add-column', 'k8s-port-gone', 'config-variable-required'),
					object: fc.string(),
					path: fc.string(),
				}),
			),
			fc.array(fc.string({unit: fc.constantFrom('fetch(', '(', ')', '{', 'X_URL', '\u001b[2J', '\n', "'https://a'")})),
			(found, texts) => {
				const all = found.map(
					(each): Finding => ({
						...each,
						topic: each.rule.includes('column') ? 'schema' : 'infra',
						severity: 'danger',
						class: 'S0',
						change: oid('change 0'),
						what: '' as Finding['what'],
						object: each.object as NonNullable<Finding['object']>,
					}),
				);
				const patches = [{...touched('src/services/a.js', undefined, texts.join('\n')), change: oid('change 0')}];
				const raised = [
					...detector.detectBatch({chosen: [{change: change('change 0'), patches}], leftOut: [], live: [], found: all}),
					...detector.detect(change('change 0'), patches),
				];
				for (const {what, path, rule} of raised) {
					expect(`${what}${path}`).not.toContain('\u001b');
					expect(rule).not.toBe('lesson-infra-before-weekend');
				}
			},
		),
	);
});
