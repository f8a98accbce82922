// Generated files made anew in real repositories: by the real npm where nothing has to be fetched, by stand-ins on the PATH
// that note how they were called elsewhere.

import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../../src/adapters/clock.ts';
import {openRepository} from '../../../src/adapters/git/repository.ts';
import {createRunner} from '../../../src/adapters/process/runner.ts';
import {misfits} from '../../../src/domain/anew/npm-lock.ts';
import type {BuiltCommit} from '../../../src/domain/batch.ts';
import type {Change} from '../../../src/domain/change.ts';
import {FaultError, fault, raise} from '../../../src/domain/fault/fault.ts';
import type {FeatureId} from '../../../src/domain/ids.ts';
import type {Project} from '../../../src/domain/project.ts';
import type {Runner} from '../../../src/ports/process.ts';
import type {Repository} from '../../../src/ports/repository.ts';
import {type AnewPorts, makeAnew} from '../../../src/stages/selection/anew.ts';
import {anewWords, plannedWords, withStaleLocks} from '../../../src/stages/selection/anew-words.ts';
import {changesOf, fingerprint} from '../../adapters/git/kit.ts';
import {fakeStand} from '../../kit/fake-stand.ts';
import {oid} from '../../kit/features.ts';
import {type TempRepo, tempFolder, tempRepo} from '../../kit/temp.ts';

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
const OWN = ['.orchestra', 'deployment_memory'];

/** A program on the PATH: answers `--version`, notes how and where it was called, then runs the script. */
function standIn(name: string, version: string, script: string) {
	const folder = tempFolder();
	const log = join(folder, 'calls');
	writeFileSync(
		join(folder, name),
		`#!/bin/sh\necho "$(basename "$PWD"): $*" >> '${log}'\nenv > '${log}.env'\ncase "$1" in *version) echo '${version}'; exit;; esac\n${script}\n`,
	);
	chmodSync(join(folder, name), 0o755);
	return {
		folder,
		calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
		env: () => readFileSync(`${log}.env`, 'utf8'),
	};
}

/** Release and base as texts by path, laid out as they are: for what git has no part in. */
function paper(release: Record<string, string>, base = release) {
	const at = (oid: string) => (oid === RELEASE.commit ? release : base);
	// `as`: only what is asked for here.
	return {
		file: async (oid: string, path: string) => at(oid)[path],
		files: async (wanted: readonly {at: string; path: string}[]) => wanted.map((one) => at(one.at)[one.path]),
		materialise: async (_oid: string, folder: string) => {
			for (const [path, text] of Object.entries(release)) {
				mkdirSync(dirname(join(folder, path)), {recursive: true});
				writeFileSync(join(folder, path), text);
			}
		},
		append: async () => ({commit: oid('appended'), tree: oid('tree of it')}),
	} as unknown as Repository;
}
const RELEASE: BuiltCommit = {
	version: '1.1.0',
	tag: 'v1.1.0',
	commit: oid('release'),
	tree: oid('tree'),
	base: oid('base'),
	picks: [],
	regenerate: ['pnpm-lock.yaml'],
};

/** As `make`, on paper: nothing of git runs. */
async function onPaper(
	repository: Repository,
	setting: Setting & {release?: BuiltCommit; touched?: readonly string[]} = {},
) {
	const stand = fakeStand();
	const release = setting.release ?? RELEASE;
	// `as`: of a change only its files count here.
	const picks = [
		{oid: oid('c'), parent: oid('p'), files: (setting.touched ?? []).map((path) => ({path}))},
	] as unknown as Change[];
	const work = {release, picks, key: 'regenerate'};
	return {stand, release: await makeAnew({...portsFor(setting, tempFolder()), repository}, work, stand)};
}

function portsFor(setting: Setting, releasesFolder: string) {
	const pathPrefix = setting.path === undefined ? {} : {pathPrefix: setting.path};
	const regenerate = setting.regenerate === undefined ? {} : {regenerate: setting.regenerate};
	return {
		runner: setting.runner ?? createRunner({clock: systemClock, ...pathPrefix}),
		// `as`: of a project only this counts here.
		project: {commands: {test: {}}, ...regenerate} as unknown as Project,
		releasesFolder,
		trusted: async () => setting.trusted ?? true,
		trustHash: 'x',
		mode: setting.mode ?? 'make',
	} as const;
}

interface Setting {
	readonly path?: string;
	readonly regenerate?: Project['regenerate'];
	readonly trusted?: boolean;
	readonly mode?: AnewPorts['mode'];
	readonly runner?: Runner;
}

