// Room: report. Release plan, test plan and rollback procedure, as Markdown from one data model. Pure.

import {rollbackSteps} from '../domain/advice/rollback-steps.ts';
import type {Batch} from '../domain/batch.ts';
import {seconds} from '../domain/deployment/describe.ts';
import type {RankedFeature} from '../domain/feature.ts';
import {commandFor} from '../domain/generated.ts';
import {duration} from '../domain/learning/words.ts';
import {KNOWN_SUITES} from '../domain/project.ts';
import {safe} from '../domain/safe.ts';
import {riskWords, percent as whole} from '../domain/selection/words.ts';
import {block, bullets, code, document, md, table} from './markdown.ts';
import {recommendationDocument} from './recommendation.ts';
import {
	chosenFeatures,
	count,
	findingsOf,
	highRisk,
	leftOut,
	minuteOf,
	percent,
	placeOf,
	previousRelease,
	type ReleaseFacts,
} from './release-facts.ts';

const MAX_ROWS = 200;

function title(kind: string, facts: ReleaseFacts): string {
	return `# ${kind}: ${md(facts.project)} ${md(facts.batch.release.tag)}`;
}

function banner(facts: ReleaseFacts): string | undefined {
	const reasons = highRisk(facts.batch);
	if (reasons.length === 0) return undefined;
	return [
		'> **⚠ HIGH RISK**',
		'>',
		...reasons.map((reason) => `> - ${md(reason)}`),
		'>',
		`> Strategy ${code(facts.strategy)}${closer(facts)}: watch every step with ${code('orchestra status --monitor --interval 2')}, and read rollback.md before you start.`,
	].join('\n');
}

/** What the rule of halved intervals made of the strategy's own. */
function closer({batch}: ReleaseFacts): string {
	const seconds = batch.recommendation?.monitoring.tickSeconds;
	return seconds === undefined ? '' : `, looked at every ${seconds} s`;
}

function featureRow(ranked: RankedFeature): string[] {
	const {feature, bucket, risk, reasons} = ranked;
	const kind = `${feature.kind}${feature.breaking ? ' · **breaking**' : ''}`;
	return [md(feature.title), kind, bucket, whole(risk), md(reasons[0]?.text ?? '–'), code(feature.id)];
}

function features(all: readonly RankedFeature[]): string {
	const rows = all.slice(0, MAX_ROWS).map(featureRow);
	const more = all.length > MAX_ROWS ? `\n\n… and ${all.length - MAX_ROWS} more.` : '';
	return table(['feature', 'kind', 'bucket', 'risk', 'why', 'id'], rows) + more;
}

function findings(facts: ReleaseFacts): string | undefined {
	const found = findingsOf(facts.batch).filter((finding) => finding.severity !== 'note');
	if (found.length === 0) return undefined;
	const order = ['danger', 'caution'];
	const sorted = [...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)).slice(0, MAX_ROWS);
	return document(
		'## Look at these first',
		table(
			['', 'about', 'what', 'where', 'advice'],
			sorted.map((finding) => [
				finding.severity === 'danger' ? '**danger**' : 'caution',
				finding.topic,
				md(finding.what),
				code(safe(placeOf(finding))),
				md(finding.advice ?? '–'),
			]),
		),
	).trimEnd();
}

/** Nothing in books of before there was advice. */
function advice({recommendation, advice: alone = []}: Batch): string | undefined {
	const said = recommendation?.advice ?? alone;
	if (said.length === 0) return undefined;
	const lines = said.map(
		({severity, text, do: act, rule}) =>
			`${severity === 'caution' ? '**caution** ' : ''}${md(text)}${/[.?!]$/.test(text) ? '' : '.'} *${md(act)}* (${code(safe(rule))})`,
	);
	return `## Advice\n\n${bullets(lines)}`;
}

function overrides(facts: ReleaseFacts): string | undefined {
	const {batch} = facts;
	const titles = new Map(batch.ranked.map((ranked) => [ranked.feature.id, ranked.feature.title]));
	const lines = [
		...batch.pulledIn.map((each) => `${md(titles.get(each.feature) ?? each.feature)}: pulled in, ${md(each.because)}`),
		...batch.overrides.map(
			(each) =>
				`${md(titles.get(each.feature) ?? each.feature)}: ${each.chosen ? 'chosen' : 'left out'} by a person, although ${each.bucket}`,
		),
	];
	return lines.length === 0 ? undefined : `## Chosen otherwise than recommended\n\n${bullets(lines)}`;
}

