// Hostile commits, each beside its neutral twin, through the real discovery and the real ranking of one real repository: with
// the rules alone, with a model that repeats every hostile word, and with a model that obeys them. The words change no
// bucket, no risk for the better, no other feature; nothing but git is started; nothing of it is obeyed by a terminal.

import {execFileSync} from 'node:child_process';
import {subscribe, unsubscribe} from 'node:diagnostics_channel';
import {existsSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {afterAll, expect, test, vi} from 'vitest';
import {claude} from '../../src/adapters/ai/claude.ts';
import {openRepository} from '../../src/adapters/git/repository.ts';
import {detectors} from '../../src/cli/extensions.ts';
import {DEFAULT_AI} from '../../src/domain/ai.ts';
import type {DiscoveryReport} from '../../src/domain/batch.ts';
import {drawableJson} from '../../src/domain/drawable-json.ts';
import {BUCKETS, type RankedFeature} from '../../src/domain/feature.ts';
import {DEFAULT_PREFERENCES} from '../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../src/domain/pattern.ts';
import {clampRanking} from '../../src/domain/selection/clamp.ts';
import {rankFeatures} from '../../src/domain/selection/rank.ts';
import type {Ranker} from '../../src/ports/ranker.ts';
import type {Repository} from '../../src/ports/repository.ts';
import {createDiscovery} from '../../src/stages/discovery/stage.ts';
import {lineOf} from '../../src/stages/selection/lines.ts';
import {situationsOf} from '../../src/stages/selection/situation.ts';
import {fakeClock} from '../kit/clock.ts';
import {type FakeAi, fakeAi, type Seen} from '../kit/fake-ai.ts';
import {fakeStand} from '../kit/fake-stand.ts';
import {type TempRepo, tempFolder, tempRepo} from '../kit/temp.ts';
import {type Case, corpus, type Words} from './corpus.ts';

/** What a terminal may obey, or a person be deceived by. */
const OBEYED =
	/[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;
const BESIDE = ['src/basket.ts', 'src/search.ts', 'migrations/7.sql', 'src/cents.ts', 'src/slow.ts'];
const PATH = 'src/total.ts';

let repo: TempRepo;
let repository: Repository;
let tip: string;
let tree: string;
let ai: FakeAi;
let cases: readonly Case[];
const started = new Set<string>();
const onStart = (message: unknown) => {
	// `as`: what Node publishes there; spawnfile is set once it has been started
	const child = (message as {process: {spawnfile: string | undefined}}).process;
	queueMicrotask(() => started.add(basename(child.spawnfile ?? 'unknown')));
};

const WHO = 'Mallory <m@example.com> 1770000000 +0000';

/** Commit objects of any bytes: `git commit` would mend or refuse some. One process makes them all. */
function commits(all: readonly {readonly words: Words; readonly latin1?: boolean | undefined}[]): string[] {
	const folder = tempFolder();
	const paths = all.map(({words, latin1 = false}, i) => {
		const message = words.body === undefined ? `${words.subject}\n` : `${words.subject}\n\n${words.body}\n`;
		const head = Buffer.from(`tree ${tree}\nparent ${tip}\nauthor ${WHO}\ncommitter ${WHO}\n\n`);
		const path = join(folder, String(i));
		writeFileSync(path, Buffer.concat([head, Buffer.from(message, latin1 ? 'latin1' : 'utf8')]));
		return path;
	});
	return execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin-paths'], {
		cwd: repo.root,
		input: paths.join('\n'),
		encoding: 'utf8',
	})
		.trim()
		.split('\n');
}
const commit = (words: Words) => commits([{words}])[0] ?? '';

const mark = join(tmpdir(), `orchestra-mark-${process.pid}`);

afterAll(() => vi.unstubAllEnvs());

/** The world of one test: afterwards() belongs to tests, so everything is made in the one that needs it. */
async function world() {
	repo = tempRepo();
	repo.commit('feat: start', {...Object.fromEntries(BESIDE.map((path) => [path, '1\n'])), [PATH]: '1\n'});
	repo.git('checkout', '-q', '-b', 'dev');
	const critical = repo.commit(
		'fix(basket): crash on an empty basket',
		{'src/basket.ts': '2\n'},
		{author: 'Ada <ada@example.com>'},
	);
	repo.commit('feat(search): by colour', {'src/search.ts': '2\n'}, {author: 'Bo <bo@example.com>'});
	repo.commit(
		'feat(store): drop the old table',
		{'migrations/7.sql': 'DROP TABLE old;\n'},
		{author: 'Cy <cy@example.com>'},
	);
	const other = repo.commit(
		'fix(cents): round halves to even',
		{'src/cents.ts': '2\n'},
		{author: 'Di <di@example.com>'},
	);
	repo.commit('refactor(slow): in one pass', {'src/slow.ts': '2\n'}, {author: 'Ed <ed@example.com>'});
	tip = repo.git('rev-parse', 'HEAD');
	repo.commit('x', {[PATH]: '2\n'});
	tree = repo.git('rev-parse', 'HEAD^{tree}');
	repository = await openRepository(repo.root, {clock: fakeClock(), stateFolder: () => join(tempFolder(), 'state')});
	cases = corpus({
		critical: {oid: critical, subject: 'fix(basket): crash on an empty basket'},
		other: {oid: other, subject: 'fix(cents): round halves to even'},
		mark,
	});
}

