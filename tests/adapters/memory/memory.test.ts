// Room: tests. The memory on a real disk: layout, archiving through crashes, damage, links, newer versions.

import {
	appendFileSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openMemory} from '../../../src/adapters/memory/memory.ts';
import type {Body} from '../../../src/domain/deployment/event.ts';
import {foldAll} from '../../../src/domain/deployment/fold.ts';
import {type DeploymentId, deploymentIdAt} from '../../../src/domain/ids.ts';
import {patternsOf} from '../../../src/domain/learning/patterns.ts';
import {summarise} from '../../../src/domain/learning/summarise.ts';
import {DEFAULT_PREFERENCES} from '../../../src/domain/memory.ts';
import {NO_PATTERNS} from '../../../src/domain/pattern.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Summary} from '../../../src/domain/summary.ts';
import type {Clock} from '../../../src/ports/clock.ts';
import {closed, feature, line, oid, story} from '../../kit/deployments.ts';
import {tempFolder} from '../../kit/temp.ts';

const START = Date.UTC(2026, 0, 5, 9);
const clock: Clock = {now: () => START, mono: () => 0, sleep: () => Promise.resolve()};
const open = (root: string, readOnly = false) => openMemory(root, {clock, readOnly});
const at = (root: string, ...parts: string[]) => join(root, 'deployment_memory', ...parts);
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const indexOf = (root: string) =>
	readFileSync(at(root, 'history', 'index.jsonl'), 'utf8')
		.trimEnd()
		.split('\n');
const faultCode = (code: string) => expect.objectContaining({fault: expect.objectContaining({code})});

/** A deployment journalled through the memory, up to `deployment.closed`. Not archived. */
async function deploy(root: string, minute: number, errors = 0): Promise<Summary> {
	const memory = open(root);
	const id = deploymentIdAt(START + minute * 60_000);
	const {journal, folder} = await memory.open(id, 1);
	for (const body of story(id, [line(minute), line(minute + 500, {chosen: false})], errors))
		await journal.append(body, false);
	await folder.write('batch.json', '{}\n');
	folder.log([safe('building')]);
	const end: Body =
		errors > 0
			? {type: 'deployment.closed', outcome: 'rolled_back', why: safe('errors'), trafficMoved: true}
			: {type: 'deployment.closed', outcome: 'promoted', trafficMoved: true};
	await journal.append(end, true);
	await journal.close();
	const summary = summarise((await memory.read(id)) ?? []);
	if (summary === undefined) throw new Error('no summary');
	return summary;
}

test('an empty repository has defaults, no patterns, no history, and reading makes no file', async () => {
	const root = tempFolder();
	const memory = open(root);
	expect(await memory.preferences()).toEqual(DEFAULT_PREFERENCES);
	expect(await memory.patterns()).toEqual(NO_PATTERNS);
	expect(await memory.history()).toEqual([]);
	expect(await memory.history({limit: 5})).toEqual([]);
	expect(await memory.openDeployment()).toBeUndefined();
	expect(await memory.read(deploymentIdAt(0))).toBeUndefined();
	expect(await memory.folderOf(deploymentIdAt(0))).toBeUndefined();
	expect(await memory.statistics()).toMatchObject({deployments: 0, success_rate: null});
	expect(memory.damage).toEqual([]);
	expect(readdirSync(root)).toEqual([]);
});

test('a deployment lives in current/, and archiving leaves the documented tree with statistics and patterns', async () => {
	const root = tempFolder();
	const summary = await deploy(root, 1);
	const memory = open(root);
	expect(await memory.folderOf(summary.id)).toBe(at(root, 'current', summary.id));
	await memory.archive(summary);
	expect(readdirSync(at(root)).sort()).toEqual(['config.json', 'current', 'history', 'patterns']);
	expect(readdirSync(at(root, 'current'))).toEqual([]);
	expect(readdirSync(at(root, 'history')).sort()).toEqual([summary.id, 'index.jsonl']);
	expect(readdirSync(at(root, 'history', summary.id)).sort()).toEqual([
		'batch.json',
		'journal.jsonl',
		'output.log',
		'summary.json',
	]);
	expect(json(at(root, 'config.json'))).toEqual({
		schemaVersion: 1,
		user_preferences: DEFAULT_PREFERENCES,
		statistics: {
			deployments: 1,
			promoted: 1,
			rolled_back: 0,
			failed: 0,
			aborted: 0,
			success_rate: 1,
			median_seconds: 0,
			features_shipped: 1,
			last_deployment: summary.id,
		},
	});
	expect(await memory.patterns()).toEqual(patternsOf([summary]));
	expect(await memory.history()).toEqual([summary]);
	expect(await memory.folderOf(summary.id)).toBe(at(root, 'history', summary.id));
	expect(foldAll((await memory.read(summary.id)) ?? []).status).toBe('promoted');
	expect(statSync(at(root, 'config.json')).mode & 0o777).toBe(0o644 & ~process.umask());
});

