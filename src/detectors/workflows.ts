// Room: detectors. GitHub workflows: what they may do, when they run, whose code they run. Other CI systems are looked at by
// the detector of infrastructure.

import type {Detector} from '../ports/detector.ts';
import type {Patch} from '../ports/repository.ts';
import {WORKFLOW_RULES} from './support/ops/workflow-rules.ts';
import {asList, asTree, dig, readYaml, shown, type Tree, type YamlDocument} from './support/ops/yaml.ts';
import {type Sighting, seenAs} from './support/rules.ts';

type At = readonly (string | number)[];
type Note = Omit<Sighting, 'path' | 'line'> & {readonly at: At};

/** YAML 1.1 readers take the key `on` for true. */
const triggersOf = (flow: Tree): unknown => flow.on ?? flow.true;

function triggerNames(flow: Tree): string[] {
	const on = triggersOf(flow);
	return typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(asTree(on));
}

function grantsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return Object.entries(asTree(value)).flatMap(([name, right]) => (right === 'write' ? [name] : []));
}

function* permissions(old: unknown, now: unknown, at: At, object?: string): Iterable<Note> {
	const were = new Set(grantsOf(old));
	const added = grantsOf(now).filter((one) => !were.has(one) && one !== 'read-all');
	const place = [...at, 'permissions'];
	const note = object === undefined ? {at: place} : {at: place, object};
	if (added.includes('write-all')) yield {...note, rule: 'ci-write-all', what: 'may write everything'};
	else if (added.includes('id-token')) yield {...note, rule: 'ci-identity-token', what: 'may ask for identity tokens'};
	const rest = added.filter((one) => one !== 'write-all' && one !== 'id-token');
	if (rest.length > 0 && !added.includes('write-all'))
		yield {...note, rule: 'ci-permissions-widened', what: `may write ${rest.join(', ')}`};
}

/** Expressions whose text strangers choose. */
const THEIRS =
	/\$\{\{[^}]*\bgithub\.(event\.(issue|pull_request|comment|review|review_comment|discussion|head_commit|commits)[\w.[\]*]*\.(title|body|message|name|email|ref|label|default_branch)|head_ref)\b[^}]*\}\}/;

const textsOf = (flow: Tree) =>
	new Set(Object.values(asTree(flow.jobs)).flatMap((job) => asList(dig(job, 'steps')).map((step) => shown(step))));

function* steps(was: Tree, job: Tree, at: At, name: string): Iterable<Note> {
	const known = textsOf(was);
	for (const [i, step] of asList(job.steps).entries()) {
		if (known.has(shown(step))) continue;
		const place = [...at, 'steps', i];
		const {run, uses} = asTree(step);
		if (typeof run === 'string' && THEIRS.test(run))
			yield {
				rule: 'ci-expression-in-script',
				what: 'puts text of others into a script',
				at: [...place, 'run'],
				object: name,
			};
		if (typeof uses === 'string') yield* action(uses, [...place, 'uses'], name);
		if (dig(step, 'continue-on-error') === true)
			yield {
				rule: 'ci-failure-ignored',
				what: 'lets a step fail and goes on',
				at: [...place, 'continue-on-error'],
				object: name,
			};
	}
}

function* action(uses: string, at: At, name: string): Iterable<Note> {
	const [who = '', version = ''] = uses.split('@');
	if (
		uses.startsWith('.') ||
		/^(actions|github)\//.test(who) ||
		/^[0-9a-f]{40}$/.test(version) ||
		who.startsWith('docker:')
	)
		return;
	if (/^(main|master|develop|dev|next|trunk|latest)?$/.test(version))
		yield {rule: 'ci-action-floating', what: `runs ${uses}, whatever that is at the time`, at, object: name};
	else yield {rule: 'ci-action-unpinned', what: `runs ${uses} by its tag`, at, object: name};
}

const TESTS = /\b(test|tests|lint|check|typecheck|e2e|spec)s?\b/i;
const DEPLOYS = /\b(deploy|release|publish|production)\b/i;