/** The last change (or all) onto the base, and made anew. */
async function make(repo: TempRepo, setting: Setting = {}) {
	const repository = await openRepository(repo.root, {clock: systemClock});
	const context = await changesOf(repository);
	const picks = context.slice(-1);
	const base = await repository.resolve('main');
	const built = await repository.build(base, picks, {version: '1.1.0', tag: 'v1.1.0'});
	const stand = fakeStand();
	const ports = {...portsFor(setting, join(repo.root, '.orchestra/releases')), repository};
	const release = await makeAnew(ports, {release: built, picks, key: 'regenerate'}, stand);
	const again = () => makeAnew(ports, {release: built, picks, key: 'regenerate.2'}, stand);
	const file = (path: string) => repository.file(release.commit, path);
	return {built, release, stand, file, again, repository};
}

const why = ({notRegenerated = []}: BuiltCommit) => notRegenerated.map((one) => `${one.path}: ${one.why}`).join('\n');

/** dev: two changes next to each other in a lock of `name`; only the last is taken. */
function neighbours(files: (step: 0 | 1 | 2) => Record<string, string>) {
	const repo = tempRepo();
	repo.commit('base', files(0));
	repo.git('checkout', '-q', '-b', 'dev');
	repo.commit('feat: first', files(1));
	repo.commit('feat: second', files(2));
	repo.git('status');
	return repo;
}
const PNPM_LOCK = (packages: string) => `lockfileVersion: '9.0'\n\npackages:\n${packages}`;
const pnpmProject = (manifest: object = {}) =>
	paper({'package.json': json({name: 'app', ...manifest}), 'pnpm-lock.yaml': PNPM_LOCK('  x@1.0.0:\n')});
const WRITES = (text: string, path = 'pnpm-lock.yaml') => `printf '%s' "${text}" > ${path}`;

describe('the real npm', () => {
	test('below a monorepo, in a hostile folder: the lock fits again, nothing else ran, and every byte of theirs stays', async () => {
		const evil = join(tempFolder(), 'evil');
		const scripts = {preinstall: `touch ${evil}`, prepare: `touch ${evil}`, install: `touch ${evil}`};
		const manifest = (...names: string[]) =>
			json({
				name: 'web',
				version: '1.0.0',
				packageManager: 'npm@99.0.0',
				scripts,
				dependencies: Object.fromEntries(names.map((name) => [name, `file:libs/${name}`])),
			});
		const lock = (...names: string[]) =>
			json({
				name: 'web',
				version: '1.0.0',
				lockfileVersion: 2,
				requires: true,
				packages: {
					'': {
						name: 'web',
						version: '1.0.0',
						dependencies: Object.fromEntries(names.map((n) => [n, `file:libs/${n}`])),
					},
					...Object.fromEntries(names.map((n) => [`libs/${n}`, {version: '1.0.0', hasInstallScript: true}])),
					...Object.fromEntries(names.map((n) => [`node_modules/${n}`, {resolved: `libs/${n}`, link: true}])),
				},
			});
		const repo = tempRepo();
		const lib = (name: string) => ({[`web/libs/${name}/package.json`]: json({name, version: '1.0.0', scripts})});
		repo.commit('base', {
			...lib('a'),
			...lib('b'),
			...lib('c'),
			'package.json': json({name: 'top', workspaces: ['**', '.orchestra/**', 'web']}),
			'web/.npmrc': `ignore-scripts=false\npackage-lock=false\ndry-run=true\nlocation=global\ngit=${evil}.sh\nlockfile-version=1\n`,
			'web/package.json': manifest('a'),
			'web/package-lock.json': lock('a'),
		});
		repo.git('checkout', '-q', '-b', 'dev');
		repo.commit('feat: b', {'web/package.json': manifest('a', 'b'), 'web/package-lock.json': lock('a', 'b')});
		// Whose author forgot the lock: it merges without a conflict, and `npm ci` would refuse it.
		repo.commit('feat: c', {'web/package.json': manifest('a', 'b', 'c')});
		repo.git('status');
		const before = fingerprint(repo.root, OWN);
		const {built, release, stand, file, again} = await make(repo);
		expect(built.regenerate).toBeUndefined();
		expect(stand.notes.join()).toContain(
			'web/package-lock.json no longer fits what it locks: c file:libs/c is not in it',
		);
		expect(why(release)).toBe('');
		const [made] = release.regenerated ?? [];
		expect(made).toMatchObject({path: 'web/package-lock.json', changed: true, drift: []});
		expect(made?.tool).toMatch(/^npm \d+\.\d+\.\d+$/);
		const text = (await file('web/package-lock.json')) ?? '';
		expect(misfits(text, new Map([['', manifest('a', 'c')]]))).toEqual([]);
		expect(JSON.parse(text)).toMatchObject({lockfileVersion: 2, packages: {'node_modules/a': {link: true}}});
		expect(await file('web/package.json')).toBe(manifest('a', 'c'));
		expect(existsSync(evil)).toBe(false);
		expect(fingerprint(repo.root, OWN)).toEqual(before);
		expect(readdirSync(join(repo.root, '.orchestra/releases'))).toEqual(['nowhere-regenerated.json']);
		// Another life finds it made.
		expect(await again()).toEqual(release);
		expect(stand.events.filter(({type}) => type === 'command.ran')).toHaveLength(1);
	}, 60_000);
});

