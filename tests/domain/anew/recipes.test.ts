import {describe, expect, test} from 'vitest';
import {makerOf, matches} from '../../../src/domain/anew/maker.ts';
import {recipeFor, versionIn} from '../../../src/domain/anew/recipes.ts';
import fc from '../../kit/check.ts';

const command = (path: string, version: string, lock: string, beside: readonly string[] = []) =>
	recipeFor(path)?.command({version, lock, beside: new Set(beside)});
const unfit = (path: string, version: string, lock: string, manifest = '{}') =>
	recipeFor(path)?.unfit(version, lock, manifest);

const V3 = '{\n  "lockfileVersion": 3}';
const BERRY = '__metadata:\n  version: 8\n';

describe('a package manager runs', () => {
	test.each([
		[
			'package-lock.json',
			'11.0.0',
			V3,
			'npm install --package-lock-only --ignore-scripts --no-audit --no-fund --prefix .',
		],
		[
			'pnpm-lock.yaml',
			'9.1.0',
			'',
			'pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile --ignore-workspace',
		],
		['yarn.lock', '4.1.0', BERRY, 'yarn install --mode update-lockfile --no-immutable'],
		['yarn.lock', '1.22.0', '# yarn lockfile v1\n', 'yarn install --ignore-scripts --non-interactive --no-progress'],
		['bun.lock', '1.2.0', '{}', 'bun install --lockfile-only --ignore-scripts'],
		['Cargo.lock', '1.80.0', '', 'cargo update --workspace --quiet || cargo update --workspace --quiet --offline'],
		['go.sum', '1.22', '', 'go mod tidy'],
		['composer.lock', '2.7.0', '{}', 'composer update --lock --no-install --no-scripts --no-plugins --no-interaction'],
		['poetry.lock', '1.8.0', '', 'poetry lock --no-update --no-interaction'],
		['poetry.lock', '2.0.0', '', 'poetry lock --no-interaction'],
		['uv.lock', '0.5.0', '', 'uv lock'],
		['Gemfile.lock', '2.5.0', '', 'bundle lock'],
	])('%s of %s', (path, version, lock, expected) => {
		expect(command(`deep/er/${path}`, version, lock)).toBe(expected);
		expect(unfit(path, version, path.startsWith('pnpm') ? "lockfileVersion: '9.0'\n" : lock)).toBeUndefined();
	});

	test('in its workspace where there is one', () => {
		expect(command('pnpm-lock.yaml', '9.1.0', '', ['pnpm-workspace.yaml'])).not.toContain('--ignore-workspace');
	});

	test('keeping the format of the lock, and never a version of itself that the repository names', () => {
		const env = (path: string, lock: string) => recipeFor(path)?.env('/c', lock);
		expect(env('package-lock.json', '{"lockfileVersion": 2}')).toMatchObject({npm_config_lockfile_version: '2'});
		expect(env('package-lock.json', '{}')).toMatchObject({npm_config_lockfile_version: '1', npm_config_cache: '/c'});
		const addressed = '{"lockfileVersion": 3, "packages": {"node_modules/x": {"resolved": "https://r.test/x.tgz"}}}';
		expect(env('package-lock.json', addressed)).toMatchObject({npm_config_omit_lockfile_registry_resolved: 'false'});
		expect(env('package-lock.json', V3)).not.toHaveProperty('npm_config_omit_lockfile_registry_resolved');
		expect(env('pnpm-lock.yaml', '')).toMatchObject({npm_config_manage_package_manager_versions: 'false'});
		expect(env('go.sum', '')).toMatchObject({GOTOOLCHAIN: 'local'});
		expect(env('Cargo.lock', '')).toMatchObject({RUSTUP_AUTO_INSTALL: '0'});
		expect(env('Gemfile.lock', '')).toMatchObject({BUNDLE_VERSION: 'system'});
	});
});