function steps(facts: ReleaseFacts): string {
	const {commands} = facts;
	const row = (what: string, command: string | undefined, note: string) => [
		what,
		command === undefined ? '–' : code(command),
		note,
	];
	return table(
		['step', 'command', 'note'],
		[
			row(
				'install',
				commands.install,
				commands.install === undefined ? 'nothing configured' : 'done, in a clean folder',
			),
			row(
				'build',
				commands.build,
				commands.build === undefined ? 'nothing configured' : `done; with the install ${seconds(facts.buildMs)}`,
			),
			row('test', undefined, `${count(Object.keys(facts.suites).length, 'suite')}, see test-plan.md`),
			row(
				'migrate',
				commands.migrate,
				commands.migrate === undefined ? 'nothing configured' : 'before the new version starts',
			),
			row(
				'start',
				commands.start,
				commands.start === undefined
					? '**production needs a start command**: `orchestra config set commands.start "…"`'
					: `in the idle slot; healthy at ${code(facts.healthPath)} before any traffic`,
			),
			row('traffic', undefined, `${md(facts.strategy)}; taken back by itself over ${percent(facts.errorLimit)} errors`),
		],
	);
}

function announcement(facts: ReleaseFacts): string {
	const chosen = chosenFeatures(facts.batch);
	const of = (kinds: readonly string[]) =>
		chosen.filter((ranked) => kinds.includes(ranked.feature.kind)).map((ranked) => md(ranked.feature.title));
	const group = (heading: string, titles: readonly string[]) =>
		titles.length === 0 ? undefined : `**${heading}**\n\n${bullets(titles)}`;
	const other = chosen.length - of(['feat', 'fix', 'perf']).length;
	return document(
		'## Announcement (draft)',
		`${md(facts.project)} ${md(facts.batch.release.tag)} is out.`,
		group('New', of(['feat'])),
		group('Mended', of(['fix'])),
		group('Faster', of(['perf'])),
		other > 0 ? `And ${count(other, 'change')} under the bonnet.` : undefined,
	).trimEnd();
}

/** What is known of the plan itself; nothing in books of before there was a proof. */
function proofRows({proof, release}: Batch): [string, string][] {
	const rows: [string, string][] = [];
	if (proof !== undefined) {
		const except = proof.except.length === 0 ? '' : `, but for ${count(proof.except.length, 'generated file')}`;
		const why = proof.why ?? 'the two trees differ';
		const said = proof.equal ? `built both ways, one tree${except}` : `not proven: ${why}`;
		rows.push(['proof', md(said)]);
	}
	if (release.regenerated !== undefined) {
		const files = release.regenerated.slice(0, 10).map(({path, tool, command, sha256, changed, drift}) => {
			const came = changed ? `sha256 ${code(sha256.slice(0, 12))}` : 'unchanged';
			const moved =
				drift.length === 0
					? ''
					: `, **${count(drift.length, 'package')} moved unasked**: ${md(drift.slice(0, 5).join('; '))}`;
			return `${code(path)} by ${code(tool === undefined ? command : `${tool}: ${command}`)}, ${came}${moved}`;
		});
		rows.push(['made anew', files.join('; ')]);
	}
	if (release.regenerate !== undefined) {
		const whys = new Map((release.notRegenerated ?? []).map(({path, why}) => [path, ` (${md(why)})`]));
		const files = release.regenerate.slice(0, 10).map((path) => {
			const command = commandFor(path);
			return `${code(path)}${command === undefined ? '' : ` by ${code(command)}`}${whys.get(path) ?? ''}`;
		});
		rows.push(['to make anew', files.join('; ')]);
	}
	return rows;
}