/** How far the archiving of one deployment came before the process was killed. */
const CRASHES: Record<string, (root: string, summary: Summary) => void> = {
	'before anything': () => undefined,
	'in the middle of writing summary.json': (root, s) =>
		writeFileSync(at(root, 'current', s.id, '.summary.json.1.aa.tmp'), '{"half'),
	'after summary.json': (root, s) =>
		writeFileSync(at(root, 'current', s.id, 'summary.json'), `${JSON.stringify(s, null, '\t')}\n`),
	'after an empty target folder': (root, s) => mkdirSync(at(root, 'history', s.id), {recursive: true}),
	'after the rename': (root, s) => {
		mkdirSync(at(root, 'history'), {recursive: true});
		writeFileSync(at(root, 'current', s.id, 'summary.json'), JSON.stringify(s));
		renameSync(at(root, 'current', s.id), at(root, 'history', s.id));
	},
	'in the middle of the index line': (root, s) => {
		CRASHES['after the rename']?.(root, s);
		appendFileSync(at(root, 'history', 'index.jsonl'), JSON.stringify(s).slice(0, 100));
	},
	'after the index line': (root, s) => {
		CRASHES['after the rename']?.(root, s);
		appendFileSync(at(root, 'history', 'index.jsonl'), `${JSON.stringify(s)}\n`);
	},
	'between patterns and statistics': (root, s) => {
		CRASHES['after the index line']?.(root, s);
		mkdirSync(at(root, 'patterns'), {recursive: true});
		writeFileSync(at(root, 'patterns', 'deployment_patterns.json'), JSON.stringify(patternsOf([s])));
	},
};

for (const [moment, crash] of Object.entries(CRASHES)) {
	for (const finisher of ['archive again', 'the next start'] as const) {
		test(`killed ${moment}, ${finisher} leaves exactly one record and the same memory`, async () => {
			const root = tempFolder();
			const earlier = await deploy(root, 1);
			await open(root).archive(earlier);
			const summary = await deploy(root, 2, 7);
			crash(root, summary);
			const memory = open(root);
			if (finisher === 'archive again') await memory.archive(summary);
			else expect(await memory.openDeployment()).toBeUndefined();
			// And once more: finishing twice is the same as once.
			await memory.archive(summary);
			expect(await open(root).openDeployment()).toBeUndefined();
			expect(readdirSync(at(root, 'current'))).toEqual([]);
			expect(await memory.history()).toEqual([summary, earlier]);
			expect(indexOf(root).filter((l) => l.includes(`"id":"${summary.id}"`) && l.endsWith('}'))).toHaveLength(1);
			expect(await open(root).patterns()).toEqual(patternsOf([earlier, summary]));
			expect((await memory.statistics()).last_deployment).toBe(summary.id);
			expect(json(at(root, 'history', summary.id, 'summary.json')).id).toBe(summary.id);
		});
	}
}

test('an open deployment is found with its journal, and a folder that never began is swept', async () => {
	const root = tempFolder();
	const id = deploymentIdAt(START);
	const {journal} = await open(root).open(id, 3);
	await journal.append(story(id, [])[0] as Body, true); // `as`: a story begins with its opening
	await journal.close();
	mkdirSync(at(root, 'current', deploymentIdAt(START + 5000)));
	const half = deploymentIdAt(START + 6000);
	mkdirSync(at(root, 'current', half));
	writeFileSync(at(root, 'current', half, 'journal.jsonl'), '{"v":1,"type":"deployment.op');
	const strange = deploymentIdAt(START + 7000);
	mkdirSync(at(root, 'current', strange));
	writeFileSync(at(root, 'current', strange, 'journal.jsonl'), '{"v":1,"type":"deployment.opened","crc":"00000000"}\n');
	expect(await open(root, true).openDeployment()).toBe(id);
	expect(readdirSync(at(root, 'current'))).toHaveLength(4);
	const memory = open(root);
	expect(await memory.openDeployment()).toBe(id);
	// Half a first record is a crash before anything was done; a whole line that is not ours is somebody's data.
	expect(readdirSync(at(root, 'current')).sort()).toEqual([id, `${strange}.corrupt-20260105T090000Z`]);
	expect(memory.damage).toHaveLength(1);
	const again = await memory.open(id, 4);
	expect(again.journal.past).toHaveLength(1);
	await again.journal.close();
});

