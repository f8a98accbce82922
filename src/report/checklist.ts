// Room: report. The deployment checklist: what Orchestra can see is ticked with its evidence, the rest is a person's. Pure.

import type {BuiltCommit} from '../domain/batch.ts';
import {seconds} from '../domain/deployment/describe.ts';
import {KNOWN_SUITES} from '../domain/project.ts';
import type {ChecklistItem, SuiteResult} from '../domain/release.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {riskWords} from '../domain/selection/words.ts';
import {code, document, md} from './markdown.ts';
import {chosenFeatures, count, findingsOf, highRisk, percent, placeOf, type ReleaseFacts} from './release-facts.ts';

/** The part of an item's id before the first dot, and its heading; in the order of the document. */
const GROUPS: Readonly<Record<string, string>> = {
	change: '1 · What ships',
	validation: '2 · Proven before production',
	data: '3 · Data',
	docs: '4 · Documentation',
	plan: '5 · Plan and people',
	staging: '6 · Staging',
	rollout: '7 · During the rollout',
	smoke: '8 · Smoke test by hand, 13 minutes',
	after: '9 · Afterwards',
};

function item(id: string, text: string, seen?: {done: boolean; evidence: string}): ChecklistItem {
	return {
		id,
		text: safe(text),
		done: seen?.done ?? false,
		auto: seen !== undefined,
		...(seen === undefined ? {} : {evidence: safe(seen.evidence)}),
	};
}

const SUITE_ID = 'validation.suite.';

function changeItems(facts: ReleaseFacts): ChecklistItem[] {
	const {batch, commands} = facts;
	const features = chosenFeatures(batch);
	const changes = features.reduce((sum, ranked) => sum + ranked.feature.changes.length, 0);
	const risk = `predicted risk ${riskWords(batch.risk.value)}, from ${count(batch.risk.evidence, 'earlier case')}`;
	const ran = [commands.install, commands.build].filter((command) => command !== undefined);
	return [
		item('change.scored', 'Every change is known, grouped and rated', {
			done: true,
			evidence: `${count(features.length, 'feature')} of ${batch.ranked.length}, ${count(changes, 'change')}; ${risk}`,
		}),
		item('change.commit', 'The release commit holds exactly the chosen changes', {
			done: batch.release.picks.length > 0,
			evidence: `${batch.release.commit.slice(0, 12)}, ${count(batch.release.picks.length, 'pick')} on ${batch.release.base.slice(0, 12)}`,
		}),
		item('change.builds', 'It installs and builds from a clean folder', {
			done: true,
			evidence:
				ran.length === 0
					? 'no install or build command is configured'
					: `${ran.join(', then ')} in ${seconds(facts.buildMs)}`,
		}),
		item('change.reviewed', 'Somebody other than its author has read each change'),
		item('change.complete', 'Goal, specification and tasks of each feature are complete'),
	];
}

function validationItems(facts: ReleaseFacts): ChecklistItem[] {
	const {found, lines} = facts.credentials;
	const suites = Object.entries(facts.suites).map(([name, suite]) =>
		item(`${SUITE_ID}${name}`, `Suite ${name} passes${suite.required ? '' : ' (not required)'}`, {
			done: false,
			evidence: 'runs in stage 4',
		}),
	);
	const missing = KNOWN_SUITES.filter((name) => facts.suites[name] === undefined);
	return [
		...(suites.length > 0
			? suites
			: [
					item('validation.tests', 'Tests pass', {done: false, evidence: 'no tests are configured: nothing is proven'}),
				]),
		...(suites.length > 0 && missing.length > 0
			? [item('validation.missing', `Covered in another way: ${missing.join(', ')} (no such suite is configured)`)]
			: []),
		item('validation.credentials', 'No credentials in the lines this release adds', {
			done: found.length === 0,
			evidence:
				found.length === 0
					? `${count(lines, 'added line')} looked at`
					: `looks like one: ${found.slice(0, 5).join(', ')}`,
		}),
		item('validation.personal-data', 'No personal or health data in code, fixtures and logs'),
	];
}

function dataItems(facts: ReleaseFacts): ChecklistItem[] {
	const schema = findingsOf(facts.batch, 'schema');
	const {migrate} = facts.commands;
	if (schema.length === 0 && migrate === undefined) {
		return [item('data.none', 'The database schema stays as it is', {done: true, evidence: 'no schema change found'})];
	}
	const dangers = schema.filter((finding) => finding.severity === 'danger');
	return [
		...dangers.map((finding, i) =>
			item(`data.danger.${i + 1}`, `Understood and wanted: ${finding.what} (${placeOf(finding)})`),
		),
		item('data.migrate', 'The migration runs as a step of its own, before the new version starts', {
			done: migrate !== undefined,
			evidence: migrate ?? 'no migrate command is configured: run it by hand',
		}),
		item('data.backup', 'A backup was made and restoring it was tried'),
		item('data.compatible', 'The version that serves now works with the new schema too'),
	];
}