describe('a lock that took one side', () => {
	test('is made anew beside its manifest, as the last commit, with tool, version and command on it', async () => {
		const pnpm = standIn('pnpm', '9.4.0', WRITES(PNPM_LOCK('  x@1.2.0:\n  z@7.0.0:\n')));
		const repo = neighbours((step) => ({
			'web/package.json': json({name: 'app'}),
			'web/pnpm-lock.yaml': PNPM_LOCK(`  x@1.${step}.0:\n    y: ${step}\n`),
			[`src/${step}.js`]: 'x\n',
		}));
		const before = fingerprint(repo.root, OWN);
		const {built, release, repository, file} = await make(repo, {path: pnpm.folder});
		expect(built.regenerate).toEqual(['web/pnpm-lock.yaml']);
		expect(pnpm.calls()).toEqual([
			'web: --version',
			'web: install --lockfile-only --ignore-scripts --no-frozen-lockfile --ignore-workspace',
		]);
		expect(pnpm.env()).toMatch(/^COREPACK_ENABLE_NETWORK=0$/m);
		expect(pnpm.env()).toMatch(/^npm_config_store_dir=.*\.orchestra\/releases\/nowhere-regenerate\/cache\/store$/m);
		expect(release).toMatchObject({
			picks: built.picks,
			regenerated: [{tool: 'pnpm 9.4.0', drift: ['z 7.0.0 is new, and no chosen change had it']}],
		});
		expect(release.regenerate).toBeUndefined();
		expect(await file('web/pnpm-lock.yaml')).toBe(PNPM_LOCK('  x@1.2.0:\n  z@7.0.0:\n'));
		expect(fingerprint(repo.root, OWN)).toEqual(before);
		await repository.publish(release.commit);
		expect(repo.git('rev-parse', `${release.commit}^`)).toBe(built.commit);
		expect(repo.git('log', '-1', '--format=%s%n%(trailers:only)', release.commit)).toBe(
			'Regenerate web/pnpm-lock.yaml\nRegenerated-With: pnpm 9.4.0: pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile --ignore-workspace',
		);
		expect(repo.git('log', '-1', '--format=%an %B', built.commit)).toMatch(
			/^Test feat: second\n\n\(cherry picked from/,
		);
		// What a chosen change brought (x) is nothing to speak of; what nobody asked for is.
		expect(anewWords(release, undefined)).toEqual([
			{
				level: 'info',
				text: expect.stringMatching(/^web\/pnpm-lock\.yaml was made anew by pnpm 9\.4\.0, sha256 [0-9a-f]{12}$/),
			},
			{level: 'warning', text: 'Moved unasked in web/pnpm-lock.yaml: z 7.0.0 is new, and no chosen change had it'},
		]);
	});

	test.each<[string, string, Setting & {version?: string; manifest?: object}, RegExp]>([
		[
			'it fails offline',
			'echo "npm error code ENOTFOUND" >&2; exit 1',
			{},
			/exit code 1 \(its registry could not be reached\): npm error/,
		],
		['its tool is of another kind', '', {version: '8.1.0'}, /pnpm 8\.1\.0 writes another format/],
		['the manifest names another', '', {manifest: {packageManager: 'yarn@4.0.0'}}, /names yarn as its package manager/],
		['it would change the manifest', 'echo "{}" > package.json', {}, /wanted to change package\.json/],
		['it leaves a link', 'rm pnpm-lock.yaml; ln -s package.json pnpm-lock.yaml', {}, /no plain file/],
		['it leaves nothing', 'rm pnpm-lock.yaml', {}, /no plain file/],
		['it leaves markers', WRITES('<<<<<<< x'), {}, /conflict markers/],
		['nobody trusts it', 'exit 1', {trusted: false}, /nobody has trusted/],
		['a person skips it', 'exit 1', {mode: 'skip'}, /--no-regenerate/],
		['the team wants it never', 'exit 1', {regenerate: {'**/pnpm-lock.yaml': false}}, /says never/],
	])('stays and is named when %s', async (_what, script, {version, manifest, ...setting}, words) => {
		const pnpm = standIn('pnpm', version ?? '9.4.0', script);
		const {release} = await onPaper(pnpmProject(manifest), {path: pnpm.folder, ...setting});
		expect(release).toMatchObject(RELEASE);
		expect(why(release)).toMatch(words);
		expect(anewWords(release, undefined)).toEqual([
			{level: 'warning', text: expect.stringContaining('(pnpm install --lockfile-only --ignore-scripts)')},
		]);
		if (setting.trusted === false || setting.mode || setting.regenerate) expect(pnpm.calls()).toEqual([]);
	});

	test('stays when its tool is absent, or takes too long', async () => {
		const repo = pnpmProject();
		const nothing = {exit: 0, timedOut: false, ms: 1, tail: [], stdout: '9.4.0'};
		const absent = {run: async () => ({...nothing, exit: 127})};
		expect(why((await onPaper(repo, {runner: absent})).release)).toContain('pnpm is not on the PATH here');
		const limits: number[] = [];
		const slow: Runner = {
			run: async ({command, timeoutMs}) => {
				limits.push(timeoutMs);
				return command.includes('--version') ? nothing : {...nothing, exit: 143, timedOut: true};
			},
		};
		expect(why((await onPaper(repo, {runner: slow})).release)).toContain('did not finish within 120 s');
		expect(limits.at(-1)).toBe(120_000);
	});

	test('corepack’s stand-in may not fetch what the manifest names', async () => {
		const pnpm = standIn(
			'pnpm',
			'',
			'[ "$COREPACK_ENABLE_NETWORK" = 0 ] && echo "Network access disabled" >&2; exit 1',
		);
		writeFileSync(join(pnpm.folder, 'pnpm'), readFileSync(join(pnpm.folder, 'pnpm'), 'utf8').replace(/^case.*$/m, ''));
		const {release} = await onPaper(pnpmProject({packageManager: 'pnpm@9.4.0'}), {path: pnpm.folder});
		expect(why(release)).toContain('pnpm does not say its version here: Network access disabled');
	});

	test('stays when the release cannot be laid out: that is for the next stage to stop at', async () => {
		const repository = {
			...pnpmProject(),
			materialise: async () => raise('TREE_UNSAFE', {with: {path: 'x', why: 'leaves'}}),
		};
		expect(why((await onPaper(repository)).release)).toContain('cannot be laid out safely');
	});

	test('a link, or a file that the release has not, is never made', async () => {
		const {release} = await onPaper(paper({'package.json': '{}'}), {});
		expect(why(release)).toContain('the release has no such file, or it is a link');
	});

	test('a plan says what a deployment would make anew, and runs nothing', async () => {
		const pnpm = standIn('pnpm', '9.4.0', 'exit 1');
		const {release} = await onPaper(pnpmProject(), {path: pnpm.folder, mode: 'say'});
		expect(release).toEqual(RELEASE);
		expect(plannedWords(release, undefined)).toEqual([
			{level: 'info', text: 'A deployment makes anew what no longer fits together: pnpm-lock.yaml by pnpm'},
		]);
		expect(pnpm.calls()).toEqual([]);
		const untrusted = await onPaper(pnpmProject(), {path: pnpm.folder, mode: 'say', trusted: false});
		expect(plannedWords(untrusted.release, undefined)[0]?.text).toContain('because nobody has trusted');
		// By hand it is the team's own command as well, where there is one.
		const [path = ''] = untrusted.release.regenerate ?? [];
		expect(plannedWords(untrusted.release, {'**': 'make locks'})[0]?.text).toContain(`${path} (make locks)`);
	});
});

test('a team’s own command makes its files at once, after the locks, and only those that wanted it', async () => {
	const pnpm = standIn('pnpm', '9.4.0', WRITES(PNPM_LOCK('  x@1.2.0:\n')));
	const repo = neighbours((step) => ({
		'package.json': json({name: 'app'}),
		'pnpm-lock.yaml': PNPM_LOCK(`  x@1.${step}.0:\n`),
		'api/a.generated.ts': `export const a = ${step};\n`,
		'api/b.generated.ts': `export const b = ${step};\n`,
		'api/still.generated.ts': 'export const c = 0;\n',
		'CHANGELOG.md': `# ${step}\n`,
		[`src/${step}.js`]: 'x\n',
	}));
	const command = 'grep -q x@1.2.0 pnpm-lock.yaml && for f in api/*; do echo "made for $ORCHESTRA_VERSION" > $f; done';
	const {release, file, repository} = await make(repo, {
		path: pnpm.folder,
		regenerate: {'api/*.generated.ts': command},
	});
	expect(release.regenerated?.map(({path, tool}) => [path, tool])).toEqual([
		['pnpm-lock.yaml', 'pnpm 9.4.0'],
		['api/a.generated.ts', undefined],
		['api/b.generated.ts', undefined],
	]);
	expect(await file('api/a.generated.ts')).toBe('made for 1.1.0\n');
	expect(await file('api/still.generated.ts')).toBe('export const c = 0;\n');
	expect(release.regenerate).toEqual(['CHANGELOG.md']);
	expect(why(release)).toContain('CHANGELOG.md: nobody said by which command');
	await repository.publish(release.commit);
	expect(repo.git('log', '-1', '--format=%s', release.commit)).toBe('Regenerate 3 files');
	expect(repo.git('log', '-1', '--format=%(trailers:key=Regenerated-With,valueonly)', release.commit)).toContain(
		command,
	);
});

describe('npm’s lock without a conflict', () => {
	const lockOf = (dependencies: object) => json({lockfileVersion: 3, packages: {'': {name: 'x', dependencies}}});

	const {regenerate: _none, ...plain} = RELEASE;
	const wants = (dependencies: object) => json({name: 'x', dependencies});
	const seen = async (release: Record<string, string>, base: Record<string, string>, npm: {folder: string}) => {
		const touched = ['sub/deep/package.json', 'package.json'];
		return (await onPaper(paper(release, base), {path: npm.folder, release: plain, touched})).release;
	};

	test('is left alone where it fits, where there is none, and where the base’s own did not fit in the same way', async () => {
		const npm = standIn('npm', '11.0.0', 'exit 1');
		const bad = {'package.json': wants({old: '1'}), 'package-lock.json': lockOf({})};
		expect(await seen(bad, bad, npm)).toEqual(plain);
		expect(await seen({'package.json': wants({})}, bad, npm)).toEqual(plain);
		const fine = {'package.json': wants({}), 'package-lock.json': lockOf({}), 'sub/deep/package.json': wants({y: '1'})};
		expect(await seen(fine, fine, npm)).toEqual(plain);
		expect(npm.calls()).toEqual([]);
	});

	test('a tool that leaves it as wrong as it was is not believed', async () => {
		const npm = standIn('npm', '11.0.0', 'echo >> package-lock.json');
		const base = {'package.json': wants({}), 'package-lock.json': lockOf({})};
		const release = await seen({...base, 'package.json': wants({y: '1'})}, base, npm);
		expect(release.regenerate).toEqual(['package-lock.json']);
		expect(why(release)).toContain('still does not fit: y 1 is not in it');
	});
});

test('a failed install of a release with a stale lock says why and what to do; other faults stay as they are', () => {
	// `as`: only these fields are looked at.
	const release = {
		regenerate: ['web/package-lock.json', 'CHANGELOG.md'],
		notRegenerated: [{path: 'web/package-lock.json', why: 'npm is not on the PATH here'}],
	} as unknown as BuiltCommit;
	const ids = ['f-1'] as unknown as FeatureId[];
	const failed = (step: string) => new FaultError(fault('BUILD_FAILED', {with: {command: 'npm ci', exit: 1}, step}));
	const told = withStaleLocks(failed('compile.1.install'), release, ids);
	if (!(told instanceof FaultError)) throw new Error('no fault');
	expect(told.fault.details).toEqual([
		'web/package-lock.json may not fit its manifest: it was not made anew, because npm is not on the PATH here',
	]);
	expect(told.fault.nextSteps[0]).toMatch(/^orchestra deploy --select f-1 /);
	expect(told.fault.nextSteps[1]).toMatch(/^npm install --package-lock-only --ignore-scripts /);
	const build = failed('build');
	expect(withStaleLocks(build, release, ids)).toBe(build);
	const {regenerate: _gone, ...fine} = release;
	const install = failed('install');
	expect(withStaleLocks(install, fine, ids)).toBe(install);
});