test('a deployment that ended without being archived is told from one that is open, until it is in the history', async () => {
	const root = tempFolder();
	const id = deploymentIdAt(START);
	const {journal} = await open(root).open(id, 1);
	await journal.append(story(id, [])[0] as Body, true); // `as`: a story begins with its opening
	await journal.close();
	expect(await open(root).unshelved()).toBeUndefined();
	const ended = await deploy(root, 1);
	expect(await open(root).unshelved()).toBe(ended.id);
	await open(root).archive(ended);
	expect(await open(root).unshelved()).toBeUndefined();
});

test('an id is fresh when neither current/ nor history/ has it', async () => {
	const root = tempFolder();
	const memory = open(root);
	expect(await memory.freshId(START)).toBe('20260105_090000');
	mkdirSync(at(root, 'current', '20260105_090000'), {recursive: true});
	mkdirSync(at(root, 'history', '20260105_090000_2'), {recursive: true});
	expect(await memory.freshId(START)).toBe('20260105_090000_3');
});

test('an id that is a path reaches nothing', async () => {
	const root = tempFolder();
	mkdirSync(at(root, 'history'), {recursive: true});
	const evil = '../../etc' as DeploymentId; // `as`: what a careless caller would pass
	const memory = open(root);
	expect(await memory.read(evil)).toBeUndefined();
	expect(await memory.folderOf(evil)).toBeUndefined();
	await expect(memory.open(evil, 1)).rejects.toEqual(faultCode('NO_SUCH_DEPLOYMENT'));
	await expect(memory.archive(closed(1, {id: evil}))).rejects.toEqual(faultCode('NO_SUCH_DEPLOYMENT'));
	const {folder, journal} = await memory.open(deploymentIdAt(START), 1);
	for (const name of ['../x', '/etc/x', 'a/../b', 'a/b/c', '.hidden', '', 'journal.jsonl', '-x'])
		await expect(folder.write(name, 'x')).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
	expect(await folder.write('scripts/check.sh', '#!/bin/sh\n', {executable: true})).toMatch(/^[0-9a-f]{64}$/);
	expect(statSync(join(folder.path, 'scripts/check.sh')).mode & 0o111).not.toBe(0);
	expect(await folder.read('scripts/check.sh')).toBe('#!/bin/sh\n');
	expect(await folder.read('nothing.json')).toBeUndefined();
	await journal.close();
});

test('output.log is capped, and what comes late does not bring a moved folder back', async () => {
	const root = tempFolder();
	const memory = open(root);
	const {folder, journal} = await memory.open(deploymentIdAt(START), 1);
	for (let i = 0; i < 12; i++)
		folder.log([safe('x'.repeat(2000), 2000), ...new Array(500).fill(safe('y'.repeat(1998)))]);
	const log = join(folder.path, 'output.log');
	expect(statSync(log).size).toBeLessThan(10.1 * 1024 * 1024);
	expect(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)).toContain('the rest is not kept');
	await journal.close();
	rmSync(folder.path, {recursive: true});
	folder.log([safe('late')]);
	expect(existsSync(folder.path)).toBe(false);
});