/** Everything one needs about this release in one document; the others go into detail. */
export function releasePlan(facts: ReleaseFacts): string {
	const {batch, discovery} = facts;
	const chosen = chosenFeatures(batch);
	const out = leftOut(batch);
	const {risk, release} = batch;
	return document(
		title('Release plan', facts),
		banner(facts),
		table(
			['', ''],
			[
				['deployment', code(facts.deployment)],
				[
					'release',
					`${md(release.tag)}, commit ${code(release.commit.slice(0, 12))}, tree ${code(release.tree.slice(0, 12))}`,
				],
				[
					'built on',
					`${md(discovery.base.name)} at ${code(discovery.base.oid.slice(0, 12))}, from ${md(discovery.dev.name)}`,
				],
				[
					'holds',
					`${count(chosen.length, 'feature')} of ${batch.ranked.length} that wait, ${count(release.picks.length, 'change')}`,
				],
				...proofRows(batch),
				[
					'predicted risk',
					`${riskWords(risk.value)}, from ${count(risk.evidence, 'earlier case')}; ranked by ${batch.ranking.by} (${md(batch.ranking.note)})`,
				],
				['target', md(facts.target)],
				['strategy', md(facts.strategy)],
				['staging', facts.staging === 'waived' ? 'no staging target; waived' : 'not required'],
				['serves before', md(previousRelease(facts))],
				['prepared', minuteOf(facts.preparedAt)],
			],
		),
		risk.reasons.length > 0 ? `Why this risk:\n\n${bullets(risk.reasons.map(md))}` : undefined,
		batch.recommendation === undefined ? undefined : recommendationDocument(batch.recommendation),
		batch.ranking.summary === undefined
			? undefined
			: `What was recommended, in Claude’s words, which nobody has checked: ${md(batch.ranking.summary)}`,
		'## What ships',
		chosen.length > 0 ? features(chosen) : 'Nothing.',
		overrides(facts),
		findings(facts),
		advice(batch),
		'## How it goes',
		steps(facts),
		'## If it hurts',
		'Orchestra takes it back by itself when health, error rate or the comparison with the old version says stop. By hand, from any terminal:',
		block(['orchestra rollback'], 'sh'),
		'Details in rollback.md. What to prove: test-plan.md. What to tick: checklist.md. All of them, and `scripts/`, lie beside this page.',
		out.length > 0 ? `## What stays behind\n\n${features(out)}` : undefined,
		announcement(facts),
	);
}

const PROVES: Readonly<Record<string, string>> = {
	unit: 'the parts work by themselves',
	integration: 'the parts work together',
	smoke: 'it starts and does its main task',
	performance: 'it is quick enough',
	security: 'it does not open a known hole',
};

const TOPIC_TESTS: Readonly<Record<string, string>> = {
	schema: 'run the migration on a copy of the data, then the old version on the migrated copy',
	api: 'call it as the oldest client still in use does',
	deps: 'run the whole suite, not only the parts that changed; look at the lock file',
	config: 'start it with the configuration of production, secrets left out',
	infra: 'build and start it the way production does',
};

export function testPlan(facts: ReleaseFacts): string {
	const suites = Object.entries(facts.suites);
	const missing = KNOWN_SUITES.filter((name) => facts.suites[name] === undefined);
	const topics = Object.entries(TOPIC_TESTS).flatMap(([topic, advice]) => {
		const found = findingsOf(facts.batch).filter((finding) => finding.topic === topic);
		const places = [...new Set(found.map((finding) => finding.path))].slice(0, 3).map((path) => code(safe(path)));
		return found.length === 0 ? [] : [`**${topic}** (${places.join(', ')}): ${advice}`];
	});
	const untested = chosenFeatures(facts.batch).filter(
		({feature}) =>
			['feat', 'fix', 'perf', 'refactor'].includes(feature.kind) && !feature.findings.some((f) => f.topic === 'tests'),
	);
	return document(
		title('Test plan', facts),
		banner(facts),
		'## What runs in stage 4',
		suites.length === 0
			? 'No tests are configured, so **nothing will be proven**. `orchestra config set commands.test.unit.command "npm test"` adds a suite.'
			: table(
					['suite', 'command', 'required', 'time limit', 'proves that'],
					suites.map(([name, suite]) => [
						md(name),
						code(suite.command),
						suite.required ? '**yes**: red closes production' : 'no',
						`${suite.timeoutSeconds} s`,
						PROVES[name] ?? 'what its name says',
					]),
				),
		'The suites run on the built release, not on the work tree. The exit code has the last word; a skipped test is not a passed one; a test that passed at the second try is flaky.',
		missing.length > 0 && suites.length > 0 ? `Not configured: ${missing.join(', ')}.` : undefined,
		topics.length > 0 ? `## Because of what changed\n\n${bullets(topics)}` : undefined,
		untested.length > 0
			? `## Changed without touching a test\n\n${bullets(untested.slice(0, MAX_ROWS).map(({feature}) => `${md(feature.title)} (${code(feature.id)})`))}`
			: undefined,
		'## After the switch',
		block(
			[
				'scripts/verify.sh    # health, three times in a row',
				'scripts/smoke.sh     # health, front page, speed, and the smoke suite if there is one',
			],
			'sh',
		),
	);
}

