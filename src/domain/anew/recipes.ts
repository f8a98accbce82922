// Room: domain. How each package manager writes its lock file anew: with the least drift, running no script of any package,
// downloading no other version of itself, and keeping what it fetches in a folder it is given. Pure: commands are data here.

import {isLockFile} from '../generated.ts';

export interface Recipe {
	/** As a person calls it, e.g. `npm`. */
	readonly tool: string;
	/** Must lie beside the lock, and must come out of it byte for byte. */
	readonly manifest: string;
	/** Prints the tool's version. */
	readonly probe: string;
	/** Why this version had better leave the lock alone; undefined when it may write it. */
	unfit(version: string, lock: string, manifest: string): string | undefined;
	/** What runs beside the lock. Holds nothing from outside but whole numbers. */
	command(about: {readonly version: string; readonly lock: string; readonly beside: ReadonlySet<string>}): string;
	/** @param cache absolute: a folder of ours that is gone afterwards. */
	env(cache: string, lock: string): Readonly<Record<string, string>>;
}

/** 10 of `10.2.3`; NaN of what is no version. */
const major = (version: string) => Number(/^\d+/.exec(version)?.[0] ?? Number.NaN);
const atLeast = (version: string, wanted: readonly [number, number]): boolean => {
	const [a = 0, b = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
	return a > wanted[0] || (a === wanted[0] && b >= wanted[1]);
};

/** Corepack's stand-ins on the PATH must not fetch the version that a manifest names. */
export const COREPACK: Readonly<Record<string, string>> = {
	COREPACK_ENABLE_NETWORK: '0',
	COREPACK_ENABLE_AUTO_PIN: '0',
	COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
};

/** From a person's own environment: how to reach a registry where the way out is a proxy with a certificate of its own. */
export const NETWORK_NAMES: readonly string[] = [
	'HTTP_PROXY',
	'HTTPS_PROXY',
	'NO_PROXY',
	'http_proxy',
	'https_proxy',
	'no_proxy',
	'NODE_EXTRA_CA_CERTS',
	'SSL_CERT_FILE',
	'SSL_CERT_DIR',
	'REQUESTS_CA_BUNDLE',
	'CARGO_HTTP_CAINFO',
	'GOPROXY',
	'GOPRIVATE',
];

/** What `packageManager` in package.json says against it. */
function otherManager(tool: string, version: string, manifest: string, sameMajor: boolean): string | undefined {
	const named = /"packageManager"\s*:\s*"([a-z]{2,10})@(\d{1,4})[^"]{0,200}"/.exec(manifest);
	if (named === null) return undefined;
	if (named[1] !== tool) return `package.json names ${named[1]} as its package manager`;
	if (!sameMajor || Number(named[2]) === major(version)) return undefined;
	return `package.json names ${tool} ${named[2]}, and here is ${version}`;
}

/** Of JSON, without reading it whole. */
const npmFormat = (lock: string) => Number(/"lockfileVersion"\s*:\s*(\d{1,2})\b/.exec(lock)?.[1] ?? 1);