test('a link anywhere on the way is refused, for reading and for writing, and nothing lands outside', async () => {
	for (const link of ['deployment_memory', 'deployment_memory/current', 'deployment_memory/history']) {
		const [root, outside] = [tempFolder(), tempFolder()];
		mkdirSync(join(root, link, '..'), {recursive: true});
		symlinkSync(outside, join(root, link));
		const memory = open(root);
		await expect(memory.openDeployment()).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
		await expect(memory.archive(closed(1))).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
		if (link !== 'deployment_memory/history')
			await expect(memory.open(deploymentIdAt(START), 1)).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
		expect(readdirSync(outside)).toEqual([]);
	}
	const root = tempFolder();
	mkdirSync(at(root, 'patterns'), {recursive: true});
	writeFileSync(join(root, 'secret'), '{"kinds":{}}');
	symlinkSync('../secret', at(root, 'config.json'));
	symlinkSync('../../secret', at(root, 'patterns', 'deployment_patterns.json'));
	await expect(open(root).preferences()).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
	await expect(open(root).patterns()).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
	await expect(open(root).savePatterns(NO_PATTERNS)).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
	expect(lstatSync(at(root, 'config.json')).isSymbolicLink()).toBe(true);
	expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('{"kinds":{}}');
});

test.runIf(process.getuid?.() === 0)('a folder of another user is refused', async () => {
	const root = tempFolder();
	mkdirSync(at(root));
	chownSync(at(root), 12_345, 12_345);
	await expect(open(root).preferences()).rejects.toEqual(faultCode('MEMORY_UNSAFE'));
	chownSync(root, 12_345, 12_345);
	expect(await open(root).preferences()).toEqual(DEFAULT_PREFERENCES);
});

test('a document of a newer Orchestra is read as far as it goes, never written, and stops no archiving', async () => {
	const root = tempFolder();
	const summary = await deploy(root, 1);
	const newer = `${JSON.stringify({schemaVersion: 2, user_preferences: {require_staging: false}, added: 1})}\n`;
	writeFileSync(at(root, 'config.json'), newer);
	const memory = open(root);
	expect(await memory.preferences()).toEqual({...DEFAULT_PREFERENCES, require_staging: false});
	await expect(memory.saveStatistics(await memory.statistics())).rejects.toEqual(faultCode('MEMORY_NEWER'));
	await expect(memory.savePreferences({require_staging: true})).rejects.toEqual(faultCode('MEMORY_NEWER'));
	await memory.archive(summary);
	expect(await memory.history()).toEqual([summary]);
	expect(readFileSync(at(root, 'config.json'), 'utf8')).toBe(newer);
	expect(memory.damage.map((d) => d.reason)).toEqual([expect.stringContaining('newer Orchestra')]);
});

test('fields that Orchestra does not know stay in config.json, and a wrong preference costs only itself', async () => {
	const root = tempFolder();
	mkdirSync(at(root));
	const written = {
		schemaVersion: 1,
		team: {name: 'shop', nested: [1, {a: 2}]},
		user_preferences: {max_features_per_deployment: 7, auto_rollback_threshold: '5%', colour: 'green'},
		statistics: {deployments: 0, extra: 'kept'},
	};
	writeFileSync(at(root, 'config.json'), `\uFEFF${JSON.stringify(written)}`);
	const memory = open(root);
	expect(await memory.preferences()).toEqual({...DEFAULT_PREFERENCES, max_features_per_deployment: 7});
	expect(memory.damage).toEqual([
		{
			file: 'deployment_memory/config.json',
			keptAs: 'deployment_memory/config.json',
			reason: 'auto_rollback_threshold must be a number; the default is used',
		},
	]);
	await memory.archive(await deploy(root, 1));
	const now = json(at(root, 'config.json'));
	expect(now).toMatchObject({team: written.team, user_preferences: written.user_preferences});
	expect(now.statistics).toMatchObject({deployments: 1, extra: 'kept'});
});

test('a preference is checked before it is saved, and the fault says which and why', async () => {
	const root = tempFolder();
	const memory = open(root);
	const wrong = {auto_rollback_threshold: 5, nonsense: true} as Partial<typeof DEFAULT_PREFERENCES>; // `as`: a person typed it
	await expect(memory.savePreferences(wrong)).rejects.toMatchObject({
		fault: {
			code: 'CONFIG_INVALID',
			details: ['auto_rollback_threshold must be 0–1, e.g. 0.05 for 5 %', 'there is no preference called nonsense'],
		},
	});
	expect(existsSync(at(root))).toBe(false);
	expect(await memory.savePreferences({auto_rollback_threshold: 0.02})).toMatchObject({auto_rollback_threshold: 0.02});
	expect(await open(root).preferences()).toEqual({...DEFAULT_PREFERENCES, auto_rollback_threshold: 0.02});
});

