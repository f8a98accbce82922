import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import type {DiscoveryReport} from '../../../src/domain/batch.ts';
import type {Body, DeploymentEvent} from '../../../src/domain/deployment/event.ts';
import {foldAll} from '../../../src/domain/deployment/fold.ts';
import {asOid, type Oid} from '../../../src/domain/ids.ts';
import {safe} from '../../../src/domain/safe.ts';
import type {Detector} from '../../../src/ports/detector.ts';
import {createDiscovery} from '../../../src/stages/discovery/stage.ts';
import type {Movement, Stand} from '../../../src/stages/stage.ts';
import {fakeClock} from '../../kit/clock.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';

interface Asked {
	base?: string;
	dev?: string;
	live?: Oid;
	detectors?: readonly Detector[];
}

async function discover(repo: TempRepo, asked: Asked = {}) {
	const clock = fakeClock();
	const repository = await openRepository(repo.root, {clock});
	const emitted: Body[] = [];
	const notes: string[] = [];
	const said: string[] = [];
	const stage = createDiscovery({
		repository,
		detectors: asked.detectors ?? [],
		base: asked.base ?? 'main',
		dev: asked.dev,
		live: async () => asked.live,
	});
	// `as`: discovery takes no step, asks nothing and writes no file, so the rest of the stand is never touched.
	const stand = {
		clock,
		signal: new AbortController().signal,
		emit: async (body: Body) => void emitted.push(body),
		log: ({source, text}: {source: string; text: string}) => void said.push(`${source}: ${text}`),
		note: async (text: string) => void notes.push(text),
	} as unknown as Stand;
	const movement: Movement<DiscoveryReport> = await stage.perform({}, stand);
	return {movement, emitted, notes, said};
}

async function report(repo: TempRepo, asked: Asked = {}): Promise<DiscoveryReport> {
	const {movement} = await discover(repo, asked);
	if (movement.kind !== 'finished') throw new Error(JSON.stringify(movement));
	return movement.output;
}

const faultOf = async (repo: TempRepo, asked: Asked = {}) => {
	const {movement} = await discover(repo, asked);
	return movement.kind === 'stopped' ? movement.fault.code : movement.kind;
};

function waiting() {
	const repo = tempRepo();
	const base = asOid(repo.commit('base', {'a.ts': '1\n', 'db/1.sql': 'x\n'}));
	repo.git('checkout', '-q', '-b', 'dev');
	const feat = asOid(repo.commit('feat(web): page (#4)', {'page.ts': '1\n'}));
	repo.commit('fix(web): page (#4)', {'page.ts': '2\n'});
	const bad = repo.commit('feat: bad idea', {'bad.ts': '1\n'});
	repo.git('revert', '--no-edit', bad);
	const drop = asOid(
		repo.commit('drop the table', {'db/2.sql': 'create table a;\ndrop table b;\n'}, {author: 'Bo <bo@x>'}),
	);
	return {repo, base, feat, drop};
}

test('a branch that nobody named is named once it is known, for the screens and for whoever resumes', async () => {
	const {repo} = waiting();
	const {emitted} = await discover(repo);
	const opened = {type: 'deployment.opened', dev: safe('the current branch')} as const;
	const stamp = {seq: 1, fence: 1, mono: 1, utc: '2026-11-21T10:00:00.000Z'};
	// `as`: the fold looks at nothing else of these
	const events = [opened, ...emitted].map((body) => ({...body, ...stamp}) as unknown as DeploymentEvent);
	expect(foldAll(events).dev).toBe('dev');
	const named = await discover(repo, {dev: 'dev'});
	expect(named.emitted).not.toContainEqual(expect.objectContaining({dev: 'dev'}));
});

