// Room: domain. Files that a tool writes from others: what stands in them is no reason for one change to need another, and
// a conflict in them is settled by making them anew.

/** Lock files of package managers, by name. */
const LOCKS = new Set([
	'package-lock.json',
	'npm-shrinkwrap.json',
	'yarn.lock',
	'pnpm-lock.yaml',
	'bun.lock',
	'bun.lockb',
	'deno.lock',
	'Cargo.lock',
	'go.sum',
	'composer.lock',
	'Gemfile.lock',
	'poetry.lock',
	'uv.lock',
	'pdm.lock',
	'Pipfile.lock',
	'mix.lock',
	'pubspec.lock',
	'Podfile.lock',
	'Package.resolved',
	'gradle.lockfile',
	'packages.lock.json',
	'flake.lock',
	'MODULE.bazel.lock',
	'.terraform.lock.hcl',
]);

const GENERATED = [
	/^CHANGELOG(?:\.(?:md|txt|rst|adoc))?$/i,
	/\.(?:snap|golden|api\.md)$/,
	/\.min\.(?:js|css)$/,
	/[._](?:pb|generated|g)\.(?:go|ts|js|dart|cs|java|py)$/,
	/_pb2(?:_grpc)?\.pyi?$/,
];
const FOLDERS = /(?:^|\/)(?:goldens?|__snapshots__|__goldens__|__generated__)\//;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export const isLockFile = (path: string): boolean => LOCKS.has(nameOf(path));

/** Lock files, changelogs, recorded API reports and snapshots, and what code generators write. */
export function isGenerated(path: string): boolean {
	return isLockFile(path) || FOLDERS.test(path) || GENERATED.some((pattern) => pattern.test(nameOf(path)));
}

/** Manifests whose entries have no order: two changes next to each other in them do not contradict. */
export const isManifest = (path: string): boolean => /^(?:package|composer)\.json$/.test(nameOf(path));