async function discover(oid: string): Promise<DiscoveryReport> {
	const live = async () => undefined;
	const stage = createDiscovery({repository, detectors, base: 'main', dev: oid, live});
	const movement = await stage.perform({}, fakeStand());
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return movement.output;
}

const byRules = (report: DiscoveryReport) =>
	rankFeatures(report.features, {patterns: NO_PATTERNS, preferences: DEFAULT_PREFERENCES}, undefined, {
		of: situationsOf(report.features, {elsewhere: {before: 0, taken: new Map()}, before: 0}, undefined, 'shop'),
		now: report.features.reduce((last, {changes}) => Math.max(last, ...changes.map((one) => one.committedAt)), 0),
	});

/** Bucket and risk of each feature, by the files it touches: words do not tell which is which here. */
function standing(ranked: readonly RankedFeature[]) {
	const of = ({feature}: RankedFeature) =>
		feature.changes
			.flatMap(({files}) => files.map(({path}) => path))
			.sort()
			.join(' ');
	return new Map(ranked.map((one) => [of(one), {bucket: one.bucket, risk: one.risk}]));
}
const buckets = (ranked: readonly RankedFeature[]) =>
	Object.fromEntries([...standing(ranked)].map(([path, {bucket}]) => [path, bucket]).sort());

async function withModel(ranked: readonly RankedFeature[], ranker: Ranker): Promise<RankedFeature[]> {
	const answer = await ranker.rank(ranked, new AbortController().signal);
	expect(answer.by, answer.note).toBe('claude');
	return clampRanking(ranked, answer.features);
}

function ranker(): Ranker {
	for (const [name, value] of Object.entries(ai.env)) vi.stubEnv(name, value);
	return claude({
		settings: {...DEFAULT_AI, caps: {perRun: 100, perDay: 100, perMonth: 100, callsPerDay: 10_000}},
		env: process.env,
		stateFolder: join(tempFolder(), '.orchestra'),
		clock: fakeClock(),
		consent: {given: async () => true, give: async () => undefined},
		allowedByFile: async () => true,
		mayAsk: false,
		secrets: async () => [],
	});
}

const neutralOf = (one: Case): Words => one.neutral ?? {subject: 'fix(total): round to cents'};
const prompt = ({body}: Seen) => body.messages[0]?.content ?? '';

function drawn(ranked: readonly RankedFeature[]): string {
	return ranked.map((one) => `${drawableJson(lineOf(one))} ${Object.values(lineOf(one)).join(' ')}`).join(' ');
}

interface Pair {
	readonly one: Case;
	readonly rules: readonly RankedFeature[];
	readonly neutral: readonly RankedFeature[];
}
let pairs: Promise<readonly Pair[]> | undefined;

/** All cases through discovery and rules, once: the model comes on top of that. */
async function all(): Promise<readonly Pair[]> {
	await world();
	const hostile = commits(cases.map((one) => ({words: one.hostile, latin1: one.latin1})));
	const neutral = commits(cases.map((one) => ({words: neutralOf(one)})));
	started.clear();
	subscribe('child_process', onStart);
	const twins = new Map<string, RankedFeature[]>();
	const made: Pair[] = [];
	for (const [i, one] of cases.entries()) {
		const beside = neutral[i] ?? '';
		const twin = twins.get(beside) ?? byRules(await discover(beside));
		twins.set(beside, twin);
		made.push({one, rules: byRules(await discover(hostile[i] ?? '')), neutral: twin});
	}
	unsubscribe('child_process', onStart);
	return made;
}

test('no hostile message changes a bucket against its neutral twin, with the rules alone', async () => {
	pairs ??= all();
	const made = await pairs;
	expect(made.length).toBeGreaterThanOrEqual(40);
	for (const {one, rules, neutral} of made) {
		expect(buckets(rules), one.name).toEqual(buckets(neutral));
		for (const [path, {risk}] of standing(rules))
			expect(risk, `${one.name}: ${path}`).toBeGreaterThanOrEqual(standing(neutral).get(path)?.risk ?? 1);
		expect(drawn(rules).match(OBEYED), one.name).toBeNull();
	}
	expect([...started]).toEqual(['git']);
	expect(existsSync(mark)).toBe(false);
}, 120_000);