test('a branch that ran ahead becomes features with counts, in one event without buckets', async () => {
	const {repo, base, feat} = waiting();
	const {movement, emitted} = await discover(repo);
	expect(movement).toMatchObject({kind: 'finished', summary: '3 changes in 2 features, 2 cancelled out, 2 new files'});
	const found = await report(repo);
	expect(found.lists).toEqual({
		newFiles: ['db/2.sql', 'page.ts'],
		modifiedFiles: [],
		features: found.features.filter(({kind}) => kind === 'feat').map(({id}) => id),
		fixes: [],
	});
	expect(found).toMatchObject({
		base: {name: 'main', oid: base},
		dev: {name: 'dev', oid: repo.git('rev-parse', 'dev')},
		live: 'base branch',
		counts: {changes: 3, files: 2, added: 2, modified: 0, conventional: 2 / 3, authors: 2},
	});
	expect(found.cancelled).toHaveLength(2);
	expect(found.features[0]).toMatchObject({id: `f-${feat.slice(0, 8)}`, title: 'Page', kind: 'feat', scope: 'web'});
	expect(emitted).toEqual([
		{
			type: 'features.found',
			shipped: 0,
			cancelled: 2,
			dev: 'dev',
			files: {added: ['db/2.sql', 'page.ts'], modified: [], allAdded: 2, allModified: 0},
			features: found.features.map(({id, title, kind}) => ({
				id,
				title,
				kind,
				breaking: false,
				topics: [],
				changes: title === 'Page' ? 2 : 1,
			})),
		},
	]);
});

test('detectors see the files they want, with lines, and a broken one only costs itself', async () => {
	const {repo, drop} = waiting();
	const seen: string[] = [];
	const sql: Detector = {
		name: 'sql',
		topic: 'schema',
		wants: (path) => path.endsWith('.sql'),
		detect: (change, patches) =>
			patches.flatMap((patch) =>
				patch.added
					.filter(({text}) => {
						seen.push(patch.path);
						return text.startsWith('drop');
					})
					.map(({line}) => ({
						rule: 'drop',
						topic: 'schema' as const,
						severity: 'danger' as const,
						change: change.oid,
						path: patch.path,
						line,
						what: safe('drops'),
					})),
			),
	};
	const broken: Detector = {
		name: 'broken',
		topic: 'api',
		wants: () => true,
		detect: () => {
			throw new Error('oops');
		},
	};
	const {movement, notes, emitted} = await discover(repo, {detectors: [broken, sql]});
	const found = movement.kind === 'finished' ? movement.output.features.flatMap((feature) => feature.findings) : [];
	expect(found).toEqual([
		{rule: 'drop', topic: 'schema', severity: 'danger', change: drop, path: 'db/2.sql', line: 2, what: 'drops'},
	]);
	expect(new Set(seen)).toEqual(new Set(['db/2.sql']));
	expect(notes.join()).toContain('broken: oops');
	expect(JSON.stringify(emitted)).toContain('"topics":["schema"]');
});

test('standing on the base, the furthest of the usual names is the development branch; without one it says so', async () => {
	const {repo} = waiting();
	repo.git('branch', 'develop', 'dev');
	repo.git('checkout', '-q', 'develop');
	repo.commit('feat: further', {'g.ts': '1\n'});
	repo.git('checkout', '-q', 'main');
	expect((await report(repo)).dev.name).toBe('develop');
	expect((await report(repo, {dev: 'dev'})).dev.name).toBe('dev');
	repo.git('branch', '-q', '-D', 'dev', 'develop');
	expect(await faultOf(repo)).toBe('REF_NOT_FOUND');
	expect(await faultOf(repo, {dev: 'nowhere'})).toBe('REF_NOT_FOUND');
});

test('a detached head that is ahead is what waits', async () => {
	const {repo, feat} = waiting();
	repo.git('checkout', '-q', '--detach', feat);
	expect((await report(repo)).dev).toEqual({name: 'HEAD', oid: feat});
});

test('a missing base branch falls back to what the remote or custom says, and that is said', async () => {
	const {repo} = waiting();
	const {movement, notes} = await discover(repo, {base: 'production'});
	expect(movement.kind === 'finished' && movement.output.base.name).toBe('main');
	expect(notes.join()).toContain('production');
	repo.git('branch', '-q', '-m', 'main', 'oddly-named');
	expect(await faultOf(repo)).toBe('REF_NOT_FOUND');
});

