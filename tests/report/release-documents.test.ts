// The documents of stage 3: one data model, nothing of outside text acts in them, and the scripts really run.

import {execFile, execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {safe} from '../../src/domain/safe.ts';
import {checklistDocument, checklistItems, withSuiteResults} from '../../src/report/checklist.ts';
import {block, code, md, table} from '../../src/report/markdown.ts';
import {releasePlan, rollbackProcedure, testPlan} from '../../src/report/release-documents.ts';
import {highRisk, type ReleaseFacts} from '../../src/report/release-facts.ts';
import {rollbackScript, shellWord, smokeScript, verifyScript} from '../../src/report/release-scripts.ts';
import fc from '../kit/check.ts';
import {batchOf, discoveryOf, featureOf, oid} from '../kit/release.ts';
import {tempFolder} from '../kit/temp.ts';

const run = promisify(execFile);

function factsOf(more: Partial<ReleaseFacts> = {}): ReleaseFacts {
	const ranked = [
		featureOf('Add gift cards'),
		featureOf('Round totals', {digit: 'f', kind: 'fix', paths: ['README.md']}),
	];
	return {
		deployment: '20261121_101500',
		project: safe('orders'),
		target: safe('local'),
		strategy: safe('canary'),
		preparedAt: '2026-11-21T10:15:00.000Z',
		discovery: discoveryOf(ranked.map((one) => one.feature)),
		batch: batchOf(ranked),
		commands: {install: 'npm ci', start: 'node server.js'},
		suites: {unit: {command: 'npm test', required: true, timeoutSeconds: 60}},
		healthPath: '/health',
		port: 8080,
		errorLimit: 0.05,
		buildMs: 2500,
		staging: 'waived',
		credentials: {found: [], lines: 40},
		...more,
	};
}

const documents = (facts: ReleaseFacts) => [
	releasePlan(facts),
	testPlan(facts),
	rollbackProcedure(facts),
	checklistDocument(facts.project, facts.batch.release, checklistItems(facts)),
];

test('the release plan alone tells what ships, on what, how, and how to go back', () => {
	const plan = releasePlan(factsOf());
	for (const part of [
		'orders v1.2.0',
		'Add gift cards',
		'Round totals',
		'npm ci',
		'node server.js',
		'orchestra rollback',
		'canary',
		'20 % medium',
	])
		expect(plan).toContain(part);
	expect(plan).not.toContain('HIGH RISK');
});

test('advice stands in the plan with its id, drawn as text; without any there is no heading for it', () => {
	expect(releasePlan(factsOf())).not.toContain('## Advice');
	const said = {
		rule: 'principle-3-am',
		severity: 'caution',
		text: safe('It *would* go at night'),
		do: safe('Wait.'),
	} as const;
	const plan = releasePlan(factsOf({batch: {...factsOf().batch, advice: [said]}}));
	expect(plan).toContain('## Advice\n\n- **caution** It \\*would\\* go at night. *Wait.* (`principle-3-am`)');
});

test('without a start command the plan says that production needs one', () => {
	expect(releasePlan(factsOf({commands: {}}))).toContain('production needs a start command');
});

test('a dangerous schema change or a high predicted risk makes every document say HIGH RISK and spell the way back out', () => {
	const dangerous = batchOf([featureOf('Drop names', {findings: [{}]})]);
	expect(highRisk(dangerous)).toEqual(['database: drops a column (db/001.sql:3)']);
	expect(highRisk(batchOf([featureOf('x')], {risk: 0.8}))).toHaveLength(1);
	expect(highRisk(batchOf([featureOf('x', {findings: [{severity: 'caution'}]})], {risk: 0.79}))).toEqual([]);
	const facts = factsOf({batch: dangerous, commands: {migrate: 'node migrate.js'}});
	for (const document of [releasePlan(facts), testPlan(facts), rollbackProcedure(facts)])
		expect(document).toContain('HIGH RISK');
	const rollback = rollbackProcedure(facts);
	expect(rollback).toContain('One way: these cannot be undone without a backup');
	expect(rollback).toContain('`db/001.sql:3`');
	expect(rollback).toContain('High risk: the plan in detail');
	expect(checklistItems(facts).map((item) => item.id)).toContain('plan.high-risk');
	expect(rollbackProcedure(factsOf())).toContain('nothing to restore');
});

test('the checklist ticks only what was seen, with its evidence, and stage 4 ticks the suites', () => {
	const items = checklistItems(factsOf());
	for (const item of items) {
		if (item.done) expect(item).toMatchObject({auto: true, evidence: expect.stringMatching(/\S/)});
		if (!item.auto) expect(item.done).toBe(false);
	}
	expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
	const suite = items.find((item) => item.id === 'validation.suite.unit');
	expect(suite?.done).toBe(false);
	const ran = {name: safe('unit'), status: 'passed', passed: 12, failed: 0, skipped: 1, ms: 900} as const;
	const after = withSuiteResults(items, [ran]).find((item) => item.id === 'validation.suite.unit');
	expect(after).toMatchObject({done: true, evidence: 'passed in 900 ms: 12 passed, 0 failed, 1 skipped'});
	const red = withSuiteResults(items, [{...ran, status: 'skipped'}]).find(
		(item) => item.id === 'validation.suite.unit',
	);
	expect(red?.done).toBe(false);
	expect(items.find((item) => item.id === 'docs.readme')).toMatchObject({done: true, evidence: 'changes README.md'});
	expect(items.find((item) => item.id === 'docs.changelog')?.done).toBe(false);
	const leaked = checklistItems(factsOf({credentials: {found: [safe('src/a.js:3')], lines: 4}}));
	expect(leaked.find((item) => item.id === 'validation.credentials')).toMatchObject({
		done: false,
		evidence: 'looks like one: src/a.js:3',
	});
});

const ATTACKS = [
	'<script>alert(1)</script>',
	'![x](https://evil.example/p.png)',
	'[click](javascript:alert(1))',
	'see https://evil.example and www.evil.example',
	'@everyone look',
	'`code` and ``more``',
	'a | b | c',
	'*bold* _it_ ~~gone~~ $x$',
	'--- ',
	'=== ',
	'# heading',
	'- item',
	'1. item',
	'> quote',
	'&lt;b&gt; &#60;',
	'\\[x](y)',
	'<!-- hidden',
	'[^1] [ref]: x',
];

test('outside text is only text in every document', () => {
	for (const attack of ATTACKS) {
		const evil = safe(attack);
		const ranked = [featureOf(attack, {findings: [{what: evil, path: attack, advice: evil}], paths: [attack]})];
		const batch = batchOf(ranked, {risk: 0.9});
		const facts = factsOf({
			project: evil,
			target: evil,
			strategy: evil,
			batch: {
				...batch,
				risk: {...batch.risk, reasons: [evil]},
				ranking: {by: 'rules', note: evil},
				pulledIn: [{feature: ranked[0]?.feature.id ?? batch.chosen[0] ?? ('f-0' as never), because: evil}],
			},
			credentials: {found: [evil], lines: 1},
		});
		for (const document of documents(facts)) {
			// Code spans and blocks show text as it is; everything else must have been escaped.
			const outside = document
				.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '')
				.replace(/(?<![\\`])(`+)(?!`)([\s\S]*?)(?<!`)\1(?!`)/g, '')
				.replace(/\\[!-/:-@[-`{-~]/g, '');
			expect(outside).not.toMatch(/<[a-z!/]|\]\(|!\[|@|https?:\/\/|\bwww\.|&[a-z#]|\[\^|~~|\$/i);
			for (const line of outside.split('\n')) {
				expect(line).not.toMatch(/^(=+|\d+\. item|> quote|- item|# heading)\s*$/);
			}
		}
	}
});

test('escaped text is one line whose letters all stay', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom(...'ab1 \n\t*_[](){}<>&|~#$@`-+=.:/\\!'), maxLength: 40}), (raw) => {
			const out = md(raw);
			expect(out).not.toContain('\n');
			const shown = out.replace(/\\([!-/:-@[-`{-~])/g, '$1').replaceAll('＠', '@');
			expect(shown).toBe(raw.replace(/\s+/g, ' ').trim());
		}),
		{numRuns: 500},
	);
});

test('code keeps its fence whatever is inside, and a pipe never splits a cell', () => {
	expect(code('a`b``c')).toBe('```a`b``c```');
	expect(code('`x')).toBe('`` `x ``');
	expect(block(['```', 'x'])).toBe('````\n```\nx\n````');
	expect(table(['h'], [[code('a | b')], [md('a | b')]])).toBe('| h |\n| --- |\n| `a \\| b` |\n| a \\| b |');
});

const HOSTILE: Partial<ReleaseFacts> = {
	project: safe(`x'; touch owned; '`),
	healthPath: `/h'; touch owned; echo '$(touch owned)\`touch owned\``,
	suites: {smoke: {command: `echo "it's smoke at $ORCHESTRA_URL"`, required: true, timeoutSeconds: 9}},
};

async function deploymentFolder(facts: ReleaseFacts): Promise<{root: string; scripts: string}> {
	const root = tempFolder();
	const scripts = join(root, 'deployment_memory/current', facts.deployment, 'scripts');
	const files = {'verify.sh': verifyScript, 'smoke.sh': smokeScript, 'rollback.sh': rollbackScript};
	for (const folder of [scripts, join(root, 'orchestration'), join(root, '.orchestra/releases', facts.deployment)])
		mkdirSync(folder, {recursive: true});
	writeFileSync(join(root, 'orchestration/orchestra.json'), '{}');
	for (const [name, build] of Object.entries(files)) {
		writeFileSync(join(scripts, name), build(facts));
		chmodSync(join(scripts, name), 0o755);
		execFileSync('/bin/sh', ['-n', join(scripts, name)]);
	}
	return {root, scripts};
}

async function service(status: () => number): Promise<string> {
	const server = createServer((_, answer) => {
		answer.statusCode = status();
		answer.end('hello');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is an AddressInfo
}

const env = {PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: process.env.HOME};

test('verify.sh and smoke.sh look at the front door and say what they saw', async () => {
	const facts = factsOf(HOSTILE);
	const {root, scripts} = await deploymentFolder(facts);
	let status = 200;
	const url = await service(() => status);
	const verified = await run(join(scripts, 'verify.sh'), [url], {env, cwd: '/'});
	expect(verified.stdout.match(/^ok {5}health/gm)).toHaveLength(3);
	const smoke = await run(join(scripts, 'smoke.sh'), [url], {env, cwd: '/'});
	expect(smoke.stdout).toContain('20 of 20 answers good');
	expect(smoke.stdout).toContain(`it's smoke at ${url}`);
	status = 503;
	await expect(run(join(scripts, 'verify.sh'), [url], {env})).rejects.toMatchObject({
		code: 1,
		stdout: expect.stringMatching(/FAILED health 1: 503/),
	});
	await expect(run(join(scripts, 'smoke.sh'), [url], {env})).rejects.toMatchObject({code: 1});
	await expect(run(join(scripts, 'verify.sh'), ['http://127.0.0.1:9'], {env})).rejects.toMatchObject({code: 1});
	expect(execFileSync('find', [root, '-name', 'owned*'], {encoding: 'utf8'})).toBe('');
}, 20_000);

test('rollback.sh finds the repository from wherever it lies and hands over to orchestra', async () => {
	const {root, scripts} = await deploymentFolder(factsOf());
	const fake = join(root, 'fake orchestra');
	writeFileSync(fake, '#!/bin/sh\necho "$PWD|$*"\n');
	chmodSync(fake, 0o755);
	const {stdout} = await run(join(scripts, 'rollback.sh'), ['--yes', 'a b'], {
		env: {...env, ORCHESTRA: fake},
		cwd: '/',
	});
	expect(stdout).toBe(`${root}|rollback --yes a b\n`);
	mkdirSync(join(root, 'node_modules/.bin'), {recursive: true});
	writeFileSync(join(root, 'node_modules/.bin/orchestra'), readFileSync(fake));
	chmodSync(join(root, 'node_modules/.bin/orchestra'), 0o755);
	const bare = {PATH: '/usr/bin:/bin'};
	expect((await run(join(scripts, 'rollback.sh'), [], {env: bare})).stdout).toBe(`${root}|rollback\n`);
});

test('a shell word is one argument with exactly its bytes', () => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom(...`ab'"\\$\`;&|<>() \n*?!#é`), maxLength: 30}), (raw) => {
			expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(raw)}`], {encoding: 'utf8'})).toBe(raw);
		}),
		{numRuns: 40},
	);
});

test('the plan says whether it was proven, and which files want making anew and how', () => {
	const base = factsOf();
	const proof = {picksTree: oid('1'), revertsTree: oid('1'), equal: true, steps: 9, except: ['yarn.lock']};
	const release = {...base.batch.release, regenerate: ['web/yarn.lock', 'CHANGELOG.md']};
	const proven = releasePlan({...base, batch: {...base.batch, proof, release}});
	expect(proven).toMatch(/proof +\| built both ways, one tree, but for 1 generated file/);
	expect(proven).toMatch(/to make anew +\| `web\/yarn.lock` by `yarn install --mode update-lockfile`; `CHANGELOG.md`/);
	const {revertsTree: _none, ...half} = proof;
	const unproven = {...half, equal: false, why: safe('“x” does not come out')};
	expect(releasePlan({...base, batch: {...base.batch, proof: unproven}})).toMatch(/not proven: “x” does not come out/);
	expect(releasePlan(base)).not.toMatch(/proof|anew/);

	const made = {
		path: 'package-lock.json',
		command: safe('npm install'),
		tool: safe('npm 11.0.0'),
		sha256: 'ab'.repeat(32),
	};
	const anew = {
		...release,
		notRegenerated: [{path: 'CHANGELOG.md', why: safe('nobody said how')}],
		regenerated: [
			{...made, changed: true, drift: [safe('x went from 1 to 2, and nobody asked')]},
			{...made, path: 'go.sum', changed: false, drift: []},
		],
	};
	const told = releasePlan({...base, batch: {...base.batch, release: anew}});
	expect(told).toMatch(/to make anew .*`CHANGELOG.md` \(nobody said how\)/);
	expect(told).toMatch(
		/made anew +\| `package-lock.json` by `npm 11.0.0: npm install`, sha256 `abababababab`, \*\*1 package moved unasked\*\*: x went/,
	);
	expect(told).toContain('`go.sum` by `npm 11.0.0: npm install`, unchanged');
});