const NPM: Recipe = {
	tool: 'npm',
	manifest: 'package.json',
	probe: 'npm --version',
	unfit(version, lock, manifest) {
		if (npmFormat(lock) > 3) return `the lock is of a newer format than npm ${version} writes`;
		if (major(version) < 7) return `npm ${version} is too old: 7 or newer writes lock files of this kind`;
		return otherManager('npm', version, manifest, false);
	},
	// The prefix keeps npm from looking for a workspace further up, where this repository itself lies.
	command: () => 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund --prefix .',
	// What stands in the repository's own .npmrc comes after these.
	env: (cache, lock) => ({
		npm_config_cache: cache,
		npm_config_logs_dir: `${cache}/logs`,
		npm_config_ignore_scripts: 'true',
		npm_config_package_lock: 'true',
		npm_config_dry_run: 'false',
		npm_config_global: 'false',
		npm_config_location: 'project',
		npm_config_git: 'git',
		npm_config_update_notifier: 'false',
		// Who cannot be reached is not waited for a minute at a time.
		npm_config_fetch_retry_mintimeout: '1000',
		npm_config_fetch_retry_maxtimeout: '5000',
		npm_config_lockfile_version: String(Math.min(3, npmFormat(lock))),
		// A person's own setting must not take the addresses out of everybody's lock.
		...(/"resolved": "https?:/.test(lock) ? {npm_config_omit_lockfile_registry_resolved: 'false'} : {}),
	}),
};

/** pnpm's lock format → the versions that write it. */
const PNPM_WRITES: Readonly<Record<string, (version: number) => boolean>> = {
	'5': (version) => version === 6 || version === 7,
	'6': (version) => version === 8,
	'9': (version) => version >= 9,
};

const PNPM: Recipe = {
	tool: 'pnpm',
	manifest: 'package.json',
	probe: 'pnpm --version',
	unfit(version, lock, manifest) {
		const format = /^lockfileVersion:\s*['"]?(\d{1,2})/m.exec(lock)?.[1] ?? '';
		if (!PNPM_WRITES[format]?.(major(version))) return `pnpm ${version} writes another format than this lock has`;
		return otherManager('pnpm', version, manifest, true);
	},
	command: ({beside}) => {
		const alone = beside.has('pnpm-workspace.yaml') ? '' : ' --ignore-workspace';
		return `pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile${alone}`;
	},
	env: (cache) => ({
		// pnpm would fetch and become the version that package.json names. It reads one prefix or the other, by its age.
		npm_config_manage_package_manager_versions: 'false',
		pnpm_config_manage_package_manager_versions: 'false',
		npm_config_ignore_scripts: 'true',
		npm_config_store_dir: `${cache}/store`,
		npm_config_cache_dir: `${cache}/cache`,
		npm_config_state_dir: `${cache}/state`,
		XDG_CACHE_HOME: cache,
		XDG_DATA_HOME: cache,
		XDG_STATE_HOME: cache,
	}),
};

const isBerry = (lock: string) => /^__metadata:/m.test(lock);
/** The format of a lock of yarn 2 and newer → the major version that writes it. */
const BERRY_WRITES: Readonly<Record<string, number>> = {'4': 2, '5': 3, '6': 3, '7': 4, '8': 4};

const YARN: Recipe = {
	tool: 'yarn',
	manifest: 'package.json',
	probe: 'yarn --version',
	unfit(version, lock, manifest) {
		const format = /^__metadata:\s+version:\s*(\d{1,2})/m.exec(lock)?.[1];
		const wanted = isBerry(lock) ? (BERRY_WRITES[format ?? ''] ?? Number.NaN) : 1;
		if (major(version) !== wanted)
			return `the lock is ${Number.isNaN(wanted) ? 'of an unknown yarn' : `yarn ${wanted}’s`}, and here is ${version}`;
		return otherManager('yarn', version, manifest, true);
	},
	command: ({lock}) =>
		isBerry(lock)
			? 'yarn install --mode update-lockfile --no-immutable'
			: 'yarn install --ignore-scripts --non-interactive --no-progress',
	env: (cache) => ({
		YARN_CACHE_FOLDER: cache,
		YARN_GLOBAL_FOLDER: cache,
		YARN_ENABLE_GLOBAL_CACHE: 'false',
		YARN_ENABLE_SCRIPTS: 'false',
		YARN_ENABLE_TELEMETRY: '0',
		YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
	}),
};

const BUN: Recipe = {
	tool: 'bun',
	manifest: 'package.json',
	probe: 'bun --version',
	unfit(version, lock, manifest) {
		if (lock.startsWith('{') && !atLeast(version, [1, 2]))
			return `bun ${version} is too old: 1.2 or newer writes bun.lock`;
		return otherManager('bun', version, manifest, false);
	},
	command: () => 'bun install --lockfile-only --ignore-scripts',
	env: (cache) => ({BUN_INSTALL_CACHE_DIR: cache}),
};

const CARGO: Recipe = {
	tool: 'cargo',
	manifest: 'Cargo.toml',
	probe: 'cargo --version',
	unfit(version, lock) {
		const four = /^version = ([4-9]|\d\d)$/m.exec(lock);
		return four && !atLeast(version, [1, 78])
			? `cargo ${version} is too old for a lock of format ${four[1]}`
			: undefined;
	},
	// Of the workspace alone: every other package keeps its version. `generate-lockfile` would move them all.
	command: () => 'cargo update --workspace --quiet || cargo update --workspace --quiet --offline',
	env: () => ({RUSTUP_AUTO_INSTALL: '0', CARGO_TERM_COLOR: 'never'}),
};

const GO: Recipe = {
	tool: 'go',
	manifest: 'go.mod',
	probe: 'go version',
	unfit: () => undefined,
	command: () => 'go mod tidy',
	env: (cache) => ({
		GOTOOLCHAIN: 'local',
		GOWORK: 'off',
		// Writable, so that the folder can be cleared away.
		GOFLAGS: '-mod=mod -modcacherw',
		GOMODCACHE: `${cache}/mod`,
		GOCACHE: `${cache}/build`,
	}),
};

const COMPOSER: Recipe = {
	tool: 'composer',
	manifest: 'composer.json',
	probe: 'composer --version --no-plugins',
	unfit: (version) => (major(version) < 2 ? `composer ${version} is too old: 2 or newer is needed` : undefined),
	command: () => 'composer update --lock --no-install --no-scripts --no-plugins --no-interaction',
	env: (cache) => ({COMPOSER_CACHE_DIR: cache, COMPOSER_NO_INTERACTION: '1'}),
};

const POETRY: Recipe = {
	tool: 'poetry',
	manifest: 'pyproject.toml',
	probe: 'poetry --version',
	unfit: (version) => (major(version) < 1 ? `poetry ${version} is too old: 1 or newer is needed` : undefined),
	command: ({version}) =>
		major(version) >= 2 ? 'poetry lock --no-interaction' : 'poetry lock --no-update --no-interaction',
	env: (cache) => ({POETRY_CACHE_DIR: cache, POETRY_VIRTUALENVS_PATH: `${cache}/envs`}),
};

const UV: Recipe = {
	tool: 'uv',
	manifest: 'pyproject.toml',
	probe: 'uv --version',
	unfit: () => undefined,
	command: () => 'uv lock',
	env: (cache) => ({UV_CACHE_DIR: cache, UV_PYTHON_DOWNLOADS: 'never'}),
};

const BUNDLER: Recipe = {
	tool: 'bundler',
	manifest: 'Gemfile',
	probe: 'bundle --version',
	unfit(version, lock) {
		const by = /^BUNDLED WITH\s+(\d{1,3})\./m.exec(lock)?.[1];
		return by === undefined || Number(by) === major(version)
			? undefined
			: `the lock is bundler ${by}’s, and here is ${version}`;
	},
	command: () => 'bundle lock',
	// Else it fetches, and becomes, the version that the lock names.
	env: (cache) => ({BUNDLE_VERSION: 'system', BUNDLE_USER_CACHE: cache}),
};

const RECIPES: Readonly<Record<string, Recipe>> = {
	'package-lock.json': NPM,
	'npm-shrinkwrap.json': NPM,
	'pnpm-lock.yaml': PNPM,
	'yarn.lock': YARN,
	'bun.lock': BUN,
	'bun.lockb': BUN,
	'Cargo.lock': CARGO,
	'go.sum': GO,
	'composer.lock': COMPOSER,
	'poetry.lock': POETRY,
	'uv.lock': UV,
	'Gemfile.lock': BUNDLER,
};

/** Undefined: nothing that Orchestra would run by itself. */
export function recipeFor(path: string): Recipe | undefined {
	if (!isLockFile(path)) return undefined;
	const name = path.slice(path.lastIndexOf('/') + 1);
	return Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
}

/** `11.2.0` of what a tool prints about itself. */
export const versionIn = (output: string): string | undefined =>
	/\d{1,4}\.\d{1,4}[0-9A-Za-z.+-]{0,40}/.exec(output)?.[0];