function* job(was: Tree, old: Tree | undefined, now: Tree, name: string): Iterable<Note> {
	const at = ['jobs', name];
	yield* permissions(old?.permissions, now.permissions, at, name);
	yield* steps(was, now, at, name);
	if (now.secrets === 'inherit' && old?.secrets !== 'inherit')
		yield {rule: 'ci-secrets-inherited', what: 'hands all secrets on', at: [...at, 'secrets'], object: name};
	const runner = shown(now['runs-on'] ?? '');
	if (runner.includes('self-hosted') && !shown(old?.['runs-on'] ?? '').includes('self-hosted'))
		yield {rule: 'ci-self-hosted', what: 'runs on a machine of one’s own', at: [...at, 'runs-on'], object: name};
	if (old === undefined) return;
	if (shown(old['runs-on']) !== shown(now['runs-on']))
		yield {
			rule: 'ci-runner-changed',
			what: `runs on ${runner}`,
			at: [...at, 'runs-on'],
			object: name,
			before: shown(old['runs-on']),
			after: runner,
		};
	if (DEPLOYS.test(`${name} ${shown(now.name ?? '')}`) && shown(old.steps) !== shown(now.steps))
		yield {rule: 'ci-deploys-changed', what: 'changes how it deploys', at: [...at, 'steps'], object: name};
}

function* compared(path: string, before: YamlDocument | undefined, after: YamlDocument): Iterable<Sighting> {
	const [was, is] = [asTree(before?.value), asTree(after.value)];
	const notes = function* (): Iterable<Note> {
		yield* permissions(was.permissions, is.permissions, []);
		const known = triggerNames(was);
		for (const name of triggerNames(is)) {
			if (
				['pull_request_target', 'workflow_run'].includes(name) &&
				!known.includes(name) &&
				name === 'pull_request_target'
			)
				yield {rule: 'ci-untrusted-trigger', what: `runs on ${name}, with secrets`, at: ['on']};
		}
		const schedule = (flow: Tree) => shown(dig(triggersOf(flow), 'schedule') ?? '');
		if (before !== undefined && schedule(was) !== schedule(is))
			yield {
				rule: 'ci-schedule-changed',
				what: 'changes its schedule',
				at: ['on', 'schedule'],
				before: schedule(was),
				after: schedule(is),
			};
		const jobs = asTree(is.jobs);
		const old = asTree(was.jobs);
		for (const [name, value] of Object.entries(jobs))
			yield* job(was, Object.hasOwn(old, name) ? asTree(old[name]) : undefined, asTree(value), name);
		for (const [name, value] of Object.entries(old)) {
			if (!Object.hasOwn(jobs, name) && TESTS.test(`${name} ${shown(dig(value, 'name') ?? '')}`))
				yield {rule: 'ci-tests-gone', what: `removes the job ${name}`, at: ['jobs'], object: name};
		}
	};
	for (const {at, ...note} of notes()) yield {...note, path, line: after.line(at)};
}

async function inFile({path, before, after}: Patch): Promise<Sighting[]> {
	if (after === undefined) {
		const [old] = (await readYaml(before)) ?? [];
		const tests = Object.keys(asTree(dig(old?.value, 'jobs'))).filter((name) => TESTS.test(name));
		return tests.map((name) => ({
			rule: 'ci-tests-gone',
			path,
			what: `removes the job ${name} with its workflow`,
			object: name,
		}));
	}
	const [was, is] = await Promise.all([readYaml(before), readYaml(after)]);
	const [first] = is ?? [];
	if (first === undefined || (before !== undefined && was === undefined)) return [];
	return [...compared(path, was?.[0], first)];
}

const wants = (path: string) => /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i.test(path);

export const detector = {
	name: 'workflows',
	topic: 'infra',
	rules: WORKFLOW_RULES,
	reads: 'files',
	wants,
	async detect(change, patches) {
		const seen: Sighting[] = [];
		for (const patch of patches) if (wants(patch.path)) seen.push(...(await inFile(patch)));
		return seenAs(change, WORKFLOW_RULES, seen);
	},
} satisfies Detector;