function docItems(facts: ReleaseFacts): ChecklistItem[] {
	const paths = chosenFeatures(facts.batch).flatMap((ranked) =>
		ranked.feature.changes.flatMap((change) => change.files.map((file) => file.path)),
	);
	const touched = (name: string, pattern: RegExp) => {
		const path = paths.find((each) => pattern.test(each));
		return path === undefined
			? item(
					`docs.${name}`,
					`${name === 'readme' ? 'README' : 'CHANGELOG'} is up to date (this release does not touch it)`,
				)
			: item(`docs.${name}`, `${name === 'readme' ? 'README' : 'CHANGELOG'} is up to date`, {
					done: true,
					evidence: `changes ${path}`,
				});
	};
	return [
		touched('readme', /(?:^|\/)readme[^/]*$/i),
		touched('changelog', /(?:^|\/)(?:changelog|changes|history)[^/]*$/i),
	];
}

function planItems(facts: ReleaseFacts): ChecklistItem[] {
	const high = highRisk(facts.batch);
	const {start} = facts.commands;
	return [
		item('plan.alone', 'No other deployment runs here', {
			done: true,
			evidence: 'this deployment holds the lock',
		}),
		item('plan.rollback', 'The way back is written down', {done: true, evidence: 'rollback.md, scripts/rollback.sh'}),
		item('plan.success', 'What success means is set', {
			done: true,
			evidence: `health at ${facts.healthPath}; error limit ${percent(facts.errorLimit)}; strategy ${facts.strategy}`,
		}),
		item('plan.start', 'There is something to start in production', {
			done: start !== undefined,
			evidence: start ?? 'no start command is configured',
		}),
		...(high.length > 0
			? [
					item(
						'plan.high-risk',
						'HIGH RISK: somebody watches the whole rollout, and a second person knows how to roll back',
					),
				]
			: []),
		item('plan.approved', 'Whoever has to approve this has approved it'),
		item('plan.told', 'Support and users know what changes and when'),
	];
}

function laterItems(facts: ReleaseFacts): ChecklistItem[] {
	const limit = percent(facts.errorLimit);
	return [
		item('staging.target', 'Tried out on a staging target', {
			done: facts.staging === 'not required',
			evidence:
				facts.staging === 'waived'
					? 'no staging target is configured; waived, and recorded in the journal'
					: 'not required by the preferences',
		}),
		item('rollout.health', 'The new version is healthy before it gets traffic (Orchestra waits for it)'),
		item(
			'rollout.steps',
			`Each step was watched: errors under ${limit}, no worse than the old version (Orchestra's gate)`,
		),
		item('rollout.machine', 'CPU under 80 %, memory under 85 %, no new exceptions in the logs'),
		item('smoke.health', 'Health and version: scripts/verify.sh (2 min)'),
		item('smoke.automated', 'The automated smoke test: scripts/smoke.sh (3 min)'),
		item('smoke.speed', 'The three most used pages or calls feel as quick as before (2 min)'),
		item('smoke.flags', 'Feature flags stand as intended (1 min)'),
		item('smoke.security', 'Signing in, signing out, and a page that must stay closed (1 min)'),
		item('smoke.errors', 'A wrong input is answered with a clear message (1 min)'),
		item('smoke.observability', 'Logs and figures of the new version arrive (1 min)'),
		item('smoke.end-to-end', 'One real task from beginning to end (2 min)'),
		item('after.watch', `Half an hour later: errors under ${limit}, answers under 1 s, nothing new in the logs`),
		item('after.told', 'People were told that it is out'),
		item('after.learned', 'What was learned is in the memory (stage 6 writes it)'),
	];
}

export function checklistItems(facts: ReleaseFacts): readonly ChecklistItem[] {
	return [
		...changeItems(facts),
		...validationItems(facts),
		...dataItems(facts),
		...docItems(facts),
		...planItems(facts),
		...laterItems(facts),
	];
}

/** The checklist after stage 4: each suite's item with what it did. Other items stay. */
export function withSuiteResults(
	items: readonly ChecklistItem[],
	suites: readonly Pick<SuiteResult, 'name' | 'status' | 'passed' | 'failed' | 'skipped' | 'ms'>[],
): readonly ChecklistItem[] {
	const byId = new Map(suites.map((suite) => [`${SUITE_ID}${suite.name}`, suite]));
	return items.map((each) => {
		const suite = byId.get(each.id);
		if (suite === undefined) return each;
		const figures = `${suite.passed} passed, ${suite.failed} failed, ${suite.skipped} skipped`;
		return {
			...each,
			done: suite.status === 'passed',
			evidence: safe(`${suite.status} in ${seconds(suite.ms)}: ${figures}`),
		};
	});
}

export function checklistDocument(
	project: Safe,
	release: Pick<BuiltCommit, 'tag' | 'commit'>,
	items: readonly ChecklistItem[],
): string {
	const seen = items.filter((each) => each.auto);
	const groups = Object.entries(GROUPS).flatMap(([group, heading]) => {
		const own = items.filter((each) => each.id.startsWith(`${group}.`));
		if (own.length === 0) return [];
		const lines = own.map((each) => {
			const evidence = each.evidence === undefined ? '' : ` — *${md(each.evidence)}*`;
			return `- [${each.done ? 'x' : ' '}] ${md(each.text)}${evidence}`;
		});
		return [`## ${heading}`, lines.join('\n')];
	});
	return document(
		`# Checklist: ${md(project)} ${md(release.tag)}`,
		`${seen.filter((each) => each.done).length} of ${seen.length} points that Orchestra can see are done; ${items.length - seen.length} are a person's. ` +
			`What Orchestra ticked shows its evidence in italics. Release ${code(release.commit.slice(0, 12))}.`,
		...groups,
	);
}
