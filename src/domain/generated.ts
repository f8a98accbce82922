// Room: domain. Conflicts that contradict nothing, by path: what a tool makes anew, and what is merged by key. Pure.

import {isRegenerable, LOCK_NAMES} from './provenance/regenerable.ts';

const LOCKS: ReadonlySet<string> = new Set([...LOCK_NAMES, '.terraform.lock.hcl']);

const GENERATED = [
	/^CHANGELOG(?:\.(?:md|txt|rst|adoc))?$/i,
	/\.(?:snap|golden|api\.md)$/,
	/[._](?:pb|generated|g)\.(?:go|ts|js|dart|cs|java|py)$/,
	/_pb2(?:_grpc)?\.pyi?$/,
];
const FOLDERS = /(?:^|\/)(?:goldens?|__snapshots__|__goldens__|__generated__)\//;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export const isLockFile = (path: string): boolean => LOCKS.has(nameOf(path));

/**
 * Lock files, changelogs, recorded API reports and snapshots, and what code generators write. More than binds nothing: an edge in
 * a changelog brings its change along where it can, and where that is not wanted the conflict is settled all the same.
 */
export function isGenerated(path: string): boolean {
	if (isRegenerable(path) || isLockFile(path) || FOLDERS.test(path)) return true;
	return GENERATED.some((pattern) => pattern.test(nameOf(path)));
}

/** Manifests whose entries have no order: two changes next to each other in them do not contradict. */
export const isManifest = (path: string): boolean => /^(?:package|composer)\.json$/.test(nameOf(path));

const MAKES: Readonly<Record<string, string>> = {
	'package-lock.json': 'npm install --package-lock-only --ignore-scripts',
	'npm-shrinkwrap.json': 'npm install --package-lock-only --ignore-scripts',
	'yarn.lock': 'yarn install --mode update-lockfile',
	'pnpm-lock.yaml': 'pnpm install --lockfile-only --ignore-scripts',
	'bun.lock': 'bun install --lockfile-only',
	'bun.lockb': 'bun install --lockfile-only',
	'deno.lock': 'deno install --lock',
	'Cargo.lock': 'cargo update --workspace',
	'go.sum': 'go mod tidy',
	'composer.lock': 'composer update --lock --no-scripts',
	'Gemfile.lock': 'bundle lock',
	'poetry.lock': 'poetry lock',
	'uv.lock': 'uv lock',
	'pdm.lock': 'pdm lock',
	'Pipfile.lock': 'pipenv lock',
	'mix.lock': 'mix deps.get',
	'pubspec.lock': 'dart pub get',
	'.terraform.lock.hcl': 'terraform providers lock',
};

/** The package manager's own command that writes a lock file anew, for a person to run where the manifest stands. */
export const commandFor = (path: string): string | undefined => MAKES[nameOf(path)];