test.each([
	['package-lock.json', '6.14.0', V3, '{}', /too old/],
	['package-lock.json', '11.0.0', '{"lockfileVersion": 4}', '{}', /newer format/],
	['package-lock.json', '11.0.0', V3, '{"packageManager": "pnpm@9.0.0"}', /names pnpm/],
	['pnpm-lock.yaml', '8.6.0', "lockfileVersion: '9.0'\n", '{}', /another format/],
	['pnpm-lock.yaml', '9.6.0', "lockfileVersion: '6.0'\n", '{}', /another format/],
	[
		'pnpm-lock.yaml',
		'10.6.0',
		"lockfileVersion: '9.0'\n",
		'{"packageManager": "pnpm@9.1.0+sha512.aa"}',
		/names pnpm 9/,
	],
	['yarn.lock', '1.22.0', BERRY, '{}', /yarn 4’s/],
	['yarn.lock', '4.1.0', '# yarn lockfile v1\n', '{}', /yarn 1’s/],
	['yarn.lock', '4.1.0', '__metadata:\n  version: 99\n', '{}', /unknown yarn/],
	['bun.lock', '1.0.0', '{}', '{}', /too old/],
	['Cargo.lock', '1.70.0', 'version = 4\n', '{}', /too old/],
	['composer.lock', '1.10.0', '{}', '{}', /too old/],
	['Gemfile.lock', '2.5.0', 'BUNDLED WITH\n   4.0.1\n', '{}', /bundler 4’s/],
])('%s is left alone by %s', (path, version, lock, manifest, why) => {
	expect(unfit(path, version, lock, manifest)).toMatch(why);
});

test('versions are read from what tools say of themselves', () => {
	const said = [
		'11.2.0\n',
		'cargo 1.80.0 (376290515 2024-07-16)',
		'go version go1.22.1 linux/amd64',
		'Poetry (version 1.8.2)',
	];
	expect(said.map(versionIn)).toEqual(['11.2.0', '1.80.0', '1.22.1', '1.8.2']);
	expect(versionIn('command not found')).toBeUndefined();
});

describe('who makes a file anew', () => {
	test('is the team’s command where its path is named, never where that says so, else the package manager', () => {
		const regenerate = {
			'web/package-lock.json': 'make lock',
			'go.sum': false,
			'src/**/*.gen.ts': 'npm run codegen',
		} as const;
		expect(makerOf('web/package-lock.json', regenerate)).toEqual({kind: 'team', command: 'make lock'});
		expect(makerOf('package-lock.json', regenerate)).toMatchObject({kind: 'tool', recipe: {tool: 'npm'}});
		expect(makerOf('go.sum', regenerate)).toMatchObject({kind: 'none', why: expect.stringContaining('never')});
		expect(makerOf('src/a/b.gen.ts', regenerate)).toMatchObject({kind: 'team'});
		expect(makerOf('CHANGELOG.md', regenerate)).toMatchObject({kind: 'none'});
		expect(makerOf('flake.lock', undefined)).toMatchObject({kind: 'none'});
	});

	test('stars stand for names and folders', () => {
		const hits = ['a.snap', 'x/a.snap', 'x/y/a.snap', 'x/a.snap.txt', 'x/y'];
		const found = (pattern: string) => hits.filter((path) => matches(pattern, path));
		expect(found('**/*.snap')).toEqual(['a.snap', 'x/a.snap', 'x/y/a.snap']);
		expect(found('*/*.snap')).toEqual(['x/a.snap']);
		expect(found('x/**')).toEqual(['x/a.snap', 'x/y/a.snap', 'x/a.snap.txt', 'x/y']);
		expect(found('*')).toEqual(['a.snap']);
	});

	test('and a path without stars is itself alone', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (one, other) => {
				const path = one.replaceAll('*', '+');
				expect(matches(path, path)).toBe(true);
				if (path !== other) expect(matches(path, other)).toBe(false);
			}),
		);
	});
});