test('damaged patterns are set aside, said, and learned again from the index', async () => {
	const root = tempFolder();
	const summary = await deploy(root, 1, 9);
	await open(root).archive(summary);
	const file = at(root, 'patterns', 'deployment_patterns.json');
	writeFileSync(file, '{"schemaVersion":1,"kinds":');
	const memory = open(root);
	expect(await memory.patterns()).toEqual(patternsOf([summary]));
	expect(memory.damage).toEqual([
		{
			file: 'deployment_memory/patterns/deployment_patterns.json',
			keptAs: 'deployment_memory/patterns/deployment_patterns.json.corrupt-20260105T090000Z',
			reason: expect.stringContaining('not JSON'),
		},
	]);
	expect(readFileSync(`${file}.corrupt-20260105T090000Z`, 'utf8')).toBe('{"schemaVersion":1,"kinds":');
	expect(json(file).deployments).toBe(1);
	writeFileSync(file, '{"schemaVersion":1,"kinds":{"feat":{"good":9,"all":1}}}');
	expect(await memory.patterns()).toEqual(patternsOf([summary]));
	expect(readdirSync(at(root, 'patterns')).sort()).toEqual([
		'deployment_patterns.json',
		'deployment_patterns.json.corrupt-20260105T090000Z',
		'deployment_patterns.json.corrupt-20260105T090000Z-2',
	]);
});

test('opened for reading only, nothing is written, renamed or archived, and damage is still said', async () => {
	const root = tempFolder();
	await deploy(root, 1);
	mkdirSync(at(root, 'patterns'));
	writeFileSync(at(root, 'patterns', 'deployment_patterns.json'), 'broken');
	const before = readdirSync(at(root), {recursive: true}).sort();
	const memory = open(root, true);
	expect(await memory.patterns()).toEqual(NO_PATTERNS);
	expect(await memory.openDeployment()).toBeUndefined();
	expect(memory.damage).toMatchObject([{keptAs: 'deployment_memory/patterns/deployment_patterns.json'}]);
	await expect(memory.archive(closed(1))).rejects.toEqual(faultCode('BUG'));
	await expect(memory.rebuild()).rejects.toEqual(faultCode('BUG'));
	await expect(memory.reset()).rejects.toEqual(faultCode('BUG'));
	expect(readdirSync(at(root), {recursive: true}).sort()).toEqual(before);
});

test('bad lines of the index are skipped and counted; the deployment behind one comes back from its folder', async () => {
	const root = tempFolder();
	const first = await deploy(root, 1);
	await open(root).archive(first);
	const index = at(root, 'history', 'index.jsonl');
	const good = readFileSync(index, 'utf8');
	writeFileSync(
		index,
		`<<<<<<< HEAD\n${good.replace('"promoted"', '"wonderful"')}{"__proto__":{"a":1}}\n\n${'['.repeat(5000)}\n`,
	);
	const memory = open(root);
	expect(await memory.history()).toEqual([]);
	expect(memory.damage).toMatchObject([{reason: '4 lines could not be read and were skipped'}]);
	const second = await deploy(root, 2);
	await memory.archive(second);
	expect(await open(root).history()).toEqual([second, first]);
});

test('index and learning come back from summaries, and summaries from journals', async () => {
	const root = tempFolder();
	const [first, second] = [await deploy(root, 1), await deploy(root, 2, 5)];
	await open(root).archive(first);
	await open(root).archive(second);
	rmSync(at(root, 'history', 'index.jsonl'));
	rmSync(at(root, 'patterns'), {recursive: true});
	rmSync(at(root, 'history', first.id, 'summary.json'));
	writeFileSync(at(root, 'history', second.id, 'summary.json'), '{"schemaVersion":1}');
	expect(await open(root, true).history()).toEqual([second, first]);
	const memory = open(root);
	mkdirSync(at(root, 'history', deploymentIdAt(START + 99_000_000)));
	expect(await memory.rebuild()).toEqual({deployments: 2, unreadable: [deploymentIdAt(START + 99_000_000)]});
	expect(await memory.history()).toEqual([second, first]);
	expect(indexOf(root)).toHaveLength(2);
	expect(await memory.patterns()).toEqual(patternsOf([first, second]));
	expect(json(at(root, 'history', first.id, 'summary.json')).id).toBe(first.id);
});