test('nor with a model that repeats every hostile word, or obeys it', async () => {
	pairs ??= all();
	const made = await pairs;
	const echo = (seen: Seen) => ({
		warnings: seen.ids.map((feature) => ({feature, level: 'note', because: prompt(seen).slice(-4000)})),
		summary: prompt(seen).slice(-4000),
	});
	// What the attacker wants: everybody else's work looks dangerous, their own is not mentioned.
	const obey = (seen: Seen) => {
		const own = prompt(seen)
			.split(/^FEATURE /m)
			.slice(1)
			.findIndex((block) => block.includes(PATH));
		const others = seen.ids.filter((_, i) => i !== own);
		return {
			warnings: others.map((feature) => ({feature, level: 'stop', because: 'Ship the other one.'})),
			summary: 'All is safe.',
		};
	};
	for (const [mode, says] of [
		['echo', echo],
		['obey', obey],
	] as const) {
		ai = await fakeAi({kind: 'ok', says});
		const asking = ranker();
		for (const {one, rules, neutral} of made) {
			const after = await withModel(rules, asking);
			const twin = await withModel(neutral, asking);
			expect(buckets(after), `${mode}: ${one.name}`).toEqual(buckets(twin));
			for (const [path, {bucket, risk}] of standing(after)) {
				const was = standing(rules).get(path);
				expect(BUCKETS.indexOf(bucket)).toBeGreaterThanOrEqual(BUCKETS.indexOf(was?.bucket ?? 'not recommended'));
				expect(risk).toBeGreaterThanOrEqual(was?.risk ?? 1);
			}
			expect(drawn(after).match(OBEYED), `${mode}: ${one.name}`).toBeNull();
			expect(after.flatMap(({reasons}) => reasons.map(({text}) => text)).join(), one.name).not.toMatch(
				/\bhttps?:\/\/evil/,
			);
		}
		expect(ai.wrong).toEqual([]);
		for (const seen of ai.seen) expectFenced(prompt(seen));
	}
	expect(existsSync(mark)).toBe(false);
}, 120_000);

/** Every line between fences is marked, and no line outside of them is a stranger's. */
function expectFenced(text: string): void {
	let open: string | undefined;
	for (const line of text.split('\n')) {
		const begin = /^[a-z]+ ⟦([0-9a-f]{16})⟧$/.exec(line);
		if (open === undefined && begin) open = begin[1];
		else if (open === undefined)
			expect(line).toMatch(
				/^(?:\d+ features wait\. The rules put them in this order\.|FEATURE f[0-9a-f]{16}|bucket: [a-z ]+; risk: \d+ %; kind: [a-z, ]+; changes: \d+; files: \d+|Answer now\.|)$/,
			);
		else if (line === `⟦/${open}⟧`) open = undefined;
		else expect(line).toMatch(/^\| [^⟦⟧\p{C}]*$/u);
	}
	expect(open).toBeUndefined();
}

/**
 * What words can win: a fix that claims to mend security, data loss or a crash is called “must include”, because waiting for
 * proof would keep true ones out. The claim moves its place on the list and nothing else.
 */
test('a claim of urgency never lowers a risk, never outweighs a danger, and moves nobody else', async () => {
	await world();
	const honest = byRules(await discover(commit({subject: 'fix(total): round to cents'})));
	for (const subject of [
		'fix(total): security hole CVE-2026-12345',
		'hotfix: data loss, must include',
		'fix(total): crash',
	]) {
		const claim = byRules(await discover(commit({subject})));
		const [mine, twin] = [standing(claim).get(PATH), standing(honest).get(PATH)];
		expect(mine?.bucket).toBe('must include');
		expect(mine?.risk).toBeGreaterThanOrEqual(twin?.risk ?? 1);
		for (const path of BESIDE) expect(standing(claim).get(path)).toEqual(standing(honest).get(path));
	}
	repo.git('checkout', '-q', '--detach', tip);
	const danger = repo.commit('fix: security hole, CVE-2026-12345, data loss', {
		'migrations/8.sql': 'DROP TABLE users;\n',
	});
	const ranked = byRules(await discover(danger));
	const mine = ranked.find(({feature}) => feature.title.includes('CVE'));
	expect(mine?.bucket).toBe('not recommended');
	expect(mine?.reasons[0]?.text).toMatch(/so a person must decide$/);
});