test('a promoted release ahead of the base counts as live; one that is not, or is unknown, does not', async () => {
	const {repo, base, feat} = waiting();
	const ahead = await report(repo, {live: feat});
	expect(ahead).toMatchObject({live: 'last promoted release', base: {name: 'main', oid: feat}, counts: {changes: 2}});
	expect((await report(repo, {live: base})).live).toBe('base branch');
	const {movement, notes} = await discover(repo, {live: asOid('1'.repeat(40))});
	expect(movement.kind).toBe('finished');
	expect(notes.join()).toContain('not known');
});

test('nothing to deploy is explained: same commit, behind, all shipped, unrelated', async () => {
	const {repo} = waiting();
	expect((await report(repo, {base: 'dev', dev: 'dev'})).empty?.cause).toBe('same-commit');
	expect((await report(repo, {base: 'dev', dev: 'main'})).empty?.cause).toBe('behind');
	repo.git('checkout', '-q', '-b', 'release', 'main');
	repo.commit('elsewhere', {'e.ts': '1\n'});
	for (const id of repo.git('rev-list', '--reverse', 'main..dev').split('\n')) repo.git('cherry-pick', '-x', id);
	const shipped = await report(repo, {base: 'release', dev: 'dev'});
	expect(shipped.empty).toMatchObject({cause: 'all-shipped'});
	expect(shipped.empty?.text).toMatch(/^Nothing on dev waits for release: \d shipped/);
	repo.git('checkout', '-q', '--orphan', 'other');
	repo.commit('another world', {'o.ts': '1\n'});
	expect((await report(repo, {dev: 'other'})).empty?.cause).toBe('unrelated');
});

test('an empty repository and a shallow clone stop with their fault', async () => {
	expect(await faultOf(tempRepo())).toBe('NO_COMMITS');
	const {repo} = waiting();
	const shallow = {...tempRepo(), root: join(tempFolder(), 'shallow')};
	execFileSync('git', ['clone', '-q', '--depth=1', '--no-single-branch', `file://${repo.root}`, shallow.root]);
	expect(await faultOf(shallow, {base: 'origin/main', dev: 'dev'})).toBe('HISTORY_CUT');
});

test('the first changes are shown while git is read, without robots and what is folded', async () => {
	const repo = waiting().repo;
	repo.commit('chore(deps): bump x', {'package.json': '{}\n'}, {author: 'renovate[bot] <renovate[bot]@x>'});
	repo.commit('feat(web): show the cart (#12)', {'src/web/cart.ts': '1\n'});
	const {said} = await discover(repo);
	const found = said.filter((line) => line.startsWith('found: '));
	expect(found.at(-1)).toBe('found: feat     Show the cart');
	expect(found.some((line) => line.includes('Bump x'))).toBe(false);
});

test('nothing found names the commands that mend it: another branch, an identity, a commit', async () => {
	const repo = tempRepo();
	repo.commit('base', {'a.txt': '1\n'});
	repo.git('checkout', '-q', '-b', "feature/it's");
	repo.commit('feat: elsewhere', {'b.txt': '1\n'});
	repo.git('checkout', '-q', 'main');
	repo.git('checkout', '-q', '-b', 'dev');
	const ahead = (await report(repo)).empty;
	expect(ahead?.cause).toBe('same-commit');
	expect(ahead?.mend).toEqual(["orchestra deploy --dev 'feature/it'\\''s'   it has work that is not on main"]);
	repo.git('branch', '-q', '-D', "feature/it's");
	expect((await report(repo)).empty?.mend).toEqual([
		'git switch -c dev && git commit   work on a branch of its own first',
	]);
	repo.git('config', '--unset', 'user.email');
	const nobody = (await report(repo)).empty;
	expect(nobody?.text).toContain('does not know who commits');
	expect(nobody?.mend?.[0]).toContain('git config user.email');
});