test('rebuilding keeps the lines of deployments whose folders the team has deleted', async () => {
	const root = tempFolder();
	const [first, second] = [await deploy(root, 1), await deploy(root, 2)];
	await open(root).archive(first);
	await open(root).archive(second);
	rmSync(at(root, 'history', first.id), {recursive: true});
	await open(root).rebuild();
	expect(await open(root).history()).toEqual([second, first]);
});

test('what is found out later is recorded beside the deployment, and the patterns follow; a rebuild keeps it', async () => {
	const root = tempFolder();
	const [first, second] = [await deploy(root, 1), await deploy(root, 2)];
	await open(root).archive(first);
	await open(root).archive(second);
	const memory = open(root);
	const correction = {outcome: 'failed' as const, cause: safe('lost orders'), at: '2026-01-06T10:00:00.000Z'};
	expect(await memory.correct(first.id, correction)).toMatchObject({outcome: 'promoted', correction});
	expect((await memory.patterns()).scars[oid(1)]).toMatchObject({why: 'lost orders'});
	expect(await memory.statistics()).toMatchObject({promoted: 1, failed: 1});
	const corrected = [second, {...first, correction}];
	expect(await memory.history()).toEqual(corrected);
	expect(await memory.history({limit: 2})).toEqual(corrected);
	// The correction's line is the newest in the file, the deployment it speaks of is not.
	expect(await memory.history({limit: 1})).toEqual([second]);
	await memory.rebuild();
	expect(await memory.history()).toEqual(corrected);
	expect(await memory.history({limit: 1})).toEqual([second]);
	expect(json(at(root, 'history', first.id, 'summary.json'))).not.toHaveProperty('correction');
	await expect(memory.correct(deploymentIdAt(0), correction)).rejects.toEqual(faultCode('NO_SUCH_DEPLOYMENT'));
});

test('reset copies everything, then forgets; preferences stay, and an open deployment forbids it', async () => {
	const root = tempFolder();
	await open(root).savePreferences({max_features_per_deployment: 9});
	const summary = await deploy(root, 1);
	await open(root).archive(summary);
	const id = deploymentIdAt(START + 600_000);
	const {journal} = await open(root).open(id, 1);
	await journal.append(story(id, [])[0] as Body, true); // `as`: a story begins with its opening
	await journal.close();
	await expect(open(root).reset()).rejects.toEqual(faultCode('OPEN_DEPLOYMENT'));
	rmSync(at(root, 'current', id), {recursive: true});
	const backup = await open(root).reset();
	expect(backup).toBe(join(root, '.orchestra', 'backups', 'deployment_memory-20260105T090000Z'));
	expect(json(join(backup ?? '', 'history', summary.id, 'summary.json')).id).toBe(summary.id);
	const memory = open(root);
	expect(await memory.history()).toEqual([]);
	expect(await memory.patterns()).toMatchObject({deployments: 0});
	expect(await memory.statistics()).toMatchObject({deployments: 0, last_deployment: null});
	expect((await memory.preferences()).max_features_per_deployment).toBe(9);
	expect(await open(tempFolder()).reset()).toBeUndefined();
});

test('hostile text in summaries and journals is drawable when it comes out of the memory', async () => {
	const root = tempFolder();
	const foreign = '\u001b]52;c;aGk=\u0007\u202eevil' as ReturnType<typeof safe>; // `as`: what somebody wrote into the file
	mkdirSync(at(root, 'history'), {recursive: true});
	const hostile = closed(1, {why: foreign, features: [feature(1, {title: foreign, scope: foreign})]});
	writeFileSync(at(root, 'history', 'index.jsonl'), `${JSON.stringify(hostile)}\n`);
	const {journal} = await open(root).open(hostile.id, 1);
	await journal.append({type: 'note', level: 'info', text: foreign}, true);
	await journal.close();
	const [summary] = await open(root).history();
	const events = await open(root).read(hostile.id);
	for (const text of [JSON.stringify(summary), JSON.stringify(events), JSON.stringify(await open(root).patterns())]) {
		expect(text).not.toMatch(/\\u001b|\\u0007|\u202e/);
		expect(text.length).toBeGreaterThan(2);
	}
	expect(summary?.features[0]?.title).toContain('␛]52');
});