export function rollbackProcedure(facts: ReleaseFacts): string {
	const {batch, commands} = facts;
	const high = highRisk(batch);
	const schema = findingsOf(batch, 'schema');
	const oneWay = schema.filter((finding) => finding.severity === 'danger');
	const tag = md(batch.release.tag);
	const before = md(previousRelease(facts));
	return document(
		title('Rollback procedure', facts),
		banner(facts),
		'## Now',
		block(['orchestra rollback'], 'sh'),
		'One command, from any terminal in the repository; about a second while the old version is warm. The same as `scripts/rollback.sh`. While the rollout is still going on, `orchestra abort` also closes the deployment.',
		'## What serves',
		table(
			['', 'people are on'],
			[
				['before the deployment', before],
				['during the rollout', `${before} and ${tag}, by weight: ${code('orchestra status')} tells`],
				['after promotion', `${tag}; the old version stays warm for a while`],
				['after a rollback', before],
			],
		),
		'## When',
		bullets([
			`By itself: three failed health probes in a row, more than ${percent(facts.errorLimit)} errors, or clearly more errors than the old version. Nothing to do but read why.`,
			'By hand: wrong results, lost or doubled data, complaints, or a doubt that you cannot settle in five minutes. Going back first and asking afterwards is the right order.',
		]),
		'## Then',
		block(['scripts/verify.sh', 'orchestra status', `orchestra history ${facts.deployment}`], 'sh'),
		'The scripts lie beside this page. The front door must be healthy and `status` must show the old version at 100 %. The chosen changes stay on the development branch; the base branch moves only after a promotion that somebody agreed to. Orchestra remembers the cause and says so in the next selection.',
		'## Data',
		commands.migrate === undefined && schema.length === 0
			? 'This release changes no database schema that Orchestra could see: nothing to restore.'
			: document(
					`A rollback moves traffic back; it **does not undo a migration**${commands.migrate === undefined ? '' : ` (${code(commands.migrate)})`}. The old version has to live with what the migration left.`,
					oneWay.length > 0
						? `**One way: these cannot be undone without a backup**\n\n${bullets(oneWay.map((finding) => `${md(finding.what)} (${code(safe(placeOf(finding)))})${finding.advice === undefined ? '' : `: ${md(finding.advice)}`}`))}`
						: undefined,
					schema.length > oneWay.length
						? `Other schema changes:\n\n${bullets(schema.filter((finding) => finding.severity !== 'danger').map((finding) => `${md(finding.what)} (${code(safe(placeOf(finding)))})`))}`
						: undefined,
				).trimEnd(),
		steppedPlan(facts, high.length > 0),
		'## If the rollback itself fails',
		block(['orchestra doctor', 'orchestra gateway status', 'orchestra gateway logs'], 'sh'),
		`Last resort, without Orchestra: check out ${code(facts.discovery.base.oid)}, install and build it${commands.start === undefined ? '' : `, and start it with ${code(commands.start)}`}.`,
	);
}

/** A high-risk release gets its rollback spelled out minute by minute; any other one its few steps. */
function steppedPlan(facts: ReleaseFacts, high: boolean): string {
	const {batch, commands, deployment} = facts;
	const schema = findingsOf(batch, 'schema');
	const steps = rollbackSteps({
		high,
		migrate: commands.migrate !== undefined,
		schema,
		strategy: facts.strategy,
		deployment,
	});
	const seconds = batch.recommendation?.rollback.seconds;
	return document(
		high ? '## High risk: the plan in detail' : '## The steps',
		steps.map((text, nth) => `${nth + 1}. ${stepText(text)}`).join('\n'),
		seconds === undefined ? undefined : `When it was measured here, the traffic was back within ${duration(seconds)}.`,
	).trimEnd();
}

/** What stands between backticks stays code; the rest is only ever text. */
function stepText(text: string): string {
	return text
		.split('`')
		.map((part, nth) => (nth % 2 === 1 ? code(part) : keepEnds(part)))
		.join('');
}

/** `md()` trims; between two pieces of code the blanks belong there. */
function keepEnds(part: string): string {
	const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(part) ?? [];
	return `${before}${inner === '' ? '' : md(inner)}${after}`;
}
